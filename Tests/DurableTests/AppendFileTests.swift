import Foundation
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
