import CDA
import Courier
import Durable
import Exchange
import Foundation
import GRDB
import LabReport
import Synchronization
import TestSupport
import Testing

@testable import Outbox

/// What is held is named one by one, shown, opened and dropped.
@Suite("Held reports one by one")
struct HeldReportsTests {
    private static func desk<Value>(_ world: World, _ body: (QuarantineDesk) throws -> Value) throws -> Value {
        let desk = try QuarantineDesk(dataFolder: world.data)
        defer { try? desk.close() }
        return try body(desk)
    }

    /// How many records of the quarantine's first segment are zeros from end to end, of those that lie there one behind the other.
    static func zeros(_ world: World) throws -> Int {
        let name = try #require(try world.files(in: "quarantine").first)
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: world.data + "/quarantine/" + name)))
        let fixed = SegmentFormat.fixedHeaderBytes
        let number = try #require(SegmentWriter.number(ofFile: name))
        let header =
            fixed
            + (try #require(
                SegmentFormat.sealedKeyLength(in: Array(bytes[..<fixed]), kind: .quarantine, number: number)))
        // All messages of these tests are of one length.
        let message = try ReplayTests.message("1", "F1").count + SegmentFormat.frameBytes + SegmentFormat.tagBytes
        return stride(from: header, to: bytes.count, by: message).count { from in
            bytes[from..<min(from + message, bytes.count)].allSatisfy { $0 == 0 }
        }
    }

    /// Three that are held, one of them twice, and one that is taken.
    private static func world() async throws -> World {
        let world = try World()
        let file =
            try ReplayTests.message("1", "F1") + ReplayTests.message("2", "F2", isMapped: true)
            + ReplayTests.message("3", "F3")
        _ = try await ReplayTests.take(world, file)
        world.clock.advance(60)
        _ = try await ReplayTests.take(world, ReplayTests.message("4", "F4"))
        return world
    }

    @Test("Each has a name of its own, the file and place it came from, and every finding with its remedy")
    func named() async throws {
        let world = try await Self.world()
        try Self.desk(world) { desk in
            let entries = try desk.entries(at: world.clock.now, limit: 10)
            #expect(entries.map(\.message) == [1, 3, 1] && entries.allSatisfy { $0.rule == "route-none" })
            #expect(entries.allSatisfy { $0.isTriable && $0.part == 1 })
            #expect(Set(entries.map(\.name)).count == 3 && Set(entries.map(\.fileHash)).count == 2)
            let first = try #require(entries.first)
            #expect(HeldName(first.name.text) == first.name)
            let second = try desk.entries(after: first.name, rules: ["route-none"], at: world.clock.now, limit: 1)
            #expect(second == [entries[1]])
            #expect(try desk.entries(rules: ["nir-key"], at: world.clock.now, limit: 10) == [])
            let report = try #require(try desk.report(first.name, at: world.clock.now))
            #expect(report.entry == first)
            let held = try #require(report.findings.first { $0.severity == .error })
            #expect(held == IntakeFindings.noDestination)
            // Whose row it was, under another hash.
            let other = try #require(HeldName("\(first.name.row)-00000000"))
            #expect(try desk.report(other, at: world.clock.now) == nil)
            #expect(try desk.drop([other], at: world.clock.now) == [])
        }
    }

    @Test("A name is written in one way only")
    func names() {
        #expect(HeldName("1234-9f3a2c17")?.text == "1234-9f3a2c17" && HeldName("1-00000001") != nil)
        for wrong in [
            "", "1234", "0-9f3a2c17", "-1-9f3a2c17", "01234-9f3a2c17", "+1-9f3a2c17", "1234-9F3A2C17", "1234-9f3a2c1",
            "1234-9f3a2c170", "1234-+f3a2c17", "1-2-9f3a2c17", "9999999999999999999-9f3a2c17", " 1-9f3a2c17",
        ] { #expect(HeldName(wrong) == nil, "\(wrong)") }
    }

    @Test("Every rule that can hold a report says its remedy in both languages, and an unknown one where it is found")
    func words() {
        let rules = Rule.all.map(\.id) + DocumentRules.all.map(\.id) + IntakeFindings.all.map(\.rule)
        let unknown = Finding(held: "of-another-version", severity: .error, path: "PID-3")
        for rule in rules + ["route-territory-unknown", "route-territory-absent", "route-territory-ambiguous"] {
            let finding = Finding(held: rule, severity: .error, path: "PID-3")
            #expect(finding.french != unknown.french && finding.english != unknown.english, "\(rule)")
            #expect(finding.french != finding.english, "\(rule)")
        }
        #expect(unknown.english.contains("pli check"))
    }

    @Test("The message itself opens whole, with this laboratory's key only")
    func message() async throws {
        let world = try await Self.world()
        try Self.desk(world) { desk in
            let entry = try #require(try desk.entries(at: world.clock.now, limit: 1).first)
            let bytes = try desk.message(of: entry, keys: People.keys(of: People.lab))
            #expect(try bytes == ReplayTests.message("1", "F1"))
            #expect(try desk.message(of: entry, keys: People.keys(of: "cnam")) == nil)
        }
    }

    @Test("What is dropped is gone with its findings, is counted and told, and the last one takes its segment with it")
    func dropped() async throws {
        let world = try await Self.world()
        try Self.desk(world) { desk in
            let names = try desk.entries(at: world.clock.now, limit: 10).map(\.name)
            #expect(try desk.drop([names[0], names[0]], at: world.clock.now) == [names[0]])
            #expect(try desk.drop([names[0]], at: world.clock.now) == [], "once")
            #expect(try desk.finishDrops())
            #expect(try world.files(in: "quarantine").count == 2, "something is still held in each")
            #expect(try desk.drop(rules: ["nir-key"], at: world.clock.now) == 0)
            #expect(try desk.drop(rules: ["route-none"], at: world.clock.now) == 2)
            #expect(try desk.finishDrops())
            #expect(try world.files(in: "quarantine") == [])
        }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.read == 4 && status.taken == 1 && status.held == 0 && status.dropped == 3)
        try await ReplayTests.live(world) { agent in
            let left = try agent.store.read { db in
                try Int.fetchOne(
                    db,
                    sql: "SELECT COUNT(*) FROM findings WHERE report NOT IN (SELECT id FROM reports)")
            }
            #expect(left == 0)
            #expect(try await agent.finishDrops() == 3)
            #expect(try await agent.finishDrops() == 0)
        }
        let told = world.log.lines.filter { $0.metadata["rules"] != nil && $0.metadata["reports"] != nil }
        #expect(told.map { $0.metadata["rules"] } == ["route-none: 3"])
        // What the laboratory exports anew is judged as if it had never been there.
        try ReplayTests.addTable(world)
        #expect(try await ReplayTests.take(world, ReplayTests.message("1", "F1")).taken == 1)
    }

    @Test("A running outbox removes the segment of what was dropped beside it")
    func running() async throws {
        let world = try await Self.world()
        try await ReplayTests.live(world) { agent in
            _ = try await agent.takeFile(
                world.folder.write(ReplayTests.message("5", "F5"), to: "open.hl7"))
            try Self.desk(world) { desk in
                let dropped = try desk.drop(rules: nil, at: world.clock.now)
                let isDone = try desk.finishDrops()
                #expect(dropped == 4 && !isDone, "the agent has the folder")
            }
            #expect(try world.files(in: "quarantine").count == 3)
            #expect(try await agent.finishDrops() == 4)
            #expect(try world.files(in: "quarantine") == [], "also the one that was written to")
        }
    }

    @Test("A message of two patients stays as long as one of them is held")
    func parts() async throws {
        let world = try World()
        let one = String(decoding: try ReplayTests.message("1", "F1"), as: UTF8.self)
        let other = String(decoding: try ReplayTests.message("1", "F2"), as: UTF8.self)
        let tail = try #require(other.range(of: "PID|"))
        _ = try await ReplayTests.take(world, Array((one + other[tail.lowerBound...]).utf8))
        try Self.desk(world) { desk in
            let entries = try desk.entries(at: world.clock.now, limit: 10)
            #expect(entries.map(\.part) == [1, 2])
            #expect(try desk.drop([entries[0].name], at: world.clock.now).count == 1)
            #expect(try desk.finishDrops())
            #expect(try desk.message(of: entries[1], keys: People.keys(of: People.lab)) != nil)
        }
        try ReplayTests.addTable(world)
        #expect(try await ReplayTests.replay(world) == ReplaySummary(tried: 1, taken: 1))
        #expect(try world.files(in: "quarantine") == [])
    }

    @Test("A batch of a replay of which somebody drops one meanwhile is judged anew without it")
    func beside() async throws {
        let world = try await Self.world()
        try ReplayTests.addTable(world)
        try ReplayTests.ask(world)
        try await ReplayTests.live(world) { agent in
            let replay = try #require(try agent.store.openReplay())
            let held = try agent.store.held(by: replay, at: world.clock.now.secondsSinceEpoch, IntakeLimits())
            let names = try Self.desk(world) { try $0.entries(at: world.clock.now, limit: 1).map(\.name) }
            #expect(try agent.store.drop(names, at: 0).count == 1)
            let stale = ReplayBatch(
                replay: replay.id, after: held[2].id, held: held.map(\.id),
                rejudged: held.map { held in
                    Rejudged(
                        held: held,
                        entry: IntakeBatch.Entry(
                            ordinal: held.ordinal, part: held.part, fingerprint: [1], place: held.place,
                            verdict: .held(rule: "nir-key"), findings: []))
                }, damaged: 0, extents: [], earlier: [:],
                reading: ReadingSettings(charset: 0, zone: .paris, utcOffsetMinutes: 0, codes: nil), at: 0)
            #expect(throws: NoLongerHeld.self) { try agent.store.replay(stale) }
            #expect(try agent.store.openReplay() == replay, "nothing was written")
            #expect(try await agent.replayHeld() == ReplaySummary(tried: 2, taken: 2))
        }
    }

    @Test("What is dropped or taken after all is overwritten where it lies among others, beside a running outbox, too")
    func overwritten() async throws {
        let world = try World()
        var file: [UInt8] = []
        for number in 1...4 { file += try ReplayTests.message("\(number)", "F\(number)") }
        _ = try await ReplayTests.take(world, file)
        #expect(try Self.zeros(world) == 0)
        try await ReplayTests.live(world) { agent in
            try Self.desk(world) { desk in
                let entries = try desk.entries(at: world.clock.now, limit: 10)
                #expect(try desk.drop([entries[1].name], at: world.clock.now).count == 1)
                let isDone = try desk.finishDrops()
                #expect(!isDone, "the agent has the folder")
            }
            #expect(try await agent.finishDrops() == 1)
        }
        #expect(try Self.zeros(world) == 1)
        try Self.desk(world) { desk in
            let entries = try desk.entries(at: world.clock.now, limit: 10)
            #expect(entries.map(\.message) == [1, 3, 4])
            for entry in entries {
                let message = try ReplayTests.message("\(entry.message)", "F\(entry.message)")
                #expect(try desk.message(of: entry, keys: People.keys(of: People.lab)) == message)
            }
        }
        // One of a rule of its own stays held, the others are taken.
        try await ReplayTests.live(world) { agent in
            try agent.store.transact(.recover) { db in
                try db.execute(sql: "UPDATE reports SET heldRule = 'nir-key' WHERE ordinal = 4")
            }
        }
        try ReplayTests.addTable(world)
        #expect(try await ReplayTests.replay(world, rules: ["route-none"]) == ReplaySummary(tried: 2, taken: 2))
        #expect(try Self.zeros(world) == 3)
    }

    /// An agent that, when it is about to write down what became of the first batch, finds the first report dropped by another.
    private static func replayBesideDrop(_ world: World) async throws -> ReplaySummary? {
        try ReplayTests.addTable(world)
        try ReplayTests.ask(world)
        let names = try desk(world) { try $0.entries(at: world.clock.now, limit: 1).map(\.name) }
        let isDropped = Mutex(false)
        let clock = world.clock
        let data = world.data
        let faults = StoreFaults(
            before: { step in
                guard step == .replayHeld,
                    isDropped.withLock({ was in
                        defer { was = true }; return !was
                    })
                else { return }
                let desk = try QuarantineDesk(dataFolder: data)
                defer { try? desk.close() }
                #expect(try desk.drop(names, at: clock.now) == Set(names))
            }, after: { _ in })
        let agent = try world.agent(faults: faults)
        let summary = try await agent.replayHeld()
        try await agent.close()
        return summary
    }

    @Test("What is dropped while a replay has it in hand is in no journal afterwards")
    func droppedInHand() async throws {
        let world = try await Self.world()
        #expect(try await Self.replayBesideDrop(world) == ReplaySummary(tried: 2, taken: 2))
        let store = try OutboxStore(path: DataFolder.database(in: world.data))
        defer { try? store.close() }
        let journal = try #require(try store.segments().last { $0.kind == .journal })
        let lengths = try store.read { db in
            try Int64.fetchAll(
                db, sql: "SELECT DISTINCT length FROM reports WHERE segment = ?", arguments: [journal.number])
        }
        let file = [UInt8](
            try Data(contentsOf: URL(filePath: SegmentWriter.path(world.data + "/journal", journal.number))))
        let fixed = SegmentFormat.fixedHeaderBytes
        let key = try #require(
            SegmentFormat.sealedKeyLength(in: Array(file[..<fixed]), kind: .journal, number: journal.number))
        // One length, two records, and no third.
        #expect(lengths.count == 1 && Int64(file.count) == Int64(fixed + key) + 2 * (lengths.first ?? 0))
        #expect(journal.bytes == Int64(file.count))
        try await ReplayTests.send(world)
        #expect(world.relay.lines(of: "cnam").count == 3)
    }

    @Test("A record that cannot be opened because it is being dropped is no reason for an alarm")
    func noFalseAlarm() async throws {
        let world = try await Self.world()
        let entry = try #require(try Self.desk(world) { try $0.entries(at: world.clock.now, limit: 1).first })
        try Disk.real.overwrite(
            [entry.place.offset..<(entry.place.offset + entry.place.length)],
            of: SegmentWriter.path(world.data + "/quarantine", entry.place.segment))
        #expect(try await Self.replayBesideDrop(world) == ReplaySummary(tried: 2, taken: 2))
        #expect(world.log.alarms == [])
    }

    @Test("Whatever command comes after one that was killed between its transaction and the disk finishes its work")
    func finishedByTheNext() async throws {
        let world = try await Self.world()
        try Self.desk(world) { desk in
            let dropped = try desk.drop(rules: nil, at: world.clock.now)
            #expect(dropped == 3)
        }
        #expect(try world.files(in: "quarantine").count == 2)
        // Another life, which finds the rows retired and the files there.
        let store = try OutboxStore(path: DataFolder.database(in: world.data))
        #expect(try store.retireSegments(noneIsWritten: true).count == 2)
        try store.close()
        #expect(try world.files(in: "quarantine").count == 2)
        #expect(try Self.desk(world) { try $0.finishDrops() })
        #expect(try world.files(in: "quarantine") == [])
    }

    @Test("A database that another command writes to is told as such, and not as a fault of the disk")
    func inUse() {
        for code: ResultCode in [.SQLITE_BUSY, .SQLITE_BUSY_SNAPSHOT, .SQLITE_BUSY_RECOVERY] {
            let failure = #expect(throws: OutboxFailure.self) {
                try OutboxFailure.telling { throw DatabaseError(resultCode: code) }
            }
            #expect(failure == .databaseInUse && failure?.mustStop == false, "\(code)")
            #expect(failure.map { "\($0)" }?.contains("try again") == true, "\(code)")
        }
        #expect(throws: OutboxFailure.store(code: 13)) {
            try OutboxFailure.telling { throw DatabaseError(resultCode: .SQLITE_FULL) }
        }
    }
}
