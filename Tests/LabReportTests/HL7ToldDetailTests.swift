import HL7
import Testing

@testable import LabReport

/// What an HL7 message says of orders, specimens and results and a report has no place for.
@Suite("Details of HL7 that are told")
struct HL7ToldDetailTests {
    private static let head = """
        MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1
        PID|1||D1^^^LAB&750999906&N^PI||MARTIN^Anne^^^^^L||19411115|F

        """
    private static let orc = "ORC|NW|P1|F1"
    private static let obr = "OBR|1|P1|F1|95941-1^P^LN|||"
    private static let obx = "OBX|1|ST|94500-6^ARN^LN||x||||||F"
    private static let spm = "SPM|1|^S1||258500001^E^SCT"

    private static func read(_ segments: String...) -> (report: Report?, findings: [String]) {
        let text = (head + segments.joined(separator: "\n") + "\n").replacing("\n", with: "\r")
        let memory = ReadingMemory()
        // The second time what was remembered of the first one must not hide anything.
        let outcomes = (1...2).map { _ in
            HL7ReportReader().read(SourceMessage(Array(text.utf8)), memory: memory).first
        }
        let findings = outcomes.map { ($0?.findings ?? []).map { $0.rule + " @ " + $0.path } }
        #expect(findings[0] == findings[1])
        return (outcomes[0]?.report, findings[0])
    }

    @Test(
        "A body site, a description, clinical information and a confidentiality are told, each at its place",
        arguments: [
            ("|||||||||||||||||||||||||R^Restricted", "", "", "", "ORC[1]-28"),
            ("|||||||||||||||||||||||||U", "", "", "", ""), ("|||||||||||||||||||||||||N^normal^L", "", "", "", ""),
            ("", "||||||Fièvre", "", "", "OBR[1]-13"), ("", "||||||\"\"", "", "", ""),
            ("", "||||||||^^^NASO", "", "", "OBR[1]-15"),
            ("", "", "||CONF", "", "OBX[1]-13"), ("", "", "|||||||||BRAS^Bras^L", "", "OBX[1]-20"),
            ("", "", "", "||||BRAS", "SPM[1]-8"), ("", "", "", "||||||||||Écouvillon sec", "SPM[1]-14"),
        ])
    func details(orc: String, obr: String, obx: String, spm: String, place: String) {
        let (report, findings) = Self.read(Self.orc + orc, Self.obr + obr, Self.obx + obx, Self.spm + spm)
        #expect(findings == (place.isEmpty ? [] : ["detail-dropped @ " + place]))
        #expect(report?.results.count == 1)
    }

    @Test(
        "That nothing of a patient or a stay is to be told (PD1-12, PV2-22), and a restriction of access, are told",
        arguments: [
            ("PD1||||||||||||Y", "PD1[1]-12"), ("PD1||||||||||||O", "PD1[1]-12"), ("PD1||||||||||||N", ""),
            ("PD1|||||||||||Y", ""), ("PD1||||||||||||\"\"", ""), ("PV2||||||||||||||||||||||Y", "PV2[1]-22"),
            ("PV2||||||||||||||||||||||N", ""), ("ARV|1|A|VIP", "ARV[1]"), ("ARV|1", "ARV[1]"),
        ])
    func protection(segment: String, place: String) {
        let (report, findings) = Self.read(segment, Self.orc, Self.obr, Self.obx)
        #expect(findings == (place.isEmpty ? [] : ["detail-dropped @ " + place]))
        #expect(report?.results.count == 1)
    }

    @Test(
        "The end of a collection is told behind its beginning, and is the moment where it stands alone",
        arguments: [
            ("20261122080000+0100|20261122083000+0100", "2026-11-22T08:00:00+01:00", true),
            ("20261122080000+0100|20261122080000+0100", "2026-11-22T08:00:00+01:00", false),
            ("20261122080000+0100", "2026-11-22T08:00:00+01:00", false),
            ("|20261122083000+0100", "2026-11-22T08:30:00+01:00", false),
        ])
    func end(times: String, moment: String, isTold: Bool) {
        let order = Self.read(Self.orc, Self.obr + times, Self.obx)
        #expect(order.report?.orders.first?.collectedAt?.iso == moment)
        #expect(order.findings == (isTold ? ["detail-dropped @ OBR[1]-8"] : []))
        let range = times.replacing("|", with: "^")
        let specimen = Self.read(Self.orc, Self.obr, Self.obx, Self.spm + "|||||||||||||" + range)
        #expect(specimen.report?.specimens.first?.collectedAt?.iso == moment)
        #expect(specimen.findings == (isTold ? ["detail-dropped @ SPM[1]-17"] : []))
    }

    @Test("An end that is no time is told as one")
    func badEnd() {
        #expect(Self.read(Self.orc, Self.obr + "|2026112299", Self.obx).findings == ["time-form @ OBR[1]-8"])
        let specimen = Self.read(Self.orc, Self.obr, Self.obx, Self.spm + "|||||||||||||^2026112299")
        #expect(specimen.findings == ["time-form @ SPM[1]-17"])
    }

    @Test(
        "What the sender calls a specimen itself is carried of OBR-15 as of SPM-4, the standard's code first",
        arguments: [
            "ORH&Other&HL70070&NP&Nasopharyngeal swab&L", "NP&Nasopharyngeal swab&L&258500001&Écouvillon&SCT",
            "&&&NP&Nasopharyngeal swab&L",
        ])
    func ownKind(source: String) throws {
        let obr = Self.obr + "||||||||" + source
        let ofOrder = Self.read(Self.orc, obr, Self.obx)
        let spm = "SPM|1|||" + source.replacing("&", with: "^")
        let ofSpecimen = Self.read(Self.orc, Self.obr, Self.obx, spm)
        let type = try #require(ofOrder.report?.specimens.first?.type)
        #expect(type == ofSpecimen.report?.specimens.first?.type)
        #expect(ofOrder.findings.isEmpty && [type.text, type.localText].contains("Nasopharyngeal swab"))
    }

    @Test("A system alone is no kind of specimen, and hides none", arguments: ["^^SCT", "^^SCT^^^L", ""])
    func systemAlone(type: String) {
        let obr = Self.obr + "||||||||SER&Serum&HL70070"
        let spm = "SPM|1|^S1||" + type
        for segments in [[Self.orc, obr, Self.obx, spm], [Self.orc, spm, obr, Self.obx]] {
            let (report, findings) = Self.read(segments.joined(separator: "\n"))
            #expect(report?.specimens.map { $0.type?.code } == ["SER"] && findings.isEmpty, "\(findings)")
        }
        let none = Self.read(Self.orc, Self.obr + "||||||||" + type.replacing("^", with: "&"), Self.obx)
        #expect(none.report?.specimens.first?.type == nil)
    }

    @Test(
        "A specimen in OBR-15 of another kind than the SPM-4 beside it is told, before and behind the order",
        arguments: [
            ("SER^Serum", "BLD^Whole blood^HL70487", true), ("SER", "SER^Serum^HL70487", false),
            ("ser&Serum&HL70070", "SER^Serum", false), ("SER^Serum", "119297000^Blood^SCT", false),
            ("119297000&Sang&SCT", "122555007^Veineux^SCT", true), ("&Sang", "^SANG", false), ("&Sang", "^Urine", true),
            ("&Sang", "119297000^Blood^SCT", false), ("SER^Serum", "119297000^Blood^SCT^SER^Serum^HL70070", false),
        ])
    func otherKind(source: String, type: String, isTold: Bool) {
        let obr = Self.obr + "||||||||" + source
        let spm = "SPM|1|^S1||" + type
        for segments in [[Self.orc, obr, Self.obx, spm], [Self.orc, spm, obr, Self.obx]] {
            let (report, findings) = Self.read(segments.joined(separator: "\n"))
            #expect(findings.contains("repetition-dropped @ OBR[1]-15") == isTold, "\(findings)")
            let code = type.split(separator: "^", omittingEmptySubsequences: false)[0]
            #expect((report?.specimens.first?.type?.code ?? "") == code && report?.specimens.count == 1)
        }
    }
}
