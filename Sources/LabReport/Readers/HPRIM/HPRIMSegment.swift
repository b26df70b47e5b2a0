import HL7

/// One segment of an HPRIM message with its continuations (A) joined to it.
///
/// Fields are counted as HPRIM does: the type is field 1. Parts that are not there are empty.
struct HPRIMSegment: Sendable {
    /// `H`, `P`, `OBR`, …
    let name: String
    private let fields: [ArraySlice<UInt8>]
    private let dialect: Dialect

    /// `bytes` is a line without its end. `isHeader`: field 2 is made of separators.
    init?(_ bytes: ArraySlice<UInt8>, _ dialect: Dialect) {
        let fields = bytes.split(separator: dialect.delimiters.field, omittingEmptySubsequences: false)
        guard let first = fields.first, (1...3).contains(first.count), first.allSatisfy(HPRIMSegment.isNameByte) else {
            return nil
        }
        name = String(decoding: first, as: UTF8.self)
        self.fields = fields
        self.dialect = dialect
    }

    /// The field at `number`, from 1.
    func field(_ number: Int) -> Part { Part(fields.element(at: number - 1) ?? [], dialect) }

    /// The first field with more parts than any sender can mean.
    var fieldTooWide: Int? {
        let delimiters = dialect.delimiters
        for (index, field) in fields.enumerated() where field.count >= Limits.hprimParts {
            var counts = (0, 0, 0)
            for byte in field {
                if byte == delimiters.component { counts.0 += 1 }
                if byte == delimiters.repetition { counts.1 += 1 }
                if byte == delimiters.subcomponent { counts.2 += 1 }
            }
            if max(counts.0, counts.1, counts.2) >= Limits.hprimParts { return index + 1 }
        }
        return nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) || ASCIIDigit.isDigit(byte)
    }
}

/// A message taken apart: its separators and its segments.
struct HPRIMMessage: Sendable {
    /// The first one is H.
    private(set) var segments: [HPRIMSegment] = []
    /// Why the message cannot be read, and at which line.
    private(set) var fault: (rule: Rule, line: Int)?
    let dialect: Dialect

    /// Nil where the bytes do not begin with an H segment.
    init?(_ bytes: [UInt8], site: Charset) {
        var lines: [ArraySlice<UInt8>] = []
        for line in bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }) {
            let visible = HPRIMSplitter.visible(line)
            if visible.isEmpty { continue }
            if lines.count == Limits.hprimLines {
                fault = (.hprimTooManyLines, lines.count)
                break
            }
            lines.append(visible)
        }
        guard let header = lines.first, let delimiters = HPRIMDelimiters.declared(in: header.prefix(16)) else {
            return nil
        }
        dialect = Dialect(
            delimiters: delimiters, charset: SourceText.charset(of: bytes[...], site: site))
        if fault == nil { join(lines) }
    }

    /// Joins continuations: what stands behind `A|` goes on where the segment before stopped, in the middle of a field.
    private mutating func join(_ lines: [ArraySlice<UInt8>]) {
        let field = dialect.delimiters.field
        var position = 0
        while position < lines.count {
            let first = position
            position += 1
            var whole = lines[first]
            if position < lines.count, HPRIMMessage.isContinuation(lines[position], field) {
                var bytes = Array(whole)
                while position < lines.count, HPRIMMessage.isContinuation(lines[position], field) {
                    bytes += lines[position].dropFirst(2)
                    position += 1
                }
                whole = bytes[...]
            }
            guard let segment = HPRIMSegment(whole, dialect) else {
                if fault == nil { fault = (.hprimSegment, first + 1) }
                continue
            }
            segments.append(segment)
        }
    }

    private static func isContinuation(_ line: ArraySlice<UInt8>, _ field: UInt8) -> Bool {
        line.count >= 2 && line.first == UInt8(ascii: "A") && line[line.startIndex + 1] == field
    }
}
