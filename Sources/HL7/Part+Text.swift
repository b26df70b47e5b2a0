/// What was met while bytes became text. None of it stops the decoding; readers judge.
public struct TextProblems: OptionSet, Hashable, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// Problems from bits.
    public init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// Bytes that the character set does not have; each became U+FFFD.
    public static let invalidBytes = TextProblems(rawValue: 1)
    /// An escape sequence not known here; it was kept as written.
    public static let unknownEscape = TextProblems(rawValue: 2)
    /// An escape that switches the character set; it was kept as written.
    public static let charsetEscape = TextProblems(rawValue: 4)
    /// A control character other than tab and line ends, or a character that steers unseen: see `SteeringCharacters`.
    public static let control = TextProblems(rawValue: 8)
    /// A NUL or an MLLP frame byte: no sender means it, and files and C programs end there.
    public static let forbiddenControl = TextProblems(rawValue: 16)
    /// A tab or a line end: a text may have it, an identifier, a code or a name may not.
    public static let lineEnd = TextProblems(rawValue: 32)

    /// What control characters there are.
    init(controlsOf bytes: some Sequence<UInt8>) {
        self = []
        for byte in bytes where byte < 0x20 {
            switch byte {
            case 0x09, 0x0A, 0x0D: insert(.lineEnd)
            case 0x00, 0x0B: insert(.forbiddenControl)
            default: insert(.control)
            }
        }
    }
}

extension Part {
    /// The text: escapes applied, character set decoded. Delimiters inside the part stay as they are.
    public var decodedText: String {
        var problems: TextProblems = []
        return decodedText(&problems)
    }

    /// The text, adding to `problems` what was met on the way.
    public func decodedText(_ problems: inout TextProblems) -> String {
        bytes.withUnsafeBufferPointer { bytes in
            Part.text(of: bytes, dialect, escape: isLiteral ? 0 : dialect.delimiters.escape, &problems)
        }
    }

    /// The text of `bytes`, in which escapes are applied where there is an `escape` character. A field may be megabytes long:
    /// what is UTF-8 is written once, where the text will lie.
    static func text(
        of bytes: UnsafeBufferPointer<UInt8>, _ dialect: Dialect, escape: UInt8, _ problems: inout TextProblems
    ) -> String {
        let kind = ByteScan.kind(of: bytes, escape: escape)
        if kind.isEmpty { return String(decoding: bytes, as: UTF8.self) }
        guard dialect.charset == .utf8 else {
            var plain: [UInt8] = []
            if kind.contains(.special) {
                plain = [UInt8](unsafeUninitializedCapacity: bytes.count) { place, count in
                    count = Unescaping(dialect.delimiters, escape).run(bytes, into: place, &problems)
                }
                problems.formUnion(TextProblems(controlsOf: plain[...]))
            }
            let (text, isFaithful) = dialect.charset.decode(kind.contains(.special) ? plain[...] : Array(bytes)[...])
            if !isFaithful { problems.insert(.invalidBytes) }
            return text
        }
        guard kind.contains(.special) else {
            if UTF8Check.firstFault(in: bytes) != nil { problems.insert(.invalidBytes) }
            if SteeringCharacters.stand(in: bytes) { problems.insert(.control) }
            return String(decoding: bytes, as: UTF8.self)
        }
        return String(unsafeUninitializedCapacity: bytes.count) { place in
            let count = Unescaping(dialect.delimiters, escape).run(bytes, into: place, &problems)
            let text = UnsafeBufferPointer(rebasing: UnsafeBufferPointer(place)[..<count])
            problems.formUnion(TextProblems(controlsOf: text))
            if UTF8Check.firstFault(in: text) != nil { problems.insert(.invalidBytes) }
            if SteeringCharacters.stand(in: text) { problems.insert(.control) }
            return count
        }
    }
}

extension Dialect {
    /// `text` as bytes of this dialect: delimiters and line ends escaped, so that it can stand in any component.
    public func encode(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for byte in charset.encode(text) {
            let letter: UInt8
            switch byte {
            case delimiters.field: letter = UInt8(ascii: "F")
            case delimiters.component: letter = UInt8(ascii: "S")
            case delimiters.repetition: letter = UInt8(ascii: "R")
            case delimiters.subcomponent: letter = UInt8(ascii: "T")
            case delimiters.escape: letter = UInt8(ascii: "E")
            case 0x0D, 0x0A:
                result.append(UInt8(ascii: " "))
                continue
            default:
                result.append(byte)
                continue
            }
            // Without an escape character a delimiter cannot be written.
            result += delimiters.escape == 0 ? [UInt8(ascii: " ")] : [delimiters.escape, letter, delimiters.escape]
        }
        return result
    }
}
