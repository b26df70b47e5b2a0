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

    /// What a program writes around a name and a number, whether there are such or not.
    private static let constants = "^L^^^^FINEG&1.2.250.1.71.4.2.2&ISO^FINEG"

    /// A report of these OBX-15 to OBX-24, read twice with one memory.
    private static func results(_ producers: String..., sender: String = "COLLECTEUR") throws -> ReadOutcome {
        let lines = producers.enumerated().map { number, producer in
            "OBX|\(number + 1)|ST|94500-6^^LN|\(number)|NEGATIF||||||F|||20261122|" + producer
        }
        let orders = "ORC|NW||F1\nOBR|1||F1|94500-6^^LN|||20261122\n" + lines.joined(separator: "\n")
        let message = Array(IntakeFixture(orders: orders).hl7.replacing("LABO^750100125^N", with: sender).utf8)
        let memory = ReadingMemory()
        let outcomes = (1...2).compactMap { _ in
            HL7ReportReader().read(SourceMessage(message), memory: memory).first
        }
        #expect(outcomes.map(\.report) == [outcomes.first?.report, outcomes.first?.report])
        return try #require(outcomes.first)
    }

    @Test(
        "A laboratory whose OBX-23 has nothing but constants, or nothing, is the one of OBX-15, where OBX-24 says it is",
        arguments: [constants, "^L", "~" + constants, "\"\"", ""])
    func producer(named: String) throws {
        let report = try #require(
            try Self.results(
                "A1^LABO AUBE^L||||||||\(Self.constants)^^^750999906|1 r^^PARIS^^75011^FRA",
                "B1^LABO BRUME^L||||||||\(named)|9 r^^LYON^^69003^FRA",
                "B1^LABO BRUME^L||||||||\(named)|9 r^^LYON^^69003^FRA"
            ).report)
        #expect(report.laboratory?.finess == "750999906" && report.results[0].performer == nil)
        for result in report.results.dropFirst() {
            #expect(result.performer?.name == "LABO BRUME")
            #expect(result.performer?.identifiers.map(\.value.text) == ["B1"])
            #expect(result.performer?.address?.postcode?.text == "69003")
        }
    }

    @Test("Of a sender without a FINESS the laboratory of OBX-15 is the one that answers, at its address")
    func producerAnswers() throws {
        let line = "MCOE^LABO DES LILAS^LB||||||||\(Self.constants)|12 r^^PARIS^^75020^FRA^B"
        let outcome = try Self.results(line, line)
        #expect(outcome.report?.laboratory?.name == "LABO DES LILAS")
        #expect(outcome.report?.laboratory?.address?.postcode?.text == "75020")
        #expect(outcome.places.laboratory == "OBX[1]-15")
        // A name, or a number in either of its places, is one.
        for named in ["LABO\(Self.constants)", "^L^12^^^FINEG", Self.constants + "^^^750999906"] {
            let outcome = try Self.results("A1^AUTRE^L||||||||\(named)|1 r^^PARIS^^75011^FRA")
            #expect(outcome.places.laboratory == "OBX[1]-23" && outcome.report?.laboratory?.name != "AUTRE")
        }
        // An address, or a system, is nobody's name.
        #expect(try Self.results("^^L||||||||\(Self.constants)|1 r^^PARIS").report?.laboratory?.name == "COLLECTEUR")
    }

    @Test("The same bytes in OBX-15 and in another result's OBX-23 are not one laboratory")
    func sameBytes() throws {
        let report = try #require(try Self.results("||||||||LABO UN", "LABO UN").report)
        #expect(report.laboratory?.name == "LABO UN")
        #expect(report.results[1].performer?.identifiers.map(\.value.text) == ["LABO UN"])
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
