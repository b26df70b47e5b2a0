import GRDB

/// Whether a database has what this program makes, and nothing else: asked before any row of it is read.
///
/// A folder that was in other hands may have a view in a table's place, whose rows never end, or an index that says what no row does.
/// Only SQLite's own list of what there is (`sqlite_master`) is read for it: that is a table of the file format, and nothing that stands
/// there is run by reading it.
struct SchemaCheck {
    /// What of a table must be as this program makes it.
    enum Strictness {
        /// All: rules of rows and columns are run by whoever checks the whole file.
        case text
        /// That it is a table, with these columns and none that is reckoned: each of its values is judged by itself.
        case columns
    }

    /// What the file says that there is.
    private struct Entry: Hashable {
        let type: String
        let name: String
        let table: String
        /// Nil where SQLite makes it for a table.
        let sql: String?
    }

    /// Entries that this program makes are some twenty: one that has more is another's.
    private static let most = 200
    /// A statement of ours is some thousand letters long.
    private static let mostLetters = 10_000
    private static let migrations = "grdb_migrations"
    /// What `ANALYZE` leaves, which an operator may have run. SQLite itself reads it only where it is a table.
    private static let statistics: Set<Entry> = [
        Entry(
            type: "table", name: "sqlite_stat1", table: "sqlite_stat1", sql: "CREATE TABLE sqlite_stat1(tbl,idx,stat)"),
        Entry(
            type: "table", name: "sqlite_stat4", table: "sqlite_stat4",
            sql: "CREATE TABLE sqlite_stat4(tbl,idx,neq,nlt,ndlt,sample)"),
    ]

    let strictness: Strictness

    /// Throws where the database is a newer program's, an older one's, or has anything that this program does not make. A trigger or an
    /// index that is missing hides nothing from whoever only reads.
    func require(in db: Database) throws {
        let found = try Self.entries(in: db)
        // Which version made it stands in a table, too.
        if let versions = found.first(where: { $0.name == Self.migrations }) {
            guard try Self.isTable(versions, with: ["identifier"], in: db) else { throw RelayFailure.otherSchema }
        }
        let migrator = RelaySchema.migrator
        guard try !migrator.hasBeenSuperseded(db) else { throw RelayFailure.newerStore }
        guard try migrator.hasCompletedMigrations(db) else {
            throw RelayFailure.configuration(["data: its database is of an older version: start the relay first"])
        }
        let (made, columns) = try Self.made()
        let other = found.subtracting(made).subtracting(Self.statistics)
        if strictness == .text, !other.isEmpty { throw RelayFailure.otherSchema }
        for entry in other {
            guard entry.type == "table", let names = columns[entry.name],
                try Self.isTable(entry, with: names, in: db)
            else { throw RelayFailure.otherSchema }
        }
        guard Set(columns.keys).isSubset(of: found.map(\.name)) else { throw RelayFailure.otherSchema }
    }

    /// What this program makes in an empty file, and the columns of each table.
    private static func made() throws -> (entries: Set<Entry>, columns: [String: [String]]) {
        let queue = try DatabaseQueue()
        defer { try? queue.close() }
        try RelaySchema.migrator.migrate(queue)
        return try queue.read { db in
            let entries = try entries(in: db)
            var columns: [String: [String]] = [:]
            for entry in entries where entry.type == "table" {
                columns[entry.name] = try self.columns(of: entry.name, in: db)
            }
            return (entries, columns)
        }
    }

    private static func entries(in db: Database) throws -> Set<Entry> {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT substr(type, 1, 10) AS type, substr(name, 1, 100) AS name, substr(tbl_name, 1, 100) AS tbl_name,
                    substr(sql, 1, \(mostLetters)) AS sql, typeof(type) || typeof(name) || typeof(tbl_name) AS kinds
                FROM sqlite_master LIMIT \(most)
                """)
        guard rows.count < most, rows.allSatisfy({ $0["kinds"] == "texttexttext" }) else {
            throw RelayFailure.otherSchema
        }
        return Set(
            rows.map {
                Entry(
                    type: $0["type"], name: $0["name"], table: $0["tbl_name"], sql: String.fromDatabaseValue($0["sql"]))
            })
    }

    /// Whether it is a table of rows, and its columns are these. SQLite lists columns by what it made of the statement; of a view that
    /// reads another it would go through both, so that none is asked.
    private static func isTable(_ entry: Entry, with names: [String], in db: Database) throws -> Bool {
        guard entry.type == "table", entry.table == entry.name, let sql = entry.sql else { return false }
        guard sql.uppercased().hasPrefix("CREATE TABLE ") else { return false }
        return try columns(of: entry.name, in: db) == names
    }

    /// The names of a table's columns; one that is reckoned, or hidden, has another.
    private static func columns(of table: String, in db: Database) throws -> [String] {
        try Row.fetchAll(db, sql: "SELECT name, hidden FROM pragma_table_xinfo(?)", arguments: [table]).map { row in
            row["hidden"] == 0 ? row["name"] : ""
        }
    }
}
