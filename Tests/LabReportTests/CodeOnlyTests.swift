import StrictJSON
import Testing

@testable import LabReport

@Suite("Diseases notified under a code, and routes by status")
struct CodeOnlyTests {
    static let hiv = "56888-1"

    @Test("No template routes a name with HIV or another code-only disease")
    func templates() throws {
        let table = try RouteTable(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
        for code in CodeOnlyDisease.allCodes {
            let report = RoutingFixture.report([(code, "POSITIF")])
            for destination in table.destinations(for: report).destinations {
                #expect(table.profile(destination.profile)?.isIdentifying == false)
            }
        }
    }

    @Test("Every code of a code-only disease is a LOINC code, each once")
    func codes() {
        for disease in CodeOnlyDisease.allCases {
            #expect(Set(disease.codes).count == disease.codes.count)
            for code in disease.codes { #expect(LOINC(code) != nil, "\(code)") }
        }
    }

    @Test("A directory whose route names such a disease and a person is refused; one that names nobody is not")
    func refused() throws {
        for codes in [#""codes":["56888-1"]"#, #""codeSet":"hiv""#, #""codeSet":"hepatitis-b""#] {
            #expect(throws: LabReportFailure.self) {
                try RoutingFixture.table(#"{"id":"r","to":"spf",\#(codes),"profile":"all"}"#)
            }
            let table = try RoutingFixture.table(#"{"id":"r","to":"spf",\#(codes),"profile":"few"}"#)
            #expect(table.routes.count == 1)
        }
    }

    @Test("Routes that bring one recipient such results without a name and others with one share no number")
    func linked() throws {
        func table(_ fields: String, _ codes: String = #""codeSet":"hiv""#, to: String = "spf") throws -> RouteTable {
            try RouteTable(
                routes: [
                    #"{"id":"n","to":"spf","codes":["94500-6"],"profile":"named"}"#,
                    #"{"id":"h","to":"\#(to)",\#(codes),"profile":"nameless"}"#,
                ].map { try JSON(parsing: Array($0.utf8)) },
                profiles: [
                    #"{"id":"named","fields":["patient.birthName","patient.postcode","result.code",\#(fields)]}"#,
                    #"{"id":"nameless","fields":["patient.postcode","result.code",\#(fields)]}"#,
                ].map { try JSON(parsing: Array($0.utf8)) })
        }
        for field in [
            "patient.pseudonym", "order.filler", "order.placer", "specimen.id", "report.messageId", "patient.birthDate",
        ] {
            let linked = try table("\"\(field)\"")
            #expect(throws: LabReportFailure.self) { try linked.refuseLinks() }
            #expect(throws: LabReportFailure.self) { try table("\"\(field)\"", #""anyCode":true"#).refuseLinks() }
            try table("\"\(field)\"", #""codes":["94500-6"]"#).refuseLinks()
            try table("\"\(field)\"", to: "cnam").refuseLinks()
        }
        try table("\"patient.sex\"").refuseLinks()
        try RouteTable(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles).refuseLinks()
    }

    @Test("A regional route shares its recipients with the one that names an agency")
    func linkedByRegion() throws {
        func table(_ regional: String) throws -> RouteTable {
            try RouteTable(
                routes: [
                    #"{"id":"n","to":"ars-{region}","codes":["94500-6"],"territory":"laboratory",\#(regional)"profile":"a"}"#,
                    #"{"id":"h","to":"ars-11","codeSet":"hiv","profile":"b"}"#,
                ].map { try JSON(parsing: Array($0.utf8)) },
                profiles: [
                    #"{"id":"a","fields":["patient.birthName","order.filler"]}"#,
                    #"{"id":"b","fields":["order.filler"]}"#,
                ].map { try JSON(parsing: Array($0.utf8)) })
        }
        #expect(throws: LabReportFailure.self) { try table("").refuseLinks() }
        try table(#""regions":["53"],"#).refuseLinks()
    }

    @Test("A route for any code lets these results stay behind, and says why")
    func anyCode() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#,
            #"{"id":"s","to":"spf","anyCode":true,"profile":"few"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF"), (Self.hiv, "POSITIF")])
        var local = Observation(orderIndex: 0, code: Coded(code: "S1", text: "Sérologie VIH 1+2", system: "L"))
        local.value = .text(Personal("POSITIF"))
        report.results.append(local)
        let outcome = table.destinations(for: report)
        #expect(outcome.destinations.map(\.resultIndexes) == [[0], [0, 1, 2]])
        let alone = table.destinations(for: RoutingFixture.report([(Self.hiv, "POSITIF")]))
        #expect(alone.destinations.map(\.recipient) == ["spf"])
        #expect(alone.dropped.contains { $0.route == "r" && $0.reason == .codeOnly })
    }

    @Test(
        "A hepatitis B or HIV that is known by its code alone goes with no name",
        arguments: [
            // Surface and e antigen, core IgM, DNA by other methods, in other specimens, of donors; antibodies to core.
            "65633-0", "5197-9", "47364-5", "50967-9", "75408-5", "45161-7", "5009-6", "20442-0", "22319-8", "5187-0",
            "13919-6", "40725-4",
            // Genotype and mutations; HIV.
            "32366-7", "61157-4", "42917-5", "87962-7", "96556-6",
        ])
    func byCode(code: String) throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        let outcome = table.destinations(for: RoutingFixture.report([(code, "POSITIF")]))
        #expect(outcome.destinations.isEmpty && outcome.dropped.contains { $0.reason == .codeOnly })
    }

    @Test("No LOINC code stands twice, in one list or in two")
    func each() {
        let all =
            CodeOnlyCodes.hiv + CodeOnlyCodes.alsoOfHIV + CodeOnlyCodes.hepatitisB + CodeOnlyCodes.afterHepatitisB
            + CodeOnlyCodes.alsoOfHepatitisB
        #expect(Set(all).count == all.count && Set(all) == CodeOnlyDisease.allCodes)
        for code in all { #expect(LOINC(code) != nil, "\(code)") }
        let numbers = CodeOnlyCodes.hiv.compactMap { Int($0.prefix { $0 != "-" }) }
        #expect(numbers == numbers.sorted())
    }

    @Test(
        "A name of the disease in what laboratories write holds the result back from whoever is told names",
        arguments: [
            "Sérologie VIH 1+2", "SEROVIH", "VIH12C", "Charge virale HIV-1", "CVVIH", "Ag HBs", "AGHBS", "HBsAg",
            "Ac anti-HBc IgM",
            "ANTIHBC", "AgHBe", "HBe Ag", "HBV DNA", "ADN VHB", "SIDA", "Hépatite B", "HEPATITE B", "He\u{301}patite B",
            "Hepatitis B surface antigen", "Virus de l'immunodéficience humaine", "Human immunodeficiency virus",
            "Anticorps HBc totaux", "Antigène HBe", "V.I.H.", "Hepatite virale B", "Hépatite virale type B",
            "Hépatites B et C", "Hep B",
            "HVB", "Ag p24", "Antigène p24", "SEROVIHCOMBI", "AcVIHAgp24", "AgHBsQ", "COMBOHIVDUO", "HBs",
            "Ac anti HBc totaux", "HEPATITEB", "hepatitisB", "SEROHEPATITEB", "hépatite aiguë de type B",
            "Hépatite due au virus B", "Antigène de surface du virus B de l'hépatite", "virus B de l'hépatite",
            "HBC TOTAUX", "V-I-H", "V I H", "Ac anti H I V", "ＶＩＨ", "ｖｉｈ 1", "Hepatitis surface antigen",
            "Hépatite virale chronique active B", "Hépatite 'D'", "Hépatite D", "Hépatite D: d'origine",
            "VIH d'origine",
            "p24 HIV", "Agp24hs", "SEROP24", "SERESP24", "RESP24 VIH", "RES p24",
        ])
    func named(name: String) { #expect(DiseaseName.isNamed(in: name)) }

    @Test(
        "Other tests are not taken for it",
        arguments: [
            "SARS-CoV-2 ARN", "Hémoglobine C (HbC)", "HbE", "HbS", "HbSS", "HbSC", "Electrophorèse Hb: HbA HbF HbS HbC",
            "virose hivernale", "HIVERNAGE",
            "Archivage", "Hépatite A, souche grippe B", "p245", "Hépatite C", "Hépatite A IgM", "Virus de l'hiver",
            "HIVER",
            "Grippe B",
            "Déficit immunitaire commun variable", "Hb", "", "Archives", "HBA1c", "Streptocoque B", "\u{C3}",
            "Immunodéficience", "Grippe B et hépatite A", "Hépatite C, streptocoque du groupe B",
            "Vitamine B, hépatite A",
            "V H 1", "ＶＩ Ｈ", "\u{FEFF}V", "Ａ", "Hépatite d'origine virale", "Hépatite aiguë d’allure virale",
            "Bilan d'hépatite d'étiologie indéterminée", "PROT P24H", "P24H", "RESP24",
            "PCR_RESP24", "Panel covP24",
        ])
    func notNamed(name: String) { #expect(!DiseaseName.isNamed(in: name)) }

    private static let local = Coded(code: "S1", text: "Sérologie 1", system: "L")

    private static func isNamed(_ change: (inout Report) -> Void) throws -> Bool {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        report.results[0].code = local
        change(&report)
        return !table.destinations(for: report).destinations.isEmpty
    }

    @Test("A code of the disease counts in either half and whatever is said of its system, of a test as of a panel")
    func halves() throws {
        #expect(try Self.isNamed { _ in })
        let systems = [
            nil, "L", "LN", "LNC", "loinc", "https://loinc.org", "http://loinc.org/", "URN:OID:2.16.840.1.113883.6.1",
        ]
        for code in ["75622-1", " 75622-1 ", "86406008", "165816005"] {
            for system in systems + ["SCT"] {
                let first = Coded(code: code, text: "x", system: system)
                let second = Coded(
                    code: "94500-6", text: "x", system: "LN", localCode: code, localText: "y", localSystem: system)
                for coded in [first, second] {
                    #expect(try !Self.isNamed { $0.results[0].code = coded }, "\(code) \(system ?? "none")")
                    #expect(try !Self.isNamed { $0.orders[0].panel = coded })
                    #expect(try !Self.isNamed { $0.results[0].value = .coded(coded) })
                }
            }
            #expect(try !Self.isNamed { $0.results[0].value = .text(Personal(code)) })
        }
        #expect(try Self.isNamed { $0.results[0].code = Coded(code: "7562-1", system: "L") })
        #expect(try Self.isNamed { $0.results[0].value = .text(Personal("  ")) })
    }

    @Test("The name of the disease counts in a method, a device, a flag, a unit, a specimen and a system's label")
    func elsewhere() throws {
        #expect(try !Self.isNamed { $0.results[0].method = Coded(code: "1", text: "ELISA VIH", system: "L") })
        #expect(try !Self.isNamed { $0.results[0].device = "VIDAS HIV DUO" })
        #expect(try !Self.isNamed { $0.results[0].subID = "VIH1" })
        #expect(try !Self.isNamed { $0.results[0].interpretation = ["VIH"] })
        #expect(try !Self.isNamed { $0.results[0].unit = Coded(code: "cp(VIH)/mL") })
        #expect(try !Self.isNamed { $0.results[0].code.system = "LABO VIH" })
        #expect(
            try !Self.isNamed {
                var specimen = Specimen()
                specimen.type = Coded(code: "7", text: "Tube VIH", system: "L")
                $0.specimens = [specimen]
                $0.orders[0].specimenIndex = 0
            })
    }

    @Test("What was found out of a result once is forgotten when the result changes")
    func forgotten() throws {
        #expect(
            try !Self.isNamed {
                $0.results[0].noteSoundness()
                $0.results[0].device = "VIDAS HIV DUO"
            })
        #expect(try Self.isNamed { $0.results[0].noteSoundness() })
    }

    @Test("What has no place beside two codings is judged before it is left out, and a text that is left out is told")
    func furtherCodings() throws {
        let two = #"{"system":"urn:l","code":"X","display":"a"},{"system":"urn:m","code":"Y","display":"b"}"#
        for (concept, findings) in [
            (#"{"coding":[\#(two),{"system":"http://loinc.org","code":"75622-1"}]}"#, ["fhir-further-codes"]),
            (
                #"{"coding":[\#(two),{"system":"http://hl7.org/fhir/sid/icd-10","code":"B24"}]}"#,
                ["fhir-further-codes"]
            ),
            (#"{"coding":[\#(two)],"text":"Sérologie VIH"}"#, ["detail-dropped"]),
        ] {
            var elements = FHIRElements(settings: ReaderSettings())
            let coded = try #require(elements.concept(try JSONView(parsing: Array(concept.utf8)), "code"))
            #expect(elements.log.findings.map(\.rule) == findings)
            #expect(coded.code == "X" || coded.code == "75622-1")
            #expect(try !Self.isNamed { $0.results[0].value = .coded(coded) })
        }
        var elements = FHIRElements(settings: ReaderSettings())
        let plain = elements.concept(try JSONView(parsing: Array(#"{"coding":[\#(two)],"text":"c"}"#.utf8)), "code")
        #expect(plain?.localText == "b" && elements.log.findings.map(\.rule) == ["detail-dropped"])
    }

    @Test("What was found counts too: a code of the disease or of its virus, or its name")
    func found() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        func isSent(_ value: Observation.Value) -> Bool {
            var report = RoutingFixture.report([("6584-7", "x")])
            report.results[0].value = value
            return !table.destinations(for: report).destinations.isEmpty
        }
        #expect(isSent(.coded(Coded(code: "6584001", text: "Influenza virus", system: "SCT"))))
        for code in CodeOnlyCodes.snomed { #expect(!isSent(.coded(Coded(code: code, system: "SCT")))) }
        #expect(!isSent(.coded(Coded(code: "V7", text: "VIH 2", system: "L"))))
        #expect(!isSent(.text(Personal("Virus de l'hépatite B détecté"))))
    }

    @Test("A diagnosis of ICD-10 that names the disease counts, found or asked for; under another system it is any")
    func diagnoses() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        func isSent(_ code: Coded, asked: Bool = false) -> Bool {
            var report = RoutingFixture.report([("6584-7", "x")])
            if asked { report.orders[0].panel = code } else { report.results[0].value = .coded(code) }
            return !table.destinations(for: report).destinations.isEmpty
        }
        func isSentText(_ text: String) -> Bool {
            var report = RoutingFixture.report([("6584-7", "x")])
            report.results[0].value = .text(Personal(text))
            return !table.destinations(for: report).destinations.isEmpty
        }
        for code in [
            "B20", "B20.0", "b24", "B230", "R75", "Z21", "B16.9", "B169", "B18.0", "B181", "Z22.5", "O98.7", "F02.4",
            "B17.0", "Z20.6", "Z11.4", "Z71.7",
        ] {
            for system in [
                "I10", "I10C", "ICD10", "CIM10", "CIM-10", "2.16.840.1.113883.6.3", "2.16.840.1.113883.6.90",
                "icd-10-cm",
                "urn:oid:2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm", "CIM-10-FR 2026", "Cim 10",
            ] {
                #expect(!isSent(Coded(code: code, system: system)), "\(code) \(system)")
            }
            var local = Coded(text: "x")
            (local.localCode, local.localSystem) = (code, "I10")
            #expect(!isSent(local))
            #expect(!isSent(Coded(code: code, system: "I10"), asked: true))
            // Nobody says of what it is a code: found it counts all the same, asked for it is a test's own number.
            for system in [nil, "", "L", "LABO", "99LAB", "CIM", "10", "1.2.250.1.999.7"] {
                #expect(!isSent(Coded(code: code, system: system)), "\(code) \(system ?? "none")")
                #expect(isSent(Coded(code: code, system: system), asked: true), "\(code) \(system ?? "none")")
                var beside = Coded(code: "POS", text: nil, system: "L")
                (beside.localCode, beside.localSystem) = (code, system)
                #expect(!isSent(beside), "\(code) \(system ?? "none")")
            }
            #expect(!isSentText(code) && !isSentText(" " + code + " "))
            #expect(!isSent(Coded(text: code)), "\(code) as the text of a coded value")
        }
        for code in ["B18.2", "B19", "Z22", "Z22.4", "J10", "B2", "", "R76", "Z83.0", "O98.4", "B17.1", ".", "F02"] {
            #expect(isSent(Coded(code: code, system: "I10")), "\(code)")
        }
        for system in [
            "I10P", "I9C", "ICD9", "ICD-11", "LN", "SCT", "2.16.840.1.113883.6.1", "2.16.840.1.113883.6.103",
            "http://hl7.org/fhir/sid/icd-9-cm", "SNOMED CT", "urn:oid:2.16.840.1.113883.6.96",
        ] {
            #expect(isSent(Coded(code: "B20", system: system)), "\(system)")
        }
        for code in ["B2", "B19", "B20X", "B20-1", "B20123", "B 20", "BB20", "20", "J10", "R751234", "Z83.0", "ZB20"] {
            #expect(isSent(Coded(code: code, system: "L")) && isSentText(code), "\(code)")
        }
        for code in ["B24+0", "b24.9", "B2000"] { #expect(!isSent(Coded(code: code)) && !isSentText(code), "\(code)") }
    }

    @Test("The panel that a result was ordered in counts too")
    func panel() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("718-7", "12")])
        report.orders[0].panel = Coded(code: Self.hiv, system: "LN")
        #expect(table.destinations(for: report).dropped.contains { $0.resultIndex == 0 && $0.reason == .codeOnly })
    }

    @Test("A route can ask for statuses; corrections go to earlier recipients all the same")
    func statuses() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","codes":["94500-6"],"statuses":["final"],"profile":"all"}"#)
        func outcome(_ status: String, _ action: Report.Action, _ earlier: [EarlierDelivery] = []) -> RoutingOutcome {
            var report = RoutingFixture.report([("94500-6", "POSITIF")])
            report.results[0].status = status
            report.action = action
            return table.destinations(for: report, earlier: earlier)
        }
        #expect(outcome("F", .new).destinations.map(\.recipient) == ["cnam"])
        let preliminary = outcome("P", .new)
        #expect(preliminary.destinations.isEmpty)
        #expect(preliminary.dropped.map(\.reason) == [.noSuchStatus, .statusNotRouted])
        let earlier = [EarlierDelivery(recipient: "cnam", route: "r", profile: "all")]
        for (status, action) in [("C", Report.Action.replace), ("D", .cancel)] {
            #expect(outcome(status, action).destinations.isEmpty)
            let again = outcome(status, action, earlier)
            #expect(again.destinations.map(\.recipient) == ["cnam"] && again.destinations[0].resultIndexes == [0])
        }
    }

    @Test("Codes of table 0085 have the statuses that routes ask for")
    func vocabulary() {
        let expected: [(String, ResultStatus)] = [
            ("F", .final), ("U", .final), ("P", .preliminary), ("C", .corrected), ("D", .withdrawn), ("W", .withdrawn),
            ("X", .unavailable), ("", .unavailable),
        ]
        for (code, status) in expected { #expect(ResultStatus(code: code) == status) }
    }

    @Test("The laboratory's place can come first")
    func laboratoryFirst() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"ars-{region}","codes":["94500-6"],"territory":"laboratory-then-residence","profile":"all"}"#
        )
        func recipients(_ postcode: String?, _ laboratory: String?) -> [String] {
            let report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode, laboratory: laboratory)
            return table.destinations(for: report).destinations.map(\.recipient)
        }
        #expect(recipients("35000", "75007") == ["ars-11"])
        #expect(recipients("35000", nil) == ["ars-53"])
        #expect(recipients(nil, nil) == [])
    }
}
