import HL7
import Testing

@testable import LabReport

/// OBR-32: the biologist who validated an order's results. Systems that name them once, in the order, name nobody in OBX-16.
@Suite("Who validated an order answers for its results")
struct InterpreterTests {
    private static let biologist = "L07&LABBIO&JULIE"

    /// An order with that OBR-32 and results of these OBX-16 to OBX-25.
    private static func order(_ number: Int, _ interpreter: String, _ observers: String...) -> String {
        let order = "ORC|NW||F\(number)\nOBR|\(number)||F\(number)|94500-6^^LN|||20261122"
        let results = observers.enumerated().map { place, observer in
            "OBX|\(place + 1)|ST|94500-6^^LN|\(place)|POSITIF||||||F|||20261122||" + observer
        }
        return ([order + String(repeating: "|", count: 25) + interpreter] + results).joined(separator: "\n")
    }

    private static func message(_ orders: [String], version: String = "2.5") -> [UInt8] {
        Array(
            IntakeFixture(orders: orders.joined(separator: "\n")).hl7
                .replacing("|P|2.5\r", with: "|P|\(version)\r").utf8)
    }

    private static func read(_ orders: String..., version: String = "2.5") throws -> (
        report: Report, findings: [String]
    ) {
        let memory = ReadingMemory()
        let bytes = message(orders, version: version)
        let outcomes = (1...2).compactMap { _ in
            HL7ReportReader().read(SourceMessage(bytes), memory: memory).first
        }
        let findings = outcomes.map { $0.findings.map { $0.rule + " @ " + $0.path } }
        // What was remembered of the first reading must neither hide nor change anything.
        #expect(findings[0] == findings[1] && outcomes[0].report == outcomes[1].report)
        return (try #require(outcomes[0].report), findings[0].filter { !$0.hasPrefix("charset") })
    }

    private static func names(_ report: Report) -> [String] {
        report.results.map { result in
            let person = result.responsible
            let numbers = person?.identifiers.map(\.value.text).joined(separator: "+") ?? ""
            return [numbers, person?.familyName?.text ?? "", person?.givenName?.text ?? ""].joined(separator: " ")
        }
    }

    @Test(
        "They answer for the results that name nobody, in whatever version and however they are written",
        arguments: [
            (biologist, "L07 LABBIO JULIE"), ("&LABBIO&JULIE", " LABBIO JULIE"), ("L07", "L07  "),
            ("L07^LABBIO^JULIE", "L07 LABBIO JULIE"), ("^LABBIO", " LABBIO "),
            ("10003456781^LABBIO^^^^^^^^^^^RPPS~L07^LABBIO", "10003456781+L07 LABBIO "), ("\"\"", "  "), ("&&", "  "),
        ], ["2.3", "2.5.1", "2.7", "2.9"])
    func named(said: (field: String, person: String), version: String) throws {
        let (report, findings) = try Self.read(Self.order(1, said.field, "", ""), version: version)
        #expect(Self.names(report) == [said.person, said.person])
        #expect(!findings.contains { $0.contains("OBR[1]-32") })
        #expect((report.results[0].responsible == nil) == (said.person == "  "))
    }

    @Test("The authority of their number is told by its subcomponents")
    func authority() throws {
        let person = try Self.read(
            Self.order(1, "10003456781&LABBIO&JULIE&&&&&&ASIP-SANTE-PS&1.2.250.1.71.4.2.1&ISO", "")
        ).report.results[0].responsible
        #expect(person?.identifiers.first?.system == "1.2.250.1.71.4.2.1")
        #expect(person?.identifiers.first?.namespace == "ASIP-SANTE-PS")
    }

    @Test("What a result says of its own (OBX-16, OBX-25) goes before, and that they are two is told once an order")
    func ownNames() throws {
        let other = "T1^TECH^ANNE"
        let both = try Self.read(Self.order(1, Self.biologist, other, "", other, "|||||||||D1^DIRECTEUR"))
        #expect(Self.names(both.report) == ["T1 TECH ANNE", "L07 LABBIO JULIE", "T1 TECH ANNE", "D1 DIRECTEUR "])
        #expect(both.findings == ["detail-dropped @ OBR[1]-32"])
        let same = try Self.read(Self.order(1, Self.biologist, "L07^LABBIO^JULIE", "^labbio^Julie"))
        #expect(same.findings.isEmpty)
    }

    @Test("No order's biologist answers for another order, whatever was remembered of the same result")
    func anotherOrder() throws {
        let memory = ReadingMemory()
        let people = [Self.biologist, "", "M2&AUTRE&PAUL", Self.biologist, "", "M2^AUTRE^PAUL"]
        let expected = ["L07 LABBIO JULIE", "  ", "M2 AUTRE PAUL", "L07 LABBIO JULIE", "  ", "M2 AUTRE PAUL"]
        let orders = people.enumerated().map { Self.order($0.offset + 1, $0.element, "") }
        let together = try #require(
            HL7ReportReader().read(SourceMessage(Self.message(orders)), memory: memory).first?.report)
        #expect(Self.names(together) == expected)
        for (person, name) in zip(people, expected) {
            let bytes = Self.message([Self.order(1, person, "")])
            let report = try #require(HL7ReportReader().read(SourceMessage(bytes), memory: memory).first?.report)
            #expect(Self.names(report) == [name])
        }
    }

    @Test("From when, until when and where they did it is told, and so is a second one")
    func dropped() throws {
        for field in [Self.biologist + "^20261122", Self.biologist + "^^^SERVICE", Self.biologist + "~M2&AUTRE"] {
            let (report, findings) = try Self.read(Self.order(1, field, ""))
            #expect(Self.names(report) == ["L07 LABBIO JULIE"])
            let rule = field.contains("~") ? "repetition-dropped" : "detail-dropped"
            #expect(findings == [rule + " @ OBR[1]-32"])
        }
    }

    @Test("A wrong number of theirs is told where it stands")
    func places() throws {
        let wrong = "10000000000&LABBIO&JULIE&&&&&&&1.2.250.1.71.4.2.1"
        let orders = [Self.order(1, "", ""), Self.order(2, wrong, "")]
        let fixture = IntakeFixture(orders: orders.joined(separator: "\n"))
        #expect(try fixture.judgedHL7().findings.filter { $0.contains("rpps") } == ["rpps-key @ OBR[2]-32"])
        let own = IntakeFixture(orders: Self.order(1, Self.biologist, "10000000000^TECH^^^^^^^^^^^RPPS"))
        #expect(try own.judgedHL7().findings.filter { $0.contains("rpps") } == ["rpps-key @ OBX[1]-16"])
    }

    @Test("They are kept in HL7 and in FHIR", arguments: [ReportFormat.hl7, .fhir])
    func written(format: ReportFormat) throws {
        let report = try Self.read(Self.order(1, Self.biologist, "", "")).report
        let bytes = ReportWriter(format).file(of: [report])
        let again: Report?
        if format == .hl7 {
            again = HL7ReportReader().read(bytes: bytes).first?.report
        } else {
            again = FHIRReportReader().read(bytes: bytes).first?.report
        }
        #expect(try Self.names(#require(again)) == ["L07 LABBIO JULIE", "L07 LABBIO JULIE"])
    }
}
