/// Goes through the rows of a table: each with its line end; a line end inside quotes is part of its row.
struct CSVRows {
    private let bytes: ArraySlice<UInt8>
    private let separator: UInt8
    private var position: Int
    /// The line on which the row handed out last began, from 1.
    private(set) var line = 0
    private var nextLine = 1

    init(_ bytes: ArraySlice<UInt8>, separator: UInt8) {
        self.bytes = bytes
        self.separator = separator
        position = bytes.startIndex
    }

    /// The next row; nil at the end.
    mutating func next() -> ArraySlice<UInt8>? {
        guard position < bytes.endIndex else { return nil }
        let start = position
        line = nextLine
        var isQuoted = false
        var mayReopen = false
        var isCellStart = true
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            if byte == 0x0A || (byte == 0x0D && !(position < bytes.endIndex && bytes[position] == 0x0A)) {
                nextLine += 1
                if !isQuoted { break }
            } else if isQuoted {
                if byte == CSVRecord.quote { (isQuoted, mayReopen) = (false, true) }
                continue
            } else if byte == CSVRecord.quote, isCellStart || mayReopen {
                isQuoted = true
            }
            mayReopen = false
            isCellStart = byte == separator
        }
        return bytes[start..<position]
    }
}
