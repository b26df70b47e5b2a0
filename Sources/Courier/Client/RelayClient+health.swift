package import Exchange
import NIOHTTP1

extension RelayClient {
    /// Whether the relay takes parcels, and if not why: its own word, which needs no token.
    package func health() async throws(CourierFailure) -> RelayHealth {
        let answer = try await transport.send(.health)
        guard [200, ProblemType.unavailable.status].contains(answer.status) else { throw answer.failure }
        if let health = RelayHealth(text: answer.body) { return health }
        // Something that stands before the relay may answer with the same status.
        throw answer.status == 200 && !answer.isPage
            ? .unexpectedAnswer("a health answer that cannot be read") : answer.failure
    }
}

extension RelayRequest {
    static let health = RelayRequest(method: .GET, path: RelayPath.health)
}
