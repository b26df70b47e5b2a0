import Testing

@testable import LabReport

@Suite("Words beside codes")
struct WordsTests {
    private static let coding: Set<ReportField> = [
        .orderPanel, .orderStatus, .specimenType, .resultCode, .resultLocalCode, .resultValue, .resultUnit,
        .resultRange,
        .resultInterpretation, .resultStatus, .resultMethod,
    ]

    private static func projected(_ report: Report, _ fields: Set<ReportField>, memory: WritingMemory? = nil) throws
        -> Report
    {
        let reference = try #require(MinimisationTests.reference)
        return Profile(id: "p", fields: fields)
            .project(report, results: Array(report.results.indices), reference: reference, memory: memory)
    }

    private static func report(_ value: Observation.Value?, unit: Coded? = nil, range: String? = nil) -> Report {
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        report.results[0].value = value
        report.results[0].unit = unit
        report.results[0].range = range
        return report
    }

    @Test("A profile that lists every coded field and not result.text lets no word of the sender's through")
    func noWords() throws {
        let memory = WritingMemory()
        for memory in [nil, memory, memory] {
            let projected = try Self.projected(FullReport.report, Self.coding, memory: memory)
            for text in [fhir(projected), csv(projected)] {
                for canary in FullReport.canaries where canary.text.contains("CANARY") && !canary.goes(Self.coding) {
                    #expect(!text.contains(canary.text), "\(canary.text)")
                }
            }
        }
    }

    @Test("With result.text each coded field lets its words through, too", arguments: coding)
    func withText(field: ReportField) throws {
        let text = fhir(try Self.projected(FullReport.report, [field, .resultText]))
        for canary in FullReport.canaries {
            #expect(text.contains(canary.text) == canary.goes([field, .resultText]), "\(canary.text)")
        }
    }

    @Test(
        "A display of known meaning goes with its code; any other stays, and the code goes without it",
        arguments: [
            (Coded(code: "260373001", text: "Détecté", system: "SCT"), "Détecté"),
            (Coded(code: "260373001", text: "Détecté chez Mme X", system: "SCT"), nil),
            (Coded(code: "260373001", text: "POSITIF Иванова", system: "SCT"), nil),
        ])
    func displays(code: Coded, text: String?) throws {
        let value = try Self.projected(Self.report(.coded(code)), [.resultValue]).results[0].value
        #expect(value == .coded(Coded(code: "260373001", text: text, system: "SCT")))
    }

    @Test("Words in the place of a code stay, unless they are words of known meaning")
    func wordsAsCode() throws {
        func value(_ code: Coded) throws -> Observation.Value? {
            try Self.projected(Self.report(.coded(code)), [.resultValue]).results[0].value
        }
        #expect(try value(Coded(text: "voir Mme Martin")) == nil)
        #expect(try value(Coded(code: "voir Mme Martin", system: "L")) == nil, "a system alone says nothing")
        #expect(try value(Coded(code: "NON DETECTE", system: "L")) == .coded(Coded(code: "NON DETECTE", system: "L")))
        #expect(try value(Coded(text: "Négatif")) == .coded(Coded(text: "Négatif")))
    }

    @Test("A result in words that somebody gets without them is told once, at the first one, and nothing else is")
    func unsentText() throws {
        func found(_ profile: String, _ values: [Observation.Value], action: Report.Action = .new) throws -> [String] {
            let fields = profile.split(separator: " ").map { "\"result.\($0)\"" }.joined(separator: ",")
            let table = try RouteTable(
                routes: [try RoutingFixture.json(#"{"id":"r","to":"cnam","anyCode":true,"profile":"p"}"#)],
                profiles: [try RoutingFixture.json("{\"id\":\"p\",\"fields\":[\(fields)]}")])
            var report = RoutingFixture.report(values.map { _ in ("718-7", "x") })
            report.action = action
            for index in values.indices { report.results[index].value = values[index] }
            let outcome = table.destinations(for: report)
            let rules = ReportRules(try RulesTests.settings())
            return outcome.findings(at: ReportPlaces(), rules).map { $0.rule + " @ " + $0.path }
        }
        let words = Observation.Value.text(Personal("voir commentaire"))
        let plain = Observation.Value.text(Personal("12,5"))
        #expect(try found("code value", [plain, words, words]) == ["text-not-sent @ OBX[2]-5"])
        #expect(try found("code value", [.coded(Coded(text: "voir commentaire"))]) == ["text-not-sent @ OBX[1]-5"])
        for unsent in [
            Coded(text: "voir commentaire", system: "LABO"), Coded(code: "Voir commentaire", system: "LABO"),
            Coded(
                code: nil, text: nil, system: nil, localCode: "voir commentaire", localText: "x", localSystem: "LABO"),
        ] {
            #expect(try found("code value", [.coded(unsent)]) == ["text-not-sent @ OBX[1]-5"])
        }
        #expect(try found("code value", [.coded(Coded(system: "LABO"))]) == [], "there was nothing to send")
        #expect(try found("code value", [words], action: .cancel) == [])
        for value in [
            plain, .text(Personal("Détecté")), .text(Personal("< 20 copies/mL")), .coded(Coded(text: "Négatif")),
            .coded(Coded(code: "X", text: "voir commentaire", system: "L")), .number(Personal("4")),
        ] {
            #expect(try found("code value", [value]) == [])
        }
        #expect(try found("code value text", [words]) == [])
        #expect(try found("code", [words]) == [])
        let held = ReportRules(try RulesTests.settings(overrides: ["text-not-sent": .error]))
        var outcome = RoutingOutcome()
        outcome.unsentText = 0
        #expect(outcome.findings(at: ReportPlaces(), held).map(\.severity) == [.error])
    }

    @Test("A reference range that somebody gets the result without is told once, at the first one")
    func unsentRange() throws {
        func found(_ profile: String, _ ranges: [String?], action: Report.Action = .new) throws -> [String] {
            let fields = profile.split(separator: " ").map { "\"result.\($0)\"" }.joined(separator: ",")
            let table = try RouteTable(
                routes: [try RoutingFixture.json(#"{"id":"r","to":"cnam","anyCode":true,"profile":"p"}"#)],
                profiles: [try RoutingFixture.json("{\"id\":\"p\",\"fields\":[\(fields)]}")])
            var report = RoutingFixture.report(ranges.map { _ in ("718-7", "12") })
            report.action = action
            for index in ranges.indices {
                report.results[index].value = .number(Personal("12"))
                report.results[index].range = ranges[index]
            }
            let outcome = table.destinations(for: report)
            let rules = ReportRules(try RulesTests.settings())
            return outcome.findings(at: ReportPlaces(), rules).map { $0.rule + " @ " + $0.path }
        }
        let words = "12 - 16, selon Mme Martin"
        #expect(try found("code value range", ["12 - 16", nil, words, words]) == ["range-not-sent @ OBX[3]-7"])
        #expect(try found("code value range", ["12 - 16", "", "< 0,5 mg/L", "Négatif"]) == [])
        #expect(try found("code value range", [words], action: .cancel) == [])
        #expect(try found("code value", [words]) == [], "nobody is to get it")
        #expect(try found("code value text range", [words]) == [], "it goes whole")
        let held = ReportRules(try RulesTests.settings(overrides: ["range-not-sent": .error]))
        var outcome = RoutingOutcome()
        outcome.unsentRange = 0
        #expect(outcome.findings(at: ReportPlaces(), held).map(\.severity) == [.error])
    }

    @Test("A number that is none stays, and so do a comparator and a separator outside the standard's")
    func numbers() throws {
        func value(_ value: Observation.Value) throws -> Observation.Value? {
            try Self.projected(Self.report(value), [.resultValue]).results[0].value
        }
        #expect(try value(.number(Personal("1.10"))) == .number(Personal("1.10")))
        #expect(try value(.number(Personal("12 (Mme X)"))) == nil)
        let titre = RulesTests.structured(nil, "1", ":", "64")
        #expect(try value(titre) == titre)
        for comma in [RulesTests.structured(nil, "12,5", nil, nil), RulesTests.structured(">", "0,5", "-", "1,5")] {
            #expect(try value(comma) == comma)
        }
        for broken in [
            RulesTests.structured(nil, "1,2,3", nil, nil), RulesTests.structured(nil, "1.2,3", nil, nil),
            RulesTests.structured("Mme", "1", nil, nil), RulesTests.structured("<", "X", nil, nil),
            RulesTests.structured("<", "1", "chez", "2"), RulesTests.structured(nil, "1850578006084", nil, nil),
            RulesTests.structured("=", "185057800608491", nil, nil),
            RulesTests.structured(nil, nil, "-", "1850578006084"),
            RulesTests.structured(nil, "1850578006084,91", nil, nil),
            RulesTests.structured(nil, "1850578,", "/", "00608491"),
            RulesTests.structured(nil, "0639983120", nil, nil), RulesTests.structured(nil, "06,39983120", nil, nil),
            RulesTests.structured(nil, "1850578006084", "/", "91"),
            RulesTests.structured(nil, "18505780060", "-", "84"),
        ] {
            #expect(try value(broken) == nil)
        }
    }

    @Test(
        "A text that is a measure goes as a value, and no other",
        arguments: [
            ("< 20 copies/mL", true), ("≤ 20", true), ("≥ 1,5 g/L", true), (">= 3", true), ("1/160", true),
            ("++", true),
            ("163027/6351479", false), ("1630276/3514791", false), ("33612/345678", false), ("100000-500000", true),
            ("10000-100000 UFC/mL", true), ("1/1280", true), ("1850578-0060849", false), ("1:20480", true),
            ("≤ Martin", false), ("≤", false), ("12 mai", false), ("≤ 0612345678", false),
            ("~ 20", false),
        ])
    func measures(text: String, goes: Bool) throws {
        let value = Observation.Value.text(Personal(text))
        #expect(try Self.projected(Self.report(value), [.resultValue]).results[0].value == (goes ? value : nil))
    }

    @Test(
        "What laboratories write as a unit is one",
        arguments: [
            "g/L", "10*9/L", "10^9/L", "µmol/l", "UI/mL", "mL/min/{1.73_m2}", "log copies/mL", "g/100 ml", "%",
            "mm[Hg]",
            "copies/mL", "[IU]/mL", "10 puissance 9/L", "UI/24 heures", "% du témoin",
            "Unité arbitraire", "UNITES ARBITRAIRES", "UA/mL", "unités internationales/mL",
        ])
    func units(unit: String) throws {
        let report = Self.report(.number(Personal("4")), unit: Coded(code: unit))
        let result = try Self.projected(report, [.resultValue, .resultUnit]).results[0]
        #expect(result.unit == Coded(code: unit) && result.value == .number(Personal("4")))
    }

    @Test(
        "What is no unit stays, and the number with it: it would be read in another unit",
        arguments: [
            "appeler Mme Martin", "0612345678", "Mme internationales/mL", "unités Lecomtedubreuil/mL",
            "g/L/2550814168025", "г/л",
            "Martin-Dubreuil-Lecomte-Saint-Hilaire/Anne",
        ])
    func noUnits(unit: String) throws {
        let report = Self.report(.number(Personal("4")), unit: Coded(code: unit))
        let result = try Self.projected(report, [.resultValue, .resultUnit]).results[0]
        #expect(result.unit == nil && result.value == nil)
        #expect(try Self.projected(report, [.resultValue]).results[0].value == .number(Personal("4")))
        #expect(
            try Self.projected(report, [.resultValue, .resultUnit, .resultText]).results
                == report.results.map { result in
                    var kept = Observation(orderIndex: 0, code: Coded(), status: "")
                    kept.value = result.value
                    kept.unit = result.unit
                    return kept
                })
        var log = try RulesTests.good()
        log.results[0].unit = Coded(code: unit)
        #expect(RulesTests.rules(log, try RulesTests.settings()) == ["unit-form"])
    }

    @Test(
        "What laboratories write as a reference range is one, and a sentence is not",
        arguments: [
            ("12 - 16", true), ("< 0,5 mg/L", true), ("[12 ; 16]", true), ("H: 13-18 F: 12-16", true),
            ("Négatif", true),
            ("Inf à 5", true), ("≤ 40", true), ("0.27-4.20 µUI/mL", true), ("Adulte : 4 - 10", true),
            ("appeler Mme Martin au 12", false), ("0612345678", false), ("Martin", false), ("voir commentaire", false),
            ("", false),
        ])
    func ranges(range: String, isRange: Bool) throws {
        let report = Self.report(.number(Personal("4")), range: range)
        #expect(try Self.projected(report, [.resultRange]).results[0].range == (isRange ? range : nil))
    }

    @Test("A sub-identifier, a flag and a status are short codes or stay")
    func shortCodes() throws {
        var report = Self.report(.number(Personal("4")))
        report.results[0].subID = "1 Mme X"
        report.results[0].interpretation = ["H", "haut chez Mme X"]
        report.results[0].status = "vu avec Mme X"
        report.orders[0].status = "vu avec Mme X"
        let projected = try Self.projected(report, Self.coding)
        #expect(projected.results[0].subID == nil && projected.results[0].interpretation == ["H"])
        #expect(projected.results[0].status == "" && projected.orders[0].status == nil)
    }
}
