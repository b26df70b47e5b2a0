import Testing

@testable import LabReport

/// MSH-4 may name a legal entity (M), which has sites: none of them is meant by its number.
@Suite("A legal entity sends")
struct LegalEntityTests {
    private static let entity = "750100125"
    private static let paris = "750999906"
    private static let bastia = "2B0000020"

    private static func performer(_ finess: String?) -> String {
        finess.map { "SITE^^^^^ASIP-SANTE-ST&1.2.250.1.71.4.2.2&ISO^FINEG^^^" + $0 } ?? ""
    }

    /// A message of the entity with two results, done by these.
    private static func message(_ first: String?, _ second: String?, type: String = "M") -> String {
        IntakeFixture(
            orders: """
                ORC|NW||F1
                OBR|1||F1|94500-6^^LN|||20261122
                OBX|1|ST|94500-6^^LN||POSITIF||||||F|||20261122|||||||||\(performer(first))
                OBX|2|ST|94558-4^^LN||NEGATIF||||||F|||20261122|||||||||\(performer(second))
                """
        ).hl7.replacing("LABO^750100125^N", with: "GROUPE^750100125^" + type)
    }

    private static func outcome(_ first: String?, _ second: String?, type: String = "M") throws -> ReadOutcome {
        try #require(HL7ReportReader().read(bytes: Array(message(first, second, type: type).utf8)).first)
    }

    @Test("The site that did all of it is the laboratory, and its place is the laboratory's")
    func site() throws {
        let outcome = try Self.outcome(Self.bastia, Self.bastia)
        let report = try #require(outcome.report)
        #expect(report.laboratory?.finess == Self.bastia)
        #expect(report.results.allSatisfy { $0.performer == nil })
        #expect(report.sendingFacility == Self.entity && report.isFacilityLegalEntity)
        #expect(
            outcome.places.laboratory.hasPrefix("OBX[") && !outcome.findings.map(\.rule).contains("laboratory-several"))
        #expect(ReportTerritory(of: report).regions(under: .laboratory).found.map(\.region.code) == ["94"])
    }

    @Test(
        "Where several did it, or nobody is named by a FINESS that is one, the entity is the laboratory",
        arguments: [
            (bastia, paris, true), (bastia, "", true), (bastia, nil, true), (nil, bastia, true), (nil, nil, false),
            (entity, nil, false), (entity, entity, false),
            ("2B0000021", "2B0000021", false),
        ] as [(String?, String?, Bool)])
    func several(first: String?, second: String?, isTold: Bool) throws {
        let outcome = try Self.outcome(first, second)
        #expect(outcome.report?.laboratory?.finess == Self.entity)
        #expect(outcome.findings.map(\.rule).contains("laboratory-several") == isTold)
    }

    @Test(
        "A site that is named without a usable FINESS is said not to be known, and the entity's place is taken",
        arguments: [
            ("SITE", ""), ("SITE^^^^^^^^^2B0000020", ""), ("SITE^^^^^^FINEG^^^2B0000021", ""),
            ("", "12^Laboratoire de Bastia^L"), ("", "^SITE"),
        ])
    func unclearSite(performer: String, producer: String) throws {
        let text = Self.message(nil, nil).replacing(
            "||||||F|||20261122|||||||||", with: "||||||F|||20261122|\(producer)||||||||\(performer)")
        let outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        let found = outcome.findings.filter { $0.rule == "laboratory-site-unclear" }
        #expect(found.map(\.path) == ["OBX[1]-" + (performer.isEmpty ? "15" : "23")])
        #expect(found.first?.severity == .warning)
        let report = try #require(outcome.report)
        #expect(report.laboratory?.finess == Self.entity)
        #expect(ReportTerritory(of: report).regions(under: .laboratory).found.map(\.region.code) == ["11"])
    }

    @Test("Nobody is said not to be known where none is named, where it is the entity, or where a site sends")
    func clearSite() throws {
        func rules(_ performer: String, type: String = "M") -> [String] {
            let text = Self.message(nil, nil, type: type).replacing(
                "||||||F|||20261122|||||||||", with: "||||||F|||20261122|||||||||" + performer)
            return HL7ReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map(\.rule)
        }
        for performer in ["", "GROUPE", Self.performer(Self.entity), Self.performer(Self.bastia)] {
            #expect(!rules(performer).contains("laboratory-site-unclear"), "\(performer)")
        }
        #expect(!rules("SITE", type: "N").contains("laboratory-site-unclear"))
    }

    @Test("A site that sends (N, or no type) is the laboratory, whoever did the analyses", arguments: ["N", ""])
    func sender(type: String) throws {
        let outcome = try Self.outcome(Self.bastia, Self.bastia, type: type)
        #expect(outcome.report?.laboratory?.finess == Self.entity)
        #expect(outcome.report?.isFacilityLegalEntity == false)
    }

    @Test(
        "Who may speak for the entity may speak for its sites, and who may speak for the site may send as the entity",
        arguments: [([entity], false), ([bastia], false), ([paris], true)])
    func allowed(finess: [String], isHeld: Bool) throws {
        var settings = try RulesTests.settings()
        settings.allowedFINESS = finess
        var outcome = try Self.outcome(Self.bastia, Self.bastia)
        let findings = ReportRules(settings).judge(&outcome)
        #expect(findings.map(\.rule).contains("finess-not-allowed") == isHeld)
    }

    @Test(
        "Where several sites did it, the sender may send as the entity if it may speak for each that is named",
        arguments: [
            ([bastia, paris], bastia, paris, false), ([bastia], bastia, paris, true), ([bastia], bastia, nil, false),
            ([bastia], nil, nil, true), ([], bastia, paris, true), ([entity], bastia, paris, false),
        ] as [([String], String?, String?, Bool)])
    func severalAllowed(finess: [String], first: String?, second: String?, isHeld: Bool) throws {
        var settings = try RulesTests.settings()
        settings.allowedFINESS = finess
        var outcome = try Self.outcome(first, second)
        let findings = ReportRules(settings).judge(&outcome)
        #expect(findings.map(\.rule).contains("finess-not-allowed") == isHeld)
    }

    @Test(
        "A cancellation without results under an entity that the sender's list lacks is told, and not held",
        arguments: [("M", [bastia], false), ("N", [bastia], true), ("M", [], true)])
    func withdrawn(type: String, finess: [String], isHeld: Bool) throws {
        var settings = try RulesTests.settings()
        settings.allowedFINESS = finess
        let text = IntakeFixture(orders: "ORC|CA||F1").hl7.replacing(
            "LABO^750100125^N", with: "GROUPE^750100125^" + type)
        var outcome = try #require(HL7ReportReader().read(bytes: Array(text.utf8)).first)
        let findings = ReportRules(settings).judge(&outcome)
        #expect(findings.contains { $0.rule == "finess-not-allowed" } == isHeld)
        #expect(findings.contains { $0.rule == "finess-of-entity" && $0.severity == .warning } == !isHeld)
        #expect(findings.contains { $0.severity == .error } == isHeld)
    }

    @Test("An order is filed under the entity and its number, whichever of its sites did it")
    func filed() throws {
        let reports = try [(Self.bastia, Self.bastia), (Self.bastia, Self.paris), (nil, nil)].map { pair in
            try #require(try Self.outcome(pair.0, pair.1).report)
        }
        #expect(Set(reports.map { DuplicateKeys.numbers(of: $0) }).count == 1)
    }

    @Test("Written as HL7 and FHIR, the report is the same", arguments: [ReportFormat.hl7, .fhir])
    func written(format: ReportFormat) throws {
        for pair in [(Self.bastia, Self.bastia), (Self.bastia, Self.paris), (nil, Self.paris), (nil, nil)] {
            let report = try #require(try Self.outcome(pair.0, pair.1).report)
            var splitter = SourceSplitter(format)
            var pieces: [SourcePiece] = []
            splitter.push(ReportWriter(format).file(of: [report])[...], into: &pieces)
            splitter.finish(into: &pieces)
            let read = pieces.flatMap { piece in
                if case .message(let message) = piece {
                    ReportReader(format).read(message)
                } else {
                    [] as [ReadOutcome]
                }
            }
            #expect(read.compactMap(\.report) == [report], "\(pair)")
        }
    }
}
