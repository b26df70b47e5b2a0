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

    /// Runs that need no escape are appended whole.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in text.indices {
            let byte = text[index]
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
            bytes.append(contentsOf: text[start..<index])
            appendEscaped(byte)
            start = index + 1
        }
        bytes.append(contentsOf: text[start...])
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
