import Durable
import Exchange
import Foundation
import LabReport
import TestSupport

@testable import Courier
@testable import Inbox

/// One authority: its machine, its sink, the application that takes files from there, and the real inbox while it runs.
///
/// One thing at a time is done in these tests, so nothing here is touched from two threads at once.
final class AuthorityEnd: @unchecked Sendable {
    let id: String
    let book = LogBook(label: "whole-flow")
    let faults = MachineFaults()
    let clock: MachineClock
    private(set) var agent: InboxAgent?
    /// Files that the application has taken away, by name, each time one was there.
    private(set) var taken: [(name: String, bytes: [UInt8])] = []
    private let root: String
    private let directory: String
    private let carrier: any Carrier

    var data: String { root + "/data" }
    var sink: String { root + "/out" }

    init(_ id: String, folder: String, directory: String, clock: TownClock, carrier: any Carrier) throws {
        self.id = id
        self.clock = MachineClock(clock)
        root = folder + "/" + id
        self.directory = directory
        self.carrier = carrier
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    /// Starts the inbox on what its folder holds.
    func start() throws {
        let keys = try Everyone.keys(of: id)
        let clock = clock
        let faults = faults
        let now: @Sendable () -> UTCTime = { clock.now }
        let disk = faults.disk
        let folder = try InboxFolder(path: data, disk: disk)
        let trust = try Trust(
            folder: folder.trust, pins: Everyone.pins, initialDirectory: directory, disk: disk, now: now)
        let wire = LocalWire(
            caller: keys.id, carrier: carrier,
            tokens: TokenSource(keys: keys, audience: Hospital.origin, now: now))
        // What is handed over is counted at the end, however many days pass.
        let configuration = InboxConfiguration(
            agent: AgentConfiguration(
                participant: keys.id, relayOrigin: Hospital.origin, pins: try Everyone.pins, signingKeyPath: "",
                sealingKeyPaths: [], dataFolder: data), sinkFolder: sink, retention: .unlimited)
        agent = try InboxAgent(
            configuration: configuration, keys: keys,
            source: RelaySource(client: RelayClient(wire: wire, disk: disk), trust: trust, keys: keys),
            folder: folder, logger: book.logger, disk: disk, now: now, faults: faults.inboxStore, random: { 0 },
            freeBytes: { (_: String) throws(DurableFailure) in faults.freeBytes }, pause: { _ in })
    }

    /// Ends it without a word, as a kill does.
    func stop() {
        agent = nil
        faults.reboot()
    }

    /// One turn of the inbox's loop. Gives what would have ended the process.
    @discardableResult
    func receive() async -> (any Error)? {
        guard let agent else { return CourierFailure.usage("not running") }
        do {
            _ = try await agent.receiveAndTell(waitSeconds: 0)
            return nil
        } catch {
            return error
        }
    }

    /// The application takes what it finds.
    func takeFiles() throws {
        for name in try names() {
            let path = sink + "/" + name
            taken.append((name, try Disk.real.read(path, limit: 1 << 26)))
            try FileManager.default.removeItem(atPath: path)
        }
    }

    /// For tests of the oracle: as if the last parcel had never come.
    func forgetLastFile() {
        let last = taken.last.map { $0.name.split(separator: ".")[0] }
        taken.removeAll { $0.name.split(separator: ".")[0] == last }
    }

    /// For tests of the oracle: as if the last parcel had come once more.
    func repeatLastFile() {
        if let last = taken.last { taken.append(last) }
    }

    /// Everything that was ever handed over, by file name; a name comes twice where it was handed over twice.
    func handedOver() throws -> [(name: String, bytes: [UInt8])] {
        try taken + names().map { ($0, try Disk.real.read(sink + "/" + $0, limit: 1 << 26)) }
    }

    /// The reports handed over.
    func reports() throws -> [DeliveredReport] {
        try handedOver().filter { $0.name.hasSuffix(".ndjson") }.flatMap { file in
            try file.bytes.split(separator: 0x0A).map { line in
                let bundle = try FHIRBundleReader.read(line)
                return DeliveredReport(
                    filler: bundle.report.orders.first?.fillerNumber?.text ?? "", source: bundle.source, file: file.name
                )
            }
        }
    }

    private func names() throws -> [String] {
        guard FileManager.default.fileExists(atPath: sink) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: sink)
            .filter { !$0.hasPrefix(".") }.sorted()
    }
}

/// A report as an application found it.
struct DeliveredReport: Hashable {
    /// By which the tests know it again.
    var filler: String
    var source: String
    var file: String
}
