import Courier
import Durable
import Exchange
import GRDB
import Synchronization
import Testing

@testable import Inbox

@Suite("What waits")
struct WaitingTests {
    let world: World

    init() throws { world = try World() }

    @Test("a full sink keeps the parcel at the relay, shows nothing half, and is told of once")
    func fullSink() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        let isFull = Mutex(true)
        let disk = Disk(before: { (step, path) throws(DurableFailure) in
            guard step == .write, path.contains(FolderSink.stagingName), isFull.withLock({ $0 }) else { return }
            throw .full(step, path: "out/x")
        })
        let agent = try world.agent(disk: disk)
        for _ in 0..<5 {
            #expect(try await agent.receiveOnce() == 0)
            #expect(
                try world.opening().filter { $0.hasSuffix(".clear") } == [],
                "nothing opened lies there while its parcel waits")
            world.clock.advance(400)
        }
        #expect(try world.delivered() == [] && world.staged() == [])
        #expect(world.relay.posts == 0 && world.relay.waitingCount == 1)
        #expect(world.log.count(of: "sink is full") == 1)
        isFull.withLock { $0 = false }
        #expect(try await agent.receiveOnce() == 1)
        #expect(try world.delivered().count == 2)
    }

    @Test("what there was no room to write down is told once, comes first with room again, and is not missing")
    func unwritten() async throws {
        let parcels = try (0..<6).map { _ in try world.parcel() }
        let isFull = Mutex(false)
        let faults = StoreFaults(
            before: { step in
                guard step == .see, isFull.withLock({ $0 }) else { return }
                throw InboxFailure.store(code: 13)
            }, after: { _ in })
        let agent = try world.agent(faults: faults)
        world.relay.add(parcels[0])
        #expect(try await agent.receiveAndTell(waitSeconds: 0))
        isFull.withLock { $0 = true }
        for parcel in parcels[1...2] { world.relay.add(parcel) }
        for _ in 0..<5 { #expect(try await !agent.receiveAndTell(waitSeconds: 0)) }
        #expect(world.log.count(of: "no room is left on its disk") == 1 && world.log.count(of: "a parcel waits") == 0)
        #expect(world.log.count(of: "being received again") == 0)
        // The fourth is withheld.
        isFull.withLock { $0 = false }
        world.relay.add(parcels[4])
        #expect(try await agent.receiveAndTell(waitSeconds: 0))
        #expect(try await agent.status().deliveredParcels == 4)
        #expect(world.log.count(of: "being received again") == 1)
        #expect(world.log.count(of: "never seen here: numbers 4 to 4") == 1)
        #expect(world.log.count(of: "never seen here") == 1)
        world.relay.add(parcels[3])
        world.relay.add(parcels[5])
        #expect(try await agent.receiveOnce() == 2)
        #expect(world.log.count(of: "that was missing has come: number 4") == 1)
        let status = try await agent.status()
        #expect(try #require(status.senders.first).missing == 0)
    }

    @Test("a sink without room for the sealed body is told of before anything is fetched")
    func noRoom() async throws {
        world.relay.add(try world.parcel())
        let sink = world.sinkFolder
        let agent = try world.agent(freeBytes: { $0 == sink ? 100 : .max })
        #expect(try await agent.receiveOnce() == 0)
        #expect(world.relay.fetches == 0 && world.log.count(of: "sink is full") == 1)
    }

    @Test("what failed is tried again after 1, 2, 4 … seconds and not before, and others are not held up by it")
    func backOff() async throws {
        let bad = try world.parcel()
        world.relay.add(bad)
        let attempts = Mutex(0)
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in
                guard call == .requireDirectory else { return }
                let number = attempts.withLock { attempts in
                    attempts += 1
                    return attempts
                }
                if number != 2 { throw .refused(Problem(.fault, detail: "fault")) }
            }
        }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 0)
        let good = try world.parcel()
        world.relay.add(good)
        #expect(try await agent.receiveOnce() == 1)
        #expect(world.relay.receipts[good.key] != nil)
        var at: [Int] = []
        for second in 1...16 {
            world.clock.advance(1)
            let before = attempts.withLock { $0 }
            try await agent.receiveOnce()
            if attempts.withLock({ $0 }) > before { at.append(second) }
        }
        #expect(at == [1, 2, 4, 8, 16])
    }

    @Test("numbers that are passed over are an alarm, until they come; a number that comes twice is one, too")
    func gaps() async throws {
        let parcels = try [1, 2, 6, 4, 4].map { try world.parcel(reports: 1, seq: $0) }
        for parcel in parcels { world.relay.add(parcel) }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 5)
        #expect(world.log.count(of: "never seen here: numbers 3 to 5") == 1)
        #expect(world.log.count(of: "a parcel that was missing has come: number 4") == 1)
        #expect(world.log.count(of: "had the same number, 4") == 1)
        let sender = try #require(try await agent.status().senders.first)
        #expect(sender.highestSeq == 6 && sender.missing == 2)
        world.relay.add(try world.parcel(reports: 1, seq: 5))
        world.relay.add(try world.parcel(reports: 1, seq: 3))
        try await agent.receiveOnce()
        #expect(try await agent.status().senders.first?.missing == 0)
    }

    @Test("numbers that an old copy of the folder misses are told until a person dealt with it, and later ones then")
    func settledGaps() async throws {
        world.relay.add(try world.parcel(seq: 1))
        world.relay.add(try world.parcel(seq: 4))
        let agent = try world.agent()
        try await agent.receiveOnce()
        #expect(try await agent.status().senders.first?.gaps == [2...3])
        let note = OldFolderNote(dataFolder: world.dataFolder)
        #expect(try note.keep(.laterFiles, at: world.clock.now))
        let told = try InboxStatus.read(dataFolder: world.dataFolder)
        #expect(told.senders.first?.missing == 2, "nobody has said so yet")
        world.clock.advance(60)
        #expect(try note.settle(at: world.clock.now))
        let settled = try #require(try InboxStatus.read(dataFolder: world.dataFolder).senders.first)
        #expect(settled.missing == 0 && settled.gaps.isEmpty && settled.highestSeq == 4)
        world.clock.advance(60)
        world.relay.add(try world.parcel(seq: 6))
        world.relay.add(try world.parcel(seq: 2))
        try await agent.receiveOnce()
        let later = try #require(try await agent.status().senders.first)
        #expect(later.gaps == [5...5] && later.missing == 1)
        #expect(world.log.count(of: "a parcel that was missing has come: number 2") == 1)
        await agent.close()
    }

    @Test("the first parcel of a sender not being its number 1 is a gap, too")
    func firstGap() async throws {
        world.relay.add(try world.parcel(seq: 3))
        try await world.agent().receiveOnce()
        #expect(world.log.count(of: "numbers 1 to 2") == 1)
    }

    @Test("a parcel is remembered until 60 days past its deadline")
    func remembered() async throws {
        let parcel = try world.parcel(days: 10)
        world.relay.add(parcel)
        let agent = try world.agent()
        try await agent.receiveOnce()
        world.clock.advance(10 * 86_400 + Limits.rememberedSeconds)
        try await agent.receiveOnce()
        #expect(try await agent.store.parcel(parcel.key) != nil)
        world.clock.advance(InboxAgent.upkeepSeconds)
        try await agent.receiveOnce()
        #expect(try await agent.store.parcel(parcel.key) == nil)
    }

    @Test("an opened body that a crash left is removed at start; a sealed one that is waited for is gone on with")
    func leftovers() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in if call == .fetch { throw .refused(Problem(.fault, detail: "")) } }
        }
        try await world.agent().receiveOnce()
        let opening = world.dataFolder + "/opening/"
        try Disk.real.writeDurably([1], to: opening + parcel.key.name + ".clear")
        try Disk.real.writeDurably(parcel.body.prefix(1_000), to: opening + parcel.key.name + ".age")
        try Disk.real.writeDurably([1], to: opening + "lab-019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4a5b.age")
        try Disk.real.writeDurably([1], to: world.sinkFolder + "/" + FolderSink.stagingName + "/x.ndjson")
        world.relay.fault.withLock {
            $0 = { call throws(CourierFailure) in if call == .directory { throw .unreachable("") } }
        }
        let agent = try world.agent()
        await #expect(throws: InboxFailure.courier(.unreachable(""))) { try await agent.receiveOnce() }
        #expect(try world.opening() == [parcel.key.name + ".age"])
        #expect(try world.staged() == [])
        world.relay.fault.withLock { $0 = nil }
        world.clock.advance(2)
        #expect(try await agent.receiveOnce() == 1)
    }

    @Test("a receipt that the relay no longer wants is not posted for ever")
    func unwanted() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in if call == .post { throw .refused(Problem(.fault, detail: "")) } }
        }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 1)
        #expect(try await agent.status().receiptsWaiting == 1)
        world.relay.fault.withLock { $0 = nil }
        world.relay.remove(parcel.key.id)
        world.clock.advance(2)
        try await agent.receiveOnce()
        #expect(try await agent.status().receiptsWaiting == 0)
        #expect(world.log.count(of: "no longer has the parcel") == 1)
    }

    @Test("a receipt that was dated by a wrong clock is dated anew once the clock is right, and taken")
    func datedWrong() async throws {
        let parcel = try world.parcel()
        world.relay.add(parcel)
        let (clock, back) = (world.clock, Int64(3 * 3_600))
        // Somebody sets the clock back between the judging of the parcel and the signature.
        world.relay.fault.withLock { fault in
            fault = { call throws(CourierFailure) in if call == .fetch { clock.advance(-back) } }
        }
        let agent = try world.agent()
        #expect(try await agent.receiveOnce() == 1)
        #expect(try await agent.status().receiptsWaiting == 1)
        #expect(world.log.count(of: "a receipt waits") == 1)
        world.relay.fault.withLock { $0 = nil }
        clock.advance(back)
        for _ in 0..<3 {
            clock.advance(3_600)
            try await agent.receiveOnce()
        }
        #expect(try await agent.status().receiptsWaiting == 0)
        let taken = try #require(world.relay.receipts[parcel.key])
        #expect(taken.value.outcome == .delivered && taken.value.at == clock.now.adding(seconds: -2 * 3_600))
    }

    @Test("a data folder serves one process, and an agent one call")
    func busy() async throws {
        let agent = try world.agent()
        #expect(throws: InboxFailure.busy) { try world.agent() }
        _ = agent
    }

    @Test("while another process writes to the database nothing is written, which is told as that and ends with it")
    func databaseInUse() throws {
        let path = world.root + "/busy.sqlite"
        let store = try InboxStore(path: path, patienceSeconds: 0)
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: path, configuration: configuration)
        try other.writeWithoutTransaction { db in try db.execute(sql: "BEGIN IMMEDIATE") }
        let failure = #expect(throws: InboxFailure.self) {
            try store.transact(.see) { db in try db.execute(sql: "CREATE TABLE more (one INTEGER)") }
        }
        #expect(failure == .databaseInUse && failure?.label == "database-in-use")
        #expect(failure.map { "\($0)" }?.contains("try again") == true)
        #expect(try store.status() == InboxStatus())
        #expect(try InboxStore(readingFrom: path)?.status() == InboxStatus())
        try other.writeWithoutTransaction { db in try db.execute(sql: "COMMIT") }
        try store.transact(.see) { db in try db.execute(sql: "CREATE TABLE more (one INTEGER)") }
        try store.close()
    }

    @Test("the database confirms every write")
    func synchronous() async throws {
        let agent = try world.agent()
        #expect(try await agent.store.read { db in try Int.fetchOne(db, sql: "PRAGMA synchronous") } == 2)
    }

    @Test("an inbox that never ran has done nothing")
    func noStatus() throws {
        #expect(try InboxStatus.read(dataFolder: world.root + "/none") == InboxStatus())
    }

    @Test("a database that is there and cannot be opened is not taken for an inbox that never ran")
    func noRights() throws {
        // For root, too, SQLite says of a folder what it says of a file without rights.
        let path = world.root + "/barred.sqlite"
        try Disk.real.createFolder(path)
        let failure = #expect(throws: InboxFailure.self) { _ = try InboxStore(readingFrom: path) }
        guard case .store? = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try InboxStore(readingFrom: world.root + "/none.sqlite").map { _ in true } == nil)
    }
}
