import HL7
import Testing

@testable import LabReport

/// Control characters and fields in places where no message means them.
@Suite("Characters and fields that nobody means")
struct ControlCharacterTests {
    private static let whole = [
        "MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|UNICODE UTF-8",
        "PID|1||D1^^^LAB^PI||MARTIN^Anne^Anne Marie^^^^L||19411115|F", "ORC|NW|P1|F1|||||||||10003456789^NOM^Jean",
        "OBR|1|P1|F1|95941-1^P^LN", "OBX|1|ST|94500-6^ARN^LN||x||||||F", "NTE|1||mot",
    ]

    private static func read(_ old: String, _ new: String) throws -> ReadOutcome {
        let text = whole.joined(separator: "\r") + "\r"
        try #require(old.isEmpty || text.contains(old))
        return try #require(HL7ReportReader().read(bytes: Array(text.replacing(old, with: new).utf8)).first)
    }

    private static func rules(_ outcome: ReadOutcome) -> [String] {
        outcome.findings.map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
    }

    @Test("The message itself has no findings")
    func clean() throws {
        #expect(try Self.rules(Self.read("", "")) == [])
    }

    @Test(
        "A control character in an identifier or a code holds the message, as it does in its id",
        arguments: ["\\X0D\\", "\\X0D0A\\", "\\.br\\", "\t", "\u{1B}", "\u{9B}", "\u{202E}"],
        [
            ("D1^^^LAB", "D%1^^^LAB", "PID-3"), ("|P1|F1|95941", "|P1|F%1|95941", "OBR[1]-3"),
            ("94500-6^ARN", "94500-6%x^ARN", "OBX[1]-3"), ("10003456789^", "1000345%6789^", "ORC[1]-12"),
        ])
    func identifiers(said: String, place: (old: String, new: String, path: String)) throws {
        let outcome = try Self.read(place.old, place.new.replacing("%", with: said))
        #expect(outcome.isHeld)
        #expect(Self.rules(outcome).contains("!forbidden-control-character @ " + place.path), "\(Self.rules(outcome))")
    }

    @Test("So it does in HPRIM", arguments: [("D1", "P-4"), ("F1", "OBR[1]-4"), ("S1", "OBR[1]-3")])
    func hprim(number: String, path: String) throws {
        let text =
            "H|~^\\&|1||LABO||ORU|||||P|H2.2~C|20261123\rP|1||D1\rOBR|1|S1|F1|94500-6~PCR~LN\r"
            + "OBX|1|ST|94500-6~PCR~LN||x||||||F\rL|1||1\r"
        let changed = text.replacing(number, with: number + "\\X0D\\2")
        let outcome = try #require(HPRIMReportReader().read(bytes: Array(changed.utf8)).first)
        #expect(outcome.isHeld)
        #expect(Self.rules(outcome).contains("!forbidden-control-character @ " + path), "\(Self.rules(outcome))")
    }

    @Test("Around an identifier or a code a tab or a line end is none of it, as a blank")
    func padded() throws {
        let outcome = try Self.read("D1^^^LAB", "D1\t^^^LAB")
        #expect(Self.rules(outcome) == [] && outcome.report?.patient.localIDs.first?.value.text == "D1")
        #expect(try Self.read("94500-6^ARN", "94500-6\\.br\\^ARN").report?.results.first?.code.code == "94500-6")
    }

    @Test(
        "A line end in a name is told, and no part of it",
        arguments: [
            ("MARTIN^", "MAR\\X0D\\TIN^", "PID-5"), ("^Anne^", "^An\\.br\\ne^", "PID-5"),
            ("Anne Marie", "Anne Ma\trie", "PID-5"), ("^NOM^", "^N\\X0D0A\\OM^", "ORC[1]-12"),
        ])
    func names(old: String, new: String, path: String) throws {
        let outcome = try Self.read(old, new)
        #expect(Self.rules(outcome) == ["control-character @ " + path])
        let report = try #require(outcome.report)
        let names = [report.patient.birthName, report.requester?.familyName] + report.patient.givenNames
        #expect(names.allSatisfy { name in !(name?.text ?? "").utf8.contains { $0 < 0x20 } })
        #expect(names.contains { ["MAR TIN", "An ne", "Ma", "N OM"].contains($0?.text) })
    }

    @Test("Texts have line ends, and a word in another direction of writing is told")
    func texts() throws {
        let outcome = try Self.read("||x||", "||x\\.br\\y\\X0D0A\\z||")
        #expect(Self.rules(outcome) == [])
        #expect(outcome.report?.results.first?.value == .text(Personal("x\ny\r\nz")))
        for said in ["a\u{9B}31mb", "a\u{202E}b", "é\u{2066}b", "a\\XC285\\b"] {
            #expect(try Self.rules(Self.read("||x||", "||" + said + "||")) == ["control-character @ OBX[1]-5"])
        }
        #expect(try Self.rules(Self.read("||x||", "||«\u{A0}37,5 °C – µg€ ’\u{200E}»||")) == [])
    }

    @Test(
        "A field that no version of HL7 has is told where it holds something",
        arguments: [
            ("MSH", 28, "MSH-29"), ("PID", 40, "PID-41"), ("ORC", 38, "ORC[1]-39"), ("OBR", 55, "OBR[1]-56"),
            ("OBX", 33, "OBX[1]-34"), ("NTE", 9, "NTE[1]-10"), ("SPM", 35, "SPM[1]-36"), ("PV1", 54, "PV1-55"),
        ])
    func extraFields(name: String, most: Int, path: String) throws {
        func rules(_ last: Int, _ value: String) -> [[String]] {
            var lines = Self.whole
            lines.insert("PV1|1|O", at: 2)
            lines.append("SPM|1|S1||BLD^Sang^HL70487")
            let index = lines.firstIndex { $0.hasPrefix(name) } ?? 0
            let fields = lines[index].split(separator: "|", omittingEmptySubsequences: false).count
            // MSH-1 is the first separator.
            let number = name == "MSH" ? fields : fields - 1
            lines[index] += String(repeating: "|", count: last - number) + value
            let text = lines.joined(separator: "\r") + "\r"
            let memory = ReadingMemory()
            // Surveyed as a whole, and segment by segment.
            return [text, text + "\n", text].map { text in
                let found = HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory)
                return found.flatMap(\.findings).filter { $0.rule == "segment-extra-fields" }.map(\.path)
            }
        }
        #expect(rules(most + 1, "x") == [[path], [path], [path]])
        #expect(rules(most + 1, "||\"\"| ^&|") == [[], [], []])
        #expect(rules(most, "x") == [[], [], []])
        let later = path.replacing(String(most + 1), with: String(most + 3))
        #expect(rules(most + 3, "x" + String(repeating: "|x", count: 100_000)) == [[later], [later], [later]])
    }

    @Test("A message without its time is told")
    func noTime() throws {
        for said in ["", "\"\""] {
            let outcome = try Self.read("20261126103636+0100", said)
            #expect(Self.rules(outcome) == ["msh7-missing @ MSH-7"] && !outcome.isHeld)
        }
    }

    @Test(
        "A time of day that is none is told, and stays a text",
        arguments: [
            ("0930", true), ("09", true), ("093015.25+0100", true), (" 2359 ", true), ("0930~1015", true),
            ("2561", false), ("midi", false), ("09:30", false), ("+0100", false), ("0930~x", false), ("9", false),
        ])
    func clocks(said: String, isTime: Bool) throws {
        let outcome = try Self.read("|ST|94500-6^ARN^LN||x|", "|TM|94500-6^ARN^LN||" + said + "|")
        #expect(Self.rules(outcome) == (isTime ? [] : ["time-form @ OBX[1]-5"]))
        #expect(outcome.report?.results.first?.value == .text(Personal(said.replacing("~", with: "\n"))))
    }

    @Test(
        "A family name said only in its parts is kept; another's is told",
        arguments: [
            ("&de&la Tour", "de la Tour", []), ("&&Tour", "Tour", []), ("Martin&de&Tour", "Martin", []),
            ("&&&von&Berg", nil, ["detail-dropped @ PID-5"]), ("&de", nil, ["detail-dropped @ PID-5"]),
        ] as [(String, String?, [String])])
    func familyNames(said: String, name: String?, rules: [String]) throws {
        let outcome = try Self.read("MARTIN^", said + "^")
        #expect(outcome.report?.patient.birthName?.text == name)
        #expect(Self.rules(outcome) == rules)
    }
}
