import HL7
import Testing

@testable import LabReport

/// A text of which no single set makes all out.
@Suite("Texts in two character sets")
struct MixedCharsetTests {
    private static func bytes(_ text: String, at: [UInt8]) -> [UInt8] {
        text.utf8.flatMap { $0 == UInt8(ascii: "@") ? at : [$0] }
    }

    private static let hprim = """
        H|~^\\&|A1||750999906~LABO||ORU|||||P|H2.2~C|20261126\rP|1||D1||LEFÈVRE~ZOÉ||19411115|F\r
        OBR|1||F1|95941-1~P~LN|||20261126\rOBX|1|TX|94500-6~ARN~LN||caf@||||||F\rL|1||1|5\r
        """

    @Test("An HPRIM line that goes on in the middle of a letter is one text")
    func joined() throws {
        let bytes = Self.bytes(Self.hprim, at: [0xC3, 0x0D, UInt8(ascii: "A"), UInt8(ascii: "|"), 0xA9])
        let outcome = try #require(HPRIMReportReader().read(bytes: bytes).first)
        #expect(outcome.findings.map(\.rule) == [])
        #expect(outcome.report?.patient.birthName?.text == "LEFÈVRE")
        #expect(outcome.report?.results.first?.value == .text(Personal("café")))
    }

    @Test(
        "A stray byte among letters in UTF-8 holds the report, whatever the site's set is",
        arguments: [Charset.utf8, .latin9, .windows1252, .cp850], [[0xE9], [0xC3], [0x82]] as [[UInt8]])
    func stray(site: Charset, byte: [UInt8]) {
        let settings = ReaderSettings(defaultCharset: site)
        let hprim = HPRIMReportReader(settings: settings).read(bytes: Self.bytes(Self.hprim, at: byte))
        #expect(hprim.first?.report == nil)
        #expect(hprim.flatMap(\.findings).contains { $0.rule == "charset-mixed" && $0.path == "H-1" })
        let table = """
            order_filler;result_status;result_code;result_value;patient_birth_name;patient_city
            F1;F;94500-6;5;LEFÈVRE;ORL@
            """
        let csv = CSVReportReader(settings: settings).read(bytes: Self.bytes(table, at: byte))
        #expect(csv.first?.report == nil)
        #expect(csv.flatMap(\.findings).contains { $0.rule == "charset-mixed" && $0.path == "row 2" })
        let message = Self.message(declared: "", "LEFÈVRE^ZOÉ", city: byte)
        let rule = site == .utf8 ? "charset" : "charset-mixed"
        let hl7 = HL7ReportReader(settings: settings).read(bytes: message)
        #expect(hl7.first?.report == nil && hl7.flatMap(\.findings).contains { $0.rule == rule })
    }

    private static func message(declared: String, _ name: String, city: [UInt8]) -> [UInt8] {
        let text = """
            MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|\(declared)\r\
            PID|1||D1^^^LAB&750999906&N^PI||\(name)^^^^^L||19411115|F|||6 rue^^ORL@^^92100^FRA^H\r\
            ORC|NW|P1|F1\rOBR|1|P1|F1|95941-1^P^LN|||20261126082732+0100\r\
            OBX|1|ST|94500-6^ARN^LN||x||||||F\r
            """
        return bytes(text, at: city)
    }

    @Test("A message that declares one set and is in two says where; one that keeps to its set is taken")
    func declared() {
        func findings(_ name: String, _ city: [UInt8]) -> [String] {
            HL7ReportReader().read(bytes: Self.message(declared: "8859/15", name, city: city)).flatMap(\.findings)
                .filter { ["charset-mixed", "charset-utf8", "charset"].contains($0.rule) }
                .map { $0.rule + " @ " + $0.path }
        }
        #expect(findings("ZOÉ^ANNE", [0xC9]) == ["charset-mixed @ PID[1]-5"])
        #expect(findings("ZOE^ANNE", [0xC9]) == [])
        #expect(findings("ZOÉ^ANNE", [0x45]) == ["charset-utf8 @ PID[1]-5"])
    }

    @Test("Accents of DOS under the name of ISO 8859 hold the message, and so does the reverse")
    func misread() {
        func findings(_ declared: String, _ charset: Charset, _ names: String, site: Charset = .utf8) -> [String] {
            let bytes = String(decoding: Self.message(declared: declared, "@", city: []), as: UTF8.self)
            let reader = HL7ReportReader(settings: ReaderSettings(defaultCharset: site))
            return reader.read(bytes: charset.encode(bytes.replacing("||^", with: "||" + names + "^")))
                .flatMap(\.findings).filter { $0.rule.hasPrefix("charset") }.map { $0.rule + " @ " + $0.path }
        }
        for names in ["LEFEVRE^Zoé", "Lefèvre^ANNE", "X^Zoë", "X^François", "X^Loïc", "X^Benoît", "Nîmes^X", "élie^X"] {
            for set in ["8859/1", "8859/15"] {
                #expect(findings(set, .cp850, names) == ["charset-dos @ PID[1]-5"], "\(names)")
            }
            #expect(findings("CP850", .cp850, names) == [], "\(names)")
            #expect(findings("8859/1", .latin1, names) == [], "\(names)")
            #expect(findings("", .cp850, names, site: .latin9) == ["charset-dos @ PID[1]-5"], "\(names)")
        }
        for names in ["LEFÉVRE^X", "Lefèvre^X", "X^Gérard", "X^Zoë"] {
            #expect(findings("CP850", .latin1, names) == ["charset-dos @ PID[1]-5"], "\(names)")
            #expect(findings("CP850", .cp850, names) == [], "\(names)")
        }
        // What is read as Windows-1252 is told as that, where that set has it; who says that set is believed.
        for names in ["L’œuf… – “x” ‘y’^X", "MAŠEK^Žižka", "X^prix € – M™", "Ÿ^X‡"] {
            #expect(findings("8859/15", .windows1252, names) == ["charset-windows @ PID[1]-5"], "\(names)")
        }
        #expect(findings("WINDOWS-1252", .windows1252, "Zo‚^X") == [])
    }

    @Test("A letter of which only the first byte is there holds the report, though nothing else is UTF-8")
    func cut() {
        let plain = Self.hprim.replacing("È", with: "E").replacing("É", with: "E")
        let found = HPRIMReportReader().read(bytes: Self.bytes(plain, at: [0xC3])).flatMap(\.findings)
        #expect(found.map(\.rule) == ["charset-mixed"])
        let whole = HPRIMReportReader().read(bytes: Self.bytes(plain, at: [0xC3, 0x4F])).flatMap(\.findings)
        #expect(whole.map(\.rule) == [])
    }

    @Test("What French text in one set holds is never taken for two", arguments: [Charset.latin9, .windows1252])
    func french(charset: Charset) {
        let texts = [
            "VÉRIFIÉ\u{A0}: NÉGATIF", "« désiré\u{A0}»", "DÉJÀ\u{A0}»", "À°", "É»", "25 °C ±2 µg/L", "HAÏ\u{A0}»",
            "ÊTRE ÎLE ÂGE ÇA", "MÄRZ Å Ã JOÃO ÅSA ÂGÉ ÃO",
        ]
        for text in texts {
            #expect(charset.firstMixedSequence(in: charset.encode(text)[...]) == nil, "\(text)")
        }
    }

    @Test("The names of a table may be in another set than its rows")
    func names() throws {
        let names = "numero_dossier;statut;analyse_code;resultat;nom_naissance;pr@nom\n"
        let bytes = Self.bytes(names, at: [0xE9]) + Array("F1;F;94500-6;5;LEFÈVRE;x\n".utf8)
        let report = try #require(CSVReportReader().read(bytes: bytes).first?.report)
        #expect(report.patient.birthName?.text == "LEFÈVRE")
    }

    @Test("A count of segments that is not what was read is told; lines that go on count or not")
    func counts() {
        func rules(_ end: String, more: String = "") -> [String] {
            let text = Self.hprim.replacing("@", with: "é").replacing("\rL|1||1|5", with: more + "\rL|1||1|" + end)
            let findings = HPRIMReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings)
            return findings.map { $0.rule + " @ " + $0.path }
        }
        #expect(rules("5") == [] && rules("") == [] && rules("x") == [])
        #expect(rules("6") == ["hprim-count @ L-5"])
        #expect(rules("5", more: "\rA|||20261126") == [] && rules("6", more: "\rA|||20261126") == [])
    }

    @Test("More lines than a message may have are not looked at")
    func lines() {
        let lines = String(repeating: "A|\r", count: Limits.hprimLines)
        let text = Self.hprim.replacing("OBR|", with: lines + "OBR|")
        #expect(
            HPRIMReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map { $0.rule + " @ " + $0.path } == [
                "hprim-lines @ line 100000"
            ])
        let patients = String(repeating: "P|1||D1\r", count: Limits.hprimPatients) + "OBR|"
        let crowd = Self.hprim.replacing("OBR|", with: patients)
        let found = HPRIMReportReader().read(bytes: Array(crowd.utf8)).flatMap(\.findings)
        #expect(found.map { $0.rule + " @ " + $0.path } == ["hprim-lines @ P-2"])
    }
}
