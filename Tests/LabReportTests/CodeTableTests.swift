import HL7
import Testing

@testable import LabReport

@Suite("A sender's table of its own codes")
struct CodeTableTests {
    static let text = """
        kind;local;system;test;text;code;display
        test;COVPCR;;;PCR Covid;94500-6;SARS-CoV-2 RNA
        test;1234;NABM;;;94558-4;
        test;Grippe A;;;;92142-9;Influenza A RNA
        test;HORS;;;hors sujet;-;
        test;VIDE;;;à remplir;;
        value;P;;;;10828004;positif
        value;P;;TITRE;;82334004;
        value;"Présence; nette";;;;10828004;
        value;++;;;;10828004;
        unit;CP/ML;;;;{copies}/mL;
        consent;CONS;;;;;
        objection;OPPO;;;;;
        """

    static func table(_ text: String = text) throws -> CodeTable { try CodeTable(Array(text.utf8)) }

    static func report(_ results: [(Coded, Observation.Value?)]) -> Report {
        var report = Report()
        report.orders = [Order()]
        report.results = results.map { code, value in
            var result = Observation(orderIndex: 0, code: code)
            result.value = value
            return result
        }
        return report
    }

    @Test("Local codes, words and NABM codes become LOINC, and stay beside it")
    func tests() throws {
        var report = Self.report([
            (Coded(code: "COVPCR", text: "PCR", system: "L"), nil), (Coded(code: "1234", system: "NABM"), nil),
            (Coded(code: "1234", system: "L"), nil), (Coded(code: "X", text: "grippe  a", system: "L"), nil),
            (Coded(code: "94500-6", system: "LN"), nil), (Coded(code: "COV-PCR", system: "L"), nil),
        ])
        report.orders[0].panel = Coded(code: "COVPCR")
        try Self.table().apply(to: &report)
        #expect(report.results.map { $0.code.loinc } == ["94500-6", "94558-4", nil, "92142-9", "94500-6", nil])
        #expect(report.results[0].code.localCode == "COVPCR" && report.results[0].code.localSystem == "L")
        #expect(report.results[0].code.text == "SARS-CoV-2 RNA" && report.results[0].code.localText == "PCR")
        #expect(report.orders[0].panel?.loinc == "94500-6")
    }

    @Test("Values become SNOMED CT, the row of the test before the general one; signs compare exactly")
    func values() throws {
        let code = Coded(code: "TITRE", system: "L")
        var report = Self.report([
            (Coded(code: "A"), .coded(Coded(code: "P", text: "Pos", system: "L"))),
            (code, .coded(Coded(code: "P", system: "L"))),
            (Coded(code: "A"), .text(Personal("présence NETTE"))), (Coded(code: "A"), .text(Personal("++"))),
            (Coded(code: "A"), .text(Personal("+"))), (Coded(code: "A"), .text(Personal("--"))),
            (Coded(code: "A"), .coded(Coded(code: "260385009", text: "P", system: "SCT"))),
        ])
        report.results[0].unit = Coded(code: "CP/ML")
        try Self.table().apply(to: &report)
        let codes = report.results.map { result -> String? in
            if case .coded(let coded)? = result.value { coded.code } else { nil }
        }
        #expect(codes == ["10828004", "82334004", "10828004", "10828004", nil, nil, "260385009"])
        #expect(report.results[0].unit?.code == "{copies}/mL" && report.results[0].unit?.system == "UCUM")
        if case .coded(let coded)? = report.results[2].value { #expect(coded.localText == "présence NETTE") }
    }

    @Test("A result that the table makes a marker is the patient's word, and an objection stays one")
    func markers() throws {
        func consent(_ results: [(String, String)]) throws -> Report.Consent? {
            var report = Self.report(results.map { (Coded(code: $0.0), .text(Personal($0.1))) })
            try Self.table().apply(to: &report)
            return report.consent
        }
        #expect(try consent([("CONS", "Oui")]) == .given)
        #expect(try consent([("CONS", "N")]) == .objected)
        #expect(try consent([("OPPO", "Y")]) == .objected)
        #expect(try consent([("OPPO", "non")]) == nil)
        #expect(try consent([("OPPO", "1"), ("CONS", "OUI")]) == .objected)
        #expect(try consent([("CONS", "peut-être")]) == nil)
    }

    @Test("An objection is one whatever part of the field says so, and one that says nothing holds the report")
    func everyPart() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let table = try Self.table("kind;local;system;code\nobjection;OPPO;;\n")
        let rules = ReportRules(RuleSettings(production: true, today: today, codes: table))
        func said(
            _ value: Observation.Value?, _ code: Coded = Coded(code: "OPPO", system: "L"), status: String = "F"
        ) -> (consent: Report.Consent?, isUnclear: Bool) {
            var report = Self.report([(code, .text(Personal("")))])
            report.results[0].value = value
            report.results[0].status = status
            let findings = rules.admit(&report)
            return (report.consent, findings.contains { $0.rule == "marker-unclear" && $0.severity == .error })
        }
        let local = Coded(code: nil, text: nil, system: nil, localCode: "O", localText: "Oui", localSystem: "L")
        let yes: [Observation.Value] = [
            .coded(Coded(code: "373066001", text: "Oui", system: "SCT")), .coded(Coded(code: "LA33-6", system: "LN")),
            .coded(Coded(code: "10828004", text: "Positif", system: "SCT")), .coded(local),
            .coded(Coded(code: "O1", text: "Oui", system: "L")), .text(Personal("Positif")), .text(Personal("VRAI")),
            .number(Personal("01")), .text(Personal("Oui, oppose")),
        ]
        for value in yes {
            #expect(said(value) == (.objected, false))
            let second = Coded(
                code: "75613-0", text: "x", system: "LN", localCode: "OPPO", localText: nil, localSystem: "L")
            #expect(said(value, second) == (.objected, false))
        }
        for value in ["373067005", "LA32-8", "FAUX", "0", "Non, pas opposé", "260385009"] {
            #expect(said(.text(Personal(value))) == (nil, false), "\(value)")
        }
        for value: Observation.Value? in [
            .text(Personal("peut-être")), nil, .coded(Coded(code: "N", text: "Oui", system: "L")),
        ] { #expect(said(value) == (nil, true)) }
        #expect(said(nil, status: "X") == (nil, false))
        #expect(said(.text(Personal("peut-être")), Coded(code: "AUTRE", system: "L")) == (nil, false))
    }

    @Test("A Consent of FHIR that denies is an objection; another is told, and is no agreement")
    func fhirConsent() throws {
        func read(_ consent: String) throws -> (consent: Report.Consent?, isTold: Bool) {
            let others = #"{"resource":{"resourceType":"Consent","patient":{"reference":"Patient/p"},\#(consent)}}"#
            let (findings, reports) = try IntakeFixture.fhir(#"{"value":"D1"}"#, others: others + ",")
            return (try #require(reports.first).consent, findings.contains { $0.hasPrefix("fhir-consent @ ") })
        }
        #expect(try read(#""status":"active","provision":{"type":"deny"}"#) == (.objected, false))
        #expect(
            try read(#""status":"active","provision":{"type":"permit","provision":[{"type":"deny"}]}"#)
                == (.objected, false))
        #expect(try read(#""status":"active","decision":"deny""#) == (.objected, false))
        #expect(try read(#""status":"active","provision":{"type":"permit"}"#) == (nil, true))
        #expect(try read(#""status":"inactive","provision":{"type":"deny"}"#) == (nil, true))
        let other = #""status":"active","provision":{"type":"permit","provision":{"type":"deny"}}"#
        #expect(try read(other) == (.objected, false))
        #expect(try read(#""status":"active","except":[{"type":"deny"}]"#) == (.objected, false))
        #expect(try read(#""status":"inactive","provision":{"type":"Deny"}"#) == (nil, true))
        let policies = [
            #""policyRule":{"coding":[{"code":"OPTOUT"}]}"#, #""policyRule":{"coding":[{"code":"OPTOUTE"}]}"#,
            #""policyRule":{"text":"Opt-out"}"#, #""policyRule":"http://hl7.org/fhir/ConsentPolicy/opt-out""#,
            #""policy":[{"uri":"http://hl7.org/fhir/ConsentPolicy/opt-out"}]"#,
        ]
        for policy in policies {
            #expect(try read(#""status":"active","# + policy) == (.objected, false), "\(policy)")
        }
        #expect(try read(#""status":"active","policyRule":{"coding":[{"code":"OPTIN"}]}"#) == (nil, true))
        #expect(try read(#""status":"inactive","policyRule":{"coding":[{"code":"OPTOUT"}]}"#) == (nil, true))
    }

    @Test(
        "A Consent that says neither yes nor no in FHIR's words is held: it may be an objection",
        arguments: [
            #""resourceType":"Consent","provision":{"type":"Deny"}"#,
            #""resourceType":"Consent","provision":{"type":"refuse"}"#,
            #""resourceType":"Consent","provision":{"type":true}"#, #""resourceType":"Consent","provision":"deny""#,
            #""resourceType":"Consent","provision":{"type":"permit","provision":["deny"]}"#,
            #""resourceType":"Consent","policyRule":["OPTOUT"]"#,
            #""resourceType":"Consent","decision":"no""#, #""resourceType":"consent","provision":{"type":"deny"}"#,
        ])
    func unclearConsent(members: String) throws {
        let (findings, reports) = try IntakeFixture.fhir(
            #"{"value":"D1"}"#, others: #"{"resource":{"patient":{"reference":"Patient/p"},\#(members)}},"#)
        #expect(reports.isEmpty && findings.contains { $0.hasPrefix("!fhir-element @ ") }, "\(findings)")
    }

    @Test("What is unknown is counted as a table to fill, and filled it is known")
    func unmapped() throws {
        var counted = UnmappedCodes(besides: try Self.table())
        for index in 0..<4 {
            var report = Self.report([
                (Coded(code: "NEU", text: "Test; neuf", system: "L"), .coded(Coded(code: "Q", system: "L"))),
                (Coded(code: "HORS", system: "L"), .text(Personal("Dupont"))),
                (Coded(code: "94500-6", system: "LN"), .text(Personal("POSITIF"))),
                (Coded(code: "COVPCR"), .text(Personal(index < 2 ? "rare" : "Trouble"))),
            ])
            try Self.table().apply(to: &report)
            counted.add(report)
        }
        let csv = String(decoding: counted.csv, as: UTF8.self)
        let lines = csv.split(separator: "\r\n").map(String.init)
        #expect(lines[0] == "kind;local;system;text;count;code;display")
        #expect(lines.contains(#"test;NEU;L;"Test; neuf";4;;"#))
        #expect(lines.contains("value;Q;L;;4;;"))
        #expect(!csv.contains("HORS") && !csv.contains("POSITIF") && !csv.contains("rare"))
        let filled = csv.replacing("NEU;L;\"Test; neuf\";4;;", with: "NEU;L;\"Test; neuf\";4;94500-6;")
        #expect(try Self.table(filled).target(.test, code: "NEU", text: nil, system: "L") != nil)
    }

    @Test(
        "A table that is wrong is refused with its line",
        arguments: [
            ("", 1, CodeTableFailure.Problem.noHeader), ("kind;local\n", 1, .missingColumn("code")),
            ("kind;local;code;x\n", 1, .unknownColumn(4)), ("kind;kind;local;code\n", 1, .repeatedColumn(2)),
            ("kind,local,code\nteste,a,94500-6\n", 2, .unknownKind), ("kind,local,code\ntest,,94500-6\n", 2, .noLocal),
            ("kind,local,code\r\n\r\ntest,a,94500-7\r\n", 3, .notLOINC),
            ("kind,local,code\nvalue,a,POSITIF\n", 2, .notSNOMED),
            ("kind,local,code\ntest,a,94500-6\ntest,a,94558-4", 3, .repeatedRow),
            ("kind,local,code\ntest,\"a", 2, .badQuote),
        ])
    func refusals(text: String, line: Int, problem: CodeTableFailure.Problem) {
        #expect(throws: CodeTableFailure(line: line, problem: problem)) { try Self.table(text) }
    }

    @Test("A table may be in ISO 8859-15, with commas or tabs, and a byte order mark")
    func forms() throws {
        let latin = Array("kind,local,code,display\rtest,Pr".utf8) + [0xE9] + Array("s,94500-6,\r".utf8)
        #expect(try CodeTable(latin).target(.test, code: "Prés", text: nil, system: nil) != nil)
        #expect(try Self.table("\u{FEFF}kind\tlocal\tcode\ntest\ta\t94500-6").count == 2)
    }

    @Test("A table at its limit is read, and one row more is refused")
    func limits() throws {
        var text = "kind;local;code\n"
        for row in 0..<CodeTable.limit.rows { text += "test;\(row);-\n" }
        #expect(try Self.table(text).count >= CodeTable.limit.rows)
        #expect(throws: CodeTableFailure.self) { try Self.table(text + "test;x;-\n") }
        let large = [UInt8](repeating: 0x20, count: CodeTable.limit.bytes + 1)
        #expect(throws: CodeTableFailure(line: 0, problem: .tooLarge)) { try CodeTable(large) }
    }

    @Test("The rules apply the table before they judge")
    func inRules() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let rules = ReportRules(RuleSettings(production: true, today: today, codes: try Self.table()))
        var known = Self.report([(Coded(code: "COVPCR"), .coded(Coded(code: "P", system: "L")))])
        #expect(!rules.admit(&known).contains { $0.rule == "code-unmapped" || $0.rule == "value-unmapped" })
        #expect(known.results[0].code.loinc == "94500-6")
        var unknown = Self.report([(Coded(code: "XX"), .coded(Coded(code: "Z", system: "L")))])
        let findings = rules.admit(&unknown).filter { $0.rule.hasSuffix("-unmapped") }
        #expect(findings.map(\.path) == ["OBX[1]-3", "OBX[1]-5"])
    }

    @Test("A code that the table leaves out knowingly (-) is worth no warning, elsewhere it is")
    func leftOut() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let table = try Self.table("kind;local;test;code\ntest;HORS;;-\nvalue;Z;HORS;-\n")
        func warnings(_ codes: CodeTable, _ test: String, _ value: String) -> [String] {
            let rules = ReportRules(RuleSettings(production: true, today: today, codes: codes))
            var report = Self.report([(Coded(code: test), .coded(Coded(code: value, system: "L")))])
            return rules.admit(&report).map(\.rule).filter { $0.hasSuffix("-unmapped") }
        }
        #expect(warnings(table, "HORS", "Z") == [])
        #expect(warnings(table, "AUTRE", "Z") == ["code-unmapped", "value-unmapped"])
        #expect(warnings(table, "HORS", "Y") == ["value-unmapped"])
        #expect(warnings(CodeTable(), "HORS", "Z") == ["code-unmapped", "value-unmapped"])
    }

    @Test(
        "A value's row for one local test holds whether the test comes with its LOINC code beside it, before it, or alone",
        arguments: [
            Coded(
                code: "94500-6", text: nil, system: "LN", localCode: "COVPCR", localText: nil, localSystem: "L"),
            Coded(code: "COVPCR", system: "L"),
        ])
    func valuesOfTests(code: Coded) throws {
        let rows = "kind;local;system;test;code\ntest;COVPCR;;;94500-6\nvalue;Q7;LRES;COVPCR;10828004\n"
        let table = try Self.table(rows + "value;Q8;;AUTRE;260385009\n")
        var report = Self.report(["Q7", "Q8"].map { (code, .coded(Coded(code: $0, system: "LRES"))) })
        table.apply(to: &report)
        let isMapped = report.results.map { result in
            if case .coded(let value) = result.value { CodeTable.hasSNOMED(value) } else { false }
        }
        #expect(isMapped == [true, false])
        var counted = UnmappedCodes(besides: table)
        counted.add(report)
        #expect(
            String(decoding: counted.csv, as: UTF8.self).contains("value;Q8;LRES"), "another test's row is none of it")
        #expect(counted.count == 1)
    }

    @Test("A code that is only a consent or objection row is the patient's word, and no code or value to map")
    func markersAreMapped() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let table = try Self.table("kind;local;system;code\nobjection;OPPO;L;\nconsent;CONS;;\n")
        func found(_ code: Coded, _ value: String) -> [String] {
            let rules = ReportRules(RuleSettings(production: true, today: today, codes: table))
            var report = Self.report([(code, .coded(Coded(code: value, system: "L")))])
            let warnings = rules.admit(&report).map(\.rule).filter { $0.hasSuffix("-unmapped") }
            var counted = UnmappedCodes(besides: table)
            counted.add(report)
            #expect(counted.count == warnings.count, "pli check --unmapped lists what is worth a warning")
            return warnings
        }
        #expect(found(Coded(code: "OPPO", system: "L"), "O") == [])
        #expect(found(Coded(code: "CONS"), "NON") == [])
        // What says neither yes nor no is somebody's to look at; and another system's code of that name is another code.
        #expect(found(Coded(code: "CONS"), "ZZ") == ["value-unmapped"])
        #expect(found(Coded(code: "OPPO", system: "99X"), "ZZ") == ["code-unmapped", "value-unmapped"])
    }
}
