import Foundation
import Notes
import Testing

@testable import TransparencyLog

/// Two verifiers that nobody here wrote: the PyPI package aics-tlog, and Go's sumdb packages as Debian has them.
enum Outsider: String, CaseIterable {
    case python
    case go

    static let scripts = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Outsider")
    static let interpreter = Shared.packageRoot.appending(path: ".build/tools/venv/bin/python").path
    static let libraries = "/usr/share/gocode"

    /// Whether it is installed: `scripts/prerequisites test` does that.
    var isThere: Bool {
        switch self {
        case .python: (try? Outsider.run(Outsider.interpreter, ["-c", "import aics_tlog"]))?.status == 0
        case .go:
            FileManager.default.isExecutableFile(atPath: "/usr/bin/go")
                && FileManager.default.fileExists(atPath: Outsider.libraries + "/src/golang.org/x/mod/sumdb/tlog")
        }
    }

    static let areThere: [Outsider: Bool] = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.isThere) })
    static let absence: Comment =
        "needs golang-go and golang-golang-x-mod-dev, or aics-tlog: scripts/prerequisites test"

    /// The Go program, built once for all tests.
    private static let program: Result<String, any Error> = Result {
        let place = FileManager.default.temporaryDirectory.appending(path: "pli-check-log-\(UUID().uuidString)").path
        let build = try run(
            "/usr/bin/go", ["build", "-o", place, scripts.appending(path: "check_log.go").path],
            environment: ["GO111MODULE": "off", "GOPATH": libraries, "GOCACHE": place + ".cache"])
        guard build.status == 0 else { throw Failure(output: build.output) }
        return place
    }

    struct Failure: Error { let output: String }

    /// Its word on a log: status 0 and the size, or why not.
    func check(_ log: FolderLog, key: String, old: Int, indexes: [Int]) throws -> (status: Int32, output: String) {
        let arguments = [log.folder.path, key, "\(old)"] + indexes.map(String.init)
        switch self {
        case .python:
            return try Outsider.run(
                Outsider.interpreter, [Outsider.scripts.appending(path: "check_log.py").path, "log"] + arguments)
        case .go: return try Outsider.run(Outsider.program.get(), arguments)
        }
    }

    static func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, said)
    }
}

@Suite("Verifiers written by others")
struct OutsiderTests {
    static let there = Outsider.allCases.filter { Outsider.areThere[$0] == true }
    /// Entries that every level, and both sides of a tile's end, come to.
    static let indexes = [0, 1, 255, 256, 65_535, 65_536, 69_999, 70_110]

    @Test(
        "Both find a log sound, and neither does once its last leaf is dropped under the same checkpoint",
        .enabled(if: there.count == Outsider.allCases.count, "needs both: scripts/prerequisites test"))
    func droppedLeaf() throws {
        let log = try FolderLog.temporary()
        defer { log.remove() }
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 300)
        try writer.append(TestLog.leaves(300).map(\.encoded))
        let key = try TestLog.key().verifying.line
        for outsider in Outsider.allCases {
            let word = try outsider.check(log, key: key, old: 256, indexes: [0, 299])
            #expect(word.status == 0 && word.output.hasPrefix("sound 300"), "\(outsider): \(word.output)")
        }
        // The 44 hashes of the last tile, and their entries, become 43.
        let tile = try #require(try log.read("tile/0/001.p/44", limit: .max))
        #expect(tile.count == 44 * 32)
        try log.put(Array(tile.dropLast(32)), at: "tile/0/001.p/44")
        let entries = try #require(try log.read("tile/entries/001.p/44", limit: .max))
        try log.put(Array(entries.dropLast(TestLog.leaves(300)[299].encoded.count + 2)), at: "tile/entries/001.p/44")
        for outsider in Outsider.allCases {
            let word = try outsider.check(log, key: key, old: 256, indexes: [0, 299])
            #expect(word.status != 0, "\(outsider): \(word.output)")
        }
    }

    @Test(
        "A log of 70,111 leaves written here is sound to them; with a byte flipped anywhere that counts it is not",
        .enabled(if: !there.isEmpty, Outsider.absence), arguments: there)
    func largeLog(outsider: Outsider) async throws {
        let log = try FolderLog.temporary()
        defer { log.remove() }
        let leaves = TestLog.leaves(70_111).map(\.encoded)
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 70_111)
        for batch in [1, 299, 3_000, 66_811 - 1_275, 1_275] {
            let start = Int(writer.size)
            try writer.append(Array(leaves[start..<(start + batch)]))
        }
        try writer.tidy()
        #expect(writer.size == 70_111)
        let key = try TestLog.key().verifying.line

        for old in [300, 65_536] {
            let word = try outsider.check(log, key: key, old: old, indexes: Self.indexes)
            #expect(word.status == 0, "old size \(old): \(word.output)")
            #expect(word.output.hasPrefix("sound 70111"), "\(word.output)")
        }
        let audit = try await LogAudit.run(log, key: TestLog.key().verifying)
        #expect(audit.entries == 70_111)

        // Each of these is used by a proof that the Go program checks; aics-tlog reads every file.
        for (path, place) in [
            ("checkpoint", 2), ("checkpoint", 45), ("tile/entries/000", 40), ("tile/0/000", 8_000),
            ("tile/0/255", 32), ("tile/1/000", 0), ("tile/1/001.p/17", 3), ("tile/2/000.p/1", 31),
            ("tile/0/273.p/223", 222 * 32), ("tile/entries/273.p/223", 9),
        ] {
            let good = try #require(try log.read(path, limit: .max), "\(path)")
            var bent = good
            bent[place] ^= 4
            try log.put(bent, at: path)
            let word = try outsider.check(log, key: key, old: 300, indexes: Self.indexes)
            #expect(word.status != 0, "\(path), byte \(place): \(word.output)")
            await #expect(throws: LogFailure.self, "\(path), byte \(place)") {
                try await LogAudit.run(log, key: TestLog.key().verifying)
            }
            try log.put(good, at: path)
        }
        let word = try outsider.check(log, key: key, old: 300, indexes: Self.indexes)
        #expect(word.status == 0, "after all was put back: \(word.output)")
        let other = try outsider.check(log, key: TestLog.key("x.example").verifying.line, old: 300, indexes: [0])
        #expect(other.status != 0, "another key must be refused")
    }

    @Test(
        "Sizes around the ends of tiles are sound to them", .enabled(if: !there.isEmpty, Outsider.absence),
        arguments: there)
    func edges(outsider: Outsider) throws {
        for size in [1, 2, 255, 256, 257, 511, 512, 513, 65_536, 65_537] {
            let log = try FolderLog.temporary()
            defer { log.remove() }
            var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: Int64(size))
            for part in [size / 3, size - size / 3] {
                let start = Int(writer.size)
                try writer.append(Array(TestLog.leaves(size).map(\.encoded)[start..<(start + part)]))
            }
            let word = try outsider.check(
                log, key: TestLog.key().verifying.line, old: max(1, size / 2), indexes: [0, size / 2, size - 1])
            #expect(word.status == 0, "size \(size): \(word.output)")
        }
    }

    @Test(
        "A .tlog-proof file of ours is verified by aics-tlog", .enabled(if: there.contains(.python), Outsider.absence))
    func proofFile() async throws {
        let leaves = TestLog.leaves(1_000)
        let memory = try TestLog.write(leaves.map(\.encoded))
        let signed = try await TestLog.checkpoint(of: memory)
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: memory)
        let folder = try FolderLog.temporary()
        defer { folder.remove() }
        func verdict(_ proof: [UInt8], _ leaf: [UInt8]) throws -> Int32 {
            try folder.put(proof, at: "a.tlog-proof")
            try folder.put(leaf, at: "leaf")
            return try Outsider.run(
                Outsider.interpreter,
                [
                    Outsider.scripts.appending(path: "check_log.py").path, "proof",
                    folder.folder.appending(path: "a.tlog-proof").path, TestLog.key().verifying.line,
                    folder.folder.appending(path: "leaf").path,
                ]
            ).status
        }
        for index in [0, 511, 999] {
            let proof = try await LogProof.make(of: Int64(index), under: signed, in: &tiles).encoded
            #expect(try verdict(proof, leaves[index].encoded) == 0)
            #expect(try verdict(proof, leaves[1].encoded) != 0)
        }
    }

    @Test(
        "The damaged tile that golang.org/x/mod's reader passes over is refused by ours (CVE-2026-56865)",
        .enabled(if: there.contains(.go), Outsider.absence))
    func bypass() async throws {
        let log = try FolderLog.temporary()
        defer { log.remove() }
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 700)
        try writer.append(TestLog.leaves(700).map(\.encoded))
        var tile = try #require(try log.read("tile/0/000", limit: .max))
        tile[8_191] ^= 1
        try log.put(tile, at: "tile/0/000")
        // Its proof of leaf 600 does not use the flipped hash, and it may call that sound; the proof of leaf 254 does.
        // Ours names the tile before any proof.
        var tiles = try await CheckedTiles(of: writer.checkpoint.checkpoint, from: log)
        await #expect(throws: LogFailure.tileDoesNotMatchParent(path: "tile/0/000")) {
            try await tiles.hashes(level: 0, index: 0)
        }
        let word = try Outsider.go.check(log, key: TestLog.key().verifying.line, old: 600, indexes: [254])
        #expect(word.status != 0, "\(word.output)")
    }
}
