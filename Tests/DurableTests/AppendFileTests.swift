import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Durable

struct AppendFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test("what is appended comes one behind the other, with its offset")
    func appends() throws {
        let file = try AppendFile.create(folder("a"))
        #expect(try file.append([1, 2]) == 0)
        #expect(try file.append([3][...]) == 2)
        #expect(try file.append([UInt8]()) == 3)
        #expect(file.length == 3)
        #expect(try file.read(at: 1, count: 10) == [2, 3])
        try file.sync()
        #expect(folder.bytes("a") == [1, 2, 3])
        #expect(throws: DurableFailure.self) { try AppendFile.create(folder("a")) }
    }

    @Test("the first sync makes the name durable, unless the file is to be renamed")
    func names() throws {
        let plan = FaultPlan(failAt: nil)
        let file = try AppendFile.create(folder("a"), disk: plan.disk)
        try file.append([1])
        try file.sync()
        try file.sync()
        #expect(plan.steps.count { $0.hasPrefix("syncFolder") } == 1)
        #expect(plan.steps.count { $0.hasPrefix("syncFile") } == 2)
        let temporary = try AppendFile.create(folder("b"), keepsName: false, disk: plan.disk)
        try temporary.sync()
        #expect(plan.steps.count { $0.hasPrefix("syncFolder") } == 1)
    }

    @Test("a reopened file goes on where it was trusted to end")
    func reopens() throws {
        let file = try AppendFile.create(folder("a"))
        try file.append([1, 2, 3, 4])
        try file.sync()
        file.close()
        #expect(throws: DurableFailure.self) { try file.append([1]) }
        let again = try AppendFile.open(folder("a"), keeping: 2)
        #expect(again.length == 2)
        try again.append([9])
        try again.sync()
        #expect(folder.bytes("a") == [1, 2, 9])
        #expect(try AppendFile.open(folder("a")).length == 3)
        #expect(throws: DurableFailure.damaged(path: DurableFailure.shortened(folder("a")))) {
            try AppendFile.open(folder("a"), keeping: 4)
        }
        #expect(throws: DurableFailure.self) { try AppendFile.open(folder("none")) }
    }

    @Test("a failed append leaves the file as it was and usable", arguments: [false, true])
    func failedAppend(persisted: Bool) throws {
        let plan = FaultPlan(failAt: 2, persisted: persisted, code: ENOSPC)
        let file = try AppendFile.create(folder("a"), disk: plan.disk)
        try file.append([1])
        let error = #expect(throws: DurableFailure.self) { try file.append([2, 2, 2]) }
        #expect(error?.isFull == true)
        #expect(file.length == 1)
        #expect(folder.bytes("a") == [1])
        try file.append([3])
        try file.sync()
        #expect(folder.bytes("a") == [1, 3])
    }

    @Test(
        "pieces of any size, from memory that begins anywhere, come one behind the other", arguments: ["/dev/shm", nil])
    func pieces(root: String?) throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        let folder = try TemporaryFolder(in: root)
        let page = AppendFile.pageBytes
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 80 * page, alignment: page)
        defer { memory.deallocate() }
        for place in memory.indices { memory[place] = UInt8.random(in: .min ... .max, using: &random) }
        let file = try AppendFile.create(folder("a"))
        var expected: [UInt8] = []
        for turn in 0..<60 {
            // Whole pages come often enough that the way past the cache is gone, and left, and gone again.
            let isAligned = Bool.random(using: &random)
            let lead = Bool.random(using: &random) ? AppendFile.leadBytes(at: file.length) : 0
            let start =
                isAligned
                ? lead + page * Int.random(in: 0..<8, using: &random) : Int.random(in: 0..<page, using: &random)
            let rest = (page - expected.count % page) % page
            let count =
                isAligned
                ? rest + page * Int.random(in: 0..<64, using: &random) : Int.random(in: 0...9_000, using: &random)
            let piece = UnsafeRawBufferPointer(rebasing: memory[start..<start + count])
            #expect(try file.appendPiece(piece) == Int64(expected.count), "turn \(turn), seed \(seed)")
            expected += piece
        }
        try file.sync()
        let isTheSame = folder.bytes("a") == expected
        #expect(isTheSame, "seed \(seed)")
        #expect(file.length == Int64(expected.count))
    }

    /// How many bytes of an append of `count`, to a file of `begun`, go past the cache: from memory that begins right, or not.
    private func uncached(begun: Int, count: Int, misplacedBy: Int = 0) throws -> (bytes: Int, isRight: Bool) {
        let page = AppendFile.pageBytes
        let passed = Mutex(0)
        let disk = Disk(uncached: { bytes in passed.withLock { $0 += bytes } })
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count + 2 * page, alignment: page)
        defer { memory.deallocate() }
        for place in memory.indices { memory[place] = UInt8(truncatingIfNeeded: place / 7) }
        let folder = try TemporaryFolder()
        let file = try AppendFile.create(folder("a"), disk: disk)
        try file.append([UInt8](repeating: 9, count: begun))
        let start = AppendFile.leadBytes(at: file.length) + misplacedBy
        let piece = UnsafeRawBufferPointer(rebasing: memory[start..<start + count])
        #expect(try file.appendPiece(piece) == Int64(begun))
        try file.sync()
        let expected = [UInt8](repeating: 9, count: begun) + piece
        return (passed.withLock { $0 }, folder.bytes("a") == expected)
    }

    @Test(
        "every whole page of a piece goes past the cache, also where the file ends within one, if memory begins as it does"
    )
    func pastTheCache() throws {
        let page = AppendFile.pageBytes
        // A file system that has no such writes takes all of it the ordinary way.
        let has = try uncached(begun: 0, count: page).bytes > 0
        for (begun, count, expected) in [
            (0, 10 * page, 10 * page), (0, 10 * page + 5, 10 * page), (1, 10 * page, 9 * page),
            (3 * page - 1, 8 * page + 1, 8 * page), (page / 2, 2 * page, page), (1, 2 * page - 1, page),
            (1, 2 * page - 2, 0), (1, 5, 0), (7, page, 0),
        ] {
            let seen = try uncached(begun: begun, count: count)
            #expect(seen.isRight, "\(begun), \(count)")
            #expect(seen.bytes == (has ? expected : 0), "\(begun), \(count)")
            let misplaced = try uncached(begun: begun, count: count, misplacedBy: 1)
            #expect(misplaced.isRight && misplaced.bytes == 0, "\(begun), \(count)")
        }
    }

    @Test(
        "a failed piece that begins within a page leaves the file as it was, and the next one goes on",
        arguments: [false, true])
    func failedWithinPage(persisted: Bool) throws {
        let page = AppendFile.pageBytes
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 6 * page, alignment: page)
        defer { memory.deallocate() }
        for place in memory.indices { memory[place] = UInt8(truncatingIfNeeded: place / 5) }
        let plan = FaultPlan(failAt: 2, persisted: persisted, code: ENOSPC)
        let file = try AppendFile.create(folder("a"), disk: plan.disk)
        try file.append([UInt8](repeating: 1, count: 100))
        let piece = UnsafeRawBufferPointer(rebasing: memory[100..<5 * page])
        #expect(throws: DurableFailure.self) { try file.appendPiece(piece) }
        #expect(file.length == 100 && folder.bytes("a")?.count == 100)
        try file.appendPiece(piece)
        try file.sync()
        #expect(folder.bytes("a") == [UInt8](repeating: 1, count: 100) + piece)
    }

    @Test("what is no file is not taken for one: nothing that is written there would stay")
    func noFile() throws {
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        try Disk.real.writeDurably([], to: folder("file"))
        try FileManager.default.createSymbolicLink(atPath: folder("link"), withDestinationPath: folder("file"))
        func refused(_ path: String) -> DurableFailure {
            .failed(.openFile, code: EINVAL, path: DurableFailure.shortened(path))
        }
        #expect(throws: refused(folder("pipe"))) { try AppendFile.open(folder("pipe")) }
        for path in [folder("pipe"), folder("link"), "/dev/null"] {
            #expect(throws: refused(path)) { try FixedSlots.open(path, referenced: []) }
        }
    }

    @Test("a failed piece leaves the file as it was and usable", arguments: [false, true])
    func failedPiece(persisted: Bool) throws {
        let page = AppendFile.pageBytes
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 3 * page, alignment: page)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: 7)
        let piece = UnsafeRawBufferPointer(memory)
        let plan = FaultPlan(failAt: 2, persisted: persisted, code: ENOSPC)
        let file = try AppendFile.create(folder("a"), disk: plan.disk)
        try file.appendPiece(piece)
        let error = #expect(throws: DurableFailure.self) { try file.appendPiece(piece) }
        #expect(error?.isFull == true)
        #expect(file.length == Int64(3 * page))
        #expect(folder.bytes("a")?.count == 3 * page)
        try file.appendPiece(UnsafeRawBufferPointer(rebasing: piece[..<5]))
        try file.sync()
        #expect(folder.bytes("a") == [UInt8](repeating: 7, count: 3 * page + 5))
    }

    @Test("after a failed sync nothing goes on", arguments: [false, true])
    func failedSync(persisted: Bool) throws {
        let plan = FaultPlan(failAt: 2, persisted: persisted)
        let file = try AppendFile.create(folder("a"), disk: plan.disk)
        try file.append([1])
        let error = try #require(throws: DurableFailure.self) { try file.sync() }
        #expect(error.mustStop == true)
        #expect(throws: error) { try file.sync() }
        #expect(throws: error) { try file.append([1]) }
        #expect(throws: error) { try file.truncate(to: 0) }
    }

    @Test("appends from many threads are each whole")
    func concurrentAppends() async throws {
        let file = try AppendFile.create(folder("a"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<8 {
                group.addTask {
                    for _ in 0..<50 { try file.append([UInt8](repeating: UInt8(writer), count: 10)) }
                    try file.sync()
                }
            }
            try await group.waitForAll()
        }
        let bytes = try #require(folder.bytes("a"))
        #expect(bytes.count == 4000)
        for start in stride(from: 0, to: 4000, by: 10) {
            #expect(bytes[start..<start + 10].allSatisfy { $0 == bytes[start] })
        }
    }
}
