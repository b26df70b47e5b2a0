import HL7

/// The rows of a small CSV file that people keep: `;`, `,` or tab as the first line has it, fields in quotes where they
/// hold one, line ends of any kind, UTF-8 or else ISO 8859-15.
struct DelimitedRows {
    private let bytes: [UInt8]
    private let separator: UInt8
    private let charset: Charset
    private var position: Int
    /// The line that the row handed out last began on.
    private(set) var line = 0
    private var nextLine = 1

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        position = bytes.starts(with: mark) ? 3 : 0
        charset = Charset.utf8.firstFault(in: bytes[...]) == nil ? .utf8 : .latin9
        let head = bytes[position...].prefix { $0 != 0x0A && $0 != 0x0D }
        let candidates = [UInt8(ascii: ";"), UInt8(ascii: ","), 0x09]
        separator = candidates.first { head.contains($0) } ?? UInt8(ascii: ";")
    }

    /// The fields of the next row, without blanks around them; nil at the end.
    mutating func next() throws(CodeTableFailure) -> [String]? {
        guard position < bytes.count else { return nil }
        line = nextLine
        var row: [String] = []
        while true {
            row.append(try field())
            guard position < bytes.count else { return row }
            let byte = bytes[position]
            position += 1
            if byte == separator { continue }
            if byte == 0x0D, position < bytes.count, bytes[position] == 0x0A { position += 1 }
            nextLine += 1
            return row
        }
    }

    /// One field, up to its separator or line end.
    private mutating func field() throws(CodeTableFailure) -> String {
        while position < bytes.count, bytes[position] == 0x20 { position += 1 }
        var value: [UInt8] = []
        if position < bytes.count, bytes[position] == UInt8(ascii: "\"") {
            position += 1
            while true {
                guard position < bytes.count else { throw CodeTableFailure(line: line, problem: .openQuote) }
                let byte = bytes[position]
                position += 1
                if byte == UInt8(ascii: "\"") {
                    guard position < bytes.count, bytes[position] == byte else { break }
                    position += 1
                } else if byte == 0x0A {
                    nextLine += 1
                }
                value.append(byte)
            }
        }
        while position < bytes.count, bytes[position] != separator, bytes[position] != 0x0D, bytes[position] != 0x0A {
            value.append(bytes[position])
            position += 1
        }
        while value.last == 0x20 { value.removeLast() }
        return charset.text(of: value)
    }
}
