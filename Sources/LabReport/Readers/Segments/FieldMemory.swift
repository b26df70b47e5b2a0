import HL7

/// What the fields of earlier messages were read as, found again by their bytes.
///
/// A laboratory's file says the same tests, values, doctors and places thousands of times. What was read once without a
/// finding is shared from then on. Bounded: a field that is longer than `longest`, or finds its places taken by others, is
/// read again.
final class FieldMemory<Value> {
    /// Bytes of a field that is remembered.
    static var longest: Int { 384 }
    /// Pairs of places. Each field may stand in either place of the pair that its hash names.
    private static var pairs: Int { 512 }

    private struct Entry {
        var hash: UInt64 = 0
        var count = 0
        var value: Value?
    }

    private let key: UInt64
    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @exclusivity(unchecked) private var entries: [Entry] = []
    /// The bytes of the entries, `longest` for each.
    @exclusivity(unchecked) private var bytes: [UInt8] = []

    /// Nothing remembered.
    init(key: UInt64) {
        self.key = key
    }

    /// Forgets everything.
    func clear() {
        entries = []
        bytes = []
    }

    /// What `field` was read as; nil when it is not remembered.
    func value(of field: UnsafeBufferPointer<UInt8>) -> Value? {
        guard !entries.isEmpty, field.count <= FieldMemory.longest else { return nil }
        let hash = ByteHash.value(of: field, key: key)
        let first = FieldMemory.firstPlace(hash)
        if entries[first].hash == hash, isEqual(field, first) { return entries[first].value }
        if entries[first + 1].hash == hash, isEqual(field, first + 1) { return entries[first + 1].value }
        return nil
    }

    /// Remembers what `field` was read as.
    func keep(_ value: Value, of field: UnsafeBufferPointer<UInt8>) {
        guard field.count <= FieldMemory.longest else { return }
        if entries.isEmpty {
            entries = Array(repeating: Entry(), count: FieldMemory.pairs * 2)
            bytes = Array(repeating: 0, count: FieldMemory.pairs * 2 * FieldMemory.longest)
        }
        let hash = ByteHash.value(of: field, key: key)
        let first = FieldMemory.firstPlace(hash)
        // The pair's second place is for the one that was there before: the newest two stay.
        if entries[first].hash != 0 { move(first, to: first + 1) }
        entries[first] = Entry(hash: hash, count: field.count, value: value)
        copy(field, to: first)
    }

    private func move(_ place: Int, to other: Int) {
        entries[other] = entries[place]
        let start = place * FieldMemory.longest
        let moved = Array(bytes[start..<(start + entries[place].count)])
        moved.withUnsafeBufferPointer { copy($0, to: other) }
    }

    private func copy(_ field: UnsafeBufferPointer<UInt8>, to place: Int) {
        let start = place * FieldMemory.longest
        bytes.replaceSubrange(start..<(start + field.count), with: field)
    }

    private static func firstPlace(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & UInt64(pairs - 1)) * 2 }

    private func isEqual(_ field: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard entries[place].count == field.count else { return false }
        guard let wanted = field.baseAddress else { return true }
        return bytes.withUnsafeBufferPointer { all in
            guard let base = all.baseAddress, (place + 1) * FieldMemory.longest <= all.count else { return false }
            return WordScan.areEqual(wanted, base + place * FieldMemory.longest, field.count)
        }
    }
}
