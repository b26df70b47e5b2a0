import HL7

/// Keys that were seen, each with a number, the most recent of them: memory is bounded whatever is shown.
///
/// Two generations: when the younger one is full, the older one is forgotten, and its table is written to again. So memory
/// is that of two full tables, however many keys are shown: tables that are made anew and grow leave holes behind them.
struct RecentKeys: Sendable {
    private var younger = KeyTable()
    private var older = KeyTable()

    /// Keys of one generation.
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// The number that was put in with `key`; nil when it was not seen, or is forgotten.
    subscript(key: UInt64) -> UInt64? { younger[key] ?? older[key] }

    /// `key` will be asked for soon: tables of hundreds of thousands of keys lie in no cache.
    func expect(_ key: UInt64) {
        younger.expect(key)
        older.expect(key)
    }

    /// Remembers `key`, which was not seen, with `number`.
    mutating func insert(_ key: UInt64, _ number: UInt64) {
        if younger.count >= capacity {
            swap(&older, &younger)
            younger.clear()
        }
        younger.insert(key, number)
    }
}

/// Hashes with a number each, side by side in one array: a look costs one place in memory, as a rule.
private struct KeyTable: Sendable {
    private struct Slot {
        /// 0 where there is none.
        var key: UInt64 = 0
        var number: UInt64 = 0
    }

    private(set) var count = 0
    private var slots: [Slot] = []

    subscript(key: UInt64) -> UInt64? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[place(of: key)]
        return slot.key == key ? slot.number : nil
    }

    /// Has the place of `key` fetched.
    func expect(_ key: UInt64) {
        slots.withUnsafeBufferPointer { slots in
            guard let base = slots.baseAddress, !slots.isEmpty else { return }
            ByteScan.expect(base + Int(truncatingIfNeeded: key) & (slots.count - 1))
        }
    }

    /// Forgets all keys and keeps the room.
    mutating func clear() {
        for place in slots.indices { slots[place] = Slot() }
        count = 0
    }

    mutating func insert(_ key: UInt64, _ number: UInt64) {
        // Four fifths full at most, so that a free slot is never far.
        if (count + 1) * 5 > slots.count * 4 { grow() }
        let place = place(of: key)
        if slots[place].key == 0 { count += 1 }
        slots[place] = Slot(key: key, number: number)
    }

    /// Where `key` is, or the free slot where it belongs. There is always one.
    private func place(of key: UInt64) -> Int {
        let mask = slots.count - 1
        var place = Int(truncatingIfNeeded: key) & mask
        while slots[place].key != key, slots[place].key != 0 { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = slots
        slots = Array(repeating: Slot(), count: max(old.count * 2, 64))
        for slot in old where slot.key != 0 { slots[place(of: slot.key)] = slot }
    }
}
