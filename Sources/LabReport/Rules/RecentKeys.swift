import HL7

/// Keys that were seen, the most recent of them, each with a number if wanted: memory is bounded whatever is shown.
///
/// Two generations: when the younger one is full, the older one is forgotten, and its table is written to again. So memory
/// is that of two full tables, however many keys are shown: tables that are made anew and grow leave holes behind them.
struct RecentKeys: Sendable {
    private var younger: KeyTable
    private var older: KeyTable

    /// Keys of one generation.
    private let capacity: Int

    /// No keys. Where numbers are not kept (`hasNumbers`), all are 0 and take no room.
    init(capacity: Int, hasNumbers: Bool = true) {
        self.capacity = capacity
        younger = KeyTable(hasNumbers: hasNumbers)
        older = KeyTable(hasNumbers: hasNumbers)
    }

    /// The number that was put in with `key`; nil when it was not seen, or is forgotten.
    subscript(key: UInt64) -> UInt32? { younger[key] ?? older[key] }

    /// `key` will be asked for soon: tables of hundreds of thousands of keys lie in no cache.
    func expect(_ key: UInt64) {
        younger.expect(key)
        older.expect(key)
    }

    /// Remembers `key`, which was not seen, with `number`.
    mutating func insert(_ key: UInt64, _ number: UInt32 = 0) {
        if younger.count >= capacity {
            swap(&older, &younger)
            younger.clear()
        }
        younger.insert(key, number)
    }
}

/// Hashes, each with a number where numbers are kept: a look costs one place in memory, as a rule.
private struct KeyTable: Sendable {
    private(set) var count = 0
    private let hasNumbers: Bool
    /// 0 where there is none.
    private var keys: [UInt64] = []
    /// Beside the keys; none where numbers are not kept.
    private var numbers: [UInt32] = []

    init(hasNumbers: Bool) {
        self.hasNumbers = hasNumbers
    }

    subscript(key: UInt64) -> UInt32? {
        guard !keys.isEmpty else { return nil }
        let place = place(of: key)
        guard keys[place] == key else { return nil }
        return hasNumbers ? numbers[place] : 0
    }

    /// Has the place of `key` fetched.
    func expect(_ key: UInt64) {
        keys.withUnsafeBufferPointer { keys in
            guard let base = keys.baseAddress, !keys.isEmpty else { return }
            ByteScan.expect(base + Int(truncatingIfNeeded: key) & (keys.count - 1))
        }
    }

    /// Forgets all keys and keeps the room.
    mutating func clear() {
        for place in keys.indices { keys[place] = 0 }
        count = 0
    }

    mutating func insert(_ key: UInt64, _ number: UInt32) {
        // Four fifths full at most, so that a free place is never far.
        if (count + 1) * 5 > keys.count * 4 { grow() }
        let place = place(of: key)
        if keys[place] == 0 { count += 1 }
        put(key, number, place)
    }

    private mutating func put(_ key: UInt64, _ number: UInt32, _ place: Int) {
        keys[place] = key
        if hasNumbers { numbers[place] = number }
    }

    /// Where `key` is, or the free place where it belongs. There is always one.
    private func place(of key: UInt64) -> Int {
        let mask = keys.count - 1
        var place = Int(truncatingIfNeeded: key) & mask
        while keys[place] != key, keys[place] != 0 { place = (place + 1) & mask }
        return place
    }

    private mutating func grow() {
        let old = self
        keys = Array(repeating: 0, count: max(old.keys.count * 2, 64))
        if hasNumbers { numbers = Array(repeating: 0, count: keys.count) }
        for (place, key) in old.keys.enumerated() where key != 0 {
            put(key, hasNumbers ? old.numbers[place] : 0, self.place(of: key))
        }
    }
}
