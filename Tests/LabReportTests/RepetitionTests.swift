import HL7
import Testing

@testable import LabReport

/// Repetitions and further segments where a report has room for one: carried, or told.
@Suite("Repetitions in HL7")
struct RepetitionTests {
    private static let result = "OBX|1|CWE|94500-6^^LN||10828004^^SCT||||||F|||20261122||"

    /// What intake makes of a message with these lines from ORC on.
    private static func judged(_ orders: String, patient: String = "1||123456^^^LABO^PI") throws -> (
        findings: [String], reports: [Report]
    ) {
        var message = IntakeFixture()
        message.orders = orders
        message.patient = patient
        return try message.judgedHL7()
    }

    private static func order(_ rest: String = "", control: String = "ORC|NW||F1") -> String {
        control + "\nOBR|1||F1|94500-6^^LN|||20261122" + rest + "\n"
    }

    @Test(
        "A second repetition of a field of which one is carried is told, and the same once more is not",
        arguments: [
            ("|94531-1^^LN~94500-6^^LN||a||||||F", "OBX[1]-3"), ("|94500-6^^LN|1~2|a||||||F", "OBX[1]-4"),
            ("|94500-6^^LN||a|g~mg|||||F", "OBX[1]-6"), ("|94500-6^^LN||a|g~g|||||F", nil),
            ("|94500-6^^LN||a|~g|||||F", nil), ("|94500-6^^LN||a||||||F|||20261122~20261123", "OBX[1]-14"),
            ("|94500-6^^LN||a||||||F|||20261122||1^MARTIN~2^MARTIN~3^DURAND", "OBX[1]-16"),
            ("|94500-6^^LN||a||||||F|||20261122|||M1^^L~M2^^L", "OBX[1]-17"),
            ("|94500-6^^LN||a||||||F|||20261122|||||||||L1~L2", "OBX[1]-23"),
            ("|94500-6^^LN||a||||||F|||20261122||1^MARTIN|||||||||2^DURAND", "OBX[1]-16"),
            ("|94500-6^^LN||a||||||F|||20261122||1^MARTIN|||||||||1^MARTIN", nil),
        ] as [(String, String?)])
    func fields(rest: String, path: String?) throws {
        let found = try Self.judged(Self.order() + "OBX|1|ST" + rest).findings.filter {
            $0.hasPrefix("repetition-dropped")
        }
        #expect(found == (path.map { ["repetition-dropped @ " + $0] } ?? []))
    }

    @Test("A unit in the second repetition alone is the unit; several devices are all named")
    func carried() throws {
        let found = try Self.judged(
            Self.order() + "OBX|1|NM|94500-6^^LN||1|~g|||||F|||20261122||||D1^X~D2^Y"
        ).reports.first?.results.first
        #expect(found?.unit?.code == "g" && found?.device == "D1, D2")
    }

    @Test("Whoever asked is one person: the same under another number or form is joined, another is told")
    func requesters() throws {
        let named = "ORC|NW||F1|||||||||801234567897^MARTIN^LUC^^^^^^&1.2.250.1.71.4.2.1&ISO^^^^RPPS"
        let obr = String(repeating: "|", count: 9)
        let same = try Self.judged(Self.order(obr + "L77^Martin^Luc", control: named) + Self.result)
        #expect(!same.findings.contains { $0.hasPrefix("repetition-dropped") }, "\(same.findings)")
        #expect(same.reports.first?.requester?.identifiers.map(\.value.text) == ["801234567897", "L77"])
        let other = try Self.judged(Self.order(obr + "L78^DURAND", control: named) + Self.result)
        #expect(other.findings.contains("repetition-dropped @ OBR[1]-16"))
        let second = Self.order().replacing("ORC|NW||F1", with: "ORC|NW||F2|||||||||9^PETIT")
            .replacing("||F1|", with: "||F2|")
        let both = try Self.judged(Self.order(control: named) + Self.result + "\n" + second + Self.result)
        #expect(both.findings.contains("repetition-dropped @ ORC[2]-12"))
    }

    @Test(
        "Of two in one field who cannot be one person the first is carried, and that there is another is told",
        arguments: [
            ("1^DUPOND^Jean^^^^^^^^^^RPPS~2^DUPOND^Jean^^^^^^^^^^RPPS", ["1"], true),
            ("1^^^^^^^^^^^^RPPS~2^DUPOND^Jean^^^^^^^^^^RPPS", ["1"], true),
            ("1^DUPOND^Jean^^^^^^^^^^RPPS~2^DUPOND^Marie^^^^^^^^^^ADELI", ["1"], true),
            ("1^DUPOND^Jean^^^^^^^^^^RPPS~2^DUPOND^Jean^^^^^^^^^^ADELI", ["1", "2"], false),
            ("1^DUPOND^Jean^^^^^^^^^^RPPS~2^^^^^^^^^^^^ADELI", ["1", "2"], false),
            ("1^^^^^^^^^^^^RPPS~2^Dupond^Jean^^^^^^^^^^ADELI~1^DUPOND^Jean^^^^^^^^^^RPPS", ["1", "2"], false),
        ])
    func oneField(_ field: String, _ numbers: [String], _ isTold: Bool) throws {
        let found = try Self.judged(Self.order(control: "ORC|NW||F1|||||||||" + field) + Self.result)
        #expect(found.reports.first?.requester?.identifiers.map(\.value.text) == numbers)
        #expect(found.findings.contains { $0.hasPrefix("repetition-dropped") } == isTold, "\(found.findings)")
    }

    @Test("Telephones and mails of who asked are kept from wherever they stand")
    func contacts() throws {
        let control = "ORC|NW||F1|||||||||1^MARTIN||^^PH^^^^^^^^^01|||||||CABINET||^NET^Internet^c@example.org"
        let found = try Self.judged(Self.order("||||||||||^^PH^^^^^^^^^02", control: control) + Self.result)
        let requester = try #require(found.reports.first?.requester)
        #expect(requester.phones.map(\.text) == ["01", "02"] && requester.mails.map(\.text) == ["c@example.org"])
    }

    @Test("What is joined is bounded: as many as a person has, and then it is told")
    func bounds() throws {
        let obr = String(repeating: "|", count: 9)
        let named = "ORC|NW||F1|||||||||0^MARTIN"
        func joined(_ count: Int) throws -> (findings: [String], reports: [Report]) {
            let more = (1..<count).map { Self.order(obr + "\($0)^MARTIN", control: named) + Self.result }
            return try Self.judged(more.joined(separator: "\n"))
        }
        let most = try joined(Limits.ways)
        #expect(most.reports.first?.requester?.identifiers.count == Limits.ways)
        #expect(!most.findings.contains { $0.hasPrefix("repetition-dropped") })
        let more = try joined(Limits.ways + 5)
        #expect(more.reports.first?.requester?.identifiers.count == Limits.ways)
        #expect(more.findings.contains { $0.hasPrefix("repetition-dropped") })
        let devices = (0...Limits.ways).map { "D\($0)" }
        let found = try Self.judged(
            Self.order() + "OBX|1|ST|94500-6^^LN||a||||||F|||20261122||||" + devices.joined(separator: "~"))
        #expect(found.findings.contains("repetition-dropped @ OBX[1]-18"))
        let device = found.reports.first?.results.first?.device
        #expect(device == devices.dropLast().joined(separator: ", "))
    }

    @Test("Of several specimens of an order that differ none is its results', and that there are several is told")
    func specimens() throws {
        let one = "\nSPM|1|S1||119342007^^SCT"
        for (more, index) in [
            ("\nSPM|2|S2||258500001^^SCT", nil), ("\nSPM|2|S2||119342007^^SCT", 0), (one, 0),
            ("\nSPM|2|S2||258500001^^SCT" + one, nil),
        ] as [(String, Int?)] {
            let found = try Self.judged(Self.order() + Self.result + one + more)
            let report = try #require(found.reports.first)
            #expect(report.orders.first?.specimenIndex == index, "\(more)")
            #expect(found.findings.contains { $0.hasPrefix("specimen-several") } == (more != one), "\(more)")
        }
        // Before their order, too.
        let ahead = try Self.judged("SPM|1|S1||119342007^^SCT\nSPM|2|S2||258500001^^SCT\n" + Self.order() + Self.result)
        #expect(ahead.reports.first?.orders.first?.specimenIndex == nil)
        #expect(ahead.findings.contains("specimen-several @ SPM[2]-2"))
    }

    @Test("A note of which nobody knows what it is about is told")
    func notes() throws {
        let control = "ORC|NW||F1\nNTE|1||voir"
        let found = try Self.judged(Self.order(control: control) + Self.result)
        #expect(found.findings.contains("note-dropped @ NTE[1]-3"))
    }

    @Test(
        "Another name or address of the patient than the one that is kept is told",
        arguments: [
            ("TEST^ANNE^^^^^L~CHANTROVOI^ANNE^^^^^D", "1 RUE^^PARIS^^75007^FRA^H~^^^^^^BDL^^75056", []),
            ("TEST^ANNE^^^^^L~AUTRE^ANNE^^^^^A", "1 RUE^^PARIS", ["PID-5"]),
            ("TEST^ANNE^^^^^D~AUTRE^ANNE^^^^^D", "1 RUE^^PARIS", ["PID-5"]),
            ("TEST^ANNE^^^^^L", "1 RUE^^PARIS^^75007^FRA^H~2 RUE^^LYON^^69001^FRA^C", ["PID-11"]),
            ("TEST^ANNE^^^^^L", "2 RUE^^LYON^^69001^FRA^C~1 RUE^^PARIS^^75007^FRA^H", ["PID-11"]),
        ])
    func patient(name: String, address: String, told: [String]) throws {
        let lines = IntakeFixture().hl7.replacing("TEST^ANNE^ANNE^^^^L", with: name)
            .replacing("1 RUE^^PARIS^^75007^FRA^H", with: address)
        let found = HL7ReportReader().read(bytes: Array(lines.utf8)).flatMap(\.findings)
        #expect(found.filter { $0.rule == "repetition-dropped" }.map(\.path) == told)
    }

    @Test(
        "A critical flag is kept in whichever component it stands",
        arguments: [
            ("HH", ["HH"]), ("C2^critique^L^LL^Critical low^HL70078", ["LL"]), ("^Critical high", ["HH"]),
            ("H^Critical high^HL70078", ["H", "HH"]), ("HH^Critical high^HL70078", ["HH"]), ("H^High^HL70078", ["H"]),
            ("AA~H", ["AA", "H"]), ("Z9", ["Z9"]), ("^vu", ["vu"]),
        ])
    func flags(field: String, codes: [String]) throws {
        let found = try Self.judged(Self.order() + "OBX|1|NM|94500-6^^LN||1|g||\(field)|||F|||20261122")
        #expect(found.reports.first?.results.first?.interpretation == codes)
    }

    @Test("What is told of a message is told of it again where it is read with what was remembered")
    func remembered() {
        let text = IntakeFixture().hl7.replacing("||||||F|||20261122", with: "||||||F|||20261122|||M1^^L~M2^^L")
        let memory = ReadingMemory()
        let readings = (0..<3).map { _ in
            HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory).flatMap(\.findings).map(\.rule)
        }
        #expect(readings.allSatisfy { $0.contains("repetition-dropped") } && Set(readings).count == 1)
    }
}
