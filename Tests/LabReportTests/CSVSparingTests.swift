import HL7
import Testing

@testable import LabReport

/// Rows of one report under pages of notes: what all of them share is not said in each of thousands.
@Suite("Long tables of one report")
struct CSVSparingTests {
    private static func table(_ report: Report, _ sparing: CSVSparing, names: [String] = []) -> [UInt8] {
        var bytes = CSVReportWriter.header
        var table = CSVTable(sparing: sparing)
        table.append(report, identifier: "R-1", orderIdentifiers: names, to: &bytes) { _ in }
        return bytes
    }

    private static func read(_ bytes: [UInt8]) -> [ReadOutcome] {
        var splitter = SourceSplitter(.csv)
        var pieces: [SourcePiece] = []
        splitter.push(bytes, into: &pieces)
        splitter.finish(into: &pieces)
        return pieces.flatMap { piece -> [ReadOutcome] in
            if case .message(let message) = piece { ReportReader(.csv).read(message) } else { [] }
        }
    }

    /// One order of so many results, with notes of its own, under notes of the report.
    private static func report(results: Int, notes: Int) throws -> Report {
        var report = try RulesTests.good()
        let result = report.results[0]
        report.notes = [Personal(String(repeating: "n", count: notes))]
        report.orders[0].notes = [Personal(String(repeating: "o", count: notes))]
        report.results = (0..<results).map { index in
            var result = result
            result.subID = String(index)
            return result
        }
        return report
    }

    @Test("Notes of a report and of an order are in every row of a short table, and once in a long one")
    func once() throws {
        let report = try Self.report(results: 300, notes: 1_000)
        func count(_ sparing: CSVSparing) -> (bytes: Int, notes: Int) {
            let bytes = Self.table(report, sparing)
            return (bytes.count, bytes.count { $0 == UInt8(ascii: "n") })
        }
        let usual = count(.usual)
        #expect(usual.notes > 300 * 1_000)
        let sparing = count(CSVSparing(rowsBytes: 10_000, textsBytes: .max))
        #expect(sparing.bytes < 10_000 + 300 * 1_000 && sparing.notes < 10_000 + 10 * 300)
        let back = try #require(Self.read(Self.table(report, CSVSparing(rowsBytes: 10_000, textsBytes: .max))).first)
        #expect(back.report?.results.count == 300 && back.report?.notes == report.notes)
        #expect(back.report?.orders == report.orders)
    }

    @Test("Behind many orders with names of their own each says whose report it is, and no page of notes any more")
    func manyNames() throws {
        var report = try Self.report(results: 400, notes: 5_000)
        let order = report.orders[0]
        report.orders = report.results.indices.map { index in
            var order = order
            order.fillerNumber = Personal("F\(index)")
            return order
        }
        for index in report.results.indices { report.results[index].orderIndex = index }
        let names = report.orders.indices.map { "N\($0)" }
        let bytes = Self.table(report, CSVSparing(rowsBytes: 20_000, textsBytes: 60_000), names: names)
        // Each of four hundred says as much as a good report without notes.
        let each = try Self.table(RulesTests.good(), .usual).count - CSVReportWriter.header.count
        #expect(bytes.count < 100_000 + 400 * (each + 20))
        let outcomes = Self.read(bytes)
        #expect(outcomes.count == 400)
        #expect(outcomes.allSatisfy { $0.report?.patient.ins != nil && $0.report?.results.count == 1 })
        #expect(outcomes.first?.report?.notes == report.notes && outcomes.last?.report?.notes == [])
    }

    @Test("Rows are handed on one by one, and make the same table")
    func handed() throws {
        let report = try Self.report(results: 50, notes: 10)
        var whole: [UInt8] = []
        CSVReportWriter.rows(report, identifier: "R-1", into: &whole)
        var (handed, piece, longest): ([UInt8], [UInt8], Int) = ([], [], 0)
        CSVReportWriter.rows(report, identifier: "R-1", into: &piece) { rows in
            longest = max(longest, rows.count)
            handed += rows
            rows.removeAll()
        }
        #expect(handed == whole && piece.isEmpty && longest * 25 < whole.count)
    }

    @Test("A further row of an order may say nothing of it, the same, but nothing else")
    func furtherRows() throws {
        func rules(_ further: String) -> [String] {
            let names =
                "order_number;order_filler;order_status;order_notes;specimen_number;specimen_id;result_code;result_value;"
                + "result_status;laboratory_finess;patient_birth_name;patient_local_ids"
            let first = "1;F1;F;a note;1;S1;94500-6;x;F;750100125;TEST;L1"
            let text = [names, first, further].map { $0 + "\n" }.joined()
            return CSVReportReader().read(bytes: Array(text.utf8)).flatMap(\.findings).map { $0.rule + " @ " + $0.path }
        }
        #expect(rules("1;F1;F;a note;1;S1;718-7;y;F;;;") == [])
        #expect(rules("1;F1;;;1;;718-7;y;F;;;") == [])
        #expect(rules("1;F1;C;;1;;718-7;y;F;;;") == ["csv-rows-disagree @ row 3, order_number"])
        #expect(rules("1;F1;;another;1;;718-7;y;F;;;") == ["csv-rows-disagree @ row 3, order_number"])
        #expect(rules("1;F1;;;1;S2;718-7;y;F;;;") == ["csv-rows-disagree @ row 3, specimen_number"])
    }

    // MARK: - Notes

    @Test("More notes than a report may have hold it, in a table and in HPRIM; as many are read")
    func mostNotes() throws {
        func table(_ notes: Int) -> [ReadOutcome] {
            var text =
                "order_filler;result_code;result_value;result_status;laboratory_finess;patient_local_ids;result_notes\n"
            for start in stride(from: 0, to: notes, by: 1_000) {
                let some = Array(repeating: "a", count: min(1_000, notes - start)).joined(separator: "|")
                text += "F1;94500-6;\(start);F;750100125;L1;\(some)\n"
            }
            return CSVReportReader().read(bytes: Array(text.utf8))
        }
        let whole = table(ReportBuilder.mostNoteLines)
        #expect(whole.first?.report?.results.reduce(0) { $0 + $1.notes.count } == ReportBuilder.mostNoteLines)
        let over = table(ReportBuilder.mostNoteLines + 1).flatMap(\.findings)
        #expect(over.map { $0.rule + " @ " + $0.path } == ["too-many-notes @ row 52, result_notes"])

        func hprim(_ notes: Int) -> [ReadOutcome] {
            let comments = String(repeating: "C|1||a\r", count: notes)
            let text =
                "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1|L1|||X~Y\rOBR|1|p|f|94500-6~~LN\r"
                + "OBX|1|ST|94500-6~~LN||Positif||||||F\r\(comments)L|1\r"
            return HPRIMReportReader().read(bytes: Array(text.utf8))
        }
        #expect(hprim(ReportBuilder.mostNoteLines).first?.report?.results.first?.notes.count == 50_000)
        let held = hprim(ReportBuilder.mostNoteLines + 1)
        #expect(held.allSatisfy(\.isHeld) && held.flatMap(\.findings).contains { $0.rule == "too-many-notes" })
    }
}
