import Testing

@testable import LabReport

@Suite("Codes")
struct CodesTests {
    @Test(
        "Each code system has a URI, and the way back is exact or said not to be",
        arguments: [
            ("LN", "http://loinc.org"), ("LOINC", "http://loinc.org"),
            ("2.16.840.1.113883.6.1", "http://loinc.org"), ("SCT", "http://snomed.info/sct"),
            ("2.16.840.1.113883.6.96", "http://snomed.info/sct"), ("UCUM", "http://unitsofmeasure.org"),
            ("1.2.250.1.213.1.4.8", "urn:oid:1.2.250.1.213.1.4.8"), ("http://example.org/x", "http://example.org/x"),
            ("L", "urn:pli:system:L"), ("99 LAB%", "urn:pli:system:99%20LAB%25"), ("1.02", "urn:pli:system:1.02"),
            ("urn:oid:1.2.3", "urn:oid:1.2.3"), ("urn:pli:system:L", "urn:pli:system:L"),
            ("http://a b", "urn:pli:system:http%3A%2F%2Fa%20b"),
        ])
    func systems(name: String, uri: String) {
        let made = CodeSystem.uri(for: name)
        #expect(made.uri == uri)
        #expect(made.isExact == (CodeSystem.name(forURI: uri) == name))
    }

    @Test("Percent-encoding gives every text back and refuses what it would not have written")
    func percent() {
        for text in ["", "a-b._1", "é 漢😀%", "\u{0}\u{7F}/:?#"] {
            #expect(PercentEncoding.decoded(PercentEncoding.encoded(text).utf8) == text)
        }
        for bad in ["%", "%4", "%41", "%zz", "%e9", "%C3", "a b"] {
            #expect(PercentEncoding.decoded(bad.utf8) == nil)
        }
    }

    @Test("Every code of a named set is a LOINC code with the right check digit")
    func codeSets() {
        for set in CodeSet.allCases {
            #expect(Set(set.codes).count == set.codes.count)
            for code in set.codes { #expect(LOINC(code) != nil, "\(code)") }
        }
    }

    @Test("The LOINC code is found in either place, and only under LOINC's name")
    func loinc() {
        #expect(Coded(code: "94500-6", system: "LN").loinc == "94500-6")
        #expect(Coded(code: "94500-6", system: "L").loinc == nil)
        #expect(Coded(code: "94500-6").loinc == nil)
        var both = Coded(code: "PCR", system: "L")
        both.localCode = "94500-6"
        both.localSystem = "LOINC"
        #expect(both.loinc == "94500-6")
    }

    private func meaning(_ value: Observation.Value?, _ interpretation: [String] = []) -> ResultMeaning {
        var result = Observation(orderIndex: 0, code: Coded())
        result.value = value
        result.interpretation = interpretation
        return ResultMeaning(of: result)
    }

    @Test(
        "Words and codes say what a result means",
        arguments: [
            ("10828004", ResultMeaning.positive), ("260373001", .positive), ("POS", .positive), ("Positif", .positive),
            ("DÉTECTÉ", .positive), ("détectée", .positive), ("260385009", .negative), ("260415000", .negative),
            ("895231008", .negative), ("Non détecté", .negative), ("NON DETECTEE", .negative), ("NEGATIVE", .negative),
            ("373068000", .indeterminate), ("Douteux", .indeterminate), ("125154007", .unusable),
            ("échantillon insatisfaisant", .unusable), ("Positif ?", .other), ("1/80", .other),
            ("Positif pour Mme X", .other), ("", .other), ("POSITIF FORT", .positive), ("fortement positif", .positive),
            ("POSITIF (Ct 23)", .positive), ("Positif, CT = 23,4", .positive), ("Détecté Cq:31.25", .positive),
            ("ARN viral détecté", .positive), ("ARN VIRAL NON DETECTE", .negative), ("NEGATIF (Ct 38)", .other),
            ("NON POSITIF (Ct 23)", .other), ("POSITIF (Ct 230)", .other), ("POSITIF (pas de Ct 23)", .other),
            ("POSITIF (Ct 23) ?", .other), ("POSITIF (Ct 23", .other), ("+/- POSITIF Ct 23", .other),
            ("(POSITIF) Ct 23", .other), ("POSITIFCt 23", .other), ("Ct 23", .other),
        ])
    func words(word: String, expected: ResultMeaning) {
        #expect(meaning(.coded(Coded(code: word, system: "L"))) == expected)
        if !word.allSatisfy(\.isNumber) { #expect(meaning(.text(Personal(word))) == expected) }
    }

    @Test("Crosses say that something was found where the laboratory flags them, and nothing else does by that")
    func crosses() {
        #expect(meaning(.text(Personal("+")), ["A"]) == .positive)
        #expect(meaning(.text(Personal("+++")), ["AA"]) == .positive)
        for (text, flags) in [
            ("+", []), ("+", ["N"]), ("+", ["A", "N"]), ("+/-", ["A"]), ("1", ["A"]), ("+++++", ["A"]), ("", ["A"]),
        ] { #expect(meaning(.text(Personal(text)), flags) == .other, "\(text)") }
        #expect(meaning(.text(Personal("+")), ["NEG"]) == .negative)
    }

    @Test("LOINC's answers say what they are without words beside them")
    func answers() {
        for (code, expected) in [
            ("LA6576-8", ResultMeaning.positive), ("LA6577-6", .negative), ("LA11882-0", .positive),
            ("LA11883-8", .negative),
        ] { #expect(meaning(.coded(Coded(code: code, system: "LN"))) == expected) }
    }

    @Test("A result of which one part says positive and another negative is held, and no other")
    func contradictions() throws {
        func isHeld(_ value: Observation.Value, _ flags: [String] = []) throws -> Bool {
            var report = RoutingFixture.report([("94500-6", "x")])
            report.results[0].value = value
            report.results[0].interpretation = flags
            let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
            let findings = ReportRules.check(report, context: RuleSettings(production: true, today: today))
            return findings.contains { $0.rule == "value-contradiction" && $0.severity == .error }
        }
        func beside(_ text: String?, _ code: String?, _ words: String?) -> Observation.Value {
            .coded(
                Coded(
                    code: "10828004", text: text, system: "SCT", localCode: code, localText: words, localSystem: "L"))
        }
        #expect(try isHeld(.coded(Coded(code: "260385009", text: "Positif", system: "SCT"))))
        #expect(try isHeld(.coded(Coded(code: "260385009", text: "Négatif", system: "SCT")), ["POS"]))
        #expect(try isHeld(.coded(Coded(code: "POS", text: "Négatif", system: "L"))))
        #expect(try isHeld(.text(Personal("Négatif")), ["POS"]))
        #expect(try isHeld(beside("P", "NEG", "Négatif")))
        #expect(try !isHeld(beside("Positif", "POS", "Détecté"), ["A", "POS"]))
        #expect(try !isHeld(beside("Positif faible", "12", "Douteux"), ["IND"]))
        #expect(try !isHeld(.number(Personal("12")), ["POS", "NEG"]))
    }

    @Test("The interpretation counts where the value says nothing of the kind")
    func interpretation() {
        #expect(meaning(.number(Personal("23.5")), ["POS"]) == .positive)
        #expect(meaning(nil, ["ND"]) == .negative)
        #expect(meaning(nil, ["A"]) == .other)
        #expect(meaning(nil, ["POS", "NEG"]) == .indeterminate)
        #expect(meaning(.text(Personal("NEGATIF")), ["POS"]) == .negative)
        #expect(meaning(nil) == .other)
    }
}
