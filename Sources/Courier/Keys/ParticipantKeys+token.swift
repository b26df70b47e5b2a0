package import Exchange

extension ParticipantKeys {
    /// A request token for the relay at `origin`, good for `RequestToken.clientSeconds`: for integrators without a client.
    package func requestToken(for origin: String, now: UTCTime) async throws(CourierFailure) -> String {
        try await TokenSource(keys: self, audience: origin, now: { now }).token()
    }
}
