import HL7

/// What the fields of earlier messages were read as, found again by their bytes.
///
/// A laboratory's file says the same tests, values, doctors and places thousands of times. What was read once without a
/// finding is shared from then on. Bounded: a field that is longer than `longest`, or finds its places taken by others, is
/// read again. It begins small and grows with what is kept, so that a file of one message costs no tables.
final class FieldMemory<Value> {
    /// Bytes of a field that is remembered.
    static var longest: Int { 384 }
    /// Pairs of places, at first and at most. Each field may stand in either place of the pair that its hash names.
    private static var fewestPairs: Int { 8 }
    private static var mostPairs: Int { 512 }

    private struct Entry {
        var bytes: [UInt8] = []
        var value: Value?
    }

    private let key: UInt64
    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @exclusivity(unchecked) private var entries: [Entry] = []
    /// The hash of each entry's bytes, 0 where there is none: most looks need nothing else.
    @exclusivity(unchecked) private var hashes: [UInt64] = []
    /// Fields kept since the table has this size.
    private var kept = 0

    /// Nothing remembered.
    init(key: UInt64) {
        self.key = key
    }

    /// Forgets everything.
    func clear() {
        entries = []
        hashes = []
        kept = 0
    }

    /// What `field` was read as; nil when it is not remembered.
    func value(of field: UnsafeBufferPointer<UInt8>) -> Value? {
        guard !entries.isEmpty, field.count <= FieldMemory.longest else { return nil }
        let hash = ByteHash.value(of: field, key: key)
        let first = firstPlace(hash)
        let place = hashes[first] == hash && isEqual(field, first) ? first : first + 1
        guard place == first || (hashes[place] == hash && isEqual(field, place)) else { return nil }
        return entries[place].value
    }

    /// Remembers what `field` was read as.
    func keep(_ value: Value, of field: UnsafeBufferPointer<UInt8>) {
        guard field.count <= FieldMemory.longest else { return }
        if entries.isEmpty || (kept >= entries.count / 2 && entries.count < FieldMemory.mostPairs * 2) { grow() }
        kept += 1
        put(Entry(bytes: Array(field), value: value), ByteHash.value(of: field, key: key))
    }

    /// The pair's second place is for the one that was there before: the newest two stay.
    private func put(_ entry: Entry, _ hash: UInt64) {
        let first = firstPlace(hash)
        if hashes[first] != 0 {
            entries[first + 1] = entries[first]
            hashes[first + 1] = hashes[first]
        }
        entries[first] = entry
        hashes[first] = hash
    }

    private func grow() {
        let (old, oldHashes) = (entries, hashes)
        let count = max(old.count * 4, FieldMemory.fewestPairs * 2)
        entries = Array(repeating: Entry(), count: count)
        hashes = Array(repeating: 0, count: count)
        kept = 0
        for place in old.indices where oldHashes[place] != 0 { put(old[place], oldHashes[place]) }
    }

    private func firstPlace(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & UInt64(entries.count / 2 - 1)) * 2 }

    private func isEqual(_ field: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        entries[place].bytes.withUnsafeBufferPointer { known in
            guard known.count == field.count else { return false }
            guard let wanted = field.baseAddress, let base = known.baseAddress else { return true }
            return WordScan.areEqual(wanted, base, field.count)
        }
    }
}
