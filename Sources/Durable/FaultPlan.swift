import Synchronization

/// A disk that fails once, at the n-th durable step: for tests that try every failure point.
///
/// Run the same work with `failAt` 0, 1, 2 … until `didFail` is false; each time recover from what is on disk and check
/// that what was promised is there. Both kinds of failure are to be tried: not persisted, and persisted all the same.
package final class FaultPlan: Sendable {
    /// Which step fails, from 0; nil counts without failing.
    package let failAt: Int?
    /// The step happens and fails all the same.
    package let persisted: Bool
    /// After the failure every further step fails without happening, as if the process had died.
    package let dies: Bool
    /// The errno of the failure: EIO, or ENOSPC for a full disk.
    package let code: Int32
    private let log = Mutex<[String]>([])
    private let failed = Mutex(false)

    /// A plan for one run.
    package init(failAt: Int?, persisted: Bool = false, dies: Bool = false, code: Int32 = 5) {
        self.failAt = failAt
        self.persisted = persisted
        self.dies = dies
        self.code = code
    }

    /// The disk that follows this plan.
    package var disk: Disk {
        Disk(
            before: { (step, path) throws(DurableFailure) in try self.enter(step, path) },
            after: { (step, path) throws(DurableFailure) in try self.leave(step, path) })
    }

    /// Whether the step to fail was reached.
    package var didFail: Bool { failed.withLock { $0 } }

    /// The steps begun so far, as `syncFile incoming/x`.
    package var steps: [String] { log.withLock { $0 } }

    private func enter(_ step: DiskStep, _ path: String) throws(DurableFailure) {
        if dies, didFail { throw DurableFailure(step, code: code, path: path) }
        let number = log.withLock { log in
            log.append(step.rawValue + " " + DurableFailure.shortened(path))
            return log.count - 1
        }
        if number == failAt, !persisted { try fail(step, path) }
    }

    private func leave(_ step: DiskStep, _ path: String) throws(DurableFailure) {
        // Steps do not overlap in the tests this is for, so the last one begun is the one that ends.
        if persisted, !didFail, log.withLock({ $0.count - 1 }) == failAt { try fail(step, path) }
    }

    private func fail(_ step: DiskStep, _ path: String) throws(DurableFailure) {
        failed.withLock { $0 = true }
        throw DurableFailure(step, code: code, path: path)
    }
}
