import Durable
import Exchange
import Foundation

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

/// What breaks, and how it is set right again.
extension Simulation {
    private enum Machine {
        case laboratory(LaboratoryEnd)
        case authority(AuthorityEnd)
        case relay

        func faults(_ town: Town) -> MachineFaults {
            switch self {
            case .laboratory(let end): end.faults
            case .authority(let end): end.faults
            case .relay: town.faults
            }
        }

        var name: String {
            switch self {
            case .laboratory(let end): end.id
            case .authority(let end): end.id
            case .relay: "the relay"
            }
        }
    }

    private func machine() -> Machine {
        let all = town.laboratories.map { Machine.laboratory($0) } + town.authorities.map { Machine.authority($0) }
        return dice.chance(350) ? .relay : dice.pick(all) ?? .relay
    }

    func armDeath() {
        let machine = machine()
        let steps = dice.between(0, 60)
        let moment: MachineFaults.Moment = dice.chance(500) ? .before : .after
        note("\(machine.name) will die \(moment) step \(steps) from now")
        machine.faults(town).dieAfter(steps, moment)
    }

    func armError() {
        let machine = machine()
        let steps = dice.between(0, 60)
        let moment: MachineFaults.Moment = dice.chance(500) ? .before : .after
        note("a disk error of \(machine.name) \(moment) step \(steps) from now")
        machine.faults(town).failAfter(steps, moment)
    }

    func fillDisk() {
        let machine = machine()
        let faults = machine.faults(town)
        faults.isFull = !faults.isFull
        note("the disk of \(machine.name) is \(faults.isFull ? "full" : "free again")")
    }

    func cutNetwork() {
        guard let id = dice.pick(town.laboratories.map(\.id) + town.authorities.map(\.id)) else { return }
        if cutOff.remove(id) == nil { cutOff.insert(id) }
        note("the network of \(id) is \(cutOff.contains(id) ? "cut" : "there again")")
    }

    /// Ends may be wrong by hours; the relay by less than a token's skew, for which its deadlines leave room.
    func bendClock() {
        let machine = machine()
        let sign: Int64 = dice.chance(500) ? 1 : -1
        let seconds = sign * Int64(dice.chance(500) ? dice.between(0, 50) : dice.between(60, 20_000))
        note("the clock of \(machine.name) is wrong by \(seconds) s")
        switch machine {
        case .laboratory(let end): end.clock.errorSeconds = seconds
        case .authority(let end): end.clock.errorSeconds = seconds
        case .relay: town.hospitalClock.errorSeconds = seconds % 50
        }
    }

    /// Whether the relay's clock is off by so much that it must doubt it.
    var isClockOff: Bool { abs(town.hospitalClock.errorSeconds) > ClockJudge.toleranceSeconds * 2 }

    /// The relay's clock is set wrong by so much that nothing may go by it, or right again. While it is wrong nothing is taken and
    /// nothing expires: what the oracle holds of deadlines and of what was accepted holds by the true time.
    func jumpRelayClock() {
        guard !isClockOff else {
            note("the relay's clock is set right")
            town.hospitalClock.errorSeconds = 0
            return
        }
        let size: Int64 = dice.chance(500) ? Int64(dice.between(2, 48)) * 3_600 : Int64(dice.between(3, 3_650)) * 86_400
        town.hospitalClock.errorSeconds = dice.chance(500) ? size : -size
        note("the relay's clock jumps by \(town.hospitalClock.errorSeconds) s")
    }

    func restartSomebody() async {
        let machine = machine()
        switch machine {
        case .laboratory(let end) where !busy.contains(end.id): end.stop()
        case .authority(let end) where !busy.contains(end.id): end.stop()
        case .relay where !isRelayBusy: town.stopHospital()
        default: return
        }
        note("\(machine.name) is restarted")
    }

    /// Whoever died or was stopped is started again, unless its disk is full or it is in the middle of something.
    func mend() async {
        if !isRelayBusy {
            if town.faults.isDead || town.hospital?.stopReason != nil {
                note("the relay died")
                town.stopHospital()
            }
            if town.hospital == nil { await start(town) }
        }
        for end in town.laboratories where !busy.contains(end.id) {
            if end.faults.isDead {
                note("\(end.id) died")
                end.stop()
            }
            if end.agent == nil { await start(end) }
        }
        for end in town.authorities where !busy.contains(end.id) {
            if end.faults.isDead {
                note("\(end.id) died")
                end.stop()
                // Whoever reads the sink does not wait for the inbox to come back.
                if dice.chance(700) { try? end.takeFiles() }
            }
            if end.agent == nil { await start(end) }
        }
    }

    /// The folder's lock goes with the last reference to the life before, which a thread may be about to drop.
    private func open(_ town: Town) async throws {
        for _ in 0..<100_000 {
            do {
                return try town.startHospital()
            } catch DurableFailure.inUse {
                await Task.yield()
            }
        }
        try town.startHospital()
    }

    func start(_ town: Town) async {
        do {
            try await open(town)
            town.street.end = SimulatedNetwork(simulation: self)
            try await oracle.checkAcknowledged(town)
        } catch {
            note("the relay does not start: \(Self.words(error))")
            town.stopHospital()
            town.street.end = SimulatedNetwork(simulation: self)
        }
    }

    func start(_ end: LaboratoryEnd) async {
        do {
            try end.start()
        } catch {
            note("\(end.id) does not start: \(Self.words(error))")
            end.stop()
        }
    }

    func start(_ end: AuthorityEnd) async {
        do {
            try end.start()
        } catch {
            note("\(end.id) does not start: \(Self.words(error))")
            end.stop()
        }
    }

    /// A failure without the paths of this run.
    private static func words(_ error: any Error) -> String { String(describing: type(of: error)) }
}
