import Courier
import Crypto
import Durable
import Foundation
import GRDB
import TestSupport
import Testing

@testable import Outbox

/// Under another key every correction would be another report, and under one that anybody can guess no pseudonym would be one.
@Suite("The key that reports are named by")
struct IdentifierKeyTests {
    /// An outbox that took reports, and has stopped.
    private static func world() async throws -> World {
        let world = try World()
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...2).file, to: "a.hl7"))
        try await agent.close()
        return world
    }

    private static func put(_ key: [UInt8], _ world: World) throws {
        try Data(key).write(to: URL(filePath: world.data + "/" + Pseudonyms.fileName))
    }

    private static func key(_ world: World) throws -> [UInt8] {
        try Array(Data(contentsOf: URL(filePath: world.data + "/" + Pseudonyms.fileName)))
    }

    @Test("A file that a power cut left full of one byte is no key", arguments: [0, 255])
    func damaged(byte: UInt8) async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(Array(repeating: byte, count: 32), to: Pseudonyms.fileName)
        #expect(throws: OutboxFailure.identifierKeyDamaged) {
            try Pseudonyms.load(folder: folder.path, needed: false, disk: .real)
        }
        let world = try await Self.world()
        try Self.put(Array(repeating: byte, count: 32), world)
        #expect(throws: OutboxFailure.identifierKeyDamaged) { try world.agent() }
        // Whoever removes it because he is told so loses every correction.
        let words = "\(OutboxFailure.identifierKeyDamaged)"
        #expect(
            words.contains("put it back") && words.contains("only where nothing was ever taken here, remove it"),
            "\(words)")
    }

    @Test("Another key than the one that the database's reports were named by is refused, by whoever only looks, too")
    func another() async throws {
        let world = try await Self.world()
        let own = try Self.key(world)
        try Self.put(Array(0..<32), world)
        for _ in 1...2 { #expect(throws: OutboxFailure.identifierKeyOther) { try world.agent() } }
        #expect(throws: OutboxFailure.identifierKeyOther) {
            try Pseudonyms.looking(into: world.data, needed: true, disk: .real)
        }
        try Self.put(own, world)
        try await world.agent().close()
    }

    @Test("Where nothing was taken yet, the key that is there counts")
    func unused() async throws {
        let world = try World()
        try await world.agent().close()
        try Self.put(Array(0..<32), world)
        let agent = try world.agent()
        _ = try await agent.takeFile(world.folder.write(World.messages(1...1).file, to: "a.hl7"))
        try await agent.close()
        try Self.put(Array(1..<33), world)
        #expect(throws: OutboxFailure.identifierKeyOther) { try world.agent() }
    }

    @Test("A database of before takes the key that is there, and holds to it from then on")
    func upgraded() async throws {
        let world = try await Self.world()
        let queue = try DatabaseQueue(path: world.data + "/" + OutboxStore.fileName)
        try await queue.write { db in
            try db.execute(
                sql: "DROP TABLE identifierKey; DELETE FROM grdb_migrations WHERE identifier LIKE '16:%'")
        }
        try queue.close()
        try await world.agent().close()
        try Self.put(Array(0..<32), world)
        #expect(throws: OutboxFailure.identifierKeyOther) { try world.agent() }
    }

    @Test("What the database keeps of the key is eight bytes that are none of it")
    func mark() async throws {
        let world = try await Self.world()
        let key = try Self.key(world)
        let mark = try #require(try OutboxStore.look(into: world.data, OutboxStore.identifierKeyMark) ?? nil)
        #expect(mark.count == 8)
        #expect(mark == Pseudonyms(key: SymmetricKey(data: key)).mark)
        #expect(!(0...24).contains { Array(key[$0..<$0 + 8]) == mark })
    }
}
