import TransparencyLog

/// What failures say of the log in one folder, each told once. Of a log whose files are gone there may be as many as it has bundles,
/// and a checkpoint that somebody forged may speak of any number: past so many the rest is not looked at.
struct LogFailures {
    private static let mostTold = 1_000
    private static let most = 100_000

    private let folder: String
    private var told: Set<Disagreement> = []
    private var count = 0

    init(in folder: String) {
        self.folder = folder
    }

    /// The rest is not looked at; nil where all is.
    var rest: Disagreement? {
        guard told.count >= Self.mostTold || count >= Self.most else { return nil }
        return Disagreement(.logFileMissing, folder + "/tile/entries/…")
    }

    /// What is to be told of a failure; nil where it was told before.
    mutating func take(_ failure: LogFailure) -> Disagreement? {
        count += 1
        let disagreement = self.disagreement(failure)
        return told.insert(disagreement).inserted ? disagreement : nil
    }

    /// What a failure says of the log.
    private func disagreement(_ failure: LogFailure) -> Disagreement {
        switch failure {
        case .missing(let path): Disagreement(.logFileMissing, folder + "/" + path)
        case .badFile(let path, _), .tileDoesNotMatchParent(let path):
            Disagreement(.logFileDamaged, folder + "/" + path)
        case .edgeDoesNotMatchRoot: Disagreement(.logFileDamaged, folder + "/tile/…/*.p")
        case .entryDoesNotMatchTile(let index):
            Disagreement(.logFileDamaged, folder + "/" + (TileAddress(.entries, index: index / 256)?.path ?? "tile"))
        case .outOfRange: Disagreement(.logFileDamaged, folder + "/" + MinimumIndex.path)
        case .shrank: Disagreement(.logShrank, folder + "/checkpoint")
        case .forked: Disagreement(.logForked, folder + "/checkpoint")
        default: Disagreement(.logFileDamaged, folder)
        }
    }
}
