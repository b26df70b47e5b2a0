import Exchange
import Foundation
import GRDB
import Testing

@testable import Inbox

@Suite("Keys that were offered")
struct OfferedKeysTests {
    @Test("A key is needed until a month and a day after its last offer, and not known where a note did not say")
    func needs() async throws {
        let world = try World()
        #expect(try OfferedKeys.read(dataFolder: world.dataFolder).need(of: "age1x", at: world.clock.now) == .unknown)
        let note = try await world.agent().publishKeys()
        let key = try #require(note.sealing.first)
        let end = key.notAfter.adding(seconds: 31 * 86_400)
        let offered = try OfferedKeys.read(dataFolder: world.dataFolder)
        #expect(offered.need(of: key.key, at: world.clock.now) == .until(end))
        #expect(offered.need(of: "age1other", at: world.clock.now) == .unknown)
        // An offer of a newer key that still runs: this inbox has not stood still, and its clock is not far ahead.
        let newer = OfferedKeys(until: [key.key: key.notAfter, "age1newer": end.adding(seconds: 86_400)])
        #expect(newer.need(of: key.key, at: end.adding(seconds: -1)) == .until(end))
        #expect(newer.need(of: key.key, at: end) == .over)
        #expect(newer.need(of: "age1other", at: end) == .unknown)
        // Where none runs nobody knows.
        #expect(offered.need(of: key.key, at: end) == .unknown)
        // As a version before left it.
        let queue = try DatabaseQueue(path: world.dataFolder + "/inbox.sqlite")
        try await queue.write { db in try db.execute(sql: "UPDATE publishedKeys SET offeredUntil = NULL") }
        try queue.close()
        #expect(try OfferedKeys.read(dataFolder: world.dataFolder).need(of: key.key, at: end) == .unknown)
    }
}
