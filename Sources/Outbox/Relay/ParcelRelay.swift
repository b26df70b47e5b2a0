package import Courier
package import Exchange

/// What the outbox needs of the other side: the relay's services, and the trust in what it serves.
///
/// `RelayLink` is the real one; tests put a double in its place that fails where they say.
package protocol ParcelRelay: Sendable {
    /// The newest directory that was verified; it is current now.
    func directory() async throws -> Directory

    /// Takes newer versions of the directory from the relay.
    func refreshDirectory() async throws

    /// Makes sure that a version quoted in a verified note is known here.
    func requireDirectory(version: Int64) async throws

    /// A participant's verified keys: those known here, or with `refresh` the newest that the relay has.
    func keysNote(of id: ParticipantID, refresh: Bool) async throws -> KeysNote

    /// Makes this participant's own keys known at the relay, renewed where they are due.
    @discardableResult
    func publishOwnKeys() async throws -> Bool

    /// Gets a parcel to the relay; returns when the relay has accepted it. May be called again at any time. `failed` is told of every
    /// request with bytes of the body that was not answered as it should, also where another one was made then, and whether all of the
    /// body was there with it.
    func upload(
        _ manifest: Signed<Manifest>, bodyPath: String, progress: @escaping @Sendable (Int64) -> Void,
        failed: @escaping @Sendable (CourierFailure, _ asLastPiece: Bool) -> Void
    ) async throws

    /// What was last seen of the relay's log.
    func logPosition() async -> LogPosition?

    /// Takes the relay's newest checkpoint.
    func refreshLog() async throws

    /// Makes sure that the log has what a verified note quotes of it.
    func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws

    /// Makes sure that the log has the acceptance of a parcel.
    func requireAccepted(_ manifest: Signed<Manifest>) async throws

    /// Of receipts that the relay shows under an index of its log, those that are not there.
    func unlogged(among receipts: [LoggedReceipt]) async throws -> [ParcelID]

    /// What the relay has of a parcel that it accepted.
    func standing(of manifest: Signed<Manifest>) async throws -> ParcelStanding

    /// Receipts after a cursor, as the relay serves them: unverified.
    func receipts(after cursor: Int64, waitSeconds: Int) async throws -> OutboxPage

    /// The name of the log that is gone on with now; nil before one is known. Receipts are counted by it.
    func logName() async -> String?

    /// Gives connections back.
    func shutdown() async
}

/// What a relay has of a parcel, by its own word.
package enum ParcelStanding: Sendable, Equatable {
    /// Nothing: it was restored, or lost it.
    case unknown
    /// The parcel.
    case held
    /// A receipt on it, unverified.
    case answered([UInt8])
}
