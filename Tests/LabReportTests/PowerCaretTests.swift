import HL7
import LabReport
import Testing

@Suite("Carets of powers that were not escaped")
struct PowerCaretTests {
    private static func hl7(type: String = "NM", value: String = "12.5", unit: String = "") -> ReadOutcome? {
        let message = [
            #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|UNICODE UTF-8"#,
            "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|F",
            "OBR|1|PL-1|FI-1|6690-2^Leucocytes^LN|||202611200730+0100",
            "OBX|1|\(type)|6690-2^Leucocytes^LN||\(value)|\(unit)|||||F|||202611201500+0100", "",
        ].joined(separator: "\r")
        return HL7ReportReader().read(bytes: Array(message.utf8)).first
    }

    private static func hprim(type: String = "NM", value: String = "12.5", unit: String = "", note: String = "")
        -> ReadOutcome?
    {
        let message = [
            #"H|~^\&|MSG1||750100125~LABO||ORU|||||P|H2.2~C|20261120170600"#,
            "P|1|L-1|||TESTELLI~ADA||19760315|F", "OBR|1|PL-1|FI-1|6690-2~Leucocytes~LN|||20261120073000",
            "OBX|1|\(type)|6690-2~Leucocytes~LN||\(value)|\(unit)|||||F", "C|1|L|\(note)", "L|1", "",
        ].joined(separator: "\r")
        return HPRIMReportReader().read(bytes: Array(message.utf8)).first
    }

    private static func text(_ outcome: ReadOutcome?) -> String? {
        guard case .text(let text) = outcome?.report?.results.first?.value else { return nil }
        return outcome?.report?.results.count == 1 ? text.text : nil
    }

    private static let powers = [
        "x10^9/L", "10^9/L", "X 10^3/mm3", "10^-3 g/L", "mL/min/1.73m^2", "/mm^3", "10^6 copies/mL", "10^9/m^2",
    ]

    @Test(
        "A unit with a power is that unit in HL7 and HPRIM, and what its caret would part from it is told",
        arguments: powers)
    func unit(unit: String) throws {
        for outcome in [Self.hl7(unit: unit), Self.hprim(unit: unit)] {
            let found = try #require(outcome)
            #expect(found.report?.results.first?.unit == Coded(code: unit))
            #expect(found.findings.map(\.rule) == ["power-caret"])
        }
    }

    @Test("The words and system behind such a unit stay its own, also where the power stands in the words")
    func wordsBehind() throws {
        let first = try #require(Self.hl7(unit: "10^9/L^milliards par litre^L")?.report?.results.first)
        #expect(first.unit == Coded(code: "10^9/L", text: "milliards par litre", system: "L"))
        let second = try #require(Self.hl7(unit: "10*9/L^10^9/L^UCUM")?.report?.results.first)
        #expect(second.unit == Coded(code: "10*9/L", text: "10^9/L", system: "UCUM"))
        let other = try #require(Self.hl7(unit: "10^9/L~G/L"))
        #expect(other.report?.results.first?.unit == Coded(code: "10^9/L"))
        #expect(other.findings.map(\.rule) == ["power-caret", "repetition-dropped"])
        let labelled = try #require(Self.hprim(unit: "10^9/L~milliards par litre~L")?.report?.results.first)
        #expect(labelled.unit == Coded(code: "10^9/L", text: "milliards par litre", system: "L"))
    }

    @Test(
        "A unit with its words, or two units, are none",
        arguments: [
            "g/L^gramme par litre^UCUM", "mm^millimètre^L", "110^9/L", "log10^2^L", "m^4", "10^0/L", "10^9.5/L",
        ])
    func noPower(unit: String) throws {
        #expect(!(try #require(Self.hl7(unit: unit))).findings.contains { $0.rule == "power-caret" })
    }

    @Test("In texts and comments of HPRIM a power stays on its line, and other carets part lines")
    func lines() throws {
        for type in ["ST", "TX", "FT"] {
            let outcome = try #require(Self.hprim(type: type, value: "> 10^5 UFC/mL"))
            #expect(Self.text(outcome) == "> 10^5 UFC/mL")
            #expect(outcome.findings.map(\.rule) == ["power-caret"])
        }
        #expect(Self.text(Self.hprim(type: "TX", value: "10^6")) == "10^6")
        #expect(
            Self.text(Self.hprim(type: "TX", value: "Germes^10^5 UFC/mL^10^4/mL")) == "Germes\n10^5 UFC/mL\n10^4/mL")
        #expect(Self.text(Self.hprim(type: "TX", value: "9^10^11^12")) == "9\n10\n11\n12")
        #expect(Self.text(Self.hprim(type: "TX", value: "110^5")) == "110\n5")
        #expect(Self.text(Self.hprim(type: "TX", value: "1/10^1/20^1/40")) == "1/10\n1/20\n1/40")
        #expect(Self.text(Self.hprim(type: "TX", value: "08:10^2 tubes")) == "08:10\n2 tubes")
        #expect(Self.hprim(unit: "U/10^12 hématies")?.report?.results.first?.unit == Coded(code: "U/10^12 hématies"))
        let noted = try #require(Self.hprim(note: "Numération > 10^5 UFC/mL^suite"))
        #expect(noted.report?.results.first?.notes.map(\.text) == ["Numération > 10^5 UFC/mL\nsuite"])
        #expect(noted.findings.map { $0.rule + " @ " + $0.path } == ["power-caret @ C[1]-4"])
    }

    @Test("A power in the place of a number is one text, and not two numbers")
    func number() throws {
        let outcome = try #require(Self.hprim(value: "10^5"))
        #expect(Self.text(outcome) == "10^5")
        #expect(outcome.findings.map(\.rule) == ["obx5-number", "power-caret"])
        #expect(try #require(Self.hprim(value: "1^2")?.report).results.count == 2)
    }
}
