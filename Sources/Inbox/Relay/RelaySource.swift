package import Courier
package import Exchange

/// The real relay: a client for what is fetched and posted, `Trust` for what is believed.
package struct RelaySource: ParcelSource {
    private let client: RelayClient
    private let trust: Trust
    private let keys: ParticipantKeys

    /// A source that speaks through `client` and believes what `trust` has verified.
    package init(client: RelayClient, trust: Trust, keys: ParticipantKeys) {
        self.client = client
        self.trust = trust
        self.keys = keys
    }

    package func waiting(after cursor: Int64, waitSeconds: Int) async throws(CourierFailure) -> InboxPage {
        try await client.inbox(after: cursor, waitSeconds: waitSeconds)
    }

    package func fetch(_ manifest: Manifest, to path: String) async throws(CourierFailure) {
        try await client.fetch(from: manifest.from, id: manifest.id, size: manifest.size, to: path)
    }

    package func post(_ receipt: Signed<Receipt>) async throws(CourierFailure) {
        try await client.postReceipt(receipt)
    }

    package func receipt(on manifest: Manifest) async throws(CourierFailure) -> [UInt8]? {
        try await client.receipt(on: manifest)
    }

    package func directory() async throws(CourierFailure) -> Directory {
        try await trust.directory()
    }

    package func pastDirectory(version: Int64) async throws(CourierFailure) -> Directory? {
        try await trust.pastDirectory(version: version)
    }

    package func refreshDirectory() async throws(CourierFailure) {
        try await trust.refreshDirectory(from: client)
    }

    package func requireDirectory(version: Int64) async throws(CourierFailure) {
        try await trust.requireDirectory(version: version, client: client)
    }

    package func keysNote(of id: ParticipantID, refresh: Bool) async throws(CourierFailure) -> KeysNote {
        try await trust.keysNote(of: id, client: client, refresh: refresh)
    }

    package func publishOwnKeys() async throws(CourierFailure) -> PublishedKeys {
        try await trust.publishOwnKeys(keys, client: client)
    }

    package func logPosition() async -> LogPosition? {
        await trust.logPosition()
    }

    package func refreshLog() async throws(CourierFailure) {
        try await trust.refreshLog(from: client)
    }

    package func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws(CourierFailure) {
        try await trust.requireLog(quoted, saidAt: saidAt, client: client)
    }

    package func requireAccepted(_ manifest: Signed<Manifest>) async throws(CourierFailure) -> UTCTime {
        try await trust.requireAccepted(manifest, client: client)
    }

    package func shutdown() async {
        await client.shutdown()
    }
}
