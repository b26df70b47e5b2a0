import HL7
import Testing

@testable import LabReport

/// What spreadsheets do to tables, and what is said of it.
@Suite("Tables from spreadsheets")
struct SpreadsheetTests {
    private static let head =
        "order_filler;result_code;result_status;result_value;patient_local_ids;patient_nir;patient_birth_date;patient_sex;"
        + "patient_postcode;laboratory_finess"
    private static let row = "F1;94500-6;F;Positif;D1;255081416802538;07/08/1955;F;75007;750100125"

    private static func findings(_ text: String, _ charset: Charset = .utf8) throws -> [String] {
        var found: [String] = []
        var stream = ReportStream()
        let rules = ReportRules(try RulesTests.settings())
        let take = { (item: ReportStream.Item) in
            for var outcome in item.outcomes {
                found += rules.judge(&outcome).map { ($0.severity == .error ? "!" : "") + $0.rule + " @ " + $0.path }
            }
        }
        stream.push(charset.encode(text)[...], take)
        stream.finish(take)
        return found.filter { !$0.hasPrefix("patient-name-missing") }
    }

    private static func changed(_ one: String, _ other: String) -> String {
        head + "\n" + row.replacing(one, with: other) + "\n"
    }

    @Test("Nothing is said of a table as it should be")
    func good() throws {
        #expect(try Self.findings(Self.changed("x", "x")) == [])
    }

    @Test(
        "What a spreadsheet spoils is named by its own column",
        arguments: [
            ("255081416802538", "2,55081E+14", "!csv-scientific @ row 2, patient_nir"),
            ("255081416802538", "2550814168025", "nir-no-key @ row 2, patient_nir"),
            ("F1;", "2,61123E+11;", "!csv-scientific @ row 2, order_filler"),
            (";D1;", ";1.5E+10;", "!csv-scientific @ row 2, patient_local_ids"),
            (";75007;", ";1410;", "postcode @ row 2, patient_postcode"),
            (";75007;", ";7,5007E+04;", "postcode @ row 2, patient_postcode"),
            (";F;75007", ";Mme;75007", "sex-code @ row 2, patient_sex"),
            (";F;75007", ";f;75007", "code-form @ row 2, patient_sex"),
            (";Positif;", ";#N/A;", "!csv-spoilt @ row 2, result_value"),
            (";Positif;", ";########;", "!csv-spoilt @ row 2, result_value"),
            (";Positif;", ";janv-16;", "!csv-spoilt @ row 2, result_value"),
            (";Positif;", ";16-févr.;", "!csv-spoilt @ row 2, result_value"),
            (";94500-6;", ";mars-93;", "!csv-spoilt @ row 2, result_code"),
            (";Positif;", ";NULL;", "!csv-spoilt @ row 2, result_value"),
            (";D1;", ";NULL;", "!csv-spoilt @ row 2, patient_local_ids"),
            (";Positif;", ";#VALEUR! ;", "!csv-spoilt @ row 2, result_value"),
            ("F1;", "#REF!;", "!csv-spoilt @ row 2, order_filler"),
            (";D1;", ";####;", "!csv-spoilt @ row 2, patient_local_ids"),
        ])
    func spoilt(one: String, other: String, expected: String) throws {
        #expect(try Self.findings(Self.changed(one, other)) == [expected])
    }

    @Test(
        "A code or number that a spreadsheet took for a quantity holds its row, whatever column it stands in",
        arguments: [
            "result_code", "result_local_code", "result_sub_id", "result_value_code", "result_value_local_code",
            "result_unit_code", "result_method_code", "order_panel_code", "order_panel_local_code", "order_placer",
            "specimen_id", "specimen_type_code", "report_id", "report_message_id", "patient_ins", "laboratory_finess",
            "requester_organisation_finess", "result_performer_finess", "requester_ids", "laboratory_ids",
        ])
    func spoiltCodes(column: String) throws {
        for code in ["1,24058E+15", "1.24058E+15", "1E+15", "2e+09"] {
            let found = try IntakeFixture.table([
                "report_id": "R1", "report_message_id": "M1", "patient_ins_oid": "1.2.250.1.213.1.4.8", column: code,
            ]).findings
            #expect(found == ["!csv-scientific @ row 2, " + column], "\(code)")
        }
        // Hardly any real code looks so, and what may be one is none of a spreadsheet's.
        for code in ["1E5", "12E05", "12E4", "24058E+15", "1,24058E15", "1E+5", "E+15"] {
            let found = try IntakeFixture.table([column: code]).findings
            #expect(!found.contains { $0.contains("csv-scientific") }, "\(code)")
        }
        #expect(try IntakeFixture.table(["result_local_code": "1E-12"]).findings == [])
    }

    @Test("A FINESS, NIR or INS so spoilt holds whatever a site says of their keys")
    func spoiltKeys() throws {
        let names = "order_filler;result_code;result_value;result_status;patient_local_ids;patient_nir;patient_ins;"
        let row = "F1;94500-6;Positif;F;D1;2,55081E+14;2,55081E+14;1.2.250.1.213.1.4.8;7,50E+08\n"
        let text = names + "patient_ins_oid;laboratory_finess\n" + row
        let found = try IntakeFixture.judged(
            CSVReportReader().read(bytes: Array(text.utf8)),
            overrides: ["ins-key": .warning, "finess-key": .warning, "nir-key": .warning])
        #expect(
            found.findings == [
                "!csv-scientific @ row 2, patient_ins", "!csv-scientific @ row 2, patient_nir",
                "!csv-scientific @ row 2, laboratory_finess",
            ])
        #expect(found.reports.isEmpty)
    }

    @Test(
        "A telephone of which a spreadsheet made a number is taken and told",
        arguments: ["patient_phones", "requester_phones", "laboratory_phones", "result_performer_phones"])
    func spoiltPhones(column: String) throws {
        let told = ["csv-phone @ row 2, " + column]
        for phone in ["6,40E+08", "639981234", "199001234", "0639981234|939981234"] {
            #expect(try IntakeFixture.table([column: phone]).findings == told, "\(phone)")
        }
        for phone in [
            "0639981234", "06 39 98 12 34", "+33639981234", "33639981234", "839981234", "63998123", "0199001234|3639",
        ] {
            #expect(try IntakeFixture.table([column: phone]).findings == [], "\(phone)")
        }
        let abroad = try IntakeFixture.table(["patient_phones": "639981234", "patient_country": "ESP"])
        #expect(abroad.findings == [] && abroad.reports.first?.patient.phones.map(\.text) == ["639981234"])
    }

    @Test(
        "What can be understood is: a day with midnight, digits in groups, text formulas",
        arguments: [
            ("07/08/1955", "07/08/1955 00:00"), ("07/08/1955", "07/08/1955 00:00:00"),
            ("255081416802538", "2 55 08 14 168 025 38"), ("255081416802538", "=\"255081416802538\""),
            ("255081416802538", "\"=\"\"255081416802538\"\"\""), ("F1;", "12E05;"), ("F1;", "1E5;"), (";D1;", ";#12;"),
            (";D1;", ";##;"), (";Positif;", ";#Positif;"), (";D1;", ";NOV-12;"), (";D1;", ";NULL1;"),
            (";Positif;", ";mai;"),
        ])
    func understood(one: String, other: String) throws {
        #expect(try Self.findings(Self.changed(one, other)) == [])
    }

    @Test(
        "A decimal comma without quotes where commas part cells holds its row, also where the row ends in an empty cell"
    )
    func decimalComma() throws {
        let head =
            "patient_local_ids,patient_birth_date,laboratory_finess,order_filler,result_code,result_status,result_value,"
            + "result_unit,result_range,result_notes\n"
        func found(_ value: String, _ rest: String = "g/L,,") throws -> [String] {
            try Self.findings(head + "D1,1955-08-07,750100125,F1,2093-3,F," + value + "," + rest + "\n")
        }
        #expect(try found("12,5") == ["!csv-cells @ row 2"])
        #expect(try found("12", "g/L,3,5-5,") == ["!csv-cells @ row 2"])
        #expect(try found("12.5") == [])
        #expect(try found("\"12,5\"") == [])
        // Programs that end their rows with a separator.
        #expect(try found("12", "g/L,,,") == [])
        #expect(try found("<12", "5,,,") == ["!csv-cells @ row 2"])
        #expect(try found("12", "5 g/L,,,") == ["!csv-cells @ row 2"])
        for (value, unit) in [("12.5", "10*9/L"), ("12", "10*9/L"), ("12", "10^9/L"), ("SARS-CoV-2", "1")] {
            let held = try found(value, unit + ",,,").filter { $0.contains("csv-cells") }
            #expect(held.isEmpty, "\(value) \(unit)")
        }
        #expect(!CSVText.isCutNumber(ArraySlice("40".utf8), ArraySlice("2026-11-19".utf8)))
        #expect(!CSVText.isCutNumber(ArraySlice("40".utf8), ArraySlice("260373001".utf8)))
        #expect(CSVText.isCutNumber(ArraySlice("3".utf8), ArraySlice("5-5".utf8)))
        #expect(try Self.findings(Self.changed("Positif;", "12;5;")).first?.hasPrefix("!") == true)
    }

    @Test("Whoever is called so is named, and a note says what it says")
    func namedNull() throws {
        let head = Self.head + ";patient_birth_name;result_notes\n"
        #expect(try Self.findings(head + Self.row + ";NULL;NULL\n") == [])
        #expect(try Self.findings(head + Self.row + ";#N/A;#N/A\n") == ["!csv-spoilt @ row 2, patient_birth_name"])
    }

    @Test("A row with a wrong number of cells is not said to lack a result as well")
    func oneFault() throws {
        #expect(try Self.findings(Self.changed(";D1;", ";D1;;;")) == ["!csv-cells @ row 2"])
    }

    @Test("A birth at any other time of day is not taken for a day")
    func birthTime() throws {
        #expect(
            try Self.findings(Self.changed("07/08/1955", "07/08/1955 23:00")) == [
                "!csv-date @ row 2, patient_birth_date"
            ])
    }

    @Test("A formula that a cell guards stays what it is")
    func guarded() {
        #expect(CSVText.withoutGuard("'=\"0123\"") == "=\"0123\"")
        #expect(CSVText.withoutGuard("=\"0123\"") == "0123")
        #expect(CSVText.withoutGuard("=\"") == "=\"")
    }

    @Test("The line that tells a spreadsheet the separator is passed over, and rows keep their numbers")
    func hint() throws {
        for line in ["sep=;\n", "sep=;\r\n", "\u{FEFF}sep=;\n", "\"sep=;\"\n"] {
            #expect(try Self.findings(line + Self.changed("x", "x")) == [], "\(line)")
            #expect(
                try Self.findings(line + Self.changed("07/08/1955", "32/08/1955")) == [
                    "!csv-date @ row 3, patient_birth_date"
                ])
        }
        let unknown = "sep=;\n" + Self.head + ";autre\n" + Self.row + ";x\n"
        #expect(try Self.findings(unknown) == ["csv-column-unknown @ row 1, column 11"])
    }

    @Test("A text of DOS whose set nobody names is held, not read as another")
    func dos() throws {
        let text = Self.changed("Positif", "Positif, contrôlé")
        #expect(try Self.findings(text, .cp850) == ["!charset-dos @ row 2"])
        for charset in [Charset.utf8, .latin9, .windows1252] { #expect(try Self.findings(text, charset) == []) }
        #expect(
            CSVReportReader(settings: ReaderSettings(defaultCharset: .cp850)).read(bytes: Charset.latin9.encode(text))
                .flatMap(\.findings).map(\.rule).contains("charset-dos"))
        // Marks of Windows-1252 where that set has them.
        #expect(try Self.findings(Self.changed("Positif", "l’œil… « KOŠICE »"), .windows1252) == [])
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(settings: ReaderSettings(defaultCharset: .cp850))
        stream.push(Charset.cp850.encode(text)[...]) { outcomes += $0.outcomes }
        stream.finish { outcomes += $0.outcomes }
        #expect(outcomes.first?.report?.results.first?.value == .text(Personal("Positif, contrôlé")))
    }

    @Test("So is an HPRIM message of DOS")
    func dosHPRIM() {
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1||D1|||X~Zoé\rOBR|1|p|f|94500-6~~LN\r"
            + "OBX|1|ST|94500-6~~LN||Positif||||||F\rL|1\r"
        #expect(
            HPRIMReportReader().read(bytes: Charset.cp850.encode(text)).flatMap(\.findings).map(\.rule) == [
                "charset-dos"
            ])
        #expect(HPRIMReportReader().read(bytes: Charset.latin9.encode(text)).flatMap(\.findings).isEmpty)
    }

    @Test("Values of HPRIM's composite types are passed on as text")
    func composite() throws {
        let text =
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1||D1|||X~Y\rOBR|1|p|f|94500-6~~LN\r"
            + "OBX|1|CNA|94500-6~~LN||1~NOM||||||F\rL|1\r"
        let outcome = try #require(HPRIMReportReader().read(bytes: Array(text.utf8)).first)
        #expect(outcome.findings.map(\.rule) == ["obx2-as-text"])
        #expect(outcome.report?.results.count == 1)
    }
}
