/// Whether a log may go on: its checkpoint on disk against the copy kept apart and against the leaves the relay has
/// sequenced. A pure decision; a log that may not go on is succeeded by one of another origin, never repaired.
package enum LogContinuity: Equatable, Sendable {
    /// Nothing was ever promised: a log begins.
    case begins
    /// The checkpoint is the one kept.
    case unchanged
    /// The checkpoint is ahead of the copy, as after a crash between the two: it must be shown to have grown from it.
    case grew(from: Int64, to: Int64)

    /// Why a log may not go on.
    package enum Refusal: Error, Equatable, Sendable {
        /// A checkpoint is of another log.
        case otherOrigin
        /// The log has fewer leaves than it had: a backup or a snapshot was put back.
        case shrank(kept: Int64, present: Int64)
        /// Two trees of one size, or a tree that did not grow from the one before.
        case forked(size: Int64)
        /// There is a copy of a checkpoint, and no log.
        case logLost(kept: Int64)
        /// There is a log, and no copy of its last checkpoint to hold it to.
        case copyLost(present: Int64)
        /// The store has fewer leaves than the log has published: a backup of the store was put back.
        case leavesLost(sequenced: Int64, present: Int64)
    }

    /// Judges: `kept` is the copy apart, `present` the published checkpoint, `sequenced` how many leaves the store has.
    package static func judge(
        kept: Checkpoint?, present: Checkpoint?, sequenced: Int64
    ) throws(Refusal) -> LogContinuity {
        guard let present else {
            if let kept { throw .logLost(kept: kept.size) }
            return .begins
        }
        guard let kept else {
            // The first checkpoint, of no leaves, is published before its copy is made: it promises nothing.
            guard present.size == 0 else { throw .copyLost(present: present.size) }
            return .begins
        }
        guard kept.isOfSameLog(as: present) else { throw .otherOrigin }
        guard present.size >= kept.size else { throw .shrank(kept: kept.size, present: present.size) }
        guard sequenced >= present.size else { throw .leavesLost(sequenced: sequenced, present: present.size) }
        guard present.size == kept.size else { return .grew(from: kept.size, to: present.size) }
        guard present.root == kept.root else { throw .forked(size: present.size) }
        return .unchanged
    }
}

extension LogContinuity.Refusal: CustomStringConvertible {
    /// What is wrong, with the sizes, and what to do.
    package var description: String {
        let successor = "restore a backup (pli-relay restore), which begins a successor log"
        switch self {
        case .otherOrigin:
            return "the checkpoint kept apart is of another log: put the right one back"
        case .shrank(let kept, let present):
            return "it had \(kept) leaves and now has \(present): an old copy was put back; bring the newer files, or "
                + successor
        case .forked(let size):
            return "it does not contain the tree that was signed at size \(size): \(successor)"
        case .logLost(let kept):
            return "it had \(kept) leaves and its checkpoint is gone: bring the files back, or \(successor)"
        case .copyLost(let present):
            return "it has \(present) leaves and the checkpoint kept apart is gone: bring it back, or \(successor)"
        case .leavesLost(let sequenced, let present):
            return "it has published \(present) leaves and the store knows \(sequenced): an old store was put back; "
                + successor
        }
    }

    /// A constant for metrics and logs.
    package var label: String {
        switch self {
        case .otherOrigin: "other-origin"
        case .shrank: "shrank"
        case .forked: "forked"
        case .logLost: "log-lost"
        case .copyLost: "copy-lost"
        case .leavesLost: "leaves-lost"
        }
    }
}
