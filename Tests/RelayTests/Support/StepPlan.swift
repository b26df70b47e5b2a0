import Durable
import Foundation
import Synchronization

@testable import Relay

/// Makes the n-th durable step of a run fail, disk and database counted together, and every later one with it: as if the
/// process had died there.
final class StepPlan: Sendable {
    /// The failure of a transaction.
    struct Died: Error {}

    private struct State {
        var isArmed = false
        var names: [String] = []
        var isDead = false
        /// The step that each thread is at: they overlap where several parcels are worked on.
        var begun: [pthread_t: Int] = [:]
    }

    private let failAt: Int?
    /// The step happens, and its caller is told that it failed.
    private let persisted: Bool
    private let state = Mutex(State())

    init(failAt: Int?, persisted: Bool) {
        self.failAt = failAt
        self.persisted = persisted
    }

    var disk: Disk {
        Disk(
            before: { (step, path) throws(DurableFailure) in
                if self.begin(step.rawValue) { throw DurableFailure(step, code: 5, path: path) }
            },
            after: { (step, path) throws(DurableFailure) in
                if self.end() { throw DurableFailure(step, code: 5, path: path) }
            })
    }

    var transactions: TransactionFaults {
        TransactionFaults(
            before: { if self.begin("transaction " + $0) { throw Died() } },
            after: { _ in if self.end() { throw Died() } })
    }

    /// Counts from here on.
    func arm() {
        state.withLock { $0.isArmed = true }
    }

    var didFail: Bool { state.withLock { $0.isDead } }
    var names: [String] { state.withLock { $0.names } }

    private func begin(_ name: String) -> Bool {
        state.withLock { state in
            guard state.isArmed else { return false }
            if state.isDead { return true }
            state.names.append(name)
            state.begun[pthread_self()] = state.names.count - 1
            if !persisted, state.names.count - 1 == failAt { state.isDead = true }
            return state.isDead
        }
    }

    private func end() -> Bool {
        state.withLock { state in
            guard state.isArmed else { return false }
            if persisted, state.begun[pthread_self()] == failAt { state.isDead = true }
            return state.isDead
        }
    }
}
