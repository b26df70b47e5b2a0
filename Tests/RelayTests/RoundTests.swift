import Durable
import Exchange
import Foundation
import Logging
import Notes
import ServiceLifecycle
import Synchronization
import Testing

@testable import Relay

@Suite("What goes round each minute")
struct RoundTests {
    /// A store whose deletions wait until they are let go on.
    private final class SlowStore: Sendable {
        private let isHeld = Mutex(false)
        private let gate = DispatchSemaphore(value: 0)
        private let reached: AsyncStream<Void>.Continuation
        let arrivals: AsyncStream<Void>
        private let counts = Mutex<[String: Int]>([:])

        init() { (arrivals, reached) = AsyncStream<Void>.makeStream() }

        var faults: TransactionFaults {
            TransactionFaults(
                before: { name in
                    self.counts.withLock { $0[name, default: 0] += 1 }
                    guard name == "end", self.isHeld.withLock({ $0 }) else { return }
                    self.reached.yield()
                    self.gate.wait()
                    self.gate.signal()
                }, after: { _ in })
        }

        func hold() { isHeld.withLock { $0 = true } }

        func letGo() {
            isHeld.withLock { $0 = false }
            gate.signal()
        }

        func count(_ name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
    }

    /// Lets each beat of a service go on when it is told to, and tells when one has ended.
    private final class Conductor: Sendable {
        private typealias Signal = (AsyncStream<Void>, AsyncStream<Void>.Continuation)
        private let ended: [RoundService.Beat: Signal]
        private let due: [RoundService.Beat: Signal]

        init() {
            func signals() -> [RoundService.Beat: Signal] {
                var signals: [RoundService.Beat: Signal] = [:]
                for beat in RoundService.Beat.allCases { signals[beat] = AsyncStream<Void>.makeStream() }
                return signals
            }
            (ended, due) = (signals(), signals())
        }

        func pause(_ beat: RoundService.Beat) async throws {
            ended[beat]?.1.yield()
            guard let stream = due[beat]?.0 else { return }
            try await cancelWhenGracefulShutdown {
                var iterator = stream.makeAsyncIterator()
                guard await iterator.next() != nil else { throw CancellationError() }
            }
        }

        /// Waits for the end of a beat.
        func end(of beat: RoundService.Beat) async {
            var iterator = ended[beat]?.0.makeAsyncIterator()
            _ = await iterator?.next()
        }

        func go(_ beat: RoundService.Beat) { due[beat]?.1.yield() }
    }

    @Test("however long deletions take, certificates are taken, the clock's tick is stored and its word heard")
    func apart() async throws {
        let (slow, conductor) = (SlowStore(), Conductor())
        try await TestRelay.run(faults: slow.faults, change: { $0.pause = { try await conductor.pause($0) } }) {
            relay in
            for beat in RoundService.Beat.allCases { await conductor.end(of: beat) }
            for _ in 0..<3 { _ = try await relay.deliver(Sealed(size: 2_000), days: 2) }
            relay.clock.move(seconds: 2 * 86_400)
            slow.hold()
            conductor.go(.deletion)
            defer { slow.letGo() }
            for await _ in slow.arrivals { break }

            let keeper = try #require(relay.server.certificate)
            let old = keeper.expiresAt
            let made = try DevelopmentCertificate(host: "127.0.0.1", now: Date(timeIntervalSinceNow: 86_400))
            let configuration = relay.server.configuration
            try Disk.real.writeDurably(Array(made.certificate.utf8), to: configuration.certificatePath)
            try Disk.real.writeDurably(Array(made.key.utf8), to: configuration.keyPath)
            conductor.go(.files)
            await conductor.end(of: .files)
            #expect(keeper.expiresAt > old)
            relay.clock.move(seconds: 60)
            conductor.go(.clock)
            await conductor.end(of: .clock)
            let tick = try relay.server.vault.store.read { try RelayStore.tick($0) }
            #expect(tick?.sample.wall == relay.clock.now)
            // Not one of them is deleted yet: that round is still under way.
            #expect(try relay.scratch.names(in: "payload").count == 3)

            slow.letGo()
            await conductor.end(of: .deletion)
            #expect(try relay.scratch.names(in: "payload") == [])
        }
    }

    @Test("a round that the relay's end cuts off is no failure")
    func cutOff() async throws {
        try await TestRelay.run { relay in
            await Task {
                withUnsafeCurrentTask { $0?.cancel() }
                for beat in RoundService.Beat.allCases { await relay.server.rounds.once(beat) }
            }.value
            #expect(relay.lines.count(.error, saying: "a round was not finished") == 0)
            #expect(relay.server.faults.reason == nil)
        }
    }

    @Test("deadlines that pass together are taken in bounded transactions, and so are rows that are forgotten")
    func batches() async throws {
        let slow = SlowStore()
        try await TestRelay.run(faults: slow.faults) { relay in
            var ids: [ParcelID] = []
            for _ in 0..<5 { ids.append(try await relay.deliver(Sealed(size: 2_000), days: 2).value.id) }
            var retention = relay.server.retention
            retention.batchRows = 2
            relay.clock.move(seconds: 2 * 86_400)
            let before = slow.count("expire")
            try await retention.round()
            #expect(slow.count("expire") - before == 3)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(relay.server.vault.shredKeys.count == 0)
            relay.clock.move(seconds: 61 * 86_400)
            let pruned = slow.count("prune")
            try await retention.round()
            #expect(slow.count("prune") - pruned == 3)
            for id in ids { #expect(try relay.server.vault.store.parcel(id) == nil) }
        }
    }

    private final class Flag: Sendable {
        private let state = Mutex(false)
        var isSet: Bool { state.withLock { $0 } }
        func set() { state.withLock { $0 = true } }
    }

    @Test("201 on a receipt says that the parcel is destroyed, whoever was at it when the receipt came")
    func truth() async throws {
        try await TestRelay.run { relay in
            let manifest = try await relay.deliver(Sealed(size: 2_000))
            let (id, locks, vault) = (manifest.value.id, relay.server.retention.locks, relay.server.vault)
            #expect(locks.take(id))
            let isAnswered = Flag()
            let posting = Task {
                let answer = try await relay.post(manifest.receipt(at: relay.clock.now))
                isAnswered.set()
                return answer
            }
            while locks.waiting(for: id) == 0, !isAnswered.isSet { await Task.yield() }
            #expect(!isAnswered.isSet)
            // It is taken, and in the log; a round leaves it to whoever has the lock.
            #expect(try vault.store.parcel(id)?.state == .ending)
            await relay.server.rounds.once(.deletion)
            #expect(try relay.scratch.names(in: "payload").count == 1)
            locks.release(id)
            #expect(try await posting.value.status == 201)
            #expect(try relay.scratch.names(in: "payload") == [])
            #expect(vault.shredKeys.count == 0)
            #expect(try vault.store.parcel(id)?.state == .ended)
            // And the lock is free again.
            #expect(locks.take(id))
            locks.release(id)
        }
    }

    /// How many were in it at one time.
    private final class Room: Sendable {
        private let state = Mutex((now: 0, most: 0))
        var most: Int { state.withLock { $0.most } }
        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }
        func leave() { state.withLock { $0.now -= 1 } }
    }

    @Test("a lock that many wait for goes to each of them in turn")
    func turns() async throws {
        let locks = ParcelLocks()
        let id = try Sealed.newID(at: SystemClock.now())
        let room = Room()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<200 {
                group.addTask {
                    await locks.takeInTurn(id)
                    room.enter()
                    await Task.yield()
                    room.leave()
                    locks.release(id)
                }
            }
        }
        #expect(room.most == 1)
        #expect(locks.take(id))
    }

    @Test("files are compared with rows in each round while parcels are few, in each sixtieth while they are many")
    func sweeps() {
        #expect((0..<120).filter { Retention.sweepIsDue(inRound: $0, parcels: 10_000) }.count == 120)
        #expect((0..<120).filter { Retention.sweepIsDue(inRound: $0, parcels: 10_001) } == [0, 60])
    }

    @Test("of many parcels that cannot be served some are named and all are counted")
    func surveyOfMany() async throws {
        try await TestRelay.run { relay in
            let vault = relay.server.vault
            for seq in 1...25 { _ = try await relay.deliver(Sealed(size: 2_000), seq: Int64(seq)) }
            for name in try relay.scratch.names(in: "payload") {
                try FileManager.default.removeItem(atPath: vault.folders.payload(name))
            }
            let logger = Logger(label: "survey") { _ in LineLog(lines: relay.lines) }
            try await Retention(vault: vault, locks: ParcelLocks(), logger: logger).survey()
            #expect(relay.lines.all.filter { $0.contains("payload is missing") }.count == Retention.namedMost)
            let counted = relay.lines.all.filter { $0.contains("run pli-relay fsck") }
            #expect(counted.count == 1 && counted[0].contains("25"))
        }
    }

    @Test("what is no file among the payloads is left alone, keeps no round from its work, and is named by a check")
    func foreign() async throws {
        try await TestRelay.run { relay in
            let folders = relay.server.vault.folders
            try FileManager.default.createDirectory(
                atPath: folders.payload("somebodys"), withIntermediateDirectories: false)
            let outside = try relay.scratch.write([1], to: "outside")
            for (name, target) in [("link", outside), ("loose", "/nowhere")] {
                try FileManager.default.createSymbolicLink(
                    atPath: folders.payload(name), withDestinationPath: target)
            }
            #expect(mkfifo(folders.incoming("pipe"), 0o600) == 0)
            _ = try relay.scratch.write([1], to: "data/payload/0123")
            await relay.server.rounds.round()
            #expect(try Set(relay.scratch.names(in: "payload")) == ["somebodys", "link", "loose"])
            #expect(try relay.scratch.names(in: "incoming") == ["pipe"])
            let check = RelayCheck(
                relay.server.configuration, readsBodies: true, disk: .real, now: relay.clock.now, pause: {})
            let found = try await check.run().found.filter { $0.kind == .notAFile }
            #expect(
                found.map(\.place).sorted()
                    == ["incoming/pipe", "payload/link", "payload/loose", "payload/somebodys"])
        }
    }

    @Test("behind a start what waits is looked at, and what cannot be served is told")
    func survey() async throws {
        let (scratch, clock) = (try Scratch(), TestClock())
        let id = Mutex<ParcelID?>(nil)
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            _ = try await relay.deliver(Sealed(size: 9_000))
            let lost = try await relay.deliver(Sealed(size: 300_000)).value.id
            let file = try #require(try relay.server.vault.store.parcel(lost)?.kept?.file)
            try FileManager.default.removeItem(atPath: relay.server.vault.folders.payload(file))
            id.withLock { $0 = lost }
        }
        try await TestRelay.run(clock: clock, scratch: scratch) { relay in
            let lost = try #require(id.withLock { $0 })
            let told = { relay.lines.all.filter { $0.contains("payload is missing") } }
            while told().isEmpty { await Task.yield() }
            #expect(told().count == 1)
            #expect(told()[0].contains(lost.text))
        }
    }
}
