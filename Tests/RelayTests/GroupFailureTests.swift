import Durable
import Exchange
import Foundation
import NIOCore
import Notes
import Synchronization
import Testing
import TransparencyLog

@testable import Relay

@Suite("Each durable step fails while several parcels share commits, with and without its effect")
struct GroupFailureTests {
    private static let parcels = 2

    /// What was said to somebody outside of one parcel.
    private struct Said: Sendable {
        var isAccepted = false
        var isFetched = false
        var isReceipted = false
        var isDeleted = false
    }

    private struct Sent: Sendable {
        let sealed: Sealed
        let manifest: Signed<Manifest>
        var id: ParcelID { manifest.value.id }
    }

    private static func sent(at time: UTCTime) throws -> [Sent] {
        try (0..<parcels).map { number in
            let sealed = Sealed(size: 40_000 + number)
            return Sent(sealed: sealed, manifest: try sealed.manifest(at: time, seq: Int64(number + 1)))
        }
    }

    private static func desk(_ vault: ParcelVault) -> UploadDesk {
        UploadDesk(
            vault: vault, locks: ParcelLocks(), space: SpaceGuard(reserve: 0, freeBytes: { 1 << 40 }),
            arrivals: Arrivals(), judge: { _, _ in })
    }

    /// Counts those whose step has ended.
    private final class Over: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }

    /// Does one step of all parcels at once: every transaction of it waits until those of the others do, or have failed, and
    /// one commit takes them all. Gives whose step succeeded.
    private static func together(
        _ vault: ParcelVault, _ who: [Int], _ work: @escaping @Sendable (Int) async throws -> Void
    ) async throws -> Set<Int> {
        let (busy, free) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            // What comes of it does not matter: it writes nothing.
            try? vault.store.keepBusy {
                busy.signal()
                free.wait()
            }
            busy.signal()
        }
        await DiskPool.wait(busy)
        let over = Over()
        return await withTaskGroup(of: Int?.self) { group in
            for number in who {
                group.addTask {
                    defer { over.add() }
                    do {
                        try await work(number)
                        return number
                    } catch {
                        return nil
                    }
                }
            }
            while vault.store.waitingWrites + over.count < who.count { await Task.yield() }
            free.signal()
            var done: Set<Int> = []
            for await number in group { if let number { done.insert(number) } }
            await DiskPool.wait(busy)
            return done
        }
    }

    private static func send(
        _ sent: Sent, _ range: Range<Int>, _ vault: ParcelVault, _ desk: UploadDesk
    ) async throws -> Int64 {
        let pieces = AsyncStream<ByteBuffer> { source in
            source.yield(ByteBuffer(bytes: sent.sealed.bytes[range]))
            source.finish()
        }
        guard let row = try await DiskPool.run({ try vault.store.parcel(sent.id) }) else { throw RowMoved() }
        return try await desk.receive(
            row, at: Int64(range.lowerBound), length: nil, body: pieces, requirePostQuantum: false)
    }

    /// All parcels' lives in one process, step by step together, until a step fails.
    private static func live(_ scratch: Scratch, _ all: [Sent], _ plan: StepPlan, now: UTCTime) async throws -> [Said] {
        let vault = try ParcelVault(data: scratch.data, disk: plan.disk, faults: plan.transactions)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        plan.arm()
        let desk = desk(vault)
        let pair = Cast.one.pair(Cast.labA).verifying
        let signer = try SHA256Hex(pair.fingerprint)
        var said = [Said](repeating: Said(), count: all.count)
        var left = Array(all.indices)
        left = try await together(vault, left) { number in
            let row = StoredParcel(beginning: all[number].manifest, signer: signer, now: now)
            try await DiskPool.run {
                _ = try vault.store.begin(row, pair: pair, quota: .init(totalBytes: 1 << 30, openUploads: 10))
            }
        }.sorted()
        left = try await together(vault, left) { _ = try await send(all[$0], 0..<20_000, vault, desk) }.sorted()
        left = try await together(vault, left) { number in
            _ = try await send(all[number], 20_000..<all[number].sealed.bytes.count, vault, desk)
        }.sorted()
        for number in left { said[number].isAccepted = true }
        left = try await together(vault, left) { number in
            try await vault.fetch(all[number].id)
        }.sorted()
        for number in left { said[number].isFetched = true }
        left = try await together(vault, left) { number in
            let receipt = try all[number].manifest.receipt(at: now)
            _ = try await DiskPool.run { try vault.store.take(receipt) }
            try await vault.log.publish()
        }.sorted()
        for number in left { said[number].isReceipted = true }
        left = try await together(vault, left) { number in
            try await DiskPool.run { try vault.end(all[number].id) }
            try await vault.log.publish()
        }.sorted()
        for number in left { said[number].isDeleted = true }
        return said
    }

    private static func reopen(_ scratch: Scratch) async throws -> ParcelVault {
        while true {
            do {
                return try ParcelVault(data: scratch.data, disk: .real)
            } catch DurableFailure.inUse {
                await Task.yield()
            }
        }
    }

    @Test(
        "what was said of each holds after the restart, what was not said can be done again", arguments: [false, true])
    func everyStep(persisted: Bool) async throws {
        let now = SystemClock.now()
        let all = try Self.sent(at: now)
        let secrets = all.flatMap(\.sealed.secrets)
        var step = 0
        var grouped = 0
        while true {
            let scratch = try Scratch(inMemory: true)
            let plan = StepPlan(failAt: step, persisted: persisted)
            let said = try await Self.live(scratch, all, plan, now: now)
            let place = "step \(step): \(plan.names.last ?? "-"), persisted: \(persisted)"
            #expect(try scratch.files(holding: secrets) == [], "\(place)")
            try await Self.check(scratch, all, said, place, now)
            guard plan.didFail else {
                #expect(said.filter(\.isDeleted).count == all.count)
                grouped = plan.names.count
                break
            }
            step += 1
        }
        // Each has its own six transactions, whichever commit they share.
        #expect(grouped > 6 * Self.parcels)
    }

    private static func check(
        _ scratch: Scratch, _ all: [Sent], _ said: [Said], _ place: String, _ now: UTCTime
    ) async throws {
        let vault = try await reopen(scratch)
        defer { try? vault.store.close() }
        _ = try vault.recover { _, _ in }
        #expect(try vault.damaged(after: -1).ids == [], "\(place)")
        let desk = desk(vault)
        var begun = 0
        for (sent, said) in zip(all, said) {
            guard let found = try vault.store.parcel(sent.id) else {
                #expect(!said.isAccepted, "\(place)")
                continue
            }
            begun += 1
            if said.isAccepted { #expect(found.state == .waiting || found.state == .ended, "\(place)") }
            if said.isReceipted { #expect(found.state == .ended, "\(place)") }
            if found.state == .uploading {
                let offset = try await desk.offset(of: found)
                if offset < sent.manifest.value.size {
                    let end = try await send(sent, Int(offset)..<sent.sealed.bytes.count, vault, desk)
                    #expect(end == sent.manifest.value.size, "\(place)")
                }
            }
            if let waiting = try vault.store.parcel(sent.id), waiting.state == .waiting {
                let body = try #require(try vault.body(of: waiting), "\(place)")
                let bytes = try body.read(at: 0, count: Int(body.size))
                #expect(Array(bytes.readableBytesView) == sent.sealed.bytes, "\(place)")
                #expect(try vault.store.take(sent.manifest.receipt(at: now)) == .taken, "\(place)")
                try vault.log.publishNow()
                try vault.end(sent.id)
            }
            #expect(try vault.store.parcel(sent.id)?.state == .ended, "\(place)")
        }
        try vault.log.publishNow()
        let folder = try LogFolder(folder: scratch.data + "/log", copy: scratch.data + "/log-checkpoint", disk: .real)
        let events = try await LogAudit.run(folder, key: vault.log.verifierKey).events
        for event in [LogLeaf.Event.accepted, .receipt, .deleted] {
            #expect(events[event] ?? 0 == begun, "\(event), \(place)")
        }
        #expect(events[.fetched] ?? 0 >= said.filter(\.isFetched).count, "\(place)")
        #expect(vault.shredKeys.count == 0, "\(place)")
        _ = try vault.sweep()
        #expect(try scratch.names(in: "payload") + scratch.names(in: "incoming") == [], "\(place)")
    }
}

extension DiskPool {
    /// Waits for a semaphore where that holds nobody up.
    fileprivate static func wait(_ semaphore: DispatchSemaphore) async {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                semaphore.wait()
                continuation.resume()
            }
        }
    }
}
