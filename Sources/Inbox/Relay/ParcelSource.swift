package import Courier
package import Exchange

/// Where parcels come from and receipts go to: the relay, and what was verified of all it said about others.
package protocol ParcelSource: Sendable {
    /// Parcels that wait for this participant after a cursor, unverified; waits up to `waitSeconds` for the first one.
    func waiting(after cursor: Int64, waitSeconds: Int) async throws(CourierFailure) -> InboxPage
    /// Fetches the sealed body of a parcel into a file, going on where an earlier attempt ended.
    func fetch(_ manifest: Manifest, to path: String) async throws(CourierFailure)
    /// Posts a receipt; posting it again is fine.
    func post(_ receipt: Signed<Receipt>) async throws(CourierFailure)
    /// The receipt on a parcel for us that the relay has, unverified; nil where it has none.
    func receipt(on manifest: Manifest) async throws(CourierFailure) -> [UInt8]?
    /// The newest directory that was verified; it is current.
    func directory() async throws(CourierFailure) -> Directory
    /// A version of the directory that was verified here, current or not; nil of one from before the first that was.
    func pastDirectory(version: Int64) async throws(CourierFailure) -> Directory?
    /// Takes the directories that are newer than the one known.
    func refreshDirectory() async throws(CourierFailure)
    /// Makes sure that a version quoted in a verified note is known.
    func requireDirectory(version: Int64) async throws(CourierFailure)
    /// A participant's verified keys; with `refresh` those that the relay has now.
    func keysNote(of id: ParticipantID, refresh: Bool) async throws(CourierFailure) -> KeysNote
    /// Publishes this participant's own keys, renewed where it is time.
    func publishOwnKeys() async throws(CourierFailure) -> PublishedKeys
    /// What was last seen of the relay's log.
    func logPosition() async -> LogPosition?
    /// Takes the relay's newest checkpoint.
    func refreshLog() async throws(CourierFailure)
    /// Makes sure that the log has what a verified note quotes of it.
    func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws(CourierFailure)
    /// Makes sure that the log has the acceptance of a parcel, and gives when the log took it in.
    func requireAccepted(_ manifest: Signed<Manifest>) async throws(CourierFailure) -> UTCTime
    /// Closes the connections.
    func shutdown() async
}
