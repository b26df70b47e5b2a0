import Synchronization

/// How many requests are under way, and how many were answered, by the class of their status.
final class RequestTallies: Sendable {
    private let counts = Mutex<[Int]>([Int](repeating: 0, count: 6))
    private let underWay = Mutex(0)
    private let looks = Mutex<[Look: Int]>([:])

    /// Requests that are not answered yet.
    var open: Int { underWay.withLock { $0 } }

    /// A request has come.
    func begin() {
        underWay.withLock { $0 += 1 }
    }

    /// Its answer is made.
    func end(_ status: Int) {
        underWay.withLock { $0 -= 1 }
        counts.withLock { counts in
            let place = status / 100
            if counts.indices.contains(place) { counts[place] += 1 }
        }
    }

    /// A request that only looked was answered.
    func add(_ look: Look) {
        looks.withLock { $0[look, default: 0] += 1 }
    }

    /// How many of those there were since this was asked last.
    func takeLooks() -> [Look: Int] {
        looks.withLock { looks in
            defer { looks = [:] }
            return looks
        }
    }

    /// `2xx` and how many.
    var all: [(name: String, count: Int)] {
        let counts = counts.withLock { $0 }
        return (1..<counts.count).map { ("\($0)xx", counts[$0]) }
    }
}
