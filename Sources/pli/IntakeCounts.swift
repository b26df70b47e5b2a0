import Synchronization

/// How many reports were taken and how many held: what was read is both together, wherever it is told.
struct IntakeCounts: Sendable, Equatable {
    var taken = 0
    var held = 0

    var read: Int { taken + held }

    /// The line that every command which reads reports prints.
    var text: String { "lus / read \(read) = pris / taken \(taken) + retenus / held \(held)" }
}

/// The counts of a file while it is taken.
final class IntakeTally: Sendable {
    private let counts = Mutex(IntakeCounts())

    var now: IntakeCounts { counts.withLock { $0 } }

    func set(taken: Int, held: Int) {
        counts.withLock { $0 = IntakeCounts(taken: taken, held: held) }
    }
}
