import Notes
import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Writing")
struct WriterTests {
    @Test("A new log begins with a signed checkpoint of no leaves, kept apart")
    func begins() async throws {
        let log = MemoryLog()
        let writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 0)
        #expect(writer.size == 0)
        #expect(log.files.keys.sorted() == ["checkpoint"])
        #expect(log.kept == log.files["checkpoint"])
        let audit = try await LogAudit.run(log, key: TestLog.key().verifying)
        #expect(audit.entries == 0)
    }

    @Test("A log opened again goes on where it was, at any size")
    func reopened() throws {
        let leaves = TestLog.leaves(800).map(\.encoded)
        let whole = try TestLog.write(leaves)
        let log = MemoryLog()
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        var done = 0
        while done < leaves.count {
            var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: Int64(leaves.count))
            #expect(writer.size == Int64(done), "seed \(seed)")
            let batch = Int.random(in: 1...90, using: &random)
            try writer.append(Array(leaves[done..<min(done + batch, leaves.count)]))
            if Bool.random(using: &random) { try writer.tidy() }
            done = Int(writer.size)
        }
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: Int64(leaves.count))
        try writer.tidy()
        for (path, bytes) in whole.files { #expect(log.files[path] == bytes, "seed \(seed), \(path)") }
        let stale = log.files.keys.compactMap { TileAddress(path: $0) }.filter { address in
            address.isPartial && log.files[address.full.path] != nil
        }
        #expect(stale.isEmpty, "seed \(seed)")
    }

    @Test("An empty batch changes nothing")
    func emptyBatch() throws {
        let log = MemoryLog()
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 0)
        log.fail(at: 1)
        #expect(try writer.append([[UInt8]]()) == writer.checkpoint)
        #expect(log.steps == 0)
    }

    @Test("At every step, failed or failed although it persisted: the log opens again and holds every leaf")
    func everyFailure() async throws {
        let leaves = TestLog.leaves(600).map(\.encoded)
        let expected = try Frontier().appending(leaves).next.root
        let batches = [1, 100, 154, 1, 300, 44]
        for persists in [false, true] {
            var step = 1
            while true {
                let log = MemoryLog()
                log.fail(at: step, persists: persists)
                let acknowledged = try? appendAll(leaves, batches, to: log)
                if acknowledged == Int64(leaves.count) { break }
                // The process is gone: a new one opens what is on disk and appends what it lacks.
                log.fail(at: nil)
                let promised = try log.kept.map {
                    try SignedCheckpoint(parsing: $0, by: TestLog.key().verifying)
                }
                var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: Int64(leaves.count))
                #expect(writer.size >= promised?.checkpoint.size ?? 0, "step \(step)")
                try writer.append(Array(leaves[Int(writer.size)...]))
                try writer.tidy()
                #expect(writer.checkpoint.checkpoint.root == expected, "step \(step), persists \(persists)")
                #expect(log.kept == log.files["checkpoint"])
                let audit = try await LogAudit.run(log, key: TestLog.key().verifying, since: promised)
                #expect(audit.entries == 600)
                step += 1
            }
            #expect(step > 30, "too few steps were tried")
        }
    }

    /// Appends in batches and gives how many leaves were acknowledged, or throws where a step failed.
    private func appendAll(_ leaves: [[UInt8]], _ batches: [Int], to log: MemoryLog) throws -> Int64 {
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: Int64(leaves.count))
        for batch in batches {
            let start = Int(writer.size)
            try writer.append(Array(leaves[start..<(start + batch)]))
            try writer.tidy()
        }
        return writer.size
    }

    @Test("Failing twice in a row, at any two steps, loses nothing either")
    func failingTwice() async throws {
        let leaves = TestLog.leaves(300).map(\.encoded)
        let expected = try Frontier().appending(leaves).next.root
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<200 {
            let log = MemoryLog()
            for _ in 0..<2 {
                log.fail(at: Int.random(in: 1...24, using: &random), persists: Bool.random(using: &random))
                if var writer = try? LogWriter(opening: log, key: TestLog.key(), sequenced: 300) {
                    while writer.size < 300 {
                        let end = min(300, Int(writer.size) + Int.random(in: 1...120, using: &random))
                        guard (try? writer.append(Array(leaves[Int(writer.size)..<end]))) != nil else { break }
                    }
                }
            }
            log.fail(at: nil)
            var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 300)
            try writer.append(Array(leaves[Int(writer.size)...]))
            #expect(writer.checkpoint.checkpoint.root == expected, "seed \(seed)")
            #expect(try await LogAudit.run(log, key: TestLog.key().verifying).entries == 300, "seed \(seed)")
        }
    }

    @Test("After a failure nothing more is appended before the log is opened anew")
    func broken() throws {
        let log = MemoryLog()
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 9)
        log.fail(at: 2)
        #expect(throws: MemoryLog.Failure.self) { try writer.append([[1]]) }
        log.fail(at: nil)
        #expect(throws: LogFailure.broken) { try writer.append([[1]]) }
    }

    @Test("A refused entry breaks nothing: the batch is not taken and the next one is")
    func refusedEntry() throws {
        let log = MemoryLog()
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 9)
        #expect(throws: LogFailure.pastLimit(what: "entry", limit: 65_535)) {
            try writer.append([[1], Array(repeating: 0, count: 65_536)])
        }
        #expect(try writer.append([[1]]).checkpoint.size == 1)
    }

    @Test("A damaged right edge is never written on: hashes, entries, or missing files")
    func damagedEdge() throws {
        let leaves = TestLog.leaves(300).map(\.encoded)
        let good = try TestLog.write(leaves)
        for path in ["tile/0/001.p/44", "tile/entries/001.p/44", "tile/1/000.p/1"] {
            for damage in 0..<3 {
                let log = MemoryLog()
                log.kept = good.kept
                log.files = good.files
                switch damage {
                case 0: log.files[path]?[20] ^= 1
                case 1: log.files[path] = nil
                default: log.files[path]?.removeLast(9)
                }
                #expect(throws: LogFailure.self, "\(path), \(damage)") {
                    try LogWriter(opening: log, key: TestLog.key(), sequenced: 300)
                }
            }
        }
    }
}

@Suite("Whether a log may go on")
struct ContinuityTests {
    private func checkpoint(_ size: Int64, _ name: String = "", origin: String = TestLog.origin) throws -> Checkpoint {
        try Checkpoint(origin: origin, size: size, root: WriterHashing.leaf(Array("\(size)\(name)".utf8)))
    }

    @Test("Every case of copy, checkpoint and leaves has its verdict")
    func table() throws {
        let none: Checkpoint? = nil
        let cases: [(Checkpoint?, Checkpoint?, Int64, LogContinuity?, LogContinuity.Refusal?)] = [
            (none, none, 0, .begins, nil),
            (none, none, 12, .begins, nil),
            (none, try checkpoint(0), 0, .begins, nil),
            (none, try checkpoint(5), 5, nil, .copyLost(present: 5)),
            (try checkpoint(0), none, 0, nil, .logLost(kept: 0)),
            (try checkpoint(5), none, 5, nil, .logLost(kept: 5)),
            (try checkpoint(5), try checkpoint(5), 5, .unchanged, nil),
            (try checkpoint(5), try checkpoint(5), 9, .unchanged, nil),
            (try checkpoint(5), try checkpoint(7), 7, .grew(from: 5, to: 7), nil),
            (try checkpoint(5), try checkpoint(4), 9, nil, .shrank(kept: 5, present: 4)),
            (try checkpoint(5), try checkpoint(5, "other"), 5, nil, .forked(size: 5)),
            (try checkpoint(5), try checkpoint(5), 4, nil, .leavesLost(sequenced: 4, present: 5)),
            (try checkpoint(5), try checkpoint(7), 6, nil, .leavesLost(sequenced: 6, present: 7)),
            (try checkpoint(5, origin: "a"), try checkpoint(5), 5, nil, .otherOrigin),
        ]
        for (index, (kept, present, sequenced, verdict, refusal)) in cases.enumerated() {
            do {
                let found = try LogContinuity.judge(kept: kept, present: present, sequenced: sequenced)
                #expect(found == verdict, "case \(index)")
            } catch {
                #expect(error == refusal, "case \(index)")
            }
        }
    }

    private func opening(_ log: MemoryLog, sequenced: Int64 = 1_000) -> LogFailure? {
        do {
            _ = try LogWriter(opening: log, key: TestLog.key(), sequenced: sequenced)
            return nil
        } catch {
            return error as? LogFailure
        }
    }

    @Test("A log put back from a backup does not open, nor one whose store was")
    func restored() throws {
        let leaves = TestLog.leaves(600).map(\.encoded)
        let log = MemoryLog()
        var writer = try LogWriter(opening: log, key: TestLog.key(), sequenced: 600)
        try writer.append(Array(leaves[..<400]))
        let backup = log.files
        try writer.append(Array(leaves[400...]))
        let present = log.files
        #expect(opening(log) == nil)
        log.files = backup
        #expect(opening(log) == .discontinued(.shrank(kept: 600, present: 400)))
        log.files = [:]
        #expect(opening(log) == .discontinued(.logLost(kept: 600)))
        log.files = present
        #expect(opening(log, sequenced: 599) == .discontinued(.leavesLost(sequenced: 599, present: 600)))
        log.kept = nil
        #expect(opening(log) == .discontinued(.copyLost(present: 600)))
    }

    @Test("A fork does not open: other leaves, as many or more, under the same key")
    func forked() throws {
        let leaves = TestLog.leaves(600).map(\.encoded)
        let log = try TestLog.write(Array(leaves[..<300]))
        let same = try TestLog.write(Array(leaves[300...]))
        let more = try TestLog.write(Array(leaves.reversed()))
        same.kept = log.kept
        more.kept = log.kept
        #expect(opening(same) == .discontinued(.forked(size: 300)))
        // The other tree's tiles at the old size are not even those that were signed.
        #expect(opening(more) != nil)
        // Even where the old right edge lies there as it was signed, the entries after it do not lead to the new root.
        for (path, bytes) in log.files where path != "checkpoint" { more.files[path] = bytes }
        #expect(opening(more) == .discontinued(.forked(size: 300)))
    }

    @Test("Each refusal says what to do, and shows no hash")
    func words() {
        let refusals: [LogContinuity.Refusal] = [
            .otherOrigin, .shrank(kept: 5, present: 4), .forked(size: 3), .logLost(kept: 2), .copyLost(present: 1),
            .leavesLost(sequenced: 1, present: 2),
        ]
        for refusal in refusals {
            #expect(refusal.description.contains("succe") || refusal.description.contains("put the right one back"))
            #expect(LogFailure.discontinued(refusal).label.hasPrefix("discontinued-"))
        }
        #expect(Set(refusals.map(\.label)).count == refusals.count)
    }
}
