/// The self-signed JWT that comes with a request: what it claims, and the rules by which it is judged.
///
/// Its making and the check of its signature are those of Courier and Relay; both call `check` here.
package enum RequestToken {
    /// The only algorithm.
    package static let algorithm = "EdDSA"
    /// The header field that carries it.
    package static let fieldName = "Authorization"
    /// What stands before it in the field.
    package static let scheme = "Bearer"
    /// How long our own clients let one live.
    package static let clientSeconds: Int64 = 120

    /// What a token claims.
    package struct Claims: Equatable, Sendable {
        /// `sub`: who asks.
        package let subject: ParticipantID
        /// `aud`: the relay's exact origin, `https://host:port`.
        package let audience: String
        /// `iat`.
        package let issuedAt: UTCTime
        /// `exp`.
        package let expiresAt: UTCTime
        /// `nbf`, where there is one.
        package let notBefore: UTCTime?

        /// Claims as they stand in a token.
        package init(
            subject: ParticipantID, audience: String, issuedAt: UTCTime, expiresAt: UTCTime, notBefore: UTCTime? = nil
        ) {
            self.subject = subject
            self.audience = audience
            self.issuedAt = issuedAt
            self.expiresAt = expiresAt
            self.notBefore = notBefore
        }

        /// Whether they hold at `now` for the relay whose origin is `origin`.
        package func hold(origin: String, now: UTCTime) -> Bool {
            let skew = Limits.tokenSkewSeconds
            return audience == origin && expiresAt > issuedAt
                && expiresAt <= issuedAt.adding(seconds: Limits.tokenSeconds)
                && issuedAt <= now.adding(seconds: skew) && expiresAt > now.adding(seconds: -skew)
                && (notBefore ?? issuedAt) <= now.adding(seconds: skew)
        }
    }
}
