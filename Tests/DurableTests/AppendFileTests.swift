import Foundation
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
            let start =
                isAligned ? page * Int.random(in: 0..<8, using: &random) : Int.random(in: 0..<page, using: &random)
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
