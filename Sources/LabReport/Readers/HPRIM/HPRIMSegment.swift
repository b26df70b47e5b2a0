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

    /// How many fields there are, the type among them.
    var fieldCount: Int { fields.count }

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
