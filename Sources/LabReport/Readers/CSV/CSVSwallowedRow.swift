import HL7

/// A quote that opens a cell where none was meant goes on to the next one that is as wrong, maybe in another patient's row: what
/// stands between is a cell of well-formed rows, by RFC 4180.
///
/// A note of several lines is told from that by what its lines are: none has all cells of a row, with a status where statuses stand.
struct CSVSwallowedRow {
    let header: CSVHeader
    let dialect: Dialect

    /// From this width on nobody writes so many separators in one line of a note.
    private static let widest = 20

    /// Whether a quoted cell of `record` holds the end of its own row and another row.
    func isFound(in record: CSVRecord) -> Bool {
        for (position, cell) in record.cells.enumerated() where cell.isQuoted {
            guard var end = cell.bytes.firstIndex(where: CSVSwallowedRow.isLineEnd),
                position + count(cell.bytes[..<end]) >= header.width - 1
            else { continue }
            while end < cell.bytes.endIndex {
                let rest = cell.bytes[(end + 1)...]
                let next = rest.firstIndex(where: CSVSwallowedRow.isLineEnd)
                end = next ?? rest.endIndex
                // The last line goes on behind the quote that closes it.
                if isRow(rest[..<end], next == nil ? record.cells[(position + 1)...] : []) { return true }
            }
        }
        return false
    }

    private func isRow(_ line: ArraySlice<UInt8>, _ rest: ArraySlice<CSVRecord.Cell>) -> Bool {
        guard count(line) + rest.count >= header.width - 1 else { return false }
        if header.width >= CSVSwallowedRow.widest { return true }
        var cells = CSVRecord(line, separator: header.separator).cells.map { $0.bytes }
        cells += rest.map { $0.bytes }
        guard let place = header.position("result_status"), var status = cells.element(at: place) else { return false }
        // A database fills cells up behind; who lists letters in a note has blanks before them.
        while status.last == 0x20 { status.removeLast() }
        return CSVWords.knownStatus(Part(status, dialect).decodedText) != nil
    }

    private func count(_ line: ArraySlice<UInt8>) -> Int { line.count { $0 == header.separator } }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }
}
