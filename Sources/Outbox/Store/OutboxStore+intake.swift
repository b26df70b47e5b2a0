import GRDB
import LabReport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension OutboxStore {
    /// How far the file of that hash was taken, nil when it is new.
    func progress(ofFile hash: String) throws -> FileProgress? {
        try read { db in
            try Row.fetchOne(
                db, sql: "SELECT state, offset, pieces, taken, held FROM files WHERE sha256 = ?", arguments: [hash]
            ).map { row in
                FileProgress(
                    isTaken: row["state"] == "taken", offset: row["offset"], pieces: row["pieces"],
                    taken: row["taken"], held: row["held"])
            }
        }
    }

    /// Which of these fingerprints belong to reports that were taken before.
    func takenFingerprints(among fingerprints: [[UInt8]]) throws -> Set<[UInt8]> {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT 1 FROM reports WHERE fingerprint = ? AND state = 'taken'")
            var known: Set<[UInt8]> = []
            for fingerprint in fingerprints
            where try Int.fetchOne(statement, arguments: [Data(fingerprint)]) != nil {
                known.insert(fingerprint)
            }
            return known
        }
    }

    /// What went out under a filler number before.
    func versions(ofFiller filler: [UInt8], root: [UInt8]? = nil) throws -> [VersionKey] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT name, root, route, profile, codes, patient, contents
                    FROM versions JOIN recipients ON recipients.id = recipient
                    WHERE filler = ? \(root == nil ? "" : "AND root = ?") ORDER BY name
                    """,
                arguments: StatementArguments([Data(filler)] + (root.map { [Data($0)] } ?? []))
            ).map { row in
                let blob: Data = row["codes"]
                let root: Data = row["root"]
                let (patient, contents): (Data?, Data?) = (row["patient"], row["contents"])
                guard let codes = PackedIntegers.unpack(blob) else { throw OutboxFailure.inconsistent("version codes") }
                return VersionKey(
                    filler: filler, root: Array(root), recipient: row["name"], route: row["route"],
                    profile: row["profile"], codes: codes, patient: patient.map { Array($0) },
                    contents: PackedIntegers.unpack(pairs: contents))
            }
        }
    }

    /// How many versions lie under a number; no more than so many are counted.
    func versionCount(ofFiller filler: [UInt8], atMost most: Int) throws -> Int {
        try read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT COUNT(*) FROM (SELECT 1 FROM versions WHERE filler = ? LIMIT ?)")
            return try Int.fetchOne(statement, arguments: [Data(filler), most]) ?? 0
        }
    }

    /// Under which of these numbers anything went out before.
    func usedFillers(among fillers: [[UInt8]]) throws -> Set<[UInt8]> {
        guard !fillers.isEmpty else { return [] }
        return try read { db in
            let statement = try db.cachedStatement(sql: "SELECT 1 FROM versions WHERE filler = ? LIMIT 1")
            return try Set(fillers.filter { try Int.fetchOne(statement, arguments: [Data($0)]) != nil })
        }
    }

    /// Takes and holds the messages of a batch, together with the file's progress: after this transaction, and not
    /// before, they count.
    func take(_ batch: IntakeBatch) throws {
        try transact(.takeReports) { db in
            let file = try OutboxStore.advance(batch, db)
            for extent in batch.extents { try OutboxStore.record(extent, batch.reading, db) }
            var writer = try IntakeWriter(db, at: batch.at)
            for entry in batch.entries { try writer.write(entry, file: file) }
            try writer.finish()
            try OutboxStore.remember(batch.earlier, at: batch.at, db)
        }
    }

    /// The held messages of a file, each under one rule.
    func heldByRule(ofFile hash: String) throws -> [String: Int] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT heldRule, COUNT(*) AS count FROM reports JOIN files ON files.id = file
                    WHERE reports.state = 'held' AND sha256 = ? GROUP BY heldRule
                    """,
                arguments: [hash])
            return Dictionary(rows.map { ($0["heldRule"], $0["count"]) }, uniquingKeysWith: { first, _ in first })
        }
    }

    /// A segment that nothing more is appended to.
    func closeSegment(_ number: Int64) throws {
        try transact(.closeSegment) { db in
            try db.execute(
                sql: "UPDATE segments SET state = 'closed' WHERE number = ? AND state = 'open'", arguments: [number])
        }
    }

    /// Deliveries that are not over, of the reports in a segment.
    func pending(inSegment number: Int64) throws -> Int? {
        try read { db in try OutboxStore.pending(inSegment: number, db) }
    }

    static func pending(inSegment number: Int64, _ db: Database) throws -> Int? {
        try Int.fetchOne(db, sql: "SELECT pending FROM segments WHERE number = ?", arguments: [number])
    }

    private static func advance(_ batch: IntakeBatch, _ db: Database) throws -> Int64 {
        var taken = 0
        for case .taken in batch.entries.lazy.map(\.verdict) { taken += 1 }
        try db.execute(
            sql: """
                INSERT INTO files (sha256, size, state, offset, pieces, reports, taken, held, pending, startedAt, finishedAt)
                VALUES (:hash, :size, :state, :offset, :pieces, :reports, :taken, :held, 0, :at, :finishedAt)
                ON CONFLICT (sha256) DO UPDATE SET state = excluded.state, offset = excluded.offset,
                    pieces = pieces + excluded.pieces, reports = reports + excluded.reports, taken = taken + excluded.taken,
                    held = held + excluded.held, finishedAt = excluded.finishedAt
                """,
            arguments: [
                "hash": batch.fileHash, "size": batch.fileSize, "state": batch.isLast ? "taken" : "reading",
                "offset": batch.offset, "pieces": batch.pieces, "reports": batch.entries.count, "taken": taken,
                "held": batch.entries.count - taken, "at": batch.at, "finishedAt": batch.isLast ? batch.at : nil,
            ])
        guard
            let file = try Int64.fetchOne(db, sql: "SELECT id FROM files WHERE sha256 = ?", arguments: [batch.fileHash])
        else { throw OutboxFailure.inconsistent("file row") }
        return file
    }

    static func record(_ extent: SegmentExtent, _ reading: ReadingSettings, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO segments (number, kind, state, records, bytes, pending, charset, utcOffsetMinutes, zone, codes,
                    ordersApart)
                VALUES (:number, :kind, :state, :records, :bytes, 0, :charset, :utcOffset, :zone, :codes, :ordersApart)
                ON CONFLICT (number) DO UPDATE
                SET state = excluded.state, records = excluded.records, bytes = excluded.bytes
                """,
            arguments: [
                "number": extent.number, "kind": extent.kind.folder, "state": extent.isClosed ? "closed" : "open",
                "records": extent.records, "bytes": extent.bytes, "charset": reading.charset,
                "utcOffset": reading.utcOffsetMinutes, "zone": reading.zone?.rawValue, "codes": reading.codes,
                "ordersApart": reading.ordersApart,
            ])
    }
}

/// Writes the rows of one batch with statements prepared once.
struct IntakeWriter {
    private let db: Database
    private let at: Int64
    private let report: Statement
    private let finding: Statement
    private let delivery: Statement
    private let version: Statement
    private let earlierVersion: Statement
    private var recipients: [String: Int64] = [:]
    private var pending: [Int64: Int] = [:]
    private var deliveries: [Int64: Int] = [:]

    init(_ db: Database, at: Int64) throws {
        self.db = db
        self.at = at
        report = try db.cachedStatement(
            sql: """
                INSERT INTO reports
                (file, ordinal, part, state, segment, record, offset, length, fingerprint, identifier, heldRule, readAt,
                    isWhole)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        finding = try db.cachedStatement(
            sql: "INSERT INTO findings (report, number, rule, severity, path) VALUES (?, ?, ?, ?, ?)")
        delivery = try db.cachedStatement(
            sql: """
                INSERT INTO deliveries
                (recipient, report, route, profile, results, retentionDays, receiptDueMinutes, takenBack)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        earlierVersion = try db.cachedStatement(
            sql: "SELECT codes, contents FROM versions WHERE filler = ? AND root = ? AND recipient = ?")
        version = try db.cachedStatement(
            sql: """
                INSERT INTO versions (filler, root, recipient, route, profile, codes, patient, contents)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (filler, root, recipient) DO UPDATE
                SET route = excluded.route, profile = excluded.profile, codes = excluded.codes,
                    patient = excluded.patient, contents = excluded.contents
                """)
    }

    /// Writes down a report of that file.
    mutating func write(_ entry: IntakeBatch.Entry, file: Int64) throws {
        var identifierOfTaken: Data?
        var heldRule: String?
        switch entry.verdict {
        case .taken(let roots, _, _):
            guard roots.canBeStored else { throw OutboxFailure.inconsistent("roots of identifiers") }
            identifierOfTaken = Data(roots.stored)
        case .held(let rule): heldRule = rule
        }
        try report.execute(arguments: [
            file, entry.ordinal, entry.part, heldRule == nil ? "taken" : "held", entry.place.segment, entry.place.index,
            entry.place.offset, entry.place.length, Data(entry.fingerprint), identifierOfTaken, heldRule, at,
            entry.isWhole,
        ])
        let id = db.lastInsertedRowID
        try write(entry.findings, of: id)
        guard case .taken(_, let planned, let versions) = entry.verdict else {
            // A held message keeps its segment until a person decides about it.
            pending[entry.place.segment, default: 0] += 1
            return
        }
        for one in planned {
            try delivery.execute(arguments: [
                recipient(one.recipient), id, one.route, one.profile,
                Data(PackedIntegers.pack(one.results.map { UInt32(clamping: $0) })), one.terms.retentionDays,
                one.terms.receiptDueMinutes, Data(PackedIntegers.pack(one.takenBack.map { UInt32(clamping: $0) })),
            ])
        }
        for one in versions { try write(one) }
        pending[entry.place.segment, default: 0] += planned.count
        deliveries[file, default: 0] += planned.count
    }

    /// Writes down what was found in a report.
    func write(_ findings: [Finding], of report: Int64) throws {
        for (number, found) in findings.enumerated() {
            try finding.execute(arguments: [report, number, found.rule, found.severity.rawValue, found.path])
        }
    }

    /// Counts what this batch adds to its segments and files.
    func finish() throws {
        for (segment, count) in pending {
            try db.execute(
                sql: "UPDATE segments SET pending = pending + ? WHERE number = ?", arguments: [count, segment])
        }
        for (file, count) in deliveries {
            try db.execute(sql: "UPDATE files SET pending = pending + ? WHERE id = ?", arguments: [count, file])
        }
    }

    private mutating func write(_ key: VersionKey) throws {
        let recipient = try recipient(key.recipient)
        var codes = Set(key.codes)
        var contents = key.contents
        if let row = try Row.fetchOne(earlierVersion, arguments: [Data(key.filler), Data(key.root), recipient]) {
            let (known, said): (Data, Data?) = (row["codes"], row["contents"])
            codes.formUnion(PackedIntegers.unpack(known) ?? [])
            contents.merge(PackedIntegers.unpack(pairs: said)) { now, _ in now }
        }
        try version.execute(arguments: [
            Data(key.filler), Data(key.root), recipient, key.route, key.profile,
            Data(PackedIntegers.pack(codes.sorted())), key.patient.map { Data($0) },
            Data(PackedIntegers.pack(contents)),
        ])
    }

    private mutating func recipient(_ name: String) throws -> Int64 {
        if let id = recipients[name] { return id }
        try db.execute(sql: "INSERT INTO recipients (name) VALUES (?) ON CONFLICT (name) DO NOTHING", arguments: [name])
        guard let id = try Int64.fetchOne(db, sql: "SELECT id FROM recipients WHERE name = ?", arguments: [name])
        else { throw OutboxFailure.inconsistent("recipient row") }
        recipients[name] = id
        return id
    }
}
