import Durable
import TransparencyLog

/// From which entry on a log said that it serves its entries, as it was seen before: in a file beside the checkpoint's.
///
/// Nobody signs what a log says of this, but it only ever grows. One that says less than before was put back from an old copy, or
/// hides what it took away: the next who asks for those entries would be told that they never went.
struct ServedFrom {
    private let path: String
    private let seen: Int64?

    /// Reads what was seen when `state` was written.
    init(beside state: String) throws {
        path = state + "." + MinimumIndex.path
        seen =
            try Disk.real.exists(path)
            ? MinimumIndex.parse(PublicFile.read(path, limit: MinimumIndex.bytesMax)) : nil
    }

    /// What a log says; nil where it says nothing, which is to serve all.
    static func said(by place: LogPlace) async throws -> Int64? {
        guard let bytes = try await place.file(at: MinimumIndex.path, limit: MinimumIndex.bytesMax) else { return nil }
        return try MinimumIndex.parse(bytes)
    }

    /// Warns where a log says less than before, which is then remembered on; else remembers what it says.
    func compare(_ said: Int64?) throws {
        if let seen, seen > said ?? 0 {
            guard let said else {
                throw CommandFailure.refused(
                    "attention : ce registre servait ses feuilles depuis \(seen), et ne le dit plus : "
                        + "demander à l'exploitant ce que sont devenues les premières",
                    "warning: this log served its leaves from \(seen) on, and no longer says so: ask its operator what "
                        + "became of the first ones")
            }
            throw CommandFailure.refused(
                "attention : ce registre servait ses feuilles depuis \(seen), et dit maintenant \(said) : "
                    + "demander à l'exploitant quelle copie a été remise, et garder les deux réponses",
                "warning: this log served its leaves from \(seen) on, and now says \(said): ask its operator which "
                    + "copy was put back, and keep both answers")
        }
        guard let said, said > seen ?? 0 else { return }
        try Disk.real.writeDurably(MinimumIndex.encode(said), to: path, mode: 0o644)
    }
}
