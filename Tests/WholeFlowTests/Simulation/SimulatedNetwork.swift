import Exchange
import Foundation

@testable import Courier
@testable import Relay

/// The way between the ends and the relay: questions and answers get lost, come late, come twice, are cut in two; and
/// while one is under way somebody else may act.
struct SimulatedNetwork: Carrier {
    let simulation: Simulation

    func carry(_ question: Question) async throws(CourierFailure) -> RelayAnswer {
        try simulation.countQuestion()
        guard !simulation.isCalm else { return try await forward(question) }
        if simulation.cutOff.contains(question.caller) { throw .unreachable("the network is cut") }
        await interlude()
        let plan = simulation.plan
        if simulation.dice.chance(plan.lostQuestions) { throw .unreachable("the question got lost") }
        if simulation.dice.chance(plan.lateQuestions) {
            simulation.note("a question of \(question.caller) is late")
            simulation.late.append(question)
            throw .unreachable("the question is late")
        }
        if question.subject == .uploadPiece, simulation.dice.chance(plan.cutBodies) {
            let bytes = simulation.dice.below(question.body.count)
            return try await forward(question, bodyBytes: bytes)
        }
        if simulation.dice.chance(plan.doubledQuestions) { _ = try? await forward(question) }
        var answer = try await forward(question)
        await interlude()
        if simulation.dice.chance(plan.lostAnswers) { throw .unreachable("the answer got lost") }
        if case .body = question.subject, answer.isSuccess, simulation.dice.chance(plan.cutBodies) {
            answer.body = Array(answer.body.prefix(simulation.dice.below(answer.body.count)))
        }
        return answer
    }

    /// To the relay and back, if there is one.
    func forward(_ question: Question, bodyBytes: Int? = nil) async throws(CourierFailure) -> RelayAnswer {
        guard let hospital = simulation.town.hospital, !simulation.isRelayBusy else {
            throw .unreachable("the relay does not answer")
        }
        simulation.oracle.asked(question)
        simulation.isRelayBusy = true
        defer { simulation.isRelayBusy = false }
        let answer = try await hospital.answer(question, bodyBytes: bodyBytes ?? question.body.count)
        // A process that died in the middle of it has answered nobody.
        guard !simulation.town.faults.isDead else { throw .unreachable("the relay died") }
        simulation.oracle.answered(question, answer)
        return answer
    }

    private func interlude() async {
        guard simulation.interludeDepth < 2, simulation.dice.chance(simulation.plan.interludes) else { return }
        simulation.interludeDepth += 1
        defer { simulation.interludeDepth -= 1 }
        simulation.note("meanwhile")
        await simulation.act()
        await simulation.mend()
    }
}

extension Simulation {
    /// What was under way arrives now; whoever asked has given up.
    func deliverLate(all: Bool) async {
        while !late.isEmpty, all || dice.chance(300) {
            let question = late.remove(at: dice.below(late.count))
            note("a late question of \(question.caller) arrives")
            _ = try? await SimulatedNetwork(simulation: self).forward(question)
        }
    }
}
