package import Exchange
package import Notes
import TransparencyLog

/// A log that follows another one: the relay was restored from a backup. That is never believed of the relay alone; a
/// person who was told the new key by another way says so.
package struct LogSuccession: Sendable, Equatable {
    /// The name of the log that was known here.
    package let before: String
    /// The name of its successor.
    package let after: String
    /// When the successor began, by its own word.
    package let since: UTCTime
    /// Leaves that were seen here and that the restored relay no longer has.
    package let lost: Int64
}

extension Trust {
    /// The log that the known one followed, as far as it was shown again after the restore.
    struct LogBefore: Sendable {
        let checkpoint: SignedCheckpoint
        /// When the known log began.
        let since: UTCTime

        /// How long after that a note may still quote what only the lost leaves had: its signer may have been cut off.
        static let quotedSeconds: Int64 = 86_400
    }

    /// Goes on with the log of `key`, if it says in its first leaf that it follows the one known here, and if what it shows
    /// of that one is what was seen here. A running agent takes it from the disk by itself.
    package func accept(
        successor key: VerifierKey, from client: RelayClient
    ) async throws(CourierFailure) -> LogSuccession {
        try await accept(successor: key, service: RelayLogService(client: client))
    }

    func accept(successor key: VerifierKey, service: some LogService) async throws(CourierFailure) -> LogSuccession {
        guard let known = log else {
            throw .usage("no log is known here yet: set relay.logKey to the key instead")
        }
        guard key != known.key else { throw .usage("this is the key of the log that is known here already") }
        do {
            let signed = try await LogAudit.checkpoint(of: service, key: key)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: service)
            let leaf = try LogLeaf(parsing: await tiles.entry(at: 0))
            let before = try await Trust.before(leaf, of: known.key, service: service)
            try await Trust.demandFit(known.checkpoint.checkpoint, before.checkpoint.checkpoint, service)
            let taken = KnownLog(key: key, checkpoint: signed, before: before)
            try store.replaceLog(with: taken)
            log = taken
            return LogSuccession(
                before: known.key.name, after: key.name, since: before.since,
                lost: max(0, known.checkpoint.checkpoint.size - before.checkpoint.checkpoint.size))
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    /// The last checkpoint of the log before, which the first leaf names.
    private static func before(
        _ leaf: LogLeaf, of key: VerifierKey, service: some LogService
    ) async throws -> LogBefore {
        let source = LogBeforeSource(service: service)
        guard leaf.event == .succeeds else { throw CourierFailure.trust(.otherLog) }
        let signed = try await LogAudit.checkpoint(of: source, key: key)
        guard leaf.note.hex == SHA256Hex(of: signed.checkpoint.text).text else {
            throw CourierFailure.trust(.otherLog)
        }
        return LogBefore(
            checkpoint: signed, since: UTCTime(secondsSinceEpoch: leaf.at.minutesSinceEpoch * 60))
    }

    /// Whatever was seen here and is not lost must be in what is shown of the log before.
    private static func demandFit(
        _ known: Checkpoint, _ before: Checkpoint, _ service: some LogService
    ) async throws {
        var tiles = try await CheckedTiles(of: before, from: LogBeforeSource(service: service))
        if known.size <= before.size { try await LogAudit.demandGrowth(from: known, in: &tiles) }
    }

    /// Whether the log before had a position that the known one has not.
    func isInLogBefore(
        _ quoted: LogPosition, saidAt: UTCTime, service: some LogService
    ) async throws -> Bool {
        guard let before = log?.before else { return false }
        let checkpoint = before.checkpoint.checkpoint
        guard quoted.size <= checkpoint.size else {
            return saidAt <= before.since.adding(seconds: LogBefore.quotedSeconds)
        }
        var tiles = try await CheckedTiles(of: checkpoint, from: LogBeforeSource(service: service))
        return try await tiles.root(ofSize: quoted.size).base64 == quoted.root
    }
}

/// The files of the log before, as the relay serves them.
struct LogBeforeSource<Service: LogService>: TileSource {
    let service: Service

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        try await service.file(at: "before/" + path, limit: limit)
    }
}
