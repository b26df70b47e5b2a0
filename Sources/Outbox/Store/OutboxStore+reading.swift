import Courier
import Durable
import GRDB
import LabReport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// How journalled records are to be read again.
extension OutboxStore {
    /// How the records of a segment are to be read again; nil when it is gone.
    func reading(ofSegment number: Int64) throws -> ReadingSettings? {
        try read { db in
            let row = try Row.fetchOne(
                db,
                sql: """
                    SELECT charset, utcOffsetMinutes, zone, codes, ordersApart FROM segments
                    WHERE number = ? AND state != 'removed'
                    """,
                arguments: [number])
            return try row.map { row in
                let name: String? = row["zone"]
                let zone = name.flatMap { SiteZone(rawValue: $0) }
                guard (zone == nil) == (name == nil) else { throw OutboxFailure.inconsistent("zone of a segment") }
                return ReadingSettings(
                    charset: row["charset"], zone: zone, utcOffsetMinutes: row["utcOffsetMinutes"], codes: row["codes"],
                    ordersApart: row["ordersApart"])
            }
        }
    }

    /// Looks into the database of a data folder without touching it, beside a running agent or without one; nil where there is none.
    static func look<Value>(into dataFolder: String, _ body: (Database) throws -> Value) throws -> Value? {
        let path = DataFolder.database(in: dataFolder)
        try FolderCheck(dataFolder: dataFolder).requireDatabase()
        guard try Disk.real.size(of: path) ?? 0 > 0 else { return nil }
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        configuration.label = "outbox-look"
        return try OutboxFailure.telling {
            try DatabaseQueue(path: path, configuration: configuration).read { db in
                do {
                    return try body(db)
                } catch let failure as DatabaseError where failure.resultCode == .SQLITE_ERROR {
                    // Another version's database is the reason, where it is one; what can be read of it is.
                    try OutboxSchema.requireCurrent(db)
                    throw failure
                }
            }
        }
    }

    /// Whether anything was ever taken or held.
    func hasFiles() throws -> Bool { try read(OutboxStore.hasFiles) }

    static func hasFiles(_ db: Database) throws -> Bool {
        guard try db.tableExists("files") else { return false }
        return try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM files)") ?? false
    }

    /// Whether a report of the file of that hash waits for a parcel.
    func hasUnsealed(ofFile hash: String) throws -> Bool {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM files JOIN reports ON reports.file = files.id
                        JOIN deliveries ON deliveries.report = reports.id
                        WHERE files.sha256 = ? AND deliveries.parcel IS NULL)
                    OR EXISTS (SELECT 1 FROM files JOIN reports ON reports.file = files.id
                        JOIN waitingFiles ON waitingFiles.report = reports.id WHERE files.sha256 = ?)
                    """,
                arguments: [hash, hash]) ?? false
        }
    }

    /// Whether that part of the same message has a row of its own: the parts of a message were written one behind the other.
    func hasRow(ofPart part: Int, besideReport report: Int64) throws -> Bool {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM reports AS one JOIN reports AS other
                        ON other.id BETWEEN one.id AND one.id + :part AND other.file = one.file
                            AND other.ordinal = one.ordinal AND other.part = :part
                        WHERE one.id = :report)
                    """,
                arguments: ["part": part, "report": report]) ?? false
        }
    }

    /// The table that reports were routed by.
    func codeTable(_ sha256: String) throws -> CodeTable {
        let text = try read { db in
            try Data.fetchOne(db, sql: "SELECT text FROM codeTables WHERE sha256 = ?", arguments: [sha256])
        }
        guard let text, let table = try? CodeTable(Array(text)) else { throw OutboxFailure.inconsistent("code table") }
        return table
    }

    /// Keeps the table in use, and lets go of those that no report needs any more; and writes down by which configuration
    /// reports are judged from now on.
    func keep(_ codes: SenderCodes?, basis: Int64) throws {
        try transact(.keepCodes) { db in
            try db.execute(
                sql: """
                    INSERT INTO cursors (name, value) VALUES ('basis', ?)
                    ON CONFLICT (name) DO UPDATE SET value = excluded.value
                    """,
                arguments: [basis])
            if let codes {
                try db.execute(
                    sql: "INSERT INTO codeTables (sha256, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
                    arguments: [codes.sha256, Data(codes.text)])
            }
            try db.execute(sql: "UPDATE segments SET codes = NULL WHERE state = 'removed' AND codes IS NOT NULL")
            try db.execute(
                sql: """
                    DELETE FROM codeTables WHERE sha256 IS NOT ?
                        AND sha256 NOT IN (SELECT codes FROM segments WHERE codes IS NOT NULL)
                    """,
                arguments: [codes?.sha256])
        }
    }
}
