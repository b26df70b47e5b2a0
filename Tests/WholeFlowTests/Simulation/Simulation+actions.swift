import Durable
import Exchange
import Foundation

@testable import Courier
@testable import Inbox
@testable import Outbox
@testable import Relay

extension Simulation {
    /// One step: somebody works, time passes, or something breaks.
    func act() async {
        if dice.chance(plan.kills) { armDeath() }
        if dice.chance(plan.diskErrors) { armError() }
        if dice.chance(plan.fullDisks) { fillDisk() }
        if dice.chance(plan.networkCuts) { cutNetwork() }
        if dice.chance(plan.clockErrors) { bendClock() }
        if dice.chance(isClockOff ? 250 : plan.clockJumps) { jumpRelayClock() }
        if dice.chance(plan.restarts) { await restartSomebody() }
        await deliverLate(all: false)
        switch dice.below(20) {
        case 0...2: await newFile()
        case 3...4: await work("seals") { _ = try await $0.makeParcels(flush: true) }
        case 5...7: await work("uploads") { _ = try await $0.uploadWaiting() }
        case 8...9: await work("collects") { _ = try await $0.collectReceipts(waitSeconds: 0) }
        case 10: await work("tidies") { try await $0.tidy() }
        case 11: await work("greets") { try await $0.greetRelay() }
        case 12: await work("looks again") { try await $0.lookAgainAtReceipts() }
        case 13...16: await receive()
        case 17: await applicationTakes()
        case 18: await relayRound()
        default: passTime()
        }
        if dice.chance(15) { newDirectory() }
    }

    private func passTime() {
        let seconds = dice.chance(600) ? dice.between(1, 90) : dice.between(300, 5_000)
        note("\(seconds) s pass")
        town.clock.advance(Int64(seconds))
    }

    // MARK: - Laboratories

    private func idleLaboratory() -> LaboratoryEnd? {
        dice.pick(town.laboratories.filter { !busy.contains($0.id) })
    }

    private func newFile() async {
        guard let end = idleLaboratory(), end.written.count < 12, let path = try? end.write(dice.between(1, 3)) else {
            return
        }
        note("\(end.id) has a new file")
        untaken[end.id, default: []].append(path)
        await take(end)
    }

    /// Takes every file that is not taken to its end, as the watched folder would have it.
    func take(_ end: LaboratoryEnd) async {
        for path in untaken[end.id, default: []] {
            let failure = await run(end) { _ = try await $0.takeFile(path) }
            if failure == nil { untaken[end.id]?.removeAll { $0 == path } }
        }
    }

    private func work(_ name: String, _ job: @Sendable (OutboxAgent) async throws -> Void) async {
        guard let end = idleLaboratory() else { return }
        note("\(end.id) \(name)")
        await run(end, job)
    }

    @discardableResult
    private func run(
        _ end: LaboratoryEnd, _ job: @Sendable (OutboxAgent) async throws -> Void
    ) async -> (any Error)? {
        busy.insert(end.id)
        let failure = await end.attempt(job)
        busy.remove(end.id)
        if let failure, Self.endsProcess(failure) { end.faults.kill() }
        return failure
    }

    // MARK: - Authorities

    private func receive() async {
        guard let end = dice.pick(town.authorities.filter { !busy.contains($0.id) }) else { return }
        note("\(end.id) receives")
        busy.insert(end.id)
        let failure = await end.receive()
        busy.remove(end.id)
        if let failure, Self.endsProcess(failure) { end.faults.kill() }
    }

    private func applicationTakes() async {
        guard let end = dice.pick(town.authorities.filter { !busy.contains($0.id) }) else { return }
        note("the application of \(end.id) takes files")
        try? end.takeFiles()
    }

    /// What the programs' own loops would not live with.
    static func endsProcess(_ error: any Error) -> Bool {
        switch error {
        case let failure as CourierFailure: failure.mustStop
        case let failure as OutboxFailure: failure.mustStop
        case let failure as InboxFailure: failure.mustStop
        case let failure as DurableFailure: !failure.isFull
        default: true
        }
    }

    // MARK: - The relay

    private func relayRound() async {
        guard !isRelayBusy, let hospital = town.hospital else { return }
        note("the relay's minute")
        isRelayBusy = true
        await hospital.round()
        isRelayBusy = false
    }

    private func newDirectory() {
        guard !isRelayBusy, town.directories.count < 6 else { return }
        note("a new directory")
        try? town.publishDirectory()
    }
}
