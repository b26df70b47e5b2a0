import Synchronization

/// How many relays tests run at once. Each has some thirty descriptors open, and Foundation, which looks at each of them when it
/// starts a process, crashes past some 1,300; and none of many would have its answers in time.
final class RelayTurns: Sendable {
    static let shared = RelayTurns(most: 16)
    /// A relay that a test runs beside another one does not wait for a turn: the other one might wait for it.
    @TaskLocal static var isWithin = false

    private struct State {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>

    private init(most: Int) {
        state = Mutex(State(free: most))
    }

    /// Does `body` in its turn.
    func run(_ body: () async throws -> Void) async throws {
        guard !Self.isWithin else { return try await body() }
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(turn)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { turn.resume() }
        }
        defer { giveBack() }
        try await Self.$isWithin.withValue(true) { try await body() }
    }

    private func giveBack() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
