/// Looks for many byte strings at once in what somebody stored or has in memory.
///
/// Patterns are filed under their first six bytes, so a pass over the haystack costs about one multiplication a byte
/// whatever the number of patterns. Patterns of fewer than six bytes are not searched and are counted in `tooShort`:
/// they would be found anywhere by chance.
struct SecretSearch {
    /// What was found, by kind of place; the pattern itself is never said.
    struct Hit: Equatable {
        var place: String
        var offset: Int64
        var patternIndex: Int
    }

    static let keyBytes = 6

    private let patterns: [[UInt8]]
    private var byKey: [UInt64: [Int32]] = [:]
    private var mayStart: [Bool]
    /// Patterns that were too short to prove anything.
    let tooShort: Int
    /// The longest pattern: neighbouring pieces of a haystack must overlap by this much less one.
    let longest: Int

    init(_ secrets: some Sequence<String>) {
        self.init(patterns: Set(secrets).map { Array($0.utf8) })
    }

    /// The same for what is no text.
    init(patterns secrets: [[UInt8]]) {
        let all = Set(secrets).sorted { $0.lexicographicallyPrecedes($1) }
        patterns = all.filter { $0.count >= Self.keyBytes }
        tooShort = all.count - patterns.count
        longest = patterns.map(\.count).max() ?? 0
        mayStart = Array(repeating: false, count: 1 << 20)
        for (index, pattern) in patterns.enumerated() {
            let key = pattern.prefix(Self.keyBytes).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            byKey[key, default: []].append(Int32(index))
            mayStart[Self.slot(of: key)] = true
        }
    }

    /// How many patterns are searched for.
    var count: Int { patterns.count }

    private static func slot(of key: UInt64) -> Int { Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> 44) }

    /// All places in `haystack` where a pattern stands, `limit` at most. `base` is the offset of its first byte.
    func hits(in haystack: [UInt8], place: String, base: Int64 = 0, limit: Int = 20) -> [Hit] {
        guard haystack.count >= Self.keyBytes, !patterns.isEmpty else { return [] }
        var found: [Hit] = []
        haystack.withUnsafeBytes { bytes in
            var key: UInt64 = 0
            for index in 0..<(Self.keyBytes - 1) { key |= UInt64(bytes[index]) << (8 * UInt64(index) + 8) }
            for start in 0...(bytes.count - Self.keyBytes) {
                key = key >> 8 | UInt64(bytes[start + Self.keyBytes - 1]) << 40
                guard mayStart[Self.slot(of: key)], let candidates = byKey[key] else { continue }
                for candidate in candidates where stands(patterns[Int(candidate)], in: bytes, at: start) {
                    found.append(Hit(place: place, offset: base + Int64(start), patternIndex: Int(candidate)))
                    if found.count >= limit { return }
                }
            }
        }
        return found
    }

    private func stands(_ pattern: [UInt8], in bytes: UnsafeRawBufferPointer, at start: Int) -> Bool {
        guard start + pattern.count <= bytes.count else { return false }
        for (offset, byte) in pattern.enumerated() where bytes[start + offset] != byte { return false }
        return true
    }
}
