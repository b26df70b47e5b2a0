/// How long a person's command waits for a relay: a connection that is taken and says nothing must not hold it for minutes.
enum RelayPatience {
    /// Directories, keys and proofs are small; the whole of them takes a second or two.
    private static let seconds = 60

    /// Does `work`, or gives up after `limit`, saying so.
    static func within<Value: Sendable>(
        _ limit: Duration = .seconds(seconds), _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await Task.sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let value = first else {
                throw CommandFailure.unreachable(
                    "le relais ne répond pas", "the relay does not answer",
                    hint: .init(
                        french: "réessayez plus tard, ou donnez la note de clés avec --keys",
                        english: "try again later, or give the keys note with --keys"))
            }
            return value
        }
    }
}
