import Courier
import Durable
import Synchronization

@testable import Outbox

/// Lets the agent die at its n-th step of any kind: on disk, in the database, at the relay. The step happened or not; after
/// it nothing works any more, as when the process is killed.
final class CrashPlan: Sendable {
    enum Death: Sendable, CaseIterable {
        /// Before the step.
        case before
        /// After the step, with nobody told that it happened.
        case after
    }

    private struct State {
        var steps: [String] = []
        var isDead = false
    }

    let step: Int?
    let death: Death
    private let state = Mutex(State())

    /// With `step` nil nothing dies and the steps are counted.
    init(step: Int?, death: Death = .before) {
        self.step = step
        self.death = death
    }

    var steps: [String] { state.withLock { $0.steps } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// Gives false when the step must fail without happening.
    func enter(_ name: String) -> Bool {
        state.withLock { state in
            guard !state.isDead else { return false }
            state.steps.append(name)
            if death == .before, state.steps.count - 1 == step {
                state.isDead = true
                return false
            }
            return true
        }
    }

    /// Gives false when the step must fail although it happened. Others may have begun meanwhile: uploads to several recipients go on at
    /// once.
    func leave(_ name: String) -> Bool {
        state.withLock { state in
            guard !state.isDead else { return false }
            if death == .after, let step, state.steps.count > step, state.steps[step] == name {
                state.isDead = true
                return false
            }
            return true
        }
    }

    var disk: Disk {
        Disk(
            before: { (step, path) throws(DurableFailure) in
                guard self.enter("disk " + step.rawValue) else { throw DurableFailure(step, code: 5, path: path) }
            },
            after: { (step, path) throws(DurableFailure) in
                guard self.leave("disk " + step.rawValue) else { throw DurableFailure(step, code: 5, path: path) }
            })
    }

    var storeFaults: StoreFaults {
        StoreFaults(
            before: { step in
                guard self.enter("store " + step.rawValue) else { throw OutboxFailure.store(code: 10) }
            },
            after: { step in
                guard self.leave("store " + step.rawValue) else { throw OutboxFailure.store(code: 10) }
            })
    }

    /// A call to the relay with its failure points.
    func call<Value>(_ name: String, _ body: () throws -> Value) throws -> Value {
        guard enter("relay " + name) else { throw CourierFailure.unreachable("killed") }
        let value = try body()
        guard leave("relay " + name) else { throw CourierFailure.unreachable("killed") }
        return value
    }
}
