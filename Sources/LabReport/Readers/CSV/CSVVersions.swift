import HL7

/// Tells where, among neighbouring rows of one `report_id`, the next version of an order begins.
///
/// Every version of an order has its name, so that in a table of Pli's own two of them are neighbours with one `report_id`.
/// Such a table numbers the results, orders and specimens of each report from 1, results first, then orders and specimens that
/// have none: where that begins again and an order comes again, or the rows no longer agree on whose report it is, it is another
/// report. Tables without all of these columns are cut by their keys alone.
struct CSVVersions: Sendable {
    /// What a row is of, in the order in which a report has them.
    private enum Kind: Int, Sendable {
        case result, order, specimen, nothing
    }

    private struct Columns: Sendable {
        var result: Int
        var order: Int
        var specimen: Int
        /// What was tested.
        var tests: [Int]
        /// What a row says of a result besides its number.
        var results: [Int]
        /// The columns on which all rows of a report agree.
        var shared: [Int]
    }

    private let columns: Columns?
    private var first: CSVRecord?
    private var last: (kind: Kind, number: Int) = (.result, 0)
    /// The results so far are numbered 1, 2, 3 and so on, as Pli writes them and hardly anybody else does.
    private var isCounted = true
    private var orders: Set<Int> = []
    private var specimens: Set<Int> = []

    /// For tables whose columns stand as `header` says.
    init(_ header: CSVHeader) {
        guard header.position("report_id") != nil, header.position("report_action") != nil,
            let result = header.position("result_number"), let order = header.position("order_number"),
            let specimen = header.position("specimen_number")
        else {
            columns = nil
            return
        }
        columns = Columns(
            result: result, order: order, specimen: specimen,
            tests: ["result_code", "result_local_code"].compactMap { header.position($0) },
            results: header.positions(of: "result_", but: ["result_number"]),
            shared: header.shared.map { $0.position })
    }

    /// Takes the next row of a report; `isFirst` where its key has said that it begins one. True where the row itself says that
    /// it does.
    mutating func begins(_ record: CSVRecord, isFirst: Bool) -> Bool {
        guard let columns else { return false }
        let order = CSVVersions.number(record, columns.order)
        let specimen = CSVVersions.number(record, columns.specimen)
        let result = CSVVersions.number(record, columns.result)
        let row = CSVVersions.row(result: result, order: order, specimen: specimen)
        // A result that lacks its number is none of Pli's: what is wrong with it is told of the report that it stands in.
        let isOurs = result != nil || columns.results.allSatisfy { CSVVersions.isEmpty(record, $0) }
        let isNext =
            !isFirst && isOurs && isCounted && (row.number == 1 || row.kind == .nothing) && comesAgain(row)
            && (order.map { orders.contains($0) } == true && isOfSameTest(record, columns)
                || isOfOther(record, columns))
        if isFirst || isNext {
            first = record
            orders.removeAll(keepingCapacity: true)
            specimens.removeAll(keepingCapacity: true)
        }
        if isFirst || isNext {
            isCounted = row.kind != .result || row.number == 1
        } else if row.kind == .result {
            isCounted = isCounted && last.kind == .result && row.number == last.number + 1
        }
        last = row
        // A report has no more rows than these.
        if let order, orders.count <= Limits.csvReportRows { orders.insert(order) }
        if let specimen, specimens.count <= Limits.csvReportRows { specimens.insert(specimen) }
        return isNext
    }

    private static func row(result: Int?, order: Int?, specimen: Int?) -> (kind: Kind, number: Int) {
        if let result { return (.result, result) }
        if let order { return (.order, order) }
        return specimen.map { (.specimen, $0) } ?? (.nothing, 0)
    }

    /// No report of Pli's has such a row behind the last one.
    private func comesAgain(_ row: (kind: Kind, number: Int)) -> Bool {
        if row.kind.rawValue < last.kind.rawValue || row.kind == .nothing { return true }
        if row.kind == last.kind { return row.number <= last.number }
        return row.kind == .order && orders.contains(row.number)
            || row.kind == .specimen && specimens.contains(row.number)
    }

    /// A next version begins with the result that the one before began with. Some number every result 1: those are of several tests.
    private func isOfSameTest(_ record: CSVRecord, _ columns: Columns) -> Bool {
        guard let first else { return false }
        return columns.tests.allSatisfy { record.cells.element(at: $0) == first.cells.element(at: $0) }
    }

    private func isOfOther(_ record: CSVRecord, _ columns: Columns) -> Bool {
        guard let first else { return false }
        return columns.shared.contains { position in
            !CSVVersions.isEmpty(record, position)
                && record.cells.element(at: position) != first.cells.element(at: position)
        }
    }

    private static func isEmpty(_ record: CSVRecord, _ position: Int) -> Bool {
        record.cells.element(at: position)?.bytes.allSatisfy { $0 == 0x20 } ?? true
    }

    private static func number(_ record: CSVRecord, _ position: Int) -> Int? {
        guard let bytes = record.cells.element(at: position)?.bytes, (1...9).contains(bytes.count) else { return nil }
        return ASCIIDigit.values(bytes).map { $0.reduce(0) { $0 * 10 + Int($1) } }
    }
}
