import StrictJSON
import Testing

@testable import LabReport

@Suite("HIV and hepatitis B, told by a code alone or by what stands above")
struct CodeOnlyCompletenessTests {
    /// Whether a result goes to somebody who is told names.
    private static func isNamed(_ change: (inout Report) -> Void) throws -> Bool {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        report.results[0].code = Coded(code: "S1", text: "Sérologie 1", system: "L")
        change(&report)
        return !table.destinations(for: report).destinations.isEmpty
    }

    @Test(
        "An act of the French nomenclature holds the result back under its system, however that is written",
        arguments: ["0388", "388", "0389", "0390", "0392", "0393", "0396", "4122", "4500", " 4500 ", "0322"])
    func acts(act: String) throws {
        for system in [
            "NABM", "nabm", "https://smt.esante.gouv.fr/terminologie-nabm", "1.2.250.1.215.300.2",
            "urn:oid:1.2.250.1.215.300.2",
        ] {
            let first = Coded(code: act, system: system)
            let second = Coded(
                code: "S1", text: "x", system: "L", localCode: act, localText: nil, localSystem: system)
            for coded in [first, second] {
                #expect(try !Self.isNamed { $0.results[0].code = coded }, "\(act) \(system)")
                #expect(try !Self.isNamed { $0.orders[0].panel = coded }, "\(act) \(system)")
            }
        }
        // A laboratory numbers its own tests alike.
        for system in ["L", "LABO", "LN"] {
            #expect(try Self.isNamed { $0.results[0].code = Coded(code: act, system: system) }, "\(act) \(system)")
        }
    }

    @Test(
        "Another act, and immunity after a vaccine, go", arguments: ["4715", "1104", "3880", "38", "5271", "0324", ""])
    func otherActs(act: String) throws {
        #expect(try Self.isNamed { $0.results[0].code = Coded(code: act, system: "NABM") })
    }

    @Test(
        "A status, a viral load, a band of a blot, a test's negative answer and a germ's part hold it back by their codes",
        arguments: [
            "55277-8", "45683-0", "30554-0", "59052-1", "49883-2", "278977008", "315124004", "31676001", "165815009",
            "118044009", "398579006", "47758006", "22290004", "121112003", "40780007", "81000119104",
            "10746341000119109",
        ])
    func codes(code: String) throws {
        #expect(try !Self.isNamed { $0.results[0].code = Coded(code: code) })
        #expect(try !Self.isNamed { $0.results[0].value = .coded(Coded(code: code)) })
    }

    @Test("A route for a status of HIV with a name is refused as one for its test is")
    func refused() throws {
        for code in ["75622-1", "55277-8", "45683-0", "49883-2"] {
            #expect(throws: LabReportFailure.self) {
                try RoutingFixture.table(#"{"id":"r","to":"spf","codes":["\#(code)"],"profile":"all"}"#)
            }
        }
    }

    @Test(
        "What laboratories write besides names one of the diseases",
        arguments: [
            "gp41", "GP 41", "Bande gp160", "gp-120", "Ac anti-gp36", "antiGP41", "gp105", "p 24", "P-24", "Ag p 24",
            "Antigène p 24", "Ac anti p 24 positifs", "virus immunodéficience", "Virus de l'immunodeficience",
            "Immunodeficiency virus", "Hepat. B", "HEPAT B", "Hépat B", "Antigène Australia", "Ag Australia", "VHD",
            "ARN VHD", "HDV RNA", "Hépatite D", "Hépatite virale D", "Hépatite delta", "HTLV III", "Sidéen",
        ])
    func named(name: String) { #expect(DiseaseName.isNamed(in: name)) }

    @Test(
        "What only looks so does not",
        arguments: [
            "P 24 h", "Phosphore P 24h", "Phosphates P 24 heures", "Protéinurie p 24", "p 240", "p 2 4", "gp 10",
            "AGP 120", "gp1200", "gp350", "GP", "41", "Page p. 24", "Ag p 24 h", "Protéines totales p 244",
            "Immunodéficience commune", "Déficit immunitaire", "Virus de la grippe", "virus West Nile, immunité",
            "Australie", "Vitamine D, hépatite A", "Hépatite A, vitamine D", "Hépatite A, D-dimères", "D-dimères",
            "Delta plus", "HTLV I", "HTLV-1/2", "Hépaline", "SIDERATION", "Western blot Lyme",
        ])
    func notNamed(name: String) { #expect(!DiseaseName.isNamed(in: name)) }

    @Test("A western blot is of HIV where nothing says of what it is")
    func blot() throws {
        for text in [
            "Western blot", "WESTERN-BLOT", "Westernblot", "Confirmation par Western blot", "Sérologie Western Blot",
        ] {
            #expect(try !Self.isNamed { $0.results[0].code = Coded(code: "WB", text: text, system: "L") }, "\(text)")
            #expect(try !Self.isNamed { $0.orders[0].panel = Coded(code: "WB", text: text, system: "L") }, "\(text)")
        }
        for text in ["Western blot Lyme", "Western blot Borrelia IgG", "Western blot HTLV", "Southern blot", "Blot"] {
            #expect(try Self.isNamed { $0.results[0].code = Coded(code: "WB", text: text, system: "L") }, "\(text)")
        }
        // Its code says what it is of, and as a method it may be of anything.
        #expect(try Self.isNamed { $0.results[0].code = Coded(code: "6321-4", text: "Western blot", system: "LN") })
        #expect(try Self.isNamed { $0.results[0].method = Coded(code: "WB", text: "Western blot", system: "L") })
    }

    // MARK: - Above a result

    private static func isNamed(_ outcomes: [ReadOutcome]) throws -> Bool {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        let report = try #require(outcomes.first?.report)
        #expect(!report.results.isEmpty)
        return !table.destinations(for: report).destinations.isEmpty
    }

    private static let hiv = #"{"coding":[{"system":"http://loinc.org","code":"75622-1"}]}"#
    private static let found =
        #""valueCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","code":"10828004"}]}"#
    private static let own = #""code":{"coding":[{"system":"urn:l","code":"AC","display":"Anticorps"}]}"#

    private static func fhir(_ results: [String], _ others: [String], report: String = "") throws -> Bool {
        let named = results.map { #"{"reference":"Observation/\#($0)"}"# }.joined(separator: ",")
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:lab","value":"D1"}],
            "name":[{"family":"BRUVELAN"}]}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F1"}],"code":{"text":"Sérologie"},"result":[\(named)]\(report)}},
            \(others.map { #"{"resource":"# + $0 + "}" }.joined(separator: ","))]}
            """
        return try isNamed(FHIRReportReader().read(bytes: Array(text.utf8)))
    }

    private static func observation(_ id: String, _ members: String...) -> String {
        #"{"resourceType":"Observation","id":"\#(id)","status":"final","#
            + (members + [#""subject":{"reference":"Patient/p"}"#]).joined(separator: ",") + "}"
    }

    @Test("In FHIR a group, a result with components, an origin, a request and a conclusion count for what they hold")
    func fhirAbove() throws {
        let plain = Self.observation("a", Self.own, Self.found)
        #expect(try Self.fhir(["a"], [plain]))
        let code = #""code":"# + Self.hiv
        let member = #""hasMember":[{"reference":"Observation/a"}]"#
        #expect(try !Self.fhir(["g"], [Self.observation("g", code, member), plain]))
        #expect(try !Self.fhir(["g"], [Self.observation("g", #""code":{"text":"Sérologie VIH"}"#, member), plain]))
        let middle = Self.observation("m", Self.own, #""hasMember":[{"reference":"Observation/a"}]"#)
        let outer = Self.observation("g", code, #""hasMember":[{"reference":"Observation/m"}]"#)
        #expect(try !Self.fhir(["g"], [outer, middle, plain]))
        let component = #""component":[{\#(Self.own),\#(Self.found)}]"#
        #expect(try !Self.fhir(["g"], [Self.observation("g", code, component)]))
        let derived = Self.observation("a", Self.own, Self.found, #""derivedFrom":[{"reference":"Observation/g"}]"#)
        #expect(try !Self.fhir(["a"], [derived, Self.observation("g", code)]))
        let request =
            #"{"resourceType":"ServiceRequest","id":"s","status":"active","intent":"order","#
            + #""subject":{"reference":"Patient/p"},"code":"# + Self.hiv + "}"
        let asked = #","basedOn":[{"reference":"ServiceRequest/s"}]"#
        #expect(try !Self.fhir(["a"], [plain, request], report: asked))
        #expect(
            try !Self.fhir(
                ["a"], [plain],
                report: #","conclusionCode":[{"coding":[{"system":"http://snomed.info/sct","code":"86406008"}]}]"#))
    }

    @Test(
        "A name as long as a document above thousands of results is looked at once, and does not go with each of them")
    func longAbove() throws {
        let components = Array(repeating: "{\(Self.own),\(Self.found)}", count: 5_000).joined(separator: ",")
        func isNamed(_ ending: String) throws -> Bool {
            let name = #""code":{"text":""# + String(repeating: "anticorps ", count: 100_000) + ending + #""}"#
            return try Self.fhir(["g"], [Self.observation("g", name, #""component":[\#(components)]"#)])
        }
        #expect(try isNamed("CMV"))
        #expect(try !isNamed("VIH"))
    }

    @Test("A group of HIV in FHIR keeps back its members, and no other result of the report")
    func fhirBeside() throws {
        let group = Self.observation("g", #""code":"# + Self.hiv, #""hasMember":[{"reference":"Observation/a"}]"#)
        let flu = Self.observation(
            "b", #""code":{"coding":[{"system":"http://loinc.org","code":"80382-5"}]}"#, Self.found)
        #expect(try Self.fhir(["g", "b"], [group, Self.observation("a", Self.own, Self.found), flu]))
    }

    @Test("In HL7 the test of the result that an order continues (OBR-26) counts")
    func hl7Above() throws {
        func read(_ parent: String) throws -> Bool {
            var fixture = IntakeFixture()
            fixture.orders = """
                ORC|NW||F1
                OBR|1||F1|CF^Confirmation^L|||20261122|||||||||||||||||||\(parent)
                OBX|1|ST|CF^Confirmation^L||POSITIF||||||F|||20261122
                """
            return try Self.isNamed(HL7ReportReader().read(bytes: Array(fixture.hl7.utf8)))
        }
        #expect(try read("94500-6&PCR&LN^1"))
        for parent in ["75622-1&&LN^1^POS", "X&Sérologie VIH&L", "X&Y&L&75622-1&&LN^1", "0388&&NABM"] {
            #expect(try !read(parent), "\(parent)")
        }
    }
}
