/// Appraises the pieces of a batch as many at a time as memory allows: a message of a few bytes may name thousands of patients, each
/// with findings of its own.
struct AppraisalSteps {
    /// Some pieces of the batch, themselves a batch, and what is thought of each.
    struct Step {
        var batch: PieceBatch
        var appraisals: [Appraisal]
    }

    private let batch: PieceBatch
    private let appraiser: Appraiser
    private let limits: IntakeLimits
    private var position = 0
    private var isOver = false

    init(_ batch: PieceBatch, _ appraiser: Appraiser, _ limits: IntakeLimits) {
        self.batch = batch
        self.appraiser = appraiser
        self.limits = limits
    }

    /// The next pieces, in their order; nil once all were handed out. A batch without pieces, as the last one of a file may be, is
    /// one step.
    mutating func next() -> Step? {
        guard !isOver else { return nil }
        let first = position
        var appraisals: [Appraisal] = []
        var notes = 0
        while position < batch.pieces.count, notes < limits.batchNotes {
            let end = position + ReadingLoad.together(batch.pieces[position...], load: limits.readingLoad) { $0.bytes }
            let some = concurrentMap(Array(batch.pieces[position..<end])) { [appraiser] in appraiser.appraise($0) }
            position = end
            notes += some.reduce(0) { $0 + $1.notes }
            appraisals += some
        }
        isOver = position >= batch.pieces.count
        let pieces = Array(batch.pieces[first..<position])
        return Step(
            batch: PieceBatch(
                pieces: pieces, end: isOver ? batch.end : pieces.last?.end ?? batch.end, isLast: isOver && batch.isLast),
            appraisals: appraisals)
    }
}

extension Appraisal {
    /// What it takes to remember it: its reports and their findings.
    fileprivate var notes: Int { parts.reduce(0) { $0 + 1 + $1.findings.count } }
}
