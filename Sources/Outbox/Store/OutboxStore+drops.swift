import GRDB

/// What is left to do of dropped reports once their rows are gone: to overwrite what they lay in, to tell of them.
extension OutboxStore {
    /// Records that are overwritten with one sync of their segment.
    static let overwrittenAtOnce = 5_000

    /// A held row of this record went. Where no other holds it, it is to be overwritten, unless its segment goes first: an open one of
    /// which nothing is held may have something held again before anybody looks.
    static func letGo(_ place: RecordPlace, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO goneRecords (segment, record, offset, length)
                SELECT number, :record, :offset, :length FROM segments WHERE number = :segment AND state != 'removed'
                    AND NOT EXISTS (SELECT 1 FROM reports INDEXED BY reportsHeldByRecord
                        WHERE segment = :segment AND record = :record AND state = 'held')
                """)
        try statement.execute(arguments: [
            "segment": place.segment, "record": place.index, "offset": place.offset, "length": place.length,
        ])
    }

    /// Records of which nothing is held any more, in segments that live: the next ones to be overwritten.
    func goneRecords() throws -> [RecordPlace] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT segment, record, offset, length FROM goneRecords ORDER BY segment, record
                    LIMIT \(OutboxStore.overwrittenAtOnce)
                    """
            ).map(OutboxStore.place)
        }
    }

    /// They are overwritten.
    func forgetGone(_ places: [RecordPlace]) throws {
        try transact(.forgetGone) { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM goneRecords WHERE segment = ? AND record = ?")
            for place in places { try statement.execute(arguments: [place.segment, place.index]) }
        }
    }

    /// Whether a drop was committed of which something is left to do in the quarantine.
    func hasUnfinishedDrops() throws -> Bool {
        try read { db in
            try Bool.fetchOne(
                db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM goneRecords) OR EXISTS (SELECT 1 FROM segments
                        WHERE kind = 'quarantine' AND state != 'removed' AND pending = 0)
                    """) ?? false
        }
    }

    /// What was dropped and not told in the log yet, by rule, and the last row of it.
    func untoldDrops() throws -> (through: Int64, byRule: [String: Int])? {
        try read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT id, rule, reports FROM drops WHERE toldAt IS NULL ORDER BY id")
            guard let last = rows.last else { return nil }
            var byRule: [String: Int] = [:]
            for row in rows { byRule[row["rule"], default: 0] += row["reports"] }
            return (last["id"], byRule)
        }
    }

    /// It is told.
    func markDropsTold(through id: Int64, at: Int64) throws {
        try transact(.tellDrops) { db in
            try db.execute(
                sql: "UPDATE drops SET toldAt = ? WHERE toldAt IS NULL AND id <= ?", arguments: [at, id])
        }
    }
}
