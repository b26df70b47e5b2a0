import Courier
import Exchange
import Foundation
import GRDB
import LabReport
import StrictJSON
import TestSupport
import Testing

@testable import Outbox

/// What was held because of a table, a setting or a route is judged again when somebody asks for it.
@Suite("Held reports judged again")
struct ReplayTests {
    static let table = "kind;local;system;code;display\r\ntest;COVPCR;L;94500-6;ARN SARS-CoV-2\r\n"

    /// A synthetic message under a number and message id of its own, with a local code only.
    static func message(
        _ id: String, _ number: String, version: Int = 1, isCorrection: Bool = false, isMapped: Bool = false,
        isSentLater: Bool = false
    ) throws -> [UInt8] {
        let first = try #require(World.messages(1...1).first)
        var text = String(decoding: first.hl7, as: UTF8.self)
        var header = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        header[9] = id
        if isSentLater { header[6] = header[6].prefix(8) + "235959+0100" }
        text = header.joined(separator: "|").replacingOccurrences(of: first.fillerNumber, with: number)
        text = text.replacingOccurrences(of: "Contrôles conformes", with: "Contrôles conformes \(version)")
        if isCorrection { text = text.replacingOccurrences(of: "ORC|NW|", with: "ORC|RO|") }
        if !isMapped {
            text = text.replacingOccurrences(
                of: "94500-6^ARN SARS-CoV-2 [Présence] Respiratoire^LN", with: "COVPCR^PCR covid^L")
        }
        return Array(text.utf8)
    }

    static func live<Value>(
        _ world: World, _ body: (OutboxAgent) async throws -> Value
    ) async throws -> Value {
        let agent = try world.agent()
        do {
            let value = try await body(agent)
            try await agent.close()
            return value
        } catch {
            try? await agent.close()
            throw error
        }
    }

    static func take(_ world: World, _ bytes: [UInt8]) async throws -> IntakeSummary {
        let path = try world.folder.write(bytes, to: UUID().uuidString)
        return try await live(world) { try await $0.takeFile(path) }
    }

    /// Asks and does it, as `pli quarantine replay` without a running outbox.
    static func replay(_ world: World, rules: [String]? = nil) async throws -> ReplaySummary {
        try ask(world, rules: rules)
        let summary = try await live(world) { try await $0.replayHeld() }
        return try #require(summary)
    }

    @discardableResult
    static func ask(_ world: World, rules: [String]? = nil) throws -> Int {
        let desk = try QuarantineDesk(dataFolder: world.data)
        defer { try? desk.close() }
        return try desk.ask(rules: rules, basis: world.configuration.basisNow(), at: world.clock.now)
    }

    static func addTable(_ world: World) throws {
        world.configuration.codesPath = try world.folder.write(Array(table.utf8), to: "codes.csv")
    }

    static func send(_ world: World) async throws {
        try await live(world) { agent in
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
            try await world.collectAll(agent)
        }
    }

    @Test("A table that comes later lets go what was held for want of it: each once, and nothing that had gone")
    func tableLater() async throws {
        let world = try World()
        let file = try Self.message("1", "F1") + Self.message("2", "F2", isMapped: true) + Self.message("3", "F3")
        let summary = try await Self.take(world, file)
        #expect(summary.taken == 1 && summary.heldByRule == ["route-none": 2])
        try await Self.send(world)
        #expect(world.relay.lines(of: "cnam").count == 1)

        let useless = try await Self.replay(world)
        #expect(useless == ReplaySummary(tried: 2, taken: 0), "without the table nothing changes")
        world.clock.advance(3_600)
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 2, taken: 2))
        try await Self.send(world)
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == 3 && Set(lines).count == 3)
        for number in ["F1", "F2", "F3"] { #expect(lines.count { $0.contains("\"\(number)\"") } == 1, "\(number)") }
        let status = try OutboxStatus.read(dataFolder: world.data)
        #expect(status.read == 3 && status.taken == 3 && status.held == 0 && status.heldByRule == [:])
        #expect(status.isSettled)
        #expect(try world.files(in: "journal") == [] && world.files(in: "quarantine") == [], "nothing is left of them")
        // The file itself is still known, and what was let go is a repeat from now on.
        #expect(try await Self.take(world, file).wasTakenBefore)
        let again = try await Self.take(world, file + [0x0D])
        #expect(again.taken == 0 && again.heldByRule == ["duplicate": 3])
    }

    @Test(
        "A severity that changed and a route that came let go what they held, and only the rules that were named are asked"
    )
    func severitiesAndRoutes() async throws {
        let world = try World(routes: ExampleRoutes.routes.filter { "\($0)".contains("hiv") })
        #expect(world.configuration.severities.set("loinc-key", .error) == nil)
        let wrong = String(decoding: try Self.message("2", "F2", isMapped: true), as: UTF8.self)
            .replacingOccurrences(of: "94500-6", with: "94500-7")
        let summary = try await Self.take(world, Self.message("1", "F1", isMapped: true) + Array(wrong.utf8))
        #expect(summary.heldByRule == ["route-none": 1, "loinc-key": 1])
        try world.relay.setDirectory(People.directory(version: 2))
        #expect(try await Self.replay(world, rules: ["loinc-key"]) == ReplaySummary(tried: 1, taken: 0))
        #expect(try await Self.replay(world, rules: ["route-none"]) == ReplaySummary(tried: 1, taken: 1))
        world.configuration.severities = RuleSeverities()
        #expect(world.configuration.severities.set("loinc-key", .warning) == nil)
        // It is held by another rule now, and says so.
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0))
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["route-none": 1])
    }

    @Test("What the laboratory sent again since stays held: an older version never overtakes a newer one")
    func takenSince() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1"))
        world.clock.advance(60)
        let newer = try await Self.take(world, Self.message("2", "F1", version: 2, isMapped: true))
        #expect(newer.taken == 1)
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0))
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["taken-since": 1])
        // Nor does a correction overtake the one that came in its place.
        world.configuration.codesPath = nil
        _ = try await Self.take(world, Self.message("3", "F1", version: 3, isCorrection: true))
        // Without the table it names nothing of what went out: that stands, and the correction waits until it does.
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["route-none": 1, "taken-since": 1])
    }

    @Test("What came behind its correction stays held when it is judged again; what has nothing to do with it goes")
    func behindCorrection() async throws {
        let world = try World()
        let correction = try Self.message("1", "F1", version: 2, isCorrection: true, isMapped: true)
        #expect(try await Self.take(world, correction).taken == 1)
        world.clock.advance(60)
        let late = try Self.message("2", "F1", isMapped: true)
        let summary = try await Self.take(world, late + Self.message("3", "F2"))
        #expect(summary.heldByRule == ["taken-since": 1, "route-none": 1])
        world.clock.advance(60)
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 2, taken: 1))
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["taken-since": 1])
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0), "nor the next time")
        try await Self.send(world)
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count { $0.contains("\"F1\"") } == 1 && lines.count { $0.contains("\"F2\"") } == 1)
    }

    @Test("A report and its correction that were both held are let go in their order, and the number is noted as ever")
    func bothHeld() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1"))
        world.clock.advance(60)
        let correction = try await Self.take(world, Self.message("2", "F1", version: 2, isCorrection: true))
        #expect(correction.held == 1, "nobody has the version before")
        world.clock.advance(60)
        _ = try await Self.take(world, Self.message("3", "F1", version: 3, isSentLater: true))
        world.clock.advance(60)
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 3, taken: 3))
        try await Self.send(world)
        let lines = world.relay.lines(of: "cnam")
        #expect(lines.count == 3)
        let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
        defer { try? store.close() }
        let noted = try store.read { db in
            try Int.fetchAll(
                db, sql: "SELECT ordinal FROM findings JOIN reports ON id = report WHERE rule = 'duplicate-report'")
        }
        #expect(noted.count == 1, "the third one, which is no correction")
        let order = try store.read { db in try Int.fetchAll(db, sql: "SELECT file FROM reports ORDER BY id") }
        #expect(order == [1, 2, 3])
    }

    @Test("Of a correction and what it corrected, come behind it and held like it, only the correction is let go")
    func bothHeldLate() async throws {
        let world = try World()
        // The version before, which the correction follows, is taken in the same replay.
        _ = try await Self.take(world, Self.message("1", "F1"))
        _ = try await Self.take(world, Self.message("2", "F1", version: 3, isCorrection: true, isSentLater: true))
        world.clock.advance(60)
        _ = try await Self.take(world, Self.message("3", "F1", version: 2))
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 3, taken: 2))
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["taken-since": 1])
        try await Self.send(world)
        #expect(world.relay.lines(of: "cnam").count == 2)
    }

    @Test("The same bytes held twice are taken once, and a message id used for other content stays held")
    func repeats() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1"))
        _ = try await Self.take(world, Self.message("1", "F1") + [0x0D])
        _ = try await Self.take(world, Self.message("1", "F9"))
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 3, taken: 1))
        #expect(
            try OutboxStatus.read(dataFolder: world.data).heldByRule == ["duplicate": 1, "duplicate-message": 1])
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0), "a repeat is not asked again")
    }

    @Test("Stretches that are no message, and what was held for longer than repeats are remembered, stay held")
    func neverTried() async throws {
        let world = try World()
        let huge =
            Array("MSH|^~\\&|A|B|||20261123||ORU^R01|9|P|2.5\rNTE|1||".utf8)
            + [UInt8](repeating: 0x41, count: 17 * 1024 * 1024)
        _ = try await Self.take(world, Self.message("1", "F1") + huge)
        try Self.addTable(world)
        world.clock.advance(EarlierReports.days * 86_400 + 1)
        #expect(try Self.ask(world) == 0)
        let desk = try QuarantineDesk(dataFolder: world.data)
        #expect(try desk.counts(at: world.clock.now).map(\.triable) == [0, 0])
        #expect(try desk.counts(at: UTCTime(secondsSinceEpoch: TestClock.start)).map(\.triable).sorted() == [0, 1])
        try desk.close()
    }

    @Test("A message that its file said was cut short stays held, unless the site only wants to know of it")
    func cutShort() async throws {
        let world = try World()
        var batch = Array("BHS|^~\\&|A|B\r".utf8) + (try Self.message("1", "F1", isMapped: true))
        batch.removeLast()
        let summary = try await Self.take(world, batch)
        #expect(summary.heldByRule == ["cut-short": 1])
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0))
        #expect(world.configuration.severities.set("cut-short", .warning) == nil)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 1))
    }

    @Test("A message whose frame had no end stays held, unless the site only wants to know of it")
    func brokenFrame() async throws {
        let world = try World()
        let summary = try await Self.take(world, [0x0B] + Self.message("1", "F1", isMapped: true))
        #expect(summary.heldByRule == ["broken-frame": 1])
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0))
        #expect(world.configuration.severities.set("broken-frame", .warning) == nil)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 1))
    }

    @Test(
        "A running outbox does what is asked by its own configuration, and leaves what is meant for another to the next"
    )
    func running() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1"))
        try await Self.live(world) { agent in
            world.clock.advance(5)
            try Self.ask(world)
            #expect(try await agent.replayHeld() == ReplaySummary(tried: 1, taken: 0))
            #expect(try await agent.replayHeld() == nil, "once")
            try Self.addTable(world)
            world.clock.advance(5)
            try Self.ask(world)
            #expect(try await agent.replayHeld() == nil)
            #expect(try await agent.replayHeld() == nil)
            #expect(world.log.lines.count { $0.metadata["reason"] == "other-configuration" } == 1, "told once")
        }
        world.clock.advance(5)
        #expect(try await Self.live(world) { try await $0.replayHeld() } == ReplaySummary(tried: 1, taken: 1))
    }

    @Test("A quarantine changed by hand keeps back what it no longer holds, and lets go the rest")
    func damaged() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1") + Self.message("2", "F2") + Self.message("3", "F3"))
        let name = try #require(try world.files(in: "quarantine").first)
        let path = world.data + "/quarantine/" + name
        let bytes = try #require(FileManager.default.contents(atPath: path))
        let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
        let second = try store.read { db in try Int.fetchOne(db, sql: "SELECT offset FROM reports WHERE ordinal = 2") }
        let middle = try #require(second)
        try store.close()
        var changed = bytes
        changed[middle + 40] ^= 1
        try changed.write(to: URL(fileURLWithPath: path))
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 3, taken: 2, damaged: 1))
        #expect(world.log.alarms == ["report-unreadable"])
        #expect(try OutboxStatus.read(dataFolder: world.data).heldByRule == ["route-none": 1])
        // The segment's sealed key.
        var keyless = bytes
        keyless[SegmentFormat.fixedHeaderBytes + 300] ^= 1
        try keyless.write(to: URL(fileURLWithPath: path))
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0, damaged: 1))
        // Gone, or cut, while the outbox runs.
        try Self.ask(world)
        try await Self.live(world) { agent in
            try FileManager.default.removeItem(atPath: path)
            #expect(try await agent.replayHeld() == ReplaySummary(tried: 1, taken: 0, damaged: 1))
            try bytes[..<middle].write(to: URL(fileURLWithPath: path))
            world.clock.advance(1)
            try Self.ask(world)
            #expect(try await agent.replayHeld() == ReplaySummary(tried: 1, taken: 0, damaged: 1))
        }
        // Another segment under its name opens nothing, and kills nothing.
        try Data(repeating: 7, count: bytes.count).write(to: URL(fileURLWithPath: path))
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 0, damaged: 1))
    }

    @Test("Of a message in which one patient's report went, the other's is let go alone")
    func parts() async throws {
        let world = try World()
        let one = String(decoding: try Self.message("1", "F1", isMapped: true), as: UTF8.self)
        let other = String(decoding: try Self.message("1", "F2"), as: UTF8.self)
        let tail = try #require(other.range(of: "PID|"))
        let summary = try await Self.take(world, Array((one + other[tail.lowerBound...]).utf8))
        #expect(summary.taken == 1 && summary.heldByRule == ["route-none": 1], "\(summary.findings)")
        try await Self.send(world)
        try Self.addTable(world)
        #expect(try await Self.replay(world) == ReplaySummary(tried: 1, taken: 1))
        try await Self.send(world)
        #expect(world.relay.lines(of: "cnam").count == 2)
        #expect(world.relay.lines(of: "cnam").last?.contains("\"F2\"") == true)
    }

    @Test("A database of before knows what is a whole message, and the day of each number")
    func migrated() throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/" + OutboxStore.fileName
        do {
            let former = try DatabaseQueue(path: path)
            try OutboxSchema.migrator.migrate(former, upTo: "6: receipts in the log")
            try former.write { db in
                try db.execute(
                    sql: """
                        INSERT INTO files VALUES (1, 'hash', 9, 'taken', 9, 3, 3, 0, 3, 0, 0, 0);
                        INSERT INTO segments VALUES (1, 'quarantine', 'closed', 3, 9, 3, 0, 0, NULL, NULL);
                        INSERT INTO earlier VALUES (5, 0, 2), (6, 77, 2);
                        """)
                for (number, rule) in [(1, "route-none"), (2, "message-too-large"), (3, "csv-quote")] {
                    try db.execute(
                        sql: "INSERT INTO reports VALUES (?, 1, ?, 0, 'held', 1, ?, 0, 3, ?, NULL, ?, 0)",
                        arguments: [number, number, number, Data([UInt8(number)]), rule])
                }
            }
            try former.close()
        }
        let store = try OutboxStore(path: path)
        defer { try? store.close() }
        #expect(try store.heldCounts(at: 0).filter { $0.triable > 0 }.map(\.rule) == ["route-none"])
        #expect(try store.earlier(among: [5, 6]) == [5: 3 * 86_400 - 1, 6: 77])
    }
}
