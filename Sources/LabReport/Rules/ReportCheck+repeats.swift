/// A result that an order has twice: nobody counts two where one was found, unless somebody repeats it.
extension ReportCheck {
    /// Up to so many results each is held beside each: nearly every report.
    private static let pairwise = 24

    mutating func checkRepeats(_ results: [Observation]) {
        guard results.count > 1 else { return }
        guard results.count > ReportCheck.pairwise else {
            for index in results.indices.dropFirst() {
                let isRepeat = results[..<index].contains { ReportCheck.isRepeated($0, results[index]) }
                if isRepeat { log.add(.resultTwice, at: places.result(index, "5")) }
            }
            return
        }
        var seen: Set<ResultKey> = []
        for index in results.indices {
            guard let key = ResultKey(results[index]), !seen.insert(key).inserted else { continue }
            log.add(.resultTwice, at: places.result(index, "5"))
        }
    }

    private static func isRepeated(_ one: Observation, _ other: Observation) -> Bool {
        // Most are told apart by their code alone.
        guard one.code.code == other.code.code, one.value == other.value, let key = ResultKey(one) else { return false }
        return key == ResultKey(other)
    }
}

/// One order (and so one specimen), one test, one value at one time, and what the sender tells results apart by.
private struct ResultKey: Hashable {
    private let order: Int
    private let code: Coded
    private let subID: String?
    private let value: Observation.Value
    private let unit: Coded?
    private let status: String
    private let observedAt: ReportTime?
    private let analysedAt: ReportTime?

    /// Nil for what says nothing: no value, or a line drawn through a text.
    init?(_ result: Observation) {
        guard let value = result.value else { return nil }
        if case .text(let text) = value, FoldedName(text.text).bytes.isEmpty { return nil }
        self.value = value
        (order, code, subID) = (result.orderIndex, result.code, result.subID)
        (unit, status) = (result.unit, result.status)
        (observedAt, analysedAt) = (result.observedAt, result.analysedAt)
    }
}
