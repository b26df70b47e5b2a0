import Courier
import Exchange
import Foundation
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// Two versions of a report may differ in nothing that a recipient gets.
@Suite("Lines that are the same")
struct TwinLinesTests {
    /// Which code had which value: nothing of the person, nothing of the order.
    private static let bare = JSON.object([
        .init("id", .string("bare")),
        .init("fields", .array(["result.code", "result.value"].map { .string($0) })),
    ])

    private static let toSPF = JSON.object([
        .init("id", .string("to-spf")), .init("to", .string("spf")),
        .init("codeSet", .string(CodeSet.sarsCoV2.rawValue)), .init("profile", .string("bare")),
    ])

    @Test("In one parcel they differ by their number, for its recipient refuses a line that stands twice")
    func numbered() async throws {
        let world = try World(routes: [Self.toSPF], profiles: [Self.bare])
        let message = World.messages(1...1)[0]
        // The same order once more, with another requester's comment: another message, and for spf the same line.
        let text = String(decoding: message.hl7, as: UTF8.self)
        let again = text.replacing(message.canary, with: "CANARI-0000000000000000")
            .replacing(message.messageID, with: message.messageID + "B")
        #expect(again != text)
        let agent = try world.agent()
        let path = try world.folder.write(Array((text + again).utf8), to: "a.hl7")
        let summary = try await world.send(path, with: agent)
        #expect(summary.taken == 2, "\(summary.heldByRule)")
        let parcels = world.relay.parcels
        #expect(parcels.map(\.lines.count) == [2])
        #expect(try await agent.status().isSettled)
        let lines = try #require(parcels.first?.lines)
        #expect(lines[0] != lines[1])
        let id = try #require(parcels.first?.manifest.value.id.text)
        #expect(lines[0].replacing("\(id):1:", with: "\(id):2:") == lines[1], "the test proves nothing")
    }
}
