import Exchange
import GRDB
import LabReport

/// A replay that somebody asked for and that is not over.
struct OpenReplay: Sendable, Hashable {
    var id: Int64
    /// Held under one of these rules; nil: under any.
    var rules: [String]?
    /// By which configuration it was asked for.
    var basis: Int64
    var askedAt: Int64
    /// The last report it is about, and the last one it is done with.
    var through: Int64
    var after: Int64
}

/// A batch of held reports that were judged again, of which a person dropped some meanwhile: it is judged anew without them.
struct NoLongerHeld: Error {}

/// What is held, and judged again because somebody asked.
extension OutboxStore {
    /// Rules by which nothing that is held can ever be taken: what it repeats was taken.
    static let final = "heldRule != 'duplicate' AND isWhole"

    /// Asks for everything that is held now, or for what is held under these rules, to be judged again; gives how many that
    /// are. A request that is not over yet is replaced: its part of the work is in this one, too.
    func askReplay(rules: [String]?, basis: Int64, at: Int64) throws -> Int {
        try transact(.askReplay) { db in
            let through = try Int64.fetchOne(db, sql: "SELECT MAX(id) FROM reports WHERE state = 'held'") ?? 0
            let open = try OutboxStore.openReplay(db)
            try db.execute(
                sql: "UPDATE replays SET finishedAt = ? WHERE finishedAt IS NULL", arguments: [at])
            var wanted = rules
            if let open { wanted = rules.flatMap { rules in open.rules.map { Array(Set(rules + $0)).sorted() } } }
            try db.execute(
                sql: "INSERT INTO replays (rules, basis, askedAt, through) VALUES (?, ?, ?, ?)",
                arguments: [wanted?.joined(separator: " "), basis, at, through])
            let replay = OpenReplay(
                id: db.lastInsertedRowID, rules: wanted, basis: basis, askedAt: at, through: through, after: 0)
            return try OutboxStore.count(of: replay, heldSince: OutboxStore.oldest(at: at), db)
        }
    }

    /// The request that is not over, nil where there is none.
    func openReplay() throws -> OpenReplay? {
        try read { db in try OutboxStore.openReplay(db) }
    }

    private static func openReplay(_ db: Database) throws -> OpenReplay? {
        try Row.fetchOne(
            db,
            sql:
                "SELECT id, rules, basis, askedAt, through, after FROM replays WHERE finishedAt IS NULL ORDER BY id LIMIT 1"
        ).map { row in
            let rules: String? = row["rules"]
            return OpenReplay(
                id: row["id"], rules: rules?.split(separator: " ").map(String.init), basis: row["basis"],
                askedAt: row["askedAt"], through: row["through"], after: row["after"])
        }
    }

    /// What was held before that second is not judged again: what was taken since is no longer remembered.
    static func oldest(at now: Int64) -> Int64 { now - EarlierReports.days * 86_400 }

    /// The next reports of a replay, as many as one transaction takes.
    func held(by replay: OpenReplay, at: Int64, _ limits: IntakeLimits) throws -> [HeldReport] {
        try read { db in
            let (condition, arguments) = OutboxStore.condition(of: replay, heldSince: OutboxStore.oldest(at: at))
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT id, file, ordinal, part, segment, record, offset, length, heldRule, readAt,
                        EXISTS (SELECT 1 FROM findings WHERE report = id AND rule = 'cut-short') AS wasCutShort,
                        EXISTS (SELECT 1 FROM findings WHERE report = id AND rule = 'broken-frame') AS wasInBrokenFrame
                    FROM reports INDEXED BY reportsHeldInOrder WHERE \(condition) ORDER BY id LIMIT \(limits.batchMessages)
                    """,
                arguments: arguments)
            var held: [HeldReport] = []
            var bytes: Int64 = 0
            while bytes < limits.batchBytes, let row = try rows.next() {
                let report = HeldReport(
                    id: row["id"], file: row["file"], ordinal: row["ordinal"], part: row["part"],
                    place: OutboxStore.place(row), rule: row["heldRule"], readAt: row["readAt"],
                    wasCutShort: row["wasCutShort"], wasInBrokenFrame: row["wasInBrokenFrame"])
                if held.last?.place != report.place { bytes += report.place.length }
                held.append(report)
            }
            return held
        }
    }

    /// Reports that a replay is not done with.
    func count(of replay: OpenReplay, at: Int64) throws -> Int {
        try read { db in try OutboxStore.count(of: replay, heldSince: OutboxStore.oldest(at: at), db) }
    }

    private static func count(of replay: OpenReplay, heldSince: Int64, _ db: Database) throws -> Int {
        let (condition, arguments) = condition(of: replay, heldSince: heldSince)
        return try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM reports INDEXED BY reportsHeldInOrder WHERE \(condition)",
            arguments: arguments) ?? 0
    }

    private static func condition(of replay: OpenReplay, heldSince: Int64) -> (String, StatementArguments) {
        var condition = "state = 'held' AND id > ? AND id <= ? AND readAt >= ? AND \(final)"
        var arguments: StatementArguments = [replay.after, replay.through, heldSince]
        if let rules = replay.rules {
            condition += " AND heldRule IN (\(rules.map { _ in "?" }.joined(separator: ", ")))"
            arguments += StatementArguments(rules)
        }
        return (condition, arguments)
    }

    /// Writes down what became of some held reports: after this transaction, and not before, they are taken, or held under
    /// another rule. Where a person dropped one of them meanwhile nothing is written (`NoLongerHeld`).
    func replay(_ batch: ReplayBatch) throws {
        try transact(.replayHeld) { db in
            // Also what could not be opened: the file of what was dropped may be gone.
            for id in batch.held where try !OutboxStore.isHeld(id, db) { throw NoLongerHeld() }
            for extent in batch.extents { try OutboxStore.record(extent, batch.reading, db) }
            var writer = try IntakeWriter(db, at: batch.at)
            for one in batch.rejudged {
                if one.entry.isTaken {
                    try OutboxStore.release(one.held, db)
                    try writer.write(one.entry, file: one.held.file)
                } else if let rule = one.entry.heldRule, rule != one.held.rule {
                    try db.execute(
                        sql: "UPDATE reports SET heldRule = ? WHERE id = ?", arguments: [rule, one.held.id])
                    try db.execute(sql: "DELETE FROM findings WHERE report = ?", arguments: [one.held.id])
                    try writer.write(one.entry.findings, of: one.held.id)
                }
            }
            try writer.finish()
            try OutboxStore.remember(batch.earlier, at: batch.at, db)
            let taken = batch.rejudged.count { $0.entry.isTaken }
            try db.execute(
                sql: """
                    UPDATE replays SET after = ?, tried = tried + ?, taken = taken + ?, damaged = damaged + ? WHERE id = ?
                    """,
                arguments: [batch.after, batch.held.count, taken, batch.damaged, batch.replay])
        }
    }

    private static func isHeld(_ id: Int64, _ db: Database) throws -> Bool {
        let statement = try db.cachedStatement(sql: "SELECT 1 FROM reports WHERE id = ? AND state = 'held'")
        return try Int.fetchOne(statement, arguments: [id]) != nil
    }

    /// The held row goes: the report is counted, and gets its row, as taken.
    private static func release(_ held: HeldReport, _ db: Database) throws {
        try db.execute(sql: "DELETE FROM findings WHERE report = ?", arguments: [held.id])
        try db.execute(sql: "DELETE FROM reports WHERE id = ? AND state = 'held'", arguments: [held.id])
        guard db.changesCount == 1 else { throw OutboxFailure.inconsistent("a held report") }
        try db.execute(
            sql: "UPDATE segments SET pending = pending - 1 WHERE number = ?", arguments: [held.place.segment])
        try db.execute(
            sql: "UPDATE files SET held = held - 1, taken = taken + 1 WHERE id = ?", arguments: [held.file])
        try letGo(held.place, db)
    }

    /// The replay is over.
    func finish(_ replay: OpenReplay, at: Int64) throws {
        try transact(.replayHeld) { db in
            try db.execute(sql: "UPDATE replays SET finishedAt = ? WHERE id = ?", arguments: [at, replay.id])
        }
    }

    /// By which configuration the outbox that started last judges; nil where none did.
    func basis() throws -> Int64? {
        try read { db in try Int64.fetchOne(db, sql: "SELECT value FROM cursors WHERE name = 'basis'") }
    }

    /// Held reports by their rule.
    func heldCounts(at now: Int64) throws -> [HeldCount] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT heldRule, COUNT(*) AS reports, MIN(readAt) AS oldestAt,
                        SUM(\(OutboxStore.final) AND readAt >= ?) AS triable
                    FROM reports WHERE state = 'held' GROUP BY heldRule ORDER BY heldRule
                    """,
                arguments: [OutboxStore.oldest(at: now)])
            return rows.map { row in
                HeldCount(
                    rule: row["heldRule"], reports: row["reports"], triable: row["triable"],
                    oldestAt: UTCTime(secondsSinceEpoch: row["oldestAt"]))
            }
        }
    }
}
