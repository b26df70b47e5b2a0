import HL7
import Testing

@testable import LabReport

@Suite("Tables read")
struct CSVReaderTests {
    private static let head =
        "numero_dossier;nom_naissance;prénoms;Date naissance;sexe;numero_patient;code_postal;ville;laboratoire_finess;preleve_le;analyse_code;resultat;unite;statut"
    private static let row =
        "F1;BRUVELAN;ZOÉ|CŒUR;12/04/1967;F;D1;75013;PARIS;750100125;23/11/2026 09:30;94500-6;POSITIF;;F"

    private func cut(_ bytes: [UInt8], by size: Int? = nil) -> [SourcePiece] {
        var splitter = CSVSplitter()
        var pieces: [SourcePiece] = []
        var rest = bytes[...]
        let size = size ?? max(bytes.count, 1)
        while !rest.isEmpty {
            splitter.push(rest.prefix(size), into: &pieces)
            rest = rest.dropFirst(size)
        }
        splitter.finish(into: &pieces)
        return pieces
    }

    private func outcomes(_ text: String) -> [ReadOutcome] {
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(.csv, settings: ReaderSettings(utcOffsetMinutes: 60))
        stream.push(Array(text.utf8)[...]) { outcomes += $0.outcomes }
        stream.finish { outcomes += $0.outcomes }
        return outcomes
    }

    private func findings(_ text: String) -> [String] {
        outcomes(text).flatMap(\.findings).map { $0.rule + " @ " + $0.path }
    }

    @Test("A shared code in the columns of the local one is the code, as in a message")
    func sharedCodeSecond() throws {
        let (findings, reports) = try IntakeFixture.table([
            "result_code": "COVPCR", "result_code_system": "L", "result_local_code": "94500-6",
            "result_local_system": "LN",
            "result_value": "", "result_value_code": "P", "result_value_system": "L",
            "result_value_local_code": "10828004", "result_value_local_system": "SCT", "order_panel_code": "PAN",
            "order_panel_system": "L", "order_panel_local_code": "94531-1", "order_panel_local_system": "LN",
        ])
        let report = try #require(reports.first)
        #expect(findings.allSatisfy { !$0.hasPrefix("!") })
        #expect(report.results[0].code.code == "94500-6" && report.results[0].code.localCode == "COVPCR")
        #expect(report.orders[0].panel?.code == "94531-1" && report.orders[0].panel?.localSystem == "L")
        guard case .coded(let value) = report.results[0].value else {
            Issue.record("no coded value")
            return
        }
        #expect(value.code == "10828004" && value.localCode == "P")
    }

    @Test(
        "A value that is said to be a number and is none is a text, and told",
        arguments: ["abc", "<5", "1 234,5", "1E3"])
    func numberForm(text: String) throws {
        let outcome = try #require(
            outcomes(Self.head + ";result_value_type\n" + Self.row.replacing("POSITIF", with: text) + ";number\n").first
        )
        #expect(outcome.findings.map(\.rule) == ["obx5-number"])
        #expect(outcome.report?.results.first?.value == .text(Personal(text)))
    }

    @Test("A French table with a semicolon, French names and dates is read")
    func french() throws {
        let outcome = try #require(outcomes(Self.head + "\r\n" + Self.row + "\r\n").first)
        #expect(outcome.findings.map(\.rule) == [])
        let report = try #require(outcome.report)
        #expect(report.patient.birthName?.text == "BRUVELAN")
        #expect(report.patient.givenNames.map(\.text) == ["ZOÉ", "CŒUR"])
        #expect(report.patient.birthDate?.iso == "1967-04-12")
        #expect(report.patient.address?.postcode?.text == "75013")
        #expect(report.laboratory?.finess == "750100125")
        #expect(report.orders.first?.fillerNumber?.text == "F1")
        #expect(report.orders.first?.collectedAt?.iso == "2026-11-23T09:30:00+01:00")
        #expect(report.results.first?.code == Coded(code: "94500-6", text: nil, system: "LN"))
        #expect(report.results.first?.value == .text(Personal("POSITIF")))
    }

    @Test("The character set is told by the bytes", arguments: [Charset.utf8, .latin9, .windows1252])
    func charsets(charset: Charset) throws {
        let bytes = charset.encode(Self.head + "\r\n" + Self.row + "\r\n")
        guard case .message(let message) = cut(bytes).first else {
            Issue.record("no message")
            return
        }
        let report = try #require(CSVReportReader().read(bytes: message.bytes).first?.report)
        #expect(report.patient.givenNames.map(\.text) == ["ZOÉ", "CŒUR"])
    }

    @Test("Commas, semicolons and tabs separate; the names tell which", arguments: [",", ";", "\t"])
    func separators(separator: String) throws {
        let text = (Self.head + "\n" + Self.row + "\n").replacing(";", with: separator)
        #expect(ReportFormat.detect(Array(text.utf8)[...], isEnd: true) == .csv)
        #expect(outcomes(text).first?.report?.patient.birthName?.text == "BRUVELAN")
    }

    @Test(
        "Dates as people write them",
        arguments: [
            ("2026-11-23", "2026-11-23"), ("23/11/2026", "2026-11-23"), ("3.1.2026", "2026-01-03"),
            ("23-11-2026", "2026-11-23"), ("20261123", "2026-11-23"), ("2026-11", "2026-11"), ("2026", "2026"),
            ("23/11/2026 09:30", "2026-11-23T09:30:00"), ("23/11/2026 à 9h30", "2026-11-23T09:30:00"),
            ("2026-11-23T09:30:15Z", "2026-11-23T09:30:15+00:00"),
            ("2026-11-23T09:30:15.250+01:00", "2026-11-23T09:30:15+01:00"), ("202611230930", "2026-11-23T09:30:00"),
            ("23/11/26", ""), ("31/02/2026", ""), ("2026-13-01", ""), ("11/23/2026", ""), ("demain", ""), ("", ""),
            ("2026-11-23T25:00", ""), ("2026-11-23T09:30+99:99", ""), ("23/11/2026 09:30 x", ""),
        ])
    func dates(text: String, expected: String) {
        let time = CSVTime.read(text)
        #expect(
            CSVCell.of(time).map { cell in if case .plain(let plain) = cell { plain } else { "" } } ?? "" == expected)
    }

    @Test(
        "A value without a type is what it looks like",
        arguments: [
            ("4.5", Observation.Value.number(Personal("4.5"))), ("4,5", .number(Personal("4.5"))),
            ("<20", .structured(comparator: "<", first: Personal("20"), separator: nil, second: nil)),
            (">= 1,5", .structured(comparator: ">=", first: Personal("1.5"), separator: nil, second: nil)),
            ("positif, net", .text(Personal("positif, net"))), ("1,2,3", .text(Personal("1,2,3"))),
            ("-", .text(Personal("-"))),
        ])
    func values(text: String, expected: Observation.Value) throws {
        let row = Self.row.replacing("POSITIF", with: "\"" + text + "\"")
        #expect(outcomes(Self.head + "\n" + row + "\n").first?.report?.results.first?.value == expected)
    }

    @Test("Rows with one number are one report, rows with another are the next")
    func grouping() throws {
        let other = Self.row.replacing("94500-6;POSITIF", with: "94558-4;NEGATIF")
        let next = Self.row.replacing("F1;", with: "F2;")
        let found = outcomes([Self.head, Self.row, other, "", next, ";;;;;;;;;;;;;", ""].joined(separator: "\n"))
        #expect(found.map { $0.report?.results.count } == [2, 1])
        #expect(found.first?.report?.orders.count == 1)
    }

    @Test("Two people under one number are held, never mixed")
    func mixed() {
        let other = Self.row.replacing("BRUVELAN", with: "PELVIDRA")
        #expect(
            findings([Self.head, Self.row, other].joined(separator: "\n")) == [
                "csv-rows-disagree @ row 3, patient_birth_name"
            ])
    }

    @Test(
        "What is wrong is said by row and column",
        arguments: [
            ("12/04/1967", "12/04/67", "csv-date @ row 2, patient_birth_date"),
            (";F\n", ";\n", "obx11-missing @ row 2, result_status"),
            (";F\n", ";Q\n", "obx11-unknown @ row 2, result_status"),
            ("94500-6", "", "obx3-missing @ row 2, result_code"),
            (";PARIS;", ";PA;RIS;", "csv-cells @ row 2"), (";PARIS;", ";\"PA\"RIS\";", "csv-quote @ row 2"),
            (";PARIS", "", "csv-cells @ row 2"), ("POSITIF", "\"POSITIF", "csv-quote @ row 2"),
        ])
    func faults(one: String, other: String, finding: String) {
        let row = (Self.row + "\n").replacing(one, with: other)
        let found = outcomes(Self.head + "\n" + row)
        #expect(found.flatMap(\.findings).map { $0.rule + " @ " + $0.path }.contains(finding))
        #expect(found.allSatisfy { $0.isHeld })
    }

    @Test("A table without the columns needed is one held piece; so are one without rows and one with a column twice")
    func headers() {
        #expect(findings("a;b;c\n1;2;3\n4;5;6\n") == ["csv-columns @ row 1"])
        #expect(findings(Self.head + "\n") == ["csv-no-rows @ row 1"])
        #expect(findings(Self.head + ";Statut\n" + Self.row + ";F\n") == ["csv-column-twice @ row 1, column 15"])
        #expect(findings(Self.head + ";inconnue\n" + Self.row + ";x\n") == ["csv-column-unknown @ row 1, column 15"])
        #expect(findings("") == ["empty-file @ row 1"])
    }

    @Test("A table whose last row has no line end is told with that row's report, for it may be cut there")
    func unterminated() throws {
        let rows = Self.row.replacing("F1;", with: "F0;") + "\n" + Self.row
        for end in ["\n", "\r\n", "\r", "\n\u{1A}"] {
            #expect(findings(Self.head + "\n" + rows + end) == [], "\(end.debugDescription)")
        }
        for end in ["", "\u{1A}", "\u{0}\u{0}"] {
            let found = outcomes(Self.head + "\n" + rows + end)
            #expect(found.map { $0.findings.map(\.path) } == [[], ["row 3"]], "\(end.debugDescription)")
            #expect(found.flatMap(\.findings).map(\.rule) == ["csv-unterminated"] && !found.contains(where: \.isHeld))
        }
    }

    @Test("The rules name rows and columns")
    func places() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 24))
        let rules = ReportRules(RuleSettings(production: true, today: today))
        let bad = Self.row.replacing("POSITIF", with: "").replacing("12/04/1967", with: "12/04/2067")
        let outcome = try #require(
            outcomes(Self.head + "\n" + Self.row.replacing("F1;", with: "F0;") + "\n" + bad + "\n").last)
        var report = try #require(outcome.report)
        let found = rules.admit(&report, places: outcome.places).map { $0.rule + " @ " + $0.path }
        #expect(found.contains("birth-in-future @ row 3, patient_birth_date"))
        #expect(found.contains("result-value-missing @ row 3, result_value"))
    }

    @Test("Line ends and separators in quotes are text, whole and byte by byte")
    func quotes() throws {
        let row = Self.row.replacing("PARIS", with: "\"SAINT \"\"X\"\";\nSUR\r\nMER\"")
        let bytes = Array((Self.head + "\r\n" + row + "\r\n" + Self.row.replacing("F1", with: "F2") + "\r\n").utf8)
        let whole = cut(bytes)
        #expect(whole.count == 2)
        for size in [1, 2, 3, 5, 64] { #expect(cut(bytes, by: size) == whole, "\(size)") }
        guard case .message(let message) = whole.first else { return }
        let report = try #require(CSVReportReader().read(bytes: message.bytes).first?.report)
        #expect(report.patient.address?.city?.text == "SAINT \"X\";\nSUR\r\nMER")
    }

    @Test("A row as long as the limit is read, a longer one is held and the next one read")
    func rowLimit() {
        for extra in [0, 1] {
            let fill = Limits.csvRowBytes - Self.row.utf8.count - 1 + extra
            let long = Self.row.replacing("POSITIF", with: "POSITIF" + String(repeating: "x", count: fill))
            let found = outcomes([Self.head, long, Self.row.replacing("F1;", with: "F2;"), ""].joined(separator: "\n"))
            #expect(found.map { $0.isHeld } == [extra == 1, false])
            if extra == 1 { #expect(found.first?.findings.map(\.rule) == ["csv-row-size"]) }
        }
        let open = outcomes(Self.head + "\n\"" + String(repeating: "x;\n", count: 1_000_000))
        #expect(open.allSatisfy { $0.isHeld } && !open.isEmpty)
    }

    @Test("A report of as many rows as the limit is read, one more is held whole")
    func reportLimit() {
        for (count, isHeld) in [(Limits.csvReportRows, false), (Limits.csvReportRows + 1, true)] {
            let found = outcomes(Self.head + "\n" + String(repeating: Self.row + "\n", count: count))
            #expect(found.map { $0.isHeld } == [isHeld])
            if isHeld { #expect(found.first?.findings.map(\.rule) == ["csv-report-size"]) }
        }
    }

    @Test("As many columns and values as the limits are read, one more is held")
    func widths() {
        for (count, isHeld) in [(Limits.csvColumns, false), (Limits.csvColumns + 1, true)] {
            let extra = count - 14
            let text =
                Self.head + String(repeating: ";", count: extra) + "\n" + Self.row
                + String(repeating: ";", count: extra)
            #expect(outcomes(text + "\n").allSatisfy { $0.isHeld } == isHeld, "\(count)")
        }
        for (count, isHeld) in [(Limits.csvCellValues, false), (Limits.csvCellValues + 1, true)] {
            let names = Array(repeating: "A", count: count).joined(separator: "|")
            let found = outcomes(Self.head + "\n" + Self.row.replacing("ZOÉ|CŒUR", with: names) + "\n")
            #expect(found.allSatisfy { $0.isHeld } == isHeld, "\(count)")
        }
    }

    @Test("The template is read without an error, and can never go out as real")
    func template() throws {
        for outcome in outcomes(String(decoding: CSVTemplate.bytes, as: UTF8.self)) {
            #expect(outcome.findings.map(\.rule) == [])
            #expect(try #require(outcome.report).processing == .training)
        }
        let names = String(decoding: CSVTemplate.bytes, as: UTF8.self)
        #expect(names.contains("order_filler"))
    }

    @Test("The template's own rows are taken by every rule without a finding")
    func templateIsSound() throws {
        let today = try #require(CalendarDate(year: 2026, month: 11, day: 23))
        let rules = ReportRules(RuleSettings(production: false, today: today))
        let read = outcomes(String(decoding: CSVTemplate.bytes, as: UTF8.self))
        #expect(!read.isEmpty)
        for var outcome in read {
            #expect(rules.judge(&outcome).map { $0.rule + " " + $0.path } == [])
            let report = try #require(outcome.report)
            #expect(report.requester?.identifiers.first?.type == "RPPS")
            let requester = try #require(report.requester?.identifiers.first?.value.text)
            #expect(RPPS(requester) != nil)
        }
    }

    @Test("Bytes changed at random never trap, and something is always said", arguments: 0..<40)
    func mutated(number: Int) {
        var random = RandomReport(seed: 77 &+ UInt64(number))
        let text = Array((Self.head + "\r\n" + Self.row + "\r\n" + Self.row + "\r\n").utf8)
        for _ in 0..<100 {
            var bytes = text
            for _ in 0...random.below(8) {
                let place = random.below(bytes.count)
                switch random.below(3) {
                case 0: bytes[place] = UInt8(random.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: Array("\";\r\n|\\'=".utf8).prefix(1 + random.below(8)), at: place)
                }
            }
            var count = 0
            var stream = ReportStream(.csv)
            stream.push(bytes[...]) { count += $0.outcomes.count }
            stream.finish { count += $0.outcomes.count }
            #expect(count > 0, "seed 77, \(number)")
        }
    }
}
