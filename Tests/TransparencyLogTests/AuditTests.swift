import Notes
import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Auditing")
struct AuditTests {
    private func key() throws -> VerifierKey { try TestLog.key().verifying }

    @Test("A sound log is counted, each leaf handed out in its order")
    func sound() async throws {
        let leaves = TestLog.leaves(1_000)
        let log = try TestLog.write(leaves.map(\.encoded), batches: [3, 400, 256])
        var seen: [LogLeaf] = []
        let audit = try await LogAudit.run(log, key: key()) { index, leaf in
            #expect(index == Int64(seen.count))
            seen.append(leaf)
        }
        #expect(seen == leaves)
        #expect(audit.entries == 1_000)
        #expect(audit.events.values.reduce(0, +) == 1_000)
        #expect(audit.events[.accepted] == 125)
        #expect(audit.checkpoint.checkpoint.size == 1_000)
    }

    @Test("A flipped byte in tile/0/000 of a tree of 700 is caught before any proof, even one that does not use it")
    func tileBypass() async throws {
        let log = try TestLog.write(DefinedTree.leaves(700))
        for place in [0, 31, 4_096, 8_191] {
            var files = log.files
            files["tile/0/000"]?[place] ^= 0x40
            let bent = MemoryLog()
            bent.files = files
            // The proof of leaf 1 uses hashes 0 and 2 to 255, the one of leaf 600 only the root of this tile; the
            // proof of leaf 255 uses the first half only as one node: each must notice any byte.
            for index in [1, 128, 255] as [Int64] {
                var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: bent).checkpoint, from: bent)
                let failure = await #expect(throws: LogFailure.self) {
                    try await tiles.inclusionProof(of: index, size: 700)
                }
                #expect(failure == .tileDoesNotMatchParent(path: "tile/0/000"))
                #expect(failure?.description == "tile/0/000: tile does not match parent")
            }
            var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: bent).checkpoint, from: bent)
            let path = try await tiles.inclusionProof(of: 600, size: 700)
            try ProofCheck.inclusion(
                of: ProofHashing.leafHash(of: Array("leaf 600".utf8)[...]), index: 600, size: 700, path: path,
                root: tiles.checkpoint.root)
        }
    }

    @Test("Every flipped byte of every file of a small log is caught")
    func everyByte() async throws {
        let log = try TestLog.write(TestLog.leaves(270).map(\.encoded))
        let files = log.files
        #expect(
            Set(files.keys) == [
                "checkpoint", "tile/0/000", "tile/0/001.p/14", "tile/1/000.p/1", "tile/entries/000",
                "tile/entries/001.p/14",
            ])
        let bent = MemoryLog()
        var random = SeededRandom(seed: 270)
        var flips = 0
        for (path, bytes) in files {
            // The leaves of the full bundle are alike: every third of its bytes.
            for place in stride(from: 0, to: bytes.count, by: path == "tile/entries/000" ? 3 : 1) {
                bent.files = files
                bent.files[path]?[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                await #expect(throws: LogFailure.self, "\(path), byte \(place)") {
                    try await LogAudit.run(bent, key: key())
                }
                flips += 1
            }
        }
        #expect(flips > 20_000)
    }

    @Test("A file cut, lengthened, missing or changed for another is caught")
    func wrongFiles() async throws {
        let log = try TestLog.write(TestLog.leaves(800).map(\.encoded))
        let bent = MemoryLog()
        for path in log.files.keys {
            let others = log.files.keys.filter { $0 != path && $0 != "checkpoint" }
            let changes: [([UInt8]) -> [UInt8]?] =
                [{ $0.dropLast() }, { $0 + [0] }, { $0 + $0 }, { _ in [] }, { _ in nil }]
                + others.map { other in { _ in log.files[other] } }
            for (number, change) in changes.enumerated() {
                bent.files = log.files
                bent.files[path] = bent.files[path].flatMap(change)
                await #expect(throws: LogFailure.self, "\(path), change \(number)") {
                    try await LogAudit.run(bent, key: key())
                }
            }
        }
    }

    @Test("The failures name the file and the rule")
    func named() async throws {
        let log = try TestLog.write(TestLog.leaves(800).map(\.encoded))
        func failure(_ change: (inout [String: [UInt8]]) -> Void) async throws -> LogFailure? {
            let bent = MemoryLog()
            var files = log.files
            change(&files)
            bent.files = files
            return await #expect(throws: LogFailure.self) { try await LogAudit.run(bent, key: key()) }
        }
        #expect(try await failure { $0["tile/0/001"] = nil } == .missing(path: "tile/0/001"))
        #expect(try await failure { $0["checkpoint"] = nil } == .missing(path: "checkpoint"))
        #expect(
            try await failure { $0["tile/0/001"]?.removeLast() }
                == .badFile(path: "tile/0/001", rule: "8192 bytes are expected"))
        #expect(
            try await failure { $0["tile/entries/001"]?.append(0) }
                == .badFile(path: "tile/entries/001", rule: "data after the last entry"))
        #expect(try await failure { $0["tile/entries/001"]?[9] ^= 1 } == .entryDoesNotMatchTile(index: 256))
        #expect(try await failure { $0["tile/1/000.p/3"]?[0] ^= 1 } == .edgeDoesNotMatchRoot(size: 800))
        #expect(try await failure { $0["tile/0/003.p/32"]?[0] ^= 1 } == .edgeDoesNotMatchRoot(size: 800))
    }

    @Test("An entry that is no leaf is refused by its number, though the tree holds it")
    func notALeaf() async throws {
        var entries = TestLog.leaves(10).map(\.encoded)
        entries[7] = Array("{}\n".utf8)
        let log = try TestLog.write(entries)
        let failure = await #expect(throws: LogFailure.self) { try await LogAudit.run(log, key: key()) }
        #expect(failure?.description.hasPrefix("entry 7: ") == true)
    }

    @Test("A log that grew from a checkpoint is taken; one that shrank, forked or is another's is not")
    func growth() async throws {
        let leaves = TestLog.leaves(900).map(\.encoded)
        let log = MemoryLog()
        var earlier: [SignedCheckpoint] = []
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 900)
        earlier.append(writer.checkpoint)
        for batch in [1, 255, 300] {
            let start = Int(writer.size)
            earlier.append(try writer.append(Array(leaves[start..<(start + batch)])))
        }
        let half = MemoryLog()
        half.files = log.files
        try writer.append(Array(leaves[556...]))
        try writer.tidy()
        for checkpoint in earlier + [writer.checkpoint] {
            #expect(try await LogAudit.run(log, key: key(), since: checkpoint).entries == 900)
        }
        await #expect(throws: LogFailure.shrank(seen: 900, present: 556)) {
            try await LogAudit.run(half, key: key(), since: writer.checkpoint)
        }
        let fork = try TestLog.write(Array(leaves.reversed()))
        for checkpoint in earlier.dropFirst() + [writer.checkpoint] {
            await #expect(throws: LogFailure.forked(size: checkpoint.checkpoint.size)) {
                try await LogAudit.run(fork, key: key(), since: checkpoint)
            }
        }
        let stranger = try TestLog.key("autre.example.org")
        let foreign = try SignedCheckpoint(
            signing: Checkpoint(origin: stranger.name, size: 1, root: WriterHashing.leaf(leaves[0])), with: stranger)
        await #expect(throws: LogFailure.otherOrigin) { try await LogAudit.run(log, key: key(), since: foreign) }
        await #expect(throws: LogFailure.self) { try await LogAudit.run(log, key: stranger.verifying) }
    }

    @Test("Where a full tile has replaced the partial one that a checkpoint needs, its beginning serves")
    func replacedPartials() async throws {
        let leaves = TestLog.leaves(600).map(\.encoded)
        let log = MemoryLog()
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 600)
        let old = try writer.append(Array(leaves[..<300]))
        try writer.append(Array(leaves[300...]))
        try writer.tidy()
        #expect(log.files["tile/0/001.p/44"] == nil)
        var tiles = try await CheckedTiles(of: old.checkpoint, from: log)
        #expect(try await tiles.entries(ofBundle: 1).map(Array.init) == Array(leaves[256..<300]))
        let proof = try await LogProof.make(of: 299, under: old, in: &tiles)
        #expect(try proof.verify(entry: leaves[299], by: key()).checkpoint.size == 300)
    }

    @Test("A proof in a log of millions reads a tile a level and no more")
    func fewReads() async throws {
        let log = try TestLog.write(DefinedTree.leaves(131_000), batches: [65_536])
        let checkpoint = try await TestLog.checkpoint(of: log)
        let before = log.reads.count
        var tiles = try await CheckedTiles(of: checkpoint.checkpoint, from: log)
        _ = try await tiles.inclusionProof(of: 77, size: 131_000)
        #expect(log.reads.count - before <= 5)
    }
}
