import CDA
import Exchange
import Foundation
import GRDB
import LabReport
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
            #expect(try desk.removeEmpty())
            #expect(try world.files(in: "quarantine").count == 2, "something is still held in each")
            #expect(try desk.drop(rules: ["nir-key"], at: world.clock.now) == 0)
            #expect(try desk.drop(rules: ["route-none"], at: world.clock.now) == 2)
            #expect(try desk.removeEmpty())
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
                let isDone = try desk.removeEmpty()
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
            #expect(try desk.removeEmpty())
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
                replay: replay.id, after: held[2].id, tried: 3,
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
}
