import Testing

@testable import LabReport

@Suite("CSV")
struct CSVTests {
    /// Rows and cells by RFC 4180, written apart from the writer.
    private func parse(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var cell: [UInt8] = []
        var quoted = false
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if quoted {
                if byte == 0x22, index + 1 < bytes.count, bytes[index + 1] == 0x22 {
                    cell.append(byte)
                    index += 1
                } else if byte == 0x22 {
                    quoted = false
                } else {
                    cell.append(byte)
                }
            } else if byte == 0x22 {
                quoted = true
            } else if byte == 0x2C || byte == 0x0A {
                row.append(String(decoding: cell, as: UTF8.self))
                cell = []
                if byte == 0x0A {
                    rows.append(row)
                    row = []
                }
            } else if byte != 0x0D {
                cell.append(byte)
            }
            index += 1
        }
        return rows
    }

    private func cell(_ report: Report, _ column: String) throws -> String {
        let row = try #require(parse(csv(report)).first)
        return row[try #require(CSVReportWriter.columnNames.firstIndex(of: column))]
    }

    @Test("Header and rows have the same columns, whose names are lower-case words")
    func header() throws {
        let names = CSVReportWriter.columnNames
        #expect(parse(String(decoding: CSVReportWriter.header, as: UTF8.self)) == [names])
        #expect(Set(names).count == names.count)
        for name in names { #expect(name.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }, "\(name)") }
        for row in parse(csv(FullReport.report)) { #expect(row.count == names.count) }
        #expect(parse(csv(FullReport.report)).count == FullReport.report.results.count)
    }

    @Test("Where orders have names of their own, each row has its order's, and the rows of one stand together")
    func orderNames() throws {
        var report = try RulesTests.good()
        report.orders = [Order(), Order(), Order()]
        report.specimens = [Specimen()]
        report.specimens[0].identifier = Personal("S")
        for index in report.orders.indices {
            report.orders[index].specimenIndex = 0
            report.orders[index].fillerNumber = Personal("F\(index)")
            report.orders[index].panel = Coded(code: "X\(index)", text: nil, system: "LN")
        }
        var result = report.results[0]
        report.results = [1, 0, 1].map { order in
            result.orderIndex = order
            return result
        }
        var bytes: [UInt8] = []
        CSVReportWriter.rows(report, identifier: "r", orderIdentifiers: ["r", "s", "t"], into: &bytes)
        let rows = parse(String(decoding: bytes, as: UTF8.self))
        #expect(rows.map { $0[0] } == ["r", "s", "s", "t"])
        let numbers = try #require(CSVReportWriter.columnNames.firstIndex(of: "order_number"))
        #expect(rows.map { $0[numbers] } == ["1", "1", "1", "1"])
        #expect(parse(csv(report)).map { $0[0] } == Array(repeating: "R-1", count: 4))
        // A reader of the table has a report of each.
        report.orders[2] = report.orders[0]
        bytes = CSVReportWriter.header
        CSVReportWriter.rows(report, identifier: "r", orderIdentifiers: ["r", "s", "r"], into: &bytes)
        var splitter = SourceSplitter(.csv)
        var pieces: [SourcePiece] = []
        splitter.push(bytes, into: &pieces)
        splitter.finish(into: &pieces)
        let outcomes = pieces.flatMap { piece -> [ReadOutcome] in
            if case .message(let message) = piece { ReportReader(.csv).read(message) } else { [] }
        }
        #expect(outcomes.map { $0.report?.orders.first?.fillerNumber?.text } == ["F0", "F1"])
        #expect(outcomes.map { $0.report?.orders.count } == [2, 1])
        #expect(outcomes.map { $0.report?.results.count } == [1, 2])
        #expect(outcomes.map { $0.report?.specimens.map(\.identifier) } == [[Personal("S")], [Personal("S")]])
    }

    @Test("A report without results still has one row, so that a cancellation is not lost")
    func cancellation() throws {
        var report = Report()
        report.action = .cancel
        var order = Order()
        order.fillerNumber = Personal("F1")
        report.orders = [order]
        #expect(parse(csv(report)).count == 1)
        #expect(try cell(report, "report_action") == "cancel")
        #expect(try cell(report, "order_filler") == "F1")
    }

    @Test("Commas, quotes and line ends stay inside their cell")
    func quoting() throws {
        var report = Report()
        for text in ["a,b", "say \"a\"", "a\r\nb", "é;ù", "", "\"", ","] {
            report.patient.birthName = Personal(text)
            #expect(try cell(report, "patient_birth_name") == text)
        }
    }

    @Test(
        "What a spreadsheet would run gets an apostrophe",
        arguments: [
            "=1+1", "+33612345678", "-cmd", "@SUM(A1)", "\tx", "'x", "\u{FF1D}1", "=HYPERLINK(\"http://x\",\"y\")",
        ])
    func formulas(text: String) throws {
        var report = Report()
        report.patient.phones = [Personal(text)]
        #expect(try cell(report, "patient_phones") == "'" + text)
    }

    @Test("Decimal numbers and dates stay what they are; what only looks like a number does not")
    func numbers() throws {
        var report = RoutingFixture.report([("2823-3", "")])
        for (text, expected) in [("-1.50", "-1.50"), ("4", "4"), ("+4", "'+4"), ("-1+cmd", "'-1+cmd"), ("=4", "'=4")] {
            report.results[0].value = .number(Personal(text))
            #expect(try cell(report, "result_value") == expected)
        }
        report.results[0].observedAt = CalendarDate(year: 2026, month: 11, day: 23)
            .flatMap { ReportTime(date: $0, secondOfDay: 3661) }
        #expect(try cell(report, "result_observed_at") == "2026-11-23T01:01:01")
    }

    @Test("Values of every kind have their column")
    func values() throws {
        var report = RoutingFixture.report([("94500-6", "x")])
        report.results[0].value = .coded(Coded(code: "10828004", text: "Positif", system: "SCT"))
        #expect(try cell(report, "result_value") == "Positif")
        #expect(try cell(report, "result_value_code") == "10828004")
        report.results[0].value = .structured(
            comparator: "<", first: Personal("20"), separator: nil, second: nil)
        #expect(try cell(report, "result_value") == "<20")
        report.results[0].interpretation = ["N", "POS"]
        #expect(try cell(report, "result_interpretation") == "N|POS")
    }
}
