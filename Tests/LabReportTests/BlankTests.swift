import HL7
import LabReport
import Testing

/// What stands around a word or between segments and means nothing.
@Suite("HL7 with blanks and local segments")
struct BlankTests {
    private static let plain = """
        MSH|^~\\&|A|LABO^750999906^N|||20261123||ORU^R01^ORU_R01|1|P|2.5.1
        PID|1||123456^^^LABO^PI||TEST^ANNE^^^^^L~USUEL^ANNE^^^^^D||19550801|F
        ORC|NW||F1
        OBR|1||F1|94500-6^PCR^LN|||20261122||||||||Sang&&L
        NTE|1||demande
        OBX|1|CWE|94500-6^PCR^LN^PCR^Covid^L||10828004^Positif^SCT^P^^L||||||F|||20261122
        NTE|1||résultat
        OBX|2|NM|94745-7^Ct^LN||19.6|1^cycles^UCUM|||||F|||20261122
        OBX|3|SN|94745-7^Ct^LN||<^5|1^cycles^UCUM|||||F|||20261122

        """

    private static func read(_ text: String) -> [ReadOutcome] {
        HL7ReportReader().read(bytes: Array(text.replacing("\n", with: "\r").utf8))
    }

    @Test(
        "A blank around a word of a table or a system is none of it",
        arguments: [
            ("^PCR^LN^", "^PCR^LN ^"), ("Covid^L|", "Covid^ L |"), ("Positif^SCT^", "Positif^ SCT^"),
            ("19.6|1^cycles^UCUM|", "19.6|1^cycles^UCUM |"), ("&&L", "&& L "),
            ("|LABO^750999906^N|", "|LABO^750999906^N |"),
            ("|LABO^750999906^N|", "|LABO^ 750999906 ^ N|"), ("|NM|", "|NM |"), ("OBX|2|", "OBX|2 |"),
            ("|19550801|F", "|19550801|F "), ("|<^5|", "|< ^ 5 |"), ("|1|P|", "|1|p|"), ("|CWE|", "| CWE|"),
            ("|P|", "| P |"),
            ("|2.5.1", "|2.5.1 "), ("ORU^R01^", "ORU ^ R01^"), ("^D|", "^ D |"), ("^L~", "^L ~"),
        ])
    func blanks(_ old: String, _ new: String) throws {
        #expect(Self.plain.contains(old))
        let plain = Self.read(Self.plain)
        let found = Self.read(Self.plain.replacing(old, with: new))
        #expect(found.map(\.report) == plain.map(\.report) && found.flatMap(\.findings) == plain.flatMap(\.findings))
        #expect(found.first?.report?.laboratory?.finess == "750999906")
    }

    @Test(
        "The number of a structure in MSH-4 alone is found with blanks around it",
        arguments: [" 750999906", "^750999906 "])
    func structure(_ said: String) {
        let found = Self.read(Self.plain.replacing("|LABO^750999906^N|", with: "|\(said)|"))
        #expect(found.first?.report?.laboratory?.finess == "750999906")
    }

    @Test(
        "A local segment between a segment and its note takes the note from nobody",
        arguments: ["ZXX|1", "ZOR|1|LAB", "ZPA|1"])
    func local(_ segment: String) throws {
        let found = Self.read(Self.plain.replacing("\nNTE", with: "\n\(segment)\nNTE"))
        #expect(found.map(\.report) == Self.read(Self.plain).map(\.report) && found.flatMap(\.findings).isEmpty)
        let report = try #require(found.first?.report)
        #expect(report.orders.first?.notes.count == 1 && report.results.first?.notes.count == 1)
    }

    @Test("A message in a frame that was framed once more is taken, and told; a batch in one is refused")
    func framedTwice() throws {
        let message = Array(Self.plain.replacing("\n", with: "\r").utf8)
        func read(_ bytes: [UInt8]) -> [ReadOutcome] {
            var frames = MLLPFrames()
            var events: [MLLPFrames.Event] = []
            frames.push(MLLPFrames.wrap(MLLPFrames.wrap(bytes))[...], into: &events)
            frames.finish(into: &events)
            guard case .frame(let content) = events.first, events.count == 1 else { return [] }
            return HL7ReportReader().read(frame: content)
        }
        let found = read(message)
        #expect(found.first?.report != nil && found.flatMap(\.findings).map(\.rule) == ["framed-twice"])
        let batch = read(Array("BHS|^~\\&|A|B\r".utf8) + message)
        #expect(batch.flatMap(\.findings).map(\.rule) == ["batch-in-frame"])
    }

    @Test("Blanks within a local number are a part of it, those around it are not")
    func localNumber() throws {
        let found = Self.read(
            Self.plain.replacing("||123456^", with: "|| 24 7 ^^^LABO^PI~255 08 14 168 025 38^^^^NH~123456^"))
        let patient = try #require(found.first?.report?.patient)
        #expect(patient.localIDs.map(\.value.text) == ["24 7", "123456"])
        #expect(patient.nir?.value.text == "255081416802538" && found.flatMap(\.findings).isEmpty)
        let (_, reports) = try IntakeFixture.table(["patient_local_ids": " 24 7 "])
        #expect(reports.first?.patient.localIDs.map(\.value.text) == ["24 7"])
    }

    @Test(
        "Blanks within a structure's or a professional's own number stay, those of a national number written in groups do not",
        arguments: [
            ("24 7", "24 7", nil), ("75 010 012 5", "750100125", "750100125"), ("2A 0000014", "2A0000014", nil),
            ("12 A", "12 A", nil),
        ] as [(String, String, String?)])
    func localNumberOfOthers(_ written: String, _ read: String, _ finess: String?) throws {
        let type = finess == nil ? "XX" : "FINEG"
        let found = Self.read(
            Self.plain.replacing(
                "||||||F|||20261122\n",
                with: "||||||F|||20261122||\(written)^MARTIN|||||||LABO^^^^^REG&9.9.9&ISO^\(type)^^^\(written)\n",
                maxReplacements: 1))
        let result = try #require(found.first?.report?.results.first)
        #expect(result.responsible?.identifiers.map(\.value.text) == [read])
        #expect(result.performer?.finess == finess)
        #expect(finess != nil || result.performer?.identifiers.map(\.value.text) == [read])
    }

    @Test("Corsica in small letters is Corsica, in an INS and in a FINESS")
    func corsica() throws {
        let found = Self.read(
            Self.plain.replacing("||123456^", with: "||186022a21532523^^^X&1.2.250.1.213.1.4.8&ISO^INS~123456^")
                .replacing("||19550801|F\n", with: "||19550801|F" + String(repeating: "|", count: 24) + "VALI\n"))
        #expect(found.first?.report?.patient.ins?.value.text == "186022A21532523")
        #expect(FINESS.bare("2b0000020") == "2B0000020" && FINESS.bare("12b000002") == "12b000002")
    }

    @Test(
        "An INS of which the number stands elsewhere is told",
        arguments: [
            ("^255081416802538^^X&1.2.250.1.213.1.4.8&ISO^INS~", ["ins-oid @ PID-3[1].1"]),
            ("^^^X&1.2.250.1.213.1.4.9&ISO~", ["ins-oid @ PID-3[1].1"]),
            ("^255081416802538^^^INS~", ["ins-oid @ PID-3[1].1"]),
            ("^^^LABO^PI~", []), ("~", []), ("^^^~", []),
        ])
    func numberless(_ repetition: String, _ told: [String]) {
        let found = Self.read(Self.plain.replacing("||123456^", with: "||\(repetition)123456^"))
        #expect(found.flatMap(\.findings).map { $0.rule + " @ " + $0.path } == told)
        #expect(found.first?.report?.patient.localIDs.map(\.value.text) == ["123456"])
    }
}
