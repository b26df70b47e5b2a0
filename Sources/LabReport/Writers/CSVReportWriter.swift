import StrictJSON

/// Writes reports as a table for people and spreadsheets: one row a result, one column a field, always the same columns.
///
/// - RFC 4180: comma, CRLF, a cell that holds comma, quote, CR or LF stands in quotes, quotes inside are doubled. UTF-8.
/// - A report without results (a cancellation) still gives one row, and so does an order without results, or a specimen
///   that no order names: nothing may be lost.
/// - Several values of one field are joined by `|`; in a value, `|` and `\` have a `\` before them.
/// - Spreadsheets run a cell that starts with `=`, `+`, `-`, `@`, tab or CR (or the full-width forms) as a formula: such a
///   text gets an apostrophe before it, and so does one that starts with an apostrophe, so that taking the first
///   apostrophe away always gives the text back. Plain decimal numbers and dates stay as they are: `-1.5` is a number.
package enum CSVReportWriter {
    /// The column names and CRLF.
    package static let header: [UInt8] = {
        var bytes: [UInt8] = []
        for (index, column) in CSVColumn.all.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            bytes.append(contentsOf: column.name.utf8)
        }
        bytes.append(contentsOf: [0x0D, 0x0A])
        return bytes
    }()

    /// The names of the columns in their order.
    package static var columnNames: [String] { CSVColumn.all.map { $0.name } }

    /// Appends the report's rows. `identifier` is the one that the report travels under; where its orders have names of their
    /// own, `orderIdentifiers`, each row has its order's, and the rows of one name stand together, as a report of their own.
    package static func rows(
        _ report: Report, identifier: String, orderIdentifiers: [String] = [], into bytes: inout [UInt8]
    ) {
        rows(report, identifier: identifier, orderIdentifiers: orderIdentifiers, into: &bytes) { _ in }
    }

    /// The same; behind each row `hand` may take the bytes away.
    package static func rows<Failure: Error>(
        _ report: Report, identifier: String, orderIdentifiers: [String] = [], into bytes: inout [UInt8],
        handing hand: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var table = CSVTable(sparing: .usual)
        try table.append(report, identifier: identifier, orderIdentifiers: orderIdentifiers, to: &bytes, hand)
    }

    static func append(_ cell: CSVCell?, to bytes: inout [UInt8]) {
        switch cell {
        case nil: return
        case .plain(let text): bytes.append(contentsOf: text.utf8)
        case .number(let text):
            if isPlainNumber(text) { bytes.append(contentsOf: text.utf8) } else { append(text: text, to: &bytes) }
        case .text(let text): append(text: text, to: &bytes)
        }
    }

    private static func append(text: String, to bytes: inout [UInt8]) {
        // Readers leave out blanks at either end of a cell without quotes.
        let needsQuotes =
            isBlank(text.utf8.first) || isBlank(text.utf8.last)
            || text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
        if needsQuotes { bytes.append(UInt8(ascii: "\"")) }
        if startsFormula(text) { bytes.append(UInt8(ascii: "'")) }
        if needsQuotes {
            for byte in text.utf8 {
                if byte == UInt8(ascii: "\"") { bytes.append(byte) }
                bytes.append(byte)
            }
            bytes.append(UInt8(ascii: "\""))
        } else {
            bytes.append(contentsOf: text.utf8)
        }
    }

    private static func isBlank(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func startsFormula(_ text: String) -> Bool {
        switch text.unicodeScalars.first {
        case "=", "+", "-", "@", "\t", "\r", "\n", "'", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}": true
        default: false
        }
    }

    /// An optional minus, digits, and perhaps a point and digits: nothing that a spreadsheet could compute.
    private static func isPlainNumber(_ text: String) -> Bool {
        guard text.utf8.first != UInt8(ascii: "+") else { return false }
        return DecimalText.json(for: text) != nil
    }
}

/// The rows of one report as they are written.
struct CSVTable {
    private var sparing: CSVSparing

    init(sparing: CSVSparing) {
        self.sparing = sparing
    }

    mutating func append<Failure: Error>(
        _ report: Report, identifier: String, orderIdentifiers: [String], to bytes: inout [UInt8],
        _ hand: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard !orderIdentifiers.isEmpty, orderIdentifiers.count == report.orders.count else {
            return try append(report, identifier: identifier, to: &bytes, hand)
        }
        for part in OrdersByName.parts(of: report, named: orderIdentifiers) {
            try append(part.report, identifier: part.name, to: &bytes, hand)
        }
    }

    private mutating func append<Failure: Error>(
        _ report: Report, identifier: String, to bytes: inout [UInt8],
        _ hand: (inout [UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var orders = Set(report.orders.indices)
        var specimens = Set(report.specimens.indices)
        var isFirst = true
        func add(_ row: CSVRow) throws(Failure) {
            let news = CSVRow.News(
                isReport: isFirst, isOrder: row.orderIndex.map { orders.remove($0) != nil } ?? true,
                isSpecimen: row.specimenIndex.map { specimens.remove($0) != nil } ?? true)
            isFirst = false
            let start = bytes.count
            for (index, column) in CSVColumn.all.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                CSVReportWriter.append(sparing.cell(column, row, news), to: &bytes)
            }
            bytes.append(contentsOf: [0x0D, 0x0A])
            sparing.add(bytes.count - start)
            try hand(&bytes)
        }
        for index in report.results.indices {
            try add(CSVRow(report: report, identifier: identifier, result: index))
        }
        for index in orders.sorted() { try add(CSVRow(report: report, identifier: identifier, order: index)) }
        for index in specimens.sorted() { try add(CSVRow(report: report, identifier: identifier, specimen: index)) }
        if isFirst { try add(CSVRow(report: report, identifier: identifier)) }
    }
}

/// What one row is about: a result with its order and specimen, an order without results, or a specimen without order.
struct CSVRow {
    let report: Report
    let identifier: String
    let resultIndex: Int?
    let orderIndex: Int?
    let specimenIndex: Int?

    init(report: Report, identifier: String, result: Int? = nil, order: Int? = nil, specimen: Int? = nil) {
        self.report = report
        self.identifier = identifier
        resultIndex = result
        let named = result.flatMap { report.results.element(at: $0) }.map { $0.orderIndex } ?? order
        orderIndex = named.flatMap { report.orders.indices.contains($0) ? $0 : nil }
        let taken = orderIndex.flatMap { report.orders[$0].specimenIndex } ?? specimen
        specimenIndex = taken.flatMap { report.specimens.indices.contains($0) ? $0 : nil }
    }

    var patient: Patient { report.patient }
    var requester: Professional? { report.requester }
    var laboratory: Organisation? { report.laboratory }
    var result: Observation? { resultIndex.flatMap { report.results.element(at: $0) } }
    var order: Order? { orderIndex.map { report.orders[$0] } }
    var specimen: Specimen? { specimenIndex.map { report.specimens[$0] } }
}

/// One cell.
enum CSVCell {
    /// Made by this program: dates, words of our own.
    case plain(String)
    /// A number as the laboratory wrote it; what is none is text.
    case number(String)
    /// Anything else.
    case text(String)

    /// Text, where there is any.
    static func of(_ text: String?) -> CSVCell? {
        guard let text, !text.isEmpty else { return nil }
        return .text(text)
    }

    static func of(_ text: Personal?) -> CSVCell? {
        of(text?.text)
    }

    static func of(_ texts: [Personal]) -> CSVCell? {
        of(texts.map { $0.text })
    }

    static func of(_ texts: [String]) -> CSVCell? {
        of(texts.map { escaped($0) }.joined(separator: "|"))
    }

    /// Values that stand beside those of another column, one for one; nothing where all are absent.
    static func beside(_ texts: [String?]) -> CSVCell? {
        texts.contains { $0.isFilled } ? of(texts.map { $0 ?? "" }) : nil
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "|") || $0 == UInt8(ascii: "\\") }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte == UInt8(ascii: "|") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func of(_ identifiers: [Identifier]) -> CSVCell? {
        of(identifiers.map { $0.value })
    }

    static func of(_ date: CalendarDate?) -> CSVCell? {
        date.map { .plain($0.iso) }
    }

    /// ISO 8601; a time of day without offset stays without.
    static func of(_ time: ReportTime?) -> CSVCell? {
        guard let time else { return nil }
        guard time.secondOfDay != nil, time.offsetMinutes == nil else { return .plain(time.iso) }
        var bytes = GrowingBytes()
        FHIRTime.appendLocal(time, to: &bytes)
        return .plain(bytes.withBytes { String(decoding: $0.dropFirst().dropLast(), as: UTF8.self) })
    }

    static func of(_ truth: Bool?) -> CSVCell? {
        truth.map { .plain($0 ? "true" : "false") }
    }

    /// Name of a person: family name, given name.
    static func name(_ person: Professional?) -> CSVCell? {
        let parts = [person?.familyName, person?.givenName].compactMap { $0?.text }
        return of(parts.filter { !$0.isEmpty }.joined(separator: " "))
    }
}
