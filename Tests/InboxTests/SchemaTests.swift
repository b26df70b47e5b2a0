import Exchange
import Foundation
import GRDB
import Testing

@testable import Inbox

@Suite("A database of an earlier version")
struct SchemaTests {
    @Test("An inbox does not go on with a database of a later version")
    func later() async throws {
        let world = try World()
        let path = world.dataFolder + "/inbox.sqlite"
        #expect(try await world.agent().receiveOnce() == 0)
        let queue = try DatabaseQueue(path: path)
        try await queue.write { db in
            try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('999: of a later version')")
        }
        try queue.close()
        #expect(throws: InboxFailure.databaseLater) { try InboxStore(path: path) }
        #expect(throws: InboxFailure.databaseLater) { try world.agent() }
    }

    @Test("A parcel that was delivered before is known when one that supersedes it comes")
    func takesOver() async throws {
        let world = try World()
        let first = try world.parcel()
        world.relay.add(first)
        #expect(try await world.agent().receiveOnce() == 1)
        // As the version before left it: without what this one added.
        let queue = try DatabaseQueue(path: world.dataFolder + "/inbox.sqlite")
        try await queue.write { db in
            try db.execute(
                sql: """
                    DROP INDEX parcelsHandedOnce;
                    DROP INDEX parcelsOfOrigin;
                    ALTER TABLE parcels DROP COLUMN origin;
                    ALTER TABLE parcels DROP COLUMN deliveredAs;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '2:%';
                    """)
        }
        try queue.close()
        let second = try world.parcel(supersedes: first.key.id)
        world.relay.add(second)
        #expect(try await world.agent().receiveOnce() == 0)
        #expect(world.relay.receipts[second.key]?.value.outcome == .delivered)
        #expect(try world.delivered().count == 2)
    }
}
