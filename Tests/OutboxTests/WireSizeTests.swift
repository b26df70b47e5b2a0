import Exchange
import Foundation
import LabReport
import Testing

@testable import Outbox

@Suite("What a report costs on the wire")
struct WireSizeTests {
    /// Bytes of a sealed and padded report in a batch of a thousand.
    static let reportBytes: Int64 = 250

    @Test("A thousand reports of full identity cost each recipient at most 250 bytes each, sealed and padded")
    func thousand() async throws {
        let world = try World()
        let path = try world.folder.write(World.messages(1...1_000).file, to: "day.hl7")
        let summary = try await world.send(path, with: try world.agent())
        #expect(summary.taken == 1_000)
        for recipient in ["cnam", "ars-11", "spf"] {
            let parcels = world.relay.parcels.map(\.manifest.value).filter { $0.to.text == recipient }
            #expect(parcels.map(\.reports) == [1_000])
            let size = parcels.reduce(0) { $0 + $1.size }
            #expect(size <= 1_000 * Self.reportBytes, "\(recipient): \(size) bytes for a thousand reports")
        }
    }

    @Test("Parcels are filled in an order of their own, and every report is in them once")
    func order() async throws {
        let world = try World()
        let messages = World.messages(1...300)
        let path = try world.folder.write(messages.file, to: "day.hl7")
        try await world.send(path, with: try world.agent())
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == 300)
        let fillers = lines.compactMap { line in messages.first { line.contains($0.fillerNumber) }?.fillerNumber }
        #expect(Set(fillers) == Set(messages.map(\.fillerNumber)))
        #expect(fillers != messages.map(\.fillerNumber))
        // Links count the parcel's lines.
        for (index, line) in lines.enumerated() { #expect(line.contains(":\(index + 1):patient\"")) }
    }
}

@Suite("The order of reports in parcels")
struct ParcelOrderTests {
    private func report(_ filler: String, requester: String?, panel: String = "94500-6") -> Report {
        var report = Report()
        var order = Order()
        order.fillerNumber = Personal(filler)
        order.panel = Coded(code: panel)
        report.orders = [order]
        report.requester = requester.map {
            var person = Professional()
            person.familyName = Personal($0)
            return person
        }
        return report
    }

    private func fillers(_ reports: [Report]) -> [String] {
        var order = ParcelOrder()
        for report in reports { order.add(report, []) }
        return order.takeAll().compactMap { $0.report.orders.first?.fillerNumber?.text }
    }

    @Test("Reports of one requester and panel stand together, in the order in which they came")
    func together() {
        let all = [
            report("1", requester: "B"), report("2", requester: "A"), report("3", requester: nil),
            report("4", requester: "B", panel: "1"), report("5", requester: "A"), report("6", requester: "B"),
        ]
        #expect(fillers(all) == ["3", "2", "5", "4", "1", "6"])
    }

    @Test("A version never comes before the one that it corrects")
    func corrections() {
        var corrected = report("1", requester: "A")
        corrected.action = .replace
        var cancelled = report("1", requester: "0")
        cancelled.action = .cancel
        let first = report("1", requester: "Z")
        #expect(fillers([first, corrected, report("2", requester: "B"), cancelled]) == ["2", "1", "1", "1"])
        var order = ParcelOrder()
        for report in [first, corrected, cancelled] { order.add(report, []) }
        #expect(order.takeAll().map(\.report.action) == [.new, .replace, .cancel])
    }

    @Test("A thousand reports are full, and taking them leaves none")
    func full() {
        var order = ParcelOrder()
        for number in 1...1_000 {
            #expect(!order.isFull)
            order.add(report(String(number), requester: nil), [])
        }
        #expect(order.isFull)
        #expect(order.takeAll().count == 1_000)
        #expect(!order.isFull)
        #expect(order.takeAll().isEmpty)
    }
}
