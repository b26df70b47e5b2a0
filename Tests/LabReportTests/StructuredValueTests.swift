import HL7
import StrictJSON
import Testing

@testable import LabReport

/// Values of two numbers, and units, on their way from a laboratory's HL7 to FHIR.
@Suite("Structured values and their units in FHIR")
struct StructuredValueTests {
    private static func outcome(_ type: String, _ value: String, _ unit: String) -> ReadOutcome? {
        let text = """
            MSH|^~\\&|A|LABO^750999906^N|B|C|20261126103636+0100||ORU^R01^ORU_R01|M1|P|2.5.1
            PID|1||D1^^^LAB&750999906&N^PI||MARTIN^Anne^^^^^L||19411115|F
            ORC|NW|P1|F1
            OBR|1|P1|F1|95941-1^P^LN
            OBX|1|\(type)|94500-6^ARN^LN||\(value)|\(unit)|||||F

            """
        return HL7ReportReader().read(bytes: Array(text.replacing("\n", with: "\r").utf8)).first
    }

    /// What is found in values and units.
    private static func rules(_ report: Report) throws -> [String] {
        RulesTests.rules(report, try RulesTests.settings()).filter {
            $0.hasPrefix("obx5-") || $0.hasPrefix("unit-") || $0.hasPrefix("structured-")
        }
    }

    /// The Observation that is written, once it was read back whole.
    private static func observation(_ report: Report) throws -> JSON {
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: "i", source: "urn:pli:a:b:c", number: 1, into: &bytes)
        #expect(try FHIRBundleReader.read(bytes).report == report)
        let entries = try #require(try JSON(parsing: bytes)["entry"]?.array)
        return try #require(entries.compactMap { $0["resource"] }.last { $0["resourceType"]?.string == "Observation" })
    }

    private static func written(_ json: JSON?) -> String {
        json.map { String(decoding: $0.encoded, as: UTF8.self) } ?? ""
    }

    private static let unit = #""unit":"mg","system":"http://unitsofmeasure.org","code":"mg/L""#

    @Test(
        "A structured value with a unit is written in the form of FHIR that says just this, unit and all",
        arguments: [
            (">^100", "valueQuantity", "{\"value\":100,\"comparator\":\">\",\(unit)}"),
            ("^1^:^128", "valueRatio", "{\"numerator\":{\"value\":1,\(unit)},\"denominator\":{\"value\":128,\(unit)}}"),
            ("^10^-^20.50", "valueRange", "{\"low\":{\"value\":10,\(unit)},\"high\":{\"value\":20.50,\(unit)}}"),
            ("^-2^-^-1", "valueRange", "{\"low\":{\"value\":-2,\(unit)},\"high\":{\"value\":-1,\(unit)}}"),
        ])
    func forms(value: String, member: String, expected: String) throws {
        let report = try #require(Self.outcome("SN", value, "mg/L^mg^UCUM")?.report)
        let json = try Self.observation(report)
        #expect(Self.written(json[member]) == expected)
        #expect(json["valueString"] == nil && json["extension"] == nil)
        #expect(try Self.rules(report) == [])
        // Others' readers understand it as Pli reads theirs.
        var elements = FHIRElements(settings: ReaderSettings())
        let read = elements.observation(try JSONView(parsing: json.encoded), order: 0, "Observation")
        #expect(read.value == report.results[0].value && read.unit == report.results[0].unit)
        #expect(elements.log.findings.map(\.rule) == [])
    }

    @Test("Without a comparator, or with =, the value is its number", arguments: ["^100", "=^100"])
    func plainNumber(value: String) throws {
        let report = try #require(Self.outcome("SN", value, "mg/L^mg^UCUM")?.report)
        #expect(report.results[0].value == .number(Personal("100")))
        #expect(Self.written(try Self.observation(report)["valueQuantity"]) == "{\"value\":100,\(Self.unit)}")
        #expect(try Self.rules(report) == [])
    }

    @Test(
        "A number that is missing before or behind its separator is told",
        arguments: ["^^-^20", "^10^-", "^1^:", "^1^^2", "<^^^5"])
    func missingNumber(value: String) throws {
        let report = try #require(Self.outcome("SN", value, "mg/L^mg^UCUM")?.report)
        #expect(try Self.rules(report) == ["obx5-structured"])
    }

    @Test(
        "Parts that do not go together stay apart wherever the value is a text: no other number is made of them",
        arguments: ["^3^5", "^10^^20", "<^5^10", "^^-^20", "840539006^text^SCT", "^3^.^"])
    func apart(value: String) throws {
        let report = try #require(Self.outcome("SN", value, "")?.report)
        let kept = value.last == "^" ? String(value.dropLast()) : value
        #expect(try Self.observation(report)["valueString"]?.string == kept)
        #expect(report.results[0].value?.label == kept)
        #expect(try Self.rules(report).contains("obx5-structured"))
    }

    @Test(
        "What FHIR has no form for is text with its unit, and told; without a unit the text says all",
        arguments: [
            ("<>^100", "<>100"), ("^20^-^10", "20-10"), ("^1^/^160", "1/160"), (">^1^:^128", ">1:128"), ("^3^+", "3+"),
            ("^-1^-^-2", "-1--2"), ("^10.01^-^10.001", "10.01-10.001"),
        ])
    func texts(value: String, text: String) throws {
        let report = try #require(Self.outcome("SN", value, "mg/L^mg^UCUM")?.report)
        let json = try Self.observation(report)
        #expect(json["valueString"]?.string == text + " mg")
        #expect(try Self.rules(report) == ["structured-as-text"])
        let bare = try #require(Self.outcome("SN", value, "")?.report)
        #expect(try Self.observation(bare)["valueString"]?.string == text)
        #expect(try Self.rules(bare) == [])
    }

    @Test("A unit of the laboratory's own stands in both numbers of a range, as its quantity has it")
    func ownUnit() throws {
        let report = try #require(Self.outcome("SN", "^10^-^20", "UI^unités^L")?.report)
        let json = try Self.observation(report)
        #expect(json["valueRange"]?["low"]?["unit"]?.string == "unités")
        #expect(json["valueRange"]?["high"]?["unit"]?.string == "unités")
        let bare = try #require(Self.outcome("SN", "^10^-^20", "")?.report)
        #expect(Self.written(try Self.observation(bare)["valueRange"]) == #"{"low":{"value":10},"high":{"value":20}}"#)
    }

    @Test("What was written before, with the unit in an extension only, is read")
    func before() throws {
        let report = try #require(Self.outcome("SN", "^10^-^20", "mg/L^mg^UCUM")?.report)
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: "i", source: "urn:pli:a:b:c", number: 1, into: &bytes)
        let now = String(decoding: bytes, as: UTF8.self)
        let unit = """
            {"url":"urn:pli:ext:unit","valueCodeableConcept":{"coding":[{"system":"http://unitsofmeasure.org",\
            "code":"mg/L","display":"mg"}]}}
            """
        let parts = """
            {"url":"urn:pli:ext:structured","extension":[{"url":"first","valueString":"10"},{"url":"separator",\
            "valueString":"-"},{"url":"second","valueString":"20"}]}
            """
        let range = "\"valueRange\":{\"low\":{\"value\":10,\(Self.unit)},\"high\":{\"value\":20,\(Self.unit)}}"
        let former =
            now
            .replacing(range, with: "\"valueString\":\"10-20\"")
            .replacing(
                "\"resourceType\":\"Observation\",",
                with: "\"resourceType\":\"Observation\",\"extension\":[\(unit),\(parts)],")
        #expect(now.contains(range) && former.contains(parts))
        #expect(try FHIRBundleReader.read(Array(former.utf8)).report == report)
    }

    @Test(
        "A unit has UCUM's form or has not",
        arguments: [
            ("10*9/L", true), ("10^9/L", true), ("G/L", true), ("mg/dL", true), ("mmol/L", true), ("m[IU]/mL", true),
            ("[iU]/L", true), ("{copies}/mL", true), ("/uL", true), ("mm[Hg]", true), ("%", true), ("1", true),
            ("mL/min/{1.73_m2}", true), ("ng/mL{FEU}", true), ("kg.m-2", true), ("mg/(24.h)", true), ("Cel", true),
            ("umol/L", true), ("ukat/L", true), ("mosm/kg", true), ("cm3", true), ("[degF]", true), ("dag", true),
            ("{INR}", true), ("meq/L", true), ("10*3/uL", true), ("fL", true), ("U/L", true), ("mo_j", true),
            ("Giga/l", false), ("mg / dl", false), ("U/l (37°C)", false), ("UI/L", false), ("copies/mL", false),
            ("µmol/L", false), ("10-3", false), ("mg/", false), ("//L", false), ("", false), ("{", false),
            ("mg{a{b}}", false), ("mg)", false), ("(mg", false), ("[", false), ("[]", false), ("INR", false),
            ("log", false), ("mmHg", false), ("g/L/", false), ("mg..L", false), ("copies{x}", false), ("kh", false),
        ])
    func form(unit: String, isUCUM: Bool) {
        #expect(UCUMForm.isUnit(unit) == isUCUM)
    }

    @Test("However it is nested or long, a unit is looked at once, and refused")
    func hostileUnits() {
        #expect(!UCUMForm.isUnit(String(repeating: "(", count: 100_000)))
        #expect(!UCUMForm.isUnit(String(repeating: "(", count: 40) + "g" + String(repeating: ")", count: 40)))
        #expect(!UCUMForm.isUnit(String(repeating: "m", count: 100)))
        #expect(UCUMForm.isUnit(String(repeating: "g.", count: 49) + "g"))
    }

    @Test(
        "A unit that is UCUM's by name only is written in words, without the system, told, and comes back as it was",
        arguments: ["UCUM", "ucum", "2.16.840.1.113883.6.8"])
    func misnamed(system: String) throws {
        for (type, value) in [("NM", "12"), ("SN", "<^12"), ("SN", "^1^-^2"), ("SN", "<>^2"), ("ST", "peu")] {
            let report = try #require(Self.outcome(type, value, "Giga/l^^" + system)?.report)
            let json = try Self.observation(report)
            #expect(!Self.written(json).contains("unitsofmeasure"), "\(type) \(value)")
            #expect(Self.written(json).contains("Giga/l"))
            #expect(try Self.rules(report).contains("unit-ucum"))
        }
        let report = try #require(Self.outcome("NM", "12", "Giga/l^^" + system)?.report)
        #expect(try Self.observation(report)["valueQuantity"]?["unit"]?.string == "Giga/l")
        for unit in ["10*9/L^^UCUM", "Giga/l", "Giga/l^^L"] {
            let report = try #require(Self.outcome("NM", "12", unit)?.report)
            #expect(try !Self.rules(report).contains("unit-ucum"), "\(unit)")
        }
    }
}
