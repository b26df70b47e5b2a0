import Foundation
import Testing

@testable import Age

/// Both directions with the `age` program of the system.
@Suite(.enabled(if: AgeProgram.isThere, "the age and age-keygen programs are not installed"))
struct AgeProgramTests {
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("age-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    @Test("age opens what we seal, and we open what age seals", arguments: SealAndOpenTests.sizes)
    func bothWays(size: Int) throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let identity = AgeIdentity.generateClassic()
        let other = AgeIdentity.generateClassic()
        let text = SealAndOpenTests.text(size)
        let keyFile = folder + "/key"
        try Data(IdentityFile(identities: [identity]).text(createdAt: "2026-11-23T10:00:00Z"))
            .write(to: URL(fileURLWithPath: keyFile))

        let ours = try AgeSealer.seal(text, to: [other.recipient, identity.recipient])
        let opened = try AgeProgram.run("age", ["-d", "-i", keyFile], ours, in: folder)
        #expect(opened == text)

        let theirs = try AgeProgram.run(
            "age", ["-r", identity.recipient.text, "-r", other.recipient.text], text, in: folder)
        #expect(try AgeOpener.open(theirs, with: [identity]) == text)
        #expect(try AgeOpener.open(theirs, with: [other]) == text)
        #expect(throws: AgeFailure.noIdentityMatched) {
            try AgeOpener.open(theirs, with: [AgeIdentity.generateClassic()])
        }
    }

    @Test("keys that age-keygen makes are ours, and ours are its")
    func keygen() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = try IdentityFile(parsing: try AgeProgram.run("age-keygen", [], [], in: folder))
        let publicKey = try AgeProgram.run("age-keygen", ["-y"], file.text(), in: folder)
        #expect(String(decoding: publicKey, as: UTF8.self) == file.identities[0].recipient.text + "\n")
    }
}

/// The programs, with files for input and output.
enum AgeProgram {
    static let isThere = path(of: "age") != nil && path(of: "age-keygen") != nil

    struct Failure: Error {
        let status: Int32
    }

    static func path(of name: String) -> String? {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ name: String, _ arguments: [String], _ input: [UInt8], in folder: String) throws -> [UInt8] {
        let inPath = folder + "/in"
        let outPath = folder + "/out"
        try Data(input).write(to: URL(fileURLWithPath: inPath))
        try Data().write(to: URL(fileURLWithPath: outPath))
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path(of: name) ?? "/nonexistent")
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: inPath))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outPath))
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return Array(try Data(contentsOf: URL(fileURLWithPath: outPath)))
    }
}
