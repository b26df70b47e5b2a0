import Testing

@testable import LabReport

/// What to do is said in the words of whoever has to do it.
@Suite("Remedies in the words of the format")
struct FormatWordsTests {
    private static let namings: [PlaceNaming] = [
        .hprim, .csv(results: [2], orders: [2], first: 2), .fhir, .cda(prefix: ""),
    ]

    /// A field of HL7 in a text.
    private static func field(in text: String) -> String? {
        let names = ["MSH-", "PID-", "ORC-", "OBR-", "OBX-", "NTE", "CWE", "0085", "0001"]
        return names.first { text.contains($0) }
    }

    private static func findings(_ naming: PlaceNaming, _ change: (inout Report) -> Void) throws -> [Finding] {
        var report = try RulesTests.good()
        change(&report)
        var places = ReportPlaces()
        places.naming = naming
        return ReportRules.check(report, context: try RulesTests.settings(allowed: ["750100125"]), places: places)
    }

    @Test(
        "What the rules say of a report names no field of HL7 where it is FHIR, a document or a table",
        arguments: namings)
    func rules(naming: PlaceNaming) throws {
        let broken = try Self.findings(naming) { report in
            report.laboratory = nil
            report.orders[0].fillerNumber = nil
            report.patient.sex = nil
            report.patient.birthDate = CalendarDate(year: 2027)
            report.results[0].value = nil
        }
        #expect(
            Set(broken.map(\.rule)) == [
                "laboratory-missing", "finess-missing", "filler-missing", "ins-traits", "birth-in-future",
                "result-value-missing", "results-missing",
            ])
        let further = try Self.findings(naming) { report in
            report.results[0].value = .coded(
                Coded(code: "260385009", text: "Détecté", system: "SCT"))
            report.results[0].interpretation = ["NEG", "NEGATIF"]
        }
        #expect(
            further.contains { $0.rule == "interpretation-code" }
                && further.contains { $0.rule == "value-contradiction" })
        // HPRIM has fields of the same names.
        if naming == .hprim { return }
        for finding in broken + further {
            for text in [finding.french, finding.english] {
                #expect(Self.field(in: text) == nil, "\(finding.rule): \(text)")
                #expect(text.hasSuffix("."))
            }
        }
    }

    @Test("HL7 keeps its own words, and a rule without other words has its fields renamed")
    func renamed() throws {
        let hl7 = try Self.findings(.hl7) { $0.patient.birthDate = CalendarDate(year: 2027) }
        #expect(hl7.first { $0.rule == "birth-in-future" }?.english == Rule.birthInFuture.english)
        for (naming, name) in [
            (PlaceNaming.hprim, "P-8"), (.fhir, "Patient.birthDate"), (.cda(prefix: ""), "birthTime"),
        ] {
            let found = try Self.findings(naming) { $0.patient.birthDate = CalendarDate(year: 2027) }
            let finding = try #require(found.first { $0.rule == "birth-in-future" })
            #expect(finding.french.contains(name) && finding.english.contains(name), "\(finding.english)")
        }
        let wrong = try Self.findings(.cda(prefix: "")) { $0.results[0].interpretation = ["NEGATIF"] }
        #expect(wrong.contains { $0.english.contains("(observation/interpretationCode)") }, "\(wrong.map(\.english))")
    }

    @Test("So do the readers of FHIR, of tables and of HPRIM")
    func readers() throws {
        let fhir = #"""
            {"resourceType":"Bundle","type":"collection","entry":[
            {"resource":{"resourceType":"Patient","id":"p","gender":"F","identifier":[{"value":"1"}]}},
            {"resource":{"resourceType":"Observation","id":"o1","status":"#","subject":{"reference":"Patient/p"},
            "code":{"coding":[{"system":"http://loinc.org","code":"94500-6"}]},"valueString":"x"}}]}
            """#
        for (status, rule) in [("done", "obx11-unknown"), ("unknown", "obx11-missing"), ("", "obx11-missing")] {
            let outcomes = FHIRReportReader().read(bytes: Array(fhir.replacing("#", with: status).utf8))
            let finding = try #require(outcomes.flatMap(\.findings).first { $0.rule == rule })
            #expect(
                finding.english.contains("Observation.status")
                    && finding.french.contains("preliminary"))
            #expect(Self.field(in: finding.english) == nil && Self.field(in: finding.french) == nil)
            let sex = try #require(outcomes.flatMap(\.findings).first { $0.rule == "sex-code" })
            #expect(sex.french.contains("female") && Self.field(in: sex.french) == nil)
        }
        let table = "order_filler;result_status;result_code;result_value\nF1;Q;94500-6;x\n"
        let row = try #require(CSVReportReader().read(bytes: Array(table.utf8)).first?.findings.first)
        #expect(row.rule == "obx11-unknown" && row.english.contains("result_status"))
        let hprim =
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1|D||||||||||\rOBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||x||||||Q\rL|1\r"
        let line = try #require(
            HPRIMReportReader().read(bytes: Array(hprim.utf8)).first?.findings.first { $0.rule == "obx11-unknown" })
        #expect(line.english.contains("OBX-12") && line.path == "OBX[1]-12")
    }
}
