import Exchange
import Foundation
import Notes
import Testing

@testable import Relay

@Suite("More than fits on one page")
struct PageTests {
    private static let count = 2 * Exchange.Limits.pageEntries + 50

    /// Parcels that wait, made through the store and not over the wire: every third is for somebody else.
    static func fill(_ relay: TestRelay, _ count: Int) async throws -> [Signed<Manifest>] {
        let store = relay.server.vault.store
        let pair = Cast.one.pair(Cast.labA).verifying
        let quota = relay.server.routes.uploads.quota
        let sealed = Sealed(size: 1_000)
        let slots = 10_000 + Int(try store.sequenced())
        var manifests: [Signed<Manifest>] = []
        for place in 0..<count {
            manifests.append(
                try sealed.manifest(
                    to: place % 3 == 2 ? Cast.cnam : Cast.ars, at: relay.clock.now, seq: Int64(place) + 1))
            // Signing takes its time: other tests' relays go on meanwhile.
            await Task.yield()
        }
        let rows = try manifests.enumerated().map { place, manifest in
            var row = StoredParcel(
                beginning: manifest, signer: try SHA256Hex(pair.fingerprint), now: relay.clock.now)
            row.kept = .init(
                sealedHeader: [1], headerLength: Int64(sealed.headerLength), slot: slots + place,
                file: BlobFolders.randomName())
            return (row, Newcomer(pair: pair, quota: quota))
        }
        for result in try store.admit(rows) { _ = try result.get() }
        try relay.server.vault.log.publishNow()
        return manifests
    }

    @Test("what waits comes page by page from the cursor, in the log's order: nothing twice, nothing missing")
    func inbox() async throws {
        try await TestRelay.run(scratch: Scratch(inMemory: true)) { relay in
            var expected = try await Self.fill(relay, Self.count * 3 / 2).filter { $0.value.to.text == Cast.ars }
            #expect(expected.count == Self.count)
            var listed: [InboxPage.Entry] = []
            var pages: [Int] = []
            for _ in 0..<6 {
                let page = try await relay.inbox(after: listed.last?.index ?? 0)
                #expect(page.cursor == page.parcels.last?.index ?? listed.last?.index)
                guard !page.parcels.isEmpty else { break }
                pages.append(page.parcels.count)
                listed += page.parcels
                // What comes between two pages is on a later one.
                if pages.count == 1 { expected += try await Self.fill(relay, 1) }
            }
            #expect(pages == [200, 200, 51])
            #expect(listed.map(\.id) == expected.map(\.value.id))
            #expect(listed.map { Array($0.manifest.utf8) } == expected.map(\.noteBytes))
        }
    }

    @Test(
        "a cursor that this log has not reached was counted before a restore: its reader is shown all that waits, and where to go on"
    )
    func cursorOfAnotherLog() async throws {
        try await TestRelay.run { relay in
            let empty = try await relay.inbox(after: 500)
            #expect(empty.parcels.isEmpty && empty.cursor == 0)
            let first = try await relay.deliver(Sealed(size: 1_000))
            let second = try await relay.deliver(Sealed(size: 2_000))
            let size = relay.server.vault.log.size
            for cursor in [size, size + 60, Exchange.Limits.integer] {
                let page = try await relay.inbox(after: cursor)
                #expect(page.parcels.map(\.id) == [first.value.id, second.value.id])
                #expect(page.cursor == page.parcels.last?.index)
                // From there on it goes as always.
                #expect(try await relay.inbox(after: page.cursor).parcels.isEmpty)
            }
            // One that no log reaches is told as what it is, with the parameter's name and not the value.
            for (query, said) in [
                ("after=9007199254740992", "after must be 9007199254740991 at most"),
                ("after=99999999999999999999", "after must be 9007199254740991 at most"),
                ("wait=9007199254740992", "wait must be 9007199254740991 at most"),
                ("after=-1", "after must be a whole number"), ("after=", "after must be a whole number"),
            ] {
                let answer = try await relay.send("GET", "/v1/inbox?" + query, as: Cast.ars)
                #expect(answer.status == 400 && answer.problem == .malformed, "\(query)")
                #expect(try Problem(text: answer.body).detail == said, "\(query)")
            }
            // One that it has reached is its own.
            #expect(try await relay.inbox(after: size - 1).cursor == size - 1)
            _ = try await relay.post(first.receipt(at: relay.clock.now))
            #expect(try await relay.outbox(after: 10_000).receipts.map(\.id) == [first.value.id])
        }
    }

    @Test("receipts do, too, and only those on one's own parcels")
    func outbox() async throws {
        try await TestRelay.run(scratch: Scratch(inMemory: true)) { relay in
            let store = relay.server.vault.store
            let manifests = try await Self.fill(relay, Self.count)
            _ = try await relay.post(
                relay.deliver(Sealed(size: 1_000), from: Cast.labB).receipt(at: relay.clock.now))
            // In another order than that in which the parcels came.
            let receipts = try manifests.reversed().map { try $0.receipt(at: relay.clock.now) }
            for receipt in receipts { #expect(try store.take(receipt) == .taken) }
            try relay.server.vault.log.publishNow()
            var listed: [OutboxPage.Entry] = []
            var pages: [Int] = []
            for _ in 0..<6 {
                let page = try await relay.outbox(after: listed.last?.index ?? 0)
                #expect(page.cursor == page.receipts.last?.index ?? listed.last?.index)
                guard !page.receipts.isEmpty else { break }
                pages.append(page.receipts.count)
                listed += page.receipts
            }
            #expect(pages == [200, 200, 50])
            #expect(listed.map(\.id) == receipts.map(\.value.parcel))
            #expect(listed.map { Array($0.receipt.utf8) } == receipts.map(\.noteBytes))
            let others = try await relay.outbox(as: Cast.labB)
            #expect(others.receipts.count == 1)
        }
    }
}
