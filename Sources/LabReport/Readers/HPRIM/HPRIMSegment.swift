import HL7

/// One segment of an HPRIM message with its continuations (A) joined to it.
///
/// Fields are counted as HPRIM does: the type is field 1. Parts that are not there are empty.
struct HPRIMSegment: Sendable {
    /// `H`, `P`, `OBR`, …
    let name: String
    private let fields: [PartRange]

    /// The segment at `line` of `bytes`, a line without its end.
    init?(_ bytes: [UInt8], _ line: Range<Int>, separator: UInt8) {
        let name = bytes[line].prefix { $0 != separator }
        guard (1...3).contains(name.count), name.allSatisfy(HPRIMSegment.isNameByte) else { return nil }
        self.name = String(decoding: name, as: UTF8.self)
        var fields: [PartRange] = []
        var start = line.lowerBound
        for position in line where bytes[position] == separator {
            fields.append(PartRange(start, position))
            start = position + 1
        }
        fields.append(PartRange(start, line.upperBound))
        self.fields = fields
    }

    /// The field at `number`, from 1; empty where it is not there.
    func field(_ number: Int) -> PartRange { fields.element(at: number - 1) ?? .nothing }

    /// The first field with more parts than any sender can mean.
    func fieldTooWide(in wire: Wire) -> Int? {
        let delimiters = wire.dialect.delimiters
        for (index, field) in fields.enumerated() where field.count >= Limits.hprimParts {
            var counts = (0, 0, 0)
            for byte in wire.bytes(of: field) {
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
    /// The lines one after the other, continuations joined: what the segments' fields are places of.
    private var bytes: [UInt8] = []
    let dialect: Dialect

    /// Nil where the bytes do not begin with an H segment.
    init?(_ bytes: [UInt8], _ settings: ReaderSettings) {
        var lines: [ArraySlice<UInt8>] = []
        for line in bytes.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }) {
            let visible = HPRIMSplitter.visible(line)
            if visible.isEmpty { continue }
            if lines.count == Limits.hprimLines, !settings.readsTaken {
                fault = (.hprimTooManyLines, lines.count)
                break
            }
            lines.append(visible)
        }
        guard let header = lines.first, let delimiters = HPRIMDelimiters.declared(in: header.prefix(16)) else {
            return nil
        }
        dialect = Dialect(
            delimiters: delimiters, charset: SourceText.charset(of: bytes[...], site: settings.defaultCharset))
        self.bytes.reserveCapacity(bytes.count)
        if fault == nil { join(lines) }
    }

    /// What `body` makes of the joined bytes.
    func withWire<Result>(_ body: (Wire) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(Wire($0, dialect)) }
    }

    /// Joins continuations: what stands behind `A|` goes on where the segment before stopped, in the middle of a field.
    private mutating func join(_ lines: [ArraySlice<UInt8>]) {
        let field = dialect.delimiters.field
        var position = 0
        while position < lines.count {
            let first = position
            let start = bytes.count
            bytes += lines[first]
            position += 1
            while position < lines.count, HPRIMMessage.isContinuation(lines[position], field) {
                bytes += lines[position].dropFirst(2)
                position += 1
            }
            guard let segment = HPRIMSegment(bytes, start..<bytes.count, separator: field) else {
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
