import Age
import Courier
import Durable
import Exchange
import Foundation
import LabReport
import Logging
import Notes
import StrictJSON
import Synchronization

@testable import Inbox

/// A manifest with the body it describes, and the lines inside.
struct SealedParcel {
    var manifest: Signed<Manifest>
    var body: [UInt8]
    var lines: [[UInt8]]

    var key: ParcelKey { ParcelKey(manifest.value) }

    /// The lines as the sink's file has them.
    var file: [UInt8] { Array(lines.map { $0 + [0x0A] }.joined()) }
}

/// One laboratory, one authority, a relay in memory and folders of their own.
final class World: Sendable {
    let root: String
    let lab: SigningPair
    /// Another laboratory, as honest or not as a test wants it.
    let otherLab: SigningPair
    let cnamPair: SigningPair
    let keys: ParticipantKeys
    let relay: RelayDouble
    let clock: Clock
    let log = LogLines()
    private let sealingKey: String
    private let sequence = Mutex<Int64>(0)

    /// A clock that a test moves.
    final class Clock: Sendable {
        private let seconds: Mutex<Int64>
        init(_ time: UTCTime) { seconds = Mutex(time.secondsSinceEpoch) }
        var now: UTCTime { UTCTime(secondsSinceEpoch: seconds.withLock { $0 }) }
        func advance(_ by: Int64) { seconds.withLock { $0 += by } }
    }

    init() throws {
        root = NSTemporaryDirectory() + "/pli-inbox-" + UUID().uuidString
        try Disk.real.createFolder(root)
        let clock = Clock(try UTCTime("2026-11-23T10:00:00Z"))
        self.clock = clock
        lab = try World.pair("lab", 1)
        otherLab = try World.pair("other-lab", 3)
        cnamPair = try World.pair("cnam", 2)
        keys = try ParticipantKeys(
            id: ParticipantID("cnam"), signing: cnamPair, sealing: [AgeIdentity.generate()])
        sealingKey = keys.ownSealingKey
        relay = RelayDouble(
            directory: try World.directory(lab: lab, cnam: cnamPair, now: clock.now),
            keys: [
                try ParticipantID("lab"): try World.keysNote(lab, sealing: "age1lab", now: clock.now),
                try ParticipantID("other-lab"): try World.keysNote(otherLab, sealing: "age1other", now: clock.now),
                try ParticipantID("cnam"): try World.keysNote(cnamPair, sealing: sealingKey, now: clock.now),
            ], recipient: cnamPair.verifying, now: { clock.now })
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    static func pair(_ name: String, _ seed: UInt8) throws -> SigningPair {
        try SigningPair(
            name: name, ed25519Seed: [UInt8](repeating: seed, count: 32),
            mldsaSeed: [UInt8](repeating: seed, count: 32))
    }

    static func keysNote(_ pair: SigningPair, number: Int64 = 1, sealing: String, now: UTCTime) throws -> KeysNote {
        try KeysNote(
            by: ParticipantID(pair.name), number: number, previous: number > 1 ? SHA256Hex(of: []) : nil,
            issuedAt: now, signing: pair.verifying.lines,
            sealing: [.init(key: sealing, notBefore: now, notAfter: now.adding(seconds: 40 * 86_400))])
    }

    static func directory(
        lab: SigningPair, labStatus: Directory.Status = .active, cnam: SigningPair,
        cnamStatus: Directory.Status = .active, version: Int64 = 1, now: UTCTime, to recipient: String = "cnam",
        finess: [String] = [], filesFrom sender: String? = nil, requirePostQuantum: Bool = false
    ) throws -> Directory {
        func participant(
            _ pair: SigningPair, _ role: Directory.Role, _ status: Directory.Status
        ) throws -> Directory.Participant {
            try Directory.Participant(
                id: ParticipantID(pair.name), role: role, name: pair.name, status: status,
                retiredAt: status == .retired ? now : nil, fingerprint: SHA256Hex(pair.verifying.fingerprint),
                finess: role == .sender ? finess : [])
        }
        let root = try pair("root-a", 9)
        return try Directory(
            version: version, previous: version > 1 ? SHA256Hex(of: []) : nil, issuedAt: now,
            expiresAt: now.adding(seconds: 300 * 86_400), threshold: 1,
            roots: [.init(holder: ParticipantID("root-a"), keys: root.verifying.lines)],
            participants: [
                try participant(lab, .sender, labStatus), try participant(cnam, .authority, cnamStatus),
                try participant(pair("other-lab", 3), .sender, .active),
                try participant(pair("spf", 7), .authority, .active),
            ],
            routes: [
                .object([
                    .init("id", .string("all")), .init("to", .string(recipient)), .init("anyCode", .bool(true)),
                    .init("profile", .string("statistics")),
                ])
            ]
                + (sender.map { sender in
                    [
                        .object([
                            .init("id", .string("files")), .init("to", .string(recipient)),
                            .init("kinds", .array([.string("file")])),
                            .init("from", .array([.string(sender)])),
                        ])
                    ]
                } ?? []),
            profiles: [
                .object([
                    .init("id", .string("statistics")),
                    .init("fields", .array([.string("result.code"), .string("result.value")])),
                ])
            ], requirePostQuantum: requirePostQuantum)
    }

    // MARK: Parcels

    /// A parcel of synthetic lines. `lines` may change what is sealed, `change` what its manifest says.
    func parcel(
        reports: Int = 3, from sender: String = "lab", to: String = "cnam", id: ParcelID? = nil, seq: Int64? = nil,
        signer: SigningPair? = nil, sealingKey: String? = nil, directory: Int64 = 1, checkpoint: LogPosition? = nil,
        days: Int64 = 10, source: BodySource? = nil,
        supersedes: ParcelID? = nil, report alter: (inout Report) -> Void = { _ in },
        lines change: ([[UInt8]]) -> [[UInt8]] = { $0 }, saying count: Int? = nil
    ) throws -> SealedParcel {
        let seq =
            seq
            ?? sequence.withLock { sequence in
                sequence += 1
                return sequence
            }
        let id =
            try id
            ?? ParcelID(
                millisecondsSinceEpoch: clock.now.secondsSinceEpoch * 1_000,
                random: (0..<10).map { _ in UInt8.random(in: 0...255) })
        let from = try ParticipantID(sender)
        let recipient = try ParticipantID(to)
        let source = source ?? BodySource(from: from, to: recipient, id: id)
        let lines = change((0..<reports).map { World.line($0, source: source.text, change: alter) })
        let path = root + "/sealed-" + id.text
        var writer = try SealedBodyWriter(path: path, sealingKey: sealingKey ?? self.sealingKey)
        for line in lines { try writer.append(line: line) }
        let sealed = try writer.finish()
        let body = try Disk.real.read(path, limit: 1 << 26)
        try Disk.real.remove(path)
        let manifest = try Manifest(
            id: id, from: from, to: recipient, createdAt: clock.now,
            expiresAt: clock.now.adding(seconds: days * 86_400), size: sealed.size, sha256: sealed.sha256,
            reports: count ?? lines.count, seq: seq, keys: 1, directory: directory,
            checkpoint: checkpoint, supersedes: supersedes)
        let own = sender == otherLab.name ? otherLab : lab
        return SealedParcel(manifest: try Signed.sign(manifest, by: signer ?? own), body: body, lines: lines)
    }

    /// The same sealed body under another manifest: what whoever holds a body, and not its key, can make of it.
    func relabelled(
        _ parcel: SealedParcel, from sender: String = "lab", id: ParcelID? = nil, seq: Int64 = 1, by signer: SigningPair
    ) throws -> SealedParcel {
        let value = parcel.manifest.value
        let manifest = try Manifest(
            id: id ?? value.id, from: ParticipantID(sender), to: value.to, createdAt: value.createdAt,
            expiresAt: value.expiresAt, size: value.size, sha256: value.sha256, reports: value.reports, seq: seq,
            keys: value.keys, directory: value.directory)
        return SealedParcel(manifest: try Signed.sign(manifest, by: signer), body: parcel.body, lines: parcel.lines)
    }

    /// A report about nobody, as the outbox would write it.
    static func line(
        _ number: Int, source: String, orderIdentifiers: [String] = [], change: (inout Report) -> Void = { _ in }
    ) -> [UInt8] {
        var report = Report()
        report.patient.sex = "F"
        report.patient.ageBand = "30-39"
        report.orders = [Order()]
        var result = Observation(orderIndex: 0, code: Coded(code: "94500-6", text: "SARS-CoV-2 ARN", system: "LN"))
        result.value = .coded(Coded(code: "260415000", text: "Not detected", system: "SCT"))
        report.results = [result]
        change(&report)
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "report-\(number)", orderIdentifiers: orderIdentifiers, source: source,
            number: number, into: &bytes)
        return bytes
    }

    // MARK: Agents

    var dataFolder: String { root + "/data" }
    var sinkFolder: String { root + "/out" }

    func agent(
        keys: ParticipantKeys? = nil, disk: Disk = .real, faults: StoreFaults? = nil,
        freeBytes: (@Sendable (String) throws(DurableFailure) -> Int64)? = nil,
        retention: SinkRetention = .unlimited, sink: String? = nil,
        pause: @escaping @Sendable (Double) async -> Void = { _ in }
    ) throws -> InboxAgent {
        let configuration = InboxConfiguration(
            agent: AgentConfiguration(
                participant: try ParticipantID("cnam"), relayOrigin: "https://localhost:8443",
                pins: try RootPins(threshold: 1, fingerprints: [SHA256Hex(of: [])]), signingKeyPath: "",
                sealingKeyPaths: [], dataFolder: dataFolder),
            sinkFolder: sink ?? sinkFolder, retention: retention, pollSeconds: 1)
        let clock = clock
        let log = log
        return try InboxAgent(
            configuration: configuration, keys: keys ?? self.keys, source: relay,
            folder: InboxFolder(path: dataFolder, disk: disk),
            logger: Logger(label: "inbox") { _ in log.handler }, disk: disk, now: { clock.now }, faults: faults,
            random: { 0 }, freeBytes: freeBytes, pause: pause)
    }

    // MARK: What lies where

    /// Names in the sink, without the staging folder.
    func delivered() throws -> [String] {
        try Disk.real.names(in: sinkFolder).filter { $0 != FolderSink.stagingName }
    }

    func staged() throws -> [String] { try Disk.real.names(in: sinkFolder + "/" + FolderSink.stagingName) }

    func opening() throws -> [String] { try Disk.real.names(in: dataFolder + "/opening") }

    func read(_ name: String) throws -> [UInt8] { try Disk.real.read(sinkFolder + "/" + name, limit: 1 << 26) }
}

/// What was logged, one text a line.
final class LogLines: Sendable {
    private let kept = Mutex<[String]>([])

    var lines: [String] { kept.withLock { $0 } }

    var handler: any LogHandler { Handler(log: self) }

    func count(of text: String) -> Int { lines.filter { $0.contains(text) }.count }

    private struct Handler: LogHandler {
        let log: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.kept.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
        }
    }
}
