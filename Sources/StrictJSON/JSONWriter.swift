/// Appends JSON to bytes: commas and escapes are seen to, nothing is ever taken back.
///
/// The nesting is the caller's word: as many `end…` as `begin…`, and a `name` before each value of an object.
public struct JSONWriter: ~Copyable, Sendable {
    @usableFromInline var bytes: GrowingBytes
    @usableFromInline var needsComma = false
    /// Bytes behind which nobody asks for more.
    private let most: Int

    /// Appends to a copy of `bytes`.
    public init(appendingTo bytes: [UInt8] = []) {
        most = .max
        self.bytes = GrowingBytes(capacity: bytes.count + 256)
        bytes.withUnsafeBufferPointer { self.bytes.append($0) }
    }

    /// Writes into memory with room for `capacity` bytes.
    private init(capacity: Int) {
        most = .max
        bytes = GrowingBytes(capacity: capacity)
    }

    /// Counts what is written, up to `most`.
    private init(counting most: Int) {
        self.most = most
        bytes = GrowingBytes(capacity: JSONWriter.usual, onlyCounts: true)
    }

    /// All that was written.
    public borrowing func finish() -> [UInt8] { bytes.array() }

    /// Appends to `bytes` what `write` writes, also when it fails on the way.
    public static func append<Failure: Error>(
        to bytes: inout [UInt8], _ write: (inout JSONWriter) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = JSONWriter(capacity: usual)
        defer { writer.bytes.withBytes { bytes.append(contentsOf: $0) } }
        try write(&writer)
    }

    /// Hands what `write` writes to `take`, without a copy.
    public static func hand<Failure: Error>(
        _ write: (inout JSONWriter) -> Void, to take: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        var writer = JSONWriter(capacity: usual)
        write(&writer)
        try writer.bytes.withBytes(take)
    }

    /// How many bytes `write` writes, of which none are kept; where `isPastLimit` says that they are more than `most`, it need not go on.
    public static func count(upTo most: Int, _ write: (inout JSONWriter) -> Void) -> Int {
        var writer = JSONWriter(counting: most)
        write(&writer)
        return writer.count
    }

    /// More was written than is asked for.
    public var isPastLimit: Bool { bytes.count > most }

    /// Bytes that most of what is written at once stays below: a report has two to six thousand.
    private static var usual: Int { 8_192 }

    /// Bytes written so far.
    public var count: Int { bytes.count }

    /// Room for `count` more bytes.
    public mutating func reserve(_ count: Int) { bytes.reserve(count) }

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
        bytes.append(quoted: name, comma: needsComma, colon: true)
        needsComma = false
    }

    /// A string that the program spells out, without anything to escape.
    public mutating func plain(_ text: StaticString) {
        bytes.append(quoted: text, comma: needsComma, colon: false)
        needsComma = true
    }

    /// A string.
    public mutating func string(_ text: String) { string("", text) }

    /// A string that begins with what the program spells out, without anything to escape, and goes on with `rest`.
    public mutating func string(_ opening: StaticString, _ rest: String) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        if opening.utf8CodeUnitCount > 0 { bytes.append(opening) }
        let fast: Void? = rest.utf8.withContiguousStorageIfAvailable { appendEscaped($0) }
        if fast == nil {
            for byte in rest.utf8 { appendEscaped(byte) }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A string from bytes that must be UTF-8; where they are not, nothing is written.
    public mutating func string(utf8 text: ArraySlice<UInt8>) throws(JSONFailure) {
        if let at = StrictUTF8.firstInvalid(in: text) {
            throw JSONFailure(.badUTF8, offset: at - text.startIndex)
        }
        separate()
        bytes.append(UInt8(ascii: "\""))
        text.withUnsafeBufferPointer { appendEscaped($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number by its text; what is no number is written as a string.
    public mutating func number(text: String) {
        guard JSONNumber.isNumber(text) else { return string(text) }
        separate()
        bytes.append(text)
    }

    /// An integer.
    public mutating func number(_ value: Int64) {
        separate()
        bytes.append(value.description)
    }

    /// An integer.
    public mutating func number(_ value: Int) { number(Int64(value)) }

    /// `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        if value { bytes.append("true") } else { bytes.append("false") }
    }

    /// `null`
    public mutating func null() {
        separate()
        bytes.append("null")
    }

    /// One value already encoded; it is taken as it is.
    public mutating func raw(_ encoded: some Collection<UInt8>) {
        separate()
        if encoded.withContiguousStorageIfAvailable({ bytes.append($0) }) == nil {
            for byte in encoded { bytes.append(byte) }
        }
    }

    /// What the program spells out, from a name or value on; a value comes next, or the first member or element.
    @inlinable
    public mutating func opening(_ text: StaticString) {
        separate()
        bytes.append(text)
        needsComma = false
    }

    /// What the program spells out, from a name or value to the end of a value.
    @inlinable
    public mutating func whole(_ text: StaticString) {
        separate()
        bytes.append(text)
    }

    /// What the program spells out, the end of what was opened.
    @inlinable
    public mutating func closing(_ text: StaticString) {
        bytes.append(text)
        needsComma = true
    }

    /// The same, of bytes that were written before.
    public mutating func opening(_ encoded: [UInt8]) {
        raw(encoded)
        needsComma = false
    }

    /// What was written before as the end of what is open.
    public mutating func closing(_ encoded: [UInt8]) {
        encoded.withUnsafeBufferPointer { bytes.append($0) }
        needsComma = true
    }

    /// Where the next name or value begins.
    public var next: Int { bytes.count + (needsComma ? 1 : 0) }

    /// Hands out what was written from `start` on; good for the call only.
    public borrowing func withWritten(from start: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        bytes.withBytes { body(UnsafeBufferPointer(rebasing: $0.dropFirst(max(start, 0)))) }
    }

    /// One value already encoded, or several with commas between them; they are taken as they are.
    public mutating func raw(_ encoded: [UInt8]) {
        separate()
        encoded.withUnsafeBufferPointer { bytes.append($0) }
    }

    /// What `write` writes, one value or several, without a comma before them: it can be written again with `raw`.
    public mutating func written(by write: (inout JSONWriter) -> Void) -> [UInt8] {
        let start = next
        write(&self)
        return bytes.array(from: start)
    }

    /// One value that `append` encodes behind what is there, or several with commas between them.
    @inlinable
    public mutating func raw(_ append: (inout GrowingBytes) -> Void) {
        separate()
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
        bytes.append(byte, comma: needsComma)
        needsComma = false
    }

    private mutating func end(_ byte: UInt8) {
        bytes.append(byte, comma: false)
        needsComma = true
    }

    /// Before each value and each name.
    @inlinable
    mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Runs that need no escape are appended whole; most texts are one.
    private mutating func appendEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        guard text.count > JSONWriter.usual else { return appendAllEscaped(text) }
        guard bytes.onlyCounts else {
            // Room for all of it at once: what is long is moved once, and not again in its middle.
            bytes.reserve(JSONWriter.escapedCount(of: text))
            return appendAllEscaped(text)
        }
        // What is only counted needs no room for all of it.
        for start in stride(from: 0, to: text.count, by: JSONWriter.usual) {
            appendAllEscaped(UnsafeBufferPointer(rebasing: text[start..<min(start + JSONWriter.usual, text.count)]))
        }
    }

    /// How many bytes `text` has with its escapes.
    private static func escapedCount(of text: UnsafeBufferPointer<UInt8>) -> Int {
        var count = text.count
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), 0x08, 0x09, 0x0A, 0x0C, 0x0D: count += 1
            case 0x00..<0x20: count += 5
            default: break
            }
        }
        return count
    }

    private mutating func appendAllEscaped(_ text: UnsafeBufferPointer<UInt8>) {
        var start = bytes.append(plainPrefixOf: text)
        guard start < text.count else { return }
        var index = start
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") { continue }
            bytes.append(UnsafeBufferPointer(rebasing: text[start..<(index - 1)]))
            appendEscaped(byte)
            start = index
        }
        bytes.append(UnsafeBufferPointer(rebasing: text[start...]))
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
            bytes.append("\\u00" as StaticString)
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
