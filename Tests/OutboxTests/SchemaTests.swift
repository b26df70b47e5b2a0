import Exchange
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Outbox

@Suite("A database of an earlier version")
struct SchemaTests {
    @Test("The database confirms every write: PRAGMA synchronous reads 2 on the connection that writes")
    func synchronous() throws {
        let folder = try TemporaryFolder()
        let store = try OutboxStore(path: folder.path + "/" + OutboxStore.fileName)
        #expect(try store.synchronous() == 2)
    }

    @Test("An outbox goes on with no database of a later version, and changes nothing in it")
    func later() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + OutboxStore.fileName
        try OutboxStore(path: path).close()
        let later = try DatabaseQueue(path: path)
        try later.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999: of a later version')") }
        #expect(throws: OutboxFailure.databaseLater) { try OutboxStore(path: path) }
        #expect(throws: OutboxFailure.databaseLater) { try OutboxStore(readingFrom: path) }
        try later.write { db in
            try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier LIKE '999%' OR identifier LIKE '15%'")
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999: of a later version')")
        }
        #expect(throws: OutboxFailure.databaseLater) { try OutboxStore(path: path) }
        let applied = try later.read(OutboxSchema.migrator.appliedIdentifiers)
        #expect(!applied.contains("15: numbers given back"))
        try later.close()
    }

    @Test("Parcels and deliveries of before are there as they were, and can be sent again and given up")
    func takesOver() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + OutboxStore.fileName
        let ids = (1...3).map { "019ab1c2-d3e4-7f56-8a9b-00000000000\($0)" }
        do {
            let former = try DatabaseQueue(path: path)
            try OutboxSchema.migrator.migrate(former, upTo: "3: legal time and code tables")
            try former.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO files VALUES (1, 'hash', 9, 'taken', 9, 3, 3, 3, 0, 3, 0, 0);
                        INSERT INTO segments VALUES (1, 'journal', 'closed', 3, 9, 3, 0, 0, NULL, NULL);
                        INSERT INTO recipients VALUES (1, 'cnam', 3);
                        """)
                for (number, state) in [(1, "accepted"), (2, "refused"), (3, "delivered")] {
                    try db.execute(
                        sql: """
                            INSERT INTO reports VALUES (?, 1, ?, 0, 'taken', 1, ?, 0, 3, ?, x'01', NULL, 0);
                            """,
                        arguments: [number, number, number, Data([UInt8(number)])])
                    try db.execute(
                        sql: """
                            INSERT INTO parcels (number, id, recipient, seq, state, reports, size, manifest, receipt,
                                madeAt, acceptedAt, receiptDueAt, expiresAt)
                            VALUES (?, ?, 1, ?, ?, 1, 5, x'02', ?, 10, 11, 12, 1000000)
                            """,
                        arguments: [number, ids[number - 1], number, state, number > 1 ? Data([3]) : nil])
                    try db.execute(
                        sql: "INSERT INTO deliveries VALUES (1, ?, 'route', 'profile', x'', 10, 240, ?)",
                        arguments: [number, number])
                }
            }
            try former.close()
        }
        let store = try OutboxStore(path: path)
        let status = try store.read { db in try OutboxStatus(db) }
        #expect(status.recipients.map(\.reportsByState) == [[.accepted: 1, .refused: 1, .delivered: 1]])
        #expect(status.recipients.map(\.lastSeq) == [3])
        let desk = try store.parcels(in: [.accepted, .refused, .delivered])
        #expect(desk.map(\.id.text) == ids && desk.map(\.manifest) == [[2], [2], [2]])
        #expect(try store.sendAgain(parcel: desk[1].id, at: 20) == .begun(reports: 1))
        #expect(try store.waitingAgain().map(\.id) == [desk[1].id])
        #expect(try store.abandon(parcel: desk[0].id, for: .notWanted, at: 20))
        #expect(try store.sendAgain(parcel: desk[2].id, at: 20) == .over(.delivered))
        #expect(try store.pending(inSegment: 1) == 2)
        let broken = try store.read { db in try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count }
        #expect(broken == 0)
    }
}
