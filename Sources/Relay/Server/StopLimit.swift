import Synchronization

/// Ends the process where a stop waits for what does not end: a thread that waits for a disk can be cut by nobody.
///
/// What was acknowledged is durable by then, and what was not is asked for again: the next start goes on from there.
final class StopLimit: Sendable {
    /// What a stop may take.
    struct Settings: Sendable {
        /// Longer than requests have to end, and well below what systemd waits.
        static let seconds = 22

        /// Waits until a stop has taken too long.
        var patience: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(seconds)) }
        /// Says why, and ends the process.
        var giveUp: @Sendable (RelayFailure) -> Void = { _ in }
    }

    private enum State {
        case running
        case stopping(Task<Void, Never>)
        case over
    }

    private let settings: Settings
    private let disk: DiskWatch
    private let tallies: RequestTallies
    private let state = Mutex(State.running)

    init(_ settings: Settings, disk: DiskWatch, tallies: RequestTallies) {
        self.settings = settings
        self.disk = disk
        self.tallies = tallies
    }

    /// A stop begins.
    func begin() {
        state.withLock { state in
            guard case .running = state else { return }
            state = .stopping(Task { await self.wait() })
        }
    }

    /// All has ended.
    func end() {
        state.withLock { state in
            if case .stopping(let task) = state { task.cancel() }
            state = .over
        }
    }

    private func wait() async {
        guard (try? await settings.patience()) != nil else { return }
        let reason = try? await disk.reason()
        guard state.withLock({ if case .stopping = $0 { true } else { false } }) else { return }
        settings.giveUp(.unfinished(isStalled: reason == DiskWatch.reason, requests: tallies.open))
    }
}
