import Foundation
import GRDB
import Testing

@testable import Relay

/// SQLite goes through a whole table where no index answers, and says nothing: with a million parcels a request would take
/// seconds. So each statement that the store's sources hold is explained, new ones among them.
@Suite("How the store's statements find their rows")
struct StatementTests {
    private static let sources = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Relay")

    private struct Statement {
        let file: String
        let sql: String
    }

    /// What stands behind each `sql:` of one file, but for those that hand on what another says.
    private static func statements(of name: String, _ text: String) throws -> [Statement] {
        let named = text.matches(of: /\bsql:\s+(?!String\b|sql\b|\s)/).count
        let long = text.matches(of: /\bsql:\s+"""\n((?s:.*?))\n *"""/).map { String($0.1) }
        let short = text.matches(of: /\bsql:\s+"(?!"")((?:[^"\\\n]|\\.)*)"/).map { String($0.1) }
        #expect(long.count + short.count == named, "\(name): a statement is not read")
        return (long + short).map { Statement(file: name, sql: $0) }
    }

    private static func collected() throws -> [Statement] {
        let folder = sources.appending(path: "Store")
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            .filter { $0.hasSuffix(".swift") && $0 != "RelaySchema.swift" }
            .flatMap { name in
                try statements(of: name, String(contentsOf: folder.appending(path: name), encoding: .utf8))
            }
    }

    /// Tables that have as many rows as there are senders, participants or versions of the directory, or one.
    private static let small = [
        "shares", "directories", "keysNotes", "sequenced", "tick", "sqlite_master", "sqlite_schema", "CONSTANT ROW",
    ]

    /// Indexes of what is in a state that few are in: all of it is asked for.
    private static let fewRows = ["parcelsUploading", "parcelsEnding"]

    /// What goes through all there is, and why it may.
    private static let whole = [
        // Once a start, in an index that holds nothing else.
        "SELECT slot FROM parcels WHERE slot IS NOT NULL"
    ]

    /// Whether a line of a plan goes through a table that may hold millions.
    private static func isCostly(_ line: String) -> Bool {
        if line.contains("TEMP B-TREE") { return true }
        guard line.hasPrefix("SCAN ") else { return false }
        let words = line.split(separator: " ").map(String.init)
        if small.contains(words[1]) || small.contains(words.dropFirst().joined(separator: " ")) { return false }
        // What a subquery gave: its own lines tell how it was found.
        if words[1].hasPrefix("(subquery") { return false }
        return !(words.last.map { fewRows.contains($0) } ?? false)
    }

    private static func plan(_ sql: String, _ db: Database) throws -> [String] {
        let arguments = StatementArguments([DatabaseValue](repeating: .null, count: sql.count { $0 == "?" }))
        return try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql, arguments: arguments).map { $0["detail"] }
    }

    @Test("each statement of the store finds its rows by an index, and sorts nothing")
    func indexed() throws {
        let statements = try Self.collected()
        #expect(statements.count > 45)
        let database = try DatabaseQueue()
        try RelaySchema.migrator.migrate(database)
        var explained = 0
        try database.writeWithoutTransaction { db in
            for statement in statements where !statement.sql.hasPrefix("PRAGMA") {
                #expect(!statement.sql.contains("\\("), "\(statement.file): put together: \(statement.sql)")
                let plan = try Self.plan(statement.sql, db)
                explained += 1
                guard !Self.whole.contains(statement.sql) else { continue }
                let costly = plan.filter(Self.isCostly)
                #expect(costly == [], "\(statement.file): \(statement.sql)")
            }
        }
        #expect(explained > 40)
    }

    @Test("a statement without an index, or one that sorts, would be found")
    func canFind() throws {
        let database = try DatabaseQueue()
        try RelaySchema.migrator.migrate(database)
        try database.read { db in
            for sql in [
                "SELECT id FROM parcels WHERE createdAt < ?", "SELECT note FROM receipts WHERE recipient = ?",
                "SELECT id FROM parcels WHERE state = 'waiting' AND recipient = ? ORDER BY size",
                "SELECT id FROM parcels WHERE state <> 'ended'",
            ] {
                let plan = try Self.plan(sql, db)
                #expect(plan.contains(where: Self.isCostly), "\(sql)")
            }
        }
    }

    @Test("nobody asks the database but the store, and commands that look at a folder once")
    func places() throws {
        let walk = try #require(FileManager.default.enumerator(atPath: Self.sources.path))
        var folders: Set<String> = []
        while let name = walk.nextObject() as? String {
            guard name.hasSuffix(".swift"),
                try String(contentsOf: Self.sources.appending(path: name), encoding: .utf8).contains(/\bsql:/)
            else { continue }
            folders.insert(String(name.prefix { $0 != "/" }))
        }
        #expect(folders == ["Store", "Check", "Backup", "Clock", "Incident"])
        let clock = try FileManager.default.contentsOfDirectory(atPath: Self.sources.path + "/Clock").filter {
            try String(contentsOf: Self.sources.appending(path: "Clock/" + $0), encoding: .utf8).contains(/\bsql:/)
        }
        #expect(clock == ["ClockReport.swift"])
    }
}
