import Courier
import Durable
import Exchange
import Foundation
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// What waits for longer than it should, as `pli doctor` and `pli status` tell it.
@Suite("What waits for too long")
struct LateWorkTests {
    private static func late(_ world: World) throws -> [LateWork] {
        try LateWork.read(dataFolder: world.data, ageSeconds: 300, at: world.clock.now)
    }

    private static func takeTwo(_ world: World) async throws -> OutboxAgent {
        let agent = try world.agent()
        _ = try await agent.takeFile(try world.folder.write(World.messages(1...2).file, to: "day.hl7"))
        return agent
    }

    @Test("Reports without a parcel are late ten minutes past the age of a batch, since they were taken")
    func sealing() async throws {
        let world = try World()
        let taken = world.clock.now
        let agent = try await Self.takeTwo(world)
        let recipients = try await agent.status().recipients.filter { $0.waiting > 0 }.map(\.name)
        #expect(!recipients.isEmpty)
        world.clock.advance(899)
        #expect(try Self.late(world) == [])
        world.clock.advance(1)
        let late = try Self.late(world)
        #expect(late.map(\.recipient) == recipients)
        #expect(late.allSatisfy { $0.stage == .sealing && $0.since == taken && $0.count > 0 })
    }

    @Test("A parcel that the relay does not take is late after ten minutes, and one without receipt once that is due")
    func parcels() async throws {
        let world = try World()
        let agent = try await Self.takeTwo(world)
        let made = world.clock.now
        _ = try await agent.makeParcels(flush: true)
        world.clock.advance(599)
        #expect(try Self.late(world) == [])
        world.clock.advance(1)
        let spooled = try Self.late(world)
        #expect(!spooled.isEmpty && spooled.allSatisfy { $0.stage == .upload && $0.since == made && $0.count == 1 })
        try await agent.uploadWaiting()
        #expect(try Self.late(world) == [])
        world.clock.advance(2 * 86_400)
        let unacknowledged = try Self.late(world)
        #expect(unacknowledged.map(\.recipient) == spooled.map(\.recipient))
        // Nobody has to run for it to be told.
        #expect(unacknowledged.allSatisfy { $0.stage == .receipt && $0.since > made })
        #expect(try await agent.status().recipients.allSatisfy { $0.overdue == 0 })
    }

    @Test("What is sent again waits since it was asked for, and not since it was read")
    func again() async throws {
        let world = try World()
        let agent = try await Self.takeTwo(world)
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        world.clock.advance(86_400)
        let desk = try ParcelDesk(dataFolder: world.data)
        for parcel in try desk.parcels(at: world.clock.now, all: true) {
            #expect(try desk.sendAgain(parcel.id, at: world.clock.now) == .begun(reports: parcel.reports))
        }
        #expect(try Self.late(world) == [])
        world.clock.advance(900)
        #expect(try Self.late(world).allSatisfy { $0.stage == .sealing })
        #expect(try !Self.late(world).isEmpty)
        try desk.close()
    }
}
