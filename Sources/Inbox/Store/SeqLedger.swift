import GRDB

/// What a parcel's number says about others of its sender.
struct SeqFinding: Equatable, Sendable {
    /// Numbers that were passed over: parcels that were never seen here.
    var missing: ClosedRange<Int64>?
    /// It was missing until now.
    var isLate = false
    /// Another parcel of this sender had the same number.
    var isRepeated = false
}

/// Keeps the highest number of each sender, and the numbers below it that never came.
enum SeqLedger {
    /// Notes the number of a parcel that was not seen before.
    ///
    /// A sender counts from 1, so numbers below the first one seen are missing too: whoever could hide the first parcels
    /// would otherwise do so unnoticed.
    static func note(_ seq: Int64, of sender: String, at now: Int64, in db: Database) throws -> SeqFinding {
        let highest =
            try Int64.fetchOne(db, sql: "SELECT highestSeq FROM senders WHERE name = ?", arguments: [sender]) ?? 0
        guard seq > highest else {
            return try fill(seq, of: sender, in: db)
        }
        try db.execute(
            sql: """
                INSERT INTO senders (name, highestSeq) VALUES (?, ?)
                ON CONFLICT (name) DO UPDATE SET highestSeq = excluded.highestSeq
                """,
            arguments: [sender, seq])
        guard seq > highest + 1 else { return SeqFinding() }
        let missing = (highest + 1)...(seq - 1)
        try add(missing, of: sender, at: now, in: db)
        return SeqFinding(missing: missing)
    }

    /// The first stretches of numbers of a sender that never came, of those that were noticed behind `since`.
    static func gaps(
        of sender: String, since: Int64 = .min, limit: Int, in db: Database
    ) throws -> [ClosedRange<Int64>] {
        try Row.fetchAll(
            db, sql: "SELECT first, last FROM gaps WHERE sender = ? AND noticedAt > ? ORDER BY first LIMIT ?",
            arguments: [sender, since, limit]
        ).compactMap { row in
            let (first, last): (Int64, Int64) = (row["first"], row["last"])
            return first <= last ? first...last : nil
        }
    }

    /// Takes a number out of the gap it lies in.
    private static func fill(_ seq: Int64, of sender: String, in db: Database) throws -> SeqFinding {
        let gap = try Row.fetchOne(
            db, sql: "SELECT first, last, noticedAt FROM gaps WHERE sender = ? AND first <= ? AND last >= ?",
            arguments: [sender, seq, seq])
        guard let gap else { return SeqFinding(isRepeated: true) }
        let first: Int64 = gap["first"]
        let last: Int64 = gap["last"]
        try db.execute(sql: "DELETE FROM gaps WHERE sender = ? AND first = ?", arguments: [sender, first])
        if first < seq { try add(first...(seq - 1), of: sender, at: gap["noticedAt"], in: db) }
        if seq < last { try add((seq + 1)...last, of: sender, at: gap["noticedAt"], in: db) }
        return SeqFinding(isLate: true)
    }

    private static func add(_ gap: ClosedRange<Int64>, of sender: String, at now: Int64, in db: Database) throws {
        try db.execute(
            sql: "INSERT INTO gaps (sender, first, last, noticedAt) VALUES (?, ?, ?, ?)",
            arguments: [sender, gap.lowerBound, gap.upperBound, now])
    }
}
