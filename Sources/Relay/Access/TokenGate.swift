import Exchange
import Notes
import Synchronization

/// Judges request tokens: who asks, and whether it may ask anything at all.
final class TokenGate: Sendable {
    /// Tokens remembered, so that a client's next request with the same one costs no signature check.
    static let tokensMax = 4_096

    private let directories: DirectoryKeeper
    private let keys: KeyRing
    private let clock: RelayClock
    private let rates: RequestRates
    private let state: Mutex<State>

    private struct State {
        var origin: String
        /// Tokens that held, with the fingerprint of the pair that held.
        var held: [String: Held] = [:]
    }

    private struct Held {
        var claims: RequestToken.Claims
        var fingerprint: String
    }

    init(
        origin: String, directories: DirectoryKeeper, keys: KeyRing, clock: RelayClock, rates: RequestRates
    ) {
        self.directories = directories
        self.keys = keys
        self.clock = clock
        self.rates = rates
        state = Mutex(State(origin: origin))
    }

    /// The origin that tokens must be for; it changes once, when the port is known.
    var origin: String {
        get { state.withLock { $0.origin } }
        set { state.withLock { $0.origin = newValue } }
    }

    /// How many tokens are remembered.
    var tokens: Int { state.withLock { $0.held.count } }

    /// The caller of a request with this `Authorization` field. Without knowing the time no token can be judged.
    func caller(field: String?) async throws -> Caller {
        try clock.requireSure()
        let directory = directories.current
        if let field, let held = state.withLock({ $0.held[field] }) {
            if let caller = try await remembered(held, directory: directory) { return caller }
        }
        guard let token = CompactToken(field: field), let participant = directory[token.claims.subject] else {
            throw Self.unauthorized
        }
        // Nobody is told who takes part and has no keys here yet: it is answered as whoever is not in the directory.
        guard let pair = try await keys.pair(of: participant) else { throw Self.unauthorized }
        try check(token, by: pair)
        if let field { remember(field, Held(claims: token.claims, fingerprint: pair.fingerprint)) }
        return try admitted(participant, pair)
    }

    /// The caller that is about to post its own keys note, where its token holds by keys known here; nil where only the note
    /// can tell who posts it.
    ///
    /// Nil also for a name that is not in the directory and for a token that is forged: all of them are refused behind the
    /// note, in the same words, so that a stranger does not learn from the answer which participants are enrolled.
    func caller(field: String?, posting id: ParticipantID) async throws -> Caller? {
        try clock.requireSure()
        // Who has no token that could hold has nothing to send, whoever is in the directory.
        guard let token = CompactToken(field: field), token.claims.subject == id,
            token.claims.hold(origin: token.claims.audience, now: clock.now)
        else { throw Problem(.unauthorized, detail: "send a token of the participant whose keys these are") }
        guard let participant = directories.current[id], let pair = try await keys.pair(of: participant),
            token.isSigned(by: pair)
        else { return nil }
        try requireOrigin(token)
        return try admitted(participant, pair)
    }

    /// The caller that posts its first keys note: the token is checked by the keys inside it, whose fingerprint must be the
    /// directory's.
    func caller(field: String?, presenting pair: VerifyingPair) throws -> Caller {
        try clock.requireSure()
        guard let token = CompactToken(field: field),
            let participant = directories.current[token.claims.subject],
            pair.name == participant.id.text, pair.fingerprint == participant.fingerprint.text
        else { throw Self.unauthorized }
        try check(token, by: pair)
        return try admitted(participant, pair)
    }

    /// One answer to whoever cannot be told from a stranger.
    static var unauthorized: Problem {
        Problem(
            .unauthorized,
            detail: "send a JWT signed by this participant's Ed25519 key, for this origin, of "
                + "\(Limits.tokenSeconds) s: a participant whose keys note is not here posts that first")
    }

    private func check(_ token: CompactToken, by pair: VerifyingPair) throws {
        // Its time first, which costs nothing.
        guard token.claims.hold(origin: token.claims.audience, now: clock.now), token.isSigned(by: pair) else {
            throw Self.unauthorized
        }
        try requireOrigin(token)
    }

    /// Told to those only whose signature held: what they have wrong is a setting.
    private func requireOrigin(_ token: CompactToken) throws {
        let origin = origin
        guard token.claims.audience == origin else {
            throw Problem(.unauthorized, detail: "the token is for another origin: relay.origin must be \(origin)")
        }
    }

    private func admitted(_ participant: Directory.Participant, _ pair: VerifyingPair) throws -> Caller {
        // Whoever retired may still end what the log had before: fetch, acknowledge, learn of receipts.
        guard participant.status == .active || participant.status == .retired else {
            throw Problem(
                .notEntitled, detail: "the directory says that this participant is \(participant.status.rawValue)")
        }
        // Behind the token, so that nobody can use up what is another's.
        try rates.take(by: participant.id)
        return Caller(participant: participant, pair: pair)
    }

    /// What was found out about a token holds only as long as its claims and the directory do.
    private func remembered(_ held: Held, directory: Directory) async throws -> Caller? {
        guard held.claims.hold(origin: origin, now: clock.now), let participant = directory[held.claims.subject],
            participant.fingerprint.text == held.fingerprint, let pair = try await keys.pair(of: participant)
        else { return nil }
        return try admitted(participant, pair)
    }

    private func remember(_ field: String, _ held: Held) {
        let time = clock.now
        state.withLock { state in
            if state.held.count >= Self.tokensMax {
                state.held = state.held.filter { $0.value.claims.hold(origin: state.origin, now: time) }
            }
            if state.held.count >= Self.tokensMax { state.held.removeAll() }
            state.held[field] = held
        }
    }
}
