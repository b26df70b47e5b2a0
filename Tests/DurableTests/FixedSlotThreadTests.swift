import Foundation
import Synchronization
import Testing

@testable import Durable

@Suite("Slots that many threads fill, sync and destroy at once")
struct FixedSlotThreadTests {
    private static let threads = 12
    private static let rounds = 60

    /// Numbers what happens to the file, under the file's own lock.
    private final class Witness: Sendable {
        private struct State {
            var number = 0
            var syncs = 0
            /// The number at which the last sync that ended had begun.
            var covered = 0
            var begun = 0
            var fails = false
            /// When each thread last wrote a secret.
            var written: [pthread_t: Int] = [:]
        }
        private let state = Mutex(State())

        var disk: Disk {
            Disk(
                before: { (step, path) throws(DurableFailure) in
                    let fails = self.state.withLock { state in
                        state.number += 1
                        if step == .writeSlot { state.written[pthread_self()] = state.number }
                        guard step == .syncFile else { return false }
                        state.begun = state.number
                        return state.fails
                    }
                    if fails { throw DurableFailure(step, code: 5, path: path) }
                },
                after: { (step, _) throws(DurableFailure) in
                    guard step == .syncFile else { return }
                    self.state.withLock { state in
                        state.syncs += 1
                        state.covered = state.begun
                    }
                })
        }

        var syncs: Int { state.withLock { $0.syncs } }

        /// Whether a sync has ended that began behind this thread's last secret.
        var hasCoveredMe: Bool { state.withLock { $0.covered > $0.written[pthread_self()] ?? .max } }

        func fail() { state.withLock { $0.fails = true } }
    }

    private static func secret(_ thread: Int, _ round: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(thread + 1), count: 30) + [UInt8(round / 256), UInt8(round % 256)]
    }

    @Test("what a thread was told is durable was written before a sync began, and stays; no two have one slot")
    func storm() throws {
        let folder = try TemporaryFolder()
        let witness = Witness()
        let slots = try FixedSlots.open(folder("slots"), referenced: [], disk: witness.disk)
        let kept = Mutex([Int: [UInt8]]())
        let wrong = Mutex([String]())
        DispatchQueue.concurrentPerform(iterations: Self.threads) { thread in
            for round in 0..<Self.rounds {
                do {
                    let secret = Self.secret(thread, round)
                    let slot = try slots.stage(secret)
                    try slots.sync()
                    if !witness.hasCoveredMe { wrong.withLock { $0.append("no sync behind it") } }
                    if kept.withLock({ $0.updateValue(secret, forKey: slot) }) != nil {
                        wrong.withLock { $0.append("slot \(slot) was given twice") }
                    }
                    // Every third goes again, so that slots are given out anew.
                    guard round % 3 == 0 else { continue }
                    try slots.destroy(slot)
                    if try slots.read(slot) != nil { wrong.withLock { $0.append("slot \(slot) was not destroyed") } }
                    kept.withLock { $0[slot] = nil }
                    slots.release([slot])
                } catch {
                    wrong.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(wrong.withLock { $0 } == [])
        let left = kept.withLock { $0 }
        #expect(left.count == Self.threads * (Self.rounds - Self.rounds / 3))
        #expect(slots.occupiedCount == left.count)
        let again = try FixedSlots.open(folder("slots"), referenced: Set(left.keys))
        for (slot, secret) in left { #expect(try again.read(slot) == secret) }
        #expect(again.occupiedCount == left.count)
    }

    /// Stages a secret in each of many threads, and syncs in all of them once all have staged.
    private static func together(_ slots: FixedSlots, _ count: Int) throws -> [Result<Void, any Error>] {
        let results = Mutex([Result<Void, any Error>]())
        let (staged, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread {
                let result = Result {
                    _ = try slots.stage(secret(number, 7))
                    staged.signal()
                    go.wait()
                    try slots.sync()
                }
                results.withLock { $0.append(result) }
                group.leave()
            }
        }
        for _ in 0..<count { staged.wait() }
        for _ in 0..<count { go.signal() }
        group.wait()
        return results.withLock { $0 }
    }

    @Test("many that staged share one sync")
    func shared() throws {
        let folder = try TemporaryFolder()
        let witness = Witness()
        let slots = try FixedSlots.open(folder("slots"), referenced: [], disk: witness.disk)
        let before = witness.syncs
        let results = try Self.together(slots, 24)
        #expect(results.count == 24)
        for result in results { try result.get() }
        #expect(witness.syncs == before + 1)
    }

    @Test("a shared sync that fails has failed for all who shared it, and nothing goes on behind it")
    func failed() throws {
        let folder = try TemporaryFolder()
        let witness = Witness()
        let slots = try FixedSlots.open(folder("slots"), referenced: [], disk: witness.disk)
        witness.fail()
        let results = try Self.together(slots, 24)
        #expect(results.count == 24)
        for result in results { #expect(throws: DurableFailure.self) { try result.get() } }
        #expect(throws: DurableFailure.self) { try slots.stage(Self.secret(1, 1)) }
    }

    /// A disk whose next sync, once it is asked for one, waits until it is let go.
    private final class HeldSync: Sendable {
        private let isHeld = Mutex(false)
        let (begun, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))

        func hold() { isHeld.withLock { $0 = true } }

        var disk: Disk {
            Disk(before: { (step, _) throws(DurableFailure) in
                let waits = self.isHeld.withLock { isHeld in
                    defer { if step == .syncFile { isHeld = false } }
                    return isHeld && step == .syncFile
                }
                guard waits else { return }
                self.begun.signal()
                self.go.wait()
            })
        }
    }

    /// What a thread of its own comes to, within half a minute.
    private static func soon<Value: Sendable>(
        _ body: @escaping @Sendable () throws -> Value
    ) -> Result<Value, any Error>? {
        let over = DispatchSemaphore(value: 0)
        let result = Mutex<Result<Value, any Error>?>(nil)
        Thread.detachNewThread {
            let outcome = Result { try body() }
            result.withLock { $0 = outcome }
            over.signal()
        }
        return over.wait(timeout: .now() + 30) == .success ? result.withLock { $0 } : nil
    }

    @Test("whoever reads does not wait for a sync; a secret that is being destroyed is gone before its sync is over")
    func readsDuringSync() throws {
        let folder = try TemporaryFolder()
        let held = HeldSync()
        let slots = try FixedSlots.open(folder("slots"), referenced: [], disk: held.disk)
        let (kept, going) = (try slots.stage(Self.secret(1, 1)), try slots.stage(Self.secret(2, 2)))
        try slots.sync()
        for change in ["stage", "destroy"] {
            held.hold()
            let over = DispatchSemaphore(value: 0)
            let failure = Mutex<(any Error)?>(nil)
            Thread.detachNewThread {
                do {
                    if change == "stage" { _ = try slots.stage(Self.secret(3, 3)) }
                    try change == "stage" ? slots.sync() : slots.destroy(going)
                } catch {
                    failure.withLock { $0 = error }
                }
                over.signal()
            }
            held.begun.wait()
            let read = Self.soon { (try slots.read(kept), try slots.read(going)) }
            held.go.signal()
            over.wait()
            let (first, second) = try #require(read, "a reader waited for the sync of \(change)").get()
            #expect(first == Self.secret(1, 1))
            #expect(second == (change == "stage" ? Self.secret(2, 2) : nil))
            #expect(failure.withLock { $0 } == nil)
        }
        #expect(slots.occupiedCount == 2)
    }
}
