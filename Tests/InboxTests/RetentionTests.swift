import Courier
import Durable
import Exchange
import Foundation
import GRDB
import Synchronization
import Testing

@testable import Inbox

@Suite("Clear text does not linger in the sink")
struct RetentionTests {
    let world: World

    init() throws { world = try World() }

    private static let day: Int64 = 86_400

    @Test("delivered files go once they lay there for as long as is set, and not before")
    func removes() async throws {
        let first = try world.parcel()
        world.relay.add(first)
        let agent = try world.agent(retention: .days(3))
        try await agent.receiveOnce()
        world.clock.advance(2 * RetentionTests.day)
        let second = try world.parcel()
        world.relay.add(second)
        try await agent.receiveOnce()
        #expect(try world.delivered().count == 4)
        world.clock.advance(RetentionTests.day)
        try await agent.receiveOnce()
        #expect(try world.delivered() == [second.key.name + ".csv", second.key.name + ".ndjson"])
        let status = try await agent.status()
        #expect(status.inSink == 1 && status.removedParcels == 1 && status.retentionDays == 3)
        #expect(world.log.count(of: "removed from the sink") == 1)
    }

    @Test("without a setting they stay for as long as the longest route that leads here proposes")
    func routes() async throws {
        world.relay.add(try world.parcel())
        let agent = try world.agent(retention: .routes)
        try await agent.receiveOnce()
        world.clock.advance(10 * RetentionTests.day - 1)
        try await agent.receiveOnce()
        #expect(try world.delivered().count == 2)
        world.clock.advance(RetentionTests.day)
        try await agent.receiveOnce()
        #expect(try world.delivered() == [])
    }

    @Test("where the setting is 0, nothing is removed")
    func unlimited() async throws {
        world.relay.add(try world.parcel())
        let agent = try world.agent(retention: .unlimited)
        try await agent.receiveOnce()
        world.clock.advance(200 * RetentionTests.day)
        try await agent.receiveOnce()
        #expect(try world.delivered().count == 2)
    }

    @Test("what others put there or renamed stays, and what they took is no failure")
    func others() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        let agent = try world.agent(retention: .days(1))
        try await agent.receiveOnce()
        let csv = world.sinkFolder + "/" + parcel.key.name + ".csv"
        try Disk.real.rename(csv, to: world.sinkFolder + "/mine.csv")
        try Disk.real.createFolder(csv)
        try Disk.real.remove(world.sinkFolder + "/" + parcel.key.name + ".ndjson")
        world.clock.advance(2 * RetentionTests.day)
        try await agent.receiveOnce()
        #expect(try world.delivered() == [parcel.key.name + ".csv", "mine.csv"].sorted())
        let status = try await agent.status()
        #expect(status.inSink == 0 && status.removedParcels == 0)
        #expect(world.log.count(of: "could not be removed") == 0)
    }

    @Test("a parcel that is shown again after its files were removed is not delivered again")
    func onceOnly() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.keepAnswered()
        let agent = try world.agent(retention: .days(1))
        try await agent.receiveOnce()
        world.clock.advance(2 * RetentionTests.day)
        try await agent.receiveOnce()
        #expect(try world.delivered() == [])
        world.clock.advance(4_000)
        #expect(try await agent.receiveOnce() == 0)
        await agent.close()
        #expect(try await world.agent(retention: .days(1)).receiveOnce() == 0)
        #expect(try world.delivered() == [] && world.staged() == [])
    }

    @Test("while the relay does not agree to the time, nothing is removed")
    func doubt() async throws {
        world.relay.add(try world.parcel())
        let agent = try world.agent(retention: .days(1))
        try await agent.receiveOnce()
        world.clock.advance(400 * RetentionTests.day)
        let difference = ClockDifference(aheadSeconds: 400 * RetentionTests.day)
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in if call == .publishOwnKeys { throw .clock(difference) } }
        }
        await #expect(throws: InboxFailure.self) { try await agent.receiveOnce() }
        #expect(try world.delivered().count == 2)
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in
                if call == .publishOwnKeys { throw .refused(Problem(.badNote, detail: "not taken")) }
            }
        }
        try await agent.receiveOnce()
        #expect(try world.delivered().count == 2)
    }

    @Test("a file that cannot be removed is told, keeps nothing else from being received, and goes later")
    func stubborn() async throws {
        world.relay.add(try world.parcel())
        let first = try world.agent(retention: .days(1))
        try await first.receiveOnce()
        await first.close()
        world.clock.advance(2 * RetentionTests.day)
        let next = try world.parcel()
        world.relay.add(next)
        let isHeld = Mutex(true)
        let sink = world.sinkFolder
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .unlink, path.hasPrefix(sink), isHeld.withLock({ $0 }) else { return }
            throw DurableFailure(step, code: 13, path: path)
        })
        let agent = try world.agent(disk: disk, retention: .days(1))
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.log.count(of: "could not be removed") == 1)
        #expect(try world.delivered().count == 4)
        isHeld.withLock { $0 = false }
        world.clock.advance(4_000)
        try await agent.receiveOnce()
        #expect(try world.delivered() == [next.key.name + ".csv", next.key.name + ".ndjson"])
    }

    @Test(
        "each step on disk failing while files are removed, with or without effect: they are gone after the next start",
        arguments: [false, true])
    func crash(persisted: Bool) async throws {
        var step = 0
        while step < 200 {
            let world = try World()
            world.relay.add(try world.parcel())
            world.relay.add(try world.parcel())
            let first = try world.agent(retention: .days(1))
            try await first.receiveOnce()
            await first.close()
            world.clock.advance(2 * RetentionTests.day)
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let faults = StoreFaults(
                before: { _ in if plan.didFail { throw InboxFailure.store(code: 10) } }, after: { _ in })
            do {
                let agent = try world.agent(disk: plan.disk, faults: faults, retention: .days(1))
                try await agent.receiveOnce()
            } catch {}
            let last = try world.agent(retention: .days(1))
            try await last.receiveOnce()
            #expect(try world.delivered() == [], "step \(step)")
            let status = try await last.status()
            #expect(status.inSink == 0 && status.deliveredParcels == 2, "step \(step)")
            if !plan.didFail { break }
            step += 1
        }
        #expect(step > 4)
    }

    @Test("a transaction that fails, or did not seem to take effect, leaves nothing behind", arguments: [false, true])
    func transaction(persisted: Bool) async throws {
        world.relay.add(try world.parcel())
        let first = try world.agent(retention: .days(1))
        try await first.receiveOnce()
        await first.close()
        world.clock.advance(2 * RetentionTests.day)
        @Sendable func fail(_ step: StoreStep) throws {
            if step == .removeFiles { throw InboxFailure.store(code: 10) }
        }
        let faults = StoreFaults(
            before: { if !persisted { try fail($0) } }, after: { if persisted { try fail($0) } })
        let second = try world.agent(faults: faults, retention: .days(1))
        try await second.receiveOnce()
        await second.close()
        let third = try world.agent(retention: .days(1))
        try await third.receiveOnce()
        #expect(try world.delivered() == [])
        #expect(try await third.status().inSink == 0)
    }

    @Test("after the folder was changed, files go from the one that they were delivered to")
    func formerFolder() async throws {
        world.relay.add(try world.parcel())
        let first = try world.agent(retention: .days(1))
        try await first.receiveOnce()
        await first.close()
        world.clock.advance(2 * RetentionTests.day)
        let second = try world.agent(retention: .days(1), sink: world.root + "/elsewhere")
        try await second.receiveOnce()
        #expect(try world.delivered() == [])
    }

    @Test("after an upgrade nothing is removed until somebody sets the days, which then count from the upgrade")
    func upgrade() async throws {
        world.relay.add(try world.parcel())
        let first = try world.agent(retention: .routes)
        try await first.receiveOnce()
        await first.close()
        let queue = try DatabaseQueue(path: world.dataFolder + "/inbox.sqlite")
        try await queue.write { db in
            try db.execute(
                sql:
                    "DROP TABLE deposits; DROP TABLE sinkKeeping; DELETE FROM grdb_migrations WHERE identifier LIKE '5:%'"
            )
        }
        try queue.close()
        #expect(try InboxStatus.read(dataFolder: world.dataFolder).inSink == 0)
        world.clock.advance(100 * RetentionTests.day)
        let second = try world.agent(retention: .routes)
        try await second.receiveOnce()
        world.clock.advance(100 * RetentionTests.day)
        try await second.receiveOnce()
        #expect(try world.delivered().count == 2)
        #expect(try await second.status().keptAllOnce)
        #expect(world.log.count(of: "sink-keeps-all") == 1)
        await second.close()
        let third = try world.agent(retention: .days(101))
        try await third.receiveOnce()
        #expect(try world.delivered().count == 2)
        world.clock.advance(2 * RetentionTests.day)
        try await third.receiveOnce()
        #expect(try world.delivered() == [])
    }
}
