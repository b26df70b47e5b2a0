import Age
import Courier
import Durable
import Exchange
import LabReport
import Notes
import Testing

@testable import Inbox

@Suite("Receiving parcels")
struct DeliveryTests {
    let world: World

    init() throws { world = try World() }

    @Test("a parcel becomes two files, exactly as received, and a receipt; nothing else stays")
    func delivers() async throws {
        let parcel = try world.parcel(reports: 5)
        world.relay.add(parcel)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 1)
        #expect(try world.delivered() == [parcel.key.name + ".csv", parcel.key.name + ".ndjson"])
        #expect(try world.read(parcel.key.name + ".ndjson") == parcel.file)
        let csv = try world.read(parcel.key.name + ".csv")
        #expect(csv.starts(with: CSVReportWriter.header))
        #expect(csv.count { $0 == 0x0A } == 6)
        #expect(try world.staged() == [] && world.opening() == [])
        let receipt = try #require(world.relay.receipts[parcel.key])
        #expect(receipt.value.outcome == .delivered && receipt.value.manifest == parcel.manifest.textHash)
        let status = try await agent.status()
        #expect(status.deliveredParcels == 1 && status.deliveredReports == 5)
        #expect(status.waiting == 0 && status.handing == 0 && status.receiptsWaiting == 0)
        #expect(try InboxStatus.read(dataFolder: world.dataFolder) == status)
        #expect(world.log.lines.allSatisfy { !$0.contains("94500") && !$0.contains("30-39") })
    }

    @Test("a row has its order's own name, where the report says one, and else the report's")
    func orderNames() async throws {
        let parcel = try world.parcel(
            reports: 2,
            lines: { lines in
                var lines = lines
                guard let source = try? FHIRBundleReader.read(lines[1]).source else { return lines }
                lines[1] = World.line(2, source: source, orderIdentifiers: ["name-a", "name-b"]) { report in
                    report.orders.append(Order())
                    report.results.append(report.results[0])
                    report.results[1].orderIndex = 1
                }
                return lines
            })
        world.relay.add(parcel)
        #expect(try await world.agent().receiveOnce() == 1)
        let rows = String(decoding: try world.read(parcel.key.name + ".csv"), as: UTF8.self).split(separator: "\r\n")
        #expect(rows.dropFirst().map { $0.prefix { $0 != "," } } == ["report-0", "name-a", "name-b"])
    }

    @Test("files are for their owner only, and the staging folder, too")
    func modes() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        try await world.agent().receiveOnce()
        for name in try world.delivered() {
            #expect(try Disk.real.mode(of: world.sinkFolder + "/" + name) == 0o600)
        }
        #expect(try Disk.real.mode(of: world.sinkFolder + "/" + FolderSink.stagingName) == 0o700)
        #expect(try Disk.real.mode(of: world.dataFolder + "/opening") == 0o700)
    }

    @Test("many parcels over several pages are all delivered in one call, and the next call finds nothing")
    func many() async throws {
        let parcels = try (0..<7).map { _ in try world.parcel(reports: 1) }
        for parcel in parcels { world.relay.add(parcel) }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce(waitSeconds: 1) == 7)
        #expect(try world.delivered().count == 14)
        #expect(world.relay.waitingCount == 0 && world.relay.posts == 7)
        #expect(try await agent.receiveOnce() == 0)
    }

    @Test("a parcel listed again gets the stored receipt again and is not delivered twice")
    func duplicate() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.keepAnswered()
        #expect(try await receiveAsNewProcess() == 1)
        let first = try #require(world.relay.receipts[parcel.key])
        for name in try world.delivered() { try Disk.real.remove(world.sinkFolder + "/" + name) }
        world.relay.forgetReceipts()
        #expect(try await receiveAsNewProcess() == 0)
        #expect(try world.delivered() == [])
        #expect(world.relay.receipts[parcel.key] == first)
        #expect(world.relay.fetches == 1)
    }

    private func receiveAsNewProcess() async throws -> Int {
        try await world.agent().receiveOnce()
    }

    @Test("a relay that lists an answered parcel over and over is answered later and later")
    func overAndOver() async throws {
        world.relay.add(try world.parcel())
        world.relay.keepAnswered()
        let agent = try world.agent()
        for _ in 0..<20 {
            try await agent.receiveOnce()
            world.clock.advance(1)
        }
        #expect(world.relay.posts <= 7)
    }
}
