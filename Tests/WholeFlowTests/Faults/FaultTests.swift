import Foundation
import Testing

/// A short run of each experiment of `Faults/`, on the built programs; `make faults` runs them for longer.
private enum Driver {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The cast, made once: where `PLI_FAULT_CAST` says, and then it is kept.
    static let cast: Result<String, any Error> = Result {
        let kept = ProcessInfo.processInfo.environment["PLI_FAULT_CAST"]
        if kept == nil { atexit { try? FileManager.default.removeItem(atPath: Driver.scratch) } }
        try FaultCast.make(in: kept ?? scratch)
        return kept ?? scratch
    }
    private static let scratch = FileManager.default.temporaryDirectory
        .appending(path: "pli-cast-\(UUID().uuidString)").path

    struct Outcome {
        var status: Int32
        var said: String
    }

    static func run(_ arguments: [String]) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["--default-signal", "python3", root.appending(path: "Faults/run.py").path] + arguments
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try? output.fileHandleForReading.close()
        return Outcome(status: process.terminationStatus, said: said)
    }
}

extension Trait where Self == ConditionTrait {
    /// Skips where this machine or account cannot do an experiment, with the driver's own word why.
    fileprivate static func possible(_ experiment: String) -> Self {
        let why = (try? Driver.run(["possible", experiment])) ?? .init(status: 1, said: "python3 is not installed")
        let reason = why.said.trimmingCharacters(in: .whitespacesAndNewlines)
        return .enabled(if: why.status == 0, Comment(rawValue: reason))
    }
}

@Suite("Faults on the real programs and a real disk", .serialized)
struct FaultTests {
    private func holds(_ experiment: String) throws {
        let outcome = try Driver.run(["fast", experiment, "--cast", Driver.cast.get()])
        #expect(outcome.status == 0, "\(outcome.said)")
    }

    @Test("the cast of the experiments is made")
    func cast() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Driver.cast.get() + "/parcels")
        #expect(names.count == FaultCast.parcels * 4)
    }

    @Test("killed before or behind a sync, the relay has kept every word it gave", .possible("kill"))
    func kill() throws { try holds("kill") }

    @Test("the power cut before or behind a sync, it has, too", .possible("power"))
    func power() throws { try holds("power") }

    @Test("killed while a dozen parcels share its syncs, it has", .possible("crowd-kill"))
    func crowdKill() throws { try holds("crowd-kill") }

    @Test("the power cut while a dozen parcels share its syncs, it has", .possible("crowd-power"))
    func crowdPower() throws { try holds("crowd-power") }

    @Test("after a failed sync nothing is promised, and the process ends", .possible("sync-error"))
    func syncError() throws { try holds("sync-error") }

    @Test("a body that cannot be written or read is nowhere half there", .possible("body-error"))
    func bodyError() throws { try holds("body-error") }

    @Test("a write that fails, or a sync without room, breaks no word that was given", .possible("write-error"))
    func writeError() throws { try holds("write-error") }

    @Test("on a full disk uploads are refused early; receipts and deletions go on", .possible("full-disk"))
    func fullDisk() throws { try holds("full-disk") }

    @Test("one bit flipped anywhere is found, and nothing wrong is served", .possible("bit-rot"))
    func bitRot() throws { try holds("bit-rot") }

    @Test("of 200 uploads of one id at once one parcel comes, and one leaf", .possible("storm"))
    func storm() throws { try holds("storm") }

    @Test("who goes slowly is cut, and everyone else is served meanwhile", .possible("slow"))
    func slow() throws { try holds("slow") }

    @Test("it ends in order while connections come, as asked or because its disk failed", .possible("stops"))
    func stops() throws { try holds("stops") }

    @Test("with a disk that does not answer it ends in order; all that it acknowledged is there", .possible("stalled"))
    func stalled() throws { try holds("stalled") }

    @Test("idle connections have a cap, and everyone else is served meanwhile", .possible("idle"))
    func idle() throws { try holds("idle") }

    @Test("answers that are lost are asked for again, and nothing is there twice", .possible("lost-answers"))
    func lostAnswers() throws { try holds("lost-answers") }

    @Test("over a network that loses packets and is cut for a while all comes, once", .possible("network"))
    func network() throws { try holds("network") }

    @Test("without free descriptors what goes on can be finished", .possible("descriptors"))
    func descriptors() throws { try holds("descriptors") }

    @Test("a clock that jumps by ten years deletes nothing early", .possible("clock"))
    func clock() throws { try holds("clock") }
}
