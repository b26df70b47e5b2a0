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

    @Test(
        "What a note of an earlier version offered is over long enough after the next note, and not known before there is one"
    )
    func upgraded() async throws {
        let world = try World()
        _ = try await world.agent().publishKeys()
        let (day, now) = (Int64(86_400), world.clock.now)
        let next = now.adding(seconds: 200 * day)
        let later = now.adding(seconds: 900 * day)
        func offered(_ rows: [(number: Int64, key: String, until: UTCTime?)]) async throws -> OfferedKeys {
            let queue = try DatabaseQueue(path: world.dataFolder + "/inbox.sqlite")
            try await queue.write { db in
                try db.execute(sql: "DELETE FROM publishedKeys")
                for row in rows {
                    try db.execute(
                        sql: "INSERT INTO publishedKeys (number, sealingKey, offeredUntil) VALUES (?, ?, ?)",
                        arguments: [row.number, row.key, row.until?.secondsSinceEpoch])
                }
            }
            try queue.close()
            return try OfferedKeys.read(dataFolder: world.dataFolder)
        }
        let known = try await offered([(1, "old", nil), (2, "middle", nil), (3, "new", next), (4, "newest", later)])
        let end = next.adding(seconds: (90 + 31) * day)
        for key in ["old", "middle"] {
            #expect(known.need(of: key, at: end.adding(seconds: -1)) == .until(end))
            #expect(known.need(of: key, at: end) == .over)
        }
        #expect(known.need(of: "new", at: end) == .over)
        // The same key offered again says more, and a note behind which none says anything says nothing.
        let again = try await offered([(1, "old", nil), (2, "old", later), (3, "last", nil)])
        #expect(again.need(of: "old", at: end) == .until(later.adding(seconds: (90 + 31) * day)))
        #expect(again.need(of: "last", at: now) == .unknown)
    }
}
