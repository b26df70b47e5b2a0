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
    /// A control character other than tab and line ends.
    public static let control = TextProblems(rawValue: 8)
    /// A NUL or an MLLP frame byte: no sender means it, and files and C programs end there.
    public static let forbiddenControl = TextProblems(rawValue: 16)
}

extension Part {
    /// The text: escapes applied, character set decoded. Delimiters inside the part stay as they are.
    public var decodedText: String {
        var problems: TextProblems = []
        return decodedText(&problems)
    }

    /// The text, adding to `problems` what was met on the way.
    public func decodedText(_ problems: inout TextProblems) -> String {
        let escape = isLiteral ? 0 : dialect.delimiters.escape
        var isPlain = true
        var isASCII = true
        for byte in bytes {
            if byte >= 0x80 { isASCII = false }
            if byte < 0x20 || (byte == escape && escape != 0) { isPlain = false }
        }
        if isPlain {
            if isASCII { return String(decoding: bytes, as: UTF8.self) }
            return decode(bytes, &problems)
        }
        return decode(unescaped(escape, &problems)[...], &problems)
    }

    private func decode(_ bytes: ArraySlice<UInt8>, _ problems: inout TextProblems) -> String {
        for byte in bytes where byte < 0x20 {
            switch byte {
            case 0x09, 0x0A, 0x0D: continue
            case 0x00, 0x0B: problems.insert(.forbiddenControl)
            default: problems.insert(.control)
            }
        }
        let (text, isFaithful) = dialect.charset.decode(bytes)
        if !isFaithful { problems.insert(.invalidBytes) }
        return text
    }

    /// The bytes with escapes applied, still in the message's character set.
    private func unescaped(_ escape: UInt8, _ problems: inout TextProblems) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var position = bytes.startIndex
        while position < bytes.endIndex {
            let byte = bytes[position]
            guard byte == escape, escape != 0 else {
                result.append(byte)
                position += 1
                continue
            }
            guard let end = bytes[(position + 1)...].prefix(Part.longestEscape).firstIndex(of: escape) else {
                problems.insert(.unknownEscape)
                result.append(byte)
                position += 1
                continue
            }
            let body = bytes[(position + 1)..<end]
            if let meaning = meaning(of: body) {
                result += meaning
                position = end + 1
            } else {
                let first = body.first
                let switches = first == UInt8(ascii: "C") || first == UInt8(ascii: "M")
                problems.insert(switches ? .charsetEscape : .unknownEscape)
                // The closing character may open the next escape when this one was none.
                result += bytes[position..<end]
                let isSequence = body.allSatisfy { $0 > 0x20 && $0 < 0x7F } && body.count <= 10 && !body.isEmpty
                if isSequence { result.append(escape) }
                position = isSequence ? end + 1 : end
            }
        }
        return result
    }

    /// Bytes looked at for the end of an escape: hexadecimal ones may be long.
    static let longestEscape = 4096

    /// What stands between two escape characters; nil when it means nothing here.
    func meaning(of body: ArraySlice<UInt8>) -> [UInt8]? {
        let delimiters = dialect.delimiters
        guard let first = body.first else { return nil }
        if body.count == 1 {
            switch first {
            case UInt8(ascii: "F"): return [delimiters.field]
            case UInt8(ascii: "S"): return [delimiters.component]
            case UInt8(ascii: "R"): return [delimiters.repetition]
            case UInt8(ascii: "T"): return [delimiters.subcomponent]
            case UInt8(ascii: "E"): return [delimiters.escape]
            case UInt8(ascii: "P") where delimiters.truncation != 0: return [delimiters.truncation]
            default: return nil
            }
        }
        if first == UInt8(ascii: "X") { return Part.bytes(hexadecimal: body.dropFirst()) }
        if body.elementsEqual([UInt8(ascii: "."), UInt8(ascii: "b"), UInt8(ascii: "r")]) { return [0x0A] }
        return nil
    }

    /// The bytes that hexadecimal digits spell; nil when one is no digit or is left over.
    package static func bytes(hexadecimal digits: ArraySlice<UInt8>) -> [UInt8]? {
        guard digits.count % 2 == 0 else { return nil }
        var result: [UInt8] = []
        var high: UInt8?
        for digit in digits {
            let value: UInt8
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = digit - UInt8(ascii: "0")
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = digit - UInt8(ascii: "A") + 10
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = digit - UInt8(ascii: "a") + 10
            default: return nil
            }
            if let begun = high {
                result.append(begun << 4 | value)
                high = nil
            } else {
                high = value
            }
        }
        return result
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
