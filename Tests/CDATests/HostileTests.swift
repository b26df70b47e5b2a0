import CDA
import LabReport
import TestSupport
import Testing

@Suite("Hostile documents")
struct HostileTests {
    /// A document in which most of what the reader knows stands.
    static let rich: SyntheticDocument = {
        var document = SyntheticDocument()
        document.relation = "<relatedDocument typeCode=\"RPLC\"/>"
        document.parts = """
            <performer><assignedEntity><representedOrganization><name>L</name></representedOrganization></assignedEntity>\
            </performer><entryRelationship typeCode="COMP"><procedure classCode="PROC" moodCode="EVN"><effectiveTime>\
            <high value="202611200745+0100"/></effectiveTime><participant typeCode="PRD"><participantRole><id root="1.2.9" \
            extension="T"/><playingEntity><code code="NPS" codeSystem="1.2.3.7"/></playingEntity></participantRole>\
            </participant></procedure></entryRelationship>
            """
        for value in [
            "<value xsi:type='PQ' value='1' unit='g'/>", "<value xsi:type='IVL_PQ'><low value='2' unit='mg'/></value>",
            "<value xsi:type='CD'><originalText><reference value='#p1'/></originalText></value>",
            "<value xsi:type='ST'>é&amp;<![CDATA[x]]></value>", "<value xsi:type='TS' value='20261120'/>",
        ] {
            document.parts += SyntheticDocument.observation(
                value: value,
                rest:
                    "<referenceRange><observationRange><value xsi:type='IVL_PQ'><low value='1'/></value></observationRange>"
                    + "</referenceRange>")
        }
        return document
    }()

    @Test("The rich document is read")
    func control() throws {
        #expect(try Reading(HostileTests.rich).report().results.count == 5)
    }

    @Test("A document cut at any byte is held, at that byte")
    func cutEverywhere() {
        let bytes = HostileTests.rich.bytes
        let reader = CDAReportReader()
        for length in 0..<bytes.count {
            let outcome = reader.read(document: Array(bytes.prefix(length)))
            #expect(outcome.isHeld, "cut at \(length)")
            #expect(outcome.findings.allSatisfy { $0.path.hasPrefix("byte ") }, "cut at \(length)")
        }
    }

    @Test("Changed at random, a document is read or held, and what is read can be written")
    func mutated() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let bytes = HostileTests.rich.bytes
        let reader = CDAReportReader()
        let tokens: [[UInt8]] = [
            "<", ">", "&", "\"", "'", "/>", "</", "<!--", "]]>", "\u{0}", "&#x0;", "é", "[", "EVN", "COMP", "1",
        ]
        .map { Array($0.utf8) }
        for round in 0..<4_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<5, using: &random) {
                case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                case 1:
                    changed.removeSubrange(place..<min(place + Int.random(in: 1...40, using: &random), changed.count))
                case 2: changed.insert(contentsOf: tokens.randomElement(using: &random) ?? [], at: place)
                case 3:
                    let end = min(place + Int.random(in: 1...400, using: &random), changed.count)
                    changed.insert(
                        contentsOf: Array(changed[place..<end]), at: Int.random(in: 0...changed.count, using: &random))
                default: changed.swapAt(place, Int.random(in: 0..<changed.count, using: &random))
                }
                if changed.isEmpty { changed = [0x3C] }
            }
            let outcome = reader.read(document: changed)
            #expect(
                outcome.isHeld == outcome.findings.contains { $0.severity == .error }, "seed \(seed), round \(round)")
            guard let report = outcome.report else { continue }
            var line: [UInt8] = []
            FHIRBundleWriter.write(report: report, identifier: "id", source: "urn:pli:a:b:c", number: 1, into: &line)
            #expect(throws: Never.self, "seed \(seed), round \(round)") { try FHIRBundleReader.read(line) }
        }
    }

    @Test("Changed at random, base64 and message are read or held")
    func mutatedMessage() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let bytes = SyntheticMessage(HostileTests.rich).bytes
        let reader = LaboratoryMessageReader()
        for round in 0..<1_500 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                changed[Int.random(in: 0..<changed.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            for outcome in reader.read(SourceMessage(changed), .hl7) {
                #expect(
                    outcome.isHeld == outcome.findings.contains { $0.severity == .error },
                    "seed \(seed), round \(round)")
            }
        }
    }

    @Test("No finding ever holds a value of the document")
    func noValues() {
        var document = HostileTests.rich
        document.birth = "<birthTime value=\"SECRET\"/>"
        document.sex = "<administrativeGenderCode code=\"SECRET\"/>"
        document.parts += SyntheticDocument.observation(value: "<value xsi:type='SECRET'>SECRET</value>")
        document.sections =
            "<component><section ID='SECRET'><title>SECRET</title><text>SECRET</text></section></component>"
        let outcome = Reading(document).outcome
        #expect(outcome.findings.count >= 4)
        for finding in outcome.findings {
            #expect(!"\(finding)".contains("SECRET"))
        }
        let broken = CDAReportReader().read(document: Array("<SECRET a='SECRET'>&SECRET;".utf8))
        #expect(broken.findings.map(\.path) == ["byte 19"])
    }

    @Test("Results at the limit are read, one more holds the document")
    func resultLimit() {
        func document(_ count: Int) -> SyntheticDocument {
            var document = SyntheticDocument()
            document.parts = String(
                repeating: SyntheticDocument.observation(code: "<code code='1'/>", value: ""), count: count)
            return document
        }
        #expect(Reading(document(Limits.results)).outcome.report?.results.count == Limits.results)
        #expect(Reading(document(Limits.results + 1)).errors == ["cda-too-many-results"])
    }

    @Test("One thing has so many identifiers, contacts and values, one more is said and left out")
    func repetitions() throws {
        func document(_ count: Int) -> SyntheticDocument {
            var document = SyntheticDocument.valued(
                String(repeating: "<value xsi:type='INT' value='1'/>", count: count))
            document.patientIDs = (0..<count).map { "<id root='1.2.3' extension='\($0)'/>" }.joined()
            document.telecoms = (0..<count).map { "<telecom value='tel:\($0)'/>" }.joined()
            return document
        }
        for extra in [0, 1] {
            let reading = Reading(document(Limits.repetitions + extra))
            let report = try reading.report()
            #expect(report.patient.localIDs.count == Limits.repetitions)
            #expect(report.patient.phones.count == Limits.repetitions)
            #expect(report.results.count == Limits.repetitions)
            #expect(reading.rules.count { $0 == "cda-part" } == extra * 3)
        }
    }

    @Test("A text of the narrative block may be so long, and all together")
    func narrativeLimits() {
        func document(length: Int, references: Int) -> SyntheticDocument {
            var document = SyntheticDocument()
            document.narrative = "<text><paragraph ID='p1'>\(String(repeating: "n", count: length))</paragraph></text>"
            let value = "<value xsi:type='ST'><reference value='#p1'/></value>"
            document.parts = String(repeating: SyntheticDocument.observation(value: value), count: references)
            return document
        }
        #expect(Reading(document(length: Limits.narrativeBytes, references: 1)).errors == [])
        #expect(Reading(document(length: Limits.narrativeBytes + 1, references: 1)).errors == ["cda-too-many-results"])
        let most = Limits.narrativeTotalBytes / Limits.narrativeBytes
        #expect(Reading(document(length: Limits.narrativeBytes, references: most)).errors == [])
        #expect(
            Reading(document(length: Limits.narrativeBytes, references: most + 1)).errors == ["cda-too-many-results"])
    }

    @Test("Sections, organizers and references nested as deep as XML may be are read without harm")
    func nested() {
        let deep = 50
        var document = SyntheticDocument()
        document.sections =
            String(repeating: "<component><section>", count: deep)
            + String(repeating: "</section></component>", count: deep)
        document.parts =
            String(repeating: "<entryRelationship typeCode='COMP'><organizer moodCode='EVN'>", count: deep)
            + SyntheticDocument.observation()
            + String(repeating: "</organizer></entryRelationship>", count: deep)
        #expect(Reading(document).outcome.report?.results.count == 1)
        document.narrative =
            "<text>" + (0..<60).map { "<content ID='n\($0)'>" }.joined() + String(repeating: "t", count: 60_000)
            + String(repeating: "</content>", count: 60) + "</text>"
        document.parts = (0..<60)
            .map { SyntheticDocument.observation(value: "<value xsi:type='ST'><reference value='#n\($0)'/></value>") }
            .joined()
        #expect(Reading(document).errors == [])
    }

    @Test("A hundred thousand bad elements side by side give a bounded answer")
    func manyFaults() {
        var document = SyntheticDocument()
        document.parts = String(
            repeating: "<entryRelationship typeCode='COMP'><supply/></entryRelationship>", count: 90_000)
        let outcome = Reading(document).outcome
        #expect(outcome.isHeld)
        #expect(outcome.findings.count <= 110)
    }
}
