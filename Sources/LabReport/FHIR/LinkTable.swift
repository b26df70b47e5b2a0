/// What the links of a bundle name, of one kind of resource: looked through where there are few, found by hash where there are many.
struct LinkTable<Value> {
    /// As many as are looked through one by one.
    private static var few: Int { 8 }

    private var links: [String] = []
    private(set) var values: [Value] = []
    /// Places by link, past `few`.
    private var places: [String: Int] = [:]

    /// Nothing named.
    init() {}

    /// How many there are.
    var count: Int { values.count }

    /// `link` names `value` from now on; no two have one link.
    mutating func add(_ value: Value, named link: String) {
        links.append(link)
        values.append(value)
        guard count > LinkTable.few else { return }
        for place in (places.isEmpty ? 0 : count - 1)..<count { places[links[place]] = place }
    }

    /// Where what `link` names is among them; nil where it names none.
    func place(of link: String) -> Int? {
        guard count > LinkTable.few else { return links.firstIndex(of: link) }
        return places[link]
    }

    /// What is named at `place` stands inside the only DiagnosticReport.
    func isInside(_ place: Int) -> Bool { links[place].utf8.first == UInt8(ascii: "#") }

    /// What `link` names.
    func value(of link: String) -> Value? { place(of: link).map { values[$0] } }
}
