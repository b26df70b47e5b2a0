import Synchronization

/// How many reports were taken and how many held: what was read is these together, wherever it is told, with what a person
/// dropped after it was held.
struct IntakeCounts: Sendable, Equatable {
    var taken = 0
    var held = 0
    var dropped = 0

    var read: Int { taken + held + dropped }

    /// The line that every command which reads reports prints.
    var text: String {
        "lus / read \(read) = pris / taken \(taken) + retenus / held \(held)"
            + (dropped > 0 ? " + supprimés / dropped \(dropped)" : "")
    }
}

/// The counts of a file while it is taken.
final class IntakeTally: Sendable {
    private let counts = Mutex(IntakeCounts())

    var now: IntakeCounts { counts.withLock { $0 } }

    func set(taken: Int, held: Int) {
        counts.withLock { $0 = IntakeCounts(taken: taken, held: held) }
    }
}
