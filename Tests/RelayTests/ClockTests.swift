import Durable
import Exchange
import Foundation
import GRDB
import Logging
import Testing

@testable import Relay

@Suite("A relay whose clock is wrong")
struct ClockTests {
    private static let tenYears: Int64 = 3_652 * 86_400

    private static func health(_ relay: TestRelay) async throws -> String {
        String(decoding: try await relay.send("GET", "/health").body, as: UTF8.self)
    }

    @Test(
        "a jump while it runs deletes nothing, accepts nothing, is told once, and ends with the jump",
        arguments: [tenYears, -tenYears, 3_600, -3_600])
    func jump(seconds: Int64) async throws {
        let sealed = Sealed(size: 20_000)
        try await TestRelay.run { relay in
            let clock = relay.clock
            let manifest = try await relay.deliver(sealed)
            let begun = try sealed.manifest(at: clock.now)
            _ = try await relay.create(begun)
            clock.jump(seconds: seconds)
            let reason = seconds > 0 ? "clock-ahead" : "clock-behind"
            #expect(try await Self.health(relay) == #"{"live":true,"ready":false,"reason":"\#(reason)"}"#)
            for _ in 0..<3 { await relay.server.rounds.round() }
            // Whoever has the same wrong clock, and whoever has a right one: the relay waits, and says so.
            for time in [clock.now, clock.now.adding(seconds: -seconds)] {
                let token = "Bearer " + (try Cast.one.token(of: Cast.labA, for: relay.origin, at: time))
                let refused = try await relay.send("GET", "/v1/outbox", token: token)
                #expect(refused.problem == .unavailable)
                #expect(refused.field("Retry-After") == "30")
            }
            #expect(try await relay.patch(begun.value.id, at: 0, sealed.bytes).problem == .unavailable)
            #expect(relay.lines.count(.critical, saying: reason) == 1)
            #expect(relay.lines.count(.notice, saying: "expired") == 0)
            #expect(relay.lines.count(.info, saying: "unfinished upload deleted") == 0)

            clock.jump(seconds: -seconds)
            #expect(try await Self.health(relay) == #"{"live":true,"ready":true}"#)
            #expect(relay.lines.count(.notice, saying: "no longer in doubt") == 1)
            #expect(try await relay.patch(begun.value.id, at: 0, sealed.bytes).status == 204)
            let path = RelayPath.parcel(manifest.value.from, manifest.value.id)
            #expect(try await relay.send("GET", path, as: Cast.ars).body == sealed.bytes)
        }
    }

    @Test("in doubt not even that expires whose deadline boot time has counted to; set right, it does")
    func nothingExpires() async throws {
        let clock = TestClock()
        let note = try Cast.one.directory(at: clock.now, days: 60)
        try await TestRelay.run(clock: clock, directory: note) { relay in
            _ = try await relay.deliver(Sealed(size: 2_000), days: 2)
            let left = try Sealed(size: 3_000).manifest(at: clock.now)
            _ = try await relay.create(left)
            clock.jump(seconds: -86_400)
            clock.move(seconds: 5 * 86_400)
            await relay.server.rounds.round()
            #expect(try relay.server.vault.store.held(after: -1, limit: 1_000).count == 1)
            #expect(try relay.server.vault.store.parcel(left.value.id) != nil)
            clock.jump(seconds: 86_400)
            await relay.server.rounds.round()
            #expect(try relay.server.vault.store.held(after: -1, limit: 1_000).isEmpty)
            #expect(try relay.server.vault.store.parcel(left.value.id) == nil)
        }
    }

    @Test("a jump in the middle of a body: what came is kept, and accepted once the clock is right")
    func jumpInBody() async throws {
        let sealed = Sealed(size: 2_000_000)
        try await TestRelay.run { relay in
            let clock = relay.clock
            let manifest = try sealed.manifest(at: clock.now)
            let id = manifest.value.id
            _ = try await relay.create(manifest)
            let (pieces, source) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
            source.yield(Array(sealed.bytes[..<1_500_000]))
            let isOver = OpenFlag()
            let sending = Task {
                defer { isOver.set() }
                return try await relay.patch(id, at: 0, pieces: pieces, length: 2_000_000)
            }
            while try await relay.head(id).offset == 0 {
                try #require(!isOver.isSet, "the upload ended before its first piece was there")
                await Task.yield()
            }
            clock.jump(seconds: Self.tenYears)
            source.yield(Array(sealed.bytes[1_500_000...]))
            source.finish()
            #expect(try await sending.value.problem == .unavailable)
            #expect(try relay.server.vault.store.parcel(id)?.state == .uploading)
            clock.jump(seconds: -Self.tenYears)
            // All of it is here already.
            #expect(try await relay.head(id).offset == 2_000_000)
            #expect(try await relay.inbox().parcels.count == 1)
        }
    }

    @Test("what is whole is not accepted past its deadline: by the next request, nor by the next start")
    func expiredUpload() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let sealed = Sealed(size: 20_000)
        let manifest = try sealed.manifest(at: clock.now, days: 1)
        let id = manifest.value.id
        let note = try Cast.one.directory(at: clock.now)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: note) { relay in
            _ = try await relay.create(manifest)
            _ = try await relay.patch(id, at: 0, sealed.bytes[..<19_000])
        }
        // The last bytes reached the disk, and the process died before it accepted them.
        let file = try #require(try scratch.names(in: "incoming").first)
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: scratch.data + "/incoming/" + file))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(sealed.bytes[19_000...]))
        try handle.close()
        clock.move(seconds: 86_400)
        let leaves = try await Self.refuseExpired(id, scratch, clock)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: note) { relay in
            await relay.server.rounds.round()
            let more = try await relay.patch(id, at: 19_000, sealed.bytes[19_000...])
            #expect(more.problem == .notFound)
            #expect(try relay.server.vault.store.parcel(id) == nil)
            #expect(try relay.scratch.names(in: "incoming") + relay.scratch.names(in: "payload") == [])
            #expect(try relay.server.vault.store.sequenced() == leaves)
        }
    }

    /// A start, and what a request does: neither accepts. Gives how many leaves there are.
    private static func refuseExpired(_ id: ParcelID, _ scratch: Scratch, _ clock: TestClock) async throws -> Int64 {
        let vault = try await reopen(scratch, clock)
        defer { try? vault.store.close() }
        #expect(try vault.recover(judge: { _, _ in }).accepted == 0)
        let found = try #require(try vault.store.parcel(id))
        #expect(found.state == .uploading)
        #expect(throws: Problem.deadlinePassed) { try vault.settle(found) { _, _ in } }
        // It was destroyed with that: nothing is left to accept, whatever the clock says next.
        #expect(try vault.settle(found) { _, _ in }.kept == nil)
        #expect(try vault.store.parcel(id)?.state == .uploading)
        return try vault.store.sequenced()
    }

    /// The folder's lock goes with the last reference to the one before, which a thread may be about to drop.
    private static func reopen(
        _ scratch: Scratch, _ clock: TestClock, _ plan: StepPlan? = nil
    ) async throws -> ParcelVault {
        while true {
            do {
                return try ParcelVault(
                    data: scratch.data, disk: .real, faults: plan?.transactions,
                    clock: ClockSettings(sample: { clock.sample }))
            } catch DurableFailure.inUse {
                await Task.yield()
            }
        }
    }

    /// How a relay comes to be started with a wrong clock.
    enum Start: String, CaseIterable {
        case daysAhead, yearsAhead, yearsBehind, rebootAhead, rebootBehind, longOff
        var reason: String { self == .yearsBehind || self == .rebootBehind ? "clock-behind" : "clock-ahead" }

        func happen(to clock: TestClock) {
            switch self {
            case .daysAhead: clock.jump(seconds: 20 * 86_400)
            case .yearsAhead: clock.jump(seconds: tenYears)
            case .yearsBehind: clock.jump(seconds: -tenYears)
            case .rebootAhead: clock.reboot(offSeconds: tenYears)
            case .rebootBehind: clock.reboot(offSeconds: -tenYears)
            case .longOff: clock.reboot(offSeconds: 20 * 86_400)
            }
        }
    }

    @Test("started with a wrong clock, it destroys nothing and waits for a person's word", arguments: Start.allCases)
    func started(_ start: Start) async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let sealed = Sealed(size: 20_000)
        let note = try Cast.one.directory(at: clock.now, days: 365)
        try await TestRelay.run(clock: clock, scratch: scratch, directory: note) { relay in
            _ = try await relay.deliver(sealed)
        }
        start.happen(to: clock)
        try await TestRelay.run(clock: clock, scratch: scratch, keys: false, directory: note) { relay in
            await relay.server.rounds.round()
            let health = try await Self.health(relay)
            #expect(health == #"{"live":true,"ready":false,"reason":"\#(start.reason)"}"#)
            #expect(try relay.server.vault.store.held(after: -1, limit: 1_000).count == 1)
            #expect(try relay.scratch.names(in: "payload").count == 1)
            #expect(relay.server.vault.shredKeys.count == 1)
            #expect(relay.server.clockTrouble?.french.contains("pli-relay clock accept") == true)
        }
        // Started again and again, it stays so: the doubt must not become the tick.
        clock.move(seconds: 3_600)
        try await TestRelay.run(clock: clock, scratch: scratch, keys: false, directory: note) { relay in
            await relay.server.rounds.round()
            #expect(try await Self.health(relay).contains(start.reason))
            let report = try ClockReport(relay.server.configuration, disk: .real, sample: clock.sample)
            #expect(report.doubt != nil)
            #expect(report.due == (start.reason == "clock-ahead" ? 1 : 0))
            try report.accept()
            await relay.server.rounds.round()
            #expect(relay.lines.count(.notice, saying: "accepted by a person") == 1)
            #expect(try !Disk.real.exists(scratch.data + "/clock-word"))
            // By the person's word the deadline has passed, or it has not.
            #expect(
                try relay.server.vault.store.held(after: -1, limit: 1_000).count
                    == (start.reason == "clock-ahead" ? 0 : 1))
        }
        clock.move(seconds: 60)
        try await TestRelay.run(clock: clock, scratch: scratch, keys: false, directory: note) { relay in
            // A word that was taken outlives the process; but a signed directory stands against a clock years behind.
            let expected: ClockDoubt? = start.reason == "clock-behind" ? .behindNotes : nil
            #expect(relay.server.vault.clock.reading.doubt == expected)
        }
    }

    @Test("a word that is old, torn or of another reading changes nothing and goes away")
    func staleWord() async throws {
        try await TestRelay.run { relay in
            let clock = relay.clock
            clock.jump(seconds: Self.tenYears)
            let before = ClockWord(
                ClockSample(wall: clock.now.adding(seconds: -900), bootSeconds: 1_000, bootID: "first"))
            for bytes in [before.encoded, Array("right".utf8), []] {
                _ = try relay.scratch.write(bytes, to: "data/clock-word")
                await relay.server.rounds.round()
                #expect(try await Self.health(relay).contains("clock-ahead"))
                #expect(try !Disk.real.exists(relay.scratch.data + "/clock-word"))
            }
            #expect(relay.lines.count(.warning, saying: "a word on the clock was not taken") == 1)
        }
    }

    @Test("the tick is stored each round, dies before or after its commit without harm, and stands still in doubt")
    func tick() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        func stored() throws -> ClockTick? {
            try DatabaseQueue(path: scratch.data + "/relay.sqlite").read(RelayStore.tick)
        }
        for persisted in [false, true] {
            let plan = StepPlan(failAt: 0, persisted: persisted)
            let vault = try await Self.reopen(scratch, clock, plan)
            defer { try? vault.store.close() }
            let before = try stored()
            plan.arm()
            #expect(throws: StepPlan.Died.self) { try ClockDesk(vault: vault).tick() }
            #expect(plan.names == ["transaction tick"])
            let after = try stored()
            #expect(
                after
                    == (persisted ? ClockTick(sample: clock.sample, newestSigned: .init(secondsSinceEpoch: 0)) : before)
            )
        }
        let vault = try await Self.reopen(scratch, clock)
        clock.move(seconds: 60)
        try ClockDesk(vault: vault).tick()
        #expect(try stored()?.sample == clock.sample)
        let last = clock.sample
        clock.jump(seconds: Self.tenYears)
        try ClockDesk(vault: vault).tick()
        #expect(try stored()?.sample == last)
        try vault.store.close()
    }
}
