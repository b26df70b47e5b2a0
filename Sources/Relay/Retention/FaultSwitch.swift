import Logging
import ServiceLifecycle
import Synchronization

/// Stops the process after a failure that leaves nothing to be promised. Once tripped it stays so.
final class FaultSwitch: Service {
    private struct State {
        var reason: String?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
    }

    /// Why everything is refused; nil while all is well.
    var reason: String? { state.withLock { $0.reason } }

    /// Trips if the error is one after which nothing can be promised.
    func look(at error: any Error) {
        guard Gravity(of: error) == .stop else { return }
        var reason = Gravity.text(of: error)
        // The end of the process says again that it stopped.
        if case .stopped(let why)? = error as? RelayFailure { reason = why }
        let waiting = state.withLock { state in
            if state.reason == nil { state.reason = reason }
            defer { state.waiting = [] }
            return state.waiting
        }
        if reason.hasSuffix(Gravity.rightsRemedy) {
            logger.critical("stopping: the relay has no right to its own files", metadata: ["reason": "\(reason)"])
        } else {
            logger.critical("stopping: the disk cannot be relied on", metadata: ["reason": "\(reason)"])
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits for the switch to trip and then throws, which ends the process.
    func run() async throws {
        await cancelWhenGracefulShutdown { await self.trip() }
        if let reason { throw RelayFailure.stopped(reason) }
    }

    private func trip() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.reason != nil || Task.isCancelled { return true }
                    state.waiting.append(continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }
    }
}
