import HL7

/// Fields of HL7 v2 and of HPRIM, which have the same data types: a value's parts, joined by the dialect's delimiters.
///
/// Everything is escaped, line ends too (`\.br\` for LF, `\X0D\` for CR): what is read back is what was written.
struct FieldWriter {
    let dialect: Dialect

    /// A text as it stands in any part; `lineEnd` is the escape that stands for LF.
    func text(_ text: String?, lineEnd: String = ".br") -> [UInt8] {
        guard let text, !text.isEmpty else { return [] }
        let escape = dialect.delimiters.escape
        // As it stands, it would say that there is nothing.
        if text == "\"\"" { return [escape] + Array("X22".utf8) + [escape, 0x22] }
        var bytes: [UInt8] = []
        for byte in dialect.charset.encode(text) {
            switch byte {
            case 0x0A: bytes += [escape] + Array(lineEnd.utf8) + [escape]
            case 0x0D: bytes += [escape] + Array("X0D".utf8) + [escape]
            case dialect.delimiters.field: bytes += [escape, UInt8(ascii: "F"), escape]
            case dialect.delimiters.component: bytes += [escape, UInt8(ascii: "S"), escape]
            case dialect.delimiters.repetition: bytes += [escape, UInt8(ascii: "R"), escape]
            case dialect.delimiters.subcomponent: bytes += [escape, UInt8(ascii: "T"), escape]
            case escape: bytes += [escape, UInt8(ascii: "E"), escape]
            default: bytes.append(byte)
            }
        }
        return bytes
    }

    func text(_ text: Personal?) -> [UInt8] { self.text(text?.text) }

    /// Components by number, from 1.
    func components(_ parts: [(number: Int, bytes: [UInt8])]) -> [UInt8] {
        FieldWriter.join(parts, dialect.delimiters.component)
    }

    func repetitions(_ all: [[UInt8]]) -> [UInt8] {
        let filled = all.filter { !$0.isEmpty }
        var bytes: [UInt8] = []
        for (index, one) in filled.enumerated() {
            if index > 0 { bytes.append(dialect.delimiters.repetition) }
            bytes += one
        }
        return bytes
    }

    /// Parts by number with `separator` between them; none behind the last one that holds something.
    static func join(_ parts: [(number: Int, bytes: [UInt8])], _ separator: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        var written = 1
        for part in parts where !part.bytes.isEmpty {
            while written < part.number {
                bytes.append(separator)
                written += 1
            }
            bytes += part.bytes
        }
        return bytes
    }

    // MARK: - Data types

    /// TS: digits, as far as the moment is known.
    func time(_ time: ReportTime?) -> [UInt8] {
        guard let time else { return [] }
        var text = date(time.date)
        guard let second = time.secondOfDay else { return text }
        for part in [second / 3600, second / 60 % 60, second % 60] { text += CalendarDate.padded(part, to: 2).utf8 }
        guard let offset = time.offsetMinutes else { return text }
        text.append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        text += CalendarDate.padded(abs(offset) / 60, to: 2).utf8
        text += CalendarDate.padded(abs(offset) % 60, to: 2).utf8
        return text
    }

    func date(_ date: CalendarDate?) -> [UInt8] {
        guard let date else { return [] }
        return date.iso.utf8.filter { $0 != UInt8(ascii: "-") }
    }

    /// CWE: code, text, system, and the same of the local code.
    func coded(_ coded: Coded?) -> [UInt8] {
        guard let coded else { return [] }
        return components([
            (1, text(coded.code)), (2, text(coded.text)), (3, text(coded.system)), (4, text(coded.localCode)),
            (5, text(coded.localText)), (6, text(coded.localSystem)),
        ])
    }

    /// HD in the subcomponents of a component: label, OID, `ISO`.
    func authority(_ identifier: Identifier) -> [UInt8] {
        let isOID = identifier.system.map { CodeSystem.isOID($0) } ?? false
        return FieldWriter.join(
            [
                (1, text(identifier.namespace)), (2, text(identifier.system)), (3, isOID ? Array("ISO".utf8) : []),
            ], dialect.delimiters.subcomponent)
    }

    /// XAD or HPRIM's address: street, more of it, city, state, postcode, country, type. All lines behind the street
    /// are the second component, `\.br\` between them.
    func address(_ address: Address?, type: String? = nil) -> [UInt8] {
        guard let address, !address.isBlank else { return [] }
        return components([
            (1, text(address.lines.first)), (2, lines(address.lines.dropFirst())), (3, text(address.city)),
            (4, text(address.state)),
            (5, text(address.postcode)), (6, text(address.country)), (7, text(type)),
        ])
    }

    /// A line end inside a line is written as the character that it is, so that it is not read as the end of the line.
    private func lines(_ lines: ArraySlice<Personal>) -> [UInt8] {
        let escape = [dialect.delimiters.escape]
        let lineBreak = escape + Array(".br".utf8) + escape
        return Array(lines.map { text($0.text, lineEnd: "X0A") }.filter { !$0.isEmpty }.joined(separator: lineBreak))
    }

    /// XCN: one repetition an identifier, all with the name.
    func professional(_ person: Professional?) -> [UInt8] {
        guard let person else { return [] }
        let name = { [self] (number: [(number: Int, bytes: [UInt8])], type: String?, authority: [UInt8]) in
            components(
                number + [
                    (2, text(person.familyName)), (3, text(person.givenName)), (9, authority),
                    (10, person.familyName == nil ? [] : Array("D".utf8)), (13, text(type)),
                ])
        }
        guard !person.identifiers.isEmpty else {
            return person.familyName == nil && person.givenName == nil ? [] : name([], nil, [])
        }
        return repetitions(
            person.identifiers.map { name([(1, text($0.value))], $0.type, authority($0)) })
    }

    /// A result's value and the code of its type; `coded` is the dialect's type of a code.
    func value(_ value: Observation.Value?, coded type: String) -> (type: String, bytes: [UInt8]) {
        switch value {
        case nil: ("ST", [])
        case .coded(let code): (type, coded(code))
        case .number(let number): ("NM", text(number))
        case .structured(let comparator, let first, let separator, let second):
            (
                "SN",
                components([
                    (1, text(comparator)), (2, text(first)), (3, text(separator)), (4, text(second)),
                ])
            )
        case .text(let words): ("TX", text(words))
        case .time(let moment): (moment.secondOfDay == nil && moment.date.day != nil ? "DT" : "TS", time(moment))
        }
    }
}

/// Puts segments together: fields by number, the name in front, a carriage return behind.
struct SegmentWriter {
    let separator: UInt8
    private(set) var bytes: [UInt8] = []

    init(separator: UInt8) {
        self.separator = separator
    }

    /// Appends a segment; `first` is the number of the first field after the name.
    mutating func segment(_ name: String, first: Int = 1, _ fields: [(number: Int, bytes: [UInt8])]) {
        bytes += name.utf8
        var written = first - 1
        for field in fields where !field.bytes.isEmpty {
            while written < field.number {
                bytes.append(separator)
                written += 1
            }
            bytes += field.bytes
        }
        bytes.append(0x0D)
    }
}
