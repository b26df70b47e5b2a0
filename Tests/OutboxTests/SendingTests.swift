import Exchange
import Foundation
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("From a file to receipts")
struct SendingTests {
    @Test("Every report reaches each of its recipients once, and nothing is left behind")
    func everythingArrives() async throws {
        let world = try World()
        let messages = World.messages(1...12)
        let path = try world.folder.write(messages.file, to: "day.hl7")
        let agent = try world.agent()
        let summary = try await world.send(path, with: agent)

        #expect(summary.read == 12)
        #expect(summary.taken == 12)
        #expect(summary.held == 0, "\(summary.heldByRule)")
        for recipient in ["cnam", "spf", "ars-11"] {
            #expect(world.relay.lines(of: recipient).count == 12, "\(recipient)")
        }
        for message in messages {
            let lines = world.relay.lines(of: "cnam").filter { $0.contains(message.fillerNumber) }
            #expect(lines.count == 1)
        }
        let status = try await agent.status()
        #expect(status.isSettled)
        #expect(status.recipients.map(\.delivered) == [12, 12, 12])
        #expect(try world.files(in: "spool") == [])
        #expect(try world.files(in: "journal") == [])
        #expect(FileManager.default.fileExists(atPath: path), "a file that was sent by hand stays where it is")
        #expect(world.log.alarms == [])
    }
}
