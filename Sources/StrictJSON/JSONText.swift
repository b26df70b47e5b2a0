/// A document that was read: its bytes, and where in them its values stand.
final class JSONText: Sendable {
    /// One value, by offsets from the beginning of the bytes.
    struct Place: Sendable {
        /// The quote before its name; of what has none, its own.
        let name: UInt32
        let value: UInt32
        /// The value behind it and all that stands in it, by its place among them.
        var end: UInt32
    }

    private let bytes: ArraySlice<UInt8>
    /// In the order of the document: what stands in a value follows it.
    private let places: [Place]

    init(_ bytes: ArraySlice<UInt8>, _ places: [Place]) {
        self.bytes = bytes
        self.places = places
    }

    func end(of index: Int) -> Int { Int(places[index].end) }

    /// By which a value's kind is known.
    func firstByte(of index: Int) -> UInt8 { bytes[bytes.startIndex + Int(places[index].value)] }

    /// Whether the value has that name. Nothing is made of the name for it, unless it is written with escapes.
    func isNamed(_ index: Int, _ name: String) -> Bool {
        var at = bytes.startIndex + Int(places[index].name) + 1
        for byte in name.utf8 {
            // A name that ends before has a quote here, which is no byte of one.
            guard bytes[at] != UInt8(ascii: "\\") else { return sameBytes(self.name(index), name) }
            guard bytes[at] == byte, byte != UInt8(ascii: "\"") else { return false }
            at += 1
        }
        return bytes[at] == UInt8(ascii: "\"")
    }

    func name(_ index: Int) -> String { text(at: Int(places[index].name)) }

    func string(_ index: Int) -> String? {
        firstByte(of: index) == UInt8(ascii: "\"") ? text(at: Int(places[index].value)) : nil
    }

    func number(_ index: Int) -> String? {
        let first = firstByte(of: index)
        guard first == UInt8(ascii: "-") || first &- UInt8(ascii: "0") < 10 else { return nil }
        let start = bytes.startIndex + Int(places[index].value)
        var at = start
        guard let end = JSONNumber.end(in: bytes, from: start, failedAt: &at) else { return nil }
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The string whose quote stands there. It was read before: it is one.
    private func text(at offset: Int) -> String {
        (try? JSONParser.string(in: bytes, at: bytes.startIndex + offset)) ?? ""
    }
}
