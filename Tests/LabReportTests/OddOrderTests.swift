import HL7
import Testing

@testable import LabReport

@Suite("Orders and specimens that are not the usual ones, and names in several repetitions")
struct OddOrderTests {
    private static func judged(_ change: (inout IntakeFixture) -> Void) throws -> (
        findings: [String], reports: [Report]
    ) {
        var fixture = IntakeFixture()
        change(&fixture)
        return try fixture.judgedHL7()
    }

    private static func orders(_ control: String, _ status: String, _ result: String = "F") -> String {
        """
        ORC|\(control)||F1
        OBR|1||F1|94500-6^^LN|||20261122||||||||||||||||||\(status)
        OBX|1|ST|94500-6^^LN||POSITIF||||||\(result)|||20261122
        """
    }

    @Test("ORC-1 in small letters or behind an empty repetition is what it is in capitals, and that is told")
    func controls() throws {
        for control in ["ca", "Ca", "~CA", "\"\"~CA", "cr"] {
            let (findings, _) = try Self.judged { $0.orders = Self.orders(control, "F") }
            #expect(findings.contains("!action-mismatch @ ORC-1"), "\(control) \(findings)")
            let withdrawn = try Self.judged { $0.orders = Self.orders(control, "X", "D") }
            #expect(withdrawn.reports.first?.action == .cancel, "\(control)")
        }
        let replaced = try Self.judged { $0.orders = Self.orders("ro", "C", "C") }
        #expect(replaced.reports.first?.action == .replace && replaced.findings.contains("code-form @ ORC[1]-1"))
        #expect(try Self.judged { $0.orders = Self.orders("NW~NW", "F") }.reports.first?.action == .new)
    }

    @Test(
        "Repetitions of ORC-1 that do different things hold the message",
        arguments: ["RE~CA", "CA~RE", "NW~RO", "RO~CA"])
    func contradictory(control: String) throws {
        let (findings, reports) = try Self.judged { $0.orders = Self.orders(control, "F", "C") }
        #expect(findings.contains("!action-mismatch @ ORC[1]-1") && reports.isEmpty, "\(findings)")
    }

    @Test("OBR-25 in small letters is what it is in capitals, and repetitions of it must agree on a cancellation")
    func status() throws {
        for status in ["x", "~x", "F~X", "x~F"] {
            let (findings, _) = try Self.judged { $0.orders = Self.orders("NW", status) }
            #expect(findings.contains { $0.hasPrefix("!action-mismatch @ ") }, "\(status) \(findings)")
        }
        let plain = try Self.judged { $0.orders = Self.orders("NW", "f") }
        #expect(plain.reports.first?.orders.first?.status == "F" && plain.findings.contains("code-form @ OBR[1]-25"))
        let two = try Self.judged { $0.orders = Self.orders("NW", "F~C") }
        #expect(two.findings.contains("repetition-dropped @ OBR[1]-25") && two.reports.count == 1)
    }

    @Test("A control or a calibrator (SPM-11) holds; a patient's, a replicate and no word do not")
    func controlSpecimens() throws {
        func findings(_ role: String) throws -> [String] {
            try Self.judged { $0.orders += "\nSPM|1|^S1||258500001^E^SCT|||||||\(role)" }.findings
                .filter { $0.contains("not-of-a-person") }
        }
        for role in ["Q", "q", "B", "C", "E", "F", "O", "V", "Q^Control specimen^HL70369"] {
            #expect(try findings(role) == ["!not-of-a-person @ SPM[1]-11"], "\(role)")
        }
        for role in ["", "P", "P^Patient^HL70369", "R", "G", "\"\""] { #expect(try findings(role).isEmpty, "\(role)") }
    }

    @Test("An animal (PID-35) holds; a person and no word do not")
    func animals() throws {
        func findings(_ species: String) throws -> [String] {
            try Self.judged { $0.status = "VALI|||" + species }.findings.filter { $0.contains("not-of-a-person") }
        }
        for species in [
            "448771007^Canis lupus subspecies familiaris^SCT", "^Chien^L", "CHIEN", "L1^^L^448169003^^SCT", "N^Chien^L",
        ] {
            #expect(try findings(species) == ["!not-of-a-person @ PID-35"], "\(species)")
        }
        for species in [
            "", "337915000^Homo sapiens^SCT", "HUM^Humain^L", "H1^Human^L", "^homo sapiens", "HOMME", "H", "L-85B00",
            "9606", "N", "NON", "0", "INCONNU", "^Espèce humaine", "^Patient",
        ] {
            #expect(try findings(species).isEmpty, "\(species)")
        }
    }

    @Test("A number alone is no species, and before version 2.4 PID has none that is not named with its system")
    func noSpecies() throws {
        func findings(_ species: String, _ version: String) throws -> [String] {
            var fixture = IntakeFixture()
            fixture.status = "VALI|||" + species
            let text = fixture.hl7.replacing("|P|2.5", with: "|P|\(version)")
            return try IntakeFixture.judged(HL7ReportReader().read(bytes: Array(text.utf8))).findings
                .filter { $0.hasSuffix("@ PID-35") || $0.hasSuffix("@ PID[1]-35") }
        }
        for number in ["10000017", "^10000017", "448771007"] {
            #expect(try findings(number, "2.5") == ["detail-dropped @ PID-35"], "\(number)")
        }
        #expect(try findings("448771007^^SCT", "2.5") == ["!not-of-a-person @ PID-35"])
        for version in ["2.1", "2.2", "2.3", "2.3.1"] {
            for other in ["10000017", "L-12", "123^4^M10^LABO^AN", "CHIEN"] {
                #expect(try findings(other, version) == ["segment-extra-fields @ PID-35"], "\(other) \(version)")
            }
            #expect(try findings("\"\"", version) == [])
            #expect(try findings("448771007^Chien^SCT", version) == ["!not-of-a-person @ PID-35"])
        }
        #expect(try findings("CHIEN", "2.4") == ["!not-of-a-person @ PID-35"])
    }

    @Test("ORC-5 that says cancelled over results that stand holds; one that is discontinued is told")
    func stopped() throws {
        func judged(_ control: String, _ result: String = "F") throws -> (findings: [String], reports: [Report]) {
            try Self.judged { $0.orders = Self.orders("%", "F", result).replacing("%||F1", with: control) }
        }
        for control in ["RE||F1||CA", "SC||F1||ca", "RE||F1||CA^Cancelled^HL70038"] {
            #expect(try judged(control).findings == ["!action-mismatch @ ORC[1]-5"], "\(control)")
        }
        #expect(try judged("RE||F1||CA", "D").reports.map(\.action) == [.cancel])
        #expect(try judged("CA||F1||CA", "D").findings == [])
        for (control, field) in [("DC||F1", 1), ("OD||F1", 1), ("DR||F1", 1), ("RE||F1||DC", 5)] {
            let (findings, reports) = try judged(control)
            #expect(findings == ["order-discontinued @ ORC[1]-\(field)"] && reports.count == 1, "\(control)")
        }
        for control in ["RE||F1||CM", "RE||F1||IP", "SC||F1||A", "RE||F1"] {
            #expect(try judged(control).findings == [], "\(control)")
        }
    }

    @Test("A site may let such results pass")
    func settable() throws {
        var fixture = IntakeFixture()
        fixture.status = "VALI|||^Chien^L"
        let outcomes = HL7ReportReader().read(bytes: Array(fixture.hl7.utf8))
        let judged = try IntakeFixture.judged(outcomes, overrides: ["not-of-a-person": .warning])
        #expect(judged.findings.contains("not-of-a-person @ PID-35") && judged.reports.count == 1)
    }

    @Test("An order without results among others is told, and nobody gets it")
    func unanswered() throws {
        let further = "\nORC|NW||F2\nOBR|2||F2|600-7^B^LN|||20261122||||||||||||||||||F"
        let (findings, reports) = try Self.judged { $0.orders = Self.orders("NW", "F") + further }
        #expect(findings.contains("order-unanswered @ OBR[2]-4"))
        let report = try #require(reports.first)
        let day = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let fields: Set<ReportField> = [.orderFiller, .orderStatus, .resultCode]
        let sent = Profile(id: "p", fields: fields).project(report, results: [0], reference: day)
        #expect(sent.orders.map { $0.fillerNumber?.text } == ["F1"])
        #expect(try !Self.judged { $0.orders = Self.orders("NW", "F") }.findings.contains { $0.hasPrefix("order-un") })
    }

    // MARK: - PID-5

    private static func names(_ field: String) throws -> (birth: String?, given: [String], isTold: Bool) {
        var fixture = IntakeFixture()
        let text = fixture.hl7.replacing("TEST^ANNE^ANNE^^^^L", with: field)
        fixture.orders = ""
        let outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        let patient = try #require(outcome.report?.patient)
        return (
            patient.birthName?.text, patient.givenNames.map(\.text),
            outcome.findings.contains { $0.rule == "repetition-dropped" }
        )
    }

    @Test("A family name that the better repetition lacks is taken of another one")
    func families() throws {
        for field in ["MARTIN~^JEANNE^^^^^L", "^JEANNE^^^^^L~MARTIN", "^JEANNE^^^^^L~MARTIN^^^^^^M"] {
            let names = try Self.names(field)
            #expect(names.birth == "MARTIN" && names.given == ["JEANNE"], "\(field)")
        }
        let two = try Self.names("MARTIN~^JEANNE^^^^^L~DURAND")
        #expect(two.birth == "MARTIN" && two.isTold)
        let named = try Self.names("MARTIN^JEANNE^^^^^L~DURAND")
        #expect(named.birth == "MARTIN" && named.isTold)
    }

    @Test("An alias does not become the name at birth of somebody whose other names are known, and is told")
    func alias() throws {
        for field in ["MIMI^^^^^^S~^JEANNE^^^^^L", "^JEANNE^^^^^L~MIMI^^^^^^S"] {
            let names = try Self.names(field)
            #expect(names.birth == nil && names.isTold, "\(field)")
        }
    }
}
