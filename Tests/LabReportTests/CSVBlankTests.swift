import HL7
import Testing

@testable import LabReport

/// What stands around the cells of a table, or between the digits of a number, and means nothing.
@Suite("Tables with blanks and small letters")
struct CSVBlankTests {
    private static let head = [
        "report_id", "order_filler", "patient_local_ids", "patient_birth_name", "patient_given_names", "patient_sex",
        "patient_birth_date", "laboratory_finess", "specimen_collected_at", "result_code", "result_value",
        "result_value_code", "result_value_system", "result_status",
    ]
    private static let row = [
        "R1", "F1", "D 1", "DE LA TOUR", "ZOÉ|ANNE", "F", "1955-08-07", "750100125", "2026-11-22 07:45", "94500-6",
        "Positif", "10828004", "SCT", "F",
    ]

    private static func table(_ rows: [[String]], _ charset: Charset = .utf8) -> [UInt8] {
        charset.encode(([head] + rows).map { $0.joined(separator: ";") + "\r\n" }.joined())
    }

    private static func read(_ bytes: [UInt8]) throws -> (findings: [String], reports: [Report]) {
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(.csv)
        stream.push(bytes[...]) { outcomes += $0.outcomes }
        stream.finish { outcomes += $0.outcomes }
        return try IntakeFixture.judged(outcomes)
    }

    private static func value(_ text: String, _ type: String? = nil) throws -> Observation.Value? {
        let (_, reports) =
            try type.map { try IntakeFixture.table(["result_value": text, "result_value_type": $0]) }
            ?? IntakeFixture.table(["result_value": text])
        return reports.first?.results.first?.value
    }

    @Test(
        "Blanks around a cell are none of it, with quotes or without, whatever their kind",
        arguments: [
            (" ", Charset.utf8), ("   ", .latin9), ("\t", .utf8), ("\u{A0}", .utf8), ("\u{A0}", .latin9),
            ("\u{A0}", .windows1252), (" \u{202F}\u{2007}", .utf8), ("\u{A0} \t", .utf8),
        ])
    func around(blank: String, charset: Charset) throws {
        let plain = try Self.read(Self.table([Self.row], charset))
        #expect(plain.findings == [] && plain.reports.count == 1)
        for cells in [
            Self.row.map { blank + $0 }, Self.row.map { $0 + blank }, Self.row.map { "\"" + $0 + blank + "\"" },
            Self.row.map { "\"" + blank + $0 + blank + "\"" },
        ] {
            let found = try Self.read(Self.table([cells], charset))
            #expect(found.findings == [] && found.reports == plain.reports, "\(cells[0].debugDescription)")
        }
    }

    @Test("A letter of UTF-8 that ends in the byte of such a blank keeps it")
    func letters() throws {
        for name in ["VOILÀ", "Âà", "à", "â€", "”à"] {
            let row = Self.row.map { $0 == "DE LA TOUR" ? name : $0 }
            #expect(try Self.read(Self.table([row])).reports.first?.patient.birthName?.text == name)
        }
    }

    @Test("Rows of one report are its rows whatever blanks and quotes they have, and an empty cell may be padded")
    func rows() throws {
        let padded = Self.row.map { "\"" + $0 + "   \"" }
        let empty = Self.row.enumerated().map { (3...7).contains($0.offset) ? "\"  \"" : $0.element + "\u{A0}" }
        let found = try Self.read(Self.table([Self.row, padded, empty]))
        #expect(found.findings == ["result-twice @ row 3, result_value", "result-twice @ row 4, result_value"])
        #expect(found.reports.map(\.results.count) == [3] && found.reports.first?.orders.count == 1)
    }

    @Test(
        "A number in groups of three is a number where its blanks do not break a line",
        arguments: [
            ("12\u{A0}500", "12500"), ("12\u{202F}500", "12500"), ("1\u{A0}250,5", "1250.5"),
            ("1\u{202F}250\u{202F}000", "1250000"), ("-1\u{A0}250", "-1250"), ("\u{A0}12\u{A0}500 ", "12500"),
        ])
    func groups(text: String, number: String) throws {
        for type in [nil, "number"] { #expect(try Self.value(text, type) == .number(Personal(number))) }
        let below = Observation.Value.structured(
            comparator: "<", first: Personal(number), separator: nil, second: nil)
        for blank in ["", " ", "\u{A0}"] where !text.hasPrefix("-") {
            #expect(try Self.value("<" + blank + text) == below, "\(blank.debugDescription)")
        }
    }

    @Test(
        "What may be two numbers stays a text",
        arguments: [
            "12 500", "12\u{A0}50", "1250\u{A0}500", "12\u{A0}500\u{A0}5", "0\u{A0}500", "12\u{A0}500 UI", "1\u{A0}2",
        ])
    func notGroups(text: String) throws {
        #expect(try Self.value(text) == .text(Personal(text)))
    }

    @Test("An exponent of a spreadsheet is written in digits, in results")
    func exponents() throws {
        for (text, number) in [
            ("1,25E+06", "1250000"), ("1.25e+06", "1250000"), ("2E-03", "0.002"), ("1,25E-01", "0.125"),
        ] {
            #expect(try Self.value(text) == .number(Personal(number)))
            #expect(
                try Self.value("<" + text)
                    == .structured(comparator: "<", first: Personal(number), separator: nil, second: nil))
        }
        for text in ["1E5", "12E+05", "1,25E+6", "1,25E+99", "E+05"] {
            #expect(try Self.value(text) == .text(Personal(text)))
        }
        #expect(try Self.value("1,25E+06", "text") == .text(Personal("1,25E+06")))
    }

    @Test("A quote that swallows the next row is found where that one's status is padded, or in a small letter")
    func swallowed() throws {
        let head =
            "order_filler;patient_local_ids;laboratory_finess;result_code;result_value;result_status;result_notes\n"
        for status in ["F   ", "f", "F"] {
            let text =
                head + "F1;D1;750100125;94500-6;x;\(status);\"voir\nF2;D2;750100125;94500-6;x;\(status);suite\"\n"
            #expect(try Self.read(Array(text.utf8)).findings.first == "!csv-quote @ row 2", "\(status)")
        }
    }

    @Test("A status in a small letter is understood and told")
    func smallStatus() throws {
        for (status, code) in [("f", "F"), ("c", "C"), ("p ", "P")] {
            let found = try IntakeFixture.table(["result_status": status])
            #expect(found.findings == ["code-form @ row 2, result_status"])
            #expect(found.reports.first?.results.map(\.status) == [code])
        }
        #expect(try IntakeFixture.table(["result_status": "q"]).findings == ["!obx11-unknown @ row 2, result_status"])
    }
}
