import Courier
import Durable
import Exchange
import Foundation
import Synchronization
import Testing

@testable import Inbox

/// An inbox knows what it delivered by its database. Put back to an earlier day it has forgotten some of it, and has to say so.
@Suite("An inbox whose data folder was put back")
struct PutBackTests {
    let world: World

    init() throws { world = try World() }

    /// Receives what waits, as a process that ends.
    private func receive() async throws -> Int {
        let delivered = try await world.agent().receiveOnce()
        world.clock.advance(3_600)
        return delivered
    }

    private var saved: String { world.root + "/saved" }

    private func save() throws { try FileManager.default.copyItem(atPath: world.dataFolder, toPath: saved) }

    private func putBack() throws {
        try FileManager.default.removeItem(atPath: world.dataFolder)
        try FileManager.default.moveItem(atPath: saved, toPath: world.dataFolder)
    }

    @Test("what was acknowledged since does not come again, and its numbers are an error with the sender's next parcel")
    func acknowledged() async throws {
        let parcels = try (0..<4).map { _ in try world.parcel() }
        world.relay.add(parcels[0])
        #expect(try await receive() == 1)
        try save()
        for parcel in parcels[1...2] { world.relay.add(parcel) }
        #expect(try await receive() == 2)
        try putBack()

        #expect(world.log.count(of: "lie in the sink") == 0)
        #expect(try await receive() == 0)
        #expect(world.relay.fetches == 3)
        #expect(world.log.count(of: "files of parcels that the data folder does not know lie in the sink") == 1)
        world.relay.add(parcels[3])
        #expect(try await receive() == 1)
        #expect(world.log.count(of: "never seen here: numbers 2 to 3") == 1)
        #expect(world.log.lines.contains { $0.hasPrefix("error") && $0.contains("missing-parcels") })
        #expect(try world.delivered().count == 2 * 4)

        #expect(world.log.count(of: "the data folder is an old copy: have sent again") == 1, "told again at a start")
        let note = OldFolderNote(dataFolder: world.dataFolder)
        #expect(try note.read()?.sign == .laterFiles)
        #expect(try note.settle(at: world.clock.now))
        #expect(try await receive() == 0)
        #expect(try note.read() == nil)
        #expect(world.log.count(of: "the data folder is an old copy: have sent again") == 1)
        #expect(world.log.count(of: "lie in the sink") == 1)
    }

    @Test("a parcel that waits here, and on which the relay has our receipt, tells of it; another's receipt does not")
    func receiptElsewhere() async throws {
        let parcels = try (0..<2).map { _ in try world.parcel() }
        for parcel in parcels { world.relay.add(parcel) }
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in if call == .fetch { throw .damagedBody("cut") } }
        }
        #expect(try await receive() == 0)
        #expect(world.log.count(of: "or two inboxes run") == 0)
        try save()
        world.relay.fault.withLock { $0 = nil }
        #expect(try await receive() == 2)
        try putBack()

        #expect(try await receive() == 0)
        #expect(world.log.count(of: "or two inboxes run") == 1)
        #expect(try OldFolderNote(dataFolder: world.dataFolder).read()?.sign == .otherReceipt)
    }

    @Test("files that an inbox knows, and names that are no parcel's, are no sign of an older folder")
    func knownFiles() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        #expect(try await receive() == 1)
        try FileManager.default.moveItem(
            atPath: world.sinkFolder + "/" + parcel.key.name + ".csv", toPath: world.sinkFolder + "/mine.csv")
        #expect(try await receive() == 0)
        #expect(try OldFolderNote(dataFolder: world.dataFolder).read() == nil)
    }

    @Test("what a relay shows again of it becomes the same file and no second one, and is an error on both counts")
    func shownAgain() async throws {
        let parcels = try (0..<2).map { _ in try world.parcel() }
        world.relay.add(parcels[0])
        #expect(try await receive() == 1)
        try save()
        world.relay.add(parcels[1])
        #expect(try await receive() == 1)
        let names = try world.delivered()
        let receipt = try #require(world.relay.receipts[parcels[1].key])
        try putBack()

        // The relay says that it waits still, and has its receipt.
        world.relay.add(parcels[1])
        #expect(try await receive() == 1)
        #expect(try world.delivered() == names)
        #expect(try world.read(parcels[1].key.name + ".ndjson") == parcels[1].file)
        #expect(world.relay.receipts[parcels[1].key] == receipt)
        #expect(
            world.log.lines.contains {
                $0.hasPrefix("error") && $0.contains("the relay has another receipt of ours for a parcel")
            })
        // Known from here on, it is not delivered a third time.
        world.relay.add(parcels[1])
        #expect(try await receive() == 0)
        #expect(world.relay.fetches == 3)
    }
}
