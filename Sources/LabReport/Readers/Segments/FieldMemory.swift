import HL7

/// What the fields of earlier messages were read as, found again by their bytes.
///
/// A laboratory's file says the same tests, values, doctors and places thousands of times. What was read once without a
/// finding is shared from then on. Bounded: a field that is longer than `longest`, or finds its places taken by others, is
/// read again. It begins small and grows with what is kept, so that a file of one message costs no tables.
///
/// A handle on a table that `ReadingMemory` owns and releases: to ask it counts no reference, and a reader asks ten times a
/// message.
struct FieldMemory<Value> {
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

    private struct Table {
        var entries = UnsafeMutableBufferPointer<Entry>(start: nil, count: 0)
        /// Beside each entry that is one: what its bytes were read as.
        var values = UnsafeMutablePointer<Value>.allocate(capacity: 0)
        /// Fields kept since the table has this size.
        var kept = 0
    }

    private let table: UnsafeMutablePointer<Table>

    /// Nothing remembered.
    init() {
        table = UnsafeMutablePointer.allocate(capacity: 1)
        table.initialize(to: Table())
    }

    /// Gives all memory back: nothing may be asked after it.
    func release() {
        empty()
        table.deinitialize(count: 1)
        table.deallocate()
    }

    /// Forgets everything.
    func clear() {
        empty()
        table.pointee = Table()
    }

    private func empty() {
        let entries = table.pointee.entries
        for place in entries.indices where entries[place].hash != 0 { forget(place) }
        table.pointee.values.deallocate()
        entries.deallocate()
    }

    private func forget(_ place: Int) {
        (table.pointee.values + place).deinitialize(count: 1)
        table.pointee.entries[place].bytes.deallocate()
    }

    /// Where what was read of `key` lies, good until something is kept or forgotten here; nil when it is not remembered.
    func place(of key: FieldKey) -> UnsafePointer<Value>? {
        let entries = table.pointee.entries
        guard !entries.isEmpty, key.bytes.count <= FieldMemory.longest else { return nil }
        let first = FieldMemory.firstPlace(key.hash, entries.count)
        if FieldMemory.isAt(entries[first], key) { return UnsafePointer(table.pointee.values + first) }
        return FieldMemory.isAt(entries[first + 1], key) ? UnsafePointer(table.pointee.values + first + 1) : nil
    }

    /// What `key` was read as; nil when it is not remembered.
    func value(of key: FieldKey) -> Value? { place(of: key)?.pointee }

    /// Remembers what `key` was read as.
    func keep(_ value: Value, of key: FieldKey) {
        guard key.bytes.count <= FieldMemory.longest else { return }
        let count = table.pointee.entries.count
        if count == 0 || (table.pointee.kept >= count / 2 && count < FieldMemory.mostPairs * 2) { grow() }
        table.pointee.kept += 1
        let bytes = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: key.bytes.count)
        _ = bytes.initialize(from: key.bytes)
        put(Entry(hash: key.hash, bytes: bytes), value)
    }

    /// The pair's second place is for the one that was there before: the newest two stay.
    private func put(_ entry: Entry, _ value: consuming Value) {
        let (entries, values) = (table.pointee.entries, table.pointee.values)
        let first = FieldMemory.firstPlace(entry.hash, entries.count)
        if entries[first].hash != 0 {
            if entries[first + 1].hash != 0 { forget(first + 1) }
            (values + first + 1).moveInitialize(from: values + first, count: 1)
            entries[first + 1] = entries[first]
        }
        (values + first).initialize(to: value)
        entries[first] = entry
    }

    private func grow() {
        let old = table.pointee
        let count = max(old.entries.count * 4, FieldMemory.fewestPairs * 2)
        var new = Table(entries: .allocate(capacity: count), values: .allocate(capacity: count))
        new.entries.initialize(repeating: Entry())
        new.kept = 0
        table.pointee = new
        for place in old.entries.indices where old.entries[place].hash != 0 {
            put(old.entries[place], (old.values + place).move())
        }
        old.values.deallocate()
        old.entries.deallocate()
    }

    private static func firstPlace(_ hash: UInt64, _ count: Int) -> Int {
        Int(truncatingIfNeeded: hash & UInt64(count / 2 - 1)) * 2
    }

    private static func isAt(_ entry: Entry, _ key: FieldKey) -> Bool {
        guard entry.hash == key.hash, entry.bytes.count == key.bytes.count else { return false }
        guard let wanted = key.bytes.baseAddress, let known = entry.bytes.baseAddress else { return true }
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
