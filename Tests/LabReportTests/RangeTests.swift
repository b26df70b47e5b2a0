import HL7
import TestSupport
import Testing

@testable import LabReport

/// What stands beside a value in FHIR: ranges, interpretations, why there is none.
@Suite("Ranges and flags of FHIR")
struct RangeTests {
    /// The result with these members, and what was found, `!` before what intake holds for.
    private static func read(_ members: String) throws -> (result: Observation, rules: [String], report: Report) {
        var outcome = try #require(Self.outcome(members))
        let report = try #require(outcome.report, "\(outcome.findings.map(\.rule))")
        let result = try #require(report.results.first)
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 27))
        let findings = ReportRules(RuleSettings(production: true, today: today)).judge(&outcome)
        return (result, findings.map { ($0.severity == .error ? "!" : "") + $0.rule }, report)
    }

    private static func outcome(_ members: String) -> ReadOutcome? {
        let text = """
            {"resourceType":"Bundle","type":"collection","identifier":{"value":"M1"},"timestamp":"2026-11-26T08:00:00Z",
            "entry":[
            {"resource":{"resourceType":"Patient","id":"p1","identifier":[{"value":"D1"}],"name":[{"family":"BRUVELAN"}],
            "gender":"female","birthDate":"1979-03-01"}},
            {"resource":{"resourceType":"Organization","id":"o","name":"LABO",
            "identifier":[{"system":"urn:oid:1.2.250.1.71.4.2.2","value":"12B0000020"}]}},
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","identifier":[{"value":"F1"}],
            "subject":{"reference":"Patient/p1"},"performer":[{"reference":"Organization/o"}],
            "result":[{"reference":"Observation/b"}],"code":{"text":"PCR"}}},
            {"resource":{"resourceType":"Observation","id":"b","status":"final","subject":{"reference":"Patient/p1"},
            "code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},\(members)}}]}
            """
        return FHIRReportReader().read(bytes: Array(text.utf8)).first
    }

    private static func range(_ ranges: String) throws -> String? {
        try read(#""valueQuantity":{"value":4,"unit":"mmol/L"},"referenceRange":["# + ranges + "]").result.range
    }

    @Test("Words that laboratories put beside a range leave it one; a name does not")
    func wordsBeside() {
        for range in [
            "Inférieure à 5", "Supérieure à 5", "VR : 3 - 5", "Valeurs usuelles : 3 - 5", "À jeun : 0,70 - 1,10",
        ] { #expect(RangeForm.isRange(range), "\(range)") }
        #expect(!RangeForm.isRange("Inférieure à 5 Martin"))
    }

    @Test(
        "A range for some patients only says for whom it is",
        arguments: [
            (#""appliesTo":[{"text":"Femme"}]"#, "Femme: 3.5-5"),
            (#""appliesTo":[{"coding":[{"code":"248152002","display":"Female"}]}]"#, "Female: 3.5-5"),
            (#""appliesTo":[{"coding":[{"system":"http://snomed.info/sct","code":"248153007"}]}]"#, "M: 3.5-5"),
            (#""appliesTo":[{"coding":[{"code":"X9"}]}]"#, "X9: 3.5-5"),
            (
                #""age":{"low":{"value":18,"unit":"a"},"high":{"value":65,"unit":"a"}},"appliesTo":[{"text":"H"}]"#,
                "H, age 18-65 a: 3.5-5"
            ),
            (#""age":{"high":{"value":6,"unit":"mois"}}"#, "age <=6 mois: 3.5-5"),
            (#""type":{"coding":[{"code":"therapeutic"}]}"#, "therapeutic: 3.5-5"),
            (#""type":{"coding":[{"code":"normal"}]}"#, "3.5-5"),
        ])
    func conditions(members: String, shown: String) throws {
        let limits = #"{"low":{"value":3.5},"high":{"value":5},"#
        #expect(try Self.range(limits + members + "}") == shown)
        #expect(RangeForm.isRange(shown) == !shown.contains("therapeutic"))
    }

    @Test("A range whose condition no word tells holds the report, unless a site only wants to know")
    func unnamed() throws {
        for condition in [#""appliesTo":[{"coding":[{}]}]"#, #""age":{"low":{"unit":"a"}}"#] {
            let found = try Self.read(
                #""valueInteger":4,"referenceRange":[{"high":{"value":5},"# + condition + "}]")
            #expect(found.rules == ["!range-condition"], "\(condition)")
        }
        var severities = RuleSeverities()
        #expect(severities.set("range-condition", .warning) == nil)
    }

    @Test(
        "A text beside limits is kept where it says anything else than they do",
        arguments: [
            (#"{"low":{"value":3.5},"high":{"value":5.0},"text":"3,5 à 5 mmol/L"}"#, "3,5 à 5 mmol/L"),
            (#"{"low":{"value":3.5},"high":{"value":5},"text":"adultes"}"#, "3.5-5 (adultes)"),
            (#"{"high":{"value":5},"text":"< 50"}"#, "<=5 (< 50)"),
            (#"{"text":"voir notice"}"#, "voir notice"),
        ])
    func text(range: String, shown: String) throws {
        #expect(try Self.range(range) == shown)
    }

    @Test("A limit that is not within stays so, and ranges that are left out are told")
    func limits() throws {
        #expect(try Self.range(#"{"high":{"value":5,"comparator":"<"}}"#) == "<5")
        #expect(
            try Self.range(#"{"low":{"value":1,"comparator":">"},"high":{"value":5,"unit":"mg"}}"#) == ">1 <=5 mg")
        let own = #"{"high":{"value":5}}"#
        let many = Array(repeating: own, count: 21).joined(separator: ",")
        let found = try Self.read(#""valueInteger":4,"referenceRange":["# + many + "]")
        #expect(found.rules.contains("fhir-ranges") && found.result.range?.split(separator: ";").count == 20)
        let normal = own + #",{"low":{"value":1},"type":{"coding":[{"code":"normal"}]}}"#
        #expect(try Self.read(#""valueInteger":4,"referenceRange":["# + normal + "]").rules == ["fhir-ranges"])
    }

    @Test(
        "A result that is critical is so in whatever way it is said",
        arguments: [
            (#"{"coding":[{"code":"HH"}]}"#, ["HH"]), (#"{"coding":[{"code":"AA"}],"text":"voir"}"#, ["AA"]),
            (#"{"coding":[{"code":"C2","display":"Alerte"},{"code":"LL"}]}"#, ["LL"]),
            (#"{"coding":[{"code":"H"},{"code":"HH"}]}"#, ["H", "HH"]),
            (#"{"coding":[{"code":"C2","display":"Critical high"}]}"#, ["HH", "C2"]),
            (#"{"text":"critique"}"#, ["AA"]), (#"{"coding":[{"display":"critically low"}]}"#, ["LL"]),
            (#"{"coding":[{"code":"C2"}]}"#, ["C2"]),
        ])
    func critical(flag: String, codes: [String]) throws {
        let found = try Self.read(#""valueInteger":9,"interpretation":["# + flag + "]")
        #expect(found.result.interpretation == codes && found.result.notes == [])
        for format in ReportFormat.allCases {
            let file = ReportWriter(format).file(of: [found.report])
            let again = ReportReader(format).read(SourceMessage(file)).first
            #expect(again?.report?.results.first?.interpretation == codes, "\(format): \(again?.findings ?? [])")
        }
    }

    private static let table = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"

    @Test(
        "A code of another system is words, and never the code of the table that it looks like",
        arguments: [
            (
                #"{"system":"http://lab.x/flag","code":"N","display":"Nouveau résultat"}"#, [], ["Nouveau résultat"],
                true
            ),
            (#"{"system":"http://lab.x/flag","code":"POS"}"#, [], ["POS"], true),
            (#"{"system":"http://lab.x/flag","code":"UP","display":"au-dessus"}"#, ["UP"], [], true),
            (#"{"system":"http://lab.x/flag","code":"C2","display":"Critical high"}"#, ["HH", "C2"], [], true),
            (#"{"system":"\#(table)","code":"A"},{"system":"http://lab.x","code":"POS"}"#, ["A"], [], true),
            (#"{"system":"\#(table)","code":"A"},{"system":"http://lab.x","code":"A"}"#, ["A"], [], false),
            (#"{"system":"http://snomed.info/sct","code":"10828004"}"#, ["POS"], [], false),
            (#"{"system":"http://snomed.info/sct","code":"260385009"}"#, ["NEG"], [], false),
            (#"{"system":"http://snomed.info/sct","code":"281302008"}"#, ["281302008"], [], true),
        ] as [(String, [String], [String], Bool)])
    func otherSystems(codings: String, codes: [String], notes: [String], isTold: Bool) throws {
        let found = try Self.read(#""valueInteger":9,"interpretation":[{"coding":["# + codings + "]}]")
        #expect(found.result.interpretation == codes && found.result.notes.map(\.text) == notes, "\(codings)")
        #expect(found.rules.contains("interpretation-code") == isTold, "\(codings)")
    }

    @Test(
        "The table is the same under the names that v2, v3, STU3 and its OIDs give it, and without one",
        arguments: [
            table, table + "|2.0.0", "http://terminology.hl7.org/CodeSystem/v2-0078", "http://hl7.org/fhir/v2/0078",
            "http://hl7.org/fhir/v3/ObservationInterpretation", "urn:oid:2.16.840.1.113883.5.83", "",
        ])
    func sameSystem(system: String) throws {
        let found = try Self.read(
            #""valueInteger":9,"interpretation":[{"coding":[{"system":"\#(system)","code":"N"}]}]"#)
        #expect(found.result.interpretation == ["N"] && !found.rules.contains("interpretation-code"))
    }

    @Test("What ObservationInterpretation does not have is written as words, and read back as it was")
    func written() throws {
        let flags = ["UP", "BB", "10828004", "UNK", "H*", "Nouveau résultat", "POS", "QCF", "<"]
        var report = try Self.read(#""valueInteger":9"#).report
        report.results[0].interpretation = flags
        let file = ReportWriter(.fhir).file(of: [report])
        let text = String(decoding: file, as: UTF8.self)
        for flag in flags {
            let isCode = ["POS", "QCF", "<"].contains(flag)
            let code = #"{"coding":[{"system":"\#(Self.table)","code":"\#(flag)"}]}"#
            #expect(text.contains(isCode ? code : #"{"text":"\#(flag)"}"#), "\(flag)")
        }
        let again = ReportReader(.fhir).read(SourceMessage(file)).first
        #expect(again?.report?.results.first?.interpretation == flags, "\(again?.findings ?? [])")
        // As it was written before.
        let before = text.replacing(
            #"{"text":"UP"}"#, with: #"{"coding":[{"system":"\#(Self.table)","code":"UP"}]}"#)
        #expect(ReportReader(.fhir).read(SourceMessage(Array(before.utf8))).first?.report == again?.report)
        // A code of the system is no word.
        let odd = text.replacing(#"{"text":"UP"}"#, with: #"{"text":"POS"}"#)
        #expect(ReportReader(.fhir).read(SourceMessage(Array(odd.utf8))).first?.isHeld == true)
    }

    @Test("What is said in an interpretation's display alone, or why there is no value, becomes a note")
    func words() throws {
        let shown = try Self.read(#""valueInteger":9,"interpretation":[{"coding":[{"display":"Un peu haut"}]}]"#)
        #expect(shown.result.notes.map(\.text) == ["Un peu haut"])
        let absent = try Self.read(#""dataAbsentReason":{"text":"Tube cassé"},"method":{"text":"x"}"#)
        #expect(absent.result.value == nil && absent.result.notes.map(\.text) == ["Tube cassé"])
        let both = try Self.read(#""valueInteger":9,"dataAbsentReason":{"coding":[{"code":"error"}]}"#)
        #expect(both.rules == ["!value-null"])
    }

    @Test("So much of one in another keeps both units; a ratio without denominator is held")
    func ratios() throws {
        let each = try Self.read(
            #""valueRatio":{"numerator":{"value":0.95,"unit":"mg","code":"mg"},"denominator":{"unit":"g/L"}}"#)
        #expect(each.result.value == .number(Personal("0.95")) && each.result.unit?.code == "mg/(g/L)")
        for ratio in [#"{"numerator":{"value":1}}"#, #"{"numerator":{"value":1,"unit":"g"},"denominator":{}}"#] {
            #expect(try Self.read(#""valueRatio":"# + ratio).rules.first == "!fhir-ratio", "\(ratio)")
        }
    }

    @Test(
        "A unit that stands in both halves of a ratio without a second number is there once",
        arguments: [
            (#"{"value":0.5,"unit":"ug/mL"}"#, #"{"unit":"ug/mL"}"#, "ug/mL"),
            (#"{"value":0.5,"unit":"µg/mL","code":"ug/mL"}"#, #"{"code":"ug/mL"}"#, "ug/mL"),
            (#"{"value":0.5,"unit":"µg/mL","code":"ug/mL"}"#, #"{"unit":"µg/mL"}"#, "ug/mL"),
            (#"{"value":0.5,"unit":"mg"}"#, #"{"unit":"L"}"#, "mg/L"),
            (#"{"value":0.5,"unit":"mg"}"#, #"{"unit":"1"}"#, "mg"),
        ])
    func unitOnce(numerator: String, denominator: String, unit: String) throws {
        let found = try Self.read(#""valueRatio":{"numerator":"# + numerator + #","denominator":"# + denominator + "}")
        #expect(found.result.value == .number(Personal("0.5")) && found.result.unit?.code == unit)
        #expect(!found.rules.contains("detail-dropped"))
    }

    @Test("A comparator of a denominator without a number is told, and the numerator's is kept")
    func comparatorOfNothing() throws {
        let found = try Self.read(
            #""valueRatio":{"numerator":{"comparator":">=","value":32,"unit":"ug/mL"},"#
                + #""denominator":{"comparator":">=","unit":"ug/mL"}}"#)
        let bound = Observation.Value.structured(
            comparator: ">=", first: Personal("32"), separator: nil, second: nil)
        #expect(found.result.value == bound && found.result.unit?.code == "ug/mL")
        #expect(found.rules.contains("detail-dropped"))
    }

    @Test("An element of a list that is no object is held, and more of them than are carried are told")
    func lists() throws {
        let notes = Array(repeating: #"{"text":"x"}"#, count: 1_001).joined(separator: ",")
        let found = try Self.read(#""valueInteger":1,"note":["# + notes + "]")
        #expect(found.rules == ["fhir-further"] && found.result.notes.count == 1_000)
        let bare = Self.outcome(#""valueInteger":1,"interpretation":["HH"]"#)
        #expect(bare?.report == nil && bare?.findings.map(\.rule) == ["fhir-element"])
    }
}
