/// How long each step of a demonstration took.
struct DemoClock {
    private let clock = ContinuousClock()
    private(set) var steps: [(french: String, english: String, duration: Duration)] = []

    /// Runs a step and notes its time.
    mutating func time<Value>(
        _ french: String, _ english: String, _ step: () async throws -> Value
    ) async rethrows -> Value {
        let start = clock.now
        let value = try await step()
        steps.append((french, english, clock.now - start))
        return value
    }

    /// Seconds of one step, for a rate.
    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
