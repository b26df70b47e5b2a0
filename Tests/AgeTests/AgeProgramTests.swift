import Foundation
import Testing

@testable import Age

/// Both directions with other people's programs: `age` of the system, and `pyrage` of the test tools.
struct AgeProgramTests {
    /// How a file is sealed.
    struct Case: CustomTestStringConvertible, Sendable {
        var peer: Peer
        var size: Int
        var recipients: Int
        var armored: Bool
        var testDescription: String { "\(peer) \(size) bytes, \(recipients) recipients\(armored ? ", armor" : "")" }

        static func all(_ peer: Peer) -> [Case] {
            let sizes = [0, 1, 65_535, 65_536, 65_537, 1 << 20 + 1, 100 << 20]
            return sizes.flatMap { size in
                [1, 20].flatMap { count in
                    [false, true].map { Case(peer: peer, size: size, recipients: count, armored: $0) }
                }
            }
        }
    }

    @Test(
        "age opens what we seal, and we open what age seals",
        .enabled(if: Peer.age.isThere, "the age and age-keygen programs are not installed"), arguments: Case.all(.age))
    func age(_ one: Case) throws { try bothWays(one) }

    @Test(
        "pyrage opens what we seal, and we open what pyrage seals",
        .enabled(if: Peer.pyrage.isThere, "pyrage is not in .build/tools/venv: scripts/prerequisites test installs it"),
        arguments: Case.all(.pyrage))
    func pyrage(_ one: Case) throws { try bothWays(one) }

    private func bothWays(_ one: Case) throws {
        let folder = try PeerFolder()
        defer { folder.remove() }
        let identities = (0..<one.recipients).map { _ in AgeIdentity.generateClassic() }
        let last = try #require(identities.last)
        let text = SealAndOpenTests.text(one.size)
        let key = folder.path("key")
        try Data(IdentityFile(identities: [last]).text(createdAt: "2026-11-23T10:00:00Z"))
            .write(to: URL(fileURLWithPath: key))

        let ours = try AgeSealer.seal(text, to: identities.map(\.recipient), armored: one.armored)
        #expect(try same(one.peer.open(ours, keyFile: key, in: folder), text))

        let theirs = try one.peer.seal(text, to: identities.map(\.recipient.text), armored: one.armored, in: folder)
        #expect(try same(AgeOpener.open(theirs, with: [last]), text))
        #expect(throws: AgeFailure.noIdentityMatched) { try AgeOpener.open(theirs, with: [.generateClassic()]) }
        if one.armored, case .age = one.peer {
            // What it writes is what we would write.
            var decoder = ArmorDecoder()
            var bytes: [UInt8] = []
            try theirs.withBytes { (raw) throws(AgeFailure) in try decoder.push(raw, into: &bytes) }
            var encoder = ArmorEncoder()
            var again: [UInt8] = []
            bytes.withUnsafeBytes { encoder.push($0, into: &again) }
            encoder.finish(into: &again)
            #expect(same(again, theirs))
        }
    }

    @Test(
        "pyrage opens what we seal to a passphrase, and the reverse",
        .enabled(if: Peer.pyrage.isThere, "pyrage is not in .build/tools/venv: scripts/prerequisites test installs it"),
        arguments: [false, true])
    func passphrases(armored: Bool) throws {
        let folder = try PeerFolder()
        defer { folder.remove() }
        let passphrase = try Passphrase("correct horse")
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: 12, armored: armored)
        var ours: [UInt8] = []
        try sealer.push([1, 2, 3], into: &ours)
        try sealer.finish(into: &ours)
        let script = "import sys, pyrage; i = sys.stdin.buffer.read(); sys.stdout.buffer.write("
        let opened = try folder.run(
            Peer.python, ["-c", script + "pyrage.passphrase.decrypt(i, 'correct horse'))"], ours)
        #expect(opened == [1, 2, 3])
        let theirs = try folder.run(
            Peer.python, ["-c", script + "pyrage.passphrase.encrypt(i, 'correct horse'))"], [1, 2, 3])
        #expect(try AgeOpener.open(theirs, with: AgeUnlocker(passphrase: passphrase, maxWorkFactor: 22)) == [1, 2, 3])
    }

    @Test(
        "keys that age-keygen makes are ours, and ours are its",
        .enabled(if: Peer.age.isThere, "the age and age-keygen programs are not installed"))
    func keygen() throws {
        let folder = try PeerFolder()
        defer { folder.remove() }
        let keygen = try #require(PeerFolder.path(of: "age-keygen"))
        let file = try IdentityFile(parsing: try folder.run(keygen, [], []))
        let publicKey = try folder.run(keygen, ["-y"], file.text())
        #expect(String(decoding: publicKey, as: UTF8.self) == file.identities[0].recipient.text + "\n")
    }
}

/// A program that seals and opens age files.
enum Peer: Sendable {
    case age
    case pyrage

    static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent(".build/tools/venv/bin/python").path

    private static let hasAge = PeerFolder.path(of: "age") != nil && PeerFolder.path(of: "age-keygen") != nil
    private static let hasPyrage: Bool = {
        guard FileManager.default.isExecutableFile(atPath: python), let folder = try? PeerFolder() else { return false }
        defer { folder.remove() }
        return (try? folder.run(python, ["-c", "import pyrage"], [])) != nil
    }()

    var isThere: Bool {
        switch self {
        case .age: Peer.hasAge
        case .pyrage: Peer.hasPyrage
        }
    }

    func seal(_ text: [UInt8], to recipients: [String], armored: Bool, in folder: PeerFolder) throws -> [UInt8] {
        switch self {
        case .age:
            let keys = recipients.flatMap { ["-r", $0] }
            return try folder.run(PeerFolder.path(of: "age") ?? "", keys + (armored ? ["-a"] : []), text)
        case .pyrage:
            let script = """
                import sys, pyrage
                keys = [pyrage.x25519.Recipient.from_str(key) for key in sys.argv[2:]]
                text = sys.stdin.buffer.read()
                sys.stdout.buffer.write(pyrage.encrypt(text, keys, armored=sys.argv[1] == "True"))
                """
            return try folder.run(Peer.python, ["-c", script, armored ? "True" : "False"] + recipients, text)
        }
    }

    func open(_ file: [UInt8], keyFile: String, in folder: PeerFolder) throws -> [UInt8] {
        switch self {
        case .age: return try folder.run(PeerFolder.path(of: "age") ?? "", ["-d", "-i", keyFile], file)
        case .pyrage:
            let script = """
                import sys, pyrage
                keys = [line.strip() for line in open(sys.argv[1]) if line.startswith("AGE-SECRET-KEY-")]
                keys = [pyrage.x25519.Identity.from_str(key) for key in keys]
                sys.stdout.buffer.write(pyrage.decrypt(sys.stdin.buffer.read(), keys))
                """
            return try folder.run(Peer.python, ["-c", script, keyFile], file)
        }
    }
}

/// A scratch folder in which programs run, with files for input and output.
struct PeerFolder {
    struct Failure: Error {
        let status: Int32
    }

    private let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { folder + "/" + name }

    static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    func run(_ program: String, _ arguments: [String], _ input: [UInt8]) throws -> [UInt8] {
        try Data(input).write(to: URL(fileURLWithPath: path("in")))
        try Data().write(to: URL(fileURLWithPath: path("out")))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let source = try FileHandle(forReadingFrom: URL(fileURLWithPath: path("in")))
        let sink = try FileHandle(forWritingTo: URL(fileURLWithPath: path("out")))
        defer { for handle in [source, sink] { try? handle.close() } }
        process.standardInput = source
        process.standardOutput = sink
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return Array(try Data(contentsOf: URL(fileURLWithPath: path("out"))))
    }
}
