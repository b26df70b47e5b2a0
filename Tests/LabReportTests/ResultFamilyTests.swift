import HL7
import Testing

@testable import LabReport

@Suite("Which results belong together")
struct ResultFamilyTests {
    private static func observation(_ id: String, _ code: String, _ rest: String) -> String {
        """
        {"resource":{"resourceType":"Observation","id":"\(id)","status":"final",
        "code":{"coding":[{"system":"http://loinc.org","code":"\(code)"}]}\(rest)}}
        """
    }

    private static let susceptibilities = (
        r: #","valueQuantity":{"value":16,"comparator":">"}"#, s: #","valueQuantity":{"value":1,"comparator":"<"}"#
    )
    private static func germ(_ name: String) -> String { #","valueCodeableConcept":{"text":"\#(name)"}"# }

    private static func read(_ results: [String], _ observations: [String]) throws -> (
        results: [Observation], rules: [String]
    ) {
        let named = results.map { #"{"reference":"Observation/\#($0)"}"# }.joined(separator: ",")
        let text = """
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p","identifier":[{"system":"urn:lab","value":"D1"}],
            "name":[{"family":"BRUVELAN"}]}},
            {"resource":{"resourceType":"Organization","id":"o","name":"LABO"}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F1"}],"code":{"text":"ECBU"},"result":[\(named)]}},
            \(observations.joined(separator: ","))]}
            """
        let outcomes = FHIRReportReader().read(bytes: Array(text.utf8))
        let report = try #require(outcomes.first?.report)
        return (report.results, outcomes.flatMap(\.findings).map(\.rule))
    }

    @Test(
        "In FHIR a germ and what is said of it have one sub-id, however the document says that they belong together",
        arguments: ["hasMember", "derivedFrom", "component", "members first"])
    func germs(form: String) throws {
        func member(_ id: String) -> String { #","hasMember":[{"reference":"Observation/\#(id)"}]"# }
        func origin(_ id: String) -> String { #","derivedFrom":[{"reference":"Observation/\#(id)"}]"# }
        func part(_ value: String) -> String {
            #","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"18864-9"}]}\#(value)}]"#
        }
        let (r, s) = Self.susceptibilities
        let (coli, aureus) = (Self.germ("E. coli"), Self.germ("S. aureus"))
        var order = ["a", "b"]
        var observations = [
            Self.observation("a", "600-7", coli), Self.observation("b", "600-7", aureus),
            Self.observation("c", "18864-9", r), Self.observation("d", "18864-9", s),
        ]
        switch form {
        case "derivedFrom":
            order = ["a", "b", "c", "d"]
            observations[2] = Self.observation("c", "18864-9", r + origin("a"))
            observations[3] = Self.observation("d", "18864-9", s + origin("b"))
        case "component":
            observations = [
                Self.observation("a", "600-7", coli + part(r)), Self.observation("b", "600-7", aureus + part(s)),
            ]
        default:
            observations[0] = Self.observation("a", "600-7", coli + member("c"))
            observations[1] = Self.observation("b", "600-7", aureus + member("d"))
            if form == "members first" { order = ["d", "c", "b", "a"] }
        }
        let (results, rules) = try Self.read(order, observations)
        #expect(results.count == 4)
        #expect(Set(results.compactMap(\.subID)).count == 2)
        for result in results {
            let family = results.filter { $0.subID == result.subID }
            #expect(family.count == 2)
            guard case .coded(let germ) = result.value, germ.text == "E. coli" else { continue }
            let resistant = Observation.Value.structured(
                comparator: ">", first: Personal("16"), separator: nil, second: nil)
            #expect(family.contains { $0.value == resistant })
        }
        #expect(rules.contains("detail-dropped") == false)
    }

    @Test(
        "A panel that only groups, and results on their own, have no sub-id; what was computed of several results is told"
    )
    func noFamily() throws {
        let panel = Self.observation(
            "g", "58410-2", #","hasMember":[{"reference":"Observation/a"},{"reference":"Observation/b"}]"#)
        let one = Self.observation("a", "718-7", #","valueInteger":1"#)
        let other = Self.observation("b", "718-7", #","valueInteger":2"#)
        #expect(try Self.read(["g"], [panel, one, other]).results.map(\.subID) == [nil, nil])
        let computed = Self.observation(
            "c", "718-7",
            #","valueInteger":3,"derivedFrom":[{"reference":"Observation/a"},{"reference":"Observation/b"}]"#)
        let (results, rules) = try Self.read(["a", "b", "c"], [one, other, computed])
        #expect(results.map(\.subID) == [nil, nil, nil])
        #expect(rules.contains("detail-dropped"))
        // A circle ends.
        let circle = Self.observation("a", "718-7", #","valueInteger":1,"derivedFrom":[{"reference":"Observation/b"}]"#)
        let back = Self.observation("b", "718-7", #","valueInteger":2,"derivedFrom":[{"reference":"Observation/a"}]"#)
        #expect(try Self.read(["a", "b"], [circle, back]).results.count == 2)
    }

    @Test(
        "What comes from an Observation of another order, or from one that only groups, is told; from one of its own it is not"
    )
    func foreignOrigin() throws {
        let germ = Self.observation("a", "600-7", Self.germ("E. coli"))
        let panel = Self.observation("g", "58410-2", #","hasMember":[{"reference":"Observation/b"}]"#)
        let one = Self.observation("b", "718-7", #","valueInteger":1"#)
        func from(_ origin: String) -> String {
            Self.observation(
                "c", "18864-9", #","valueInteger":3,"derivedFrom":[{"reference":"Observation/\#(origin)"}]"#)
        }
        for (origin, order, isTold) in [
            ("a", ["a", "c"], false), ("a", ["c", "a"], false), ("a", ["c"], true), ("g", ["g", "c"], true),
            ("b", ["g", "c"], false),
        ] {
            let (results, rules) = try Self.read(order, [germ, panel, one, from(origin)])
            #expect(rules.contains("detail-dropped") == isTold, "\(origin) \(order): \(rules)")
            #expect(results.contains { $0.subID != nil } == !isTold)
        }
    }

    private static func message(_ segments: String...) -> [ReadOutcome] {
        let head = """
            MSH|^~\\&|SIL|LABO^690000013^N|||20261120101500+0100||ORU^R01|T1|P|2.5.1
            PID|1||4711^^^LABO^PI||DURAND^ZOE^^^^^L||19850412|F
            ORC|RE|P1|F1
            OBR|1|P1|F1|6463-4^Culture^LN

            """
        return HL7ReportReader().read(
            bytes: Array((head.replacing("\n", with: "\r") + segments.joined(separator: "\r")).utf8))
    }

    @Test("In HL7 the sub-id of the result that an order continues (OBR-26) goes over to its results")
    func parentResult() throws {
        let first = ["OBX|1|ST|600-7^Germe^LN|1|E. coli||||||F", "OBX|2|ST|600-7^Germe^LN|2|S. aureus||||||F"]
        let one = [
            "OBR|2|P1|F1|18769-0^ATB^LN||||||||||||||||||||||600-7&Germe&LN^1^E. coli",
            "OBX|1|ST|18864-9^AMP^LN||R||||||F",
        ]
        let two = [
            "OBR|3|P1|F1|18769-0^ATB^LN||||||||||||||||||||||600-7&Germe&LN^2", "OBX|1|ST|18864-9^AMP^LN||S||||||F",
        ]
        let report = try #require(Self.message((first + one + two).joined(separator: "\r")).first?.report)
        #expect(report.results.map(\.subID) == ["1", "2", "1", "2"])
        // The same OBX again, in an order that continues nothing; and OBX-4 of its own goes before.
        let again = [
            "OBR|4|P1|F1|18769-0^ATB^LN", "OBX|1|ST|18864-9^AMP^LN||R||||||F", "OBX|2|ST|18864-9^AMP^LN|7|R||||||F",
        ]
        let further = try #require(Self.message((first + one + again).joined(separator: "\r")).first?.report)
        #expect(further.results.map(\.subID) == ["1", "2", "1", nil, "7"])
        let unnamed = Self.message(
            "OBR|2|P1|F1|18769-0^ATB^LN||||||||||||||||||||||600-7&Germe&LN", "OBX|1|ST|18864-9^AMP^LN||R||||||F")
        #expect(unnamed.flatMap(\.findings).contains { $0.rule == "detail-dropped" && $0.path == "OBR[2]-26" })
    }

    @Test("An OBX behind the specimen, after results, is told; one behind a specimen that comes first is a result")
    func behindSpecimen() throws {
        let (result, specimen) = ("OBX|1|NM|718-7^Hb^LN||14|g/dL|||||F", "SPM|1|S1||119297000^Blood^SCT")
        func rules(_ segments: String...) -> [String] {
            Self.message(segments.joined(separator: "\r")).flatMap(\.findings).map(\.rule)
        }
        let told = rules(result, specimen, "OBX|1|NM|3141-9^Poids^LN||70|kg|||||F")
        #expect(told.contains("result-behind-specimen"))
        #expect(!rules(specimen, result).contains("result-behind-specimen"))
        #expect(!rules(result, specimen, "OBR|2|P1|F2|58410-2^NFS^LN", result).contains("result-behind-specimen"))
    }

    @Test("A PRT that names who did the analysis (PO) is told: it is taken of OBX-23")
    func performingOrganisation() {
        let outcomes = Self.message(
            "OBX|1|NM|718-7^Hb^LN||14|g/dL|||||F",
            "PRT|1|AD||PO^Performing Organization^HL70912||||AUTRE^^^^^^FINEG^^^750000018")
        #expect(outcomes.flatMap(\.findings).contains { $0.rule == "detail-dropped" && $0.path == "PRT[1]-8" })
    }
}
