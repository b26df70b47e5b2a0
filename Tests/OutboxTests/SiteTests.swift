import Courier
import Durable
import Foundation
import GRDB
import LabReport
import TestSupport
import Testing

@testable import Outbox

@Suite("What the site says: legal time, the sender's codes, the key that laboratories share")
struct SiteTests {
    /// A synthetic message, changed.
    private static func message(_ changes: [(String, String)]) throws -> [UInt8] {
        var text = String(decoding: try #require(World.messages(1...1).first).hl7, as: UTF8.self)
        for (old, new) in changes {
            #expect(text.contains(old), "\(old)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        return Array(text.utf8)
    }

    /// One life of an agent: at its end it lets go of the folder.
    private static func live<Value>(
        _ world: World, _ body: (OutboxAgent) async throws -> Value
    ) async throws -> Value {
        let agent = try world.agent()
        let value = try await body(agent)
        try await agent.close()
        return value
    }

    private static let local = ("94500-6^ARN SARS-CoV-2 [Présence] Respiratoire^LN", "COVPCR^PCR covid^L")
    private static let table = "kind;local;system;code;display\r\ntest;COVPCR;L;94500-6;ARN SARS-CoV-2\r\n"

    @Test(
        "A local code is mapped by the table of its intake, whatever has become of the file before the parcel is made")
    func codes() async throws {
        let world = try World()
        let path = try world.folder.write(try Self.message([Self.local]), to: "local.hl7")
        let unknown = try await Self.live(world) { try await $0.takeFile(path) }
        #expect(unknown.heldByRule == ["route-none": 1])

        let again = try world.folder.write(try Self.message([Self.local]) + [0x0D], to: "again.hl7")
        world.configuration.codesPath = try world.folder.write(Array(Self.table.utf8), to: "codes.csv")
        let summary = try await Self.live(world) { try await $0.takeFile(again) }
        #expect(summary.taken == 1, "\(summary.heldByRule)")

        world.configuration.codesPath = try world.folder.write(
            Array("kind;local;code\ntest;OTHER;94500-6\n".utf8), to: "other.csv")
        try await Self.live(world) { agent in
            let kept = try Self.tables(world)
            #expect(kept == 2)
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
            try await world.collectAll(agent)
        }
        let line = try #require(world.relay.lines(of: "cnam").first)
        #expect(line.contains("\"94500-6\"") && line.contains("\"COVPCR\""))
        // Once nothing needs it any more, the earlier table goes.
        let left = try await Self.live(world) { _ in try Self.tables(world) }
        #expect(left == 1)
    }

    @Test("A result in words is taken with a warning where a recipient gets it without, or held where a site says so")
    func inWords() async throws {
        let world = try World()
        let message = String(decoding: try Self.message([]), as: UTF8.self).split(separator: "\r").map { segment in
            var fields = segment.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
            if fields[0] == "OBX" { (fields[2], fields[5], fields[6]) = ("ST", "voir le commentaire", "") }
            return fields.joined(separator: "|") + "\r"
        }.joined()
        let path = try world.folder.write(Array(message.utf8), to: "words.hl7")
        let again = try world.folder.write(Array((message + "\r").utf8), to: "again.hl7")
        #expect(world.configuration.severities.set("text-not-sent", .error) == nil)
        let held = try await Self.live(world) { try await $0.takeFile(path) }
        #expect(held.heldByRule == ["text-not-sent": 1])
        world.configuration.severities = RuleSeverities()
        let told = try await Self.live(world) { try await $0.takeFile(again) }
        #expect(told.taken == 1 && told.warnings["text-not-sent"] == 1, "\(told.heldByRule) \(told.warnings)")
        #expect(told.findings.first { $0.finding.rule == "text-not-sent" }?.finding.path == "OBX[1]-5")
    }

    @Test("A rule holds or warns as the site says, and what was taken is sent whatever the site says by then")
    func severities() async throws {
        let world = try World()
        let wrong = [("^FINEG^^^750999906", "^FINEG^^^750999907")]
        let path = try world.folder.write(try Self.message(wrong), to: "wrong.hl7")
        let again = try world.folder.write(try Self.message(wrong) + [0x0D], to: "again.hl7")
        #expect(world.configuration.severities.set("finess-key", .error) == nil)
        let strict = try await Self.live(world) { try await $0.takeFile(path) }
        #expect(strict.heldByRule == ["finess-key": 1] && strict.taken == 0)
        world.configuration.severities = RuleSeverities()
        let lenient = try await Self.live(world) { try await $0.takeFile(again) }
        #expect(lenient.taken == 1 && lenient.findings.contains { $0.finding.rule == "finess-key" })
        #expect(world.configuration.severities.set("finess-key", .error) == nil)
        try await Self.live(world) { agent in
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
            try await world.collectAll(agent)
        }
        #expect(world.relay.lines(of: "cnam").count == 1)
    }

    @Test("A document beside discrete results is left out with a warning, or holds them where the site says so")
    func documentBeside() async throws {
        let world = try World()
        let document = "OBX|9|ED|PDF^Compte rendu^L||^AP^PDF^Base64^JVBERi0xLjQK||||||F\r"
        let message = String(decoding: try Self.message([]), as: UTF8.self) + document
        let summary = try await Self.live(world) { agent in
            try await agent.takeFile(world.folder.write(Array(message.utf8), to: "one.hl7"))
        }
        #expect(summary.taken == 1 && summary.warnings["attachment-dropped"] == 1, "\(summary.heldByRule)")
        #expect(world.configuration.severities.set("attachment-dropped", .error) == nil)
        let other = message.replacingOccurrences(of: "Contrôles conformes", with: "Contrôles refaits")
            .replacingOccurrences(of: "SYN", with: "SYM")
        let strict = try await Self.live(world) { agent in
            try await agent.takeFile(world.folder.write(Array(other.utf8), to: "two.hl7"))
        }
        #expect(strict.heldByRule == ["attachment-dropped": 1])
        // What was taken before is sent all the same.
        try await Self.live(world) { agent in
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
        }
        #expect(world.relay.lines(of: "cnam").count == 1)
    }

    private static func tables(_ world: World) throws -> Int? {
        let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
        defer { try? store.close() }
        return try store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM codeTables") }
    }

    @Test("A table that cannot be read, or is none, keeps the outbox from starting and says which line")
    func badCodes() throws {
        let world = try World()
        world.configuration.codesPath = world.folder.path + "/missing.csv"
        #expect(throws: OutboxFailure.self) { try world.agent() }
        world.configuration.codesPath = try world.folder.write(
            Array("kind;local;code\ntest;A;1-1\n".utf8), to: "codes.csv")
        #expect {
            try world.agent()
        } throws: { "\($0)".contains("outbox.codes, line 2: ") }
    }

    @Test(
        "A time without offset takes the legal time of its day, or the fixed offset",
        arguments: [
            (SiteZone.paris, nil, "2026-07-14T09:30:00+02:00"), (.reunion, nil, "2026-07-14T09:30:00+04:00"),
            (.paris, 60, "2026-07-14T09:30:00+01:00"),
        ] as [(SiteZone, Int?, String)])
    func zone(zone: SiteZone, offset: Int?, expected: String) async throws {
        let world = try World()
        world.configuration.zone = zone
        world.configuration.utcOffsetMinutes = offset
        var text = String(decoding: try Self.message([]), as: UTF8.self)
        text = text.replacing(/20\d{12}\+0100/, with: "202607140930")
        let path = try world.folder.write(Array(text.utf8), to: "day.hl7")
        let summary = try await Self.live(world) { try await $0.takeFile(path) }
        #expect(summary.taken == 1, "\(summary.heldByRule)")
        // What was taken is read again as it was taken.
        world.configuration.zone = .noumea
        world.configuration.utcOffsetMinutes = nil
        try await Self.live(world) { agent in
            _ = try await agent.makeParcels(flush: true)
            try await agent.uploadWaiting()
        }
        #expect(try #require(world.relay.lines(of: "cnam").first).contains(expected))
    }

    @Test("What stands around a message is said, and a row of a table by its own number")
    func places() async throws {
        let world = try World()
        let agent = try world.agent()
        let marked = try world.folder.write(Array("\u{FEFF}".utf8) + (try Self.message([])), to: "marked.hl7")
        let summary = try await agent.takeFile(marked)
        #expect(summary.taken == 1)
        #expect(summary.findings.map(\.finding.rule).contains("byte-order-mark"))

        var table = Array("order_filler;result_status;result_code;patient_birth_date\r\n".utf8)
        table += Array("A1;F;94500-6;1980-02-30\r\nA2;F;94500-6;1980-02-31\r\n".utf8)
        let rows = try await agent.takeFile(try world.folder.write(table, to: "table.csv"))
        #expect(rows.held == 2)
        let paths = rows.findings.filter { $0.finding.rule == "csv-date" }.map(\.finding.path)
        #expect(paths == ["row 2, patient_birth_date", "row 3, patient_birth_date"])
    }

    @Test("Laboratories with the same key give a person the same pseudonym; without one they do not")
    func pseudonyms() throws {
        let folder = try TemporaryFolder()
        let key = try folder.write(Array((String(repeating: "0a", count: 32) + "\n").utf8), to: "shared.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
        var report = Report()
        report.patient.birthName = Personal("TESTELLI")
        report.patient.givenNames = [Personal("ADA")]
        report.patient.birthDate = CalendarDate(year: 1976, month: 3, day: 15)
        func pseudonym(_ laboratory: String, _ shared: String?) throws -> String? {
            let data = folder.path + "/" + laboratory
            try Disk.real.createFolder(data)
            let pseudonyms = try Pseudonyms.load(folder: data, sharedPath: shared, needed: false, disk: .real)
            return pseudonyms.patients(for: "spf")?.identifier(for: report)?.value.text
        }
        let first = try #require(try pseudonym("a", key))
        #expect(try pseudonym("b", key) == first)
        let own = try #require(try pseudonym("a", nil))
        #expect(own != first)
        #expect(try pseudonym("b", nil) != own)
        let short = try folder.write(Array("0a\n".utf8), to: "short.key")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: short)
        #expect(throws: CourierFailure.self) { try pseudonym("c", short) }
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: key)
        #expect(throws: CourierFailure.self) { try pseudonym("c", key) }
    }
}
