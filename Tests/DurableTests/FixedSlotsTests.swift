import Foundation
import Testing

@testable import Durable

struct FixedSlotsTests {
    let folder: TemporaryFolder
    var path: String { folder("slots") }

    init() throws {
        folder = try TemporaryFolder()
    }

    static func secret(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number % 250 + 1), count: 30) + [UInt8(number / 256), UInt8(number % 256)]
    }

    @Test("secrets come back from their slots, also after the file is opened again")
    func roundTrip() throws {
        let slots = try FixedSlots.open(path, referenced: [])
        let numbers = try slots.allocate((0..<300).map(Self.secret))
        #expect(Set(numbers).count == 300)
        #expect(slots.occupiedCount == 300)
        let again = try FixedSlots.open(path, referenced: Set(numbers))
        for (index, slot) in numbers.enumerated() { #expect(try again.read(slot) == Self.secret(index)) }
        #expect(again.occupiedCount == 300)
        #expect(try again.read(100_000) == nil)
        #expect(try again.read(-1) == nil)
        #expect(try Disk.real.mode(of: path) == 0o600)
    }

    @Test("a group of secrets costs one sync")
    func groupCommit() throws {
        let plan = FaultPlan(failAt: nil)
        let slots = try FixedSlots.open(path, referenced: [], disk: plan.disk)
        _ = try slots.allocate([Self.secret(0)])
        let before = plan.steps.count { $0.hasPrefix("syncFile") }
        _ = try slots.allocate((1..<50).map(Self.secret))
        _ = try slots.stage(Self.secret(77))
        _ = try slots.stage(Self.secret(78))
        try slots.sync()
        try slots.sync()
        #expect(plan.steps.count { $0.hasPrefix("syncFile") } == before + 2)
    }

    @Test("a destroyed secret is zeros in the file, and destroying again does no harm")
    func destroys() throws {
        let slots = try FixedSlots.open(path, referenced: [])
        let numbers = try slots.allocate((0..<3).map(Self.secret))
        try slots.destroy(numbers[1])
        try slots.destroy([numbers[1], 5_000])
        #expect(try slots.read(numbers[1]) == nil)
        #expect(try slots.read(numbers[0]) == Self.secret(0))
        let bytes = try #require(folder.bytes("slots"))
        #expect(bytes[(numbers[1] * 32)..<(numbers[1] * 32 + 32)].allSatisfy { $0 == 0 })
        #expect(throws: DurableFailure.self) { try slots.destroy(-1) }
    }

    @Test("a destroyed slot is given out again only after its release")
    func releases() throws {
        let slots = try FixedSlots.open(path, referenced: [])
        let slot = try slots.allocate([Self.secret(0)])[0]
        try slots.destroy(slot)
        let others = try slots.allocate((1..<200).map(Self.secret))
        #expect(!others.contains(slot))
        slots.release([slot])
        slots.release([slot])
        #expect(try slots.allocate([Self.secret(1)]) == [slot])
        // A slot that holds a secret cannot be released.
        slots.release([slot])
        #expect(try slots.allocate([Self.secret(2)]) != [slot])
        #expect(try slots.read(slot) == Self.secret(1))
    }

    @Test("after a crash, zero slots that rows still refer to are not given out")
    func reopenedReferences() throws {
        do {
            let slots = try FixedSlots.open(path, referenced: [])
            _ = try slots.allocate((0..<10).map(Self.secret))
            try slots.destroy([3, 4])
        }
        let slots = try FixedSlots.open(path, referenced: [0, 3, 400])
        let given = try slots.allocate((0..<500).map(Self.secret))
        #expect(!given.contains(3))
        #expect(given.contains(4))
        #expect(!given.contains(400))
        slots.release([3, 400])
        #expect(Set(try slots.allocate([Self.secret(1), Self.secret(2)])) == [3, 400])
    }

    @Test("secrets that nothing refers to are destroyed at start")
    func orphans() throws {
        do {
            let slots = try FixedSlots.open(path, referenced: [])
            _ = try slots.allocate((0..<5).map(Self.secret))
        }
        let slots = try FixedSlots.open(path, referenced: [1, 2])
        #expect(try slots.destroyAll(except: [1, 2]) == 3)
        #expect(slots.occupiedCount == 2)
        let bytes = try #require(folder.bytes("slots"))
        #expect(bytes[..<32].allSatisfy { $0 == 0 })
        #expect(try slots.read(2) == Self.secret(2))
    }

    @Test("only 32 bytes that are not all zero are a secret")
    func badSecrets() throws {
        let slots = try FixedSlots.open(path, referenced: [])
        for bad in [[], [UInt8](repeating: 1, count: 31), [UInt8](repeating: 0, count: 32)] {
            #expect(throws: DurableFailure.self) { try slots.allocate([Self.secret(1), bad]) }
        }
        #expect(slots.occupiedCount == 0)
    }

    @Test("a file cut within a slot is used as far as it is whole")
    func tornGrowth() throws {
        try Data(repeating: 0, count: 100).write(to: URL(fileURLWithPath: path))
        let slots = try FixedSlots.open(path, referenced: [])
        let numbers = try slots.allocate((0..<10).map(Self.secret))
        for (index, slot) in numbers.enumerated() { #expect(try slots.read(slot) == Self.secret(index)) }
    }

    @Test("whatever step of an allocation fails, what was durable stays", arguments: [false, true])
    func allocationFailures(persisted: Bool) throws {
        var step = 0
        while true {
            try? FileManager.default.removeItem(atPath: path)
            let kept = try FixedSlots.open(path, referenced: []).allocate((0..<127).map(Self.secret))
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            var given: [Int]?
            do {
                let slots = try FixedSlots.open(path, referenced: Set(kept), disk: plan.disk)
                given = try slots.allocate((200..<204).map(Self.secret))
            } catch {
                #expect(plan.didFail)
            }
            let slots = try FixedSlots.open(path, referenced: Set(kept).union(given ?? []))
            for (index, slot) in kept.enumerated() { #expect(try slots.read(slot) == Self.secret(index)) }
            for (index, slot) in (given ?? []).enumerated() {
                #expect(try slots.read(slot) == Self.secret(200 + index))
            }
            try slots.destroyAll(except: Set(kept).union(given ?? []))
            #expect(slots.occupiedCount == 127 + (given?.count ?? 0), "step \(step)")
            if !plan.didFail { break }
            step += 1
        }
        // openFile, 4 writeSlot with one growth, syncFile.
        #expect(step == 7)
    }

    @Test("whatever step of a destruction fails, doing it again after a restart destroys", arguments: [false, true])
    func destructionFailures(persisted: Bool) throws {
        var step = 0
        while true {
            try? FileManager.default.removeItem(atPath: path)
            let kept = try FixedSlots.open(path, referenced: []).allocate((0..<5).map(Self.secret))
            let plan = FaultPlan(failAt: step, persisted: persisted, dies: true)
            do {
                try FixedSlots.open(path, referenced: Set(kept), disk: plan.disk).destroy([1, 2])
            } catch {
                #expect(plan.didFail)
            }
            let slots = try FixedSlots.open(path, referenced: Set(kept))
            try slots.destroy([1, 2])
            #expect(try slots.read(1) == nil)
            #expect(try slots.read(2) == nil)
            for slot in [0, 3, 4] { #expect(try slots.read(slot) == Self.secret(slot)) }
            if !plan.didFail { break }
            step += 1
        }
        #expect(step == 4)
    }

    @Test("a full disk fails the allocation and nothing else")
    func fullDisk() throws {
        let plan = FaultPlan(failAt: 3, code: ENOSPC)
        let slots = try FixedSlots.open(path, referenced: [], disk: plan.disk)
        let error = #expect(throws: DurableFailure.self) { try slots.allocate([Self.secret(1)]) }
        #expect(error?.isFull == true)
        let slot = try slots.allocate([Self.secret(2)])[0]
        #expect(try slots.read(slot) == Self.secret(2))
        #expect(slots.occupiedCount == 1)
    }

    @Test("after a failed sync nothing goes on")
    func failedSync() throws {
        let counting = FaultPlan(failAt: nil)
        _ = try FixedSlots.open(folder("other"), referenced: [], disk: counting.disk).allocate([Self.secret(1)])
        let plan = FaultPlan(failAt: counting.steps.count - 1)
        let slots = try FixedSlots.open(path, referenced: [], disk: plan.disk)
        let error = try #require(throws: DurableFailure.self) { try slots.allocate([Self.secret(1)]) }
        #expect(error.mustStop == true)
        #expect(throws: error) { try slots.stage(Self.secret(1)) }
        #expect(throws: error) { try slots.destroy(0) }
    }
}
