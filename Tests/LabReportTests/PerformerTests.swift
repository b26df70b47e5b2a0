import Testing

@testable import LabReport

/// Results of one laboratory are never given to another.
@Suite("Who did an analysis")
struct PerformerTests {
    private static func orders(_ first: String, _ second: String) -> String {
        """
        ORC|NW||F1
        OBR|1||F1|94500-6^^LN|||20261122
        OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122|||||||||\(first)
        OBX|2|ST|94558-4^^LN||NEGATIF||||||F|||20261122|||||||||\(second)
        """
    }

    private static func read(_ first: String, _ second: String) throws -> Report {
        let message = IntakeFixture(orders: orders(first, second)).hl7.replacing("LABO^750100125^N", with: "COLLECTEUR")
        return try #require(HL7ReportReader().read(bytes: Array(message.utf8)).first?.report)
    }

    private static let finess = "ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^750999906"

    @Test(
        "A second laboratory that says anything else stays with its result",
        arguments: [
            // A number of two authorities; one name in two places; one FINESS under two names.
            ("LABO UN^^^^^&1.2.3.4&ISO^XX^^^12", "LABO DEUX^^^^^&1.2.3.5&ISO^XX^^^12"),
            ("LABO UN|1 r^^PARIS^^75001^FRA", "LABO UN|2 r^^BASTIA^^20200^FRA"),
            ("LABO UN^^^^^\(finess)", "LABO DEUX^^^^^\(finess)"),
            ("LABO UN^^^^^\(finess)|1 r^^PARIS^^75001^FRA", "LABO UN^^^^^\(finess)|2 r^^PARIS^^75002^FRA"),
        ])
    func another(first: String, second: String) throws {
        let report = try Self.read(first, second)
        let performer = try #require(report.results[1].performer)
        let name = second.prefix { $0 != "^" && $0 != "|" }
        #expect(performer.name == String(name))
        #expect((performer.address != nil) == second.contains("|"))
    }

    @Test(
        "One that says the same again, or less, is the laboratory",
        arguments: [
            ("LABO UN^^^^^&1.2.3.4&ISO^XX^^^12", "LABO UN^^^^^&1.2.3.4&ISO^XX^^^12"),
            ("LABO UN|1 r^^PARIS^^75001^FRA", "LABO UN"), ("LABO UN^^^^^\(finess)", "^^^^^\(finess)"),
        ])
    func same(first: String, second: String) throws {
        let report = try Self.read(first, second)
        #expect(report.results[0].performer == nil && report.results[1].performer == nil)
    }

    @Test(
        "A report that another structure sent, by a FINESS of its own, keeps its laboratory in HL7 and HPRIM",
        arguments: [ReportFormat.hl7, .hprim])
    func sentByAnother(format: ReportFormat) throws {
        var report = try Self.read("LABO UN", "LABO UN")
        report.sendingFacility = "755244936"
        report.laboratory = Organisation(name: "LABO TROIS", finess: "135631091")
        let bytes = ReportWriter(format).file(of: [report])
        var splitter = SourceSplitter(format)
        var pieces: [SourcePiece] = []
        splitter.push(bytes[...], into: &pieces)
        splitter.finish(into: &pieces)
        guard case .message(let piece) = pieces.first else {
            Issue.record("no message")
            return
        }
        let again = try #require(ReportReader(format).read(piece).first?.report)
        #expect(again.laboratory?.finess == "135631091" && again.laboratory?.name == "LABO TROIS")
    }
}
