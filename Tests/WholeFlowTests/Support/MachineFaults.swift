import Durable
import Synchronization

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// What goes wrong on one participant's machine, on disk and in its database: the process dies at a coming step, one step
/// fails, or there is no room. Steps are counted together, whatever their kind.
final class MachineFaults: Sendable {
    /// When a step fails, or a process dies at it.
    enum Moment: Sendable, CaseIterable {
        /// Ahead of the step, which does not happen.
        case before
        /// Behind it: it happened, and nobody is told.
        case after
    }

    private struct State {
        var steps = 0
        var deathAt: (step: Int, moment: Moment)?
        var errorAt: (step: Int, moment: Moment)?
        var isDead = false
        var isFull = false
    }

    /// A transaction that failed because the process died.
    struct Died: Error {}

    private let state = Mutex(State())

    /// Steps so far.
    var steps: Int { state.withLock { $0.steps } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// There is no room for new bytes.
    var isFull: Bool {
        get { state.withLock { $0.isFull } }
        set { state.withLock { $0.isFull = newValue } }
    }

    var freeBytes: Int64 { isFull ? 0 : 1 << 40 }

    /// Dies after so many more steps; from there on nothing works, as when the process is killed.
    func dieAfter(_ steps: Int, _ moment: Moment) {
        state.withLock { $0.deathAt = ($0.steps + steps, moment) }
    }

    /// The process is gone already.
    func kill() {
        state.withLock { $0.isDead = true }
    }

    /// One step fails with an input/output error.
    func failAfter(_ steps: Int, _ moment: Moment) {
        state.withLock { $0.errorAt = ($0.steps + steps, moment) }
    }

    /// A new process on the same machine.
    func reboot() {
        state.withLock { state in
            state.isDead = false
            state.deathAt = nil
            state.errorAt = nil
        }
    }

    private enum Verdict { case well, failed, full }

    private func enter(writes: Bool) -> Verdict {
        state.withLock { state in
            guard !state.isDead else { return .failed }
            if let death = state.deathAt, death.step == state.steps, death.moment == .before {
                state.isDead = true
                return .failed
            }
            if let error = state.errorAt, error.step == state.steps, error.moment == .before {
                state.errorAt = nil
                state.steps += 1
                return .failed
            }
            if writes, state.isFull { return .full }
            state.steps += 1
            return .well
        }
    }

    private func leave() -> Verdict {
        state.withLock { state in
            guard !state.isDead else { return .failed }
            if let death = state.deathAt, death.step < state.steps, death.moment == .after {
                state.isDead = true
                return .failed
            }
            if let error = state.errorAt, error.step < state.steps, error.moment == .after {
                state.errorAt = nil
                return .failed
            }
            return .well
        }
    }

    private static let writing: Set<DiskStep> = [.createFile, .write, .createFolder, .writeSlot]

    var disk: Disk {
        Disk(
            before: { (step, path) throws(DurableFailure) in
                switch self.enter(writes: Self.writing.contains(step)) {
                case .well: return
                case .failed: throw DurableFailure(step, code: 5, path: path)
                case .full: throw .full(step, path: "disk")
                }
            },
            after: { (step, path) throws(DurableFailure) in
                if self.leave() != .well { throw DurableFailure(step, code: 5, path: path) }
            })
    }

    /// SQLITE_IOERR.
    private static let ioError: Int32 = 10

    var outboxStore: Outbox.StoreFaults {
        Outbox.StoreFaults(
            before: { _ in if self.enter(writes: false) != .well { throw OutboxFailure.store(code: Self.ioError) } },
            after: { _ in if self.leave() != .well { throw OutboxFailure.store(code: Self.ioError) } })
    }

    var inboxStore: Inbox.StoreFaults {
        Inbox.StoreFaults(
            before: { _ in if self.enter(writes: false) != .well { throw InboxFailure.store(code: Self.ioError) } },
            after: { _ in if self.leave() != .well { throw InboxFailure.store(code: Self.ioError) } })
    }

    var transactions: TransactionFaults {
        TransactionFaults(
            before: { _ in if self.enter(writes: false) != .well { throw Died() } },
            after: { _ in if self.leave() != .well { throw Died() } })
    }
}
