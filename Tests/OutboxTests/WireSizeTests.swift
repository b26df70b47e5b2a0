import Exchange
import Foundation
import LabReport
import TestSupport
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
