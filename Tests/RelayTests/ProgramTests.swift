import Durable
import Exchange
import Foundation
import GRDB
import Notes
import Testing

@testable import Relay

@Suite("The program, and clients that are not ours")
struct ProgramTests {
    private static let program = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        .appendingPathComponent("pli-relay").path
    private static let curl = "/usr/bin/curl"
    static let isProgramBuilt = FileManager.default.isExecutableFile(atPath: program)
    static let isCurlThere = FileManager.default.isExecutableFile(atPath: curl)

    private func run(_ path: String, _ arguments: [String]) async throws -> (status: Int32, errors: String) {
        let scratch = try Scratch()
        let errors = try scratch.write([], to: "errors")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        let log = try FileHandle(forWritingTo: URL(fileURLWithPath: errors))
        defer { try? log.close() }
        process.standardError = log
        let (ended, source) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = {
            source.yield($0.terminationStatus)
            source.finish()
        }
        try process.run()
        var status: Int32 = -1
        for await code in ended { status = code }
        return (status, String(decoding: try Data(contentsOf: URL(fileURLWithPath: errors)), as: UTF8.self))
    }

    @Test(
        "it ends with 2 where it is not called right or not configured, and with 1 where it cannot start",
        .enabled(if: isProgramBuilt, "pli-relay is not built beside the tests"))
    func exitCodes() async throws {
        let scratch = try Scratch()
        #expect(try await run(Self.program, []).status == 2)
        let mistyped = try await run(Self.program, ["fsck", "--nothing"])
        #expect(mistyped.status == 2 && mistyped.errors.contains(" : davantage / "), "\(mistyped.errors)")
        #expect(try await run(Self.program, ["--config", "/nowhere/relay.yaml"]).status == 2)
        let mistaken = try scratch.write(Array("listen: {host: 127.0.0.1}\n".utf8), to: "mistaken.yaml")
        let refused = try await run(Self.program, ["--config", mistaken])
        #expect(refused.status == 2)
        for key in ["listen.port", "data", "directory.file", "directory.roots"] {
            #expect(refused.errors.contains("  \(key): "))
        }
        let root = String(repeating: "ab", count: 32)
        let alone =
            "listen: {host: 127.0.0.1, port: 0}\ndata: data\n"
            + "directory: {file: none.note, threshold: 1, roots: [\(root)]}\n"
        let noDirectory = try scratch.write(Array(alone.utf8), to: "alone.yaml")
        let missing = try await run(Self.program, ["--config", noDirectory])
        #expect(missing.status == 2 && missing.errors.contains("  directory.file: there is no such file"))
        #expect(missing.errors.contains("  directory.file : ce fichier n'existe pas"))
        #expect(try !Disk.real.exists(scratch.data), "nothing is made before all is looked at")
        _ = try scratch.write(Array("no note\n".utf8), to: "none.note")
        let unusable = try await run(Self.program, ["--config", noDirectory])
        #expect(unusable.status == 2 && unusable.errors.contains("  directory: its file is no signed note"))
        _ = try scratch.write([], to: "data")
        let daemon = try scratch.write(Cast.one.directory(at: SystemClock.now()).encoded, to: "none.note")
        let roots = try Cast.one.pins.fingerprints.map(\.text).joined(separator: ", ")
        let sound = alone.replacing(
            "none.note, threshold: 1, roots: [\(root)]", with: "\(daemon), threshold: 2, roots: [\(roots)]")
        let onFile = try scratch.write(Array(sound.utf8), to: "on-file.yaml")
        let noFolder = try await run(Self.program, ["--config", onFile])
        #expect(noFolder.status == 2 && noFolder.errors.contains("  data: something else than a folder has its name"))
        #expect(noFolder.errors.contains("  data : autre chose qu'un dossier porte ce nom"))
        try FileManager.default.removeItem(atPath: scratch.data)
        try Disk.real.createFolder(scratch.data)
        _ = try scratch.write([UInt8](repeating: 0x78, count: 16_384), to: "data/relay.sqlite")
        let damaged = try await run(Self.program, ["--config", onFile])
        #expect(damaged.status == 2)
        #expect(
            damaged.errors.contains("  base de données : résultat SQLite 26 : elle est abîmée"), "\(damaged.errors)")
        // Another program's database is whole: only the start finds that its own tables cannot be made there.
        try FileManager.default.removeItem(atPath: scratch.data)
        try Disk.real.createFolder(scratch.data)
        let other = try DatabaseQueue(path: scratch.data + "/relay.sqlite")
        try await other.write { db in try db.execute(sql: "CREATE TABLE parcels (one)") }
        try other.close()
        #expect(try await run(Self.program, ["--config", onFile]).status == 1)
    }

    @Test(
        "a client that asks before it sends is told to go on, or refused before it sends",
        .enabled(if: isCurlThere, "curl is not installed"))
    func expectContinue() async throws {
        try await TestRelay.run { relay in
            let note = try relay.scratch.write(
                Cast.one.keysNote(of: Cast.labA, at: relay.clock.now).noteBytes, to: "note")
            func ask(token: String) async throws -> String {
                try await run(
                    Self.curl,
                    [
                        "-sv", "--cacert", relay.server.authorityPath ?? "", "-H", "Expect: 100-continue", "-H",
                        "Authorization: Bearer \(token)", "-H", "Content-Type: text/plain", "--data-binary", "@\(note)",
                        "--expect100-timeout", "60",
                        relay.origin + "/v1/participants/lab-a/keys",
                    ]
                ).errors
            }
            let asked = try await ask(token: relay.token(of: Cast.labA))
            #expect(asked.contains("HTTP/1.1 100 Continue"))
            let refused = try await ask(token: relay.token(of: Cast.labB))
            #expect(!refused.contains("HTTP/1.1 100 Continue"))
            #expect(refused.contains("HTTP/1.1 401 Unauthorized"))
        }
    }
}
