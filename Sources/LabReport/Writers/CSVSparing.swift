/// What the rows of one report leave out once they are long: each of them says again what all of them share, and thousands of rows
/// under pages of notes would fill any disk.
struct CSVSparing: Sendable {
    /// Bytes of a report's rows, from which on a row says nothing that one above it said.
    private let rowsBytes: Int
    /// Bytes from which on texts that are longer than these are left out, but for values and the notes of results.
    private let textsBytes: Int
    private static let longText = 200

    /// Bytes of the report's rows so far.
    private var written = 0

    /// What is passed on: no report but one that means harm comes near.
    static let usual = CSVSparing(rowsBytes: 16 * 1024 * 1024, textsBytes: 64 * 1024 * 1024)

    init(rowsBytes: Int, textsBytes: Int) {
        self.rowsBytes = rowsBytes
        self.textsBytes = textsBytes
    }

    /// So many bytes more were written.
    mutating func add(_ bytes: Int) { written += bytes }

    /// What the row says of `column`.
    func cell(_ column: CSVColumn, _ row: CSVRow, _ news: CSVRow.News) -> CSVCell? {
        if written < rowsBytes { return column.cell(row) }
        switch column.scope {
        case .report where !news.isReport, .order where !news.isOrder, .specimen where !news.isSpecimen: return nil
        default: break
        }
        let cell = column.cell(row)
        guard written >= textsBytes, column.scope != .value, let cell else { return cell }
        return cell.length > CSVSparing.longText ? nil : cell
    }
}

extension CSVRow {
    /// Of what a row is the first one.
    struct News {
        var isReport: Bool
        var isOrder: Bool
        var isSpecimen: Bool
    }
}

extension CSVCell {
    fileprivate var length: Int {
        switch self {
        case .plain(let text), .number(let text), .text(let text): text.utf8.count
        }
    }
}

extension CSVColumn {
    /// What the rows with the same cell have in common.
    enum Scope {
        /// They are of one report, of one order, or of one specimen.
        case report, order, specimen
        /// What a result was found to be, and was said of it.
        case value
        /// Nothing, or it tells which of them they are of.
        case row
    }

    static func scope(of name: String) -> Scope {
        if ["report_id", "report_message_id", "order_filler", "order_number", "specimen_number"].contains(name) {
            return .row
        }
        if name.hasPrefix("result_value") || name == "result_notes" { return .value }
        if name.hasPrefix("order_") { return .order }
        if name.hasPrefix("specimen_") { return .specimen }
        return name.hasPrefix("result_") ? .row : .report
    }
}
