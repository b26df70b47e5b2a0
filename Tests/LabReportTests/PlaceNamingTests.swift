import Testing

@testable import LabReport

@Suite("Places and words of each format")
struct PlaceNamingTests {
    private static let nir = "255081416802538"
    private static let wrong = "255081416802539"

    @Test("What is wrong with an INS or a NIR is said at its own column, never at the local numbers")
    func tables() throws {
        let ins = ["patient_ins": Self.nir, "patient_ins_oid": "1.2.250.1.213.1.4.8"]
        func table(_ more: [String: String]) throws -> [String] {
            let all = ins.merging(more) { $1 }
            return try IntakeFixture.table([
                "patient_ins": all["patient_ins"] ?? "", "patient_ins_oid": all["patient_ins_oid"] ?? "",
                "patient_identity_status": all["patient_identity_status"] ?? "",
                "patient_nir": all["patient_nir"] ?? "",
            ]).findings
        }
        #expect(try table([:]) == ["ins-not-qualified @ row 2, patient_ins"])
        #expect(try table(["patient_identity_status": "VALI"]) == ["ins-traits @ row 2, patient_ins"])
        #expect(
            try table(["patient_identity_status": "VALI", "patient_ins": Self.wrong])
                == ["!ins-key @ row 2, patient_ins", "ins-traits @ row 2, patient_ins"])
        #expect(try table(["patient_nir": Self.wrong]).contains("!nir-key @ row 2, patient_nir"))
        #expect(try table(["patient_ins_oid": "1.2.3"]).contains("ins-oid @ row 2, patient_ins_oid"))
        #expect(
            try IntakeFixture.table(["patient_local_ids": ""]).findings
                == ["!patient-unidentified @ row 2, patient_local_ids"])
        #expect(
            try IntakeFixture.table(["patient_identity_status": "SUR"]).findings
                == ["identity-status-code @ row 2, patient_identity_status"])
    }

    @Test("HPRIM names the field that the number was found in")
    func hprim() throws {
        let ins = "~~~X&1.2.250.1.213.1.4.8&ISO~INS"
        for (fields, place) in [("#||", "P-3"), ("D|#|", "P-4"), ("D||#", "P-5")] {
            let number = fields.replacing("#", with: Self.nir + ins)
            #expect(try IntakeFixture.hprim(number).findings.contains("ins-not-qualified @ " + place))
            let wrong = fields.replacing("#", with: Self.wrong + ins + "~VALI")
            #expect(try IntakeFixture.hprim(wrong).findings.contains("!ins-key @ " + place))
            let billing = fields.replacing("#", with: Self.wrong + "~~~X~NH")
            #expect(try IntakeFixture.hprim(billing).findings.contains("!nir-key @ " + place))
        }
        #expect(try IntakeFixture.hprim("||").findings.contains("!patient-unidentified @ P-3"))
    }

    @Test("A message that is no production is told by what its format has, in both languages")
    func notProduction() throws {
        func finding(_ naming: PlaceNaming) throws -> Finding {
            var places = ReportPlaces()
            places.naming = naming
            let found = ReportCheckFixture.notProduction(places)
            return try #require(found)
        }
        for (naming, path, words) in [
            (PlaceNaming.hl7, "MSH-11", "MSH-11"), (.hprim, "H-12", "H-12"),
            (.csv(results: [2], orders: [2], first: 2), "row 2, report_processing", "report_processing"),
            (.fhir, "Bundle.meta.security", "meta.security"), (.cda(prefix: "OBX[1]-5 "), "MSH-11", "MSH-11"),
        ] {
            let finding = try finding(naming)
            #expect(finding.path == path)
            for text in [finding.french, finding.english] {
                #expect(text.contains(words) && text.contains("outbox.production"))
                #expect(text.contains("MSH-11") == (words == "MSH-11"))
                #expect(text.hasSuffix("."))
            }
        }
        #expect(
            try IntakeFixture.table(["report_processing": "T"]).findings
                == ["!not-production @ row 2, report_processing"])
        #expect(try IntakeFixture.hprim("D||", processing: "T").findings.contains("!not-production @ H-12"))
    }
}

private enum ReportCheckFixture {
    static func notProduction(_ places: ReportPlaces) -> Finding? {
        var report = Report()
        report.processing = .training
        guard let settings = try? RulesTests.settings() else { return nil }
        return ReportRules.check(report, context: settings, places: places).first { $0.rule == "not-production" }
    }
}

/// Numbers that nobody says what they are.
@Suite("Numbers without a type")
struct UntypedNumberTests {
    @Test("An RPPS with a wrong key is found in a table without types, with an empty one, and in HPRIM")
    func rpps() throws {
        for cells in [
            ["requester_ids": "10003461033"], ["requester_ids": "10003461033", "requester_id_types": ""],
        ] as [KeyValuePairs<String, String>] {
            #expect(try IntakeFixture.table(cells).findings == ["rpps-key @ row 2, requester_ids"])
        }
        #expect(try IntakeFixture.table(["requester_ids": "10003461034"]).findings == [])
        #expect(try IntakeFixture.table(["requester_ids": "1000346103"]).findings == [], "not eleven digits")
        #expect(
            try IntakeFixture.table(["requester_ids": "10003461033", "requester_id_types": "PI"]).findings == [])
        #expect(
            try IntakeFixture.table(["requester_ids": "10003461033", "requester_id_namespaces": "LABO"]).findings == [])
        #expect(
            try IntakeFixture.table(["result_responsible_ids": "10003461033"]).findings
                == ["rpps-key @ row 2, result_responsible_ids"])
        let orders =
            "OBR|1|p|f|94500-6~~LN||||||||||||10003461033~X\rOBX|1|ST|94500-6~~LN||Positif||||||F"
        #expect(try IntakeFixture.hprim("D||", orders: orders).findings == ["rpps-key @ OBR-17"])
    }

    @Test("A LOINC code with a wrong check digit is found in a table without systems")
    func loinc() throws {
        #expect(
            try IntakeFixture.table(["result_code": "94500-5"]).findings == [
                "loinc-key @ row 2, result_code", "code-unmapped @ row 2, result_code",
            ])
        #expect(try IntakeFixture.table(["result_code": "COV-5"]).findings == ["code-unmapped @ row 2, result_code"])
        #expect(
            try IntakeFixture.table(["result_code": "94500-5", "result_code_system": "LABO"]).findings == [
                "code-unmapped @ row 2, result_code"
            ])
        #expect(
            try IntakeFixture.table(["result_code": "94500-5", "result_code_system": ""]).findings == [
                "loinc-key @ row 2, result_code", "code-unmapped @ row 2, result_code",
            ])
    }
}
