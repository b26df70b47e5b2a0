import Courier
import Durable
import Exchange
import Foundation
import LabReport
import StrictJSON
import TestSupport

@testable import Outbox

/// A laboratory with its data folder, a relay, a clock and a log.
final class World {
    let folder: TemporaryFolder
    let relay: RelayDouble
    let clock = TestClock()
    let log = LogBook(label: "outbox")
    var configuration: OutboxConfiguration
    var limits = IntakeLimits()

    var data: String { folder.path + "/data" }

    init(
        routes: [JSON] = ExampleRoutes.routes, profiles: [JSON] = ExampleRoutes.profiles,
        finess: [String] = [SyntheticLab.Laboratory.example().finess]
    ) throws {
        folder = try TemporaryFolder()
        relay = try RelayDouble(
            directory: People.directory(routes: routes, profiles: profiles, finess: finess), clock: clock)
        configuration = OutboxConfiguration(
            agent: AgentConfiguration(
                participant: try ParticipantID(People.lab), relayOrigin: "https://127.0.0.1:8443",
                pins: try RootPins(threshold: 1, fingerprints: [SHA256Hex(of: [1])]), signingKeyPath: "unused",
                sealingKeyPaths: [], dataFolder: folder.path + "/data"))
    }

    /// A fresh agent on the folder, as after a start.
    func agent(
        _ plan: CrashPlan? = nil, keys: ParticipantKeys? = nil, faults: StoreFaults? = nil
    ) throws -> OutboxAgent {
        relay.plan = plan
        let clock = clock
        return try OutboxAgent(
            configuration: configuration, folder: DataFolder(path: data, disk: plan?.disk ?? .real),
            keys: keys ?? People.keys(of: People.lab), relay: relay, logger: log.logger, now: { clock.now },
            faults: faults ?? plan?.storeFaults, intakeLimits: limits)
    }

    /// One-shot sending, as `pli send` does it.
    @discardableResult
    func send(_ path: String, with agent: OutboxAgent) async throws -> IntakeSummary {
        let summary = try await agent.takeFile(path)
        _ = try await agent.makeParcels(flush: true)
        try await agent.uploadWaiting()
        try await collectAll(agent)
        return summary
    }

    /// Collects until nothing comes any more.
    func collectAll(_ agent: OutboxAgent) async throws {
        var idle = 0
        while idle < 2 {
            idle = try await agent.collectReceipts(waitSeconds: 0) == 0 ? idle + 1 : 0
        }
    }

    /// Messages `numbers` of a synthetic laboratory.
    static func messages(_ numbers: ClosedRange<Int>, seed: UInt64 = 7, rates: SyntheticLab.Rates = .sound)
        -> [SyntheticReport]
    {
        guard let today = CalendarDate(year: 2026, month: 11, day: 23) else { return [] }
        let lab = SyntheticLab(seed: seed, today: today, rates: rates)
        return numbers.map { lab.message(number: $0) }
    }

    /// Names of files below a folder of the data folder, temporaries left out.
    func files(in name: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: data + "/" + name).sorted()
    }
}

extension SyntheticLab.Rates {
    /// Nothing wrong, nothing corrected, everybody of one region.
    static var sound: SyntheticLab.Rates {
        var rates = SyntheticLab.Rates()
        rates.correctionsPerThousand = 0
        rates.faultsPerThousand = 0
        rates.ownRegionPerThousand = 1_000
        return rates
    }
}

extension [SyntheticReport] {
    /// One file of them.
    var file: [UInt8] { flatMap(\.hl7) }

    /// What must lie nowhere in clear.
    var secrets: [[UInt8]] { Set(flatMap(\.personal)).map { [UInt8]($0.utf8) } }
}
