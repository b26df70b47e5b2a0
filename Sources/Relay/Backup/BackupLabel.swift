import Exchange
import Notes
import StrictJSON

/// What a backup says of itself: one line of JSON, written last, so that a backup without it is not whole.
struct BackupLabel: Equatable {
    static let name = "backup.json"
    static let limit = 4_096

    private static let type = "relay-backup/1"

    /// When it was made, by the relay's machine.
    let madeAt: UTCTime
    /// SHA-256 of the database's file.
    let database: SHA256Hex
    /// The log's verifier key line.
    let logKey: String

    init(madeAt: UTCTime, database: SHA256Hex, logKey: String) {
        self.madeAt = madeAt
        self.database = database
        self.logKey = logKey
    }

    /// Reads exactly what `encoded` writes.
    init(parsing bytes: [UInt8]) throws(RelayFailure) {
        do {
            let limits = JSON.Limits(maxDepth: 1, maxBytes: Self.limit, maxMembers: 4)
            var reader = try ObjectReader(JSON(parsing: bytes, limits: limits), at: "backup")
            guard try reader.string("type") == Self.type else { throw JSONFailure(.wrongType, place: "backup.type") }
            madeAt = try UTCTime(reader.string("madeAt"))
            database = try SHA256Hex(reader.string("database"))
            logKey = try reader.string("logKey")
            try reader.end()
            guard encoded == bytes else { throw JSONFailure(.wrongType, place: "backup") }
        } catch {
            throw .backup("backup.json is not one that pli-relay backup wrote: take another backup")
        }
    }

    var encoded: [UInt8] {
        JSON.object([
            .init("type", .string(Self.type)), .init("madeAt", .string(madeAt.text)),
            .init("database", .string(database.text)), .init("logKey", .string(logKey)),
        ]).encoded + [0x0A]
    }
}
