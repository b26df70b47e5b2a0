/// Finds a name that stands twice in an object, without hashing (a seed would be randomness, no seed an attack).
struct DuplicateNames {
    /// Up to here each name is compared with those before it; further ones are sorted once the object is read.
    private static let pairwise = 16
    private var names: [String] = []
    /// Where the names past `pairwise` stand.
    private var places: [Int] = []

    /// How many there were.
    var count: Int { names.count }

    /// Whether `name`, read at `place`, is one of the first; a later one is left to `firstRepeated`.
    mutating func repeats(_ name: String, at place: Int) -> Bool {
        defer { names.append(name) }
        if names.count >= Self.pairwise {
            places.append(place)
            return false
        }
        return names.contains { sameBytes($0, name) }
    }

    /// Where the first name past `pairwise` stands that an earlier member has.
    func firstRepeated() -> Int? {
        if places.isEmpty { return nil }
        let order = names.indices.sorted { left, right in
            let a = names[left].utf8
            let b = names[right].utf8
            if a.count != b.count { return a.count < b.count }
            if a.elementsEqual(b) { return left < right }
            return a.lexicographicallyPrecedes(b)
        }
        var first: Int?
        for position in 1..<order.count where sameBytes(names[order[position - 1]], names[order[position]]) {
            first = min(first ?? order[position], order[position])
        }
        return first.map { places[$0 - Self.pairwise] }
    }
}
