import HL7
import Testing

@testable import LabReport

/// A table that Pli wrote holds each version of an order under the order's one name, often one below the other.
@Suite("Versions of one order in a table")
struct CSVVersionsTests {
    /// What an inbox's table of these versions is read as.
    private static func read(_ versions: [Report], named name: String = "r") -> [ReadOutcome] {
        var bytes = CSVReportWriter.header
        for version in versions { CSVReportWriter.rows(version, identifier: name, into: &bytes) }
        return read(bytes)
    }

    private static func read(_ bytes: [UInt8]) -> [ReadOutcome] {
        var outcomes: [ReadOutcome] = []
        var stream = ReportStream(.csv, settings: ReaderSettings())
        // In pieces: where one version ends is told by rows, wherever they are cut.
        var rest = bytes[...]
        while !rest.isEmpty {
            stream.push(rest.prefix(97)) { outcomes += $0.outcomes }
            rest = rest.dropFirst(97)
        }
        stream.finish { outcomes += $0.outcomes }
        return outcomes
    }

    /// Of this laboratory's report: its version with that action and value.
    private static func version(_ action: Report.Action, _ value: String, id: String?) throws -> Report {
        var report = try RulesTests.good()
        report.action = action
        report.messageID = id.map { Personal($0) }
        for index in report.results.indices {
            report.results[index].value = .text(Personal(value))
            report.results[index].status = action == .new ? "F" : "C"
        }
        return report
    }

    private static func expectBack(_ versions: [Report]) {
        let outcomes = read(versions)
        #expect(outcomes.map { $0.findings.map(\.rule) } == versions.map { _ in [] })
        #expect(outcomes.count == versions.count)
        for (outcome, version) in zip(outcomes, versions) { #expect(outcome.report == version, "\(version.action)") }
    }

    @Test("A report, its corrections and its cancellation are as many reports, in their order")
    func versions() throws {
        var cancelled = try Self.version(.cancel, "POSITIF", id: "4")
        cancelled.results = []
        Self.expectBack([
            try Self.version(.new, "POSITIF", id: "1"), try Self.version(.replace, "NEGATIF", id: "2"),
            try Self.version(.replace, "POSITIF", id: "3"), cancelled, cancelled,
            try Self.version(.new, "NEGATIF", id: "5"),
        ])
    }

    @Test("Two corrections that differ in nothing but their results are two, also where no id of theirs is left")
    func alike() throws {
        let one = try Self.version(.replace, "POSITIF", id: nil)
        let other = try Self.version(.replace, "NEGATIF", id: nil)
        Self.expectBack([one, other, one])
        var cancelled = try Self.version(.cancel, "", id: nil)
        cancelled.results = []
        Self.expectBack([cancelled, one, cancelled])
    }

    @Test("Orders without results and specimens of no order stay with their version", arguments: 0..<200)
    func random(number: Int) throws {
        var random = RandomReport(seed: RoundTripTests.seed &+ UInt64(number))
        let report = try #require(Self.read([random.report()]).first)
        // What no table can say is left out of the comparison: what was read of one version is read of each.
        guard let first = report.report else { return }
        var second = first
        // Only a cancellation may be without results.
        if !first.results.isEmpty { second.action = first.action == .new ? .replace : .new }
        let outcomes = Self.read([first, second, first])
        guard !first.orders.isEmpty || !first.results.isEmpty else { return }
        #expect(outcomes.map { $0.report?.action } == [first.action, second.action, first.action], "\(number)")
        #expect(outcomes.map { $0.report?.results.count } == Array(repeating: first.results.count, count: 3))
        #expect(outcomes.map { $0.report?.orders.count } == Array(repeating: first.orders.count, count: 3))
        #expect(outcomes.map { $0.report?.specimens.count } == Array(repeating: first.specimens.count, count: 3))
    }

    @Test(
        "Rows of a laboratory's own table that disagree are held as ever; numbers that begin anew for each order cut it not"
    )
    func others() throws {
        var bytes: [UInt8] = []
        CSVReportWriter.rows(try RulesTests.good(), identifier: "r", into: &bytes)
        let names = CSVReportWriter.columnNames
        func table(_ rows: [[String: String]], _ columns: [String]) -> [UInt8] {
            let cells = rows.map { row in columns.map { row[$0] ?? "" }.joined(separator: ",") }
            return Array(([columns.joined(separator: ",")] + cells).joined(separator: "\r\n").utf8)
        }
        let row = [
            "report_id": "r", "report_action": "new", "patient_birth_name": "BRUVELAN", "order_filler": "F1",
            "result_code": "94500-6", "result_value": "POSITIF", "result_status": "F", "order_number": "1",
            "result_number": "1", "specimen_number": "1",
        ]
        let columns = names.filter { row[$0] != nil }
        let second = row.merging(["order_number": "2", "order_filler": "F2"]) { $1 }
        let found = Self.read(table([row, second], columns))
        #expect(found.map { $0.report?.results.count } == [2] && found[0].report?.orders.count == 2)
        // Numbered by order and sorted by number; sorted by something else; every result a first one.
        func numbered(_ rows: [(result: String, order: String)]) -> [Int?] {
            let rows = rows.enumerated().map { place, numbers in
                row.merging([
                    "result_number": numbers.result, "order_number": numbers.order, "order_filler": "F" + numbers.order,
                    "result_code": ["94500-6", "94309-2", "94558-4", "5196-1"][place],
                ]) { $1 }
            }
            return Self.read(table(rows, columns)).map { $0.report?.results.count }
        }
        #expect(numbered([("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")]) == [4])
        #expect(numbered([("2", "1"), ("1", "1")]) == [2])
        #expect(numbered([("1", "1"), ("1", "1"), ("1", "1")]) == [3])
        let other = row.merging(["report_action": "cancel"]) { $1 }
        let plain = columns.filter { $0 != "specimen_number" }
        #expect(
            Self.read(table([row, other], plain)).flatMap(\.findings).map(\.rule) == ["csv-rows-disagree"])
        #expect(Self.read(table([row, other], columns)).map { $0.report?.action } == [.new, .cancel])
    }

    @Test(
        "A row whose number is missing is told, whatever it says: nothing of a table is lost in silence",
        arguments: [
            (["order_number": ""], "csv-number @ row 3, order_number"),
            (["result_number": ""], "csv-number @ row 3, result_number"),
            (["result_number": "0"], "csv-number @ row 3, result_number"),
            (["result_number": "-2"], "csv-number @ row 3, result_number"),
            (["result_number": "deux"], "csv-number @ row 3, result_number"),
            (["specimen_number": "", "specimen_id": "S2"], "csv-number @ row 3, specimen_number"),
            (
                ["order_number": "", "result_number": "", "result_code": "", "result_value": "", "result_status": ""],
                "csv-number @ row 3, order_number"
            ),
        ])
    func missingNumbers(cells: [String: String], expected: String) throws {
        let row = [
            "report_id": "r", "report_action": "cancel", "patient_birth_name": "BRUVELAN", "order_filler": "F1",
            "specimen_id": "S1", "result_code": "94500-6", "result_value": "POSITIF", "result_status": "D",
            "order_number": "1", "specimen_number": "1", "result_number": "1",
        ]
        let columns = CSVReportWriter.columnNames.filter { row[$0] != nil }
        let second = row.merging(["order_filler": "F2", "result_number": "2"]) { $1 }.merging(cells) { $1 }
        let lines = [row, second].map { row in columns.map { row[$0] ?? "" }.joined(separator: ",") }
        let text = ([columns.joined(separator: ",")] + lines).joined(separator: "\n")
        let outcomes = Self.read(Array(text.utf8))
        #expect(outcomes.allSatisfy { $0.report == nil })
        let found = outcomes.flatMap(\.findings).map { $0.rule + " @ " + $0.path }
        #expect(found.contains(expected), "\(found)")
    }
}
