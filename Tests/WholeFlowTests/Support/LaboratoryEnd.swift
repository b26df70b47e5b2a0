import Durable
import Exchange
import Foundation
import LabReport
import TestSupport

@testable import Courier
@testable import Outbox

/// One laboratory: its machine, its data folder, and the real outbox while it runs.
///
/// One thing at a time is done in these tests, so nothing here is touched from two threads at once.
final class LaboratoryEnd: @unchecked Sendable {
    let id: String
    let book = LogBook(label: "whole-flow")
    let faults = MachineFaults()
    let clock: MachineClock
    private(set) var agent: OutboxAgent?
    /// Reports of the files written so far.
    private(set) var written: [SyntheticReport] = []
    private let synthetic: SyntheticLab
    private let root: String
    private let directory: String
    private let carrier: any Carrier

    var data: String { root + "/data" }

    init(_ id: String, folder: String, directory: String, clock: TownClock, carrier: any Carrier, seed: UInt64) throws {
        self.id = id
        self.clock = MachineClock(clock)
        root = folder + "/" + id
        self.directory = directory
        self.carrier = carrier
        guard let today = CalendarDate(year: 2026, month: 11, day: 23) else { throw CourierFailure.usage("no day") }
        var rates = SyntheticLab.Rates()
        rates.correctionsPerThousand = 0
        rates.faultsPerThousand = 0
        rates.ownRegionPerThousand = 1_000
        synthetic = SyntheticLab(seed: seed, today: today, laboratory: Everyone.laboratory(id), rates: rates)
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    /// Starts the outbox on what its folder holds.
    func start() throws {
        let keys = try Everyone.keys(of: id)
        let clock = clock
        let now: @Sendable () -> UTCTime = { clock.now }
        let disk = faults.disk
        let folder = try DataFolder(path: data, disk: disk)
        let trust = try Trust(
            folder: folder.trust, pins: Everyone.pins, initialDirectory: directory, disk: disk, now: now)
        let wire = LocalWire(
            caller: keys.id, carrier: carrier,
            tokens: TokenSource(keys: keys, audience: Hospital.origin, now: now))
        let link = RelayLink(client: RelayClient(wire: wire, disk: disk), trust: trust, keys: keys)
        agent = try OutboxAgent(
            configuration: configuration(keys.id), folder: folder, keys: keys, relay: link, logger: book.logger,
            now: now, faults: faults.outboxStore, intakeLimits: IntakeLimits())
    }

    /// Ends it without a word, as a kill does.
    func stop() {
        agent = nil
        faults.reboot()
    }

    private func configuration(_ id: ParticipantID) throws -> OutboxConfiguration {
        var configuration = OutboxConfiguration(
            agent: AgentConfiguration(
                participant: id, relayOrigin: Hospital.origin, directoryPath: directory, pins: try Everyone.pins,
                signingKeyPath: "", sealingKeyPaths: [], dataFolder: data))
        configuration.batchReports = 3
        return configuration
    }

    /// Writes the next reports into a file and gives its path.
    func write(_ count: Int) throws -> String {
        let messages = (0..<count).map { synthetic.message(number: written.count + $0 + 1) }
        written += messages
        let path = "\(root)/\(written.count).hl7"
        try Data(messages.flatMap(\.hl7)).write(to: URL(filePath: path))
        return path
    }

    /// What must lie nowhere in clear but in the laboratory's own files and in sinks.
    var secrets: [String] { Array(Set(written.flatMap(\.personal))) }

    /// Takes a file, seals it, uploads it. Failures are the agent's to tell.
    func send(_ path: String) async {
        await attempt { _ = try await $0.takeFile(path) }
        await push()
    }

    /// Seals and uploads what waits.
    func push() async {
        await attempt { _ = try await $0.makeParcels(flush: true) }
        await attempt { _ = try await $0.uploadWaiting() }
    }

    /// Collects receipts until none comes any more.
    func collect() async {
        await attempt { agent in
            var idle = 0
            while idle < 2 { idle = try await agent.collectReceipts(waitSeconds: 0) == 0 ? idle + 1 : 0 }
        }
        await attempt { try await $0.tidy() }
    }

    func greet() async {
        await attempt {
            try await $0.greetRelay()
            try await $0.askAfterParcels()
        }
    }

    /// Does something with the agent; what it throws, its own loops would live with, and it has told.
    @discardableResult
    func attempt(_ work: (OutboxAgent) async throws -> Void) async -> (any Error)? {
        guard let agent else { return CourierFailure.usage("not running") }
        do {
            try await work(agent)
            return nil
        } catch {
            return error
        }
    }
}
