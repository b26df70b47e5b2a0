/// A value whose copies share one owner (`Shared`).
protocol OwnedValue: Hashable {
    var owner: SharedOwner { get }
}

extension Organisation: OwnedValue {}
extension Professional: OwnedValue {}

/// What results mention again and again, each value once, in the order in which it was first met.
///
/// A report has few of them, and the first two take no memory of their own. Past `few` they are found by their owners and by
/// their hash: a message may have as many as results, and comparing each with all would take minutes.
struct Mentions<Value: OwnedValue> {
    /// As many as are looked through one by one.
    static var few: Int { 8 }

    private var first: Value?
    private var second: Value?
    private var further: [Value] = []
    /// Places by owner and by value; empty up to `few`.
    private var byOwner: [ObjectIdentifier: Int] = [:]
    /// Owners of equal values that were met later: held, so that their identities are nobody else's.
    private var held: [SharedOwner] = []
    private var byValue: [Value: Int] = [:]

    /// Nothing met.
    init() {}

    /// How many were met.
    var count: Int { first == nil ? 0 : second == nil ? 1 : 2 + further.count }

    /// Meets `value`; true where it was not met before. It is the one at `count - 1` then.
    mutating func meet(_ value: Value) -> Bool {
        if let place = place(of: value) {
            if count > Mentions.few, byOwner.updateValue(place, forKey: ObjectIdentifier(value.owner)) == nil {
                held.append(value.owner)
            }
            return false
        }
        if first == nil {
            first = value
        } else if second == nil {
            second = value
        } else {
            further.append(value)
        }
        if count > Mentions.few { index() }
        return true
    }

    /// Where `value` is among those met; nil where it is none of them.
    func place(of value: Value) -> Int? {
        guard count > Mentions.few else { return placeAmongFew(of: value) }
        return byOwner[ObjectIdentifier(value.owner)] ?? byValue[value]
    }

    /// By owners before values: two that share one need not be compared, however long they are.
    private func placeAmongFew(of value: Value) -> Int? {
        if let first, first.owner === value.owner { return 0 }
        if let second, second.owner === value.owner { return 1 }
        for place in further.indices where further[place].owner === value.owner { return place + 2 }
        if let first, first == value { return 0 }
        if let second, second == value { return 1 }
        for place in further.indices where further[place] == value { return place + 2 }
        return nil
    }

    /// Notes the last one, and all before it where that is the first past `few`.
    private mutating func index() {
        let start = byValue.isEmpty ? 0 : count - 1
        for place in start..<count {
            guard let value = place == 0 ? first : place == 1 ? second : further[place - 2] else { continue }
            byOwner[ObjectIdentifier(value.owner)] = place
            byValue[value] = place
        }
    }
}
