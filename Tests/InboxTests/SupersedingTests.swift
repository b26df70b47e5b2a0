import Courier
import Durable
import Exchange
import Notes
import Synchronization
import Testing

@testable import Inbox

/// A sender that has no receipt sends the same reports again in a new parcel. Of all that take one another's place one is
/// delivered.
@Suite("Parcels that supersede one another")
struct SupersedingTests {
    let world: World

    init() throws { world = try World() }

    private func receive() async throws -> Int { try await world.agent().receiveOnce() }

    private func outcome(_ parcel: SealedParcel) -> Receipt.Outcome? { world.relay.receipts[parcel.key]?.value.outcome }

    private func expectOnly(_ parcel: SealedParcel, deliveredReports: Int = 3) async throws {
        #expect(try world.delivered() == [parcel.key.name + ".csv", parcel.key.name + ".ndjson"])
        let status = try InboxStatus.read(dataFolder: world.dataFolder)
        #expect(status.deliveredParcels == 1 && status.deliveredReports == deliveredReports)
        #expect(status.waiting == 0 && status.handing == 0 && status.receiptsWaiting == 0)
        #expect(try world.staged() == [] && world.opening() == [])
    }

    @Test("Both at once: the first is delivered, the second acknowledged without being fetched")
    func both() async throws {
        let first = try world.parcel()
        let second = try world.parcel(supersedes: first.key.id)
        for parcel in [first, second] { world.relay.add(parcel) }
        #expect(try await receive() == 1)
        #expect(outcome(first) == .delivered && outcome(second) == .delivered)
        #expect(world.relay.fetches == 1)
        try await expectOnly(first)
    }

    @Test("The first was delivered long ago and its receipt lost: the second is acknowledged")
    func later() async throws {
        let first = try world.parcel()
        world.relay.add(first)
        #expect(try await receive() == 1)
        world.relay.forgetReceipts()
        world.clock.advance(40 * 86_400)
        let second = try world.parcel(supersedes: first.key.id)
        world.relay.add(second)
        #expect(try await receive() == 0)
        #expect(outcome(second) == .delivered)
        try await expectOnly(first)
    }

    @Test("The second comes first and is delivered; the first is superseded then, and so is one between them")
    func reversed() async throws {
        let first = try world.parcel()
        let second = try world.parcel(supersedes: first.key.id)
        let third = try world.parcel(supersedes: first.key.id)
        world.relay.add(third)
        #expect(try await receive() == 1)
        world.relay.add(first)
        world.relay.add(second)
        #expect(try await receive() == 0)
        for parcel in [first, second] {
            #expect(world.relay.receipts[parcel.key]?.value.reason == .superseded)
        }
        try await expectOnly(third)
    }

    @Test("The first was refused: nothing of it was handed over, so the second is delivered")
    func afterRefusal() async throws {
        var first = try world.parcel()
        first.body[first.body.count / 2] ^= 1
        world.relay.add(first)
        let agent = try world.agent()
        for _ in 0..<InboxAgent.copiesMax {
            try await agent.receiveOnce()
            world.clock.advance(400)
        }
        #expect(outcome(first) == .refused)
        let second = try world.parcel(supersedes: first.key.id)
        world.relay.add(second)
        #expect(try await agent.receiveOnce() == 1)
        #expect(outcome(second) == .delivered)
        try await expectOnly(second)
    }

    @Test("What was acknowledged is remembered for its own time, when the one that was delivered is forgotten")
    func memory() async throws {
        let first = try world.parcel()
        let second = try world.parcel(days: 30, supersedes: first.key.id)
        world.relay.add(first)
        world.relay.add(second)
        #expect(try await receive() == 1)
        // Past the first one's sixty days, within the second one's.
        world.clock.advance(71 * 86_400)
        let third = try world.parcel(supersedes: first.key.id)
        world.relay.add(third)
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        #expect(try await agent.store.parcel(first.key) == nil, "the first one is forgotten")
        #expect(outcome(third) == .delivered)
        try await expectOnly(first)
    }

    @Test("One that says it holds more than what was delivered is not acknowledged, nor delivered")
    func holdsMore() async throws {
        let first = try world.parcel(reports: 3)
        let second = try world.parcel(reports: 4, supersedes: first.key.id)
        for parcel in [first, second] { world.relay.add(parcel) }
        #expect(try await receive() == 1)
        #expect(world.relay.receipts[second.key]?.value.reason == .superseded)
        #expect(world.log.count(of: "holds more") == 1)
        try await expectOnly(first)
    }

    @Test("Another sender's parcel of the same id does not stand in the way")
    func otherSender() async throws {
        let first = try world.parcel()
        let stranger = try ParcelID(time: world.clock.now, random: [UInt8](repeating: 3, count: 10))
        let second = try world.parcel(supersedes: stranger)
        for parcel in [first, second] { world.relay.add(parcel) }
        #expect(try await receive() == 2)
    }

    @Test(
        "Dying at any step on disk, before or after it took effect, exactly one of the two is delivered",
        arguments: [false, true])
    func everyStep(persisted: Bool) async throws {
        var step = 0
        while step < 1_000 {
            let world = try World()
            let first = try world.parcel()
            let second = try world.parcel(supersedes: first.key.id)
            // The newer one first: the older one is superseded or, where the newer one was not handed over, the other way.
            for parcel in step % 2 == 0 ? [first, second] : [second, first] { world.relay.add(parcel) }
            let plan = FaultPlan(failAt: step / 2, persisted: persisted, dies: true)
            let faults = StoreFaults(
                before: { _ in if plan.didFail { throw InboxFailure.store(code: 10) } }, after: { _ in })
            world.relay.fault.withLock { fault in
                fault = { _ throws(CourierFailure) in if plan.didFail { throw .unreachable("dead") } }
            }
            do {
                try await world.agent(disk: plan.disk, faults: faults).receiveOnce()
            } catch {}
            world.relay.fault.withLock { $0 = nil }
            world.clock.advance(400)
            try await world.agent().receiveOnce()
            let place: Comment = "step \(step / 2) \(plan.steps.last ?? "")"
            #expect(try world.delivered().count == 2, place)
            let outcomes = [first, second].compactMap { world.relay.receipts[$0.key]?.value.outcome }
            #expect(outcomes.count == 2 && outcomes.contains(.delivered), place)
            #expect(try InboxStatus.read(dataFolder: world.dataFolder).deliveredParcels == 1, place)
            if !plan.didFail, step % 2 == 1 { break }
            step += 1
        }
        #expect(step > 60)
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)

        func next() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    @Test("Dying at any transaction, before or after it took effect, exactly one of the two is delivered")
    func everyTransaction() async throws {
        for step in StoreStep.allCases {
            for isBefore in [true, false] {
                for failsAt in 1...2 {
                    let world = try World()
                    let first = try world.parcel()
                    let second = try world.parcel(supersedes: first.key.id)
                    for parcel in [first, second] { world.relay.add(parcel) }
                    let counter = Counter()
                    let fail: @Sendable (StoreStep, Bool) throws -> Void = { now, before in
                        if now == step, before == isBefore, counter.next() == failsAt {
                            throw InboxFailure.store(code: 1_034)
                        }
                    }
                    do {
                        try await world.agent(
                            faults: StoreFaults(before: { try fail($0, true) }, after: { try fail($0, false) })
                        ).receiveOnce()
                    } catch {}
                    world.clock.advance(400)
                    try await world.agent().receiveOnce()
                    let place: Comment = "\(step), before \(isBefore), the \(failsAt). time"
                    #expect(try world.delivered().count == 2, place)
                    #expect(world.relay.receipts[second.key]?.value.outcome == .delivered, place)
                    #expect(try InboxStatus.read(dataFolder: world.dataFolder).deliveredParcels == 1, place)
                }
            }
        }
    }
}
