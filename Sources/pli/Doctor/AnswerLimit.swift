import Courier

/// How long the relay has for each thing that it is asked in looking, whatever it does meanwhile: an agent waits as long as a slow
/// line may need, a person at three in the morning does not.
struct AnswerLimit: Sendable {
    /// As long as nothing else is said.
    static let usualSeconds: Int64 = 20

    let seconds: Int64
    private let wait: @Sendable (Int64) async throws -> Void

    /// `wait` waits for so many seconds.
    init(
        seconds: Int64 = AnswerLimit.usualSeconds,
        wait: @escaping @Sendable (Int64) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
    ) {
        self.seconds = seconds
        self.wait = wait
    }

    /// What `work` gives, or that the relay did not give it in time.
    func within<Value: Sendable>(
        _ work: @escaping @Sendable () async throws(CourierFailure) -> Value
    ) async throws(CourierFailure) -> Value {
        let first = await withTaskGroup(of: Result<Value, CourierFailure>?.self) { group in
            group.addTask {
                do throws(CourierFailure) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            group.addTask { [wait, seconds] in
                try? await wait(seconds)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let first else { throw .unreachable("no whole answer within \(seconds) seconds") }
        return try first.get()
    }
}
