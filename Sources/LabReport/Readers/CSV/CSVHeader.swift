import HL7

/// The first row of a table: which column holds what, and what separates the cells.
///
/// Names are compared without case, accents, blanks and underscores, so that `Date naissance` is `date_naissance`; the
/// documented names and their French ones are known.
struct CSVHeader: Sendable {
    /// Semicolon (French spreadsheets), comma, tab.
    static let separators: [UInt8] = [UInt8(ascii: ";"), UInt8(ascii: ","), 0x09]

    /// What separates cells.
    let separator: UInt8
    /// How many columns there are.
    let width: Int
    /// Where the column of each documented name stands.
    private let positions: [String: Int]
    /// Most names that are known are the French ones.
    private let isFrench: Bool
    /// Columns that nobody knows, from 1.
    let unknown: [Int]
    /// Columns whose name stood before, from 1.
    let repeated: [Int]
    /// The columns that are known, in the order of the documentation.
    let known: [(position: Int, name: String)]
    /// Those of them on which all rows of a report agree.
    let shared: [(position: Int, name: String)]
    /// What a row says of a result, an order or a specimen only where its number says of which.
    let numbered: [Numbered]

    /// The columns that belong to the number in another one.
    struct Numbered: Sendable {
        let number: String
        let cells: [Int]
    }

    /// The first row of a table of these bytes, without its end; nil where there is no end of a row.
    static func row(of bytes: [UInt8]) -> ArraySlice<UInt8>? {
        (bytes.firstIndex(of: 0x0A) ?? bytes.firstIndex(of: 0x0D)).map { bytes[..<$0] }
    }

    /// Reads the first row; a byte order mark before it does not matter.
    init(_ row: ArraySlice<UInt8>) {
        let row = SourceText.unmarked(row)
        var best: (separator: UInt8, names: [Name?], known: Int)?
        for separator in CSVHeader.separators {
            let names = CSVHeader.names(row, separator)
            let known = names.count { $0 != nil }
            // The first separator wins where none of them tells anything.
            if best.map({ known > $0.known || (known == $0.known && names.count > $0.names.count) }) ?? true {
                best = (separator, names, known)
            }
        }
        let names = best?.names ?? []
        var positions: [String: Int] = [:]
        var unknown: [Int] = []
        var repeated: [Int] = []
        for (position, name) in names.enumerated() {
            if let name = name?.documented {
                if positions[name] == nil { positions[name] = position } else { repeated.append(position + 1) }
            } else {
                unknown.append(position + 1)
            }
        }
        separator = best?.separator ?? UInt8(ascii: ",")
        width = names.count
        self.positions = positions
        isFrench = 2 * names.count { $0?.isFrench == true } > names.count { $0 != nil }
        self.unknown = unknown
        self.repeated = repeated
        known = CSVColumn.all.compactMap { column in positions[column.name].map { ($0, column.name) } }
        shared = known.filter { column in CSVHeader.sharedPrefixes.contains { column.name.hasPrefix($0) } }
        func group(_ prefix: String, but others: String...) -> Numbered? {
            let number = prefix + "number"
            guard positions[number] != nil else { return nil }
            let cells = CSVHeader.positions(positions, of: prefix, but: others + [number])
            return Numbered(number: number, cells: cells)
        }
        // Where there is no specimen, the order's time stands in its column.
        numbered = [group("result_"), group("order_"), group("specimen_", but: "specimen_collected_at")]
            .compactMap { $0 }
    }

    /// Where the column of that name stands, from 0; nil when the table has none.
    func position(_ name: String) -> Int? { positions[name] }

    /// The rule that keeps such a table from being read, and the place.
    var fault: (rule: Rule, path: String)? {
        if width > Limits.csvColumns { return (.csvCells, "row 1") }
        if !missing.isEmpty { return (Rule.csvColumns(missing: missing.map { called($0) }), "row 1") }
        if let column = repeated.first { return (.csvColumnTwice, "row 1, column " + String(column)) }
        return nil
    }

    /// The documented names of the columns that a table needs and this one has not; of a code either will do.
    private var missing: [String] {
        let hasCode = positions["result_code"] != nil || positions["result_local_code"] != nil
        let needed = ["order_filler", "result_status"].filter { positions[$0] == nil }
        return hasCode ? needed : needed + ["result_code"]
    }

    /// The column as whoever wrote the others would call it.
    private func called(_ name: String) -> String {
        guard isFrench else { return name }
        return CSVFrenchName.all.first { $0.name == name }?.french ?? name
    }

    /// Which of the first rows, from 1, names the columns of a table whose first row does not: a program wrote a title above it. Nil
    /// where none does.
    static func rowBelow(_ bytes: ArraySlice<UInt8>) -> Int? {
        var rest = bytes.prefix(Limits.heldBytes)
        for number in 1...5 {
            let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? rest.endIndex
            if number > 1, isKnown(firstLine: rest[..<end]), CSVHeader(rest[..<end]).fault == nil { return number }
            rest = rest[end...]
            if rest.starts(with: [0x0D, 0x0A]) { rest = rest.dropFirst() }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// The columns by which rows of one report are told from those of the next.
    var keys: [Int] { ["report_id", "report_message_id", "order_filler"].compactMap { positions[$0] } }

    private static let sharedPrefixes = ["report_", "patient_", "requester_", "laboratory_"]

    /// Where texts stand of which blanks in quotes are a part: notes, and values whose type is said, as Pli writes them.
    var texts: [Int] {
        known.filter { column in
            column.name.hasSuffix("_notes")
                || column.name == "result_value" && positions["result_value_type"] != nil
        }.map { $0.position }
    }

    /// Where the columns of a group stand, but those named.
    func positions(of prefix: String, but others: [String]) -> [Int] {
        CSVHeader.positions(positions, of: prefix, but: others)
    }

    private static func positions(_ all: [String: Int], of prefix: String, but others: [String]) -> [Int] {
        CSVColumn.all.compactMap { column in
            column.name.hasPrefix(prefix) && !others.contains(column.name) ? all[column.name] : nil
        }
    }

    /// `sep=;`: what tells a spreadsheet which separator follows, and stands above the names.
    static func isHint(_ line: ArraySlice<UInt8>) -> Bool {
        let visible = line.filter { $0 != 0x0D && $0 != 0x0A && $0 != 0x22 }
        guard visible.count == 5, let last = visible.last, separators.contains(last) else { return false }
        return visible.prefix(4).map({ $0 == UInt8(ascii: "=") ? $0 : $0 | 0x20 }).elementsEqual("sep=".utf8)
    }

    /// Whether a row below, which is `record`, names columns itself: that of another table behind this one, as a file put together of
    /// several has it. Few rows have a cell that is a name, and only they are looked at whole.
    func isFollowed(by record: CSVRecord, _ row: [UInt8]) -> Bool {
        let isNamed = [0, positions["result_status"]].contains { position in
            guard let position, let cell = record.cells.element(at: position), (3...200).contains(cell.bytes.count)
            else { return false }
            return CSVHeader.isName(SourceText.unmarked(cell.bytes))
        }
        return isNamed && CSVHeader(row[...]).fault?.rule.id != Rule.csvColumns.id
    }

    private static func isName(_ cell: ArraySlice<UInt8>) -> Bool {
        let dialect = Dialect(delimiters: CSVText.delimiters, charset: SourceText.charset(of: cell, site: .utf8))
        return byFoldedName[FoldedName(Part(cell, dialect).decodedText).bytes] != nil
    }

    /// One cell of the line at least bears a name of ours.
    static func isKnown(firstLine line: ArraySlice<UInt8>) -> Bool {
        let line = SourceText.unmarked(line)
        return separators.contains { names(line, $0).contains { $0 != nil } }
    }

    private static func names(_ row: ArraySlice<UInt8>, _ separator: UInt8) -> [Name?] {
        let dialect = Dialect(
            delimiters: CSVText.delimiters, charset: SourceText.charset(of: row, site: .utf8))
        return CSVRecord(row, separator: separator).cells.map { cell in
            guard cell.bytes.count <= 200 else { return nil }
            return byFoldedName[FoldedName(Part(cell.bytes, dialect).decodedText).bytes]
        }
    }

    /// What a name in the first row means.
    private struct Name {
        let documented: String
        let isFrench: Bool
    }

    private static let byFoldedName: [[UInt8]: Name] = {
        var table: [[UInt8]: Name] = [:]
        for column in CSVColumn.all {
            table[FoldedName(column.name).bytes] = Name(documented: column.name, isFrench: false)
        }
        for (french, name) in CSVFrenchName.all {
            table[FoldedName(french).bytes] = Name(documented: name, isFrench: true)
        }
        return table
    }()
}
