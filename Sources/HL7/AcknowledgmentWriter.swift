/// Writes the answer to a message, ACK, in the message's own dialect.
public struct AcknowledgmentWriter: Sendable {
    /// MSA-1.
    public enum Code: String, Sendable {
        /// Taken.
        case accept = "AA"
        /// Held: an error in the content, which the sender should correct.
        case error = "AE"
        /// Refused: not a message that this receiver handles.
        case reject = "AR"
        /// Safely stored (enhanced mode).
        case commitAccept = "CA"
        /// Could not be stored (enhanced mode).
        case commitError = "CE"
        /// Refused before storing (enhanced mode).
        case commitReject = "CR"
    }

    /// One ERR segment: place, condition and remedy, never a value.
    public struct Problem: Sendable, Equatable {
        /// Where; nil when the message as a whole is meant.
        public var path: FieldPath?
        /// Table 0357, such as 101.
        public var condition: Int
        /// A warning (W) rather than an error (E).
        public var isWarning: Bool
        /// For a person.
        public var text: String

        /// A problem.
        public init(path: FieldPath?, condition: Int, isWarning: Bool = false, text: String) {
            self.path = path
            self.condition = condition
            self.isWarning = isWarning
            self.text = text
        }
    }

    /// MSH-7 of the answer, `YYYYMMDDHHMMSS+ZZZZ`.
    public var time: String
    /// MSH-10 of the answer.
    public var controlID: String

    /// A writer of one answer.
    public init(time: String, controlID: String) {
        self.time = time
        self.controlID = controlID
    }

    /// Appends the answer to `message`, or to bytes that were no message when it is nil.
    public func write(_ code: Code, answering message: Message?, problems: [Problem] = [], into out: inout [UInt8]) {
        guard let message else {
            writePlain(code, problems, into: &out)
            return
        }
        let dialect = message.dialect
        let header = message.header
        let delimiters = dialect.delimiters
        out += "MSH".utf8
        out.append(delimiters.field)
        out += [delimiters.component, delimiters.repetition]
        out.append(delimiters.escape == 0 ? UInt8(ascii: "\\") : delimiters.escape)
        out.append(delimiters.subcomponent)
        if delimiters.truncation != 0 { out.append(delimiters.truncation) }
        var fields: [[UInt8]] = [5, 6, 3, 4].map { AcknowledgmentWriter.echo(header.field($0)) }
        fields.append(dialect.encode(time))
        fields.append([])
        fields.append(type(answering: header))
        fields.append(dialect.encode(controlID))
        fields.append(AcknowledgmentWriter.echo(header.field(11)))
        fields.append(AcknowledgmentWriter.echo(header.field(12)))
        fields += [[], [], [], []]
        fields.append(AcknowledgmentWriter.echo(header.field(17)))
        // Where no set is declared the answer declares none either: what is written for a person is ASCII then.
        var isPlain = true
        if case .known(let charset) = message.declaredCharset {
            isPlain = charset == .ascii
            fields.append(AcknowledgmentWriter.echo(header.field(18)))
        }
        while fields.last?.isEmpty == true { fields.removeLast() }
        for field in fields {
            out.append(delimiters.field)
            out += field
        }
        out.append(0x0D)

        let original = header.field(10)
        let echo = original.bytes.count <= Limits.controlIDBytes ? AcknowledgmentWriter.echo(original) : []
        write("MSA", [Array(code.rawValue.utf8), echo], dialect, into: &out)
        let hasDetailedErrors = AcknowledgmentWriter.hasDetailedErrors(header)
        for var problem in problems {
            if isPlain { problem.text = PlainText.ascii(problem.text) }
            let fields = hasDetailedErrors ? detailed(problem, dialect) : [old(problem, dialect)]
            write("ERR", fields, dialect, into: &out)
        }
    }

    /// What the sender wrote in `field`; nothing where it holds a control character, written or escaped: it may be a byte of the
    /// frame that the answer goes in, or one that the sender's own system stumbles over.
    private static func echo(_ field: Part) -> [UInt8] {
        if field.bytes.contains(where: isControl) || field.decodedText.utf8.contains(where: isControl) { return [] }
        return Array(field.bytes)
    }

    private static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// Nothing is known of the sender: the standard's delimiters, and MSA-2 stays empty.
    private func writePlain(_ code: Code, _ problems: [Problem], into out: inout [UInt8]) {
        let dialect = Dialect()
        out += "MSH|^~\\&|||||".utf8
        out += dialect.encode(time)
        out += "||ACK|".utf8
        out += dialect.encode(controlID)
        out += "|P|2.5.1||||||UNICODE UTF-8\r".utf8
        write("MSA", [Array(code.rawValue.utf8)], dialect, into: &out)
        for problem in problems { write("ERR", detailed(problem, dialect), dialect, into: &out) }
    }

    private func write(_ name: StaticString, _ fields: [[UInt8]], _ dialect: Dialect, into out: inout [UInt8]) {
        name.withUTF8Buffer { out += $0 }
        for field in fields {
            out.append(dialect.delimiters.field)
            out += field
        }
        out.append(0x0D)
    }

    /// `ACK^R01^ACK`: the trigger is the original's, the structure is named from 2.3.1 on, as the original names it.
    private func type(answering header: Segment) -> [UInt8] {
        let component = header.dialect.delimiters.component
        var type = Array("ACK".utf8)
        let trigger = AcknowledgmentWriter.echo(header.field(9).component(2))
        guard !trigger.isEmpty else { return type }
        type.append(component)
        type += trigger
        if !header.field(9).component(3).isEmpty {
            type.append(component)
            type += "ACK".utf8
        }
        return type
    }

    /// ERR-2 to ERR-8 exist from 2.5 on.
    private static func hasDetailedErrors(_ header: Segment) -> Bool {
        let version = header.field(12).component(1).bytes
        guard version.count >= 3, version.first == UInt8(ascii: "2") else { return true }
        return version[version.startIndex + 2] >= UInt8(ascii: "5")
    }

    private func detailed(_ problem: Problem, _ dialect: Dialect) -> [[UInt8]] {
        let condition = dialect.joined([String(problem.condition), problem.conditionText, "HL70357"])
        let severity: [UInt8] = [UInt8(ascii: problem.isWarning ? "W" : "E")]
        return [[], place(problem, dialect), condition, severity, [], [], [], dialect.encode(problem.text)]
    }

    /// ERR-1 as it was before 2.5: segment, sequence, field, code with its text in subcomponents.
    private func old(_ problem: Problem, _ dialect: Dialect) -> [UInt8] {
        var field: [UInt8] = []
        if let path = problem.path {
            field = dialect.joined([path.segment.description, path.occurrenceText, String(path.field)])
        } else {
            field = [UInt8](repeating: dialect.delimiters.component, count: 2)
        }
        field.append(dialect.delimiters.component)
        var code = dialect
        code.delimiters.component = dialect.delimiters.subcomponent
        return field + code.joined([String(problem.condition), problem.conditionText, "HL70357"])
    }

    private func place(_ problem: Problem, _ dialect: Dialect) -> [UInt8] {
        guard let path = problem.path else { return [] }
        var parts = [path.segment.description, path.occurrenceText, String(path.field)]
        if case .number(let repetition) = path.repetition ?? .number(1) { parts.append(String(repetition)) }
        if let component = path.component { parts.append(String(component)) }
        if let subcomponent = path.subcomponent { parts.append(String(subcomponent)) }
        return dialect.joined(parts)
    }
}

extension FieldPath {
    fileprivate var occurrenceText: String {
        if case .number(let number) = occurrence { String(number) } else { "" }
    }
}

extension Dialect {
    fileprivate func joined(_ parts: [String]) -> [UInt8] {
        var result: [UInt8] = []
        for (position, part) in parts.enumerated() {
            if position > 0 { result.append(delimiters.component) }
            result += encode(part)
        }
        return result
    }
}

extension AcknowledgmentWriter.Problem {
    /// The text of table 0357.
    fileprivate var conditionText: String {
        switch condition {
        case 0: "Message accepted"
        case 100: "Segment sequence error"
        case 101: "Required field missing"
        case 102: "Data type error"
        case 103: "Table value not found"
        case 198: "Non-conformant cardinality"
        case 200: "Unsupported message type"
        case 201: "Unsupported event code"
        case 202: "Unsupported processing id"
        case 203: "Unsupported version id"
        case 204: "Unknown key identifier"
        case 205: "Duplicate key identifier"
        case 206: "Application record locked"
        case 207: "Application internal error"
        default: "Other error"
        }
    }
}
