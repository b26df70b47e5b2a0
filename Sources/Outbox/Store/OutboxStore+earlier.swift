import GRDB

/// Messages and numbers that were taken before, by keyed hashes.
extension OutboxStore {
    private static let secondsOfDay: Int64 = 86_400

    /// Which of these were taken before, with what was in them.
    func earlier(among keys: [Int64]) throws -> [Int64: Int64] {
        try read { db in
            let statement = try db.cachedStatement(sql: "SELECT content FROM earlier WHERE key = ?")
            var known: [Int64: Int64] = [:]
            for key in keys {
                if let content = try Int64.fetchOne(statement, arguments: [key]) { known[key] = content }
            }
            return known
        }
    }

    /// Remembers them from now on; part of the transaction that takes them.
    static func remember(_ earlier: [Int64: Int64], at: Int64, _ db: Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO earlier (key, content, day) VALUES (?, ?, ?)
                ON CONFLICT (key) DO UPDATE SET content = excluded.content, day = excluded.day
                """)
        // In the order of the table: neighbours share a page.
        for (key, content) in earlier.sorted(by: { $0.key < $1.key }) {
            try statement.execute(arguments: [key, content, at / secondsOfDay])
        }
    }

    /// Forgets some of what was taken too long ago.
    func forgetEarlier(at now: Int64) throws {
        let latest = now / OutboxStore.secondsOfDay - EarlierReports.days
        let any = try read { db in
            try Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM earlier WHERE day <= ?)", arguments: [latest])
        }
        guard any == true else { return }
        try transact(.forgetEarlier) { db in
            try db.execute(
                sql: "DELETE FROM earlier WHERE key IN (SELECT key FROM earlier WHERE day <= ? LIMIT ?)",
                arguments: [latest, EarlierReports.forgottenAtOnce])
        }
    }
}
