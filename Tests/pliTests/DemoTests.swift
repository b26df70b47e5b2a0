import Exchange
import Foundation
import LabReport
import StrictJSON
import Testing

@testable import pli

/// The whole flow with the true programs, and its proof: which must be able to fail.
@Suite("pli demo", .serialized)
struct DemoTests {
    @Test("Every line of the proof holds, and what each recipient got is what its profile lists")
    func holds() throws {
        let program = try Program()
        defer { program.remove() }
        let demo = try program.pli("demo", "--reports", "400", "--keep", "kept")
        #expect(demo.status == 0, "\(demo.text)\n\(demo.errors)")
        #expect(demo.text.contains("Tout est vérifié. / Everything holds."))
        #expect(!demo.text.contains("✗"))
        #expect(demo.text.contains("exemples"), "routes and profiles are examples, and it says so")
        try checkFields(program)
        try checkSealed(program)
    }

    /// Sends once more while the relay is away, and opens what lies in the spool: each parcel by exactly one recipient's
    /// key, and nothing in it that its profile does not list.
    private func checkSealed(_ program: Program) throws {
        let gunzip = try #require(Program.installed("gunzip"))
        try program.pli("synth", "--reports", "40", "--seed", "77", "-o", "later.hl7")
        let sent = try program.pli("send", "later.hl7", "--config", "kept/laboratory/outbox.yaml")
        #expect(sent.status == 3, "\(sent.status) \(sent.errors)")
        let recipients = try FileManager.default.contentsOfDirectory(atPath: program.path("kept"))
            .filter { program.exists("kept/\($0)/rows") }
        var seen: [String: Set<ReportField>] = [:]
        let spool = "kept/laboratory/data/spool"
        for name in try FileManager.default.contentsOfDirectory(atPath: program.path(spool)) {
            var readers: [String] = []
            for recipient in recipients {
                let key = "kept/keys/\(recipient).sealing"
                let zipped = "sealed-\(UUID().uuidString).gz"
                guard try program.pli("open", "-i", key, "-o", zipped, "\(spool)/\(name)").status == 0 else { continue }
                readers.append(recipient)
                let lines = try program.run(gunzip, ["-c", program.path(zipped)]).output
                for line in [UInt8](lines).split(separator: 0x0A) {
                    let report = try FHIRBundleReader.read(line).report
                    seen[recipient, default: []].formUnion(ReportField.allCases.filter { $0.isPresent(in: report) })
                }
            }
            #expect(readers.count == 1, "a parcel opens with the keys of \(readers)")
        }
        #expect(seen.keys.contains("cnam") && seen.keys.contains("spf") && seen.count > 5)
        for (recipient, fields) in seen {
            let beyond = fields.subtracting(try DemoHouse.profile(of: recipient).fields).map(\.rawValue)
            #expect(beyond.isEmpty, "what is sealed to \(recipient) has \(beyond) beyond its profile")
        }
    }

    /// Compares every delivered line, member by member, with the profile of the route that sent it.
    private func checkFields(_ program: Program) throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: program.path("kept"))
        let recipients = folders.filter { $0 == "cnam" || $0 == "spf" || $0.hasPrefix("ars-") }
        #expect(recipients.count >= 3)
        for recipient in recipients {
            let profile = try DemoHouse.profile(of: recipient)
            var seen: Set<ReportField> = []
            let rows = program.path("kept/\(recipient)/rows")
            for name in try FileManager.default.contentsOfDirectory(atPath: rows) where name.hasSuffix(".ndjson") {
                let bytes = [UInt8](try Data(contentsOf: URL(filePath: rows + "/" + name)))
                for line in bytes.split(separator: 0x0A) {
                    let report = try FHIRBundleReader.read(line).report
                    for field in ReportField.allCases where field.isPresent(in: report) { seen.insert(field) }
                }
            }
            let beyond = seen.subtracting(profile.fields).map(\.rawValue)
            #expect(beyond.isEmpty, "\(recipient) got \(beyond) beyond its profile")
            #expect(seen.count > profile.fields.count / 2, "\(recipient): so little that the test proves little")
        }
    }

    @Test("With --json standard output is the proof and nothing else, and kills are dealt to every step")
    func json() throws {
        let program = try Program()
        defer { program.remove() }
        let demo = try program.pli("demo", "--reports", "60", "--json")
        #expect(demo.status == 0, "\(demo.errors)")
        let lines = try demo.lines.map { try JSON(parsing: Array($0.utf8)) }
        #expect(lines.count > 20 && lines.allSatisfy { $0["met"] == .bool(true) })
        #expect(lines.last?["reports"] == .integer(60))
        #expect(demo.errors.contains("Tout est vérifié."))
        for count in [0, 1, 7, 24, 1_000] {
            let kills = DemoKills(count)
            let parts = [kills.starting, kills.enrolling, kills.sending, kills.receiving, kills.settled]
            #expect(parts.reduce(0, +) == count && parts.allSatisfy { $0 >= 0 })
            if count >= 24 { #expect(parts.allSatisfy { $0 >= 3 }) }
        }
    }

    @Test("Killed at two dozen random moments and started again, the final counts are the same")
    func killed() throws {
        let seed = UInt64.random(in: 1...999_999)
        print("kills: seed \(seed)")
        let program = try Program()
        defer { program.remove() }
        let demo = try program.pli("demo", "--reports", "3000", "--kills", "24", "--seed", "\(seed)")
        #expect(demo.status == 0, "seed \(seed)\n\(demo.text.suffix(4_000))\n\(demo.errors.suffix(2_000))")
        #expect(demo.text.contains("(kill -9): 24"), "seed \(seed)")
    }

    @Test("Interrupted, it stops its programs and leaves nothing behind", arguments: [SIGINT, SIGTERM])
    func interrupted(signal: Int32) throws {
        let program = try Program()
        defer { program.remove() }
        let demo = Process()
        demo.executableURL = Program.built("pli")
        demo.arguments = ["demo", "--reports", "20000"]
        demo.environment = ProcessInfo.processInfo.environment.merging(["TMPDIR": program.folder.path]) { $1 }
        demo.standardOutput = FileHandle.nullDevice
        demo.standardError = FileHandle.nullDevice
        try Program.start(demo)
        var isRunning = false
        let deadline = ContinuousClock.now + .seconds(120)
        while !isRunning, ContinuousClock.now < deadline {
            let kept = try FileManager.default.contentsOfDirectory(atPath: program.folder.path).first
            isRunning = kept.map { program.exists("\($0)/laboratory/data/outbox.sqlite") } ?? false
            Installation.pause(milliseconds: 50)
        }
        #expect(isRunning)
        kill(demo.processIdentifier, signal)
        demo.waitUntilExit()
        #expect(demo.terminationReason == .exit && demo.terminationStatus == 1)
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path).isEmpty)
        let left = try program.run(
            URL(filePath: "/bin/sh"),
            ["-c", "grep -la \"$0\" /proc/[0-9]*/cmdline 2>/dev/null || true", program.folder.path])
        let others = left.lines.filter { !$0.contains("/self/") && !$0.contains("/thread-self/") }
        #expect(others.count <= 1, "programs are left: \(others)")
    }

    @Test("A planted secret is found wherever it lies: across pieces, at the end, in a file's name")
    func searchFinds() throws {
        let program = try Program()
        defer { program.remove() }
        let secrets = SecretSearch(["2840975123456", "DUPONT-LEROY", "ab"])
        #expect(secrets.count == 2 && secrets.tooShort == 1)
        var bytes = [UInt8](repeating: 0x20, count: Haystack.pieceBytes + 50)
        let at = Haystack.pieceBytes - 5
        bytes.replaceSubrange(at..<(at + 13), with: Array("2840975123456".utf8))
        bytes.replaceSubrange((bytes.count - 12)..., with: Array("DUPONT-LEROY".utf8))
        try program.write("parcel", bytes)
        #expect(Haystack.search(folder: program.folder, for: secrets).hits.count == 2)
        try program.write("parcel", [UInt8](repeating: 0x20, count: 100))
        #expect(Haystack.search(folder: program.folder, for: secrets).hits.isEmpty)
        try program.write("DUPONT-LEROY.age", [UInt8]())
        #expect(Haystack.search(folder: program.folder, for: secrets).hits.map(\.place) == ["file name"])
    }

    @Test("A claim that is not met fails the proof")
    func proofFails() {
        var proof = DemoProof()
        proof.claim("lus", "read", 10, expected: 10)
        #expect(proof.isMet)
        proof.claim("doublons", "duplicates", 1, expected: 0)
        #expect(!proof.isMet)
    }

    @Test("A sink that holds a report twice, or a line that is none, is counted as such")
    func sinkCounts() throws {
        let program = try Program()
        defer { program.remove() }
        // Small enough that none of its reports is a correction.
        let demo = try program.pli("demo", "--reports", "12", "--keep", "kept")
        try #require(demo.status == 0, "\(demo.errors)")
        let folder = program.folder.appending(path: "kept/cnam/rows")
        let before = try DemoSink(folder: folder)
        let sent = [1: before.reports]
        #expect(before.reports > 0 && before.duplicates(sent: sent) == 0 && before.unreadable == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let name = try #require(names.first { $0.hasSuffix(".ndjson") })
        var bytes = [UInt8](try Data(contentsOf: folder.appending(path: name)))
        let line = try #require(bytes.split(separator: 0x0A).first)
        bytes += line + [0x0A] + Array("{}\n".utf8)
        try Data(bytes).write(to: folder.appending(path: name))
        let after = try DemoSink(folder: folder)
        #expect(after.duplicates(sent: sent) == 1 && after.unreadable == 1)
    }
}
