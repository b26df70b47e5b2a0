/// A place in a message as people and findings write it: `MSH-10`, `PID-3[2].1`, `OBX[3]-5`, `OBX[*]-5`,
/// `PID-3[*].4.2`.
///
/// Segment, occurrence (the first one unless said), field, repetition, component, subcomponent; all counted from 1,
/// over the whole message. `[*]` means each of them. Without a repetition, a path that names a component means the
/// first repetition, and one that stops at the field means the whole field as it stands, with its repetitions.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    /// Which of several.
    public enum Choice: Hashable, Sendable {
        /// The one at this number.
        case number(Int)
        /// Each of them.
        case all
    }

    /// The segment.
    public var segment: SegmentName
    /// Which of the segments of that name.
    public var occurrence: Choice
    /// The field.
    public var field: Int
    /// Which of the repetitions; nil means as said above.
    public var repetition: Choice?
    /// The component.
    public var component: Int?
    /// The subcomponent; only with a component.
    public var subcomponent: Int?

    /// A path from its parts.
    public init(
        _ segment: SegmentName, occurrence: Choice = .number(1), field: Int, repetition: Choice? = nil,
        component: Int? = nil, subcomponent: Int? = nil
    ) {
        self.segment = segment
        self.occurrence = occurrence
        self.field = field
        self.repetition = repetition
        self.component = component
        self.subcomponent = subcomponent
    }

    /// The path that `text` spells; the failure says at which byte it does not.
    public init(_ text: String) throws(HL7Failure) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Limits.pathBytes else { throw HL7Failure.fieldPath(offset: Limits.pathBytes) }
        var reader = PathReader(bytes: bytes)
        guard let segment = SegmentName(bytes.prefix(3)) else { throw HL7Failure.fieldPath(offset: 0) }
        self.segment = segment
        reader.position = 3
        occurrence = try reader.choice() ?? .number(1)
        try reader.expect(UInt8(ascii: "-"))
        field = try reader.number()
        repetition = try reader.choice()
        if reader.take(UInt8(ascii: ".")) { component = try reader.number() }
        if component != nil, reader.take(UInt8(ascii: ".")) { subcomponent = try reader.number() }
        guard reader.position == bytes.count else { throw HL7Failure.fieldPath(offset: reader.position) }
    }

    /// The paths in `text`, separated by commas; blanks around them do not matter.
    public static func list(_ text: String) throws(HL7Failure) -> [FieldPath] {
        var paths: [FieldPath] = []
        var offset = 0
        for part in text.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let blanks = part.prefix { $0 == UInt8(ascii: " ") }.count
            var body = part.dropFirst(blanks)
            while body.last == UInt8(ascii: " ") { body = body.dropLast() }
            do {
                paths.append(try FieldPath(String(decoding: body, as: UTF8.self)))
            } catch {
                guard case .fieldPath(let inner) = error else { throw error }
                throw HL7Failure.fieldPath(offset: offset + blanks + inner)
            }
            offset += part.count + 1
        }
        return paths
    }

    /// As `init(_:)` reads it; the first occurrence is not written.
    public var description: String {
        var text = segment.description
        if occurrence != .number(1) { text += FieldPath.brackets(occurrence) }
        text += "-" + String(field)
        if let repetition { text += FieldPath.brackets(repetition) }
        if let component { text += "." + String(component) }
        if let subcomponent { text += "." + String(subcomponent) }
        return text
    }

    private static func brackets(_ choice: Choice) -> String {
        switch choice {
        case .number(let number): "[" + String(number) + "]"
        case .all: "[*]"
        }
    }
}

/// Reads a path from left to right.
private struct PathReader {
    let bytes: [UInt8]
    var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    mutating func expect(_ byte: UInt8) throws(HL7Failure) {
        guard take(byte) else { throw HL7Failure.fieldPath(offset: position) }
    }

    /// A number from 1 to 999,999, without leading zero.
    mutating func number() throws(HL7Failure) -> Int {
        let start = position
        var value = 0
        while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
            guard position - start < 6 else { throw HL7Failure.fieldPath(offset: position) }
            value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
            position += 1
        }
        guard position > start, bytes[start] != UInt8(ascii: "0") else { throw HL7Failure.fieldPath(offset: start) }
        return value
    }

    mutating func choice() throws(HL7Failure) -> FieldPath.Choice? {
        guard take(UInt8(ascii: "[")) else { return nil }
        let choice: FieldPath.Choice
        if take(UInt8(ascii: "*")) { choice = .all } else { choice = .number(try number()) }
        try expect(UInt8(ascii: "]"))
        return choice
    }
}
