import Exchange
import GRDB
import LabReport

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Held reports one by one, and those that a person drops.
extension OutboxStore {
    /// Reports that one transaction drops.
    private static let droppedAtOnce = 5_000

    private static let entryColumns = """
        SELECT reports.id AS id, fingerprint, heldRule, ordinal, part, readAt, segment, record, reports.offset AS offset,
            length, sha256, (\(OutboxStore.final) AND readAt >= ?) AS isTriable
        FROM reports INDEXED BY reportsHeldInOrder JOIN files ON files.id = file WHERE reports.state = 'held'
        """

    /// Held reports behind the row `id`, under any rule or under these.
    func heldEntries(after id: Int64, rules: [String]?, at now: Int64, limit: Int) throws -> [HeldEntry] {
        try read { db in
            var sql = OutboxStore.entryColumns + " AND reports.id > ?"
            var arguments: StatementArguments = [OutboxStore.oldest(at: now), id]
            if let rules {
                sql += " AND heldRule IN (\(rules.map { _ in "?" }.joined(separator: ", ")))"
                arguments += StatementArguments(rules)
            }
            return try Row.fetchAll(db, sql: sql + " ORDER BY reports.id LIMIT \(limit)", arguments: arguments)
                .map(OutboxStore.entry)
        }
    }

    /// The held report of that name.
    func heldEntry(_ name: HeldName, at now: Int64) throws -> HeldEntry? {
        try read { db in
            let row = try Row.fetchOne(
                db, sql: OutboxStore.entryColumns + " AND reports.id = ?",
                arguments: [OutboxStore.oldest(at: now), name.row])
            return try row.map(OutboxStore.entry).flatMap { $0.name == name ? $0 : nil }
        }
    }

    private static func entry(_ row: Row) throws -> HeldEntry {
        let fingerprint: Data = row["fingerprint"]
        let part: Int = row["part"]
        return HeldEntry(
            name: HeldName(row: row["id"], fingerprint: fingerprint), rule: row["heldRule"], fileHash: row["sha256"],
            message: row["ordinal"], part: part + 1, readAt: UTCTime(secondsSinceEpoch: row["readAt"]),
            isTriable: row["isTriable"],
            place: place(row))
    }

    static func place(_ row: Row) -> RecordPlace {
        RecordPlace(segment: row["segment"], index: row["record"], offset: row["offset"], length: row["length"])
    }

    /// What was found in a report, in its order.
    func findings(ofReport id: Int64) throws -> [Finding] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT rule, severity, path FROM findings WHERE report = ? ORDER BY number", arguments: [id]
            ).map { row in
                guard let severity = Finding.Severity(rawValue: row["severity"]) else {
                    throw OutboxFailure.inconsistent("severity of a finding")
                }
                return Finding(held: row["rule"], severity: severity, path: row["path"])
            }
        }
    }

    /// The row of the last report that is held; 0 where nothing is.
    func lastHeld() throws -> Int64 {
        try read { db in try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM reports WHERE state = 'held'") ?? 0 }
    }

    /// Drops the held reports of these names, all in one transaction; gives those that there were.
    func drop(_ names: [HeldName], at: Int64) throws -> Set<HeldName> {
        try transact(.dropHeld) { db in
            var dropped: Set<HeldName> = []
            var rows: [Row] = []
            for name in Set(names) {
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT id, file, segment, record, offset, length, heldRule, fingerprint FROM reports
                        WHERE id = ? AND state = 'held'
                        """,
                    arguments: [name.row])
                guard let row else { continue }
                let fingerprint: Data = row["fingerprint"]
                guard HeldName(row: name.row, fingerprint: fingerprint) == name else { continue }
                dropped.insert(name)
                rows.append(row)
            }
            try OutboxStore.drop(rows, at: at, db)
            return dropped
        }
    }

    /// Drops the next reports that are held up to the row `through`, under any rule or under these; gives how many, and whether there
    /// may be more. Numbers of rows come again once the highest are gone: none that was held since is among those asked for.
    func dropNext(rules: [String]?, through: Int64, at: Int64) throws -> (count: Int, mayBeMore: Bool) {
        try transact(.dropHeld) { db in
            var sql = """
                SELECT id, file, segment, record, offset, length, heldRule FROM reports INDEXED BY reportsHeldInOrder
                WHERE state = 'held' AND id <= ?
                """
            var arguments: StatementArguments = [through]
            if let rules {
                sql += " AND heldRule IN (\(rules.map { _ in "?" }.joined(separator: ", ")))"
                arguments += StatementArguments(rules)
            }
            sql += " ORDER BY id LIMIT \(OutboxStore.droppedAtOnce)"
            let rows = try Row.fetchAll(db, sql: sql, arguments: arguments)
            try OutboxStore.drop(rows, at: at, db)
            let last: Int64? = rows.last?["id"]
            return (rows.count, rows.count == OutboxStore.droppedAtOnce && last != through)
        }
    }

    /// The rows go, and with the last one of a segment its file may; where others of it stay, what held them alone is to be
    /// overwritten. What is told of them is how many there were.
    private static func drop(_ rows: [Row], at: Int64, _ db: Database) throws {
        var (bySegment, byFile): ([Int64: Int], [Int64: Int]) = ([:], [:])
        var byRule: [String: Int] = [:]
        let findings = try db.cachedStatement(sql: "DELETE FROM findings WHERE report = ?")
        let report = try db.cachedStatement(sql: "DELETE FROM reports WHERE id = ? AND state = 'held'")
        for row in rows {
            let id: Int64 = row["id"]
            try findings.execute(arguments: [id])
            try report.execute(arguments: [id])
            bySegment[row["segment"], default: 0] += 1
            byFile[row["file"], default: 0] += 1
            byRule[row["heldRule"], default: 0] += 1
        }
        for (segment, count) in bySegment {
            try db.execute(
                sql: "UPDATE segments SET pending = pending - ? WHERE number = ?", arguments: [count, segment])
        }
        for place in Set(rows.map(OutboxStore.place)) { try OutboxStore.letGo(place, db) }
        for (file, count) in byFile {
            try db.execute(
                sql: "UPDATE files SET held = held - ?, reports = reports - ? WHERE id = ?",
                arguments: [count, count, file])
        }
        for (rule, count) in byRule.sorted(by: { $0.key < $1.key }) {
            try db.execute(
                sql: "INSERT INTO drops (rule, reports, droppedAt) VALUES (?, ?, ?)", arguments: [rule, count, at])
        }
    }
}
