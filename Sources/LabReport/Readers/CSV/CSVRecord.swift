import HL7

/// One row of a table taken apart into cells, by RFC 4180: a quote opens a cell only at its beginning, and is doubled inside.
struct CSVRecord: Sendable {
    /// What stood in one cell, quotes taken away.
    struct Cell: Sendable, Hashable {
        var bytes: ArraySlice<UInt8>
        var isQuoted = false
    }

    private(set) var cells: [Cell] = []
    /// A quote is misplaced or never closed.
    private(set) var isBroken = false
    /// More cells than a table may have columns; the rest was not looked at.
    private(set) var isTooWide = false
    /// Something is in no cell: it stands behind a closing quote, or behind the last cell that was looked at.
    private var hasLeftover = false

    /// `row` may have its line end.
    init(_ row: ArraySlice<UInt8>, separator: UInt8) {
        var position = row.startIndex
        var end = row.endIndex
        while end > position, row[end - 1] == 0x0D || row[end - 1] == 0x0A { end -= 1 }
        while true {
            if position < end, row[position] == CSVRecord.quote {
                readQuoted(row, &position, end, separator)
            } else {
                let start = position
                while position < end, row[position] != separator { position += 1 }
                cells.append(Cell(bytes: row[start..<position]))
            }
            if cells.count > Limits.csvColumns {
                isTooWide = true
                hasLeftover = row[position..<end].contains { $0 != separator && !CSVRecord.isFiller($0) }
                return
            }
            guard position < end else { return }
            // Just past a separator there is always one more cell.
            position += 1
        }
    }

    /// Reads a cell in quotes, to the separator behind it or to the end.
    private mutating func readQuoted(
        _ row: ArraySlice<UInt8>, _ position: inout Int, _ end: Int, _ separator: UInt8
    ) {
        position += 1
        var bytes: [UInt8] = []
        while position < end {
            let byte = row[position]
            if byte != CSVRecord.quote {
                bytes.append(byte)
                position += 1
            } else if position + 1 < end, row[position + 1] == CSVRecord.quote {
                bytes.append(byte)
                position += 2
            } else {
                position += 1
                // Some programs leave blanks behind the closing quote.
                while position < end, row[position] == 0x20 { position += 1 }
                if position < end, row[position] != separator {
                    isBroken = true
                    hasLeftover = true
                }
                while position < end, row[position] != separator { position += 1 }
                cells.append(Cell(bytes: bytes[...], isQuoted: true))
                return
            }
        }
        isBroken = true
        cells.append(Cell(bytes: bytes[...], isQuoted: true))
    }

    /// Takes away what stands around cells and means nothing, in quotes as well: databases fill texts up to a width, and people leave
    /// blanks that do not break a line.
    ///
    /// Those of `texts` keep what stands in their quotes.
    mutating func trim(_ charset: Charset, but texts: [Int] = []) {
        for index in cells.indices where CSVRecord.mayBeTrimmed(cells[index].bytes) {
            if cells[index].isQuoted, texts.contains(index) { continue }
            var bytes = cells[index].bytes
            while true {
                let count = CSVRecord.blank(bytes.first, bytes.dropFirst().first, bytes.dropFirst(2).first, charset)
                guard count > 0 else { break }
                bytes = bytes.dropFirst(count)
            }
            while let count = CSVRecord.blankBehind(bytes, charset) { bytes = bytes.dropLast(count) }
            cells[index].bytes = bytes
        }
    }

    /// Nearly all cells begin and end with a letter or a digit.
    private static func mayBeTrimmed(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, let last = bytes.last else { return false }
        return first <= 0x20 || first >= 0x80 || last <= 0x20 || last >= 0x80
    }

    /// How many bytes the blank takes that begins so; 0 where none does.
    private static func blank(_ first: UInt8?, _ second: UInt8?, _ third: UInt8?, _ charset: Charset) -> Int {
        switch first {
        case 0x20, 0x09: return 1
        case 0xA0: return charset == .latin1 || charset == .latin9 || charset == .windows1252 ? 1 : 0
        case 0xFF: return charset == .cp850 ? 1 : 0
        case 0xC2: return charset == .utf8 && second == 0xA0 ? 2 : 0
        // U+2007 and U+202F.
        case 0xE2: return charset == .utf8 && second == 0x80 && (third == 0x87 || third == 0xAF) ? 3 : 0
        default: return 0
        }
    }

    /// The same of the blank at the end; nil where there is none.
    private static func blankBehind(_ bytes: ArraySlice<UInt8>, _ charset: Charset) -> Int? {
        for width in 1...3 {
            let end = bytes.suffix(width)
            guard end.count == width, let first = end.first else { return nil }
            if blank(first, end.dropFirst().first, end.dropFirst(2).first, charset) == width { return width }
        }
        return nil
    }

    /// Nothing but separators, blanks, and what some programs put at the end of a file.
    var isBlank: Bool {
        !hasLeftover
            && cells.allSatisfy { cell in
                cell.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 || CSVRecord.isFileEnd($0) }
            }
    }

    /// Ctrl-Z, by which DOS ends a text, and NUL, with which a block is filled up.
    static func isFileEnd(_ byte: UInt8) -> Bool { byte == 0x1A || byte == 0x00 }

    private static func isFiller(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == quote }

    static let quote = UInt8(ascii: "\"")
}
