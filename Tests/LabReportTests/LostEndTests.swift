import HL7
import Testing

@testable import LabReport

/// Segments and messages whose ends were lost, words that look like names of segments, and codes with blanks around them.
@Suite("HL7 with lost ends and odd codes")
struct LostEndTests {
    private static let msh =
        "MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1|||||FRA|UNICODE UTF-8"
    private static let pid = "PID|1||D1^^^LAB&750999906&N^PI||MARTIN^Anne^^^^^L||19411115|F"
    private static let visit = "PV1|1|O"
    private static let orc = "ORC|NW|P1|F1"
    private static let obr = "OBR|1|P1|F1|95941-1^P^LN"
    private static let obx = "OBX|1|ST|94500-6^ARN^LN||x||||||F"
    private static let second = "OBX|2|ST|94558-4^Ag^LN||y||||||F"
    private static let nte = "NTE|1||sans particularité"
    private static var whole: [String] { [msh, pid, visit, orc, obr, obx, second, nte] }

    private static func outcomes(_ text: String) -> [ReadOutcome] {
        var whole: [ReadOutcome] = []
        var stream = ReportStream(.hl7)
        stream.push(Array(text.utf8)[...]) { whole += $0.outcomes }
        stream.finish { whole += $0.outcomes }
        // Byte by byte, too: the same.
        var pieces: [ReadOutcome] = []
        stream = ReportStream(.hl7)
        for byte in text.utf8 { stream.push([byte][...]) { pieces += $0.outcomes } }
        stream.finish { pieces += $0.outcomes }
        let areSame = pieces.map(\.report) == whole.map(\.report)
        #expect(areSame)
        return whole
    }

    private static func rules(_ outcomes: [ReadOutcome]) -> Set<String> {
        Set(outcomes.flatMap(\.findings).map(\.rule))
    }

    @Test("A segment that lost its end holds the message, whichever segment it is", arguments: 2..<7)
    func segmentEnds(_ index: Int) throws {
        let reader = HL7ReportReader()
        #expect(reader.read(bytes: Array((Self.whole.joined(separator: "\r") + "\r").utf8)).allSatisfy { !$0.isHeld })
        for blank in ["", " ", "|"] {
            // Behind OBR and ORC, trailing fields that are empty do not hide it.
            var text = ""
            for (place, segment) in Self.whole.enumerated() { text += segment + (place == index ? blank : "\r") }
            let found = reader.read(bytes: Array(text.utf8))
            #expect(found.allSatisfy { $0.isHeld }, "\(index) \(blank.debugDescription) \(Self.rules(found))")
        }
    }

    @Test(
        "What the patient said and who took part hold the message where their segments lost their beginnings, and other segments, too",
        arguments: [
            "CON|1|003||||||||20261101|R", "CON|2||||||||||REFUS", "PRT||UC||OP^Ordering Provider|^TESTELLI",
            "PRT|7|AD||SB",
        ], ["F", "F|", "F|||20261123 "])
    func saidInside(_ segment: String, _ before: String) {
        let text = (Self.whole.joined(separator: "\r") + "\r").replacing(
            "||F\rNTE", with: "||" + before + segment + "\rNTE")
        let found = HL7ReportReader().read(bytes: Array(text.utf8))
        #expect(Self.rules(found).contains("segment-inside"), "\(Self.rules(found))")
        let unread = (Self.whole + ["FT1|1|x " + Self.second]).joined(separator: "\r") + "\r"
        #expect(Self.rules(HL7ReportReader().read(bytes: Array(unread.utf8))).contains("segment-inside"))
        let local = unread.replacing("FT1|", with: "ZFT|")
        #expect(!Self.rules(HL7ReportReader().read(bytes: Array(local.utf8))).contains("segment-inside"))
    }

    @Test(
        "Words that end as names of segments do are words, and what stands behind a status is a segment",
        arguments: [
            ("||F|", "||FNTE|1||suite", true), ("MARTIN^Anne", "RAPID|1|x^Anne", false),
            ("19411115|F", "19411115|F|||1 RUE DE LA CHARENTE^^RUFFEC^^16700|16|", false),
            ("|ST|94500-6^ARN^LN||x|", "|ST|94500-6^ARN^LN||RECHERCHE ABSENTE|12|", false),
            ("|ST|94500-6^ARN^LN||x|", "|ST|94500-6^ARN^LN|FLACON|12|", false),
            ("|ST|94500-6^ARN^LN||x||||||F|", "|ST|94500-6^ARN^LN|CON|12|mg|||||F|||20261123||LABO^Labo", false),
            ("|ST|94500-6^ARN^LN||x|", "|ST|94500-6^ARN^LN|PRT|12|UI|", false),
        ])
    func wordsInFields(_ old: String, _ new: String, _ isGlued: Bool) {
        let text = (Self.whole.joined(separator: "\r") + "\r").replacing("||F\r", with: "||F|\r")
        let found = HL7ReportReader().read(bytes: Array(text.replacing(old, with: new).utf8))
        #expect(text.contains(old))
        #expect(Self.rules(found).contains("segment-inside") == isGlued, "\(Self.rules(found))")
    }

    private static let other = "||D2^^^LAB&750999906&N^PI||AUTRE^Jeanne^^^^^L||19800315|F"

    @Test(
        "A segment whose name stands behind capitals, or that has no number, is known by what it holds",
        arguments: [
            "NTE|1||PRELEVEMENT HEMOLYSEPID|2" + other, "NTE|1||LABO NORDPID|" + other, "PV1|1|OPID|" + other,
            "SPM|1|^S1||258500001^Swab^SCTPID|" + other, "NTE|1||PRELEVEMENT HEMOLYSEPID|2||D2||AUTRE||19800315|F",
            "NTE|1||ADRESSE INCONNUENTE|2||PATIENT OPPOSE", "PV1|1|ONTE|1||PATIENT OPPOSE",
            "OBX|9|ST|1^c^L||x||||||F|||||||||LABO NORDNTE|1|L|suite", "NTE|1||ADRESSE INCONNUECON|1||||||||||R",
            "PV1|1|OCON|||||||||||R", "NTE|1||noteCON|||||||||||R", "NTE|1||noteORC||X1|X2", "PV1|1|OORC||X1|X2",
            "SPM|1|^S1||258500001^Swab^SCTOBR||X1|X2|600-7^B^LN", "NTE|1||noteOBR||X1||600-7^B^LN",
            "NTE|1||noteOBX||NM|718-7^Hb^LN||12", "OBX|9|ST|1^c^L||x||||||FOBX||ST|600-7^B^LN||y",
            "NTE|1||noteSPM|||X1|258500001^Swab^SCT", "ZBX|1|textePID|2" + other, "ZBX|1|texteOBX|3|NM|718-7^Hb^LN||12",
            "ZBX|1|texteNTE|1||PATIENT OPPOSE", "ZBX|1|x)CON|1||||||||||R",
        ])
    func shapes(_ glued: String) {
        let text = (Self.whole + [glued]).joined(separator: "\r") + "\r"
        let found = HL7ReportReader().read(bytes: Array(text.utf8))
        #expect(Self.rules(found).contains("segment-inside"), "\(Self.rules(found))")
        #expect(found.allSatisfy { $0.isHeld })
    }

    @Test(
        "Words behind which numbers and names stand are no segments",
        arguments: [
            "OBX|9|ST|600-7^TEST RAPID|1|POS|mg^mg^UCUM|0-1|N^Normal^HL70078|||F|||20261123||LABO^Labo",
            "OBX|9|ST|600-7^TEST RAPID||POS|mg^mg^UCUM|0-1|HH^Haut^HL70078|||F", "NTE|1|L|TEST RAPID|1",
            "OBX|9|NM|600-7^DELAI D'ATTENTE|1|5|min|0-9|N|||F", "OBX|9|ST|600-7^x^LN||RECHERCHE ABSENTE|||A|||F",
            "OBX|9|ST|600-7^x^LN||RECHERCHE ABSENTE|12||POS|||F", "PV1|1|O|SALLE D'ATTENTE|1||^ANCIENNE SALLE",
            "OBX|9|NM|600-7^x^LN|FLACON|12|mg|||||F|||20261123||LABO", "SPM|1|||FLACON|||||||||||AMB",
            "OBX|9|ST|600-7^x^LN||PORC||0-1||||F", "OBX|9|ST|600-7^IgE PORC||0.1|kU/L|0-1|N|||F",
            "OBX|9|ST|600-7^x^LN||VIANDE DE PORC||0-1||||F",
            "ZBX|1|PID|2" + other, "ZBX|1|ERR^OBX|3|NM|718-7^Hb^LN||12", "ZBX|1|x NTE|1||suite",
            "SPM|1|||FLACON|1||||||||||AMB",
        ])
    func wordsBeforeNumbers(_ segment: String) {
        let text = (Self.whole + [segment]).joined(separator: "\r") + "\r"
        let found = HL7ReportReader().read(bytes: Array(text.utf8))
        #expect(!Self.rules(found).contains("segment-inside"), "\(Self.rules(found))")
    }

    @Test(
        "A message cut within its header does not lend it to the next one, however that is glued to it",
        arguments: ["", " ", "\u{0B}", "\\r"])
    func glued(_ between: String) throws {
        let other = Self.msh.replacing("750999906", with: "130999998").replacing("M1", with: "M2")
        for separators in ["|^~\\&", "#*+!$"] {
            let next = zip("|^~\\&", separators).reduce([other] + Self.whole.dropFirst()) { segments, pair in
                segments.map { $0.replacing(String(pair.0), with: String(pair.1)) }
            }
            let rest = between + next.joined(separator: "\r") + "\r"
            #expect(HL7ReportReader().read(bytes: Array((Self.msh + rest).utf8)).allSatisfy { $0.isHeld })
            let cut = Self.msh.replacing("|||||FRA|UNICODE UTF-8", with: "|")
            #expect(HL7ReportReader().read(bytes: Array((cut + rest).utf8)).allSatisfy { $0.isHeld })
        }
    }

    @Test("A software segment behind a patient is another message's, which lost its header")
    func software() {
        let text = (Self.whole + ["SFT|EDITEUR|1|SIL"] + Self.whole.dropFirst()).joined(separator: "\r") + "\r"
        #expect(Self.rules(HL7ReportReader().read(bytes: Array(text.utf8))).contains("second-header"))
    }

    @Test(
        "A line of a comment that begins with a word that is also a segment's name cuts no message in two",
        arguments: ["MSH : 25 pg/mL", "MSH = 25", "BTS: sans objet", "FTS (voir note)", "BHS, FHS"])
    func words(_ line: String) throws {
        let lines = [Self.msh, Self.pid, Self.orc, Self.obr, Self.obx, "NTE|1||dosages", line, Self.second]
        let good = Self.whole.joined(separator: "\r") + "\r"
        let found = Self.outcomes(good + lines.joined(separator: "\r") + "\r" + good.replacing("M1", with: "M3"))
        #expect(found.map(\.isHeld) == [false, true, false])
        #expect(Self.rules(found) == ["segment-name"])
    }

    @Test(
        "A message whose header is spoilt is held alone",
        arguments: [
            "msh|", "Msh|", "MSHX|", "M SH|", "MS H |", "\"MSH|", "\u{0C}MSH|", "\u{A0}MSH|", "\u{200B}MSH|", "# MSH|",
            "\u{FF2D}\u{FF33}\u{FF28}|",
        ])
    func spoiltHeader(_ begins: String) throws {
        let good = Self.whole.joined(separator: "\r") + "\r"
        let found = Self.outcomes(good + good.replacing("MSH|", with: begins) + good.replacing("M1", with: "M3"))
        #expect(found.map(\.isHeld) == [false, true, false])
    }

    @Test("A message in UTF-16 between others is held alone", arguments: [true, false], [true, false])
    func wideHeader(_ isMarked: Bool, _ isBig: Bool) {
        let good = Self.whole.joined(separator: "\r") + "\r"
        let text = (isMarked ? "\u{FEFF}" : "") + good
        let units = text.utf16.flatMap {
            isBig ? [UInt8($0 >> 8), UInt8($0 & 0xFF)] : [UInt8($0 & 0xFF), UInt8($0 >> 8)]
        }
        var found: [ReadOutcome] = []
        var stream = ReportStream(.hl7)
        stream.push((Array(good.utf8) + units + Array("\r".utf8) + Array(good.replacing("M1", with: "M3").utf8))[...]) {
            found += $0.outcomes
        }
        stream.finish { found += $0.outcomes }
        // Held pieces have no outcome of their own here but a finding.
        #expect(found.count { !$0.isHeld } == 2)
    }

    @Test(
        "A line that may be the end of what was cut, or of a text, cuts no message in two",
        arguments: ["SPM|1", "OB", "suite du te", "INFO 1 ", "---\rOB", "x: "])
    func cutBeforeHeader(_ end: String) {
        let good = Self.whole.joined(separator: "\r") + "\r"
        let found = Self.outcomes(good + end + good.replacing("M1", with: "M3"))
        #expect(found.allSatisfy { $0.isHeld })
    }

    @Test(
        "Whatever objects is an objection, and what is no word of the standard holds the message",
        arguments: [
            ("R", Report.Consent.objected), ("R ", .objected), (" r", .objected), ("R~A", .objected),
            ("A~R", .objected),
            ("X", .objected), ("A", .given), ("P", nil), ("REFUS", nil), ("N", nil),
        ])
    func consent(_ said: String, _ meaning: Report.Consent?) throws {
        let segments = [Self.msh, Self.pid, "CON|1||||||||||" + said, Self.orc, Self.obr, Self.obx]
        let outcome = try #require(
            HL7ReportReader().read(bytes: Array((segments.joined(separator: "\r") + "\r").utf8)).first)
        guard said != "REFUS", said != "N" else {
            #expect(outcome.isHeld && Self.rules([outcome]) == ["consent-code"])
            return
        }
        #expect(outcome.report?.consent == meaning)
        #expect(Self.rules([outcome]) == (said == "P" ? ["detail-dropped"] : []))
    }

    @Test(
        "A consent whose word stands elsewhere, or nowhere, holds the message; one with a number alone says nothing",
        arguments: [
            ("|||||||||R", true), ("|||||||||A", true), ("||||||||||^R", true), ("|||||||||||R", true),
            ("||||||||||\"\"", true), ("||||||||||A~^R", true), ("|001|100-2", true), ("||||||||||A~", false),
            ("", false), ("||||||||||", false), ("|| ||", false),
        ])
    func shiftedConsent(_ rest: String, _ isHeld: Bool) {
        let segments = [Self.msh, Self.pid, "CON|1" + rest, Self.orc, Self.obr, Self.obx]
        let found = HL7ReportReader().read(bytes: Array((segments.joined(separator: "\r") + "\r").utf8))
        #expect(found.allSatisfy { $0.isHeld == isHeld })
        #expect(Self.rules(found) == (isHeld ? ["consent-code"] : []))
    }

    @Test(
        "A message in one line says that its segments have no ends, and not that the patient is missing",
        arguments: ["\u{85}", "\u{2028}", "\u{0C}", "\\r", " ", ""])
    func oneLine(end: String) {
        let found = HL7ReportReader().read(
            bytes: Array(([Self.msh] + Self.whole.dropFirst()).joined(separator: end).utf8))
        #expect(found.count == 1 && found.allSatisfy(\.isHeld))
        #expect(Self.rules(found) == ["segment-ends"])
        #expect(Self.rules(HL7ReportReader().read(bytes: Array(Self.msh.utf8))).contains("patient-missing"))
    }

    @Test("What stands before the patient is told, and what the patient said there holds the message")
    func beforePatient() {
        func read(_ segment: String) -> [ReadOutcome] {
            let segments = [Self.msh, segment] + Self.whole.dropFirst()
            return HL7ReportReader().read(bytes: Array((segments.joined(separator: "\r") + "\r").utf8))
        }
        #expect(Self.rules(read("CON|1||||||||||R")).contains("patient-missing"))
        #expect(Self.rules(read(Self.nte)) == ["note-dropped"])
        for segment in ["PV1|1|O||||||1^MARTIN", "PRT||UC||OP|^MARTIN"] {
            let outcomes = read(segment)
            #expect(Self.rules(outcomes) == ["detail-dropped"] && outcomes.allSatisfy { !$0.isHeld })
        }
    }

    @Test("A birthplace stays one with blanks or in small letters", arguments: ["BDL", "BDL ", "bdl", " Bdl"])
    func birthplace(_ type: String) throws {
        let pid = Self.pid + "|||^^^^^^\(type)^^99109~2 rue du Test^^PARIS^^75011^FRA^H"
        let text = [Self.msh, pid, Self.orc, Self.obr, Self.obx].joined(separator: "\r") + "\r"
        let report = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first?.report)
        #expect(report.patient.address?.city?.text == "PARIS" && report.patient.birthPlaceCode?.text == "99109")
        let alone = [Self.msh, Self.pid + "|||^^FORT-DE-FRANCE^^97200^^\(type)", Self.orc, Self.obr, Self.obx]
        let born = HL7ReportReader().read(bytes: Array((alone.joined(separator: "\r") + "\r").utf8)).first?.report
        #expect(born != nil && born?.patient.address == nil)
    }

    @Test("Only a time of death says that somebody died", arguments: ["00000000", "0", "N", "UNK", "-"])
    func death(_ written: String) throws {
        func read(_ value: String) -> ReadOutcome? {
            let pid = Self.pid + String(repeating: "|", count: 21) + value
            let text = [Self.msh, pid, Self.orc, Self.obr, Self.obx].joined(separator: "\r") + "\r"
            return HL7ReportReader().read(bytes: Array(text.utf8)).first
        }
        let outcome = try #require(read(written))
        #expect(outcome.report?.patient.deceased == nil && Self.rules([outcome]) == ["time-form"])
        let dead = try #require(read("20261101"))
        #expect(dead.report?.patient.deceased == true && dead.findings.isEmpty)
        // The message is of 26 November: a clock may be wrong by a day.
        let same = try #require(read("20261127"))
        #expect(same.report?.patient.deceased == true && same.findings.isEmpty)
        let later = try #require(read("20261128"))
        #expect(later.report?.patient.deceased == nil && Self.rules([later]) == ["time-in-future"])
        let said = try #require(read("20271128|Y"))
        #expect(said.report?.patient.deceased == true && Self.rules([said]) == ["time-in-future"])
    }

    @Test(
        "A place of a type that the standard does not have is no residence, and told",
        arguments: ["XX", "BDL1", "né", "0"])
    func placeOfNoType(_ type: String) throws {
        func read(_ addresses: String, taken: Bool = false) throws -> ReadOutcome {
            let text =
                [Self.msh, Self.pid + "|||" + addresses, Self.orc, Self.obr, Self.obx].joined(separator: "\r") + "\r"
            var settings = ReaderSettings()
            settings.readsTaken = taken
            return try #require(HL7ReportReader(settings: settings).read(bytes: Array(text.utf8)).first)
        }
        let place = "^^FORT-DE-FRANCE^^97200^^"
        let outcome = try read("^^^^^^~" + place + type)
        #expect(outcome.report != nil && outcome.report?.patient.address == nil)
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path } == ["detail-dropped @ PID-11[2].7"])
        #expect(try read(place + type, taken: true).report?.patient.address?.city?.text == "FORT-DE-FRANCE")
        for known in ["", "H", "L", "p", "Home", " DOM"] {
            let home = try read(place + known)
            #expect(home.report?.patient.address?.city?.text == "FORT-DE-FRANCE" && home.findings.isEmpty)
        }
    }

    @Test(
        "A specimen that the message was cut in has no type, which would be another one's", arguments: ["4405", "^Sé"])
    func cutSpecimen(_ type: String) throws {
        func read(_ end: String, taken: Bool = false) throws -> ReadOutcome {
            var settings = ReaderSettings()
            settings.readsTaken = taken
            let text = (Self.whole + ["SPM|1|S1||"]).joined(separator: "\r") + end
            return try #require(HL7ReportReader(settings: settings).read(bytes: Array(text.utf8)).first)
        }
        let cut = try read(type)
        #expect(cut.report?.specimens.map { $0.type == nil } == [true])
        #expect(Self.rules([cut]) == ["unterminated", "cut-short"])
        #expect(try read(type, taken: true).report?.specimens.first?.type != nil)
        for whole in ["\r", type == "4405" ? "^^SCT" : "^SCT", "|||"] {
            let outcome = try read(type + whole)
            #expect(outcome.report?.specimens.first?.type != nil && !Self.rules([outcome]).contains("cut-short"))
        }
    }

    @Test(
        "What has no place in a value is told, and so is what a time leaves open",
        arguments: [
            ("SN", ">^1^:^2", []), ("SN", ">^1^:^2^3", ["detail-dropped"]), ("TS", "20261123101500", []),
            ("TS", "20261123101500.25", ["detail-dropped"]), ("TS", "2026112310", ["time-unsure"]),
            ("TS", "2026112310+0100", ["time-unsure"]), ("TS", "20261025023000", ["time-unsure"]),
            ("TS", "20261025023000+0100", []), ("TS", "20261025013000", []),
        ] as [(String, String, Set<String>)])
    func values(_ type: String, _ value: String, _ rules: Set<String>) throws {
        let settings = ReaderSettings(zone: .paris)
        let text = (Self.whole.joined(separator: "\r") + "\r").replacing(
            "ST|94500-6^ARN^LN||x", with: type + "|94500-6^ARN^LN||" + value)
        let outcome = try #require(HL7ReportReader(settings: settings).read(bytes: Array(text.utf8)).first)
        #expect(!outcome.isHeld && Self.rules([outcome]) == rules, "\(Self.rules([outcome]))")
        // In a time of the order, too.
        guard type == "TS", !value.contains(".") else { return }
        let ordered = (Self.whole.joined(separator: "\r") + "\r").replacing("P^LN\r", with: "P^LN|||" + value + "\r")
        #expect(Self.rules(HL7ReportReader(settings: settings).read(bytes: Array(ordered.utf8))) == rules)
    }

    @Test(
        "Control characters in what names the sender and the message hold it",
        arguments: ["\\X00\\", "\u{1B}", "\\X0D\\"])
    func control(_ said: String) throws {
        let text = (Self.whole.joined(separator: "\r") + "\r").replacing("|M1|", with: "|M\(said)1|")
        let found = HL7ReportReader().read(bytes: Array(text.utf8))
        #expect(found.allSatisfy { $0.isHeld } && Self.rules(found).contains("forbidden-control-character"))
    }

    @Test("A result of which only the system of its code is named is held")
    func unnamedTest() {
        let text = (Self.whole.joined(separator: "\r") + "\r").replacing("94500-6^ARN^LN", with: "^^LN")
        #expect(Self.rules(HL7ReportReader().read(bytes: Array(text.utf8))).contains("obx3-missing"))
    }
}
