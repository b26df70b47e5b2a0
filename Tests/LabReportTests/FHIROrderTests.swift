import HL7
import TestSupport
import Testing

@testable import LabReport

/// What a DiagnosticReport says of its order: numbers and specimens.
@Suite("Orders of FHIR")
struct FHIROrderTests {
    private static let good =
        #"{"resourceType":"Specimen","id":"s1","subject":{"reference":"Patient/p"},"type":{"text":"sang"}}"#

    /// A report with these members, and these resources beside it.
    private static func read(
        _ members: String, result: String = "", _ resources: [String] = []
    ) throws -> (findings: [String], report: Report) {
        let entries = resources.map { #"{"resource":"# + $0 + "}," }.joined()
        let number = members.contains("identifier") ? "" : #""identifier":[{"value":"F1"}],"#
        let diagnostic = #"""
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            \#(number)"performer":[{"reference":"Organization/lab"}],"result":[{"reference":"Observation/o1"}]\#(members)}},
            {"resource":{"resourceType":"Observation","id":"o9","status":"final","code":{"text":"x"}\#(result)}},
            """#
        let reports =
            result.isEmpty
            ? diagnostic
            : diagnostic.replacing(
                #"[{"reference":"Observation/o1"}]"#, with: #"[{"reference":"Observation/o9"}]"#)
        let (findings, built) = try IntakeFixture.fhir(#"{"value":"D1"}"#, reports: reports, others: entries)
        let usual: Set<String> = ["fhir-unlinked"]
        return (
            findings.filter { !usual.contains(String($0.split(separator: " ")[0])) },
            try #require(built.first, "\(findings)")
        )
    }

    private static func specimens(_ names: String...) -> String {
        #","specimen":["# + names.map { #"{"reference":"Specimen/"# + $0 + #""}"# }.joined(separator: ",") + "]"
    }

    @Test(
        "A Specimen that says nothing takes the place of none",
        arguments: [
            #""id":"s2""#, #""id":"s2","meta":{"versionId":"1"},"extension":[{"url":"u","valueString":"x"}]"#,
            #""id":"s2","text":{"status":"generated","div":"<div xmlns='x'> <p/>\n</div>"}"#,
            #""id":"s2","contained":[],"subject":{"reference":"Patient/p"}"#,
            #""id":"s2","identifier":[],"type":{},"note":null"#,
        ])
    func placeholder(members: String) throws {
        let empty = #"{"resourceType":"Specimen",\#(members)}"#
        for order in [Self.specimens("s1", "s2"), Self.specimens("s2", "s1")] {
            let (findings, report) = try Self.read(order, [Self.good, empty])
            #expect(findings.filter { $0.contains("pecimen") } == [], "\(members)")
            #expect(report.specimens.map(\.type?.text) == ["sang"] && report.orders[0].specimenIndex == 0)
        }
        // A result that names it is of the order's specimen all the same.
        let named = #","valueInteger":1,"specimen":{"reference":"Specimen/s2"}"#
        let (findings, report) = try Self.read(Self.specimens("s1", "s2"), result: named, [Self.good, empty])
        #expect(findings.filter { $0.contains("pecimen") } == [] && report.orders[0].specimenIndex == 0)
        let alone = try Self.read(Self.specimens("s2"), [empty]).report
        #expect(alone.specimens == [] && alone.orders[0].specimenIndex == nil)
    }

    @Test("A Specimen that is named twice is one, and one with anything of its own is another")
    func several() throws {
        let (findings, report) = try Self.read(Self.specimens("s1", "s1"), [Self.good])
        #expect(findings.filter { $0.contains("pecimen") } == [] && report.orders[0].specimenIndex == 0)
        for members in [
            #""type":{"text":"urine"}"#, #""identifier":[{"value":"T2"}]"#,
            #""collection":{"collectedDateTime":"2026"}"#,
            #""text":{"div":"<div>urine</div>"}"#, #""status":"available""#,
        ] {
            let other = #"{"resourceType":"Specimen","id":"s2",\#(members)}"#
            let (findings, report) = try Self.read(Self.specimens("s1", "s2"), [Self.good, other])
            #expect(findings.contains { $0.hasPrefix("fhir-specimens") }, "\(members)")
            #expect(report.orders[0].specimenIndex == nil)
        }
    }

    @Test("A Specimen that says nothing but that it is another patient's is held")
    func otherPatient() throws {
        let theirs = #"{"resourceType":"Specimen","id":"s2","subject":{"reference":"Patient/p2"}}"#
        let other = #"{"resourceType":"Patient","id":"p2","identifier":[{"value":"D2"}],"name":[{"family":"PELVI"}]}"#
        let found = try IntakeFixture.fhir(
            #"{"value":"D1"}"#,
            reports: #"""
                {"resource":{"resourceType":"DiagnosticReport","status":"final","subject":{"reference":"Patient/p"},
                "identifier":[{"value":"F1"}]\#(Self.specimens("s1", "s2")),"result":[{"reference":"Observation/o1"}]}},
                """#,
            others: [Self.good, theirs, other].map { #"{"resource":"# + $0 + "}," }.joined())
        #expect(found.findings.contains { $0.hasPrefix("!fhir-other-patient") } && found.reports.isEmpty)
    }

    private static func typed(_ type: String, _ value: String) -> String {
        #"{"type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"\#(type)"}]},"#
            + #""value":"\#(value)"}"#
    }

    @Test("The requester's number, or a group's, is never the laboratory's; the requester's is kept as that")
    func numbers() throws {
        func numbers(_ all: String..., request: String = "", _ resources: [String] = []) throws -> (
            filler: String?, placer: String?, rules: [String]
        ) {
            let members = #","identifier":["# + all.joined(separator: ",") + "]" + request
            let (findings, report) = try Self.read(members, resources)
            let order = try #require(report.orders.first)
            return (
                order.fillerNumber?.text, order.placerNumber?.text,
                findings.map { String($0.split(separator: " ")[0]) }.filter { $0 != "fhir-dangling" }
            )
        }
        #expect(try numbers(Self.typed("PLAC", "PL"), #"{"value":"LAB9"}"#) == ("LAB9", "PL", []))
        #expect(try numbers(#"{"value":"LAB9"}"#, Self.typed("PLAC", "PL")) == ("LAB9", "PL", []))
        #expect(try numbers(Self.typed("PLAC", "PL"), Self.typed("ACSN", "ACC")) == ("ACC", "PL", []))
        #expect(try numbers(Self.typed("PLAC", "PL"), Self.typed("FILL", "FI")) == ("FI", "PL", []))
        let group = try numbers(Self.typed("PGN", "G1"), Self.typed("FGN", "G2"), #"{"value":"LAB9"}"#)
        #expect(group == ("LAB9", nil, ["fhir-further"]))
        let alone = try numbers(Self.typed("PLAC", "PL"))
        #expect(alone.filler == nil && alone.placer == "PL" && alone.rules == ["!filler-missing"])
        // The request knows its own number better, which is not the laboratory's.
        let asked = #","basedOn":[{"reference":"ServiceRequest/q"}]"#
        func request(_ numbers: String) -> [String] {
            [#"{"resourceType":"ServiceRequest","id":"q","identifier":["# + numbers + "]}"]
        }
        let both = try numbers(
            Self.typed("PLAC", "P0"), #"{"value":"LAB9"}"#, request: asked, request(#"{"value":"P1"}"#))
        #expect(both == ("LAB9", "P1", ["fhir-further"]))
        let theirs = try numbers(#"{"value":"LAB9"}"#, request: asked, request(Self.typed("FILL", "LAB9")))
        #expect(theirs == ("LAB9", nil, []))
    }
}
