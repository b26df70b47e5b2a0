/// Finds a name that stands twice in an object, without hashing (a seed would be randomness, no seed an attack).
struct DuplicateNames {
    /// Up to here each name is compared with those before it; further ones are sorted once the object is read.
    private static let pairwise = 16
    /// Where the names past `pairwise` stand.
    private var places: [Int] = []

    /// Whether `name`, read at `place`, is one of the first `members`; a later one is left to `firstRepeated`.
    mutating func repeats(_ name: String, at place: Int, in members: [JSON.Member]) -> Bool {
        if members.count >= Self.pairwise {
            places.append(place)
            return false
        }
        return members.contains { sameBytes($0.name, name) }
    }

    /// Where the first name past `pairwise` stands that an earlier member has.
    func firstRepeated(in members: [JSON.Member]) -> Int? {
        if places.isEmpty { return nil }
        let order = members.indices.sorted { left, right in
            let a = members[left].name.utf8
            let b = members[right].name.utf8
            if a.count != b.count { return a.count < b.count }
            if a.elementsEqual(b) { return left < right }
            return a.lexicographicallyPrecedes(b)
        }
        var first: Int?
        for position in 1..<order.count
        where sameBytes(members[order[position - 1]].name, members[order[position]].name) {
            first = min(first ?? order[position], order[position])
        }
        return first.map { places[$0 - Self.pairwise] }
    }
}
