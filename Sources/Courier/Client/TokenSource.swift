import Crypto
import Exchange
import JWTKit
import Notes

/// Makes the self-signed token that comes with a request, and a new one before the old one expires.
actor TokenSource {
    /// The text that a token's claims have.
    struct Claims: JWTPayload, Equatable {
        let sub: String
        let aud: String
        let iat: Int64
        let exp: Int64

        /// Tokens are made here and verified at the relay.
        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }

    /// A token is not used for its last seconds, in which the relay's clock may be past them.
    private static let renewBeforeSeconds: Int64 = 30

    private let keys: ParticipantKeys
    private let audience: String
    private let now: @Sendable () -> UTCTime
    private var current: (token: String, issuedAt: UTCTime, expiresAt: UTCTime)?

    init(keys: ParticipantKeys, audience: String, now: @escaping @Sendable () -> UTCTime) {
        self.keys = keys
        self.audience = audience
        self.now = now
    }

    /// A token that holds for a while.
    func token() async throws(CourierFailure) -> String {
        let time = now()
        // A clock that was set back would make the kept token one of the future.
        if let current, current.issuedAt <= time,
            current.expiresAt > time.adding(seconds: TokenSource.renewBeforeSeconds)
        {
            return current.token
        }
        let expiresAt = time.adding(seconds: RequestToken.clientSeconds)
        let token = try await TokenSource.sign(
            Claims(sub: keys.id.text, aud: audience, iat: time.secondsSinceEpoch, exp: expiresAt.secondsSinceEpoch),
            keys: keys)
        current = (token, time, expiresAt)
        return token
    }

    /// The token of `claims`: algorithm EdDSA, named by the id of the Ed25519 key.
    static func sign(_ claims: Claims, keys: ParticipantKeys) async throws(CourierFailure) -> String {
        do {
            let key = try Curve25519.Signing.PrivateKey(rawRepresentation: keys.signing.ed25519Seed)
            let kid = JWKIdentifier(string: keys.signing.verifying.ed25519KeyID)
            return try await JWTKeyCollection().add(eddsa: EdDSA.PrivateKey(backing: key), kid: kid)
                .sign(claims, kid: kid)
        } catch {
            throw .usage("the request token cannot be signed: the signing key file may be damaged")
        }
    }
}
