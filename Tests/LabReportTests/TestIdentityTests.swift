import Testing

@testable import LabReport

/// Identities for tests and demonstrations never reach a real recipient, whatever is said of them.
@Suite("Test identities")
struct TestIdentityTests {
    private static let nir = "255081416802538"

    @Test(
        "In HL7 a number under an OID for tests holds the report in production, qualified or not, and whatever it is used for",
        arguments: ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.6", "1.2.250.1.213.1.4.7"],
        ["VALI", "PROV", ""])
    func hl7(oid: String, status: String) throws {
        for type in ["INS", "NH", "PI"] {
            var fixture = IntakeFixture()
            fixture.patient = "1||123456^^^LABO^PI~\(Self.nir)^^^X&\(oid)&ISO^\(type)"
            fixture.status = status
            let findings = try fixture.judgedHL7().findings
            #expect(findings.contains("!ins-fictitious @ PID-3[2].4"), "\(type) \(findings)")
            #expect(findings.filter { $0.hasPrefix("!") }.count == 1)
            #expect(try !fixture.judgedHL7(production: false).findings.contains { $0.hasPrefix("!") })
        }
    }

    @Test(
        "An OID for tests in another place than an OID's, and an authority's or a type's name for tests, count as well")
    func otherPlaces() throws {
        for by in [
            "1.2.250.1.213.1.4.11^PI", "1.2.250.1.213.1.4.10&&^PI", "urn:oid:1.2.250.1.213.1.4.10^INS",
            "INS-NIR-TEST&&^PI", "ASIP-SANTE-INS-NIR-DEMO^PI", "ins-nia-test^PI", "LABO^INS-NIR-TEST",
        ] {
            var fixture = IntakeFixture()
            fixture.patient = "1||123456^^^LABO^PI~\(Self.nir)^^^\(by)"
            #expect(try fixture.judgedHL7().findings.contains("!ins-fictitious @ PID-3[2].4"), "\(by)")
        }
        for by in ["1.2.250.1.213.1.4.100^PI", "TEST^PI", "INSPECTION-TEST^PI", "INS-NIR^PI", "INS-NIR-TESTEUR^PI"] {
            var fixture = IntakeFixture()
            fixture.patient = "1||123456^^^\(by)"
            #expect(try !fixture.judgedHL7().findings.contains { $0.hasPrefix("!ins-fictitious") }, "\(by)")
        }
        let tables: [KeyValuePairs<String, String>] = [
            ["patient_ins": Self.nir, "patient_ins_namespace": "1.2.250.1.213.1.4.10"],
            ["patient_local_ids": Self.nir, "patient_local_id_namespaces": "1.2.250.1.213.1.4.10"],
            ["patient_local_ids": "AB1", "patient_local_id_namespaces": "1.2.250.1.213.1.4.11"],
            ["patient_local_ids": "AB1", "patient_local_id_namespaces": "INS-NIR-TEST"],
        ]
        for table in tables {
            #expect(try IntakeFixture.table(table).findings.contains { $0.hasPrefix("!ins-fictitious @ ") })
        }
    }

    @Test("A test number beside a real INS, or in a field of old versions, is one too")
    func beside() throws {
        var fixture = IntakeFixture()
        let real = "\(Self.nir)^^^X&1.2.250.1.213.1.4.8&ISO^INS"
        fixture.patient = "1||\(real)~\(Self.nir)^^^X&1.2.250.1.213.1.4.10&ISO^INS"
        #expect(try fixture.judgedHL7().findings.contains("!ins-fictitious @ PID-3[2].4"))
        fixture.patient = "1|\(Self.nir)^^^X&1.2.250.1.213.1.4.10&ISO^INS|123456^^^LABO^PI"
        #expect(try fixture.judgedHL7().findings.contains("!ins-fictitious @ PID-2"))
        fixture.patient = "1||\(real)"
        #expect(try !fixture.judgedHL7().findings.contains { $0.hasPrefix("!") })
    }

    @Test("An OID for tests is one also where it is written as a URI; another one stays what it is")
    func uri() throws {
        for prefix in ["urn:oid:", "URN:OID:"] {
            for oid in ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.7"] {
                var fixture = IntakeFixture()
                fixture.patient = "1||123456^^^LABO^PI~\(Self.nir)^^^X&\(prefix)\(oid)&ISO^INS"
                #expect(try fixture.judgedHL7().findings.contains("!ins-fictitious @ PID-3[2].4"))
                let identifier = Identifier(value: Personal(Self.nir), system: prefix + oid)
                #expect(INSAuthority.isFictitious(identifier))
            }
        }
        for system in ["urn:oid:1.2.250.1.213.1.4.8", "urn:xid:1.2.250.1.213.1.4.10", "urn:oid:", ""] {
            #expect(!INSAuthority.isFictitious(Identifier(value: Personal(Self.nir), system: system)))
        }
    }

    @Test("So is one that is written with less, or with more, than an OID has")
    func spellings() throws {
        for system in [
            "oid:1.2.250.1.213.1.4.10", "OID:1.2.250.1.213.1.4.6", "1.2.250.1.213.1.4.010", "01.02.250.1.0213.1.04.11",
            "urn:oid:1.2.250.1.213.1.4.0007", " 1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.10 ",
        ] {
            #expect(INSAuthority.isFictitious(system: system), "\(system)")
            var fixture = IntakeFixture()
            fixture.patient = "1||123456^^^LABO^PI~\(Self.nir)^^^X&\(system)&ISO^INS"
            #expect(try fixture.judgedHL7().findings.contains("!ins-fictitious @ PID-3[2].4"), "\(system)")
        }
        for system in [
            "1.2.250.1.213.1.4.08", "1.2.250.1.213.1.4.9", "1.2.250.1.213.1.4.100", "1.2.250.1.213.1.4.10.1",
            "1.2.250.1.213.1.4.", "1.2.250.1.213.1.14.10", "21.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.1010",
            "1..2.250.1.213.1.4.10", "oid:oid:1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.1 0", "1.2.250.1.213.1.4.2",
            "1.2.250.1.213.1.4.99999999999999999999", "1,2,250,1,213,1,4,10", "aaaaaaaaaaaaaaaaaaaaaaaa",
        ] { #expect(!INSAuthority.isFictitious(system: system), "\(system)") }
    }

    @Test("An identity whose status says that it is fictitious is held in production")
    func status() throws {
        var fixture = IntakeFixture()
        for status in ["FICT", "VALI~FICT", "PROV~FICT", "fict", "VALI~Fict", "FICTIF", "fictive"] {
            fixture.status = status
            let held = try fixture.judgedHL7().findings.filter { $0.hasPrefix("!") }
            #expect(held == ["!ins-fictitious @ PID-32"], "\(status)")
            #expect(try !fixture.judgedHL7(production: false).findings.contains { $0.hasPrefix("!") })
        }
        #expect(
            try IntakeFixture.table(["patient_identity_status": "PROV|FICT"]).findings
                == ["!ins-fictitious @ row 2, patient_identity_status"])
    }

    @Test(
        "A table says the column of the OID",
        arguments: [
            ("patient_ins", "patient_ins_oid", "patient_ins_oid"),
            ("patient_nir", "patient_nir_oid", "patient_nir_oid"),
            ("patient_local_ids", "patient_local_id_systems", "patient_local_id_systems"),
        ])
    func table(value: String, oid: String, column: String) throws {
        for test in ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.7"] {
            for status in ["", "PROV", "VALI"] {
                let cells: KeyValuePairs = [value: Self.nir, oid: test, "patient_identity_status": status]
                let findings = try IntakeFixture.table(cells).findings
                #expect(findings.contains("!ins-fictitious @ row 2, \(column)"), "\(test) \(status) \(findings)")
                let elsewhere = try IntakeFixture.table(cells, production: false).findings
                #expect(!elsewhere.contains { $0.hasPrefix("!") })
            }
        }
    }

    @Test("HPRIM says the field that the number stands in")
    func hprim() throws {
        for (identifiers, place) in [("\(0)||", "P-3"), ("D|\(0)|", "P-4"), ("D||\(0)", "P-5")] {
            for status in ["~PROV", "", "~VALI"] {
                let number = "\(Self.nir)~~~X&1.2.250.1.213.1.4.10&ISO~INS\(status)"
                let findings = try IntakeFixture.hprim(identifiers.replacing("0", with: number)).findings
                #expect(findings.contains("!ins-fictitious @ \(place)"), "\(findings)")
            }
        }
        #expect(
            try IntakeFixture.hprim("D~~~X~PI~FICT||").findings.contains("!ins-fictitious @ P-5"))
    }

    @Test("In FHIR the system tells, whatever the status")
    func fhir() throws {
        for oid in ["1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11", "1.2.250.1.213.1.4.6"] {
            let findings = try IntakeFixture.fhir(
                #"{"system":"urn:oid:\#(oid)","value":"\#(Self.nir)"},{"value":"D1"}"#
            ).findings
            #expect(findings.contains { $0.hasPrefix("!ins-fictitious @ ") && $0.hasSuffix(".identifier.system") })
        }
        let typed = #"{"value":"\#(Self.nir)","type":{"coding":[{"code":"INS-NIR-TEST"}]}},{"value":"D1"}"#
        #expect(try IntakeFixture.fhir(typed).findings.contains { $0.hasPrefix("!ins-fictitious @ ") })
        #expect(try !IntakeFixture.fhir(#"{"value":"D1"}"#).findings.contains { $0.hasPrefix("!") })
    }
}
