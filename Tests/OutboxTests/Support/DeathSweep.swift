import Testing

@testable import Outbox

/// Lets a piece of work die at each of its steps in turn, with the step done or not done, and has a new process do it again.
struct DeathSweep {
    /// A world in which the work is about to begin.
    let begin: () async throws -> World
    /// The work, by an agent that dies where the plan says; all or a part of it may have been done before.
    let work: (World, CrashPlan?) async throws -> Void
    /// What must hold where an agent has died.
    var atDeath: (World, String) throws -> Void = { _, _ in }
    /// What must hold in the end, whatever came before.
    let check: (World, String) async throws -> Void

    /// Dies at every step, until the work ends before the next one. There must be more than `least` of them, and of each of the
    /// `kinds`: else it is no sweep of what it says.
    ///
    /// Whose parcel goes first is chance, so that the same work has a step more or less from one time to the next: it ended before a
    /// step when it did so as often as `endings`.
    func run(_ death: CrashPlan.Death, least: Int, kinds: [String]) async throws {
        let whole = try await begin()
        try await work(whole, nil)
        try await check(whole, "without a death")
        var deaths: [String] = []
        while let (world, step) = try await dead(at: deaths.count, death) {
            let place = "\(death) step \(deaths.count), \(step)"
            deaths.append(step)
            try atDeath(world, place)
            try await work(world, nil)
            try await check(world, place)
        }
        #expect(deaths.count > least)
        for kind in kinds { #expect(deaths.contains(kind), "nothing died at a step \(kind)") }
    }

    /// A world in which the work died at `step`, and the name of that step; nil where the work has no such step.
    private func dead(at step: Int, _ death: CrashPlan.Death) async throws -> (World, String)? {
        for _ in 0..<Self.endings {
            let world = try await begin()
            let plan = CrashPlan(step: step, death: death)
            do {
                try await work(world, plan)
            } catch {
                #expect(plan.isDead, "\(death) step \(step): failed by itself: \(error)")
            }
            if plan.isDead { return (world, plan.steps[step]) }
        }
        return nil
    }

    private static let endings = 5
}
