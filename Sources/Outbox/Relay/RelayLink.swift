import Courier
import Durable
import Exchange
import Logging

/// The real relay: Courier's client and what is trusted of it.
struct RelayLink: ParcelRelay {
    private let client: RelayClient
    private let trust: Trust
    private let keys: ParticipantKeys

    /// A link through `client` that believes what `trust` has verified.
    init(client: RelayClient, trust: Trust, keys: ParticipantKeys) {
        self.client = client
        self.trust = trust
        self.keys = keys
    }

    init(
        configuration: AgentConfiguration, keys: ParticipantKeys, trustFolder: String, disk: Disk, logger: Logger,
        now: @escaping @Sendable () -> UTCTime
    ) throws {
        self.keys = keys
        client = try RelayClient(configuration: configuration, keys: keys, disk: disk, now: now)
        trust = try Trust(
            folder: trustFolder, pins: configuration.pins, initialDirectory: configuration.directoryPath,
            logKey: configuration.logKey, disk: disk, logger: logger, now: now)
    }

    func directory() async throws -> Directory {
        try await trust.directory()
    }

    func refreshDirectory() async throws {
        try await trust.refreshDirectory(from: client)
    }

    func requireDirectory(version: Int64) async throws {
        try await trust.requireDirectory(version: version, client: client)
    }

    func keysNote(of id: ParticipantID, refresh: Bool) async throws -> KeysNote {
        try await trust.keysNote(of: id, client: client, refresh: refresh)
    }

    func publishOwnKeys() async throws -> Bool {
        try await trust.publishOwnKeys(keys, client: client).wasBehind
    }

    func upload(
        _ manifest: Signed<Manifest>, bodyPath: String, progress: @escaping @Sendable (Int64) -> Void,
        failed: @escaping @Sendable (CourierFailure, _ asLastPiece: Bool) -> Void
    ) async throws {
        try await client.upload(manifest, bodyPath: bodyPath, progress: progress, failed: failed)
    }

    func logPosition() async -> LogPosition? {
        await trust.logPosition()
    }

    func logName() async -> String? {
        await trust.logName()
    }

    func refreshLog() async throws {
        try await trust.refreshLog(from: client)
    }

    func requireLog(_ quoted: LogPosition, saidAt: UTCTime) async throws {
        try await trust.requireLog(quoted, saidAt: saidAt, client: client)
    }

    func requireAccepted(_ manifest: Signed<Manifest>) async throws {
        try await trust.requireAccepted(manifest, client: client)
    }

    func unlogged(among receipts: [LoggedReceipt]) async throws -> [ParcelID] {
        try await trust.unlogged(among: receipts, client: client)
    }

    func standing(of manifest: Signed<Manifest>) async throws -> ParcelStanding {
        if let receipt = try await client.receipt(on: manifest.value) { return .answered(receipt) }
        return try await client.holds(manifest) ? .held : .unknown
    }

    func receipts(after cursor: Int64, waitSeconds: Int) async throws -> OutboxPage {
        try await client.outbox(after: cursor, waitSeconds: waitSeconds)
    }

    func shutdown() async {
        await client.shutdown()
    }
}
