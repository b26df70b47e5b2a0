import Courier
import Crypto
import Exchange
import Foundation
import GRDB
import LabReport
import TestSupport
import Testing

@testable import Outbox

/// What `pli check` says of a message that came before in the same file, the outbox says across files and restarts.
@Suite("Messages and numbers that came before")
struct EarlierReportsTests {
    /// A synthetic message under another message id and number, its result changed so that it is other content, or a correction.
    private static func message(
        _ id: String, _ number: String, version: Int = 1, application: String? = nil, isCorrection: Bool = false
    ) throws -> [UInt8] {
        let first = try #require(World.messages(1...1).first)
        var text = String(decoding: first.hl7, as: UTF8.self)
        var header = text.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let former = header[9]
        header[9] = id
        if let application { header[2] = application }
        #expect(former.hasPrefix("SYN"))
        text = header.joined(separator: "|").replacingOccurrences(of: first.fillerNumber, with: number)
        text = text.replacingOccurrences(of: "Contrôles conformes", with: "Contrôles conformes \(version)")
        if isCorrection { text = text.replacingOccurrences(of: "ORC|NW|", with: "ORC|RO|") }
        return Array(text.utf8)
    }

    private static func take(_ world: World, _ bytes: [UInt8]) async throws -> IntakeSummary {
        let agent = try world.agent()
        let path = try world.folder.write(bytes, to: UUID().uuidString)
        let summary = try await agent.takeFile(path)
        try await agent.close()
        return summary
    }

    private static func warnings(_ summary: IntakeSummary) -> [String] {
        summary.findings.filter { $0.finding.severity == .warning }.map(\.finding.rule)
            .filter { $0.hasPrefix("duplicate") }
    }

    @Test("A message id used for other content holds the message, in another file and after a restart as well")
    func otherContent() async throws {
        let world = try World()
        #expect(try await Self.take(world, Self.message("1", "F1")).taken == 1)
        let other = try await Self.take(world, Self.message("1", "F2"))
        #expect(other.heldByRule == ["duplicate-message": 1])
        #expect(
            try await Self.take(world, Self.message("1", "F3", application: "AUTRE")).taken == 1, "another sender's id")
        #expect(try await Self.take(world, Self.message("2", "F4")).taken == 1)
        // Byte for byte it is the repeat that it always was.
        let repeated = try await Self.take(world, Self.message("1", "F1") + Self.message("5", "F5"))
        #expect(repeated.heldByRule == ["duplicate": 1] && repeated.taken == 1)
    }

    @Test("A number that comes again without a correction is taken and noted, with one it is not")
    func numbers() async throws {
        let world = try World()
        #expect(try await Self.warnings(Self.take(world, Self.message("1", "F1"))) == [])
        let again = try await Self.take(world, Self.message("2", "F1", version: 2))
        #expect(again.taken == 1 && Self.warnings(again) == ["duplicate-report"])
        let correction = try await Self.take(world, Self.message("3", "F1", version: 3, isCorrection: true))
        #expect(correction.taken == 1 && Self.warnings(correction) == [])
        #expect(try await Self.warnings(Self.take(world, Self.message("4", "F4"))) == [])
    }

    @Test("What was held may come again corrected under its own id: only what was taken stands")
    func heldDoesNotCount() async throws {
        let world = try World()
        var broken = String(decoding: try Self.message("1", "F1"), as: UTF8.self)
        broken = broken.replacingOccurrences(of: "|ORU^R01^ORU_R01|1|P|", with: "|ORU^R01^ORU_R01|1|T|")
        #expect(try await Self.take(world, Array(broken.utf8)).heldByRule == ["not-production": 1])
        let corrected = try await Self.take(world, Self.message("1", "F1"))
        #expect(corrected.taken == 1 && Self.warnings(corrected) == [])
    }

    @Test("Rows of a table that share a message's id are no repeats of one another, in one file or two")
    func sharedID() async throws {
        let world = try World()
        func table(_ numbers: [String]) throws -> [UInt8] {
            var bytes = CSVReportWriter.header
            for number in numbers {
                let report = try #require(HL7ReportReader().read(bytes: Self.message("7", number)).first?.report)
                CSVReportWriter.rows(report, identifier: number, into: &bytes)
            }
            return bytes
        }
        #expect(try await Self.take(world, table(["F1", "F2"])).held == 0)
        let second = try await Self.take(world, table(["F3"]))
        #expect(second.held == 0 && second.taken == 1, "\(second.heldByRule)")
    }

    @Test(
        "A table or a Bundle that says something else of a report is held, across files, and a correction of it is taken",
        arguments: [ReportFormat.csv, .fhir])
    func otherContentOfReport(format: ReportFormat) async throws {
        let world = try World()
        func file(_ number: String, _ version: Int, _ action: Report.Action = .new) throws -> [UInt8] {
            var report = try #require(HL7ReportReader().read(bytes: Self.message("7", number)).first?.report)
            report.action = action
            report.notes = [Personal("version \(version)")]
            if action == .replace { for index in report.results.indices { report.results[index].status = "C" } }
            return ReportWriter(format).file(of: [report])
        }
        #expect(try await Self.take(world, file("F1", 1)).taken == 1)
        #expect(try await Self.take(world, file("F2", 1)).taken == 1, "another report of the same message")
        let other = try await Self.take(world, file("F1", 2))
        #expect(other.heldByRule == ["duplicate-message": 1])
        let place = format == .csv ? "row 2, report_message_id" : "Bundle.identifier"
        #expect(other.findings.filter { $0.finding.rule == "duplicate-message" }.map(\.finding.path) == [place])
        let correction = try await Self.take(world, file("F1", 3, .replace))
        #expect(correction.taken == 1 && Self.warnings(correction) == [])
    }

    @Test("In one file the outbox says what pli check says")
    func asCheck() async throws {
        let world = try World()
        let messages = [
            try Self.message("1", "F1"), try Self.message("2", "F1", version: 2), try Self.message("1", "F9"),
            try Self.message("1", "F1"), try Self.message("3", "F1", version: 3, isCorrection: true),
            try Self.message("4", "F1", version: 4), try Self.message("5", "F5"), try Self.message("2", "F8"),
        ]
        var register = DuplicateRegister()
        let said = messages.map { message in
            register.findings(for: HL7ReportReader().read(bytes: message).compactMap(\.report), message: message)
                .map(\.rule)
        }
        let summary = try await Self.take(world, Array(messages.joined()))
        let ours = messages.indices.map { index in
            summary.findings.filter { $0.message == index + 1 && $0.finding.rule.hasPrefix("duplicate") }
                .map(\.finding.rule)
        }
        #expect(ours == said)
        #expect(Set(said.joined()) == ["duplicate", "duplicate-message", "duplicate-report"])
    }

    @Test("They are remembered for ninety days, and forgotten some at a time")
    func forgotten() async throws {
        let world = try World()
        _ = try await Self.take(world, Self.message("1", "F1"))
        func remembered() throws -> Int? {
            let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
            defer { try? store.close() }
            return try store.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM earlier") }
        }
        #expect(try remembered() == 2, "a message and a number")
        func tidy() async throws {
            let agent = try world.agent()
            try await agent.tidy()
            try await agent.close()
        }
        world.clock.advance((EarlierReports.days - 1) * 86_400)
        try await tidy()
        #expect(try remembered() == 2)
        world.clock.advance(86_400)
        try await tidy()
        #expect(try remembered() == 0)
        #expect(try await Self.take(world, Self.message("1", "F2")).taken == 1)
    }

    @Test("Nothing personal is in what is remembered: a number alone does not make its key")
    func keyed() async throws {
        let (one, other) = (try World(), try World())
        for world in [one, other] { _ = try await Self.take(world, Self.message("1", "F1")) }
        let keys = try [one, other].map { world in
            let store = try OutboxStore(path: world.data + "/" + OutboxStore.fileName)
            defer { try? store.close() }
            return try store.read { db in try Int64.fetchSet(db, sql: "SELECT key FROM earlier") }
        }
        #expect(keys[0].count == 2 && keys[0].isDisjoint(with: keys[1]))
    }

    @Test(
        "A message of very many patients is not read once for each, and what was taken long ago is recognised",
        .timeLimit(.minutes(1)))
    func manyPatients() {
        let pseudonyms = Pseudonyms(key: SymmetricKey(size: .bits256))
        let large = [UInt8](repeating: 65, count: 16 << 20)
        let all = pseudonyms.fingerprints(of: large, parts: 10_000)
        #expect(all.count == 10_000 && Set(all).count == 10_000 && all.allSatisfy { $0.count == 16 })
        let (one, other) = (Array("one".utf8), Array("other".utf8))
        let parts = pseudonyms.fingerprints(of: one, parts: 20)
        #expect(Array(parts.prefix(8)) == (0..<8).map { pseudonyms.fingerprint(of: one, part: $0) })
        #expect(Set(parts).isDisjoint(with: pseudonyms.fingerprints(of: other, parts: 20)))
        // However many there are, a part is known by the same.
        #expect(pseudonyms.fingerprints(of: one, parts: 9) == Array(parts.prefix(9)))
        #expect(pseudonyms.fingerprints(of: one, parts: 0) == [])
    }
}
