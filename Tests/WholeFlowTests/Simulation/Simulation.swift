import Exchange
import Foundation

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// Laboratories, the relay and authorities in one process, on one time, with faults that a seed chooses.
///
/// All of them are the real ones with their real files: what is injected is clock, disk, database failures and network.
/// One thing happens at a time, but while a question is under way somebody else may act. The same seed gives the same
/// history but for the random parts of ids and keys. Nothing here is touched from two threads at once.
final class Simulation: @unchecked Sendable {
    let seed: UInt64
    let plan: SimulationPlan
    let town: Town
    let oracle = OracleJournal()
    var dice: Dice
    /// What happened, in words that a second run must give again.
    private(set) var history: [String] = []

    /// Files that a laboratory has and its outbox has not taken to their end.
    var untaken: [String: [String]] = [:]
    /// Ends that are doing something just now.
    var busy: Set<String> = []
    /// Ends that nothing reaches, and that reach nothing.
    var cutOff: Set<String> = []
    /// Questions that arrive when nobody waits for an answer any more.
    var late: [Question] = []
    var isRelayBusy = false
    var isCalm = false
    var interludeDepth = 0
    private(set) var questions = 0

    /// More would mean that somebody asks for ever.
    static let questionsMax = 60_000
    private static let roundsOfRest = 60

    init(seed: UInt64, plan: SimulationPlan? = nil) throws {
        self.seed = seed
        let plan = plan ?? SimulationPlan(seed: seed)
        self.plan = plan
        dice = Dice(seed: seed)
        town = try Town(laboratories: plan.laboratories, authorities: plan.authorities, seed: seed)
    }

    func note(_ words: String) {
        history.append(words)
    }

    func countQuestion() throws(CourierFailure) {
        questions += 1
        if questions > Self.questionsMax { throw .unreachable("the simulation ends here") }
    }

    /// The whole run; gives what the oracle found.
    func run() async throws -> [Violation] {
        // The street's end is this simulation: left there, neither would ever be gone, nor its folder.
        defer { town.street.end = nil }
        try town.start()
        town.street.end = SimulatedNetwork(simulation: self)
        await town.greet()
        let absence = plan.hasLongAbsence ? dice.between(10, plan.steps - 1) : -1
        for step in 0..<plan.steps {
            if step == absence {
                note("eleven days pass")
                town.clock.advance(11 * 86_400)
            }
            await act()
            await mend()
        }
        try await rest()
        return try await Oracle(self).violations()
    }

    /// No fault any more, everything is started anew, and all goes on until nothing moves.
    private func rest() async throws {
        isCalm = true
        note("rest")
        cutOff = []
        for end in town.laboratories { calm(end.faults, end.clock) }
        for end in town.authorities { calm(end.faults, end.clock) }
        calm(town.faults, town.hospitalClock)
        await deliverLate(all: true)
        await restartAll()
        for round in 0..<Self.roundsOfRest {
            town.clock.advance(round % 10 == 9 ? 3_700 : 400)
            for end in town.laboratories {
                await end.greet()
                await take(end)
                await end.attempt { try await $0.lookAgainAtReceipts() }
            }
            await town.exchange()
            for end in town.authorities { try end.takeFiles() }
            await town.hospital?.round()
            // Two rounds more than needed: what still moves, moves now.
            if round > 1, try await isAtRest() { return }
        }
        note("it does not come to rest")
    }

    private func calm(_ faults: MachineFaults, _ clock: MachineClock) {
        faults.reboot()
        faults.isFull = false
        clock.errorSeconds = 0
    }

    private func restartAll() async {
        town.stopHospital()
        await start(town)
        for end in town.laboratories {
            end.stop()
            await start(end)
        }
        for end in town.authorities {
            end.stop()
            await start(end)
        }
    }

    /// Whether nobody has anything left to do.
    func isAtRest() async throws -> Bool {
        for end in town.laboratories {
            guard let agent = end.agent, untaken[end.id, default: []].isEmpty else { return false }
            if try await !agent.status().isSettled { return false }
        }
        for end in town.authorities {
            guard let status = try await end.agent?.status() else { return false }
            if status.waiting + status.handing + status.receiptsWaiting > 0 { return false }
        }
        return true
    }
}
