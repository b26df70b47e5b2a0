import Notes
import Testing

@testable import TransparencyLog

@Suite("Pruning")
struct PruningTests {
    private func key() throws -> VerifierKey { try TestLog.key().verifying }

    /// A time so late that every leaf of a test's log is older.
    private static let late = LogMinute(secondsSinceEpoch: 2_000_000_000)

    /// Prunes all that may be, as the relay does.
    private func prune(_ log: MemoryLog, before time: LogMinute = late, needed: Int64) throws -> LogPruning {
        let size = try #require(
            try log.keptCheckpoint().map { bytes in
                try Checkpoint(text: SignedNote(parsing: bytes, maxBytes: 16_384).text).size
            })
        let old = try LogPruning(reading: log, size: size)
        let new = try old.advanced(in: log, before: time, needed: needed)
        if new != old { try new.publish(to: log) }
        try new.sweep(log)
        return new
    }

    @Test("a log begins to be verified at the minimum index that it says; its hashes prove what was before")
    func verified() async throws {
        let leaves = TestLog.leaves(1_500)
        let log = try TestLog.write(leaves.map(\.encoded), batches: [300, 1_100])
        let early = try await {
            let first = try TestLog.write(leaves.prefix(300).map(\.encoded))
            return try await TestLog.checkpoint(of: first)
        }()
        let before = Set(log.files.keys)
        #expect(try prune(log, needed: 700).minimumIndex == 512)
        #expect(before.subtracting(log.files.keys) == ["tile/entries/000", "tile/entries/001"])
        #expect(log.files[MinimumIndex.path] == Array("512\n".utf8))

        let audit = try await LogAudit.run(log, key: key(), since: early)
        #expect((audit.firstIndex, audit.entries) == (512, 988))
        var tiles = try await CheckedTiles(of: audit.checkpoint.checkpoint, from: log)
        for index in [0, 255, 511, 512, 1_499] as [Int64] {
            // Whoever kept a leaf can still have it proven.
            let path = try await tiles.inclusionProof(of: index, size: 1_500)
            try ProofCheck.inclusion(
                of: ProofHashing.leafHash(of: leaves[Int(index)].encoded[...]), index: index, size: 1_500, path: path,
                root: tiles.checkpoint.root)
        }
        for old in [1, 17, 256, 300, 511] as [Int64] {
            let root = try await tiles.root(ofSize: old)
            let path = try await tiles.consistencyProof(from: old, to: 1_500)
            try ProofCheck.consistency(
                oldSize: old, oldRoot: root, size: 1_500, root: tiles.checkpoint.root, path: path)
        }
        await #expect(throws: LogFailure.missing(path: "tile/entries/000")) {
            try await LogAudit.run(log, key: key(), from: 0)
        }
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 1_500)
        #expect(try writer.append([leaves[0]]).checkpoint.size == 1_501)
        #expect(try await LogAudit.run(log, key: key()).entries == 989)
    }

    @Test(
        "a bundle goes once its youngest leaf is old enough, whole or not at all, and no bundle behind one that stays")
    func age() throws {
        let leaves = TestLog.leaves(900)
        let log = try TestLog.write(leaves.map(\.encoded))
        // The leaf of index 255 is sequenced in that minute: one minute later the first bundle may go.
        let youngest = leaves[255].at.minutesSinceEpoch
        for (minute, minimum) in [(youngest, 0), (youngest + 1, 256)] as [(Int64, Int64)] {
            #expect(
                try prune(log, before: LogMinute(secondsSinceEpoch: minute * 60), needed: 900).minimumIndex == minimum)
        }
        // A bundle that is not full is never pruned, whatever its age.
        #expect(try prune(log, needed: 900).minimumIndex == 768)
        #expect(try prune(log, needed: 900).minimumIndex == 768)
        #expect(log.files["tile/entries/003.p/132"] != nil)
        #expect(log.files["tile/0/000"] != nil)
    }

    @Test("a leaf that is needed keeps its bundle and all behind it", arguments: [0, 1, 255, 256, 257, 600] as [Int64])
    func needed(_ first: Int64) throws {
        let log = try TestLog.write(TestLog.leaves(900).map(\.encoded))
        #expect(try prune(log, needed: first).minimumIndex == first / 256 * 256)
    }

    @Test("a leaf out of order of time keeps what is behind it; a damaged bundle is not destroyed on top")
    func outOfOrder() throws {
        var leaves = TestLog.leaves(900)
        leaves[300] = LogLeaf(.keys, at: Self.late, note: leaves[300].note)
        let log = try TestLog.write(leaves.map(\.encoded))
        #expect(try prune(log, needed: 900).minimumIndex == 256)
        let damaged = try TestLog.write(TestLog.leaves(900).map(\.encoded))
        damaged.files["tile/entries/001"]?[5] = 0
        #expect(try prune(damaged, needed: 900).minimumIndex == 256)
        #expect(damaged.files["tile/entries/001"] != nil)
    }

    @Test("stopped at any step, with or without its effect, the log is sound, and the next start finishes")
    func crashes() async throws {
        let leaves = TestLog.leaves(1_100).map(\.encoded)
        let whole = try TestLog.write(leaves)
        _ = try prune(whole, needed: 1_100)
        // The minimum index, and four bundles.
        for step in 1...5 {
            for persists in [false, true] {
                let log = try TestLog.write(leaves)
                log.fail(at: step, persists: persists)
                #expect(throws: MemoryLog.Failure.self) { try prune(log, needed: 1_100) }
                log.fail(at: nil)
                let audit = try await LogAudit.run(log, key: key())
                let isPublished = step > 1 || persists
                #expect(audit.firstIndex == (isPublished ? 1_024 : 0), "step \(step), \(persists)")
                _ = try LogWriter(opening: log, key: TestLog.key(), sequenced: 1_100)
                #expect(try prune(log, needed: 1_100).minimumIndex == 1_024)
                #expect(log.files == whole.files, "step \(step), \(persists)")
            }
        }
    }

    @Test("a minimum index lies within the log, and has one text")
    func bounds() throws {
        for bad in [-1, 11] as [Int64] {
            #expect(throws: LogFailure.outOfRange(what: "the minimum index")) {
                try LogPruning(minimumIndex: bad, size: 10)
            }
        }
        let tile = try #require(TileAddress(.entries, index: 0))
        #expect(try !LogPruning(minimumIndex: 255, size: 300).denies(tile))
        #expect(try LogPruning(minimumIndex: 256, size: 300).denies(tile))
        let partial = try #require(TileAddress(.entries, index: 0, width: 9))
        #expect(try LogPruning(minimumIndex: 256, size: 300).denies(partial))
        for level in 0...1 {
            let hashes = try #require(TileAddress(.hashes(level: level), index: 0))
            #expect(try !LogPruning(minimumIndex: 65_536, size: 70_000).denies(hashes))
        }
        for index in [0, 256, LogLimits.size] { #expect(try MinimumIndex.parse(MinimumIndex.encode(index)) == index) }
        for bad in ["", "\n", "0", "00\n", "-1\n", "+1\n", " 1\n", "1 \n", "1\n\n", "9007199254740992\n", "1e3\n"] {
            #expect(throws: LogFailure.self, "\(bad)") { try MinimumIndex.parse(Array(bad.utf8)) }
        }
        #expect(MinimumIndex.encode(LogLimits.size).count == MinimumIndex.bytesMax)
    }

    @Test("what is pruned while a log is read is no fault of it; what lies above the minimum index must be there")
    func meanwhile() async throws {
        /// Prunes itself once the minimum index was read.
        struct Racing: TileSource {
            let log: MemoryLog
            let minimum: Int64

            func file(at path: String, limit: Int) async throws -> [UInt8]? {
                let bytes = try log.read(path, limit: limit)
                if path == MinimumIndex.path, bytes == nil {
                    try log.removeEntries(below: 512)
                    try log.write(minimumIndex: MinimumIndex.encode(minimum))
                }
                return bytes
            }
        }
        let leaves = TestLog.leaves(900).map(\.encoded)
        let audit = try await LogAudit.run(Racing(log: TestLog.write(leaves), minimum: 512), key: key())
        #expect((audit.firstIndex, audit.entries) == (512, 388))
        await #expect(throws: LogFailure.missing(path: "tile/entries/001")) {
            try await LogAudit.run(Racing(log: TestLog.write(leaves), minimum: 256), key: key())
        }
    }
}
