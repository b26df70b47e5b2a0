/// Which results of one order belong together, such as a germ and its susceptibilities.
///
/// FHIR says it by references (`hasMember`, `derivedFrom`) and components; a report, as HL7 does in OBX-4, by a sub-id that is the
/// same in all of them. References may stand before what they name: it is settled when all of the order was read.
struct ResultFamilies {
    /// Observations in the order in which they were read, with the places of their results. One that only groups others is none.
    private var members: [(resource: Int, results: Range<Int>)] = []
    private var isMember: Set<Int> = []
    private var parents: [Int: Int] = [:]

    /// Notes an Observation that has results of its own at those places.
    mutating func add(_ resource: Int, _ results: Range<Int>) {
        members.append((resource, results))
        isMember.insert(resource)
    }

    /// The first that names an Observation as its own has it.
    mutating func join(_ resource: Int, to parent: Int) {
        if parents[resource] == nil { parents[resource] = parent }
    }

    /// Both have results, and are of one family: what joins them is kept.
    func areTogether(_ resource: Int, _ other: Int) -> Bool {
        isMember.contains(resource) && isMember.contains(other) && root(of: resource) == root(of: other)
    }

    /// Numbers the families of more than one result, in the order of their first ones.
    func settle(_ results: inout [Observation]) {
        var sizes: [Int: Int] = [:]
        for member in members { sizes[root(of: member.resource), default: 0] += member.results.count }
        var numbers: [Int: String] = [:]
        for member in members {
            let root = root(of: member.resource)
            guard sizes[root, default: 0] > 1 else { continue }
            let number = numbers[root] ?? String(numbers.count + 1)
            numbers[root] = number
            for place in member.results where results.indices.contains(place) && results[place].subID == nil {
                results[place].subID = number
            }
        }
    }

    /// As far up as a document may nest; a circle ends there too.
    private func root(of resource: Int) -> Int {
        var root = resource
        for _ in 0..<8 {
            guard let parent = parents[root], parent != root, isMember.contains(parent) else { return root }
            root = parent
        }
        return root
    }
}
