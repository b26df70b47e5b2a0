import Exchange
import Synchronization
import TransparencyLog

/// What manifests and receipts quote of the log, held against the log that this relay keeps.
///
/// A position that is not ours means that somebody was shown another log than this one: by a relay that this one
/// succeeded, from an old copy that was put back, or by a relay that lies. It is told to the operator and refuses nothing:
/// the recipient judges, because a relay that judged would be the judge of its own case (docs/decisions/0018).
final class QuotedLog: Sendable {
    /// What came of a position.
    enum Finding: Equatable, Sendable {
        /// A tree that ours grew from.
        case ours
        /// More leaves than there are.
        case ahead(size: Int64)
        /// As many leaves as ours had once, and another root.
        case forked
    }

    /// Senders quote the same few positions again and again; a root is made from tiles on disk.
    static let rootsKept = 64

    private let log: LogKeeper
    private let roots = Mutex<[Int64: String]>([:])

    init(log: LogKeeper) {
        self.log = log
    }

    /// Holds a position against the published tree.
    func finding(on quoted: LogPosition) async throws -> Finding {
        let present = log.checkpoint.checkpoint
        guard quoted.size <= present.size else { return .ahead(size: present.size) }
        return try await root(ofSize: quoted.size) == quoted.root ? .ours : .forked
    }

    /// The root that the tree had at `size` never changes, so it is kept.
    private func root(ofSize size: Int64) async throws -> String {
        if let known = roots.withLock({ $0[size] }) { return known }
        let root = try await log.root(ofSize: size).base64
        roots.withLock { roots in
            if roots.count >= Self.rootsKept { roots.removeAll() }
            roots[size] = root
        }
        return root
    }
}
