import Durable
import Exchange
import Foundation
import GRDB
import Testing

@testable import Relay

/// A folder that was in other hands: what stands in its database in the place of what this program makes.
@Suite("A database with another schema")
struct SchemaCheckTests {
    /// One thing that stands where it does not belong; whether `incident` refuses it, which goes on where only what columns hold differs.
    private struct Change: Sendable, CustomTestStringConvertible {
        let name: String
        let sql: String
        var isReadable = false

        var testDescription: String { name }
    }

    private static let endless = "WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n) SELECT"

    private static let changes = [
        Change(
            name: "a view without end in the place of the leaves",
            sql: "DROP TABLE leaves; CREATE VIEW leaves AS \(endless) x AS position, x'00' AS entry FROM n"),
        Change(
            name: "a view without end in the place of the parcels",
            sql: """
                ALTER TABLE parcels RENAME TO others;
                CREATE VIEW parcels AS \(endless) x AS rowid, id, sender, recipient, signer, manifest, textHash, size, sha256,
                    expiresAt, createdAt, state, position, fetched, header, headerLength, slot, file, seq FROM n, others
                """),
        Change(
            name: "a view without end in the place of the versions",
            sql: "DROP TABLE grdb_migrations; CREATE VIEW grdb_migrations AS \(endless) 'v' || x AS identifier FROM n"),
        Change(
            name: "a table whose column is reckoned",
            sql: """
                DROP TABLE leaves; CREATE TABLE leaves (
                    position INTEGER NOT NULL PRIMARY KEY, entry BLOB AS (hex(zeroblob(100000000))) NOT NULL)
                """),
        Change(name: "a table that is gone", sql: "DROP TABLE tick"),
        Change(name: "a view beside the tables", sql: "CREATE VIEW more AS SELECT 1"),
        Change(name: "an index of a stranger's", sql: "CREATE INDEX more ON parcels(abs(size))"),
        Change(
            name: "a trigger of a stranger's",
            sql: "CREATE TRIGGER more AFTER INSERT ON parcels BEGIN DELETE FROM parcels; END"),
        Change(name: "a table beside the others", sql: "CREATE TABLE more (one)"),
        Change(
            name: "a table under other rules",
            sql: """
                PRAGMA writable_schema = ON;
                UPDATE sqlite_master SET sql = replace(sql, 'STRICT', '') WHERE name = 'leaves'
                """, isReadable: true),
    ]

    private static func incident(_ folder: CheckedFolder) async throws -> IncidentReport {
        let now = folder.clock.now
        let window = try #require(IncidentWindow(from: now.adding(seconds: -3_600), to: now.adding(seconds: 3_600)))
        let configuration = RelayConfiguration(
            port: 0, origin: "https://relay.example:8443", dataFolder: folder.data,
            directoryPath: folder.scratch.path + "/directory.note", pins: try Cast.one.pins)
        return try await IncidentSurvey(configuration).run(window) { _ in }
    }

    @Test(
        "Whatever this program does not make is refused before a row is read, and nothing is waited for",
        arguments: changes)
    private func refused(_ change: Change) async throws {
        let folder = try await CheckedFolder()
        try folder.change(change.sql)
        #expect(try await folder.check().found.first?.kind == .databaseOther)
        if change.isReadable {
            #expect(try await Self.incident(folder).parcels == 5)
        } else {
            await #expect(throws: RelayFailure.otherSchema) { try await Self.incident(folder) }
        }
    }

    @Test("What was in other hands is said in one line, with what to do; its French goes by these very words")
    func words() {
        #expect(
            "\(RelayFailure.otherSchema)"
                == "database: it has other tables, views, indexes or triggers than pli-relay makes: it was in other hands, nothing "
                + "of it is read; keep the data folder as it is, and look at a copy or a backup from before")
    }

    @Test("What an operator's ANALYZE leaves, and a trigger that is gone, keep nobody from reading")
    func harmless() async throws {
        let folder = try await CheckedFolder()
        try folder.change("ANALYZE; DROP TRIGGER shareEnded; DROP INDEX parcelsDue")
        #expect(try await folder.check().found == [])
        #expect(try await Self.incident(folder).parcels == 5)
    }

    @Test("A later version's database is called that, and one of an older version too, whatever else is in them")
    func versions() async throws {
        let folder = try await CheckedFolder()
        let older = try folder.copy()
        try folder.change("INSERT INTO grdb_migrations VALUES ('9-later'); CREATE TABLE later (one)")
        await #expect(throws: RelayFailure.newerStore) { try await folder.check() }
        await #expect(throws: RelayFailure.newerStore) { try await Self.incident(folder) }
        try older.change("DELETE FROM grdb_migrations WHERE identifier = '4-states'; DROP INDEX parcelsHeld")
        let old = RelayFailure.configuration(["data: its database is of an older version: start the relay first"])
        await #expect(throws: old) { try await older.check() }
        await #expect(throws: old) { try await Self.incident(older) }
    }

    @Test("How far a look is, is told: of rows, of leaves, of parcels, and never past its end")
    func progress() async throws {
        let folder = try await CheckedFolder()
        let now = folder.clock.now
        let window = try #require(IncidentWindow(from: now.adding(seconds: -3_600), to: now.adding(seconds: 3_600)))
        let configuration = RelayConfiguration(
            port: 0, origin: "https://relay.example:8443", dataFolder: folder.data,
            directoryPath: folder.scratch.path + "/directory.note", pins: try Cast.one.pins)
        // Rows enough for a second page.
        try folder.change(
            """
            WITH RECURSIVE n(x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < 600)
            INSERT INTO parcels (id, sender, recipient, signer, manifest, textHash, size, sha256, expiresAt, createdAt, state)
            SELECT 'made-' || x, 'a', 'b', (SELECT fingerprint FROM signers), x'00', printf('%064x', x), 1, 's', 1, 1, 'uploading' FROM n
            """)
        var told: [IncidentProgress] = []
        _ = try await IncidentSurvey(configuration).run(window, progress: { told.append($0) }) { _ in }
        let steps = told.map(\.step).reduce(into: [IncidentProgress.Step]()) { if $0.last != $1 { $0.append($1) } }
        #expect(steps == [.rows, .leaves, .parcels])
        #expect(told.contains(.init(.parcels, 500, of: 605)))
        #expect(told.allSatisfy { (0...100).contains($0.percent) && $0.done <= $0.total })
        #expect(IncidentProgress(.rows, 7, of: 0).percent == 100 && IncidentProgress(.rows, .max, of: 3).percent == 100)
    }
}
