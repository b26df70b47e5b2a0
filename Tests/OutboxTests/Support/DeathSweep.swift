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

    /// Dies at every step. There must be more than `least` of them, and of each of the `kinds`: else it is no sweep of what it says.
    func run(_ death: CrashPlan.Death, least: Int, kinds: [String]) async throws {
        let whole = try await begin()
        let counting = CrashPlan(step: nil)
        try await work(whole, counting)
        try await check(whole, "without a death")
        let steps = counting.steps
        #expect(steps.count > least)
        for kind in kinds { #expect(steps.contains(kind), "the work has no step \(kind)") }
        for step in steps.indices {
            let place = "\(death) step \(step), \(steps[step])"
            let (world, plan) = try await dead(at: step, death, place)
            #expect(plan.isDead, "\(place): was not reached")
            try atDeath(world, place)
            try await work(world, nil)
            try await check(world, place)
        }
    }

    /// A world in which the work died at `step`. Whose parcel goes first is chance, so that the same work may have a step less than when
    /// they were counted: it is done again until it has as many.
    private func dead(
        at step: Int, _ death: CrashPlan.Death, _ place: String
    ) async throws -> (World, CrashPlan) {
        var attempts = 0
        while true {
            attempts += 1
            let world = try await begin()
            let plan = CrashPlan(step: step, death: death)
            do {
                try await work(world, plan)
            } catch {
                #expect(plan.isDead, "\(place): failed by itself: \(error)")
            }
            if plan.isDead || attempts == Self.mostAttempts { return (world, plan) }
        }
    }

    private static let mostAttempts = 30
}
