/// Appends JSON to bytes: commas and escapes are seen to, nothing is ever taken back.
///
/// The nesting is the caller's word: as many `end…` as `begin…`, and a `name` before each value of an object.
public struct JSONWriter: Sendable {
    private var bytes: [UInt8]
    private var needsComma = false

    /// Appends to `bytes`.
    public init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// All that was written.
    public consuming func finish() -> [UInt8] {
        bytes
    }

    /// Lets `write` append to `bytes` in place.
    public static func append<Failure: Error>(
        to bytes: inout [UInt8], _ write: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = JSONWriter()
        swap(&writer.bytes, &bytes)
        defer { swap(&writer.bytes, &bytes) }
        try write(&writer)
    }

    /// Bytes written so far.
    public var count: Int { bytes.count }

    /// Room for `count` more bytes.
    public mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// `{`
    public mutating func beginObject() { begin(UInt8(ascii: "{")) }

    /// `}`
    public mutating func endObject() { end(UInt8(ascii: "}")) }

    /// `[`
    public mutating func beginArray() { begin(UInt8(ascii: "[")) }

    /// `]`
    public mutating func endArray() { end(UInt8(ascii: "]")) }

    /// The name of the value written next.
    public mutating func name(_ name: String) {
        string(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// The name of the value written next: one that the program spells out, without anything to escape.
    public mutating func key(_ name: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string that the program spells out, without anything to escape.
    public mutating func plain(_ text: StaticString) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string.
    public mutating func string(_ text: String) {
        comma()
        bytes.append(UInt8(ascii: "\""))
        let fast: Void? = text.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
        if fast == nil {
            for byte in text.utf8 {
                appendEscaped(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string from bytes that must be UTF-8; where they are not, nothing is written.
    public mutating func string(utf8 text: ArraySlice<UInt8>) throws(JSONFailure) {
        if let at = StrictUTF8.firstInvalid(in: text) {
            throw JSONFailure(.badUTF8, offset: at - text.startIndex)
        }
        comma()
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number by its text; what is no number is written as a string.
    public mutating func number(text: String) {
        guard JSONNumber.isNumber(text) else { return string(text) }
        comma()
        bytes.append(contentsOf: text.utf8)
    }

    /// An integer.
    public mutating func number(_ value: Int64) {
        comma()
        bytes.append(contentsOf: value.description.utf8)
    }

    /// An integer.
    public mutating func number(_ value: Int) { number(Int64(value)) }

    /// `true` or `false`.
    public mutating func bool(_ value: Bool) {
        comma()
        bytes.append(contentsOf: (value ? "true" : "false").utf8)
    }

    /// `null`
    public mutating func null() {
        comma()
        bytes.append(contentsOf: "null".utf8)
    }

    /// One value already encoded; it is taken as it is.
    public mutating func raw(_ encoded: some Collection<UInt8>) {
        comma()
        bytes.append(contentsOf: encoded)
    }

    /// One value that `append` encodes behind what is there.
    public mutating func raw(_ append: (inout [UInt8]) -> Void) {
        comma()
        append(&bytes)
    }

    /// A value.
    public mutating func value(_ json: JSON) {
        switch json {
        case .null: null()
        case .bool(let value): bool(value)
        case .number(let text): number(text: text)
        case .string(let text): string(text)
        case .array(let elements):
            beginArray()
            for element in elements {
                value(element)
            }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                name(member.name)
                value(member.value)
            }
            endObject()
        }
    }

    /// Ends a line of NDJSON: the next value starts afresh.
    public mutating func newline() {
        bytes.append(0x0A)
        needsComma = false
    }

    private mutating func begin(_ byte: UInt8) {
        comma()
        bytes.append(byte)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        bytes.append(byte)
        needsComma = true
    }

    /// Before each value and each name.
    private mutating func comma() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Runs that need no escape are appended whole; most texts are one.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        var index = JSONWriter.plainPrefix(of: text)
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<(index - 1)]))
            appendEscaped(byte)
            start = index
        }
        bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start...]))
    }

    /// How many bytes at the beginning certainly need no escape, looked at eight at a time.
    ///
    /// Subtracting from all eight at once borrows from the next byte only behind one that is found: what is passed over is
    /// plain.
    private static func plainPrefix(of text: UnsafeBufferPointer<UInt8>) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(text)
        var index = 0
        while index + 8 <= raw.count {
            let word = raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            let found =
                ((word &- ones &* 0x20) & ~word) | ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
            if found & (ones &* 0x80) != 0 { return index }
            index += 8
        }
        return index
    }

    private mutating func appendEscaped(_ byte: UInt8) {
        let short: UInt8
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): short = byte
        case 0x08: short = UInt8(ascii: "b")
        case 0x09: short = UInt8(ascii: "t")
        case 0x0A: short = UInt8(ascii: "n")
        case 0x0C: short = UInt8(ascii: "f")
        case 0x0D: short = UInt8(ascii: "r")
        case 0x00..<0x20:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(UInt8(ascii: "0") + byte >> 4)
            let low = byte & 0x0F
            bytes.append(low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10)
            return
        default:
            bytes.append(byte)
            return
        }
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(short)
    }
}
