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
        /// 0 where there is none: most looks need nothing else.
        var hash: UInt64 = 0
        /// A copy of the bytes, owned by the entry.
        var bytes = UnsafeMutableBufferPointer<UInt8>(start: nil, count: 0)
    }

    // Unchecked at run time: no call leaves this file while one of them is accessed.
    @exclusivity(unchecked) private var entries: UnsafeMutableBufferPointer<Entry>
    /// Beside each entry that is one: what its bytes were read as.
    @exclusivity(unchecked) private var values: UnsafeMutablePointer<Value>
    /// Fields kept since the table has this size.
    @exclusivity(unchecked) private var kept = 0

    /// Nothing remembered.
    init() {
        entries = UnsafeMutableBufferPointer.allocate(capacity: 0)
        values = UnsafeMutablePointer.allocate(capacity: 0)
    }

    deinit { release() }

    /// Forgets everything.
    func clear() {
        release()
        entries = UnsafeMutableBufferPointer.allocate(capacity: 0)
        values = UnsafeMutablePointer.allocate(capacity: 0)
        kept = 0
    }

    private func release() {
        for place in entries.indices where entries[place].hash != 0 { forget(place) }
        values.deallocate()
        entries.deallocate()
    }

    private func forget(_ place: Int) {
        (values + place).deinitialize(count: 1)
        entries[place].bytes.deallocate()
    }

    /// Where what was read of `key` lies, good until something is kept or forgotten here; nil when it is not remembered.
    func place(of key: FieldKey) -> UnsafePointer<Value>? {
        guard !entries.isEmpty, key.bytes.count <= FieldMemory.longest else { return nil }
        let first = firstPlace(key.hash)
        let place = isAt(first, key) ? first : first + 1
        guard place == first || isAt(place, key) else { return nil }
        return UnsafePointer(values + place)
    }

    /// What `key` was read as; nil when it is not remembered.
    func value(of key: FieldKey) -> Value? { place(of: key)?.pointee }

    /// Remembers what `key` was read as.
    func keep(_ value: Value, of key: FieldKey) {
        guard key.bytes.count <= FieldMemory.longest else { return }
        if entries.isEmpty || (kept >= entries.count / 2 && entries.count < FieldMemory.mostPairs * 2) { grow() }
        kept += 1
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: key.bytes.count)
        _ = bytes.initialize(from: key.bytes)
        put(Entry(hash: key.hash, bytes: bytes), value)
    }

    /// The pair's second place is for the one that was there before: the newest two stay.
    private func put(_ entry: Entry, _ value: consuming Value) {
        let first = firstPlace(entry.hash)
        if entries[first].hash != 0 {
            if entries[first + 1].hash != 0 { forget(first + 1) }
            (values + first + 1).moveInitialize(from: values + first, count: 1)
            entries[first + 1] = entries[first]
        }
        (values + first).initialize(to: value)
        entries[first] = entry
    }

    private func grow() {
        let (old, oldValues) = (entries, values)
        let count = max(old.count * 4, FieldMemory.fewestPairs * 2)
        entries = UnsafeMutableBufferPointer.allocate(capacity: count)
        entries.initialize(repeating: Entry())
        values = UnsafeMutablePointer.allocate(capacity: count)
        kept = 0
        for place in old.indices where old[place].hash != 0 { put(old[place], (oldValues + place).move()) }
        oldValues.deallocate()
        old.deallocate()
    }

    private func firstPlace(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash & UInt64(entries.count / 2 - 1)) * 2 }

    private func isAt(_ place: Int, _ key: FieldKey) -> Bool {
        guard entries[place].hash == key.hash, entries[place].bytes.count == key.bytes.count else { return false }
        guard let wanted = key.bytes.baseAddress, let known = entries[place].bytes.baseAddress else { return true }
        return ByteScan.areEqual(wanted, known, key.bytes.count)
    }
}

/// The bytes that something is remembered under. They are borrowed: a key is good while they lie where they are.
struct FieldKey {
    fileprivate let bytes: UnsafeBufferPointer<UInt8>
    /// Never 0.
    fileprivate let hash: UInt64

    /// The key that `bytes` make, under the tables' own key.
    init(_ bytes: UnsafeBufferPointer<UInt8>, key: UInt64) {
        self.bytes = bytes
        // What is too long is never kept.
        hash = bytes.count <= FieldMemory<Int>.longest ? ByteHash.value(of: bytes, key: key) : 1
    }
}
