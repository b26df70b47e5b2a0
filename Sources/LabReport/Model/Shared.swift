/// What the copies of a shared value have in common: they can be told by it, and kept.
class SharedOwner: @unchecked Sendable {}

/// What follows from a value and was found out when it was made, so that the rules need not ask again: no part of the value.
struct Soundness: Hashable, Sendable {
    /// No rule about codes and identifiers has anything to say about the value.
    var isKnown = false
    /// Nothing in the value tells of a disease notified under a code.
    var isOfNoDisease = false

    static func == (left: Soundness, right: Soundness) -> Bool { true }

    func hash(into hasher: inout Hasher) {}
}

/// A value that is kept in one place and shared by its copies until one of them is changed.
///
/// Reports say the same over and over: one doctor, one laboratory, one test in every result. Copies of a shared value cost
/// one reference whatever it holds, and a report that repeats itself stays small.
struct Shared<Value: Hashable & Sendable>: Hashable, Sendable {
    /// Unchecked: written only where `isKnownUniquelyReferenced` says that nobody else can see it.
    private final class Holder: SharedOwner, @unchecked Sendable {
        // Nobody else sees it while it is written, so there is no access to check it against at run time.
        @exclusivity(unchecked) var value: Value

        init(_ value: consuming Value) {
            self.value = consume value
        }
    }

    private var holder: Holder

    /// Keeps `value`.
    init(_ value: consuming Value) {
        holder = Holder(consume value)
    }

    /// The value. A change is seen by this copy only.
    var value: Value {
        get { holder.value }
        _modify {
            if !isKnownUniquelyReferenced(&holder) { holder = Holder(holder.value) }
            yield &holder.value
        }
    }

    /// What the copies share: the same object for as long as somebody holds it and this copy is not changed.
    var owner: SharedOwner { holder }

    /// What `body` makes of the value where it lies, without a copy of any of it. The place is good for the call only.
    func inPlace<Result>(_ body: (UnsafePointer<Value>) -> Result) -> Result {
        withUnsafePointer(to: &holder.value) { body($0) }
    }

    /// One place, or equal values.
    static func == (left: Shared, right: Shared) -> Bool {
        left.holder === right.holder || left.holder.value == right.holder.value
    }

    func hash(into hasher: inout Hasher) { hasher.combine(holder.value) }
}
