import Courier
import Durable
import Exchange
import Synchronization
import Testing

@testable import Inbox

@Suite("A crash anywhere, and every failure that does or does not persist")
struct FaultTests {
    /// What the reader of the sink has taken away so far, with contents.
    final class Consumer {
        private(set) var taken: [String: [[UInt8]]] = [:]

        /// Takes all files that are visible.
        func take(from world: World) throws {
            guard try Disk.real.exists(world.sinkFolder) else { return }
            for name in try world.delivered() {
                taken[name, default: []].append(try world.read(name))
                try Disk.real.remove(world.sinkFolder + "/" + name)
            }
        }
    }

    /// Runs an agent that fails as `run` says, then a new one on what is left; each file must have come exactly once.
    private func check(
        consumes: Bool, _ label: Comment, _ run: (World) async throws -> Void
    ) async throws {
        let world = try World()
        let parcels = [try world.parcel(reports: 2), try world.parcel(reports: 3)]
        for parcel in parcels { world.relay.add(parcel) }
        let consumer = Consumer()
        try await run(world)
        world.relay.fault.withLock { $0 = nil }
        world.relay.faultAfterPost.withLock { $0 = nil }
        if consumes { try consumer.take(from: world) }
        world.clock.advance(400)
        let agent = try world.agent()
        try await agent.receiveOnce()
        try consumer.take(from: world)
        for parcel in parcels {
            let ndjson = parcel.file
            #expect(consumer.taken[parcel.key.name + ".ndjson"] == [ndjson], label)
            #expect(consumer.taken[parcel.key.name + ".csv"]?.count == 1, label)
            #expect(world.relay.receipts[parcel.key]?.value.outcome == .delivered, label)
        }
        #expect(consumer.taken.count == 4, label)
        #expect(try world.staged() == [] && world.opening() == [], label)
        let status = try await agent.status()
        #expect(status.deliveredParcels == 2 && status.deliveredReports == 5, label)
        #expect(status.waiting == 0 && status.handing == 0 && status.receiptsWaiting == 0, label)
        #expect(try #require(status.senders.first).missing == 0, label)
    }

    /// Starts an agent on a failing disk; whatever it throws, it is let go.
    private func fail(_ world: World, disk: Disk = .real, faults: StoreFaults? = nil) async {
        do {
            let agent = try world.agent(disk: disk, faults: faults)
            try await agent.receiveOnce()
        } catch {}
    }

    @Test("each step on disk, dying there before or after it took effect", arguments: [false, true], [false, true])
    func disk(persisted: Bool, consumes: Bool) async throws {
        var step = 0
        while step < 1_000 {
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            let faults = StoreFaults(
                before: { _ in if plan.didFail { throw InboxFailure.store(code: 10) } }, after: { _ in })
            try await check(consumes: consumes, "step \(step) \(plan.steps.last ?? "")") { world in
                world.relay.fault.withLock { fault in
                    fault = { _ throws(CourierFailure) in if plan.didFail { throw .unreachable("dead") } }
                }
                await fail(world, disk: plan.disk, faults: faults)
            }
            if !plan.didFail { break }
            step += 1
        }
        #expect(step > 40)
    }

    @Test("each step on disk failing once while the process lives on", arguments: [5, 28] as [Int32], [false, true])
    func diskOnce(code: Int32, persisted: Bool) async throws {
        var step = 0
        while step < 1_000 {
            let plan = FaultPlan(failAt: step, persisted: persisted, code: code)
            try await check(consumes: true, "step \(step) \(plan.steps.last ?? "")") { world in
                await fail(world, disk: plan.disk)
            }
            if !plan.didFail { break }
            step += 1
        }
        #expect(step > 40)
    }

    @Test("each transaction, failed or committed all the same", arguments: StoreStep.allCases, [false, true])
    func store(step: StoreStep, persisted: Bool) async throws {
        for consumes in [false, true] {
            let isDead = Mutex(false)
            @Sendable func die(_ at: StoreStep) throws {
                if isDead.withLock({ $0 }) { throw InboxFailure.store(code: 10) }
                if at == step {
                    isDead.withLock { $0 = true }
                    throw InboxFailure.store(code: 10)
                }
            }
            let faults = StoreFaults(
                before: { at in if !persisted || isDead.withLock({ $0 }) { try die(at) } },
                after: { at in if persisted { try die(at) } })
            try await check(consumes: consumes, "\(step)") { world in
                await fail(world, faults: faults)
            }
        }
    }

    @Test("each call of the relay failing once", arguments: RelayDouble.Call.allCases)
    func relay(call: RelayDouble.Call) async throws {
        for failure in [CourierFailure.unreachable("no answer"), .refused(Problem(.fault, detail: "fault"))] {
            let failed = Mutex(false)
            try await check(consumes: true, "\(call)") { world in
                world.relay.fault.withLock { fault in
                    fault = { at throws(CourierFailure) in
                        let isFirst = failed.withLock { failed in
                            guard at == call, !failed else { return false }
                            failed = true
                            return true
                        }
                        if isFirst { throw failure }
                    }
                }
                await fail(world)
            }
        }
    }

    @Test("a receipt that was taken although its answer was lost is posted again, and is the same")
    func lostAnswer() async throws {
        try await check(consumes: true, "lost answer") { world in
            world.relay.keepAnswered()
            world.relay.faultAfterPost.withLock { fault in
                fault = { () throws(CourierFailure) in throw .unreachable("lost") }
            }
            await fail(world)
            #expect(world.relay.receipts.count == 1)
        }
    }

    @Test("a second crash in the middle of recovery changes nothing")
    func twice() async throws {
        for first in stride(from: 0, to: 60, by: 7) {
            for second in stride(from: 0, to: 30, by: 4) {
                try await check(consumes: true, "\(first), \(second)") { world in
                    await fail(world, disk: FaultPlan(failAt: first, persisted: true, dies: true).disk)
                    await fail(world, disk: FaultPlan(failAt: second, dies: true).disk)
                }
            }
        }
    }
}
