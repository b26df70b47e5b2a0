import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// A file of 32-byte slots for secrets that must be destroyed in place: each slot holds one secret or zeros.
///
/// Order for one who stores: `stage` or `allocate`, durable, then the transaction that refers to the slot. Order for one
/// who deletes: `destroy`, durable, then the transaction that forgets the slot, then `release`. A destroyed slot is
/// given out again only after `release` (or at the next `open`, when nothing refers to it): were it free at once, a
/// deletion that is done again after a failed transaction would destroy a stranger's secret.
///
/// A crash between allocation and transaction leaves a secret that nothing refers to: `destroyAll(except:)` at start.
/// The file is never moved, copied or shortened, so that overwriting reaches the blocks that held the secret.
package final class FixedSlots: Sendable {
    /// Bytes in a slot.
    package static let slotBytes = 32
    /// The file grows by this many slots at a time: one block of 4 KiB.
    static let growth = 128

    /// Where the file is.
    package let path: String
    private let disk: Disk
    /// One change at a time, its sync included. Taken before `state`.
    private let changing = Mutex(())
    /// Never held over a sync: whoever opens a header must not wait for other parcels' keys.
    private let state: Mutex<State>

    private struct State {
        var descriptor: Int32
        /// One entry a slot: does it hold zeros?
        var isZero: [Bool] = []
        /// Slots to give out; the last one goes first.
        var free: [Int] = []
        /// Zero or missing slots that a row still refers to.
        var reserved: Set<Int>
        /// Something was written since the last sync.
        var isDirty = false
        /// A failure after which the file cannot be trusted.
        var broken: DurableFailure?
    }

    private init(path: String, disk: Disk, state: consuming sending State) {
        self.path = path
        self.disk = disk
        self.state = Mutex(state)
    }

    deinit {
        state.withLock { SystemCalls.close($0.descriptor) }
    }

    /// Opens the file, or makes it. `referenced` are the slots that rows refer to: none of them is given out before it
    /// is released, even if it holds zeros (a deletion that a crash cut in two) or lies behind the end (a lost file).
    package static func open(
        _ path: String, referenced: Set<Int>, disk: Disk = .real
    ) throws(DurableFailure) -> FixedSlots {
        let kind = try disk.kind(of: path)
        let isNew = kind == nil
        // A device or pipe keeps nothing, and behind a link the secrets would lie elsewhere.
        guard isNew || kind == .file else {
            throw .failed(.openFile, code: EINVAL, path: DurableFailure.shortened(path))
        }
        let flags = isNew ? O_RDWR | O_CREAT | O_EXCL : O_RDWR
        let descriptor = try disk.open(isNew ? .createFile : .openFile, path, flags, mode: 0o600)
        var state = State(descriptor: descriptor, reserved: referenced)
        do throws(DurableFailure) {
            try scan(&state, path)
            if isNew {
                try disk.perform(.syncFile, path) { SystemCalls.syncAll(descriptor) }
                try disk.syncFolder(Disk.folder(of: path))
            }
        } catch {
            SystemCalls.close(descriptor)
            throw error
        }
        return FixedSlots(path: path, disk: disk, state: state)
    }

    /// How many slots hold a secret.
    package var occupiedCount: Int { state.withLock { $0.isZero.count { !$0 } } }

    /// Writes a secret into a free slot and gives its number. Not durable before `sync`: nothing may refer to it yet.
    package func stage(_ secret: [UInt8]) throws(DurableFailure) -> Int {
        try change { () throws(DurableFailure) in try put(secret) }
    }

    /// Makes durable all that was staged before, with one fdatasync; none when another caller's sync covered it.
    package func sync() throws(DurableFailure) {
        try change { () throws(DurableFailure) in try syncData() }
    }

    /// Puts secrets into free slots, durably, with one fdatasync. On failure none of them counts as allocated.
    package func allocate(_ secrets: [[UInt8]]) throws(DurableFailure) -> [Int] {
        try change { () throws(DurableFailure) in
            var slots: [Int] = []
            do throws(DurableFailure) {
                for secret in secrets { slots.append(try put(secret)) }
                try syncData()
            } catch {
                withdraw(slots)
                throw error
            }
            return slots
        }
    }

    /// The secret in a slot; nil when it was destroyed, or never was. It waits for no sync.
    package func read(_ slot: Int) throws(DurableFailure) -> [UInt8]? {
        try withState { state throws(DurableFailure) in
            guard state.isZero.indices.contains(slot), !state.isZero[slot] else { return nil }
            var secret = [UInt8](repeating: 0, count: FixedSlots.slotBytes)
            let (count, code) = secret.withUnsafeMutableBytes {
                SystemCalls.read(state.descriptor, into: $0, at: FixedSlots.offset(of: slot))
            }
            guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
            guard count == FixedSlots.slotBytes else { throw .damaged(path: DurableFailure.shortened(path)) }
            return secret
        }
    }

    /// Overwrites slots with zeros, durably, with one fdatasync. Destroying twice does no harm; a slot behind the end
    /// is destroyed already. The slots stay reserved until `release`.
    package func destroy(_ slots: [Int]) throws(DurableFailure) {
        try change { () throws(DurableFailure) in
            guard slots.allSatisfy({ $0 >= 0 }) else { throw .badSlot(path: DurableFailure.shortened(path)) }
            try wipe(slots)
        }
    }

    /// Overwrites one slot with zeros, durably.
    package func destroy(_ slot: Int) throws(DurableFailure) {
        try destroy([slot])
    }

    /// Lets destroyed slots be given out again. To be called once nothing durable refers to them.
    package func release(_ slots: [Int]) {
        changing.withLock { _ in free(slots) }
    }

    /// At start: destroys every secret that nothing refers to and frees its slot; gives how many there were.
    @discardableResult
    package func destroyAll(except referenced: Set<Int>) throws(DurableFailure) -> Int {
        let orphans = state.withLock { state in
            state.isZero.indices.filter { !state.isZero[$0] && !referenced.contains($0) }
        }
        if !orphans.isEmpty {
            try destroy(orphans)
            release(orphans)
        }
        return orphans.count
    }

    // MARK: - One change at a time

    /// Does one change, its sync included, while no other is being done.
    private func change<Value: Sendable>(_ body: () throws(DurableFailure) -> Value) throws(DurableFailure) -> Value {
        try changing.withLock { _ throws(DurableFailure) in try body() }
    }

    /// Looks at the state, or changes it; never over a sync.
    private func withState<Value: Sendable>(
        _ body: (inout State) throws(DurableFailure) -> Value
    ) throws(DurableFailure) -> Value {
        let result: Result<Value, DurableFailure> = state.withLock { state in
            if let broken = state.broken { return .failure(broken) }
            do throws(DurableFailure) {
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func put(_ secret: [UInt8]) throws(DurableFailure) -> Int {
        guard secret.count == FixedSlots.slotBytes, secret.contains(where: { $0 != 0 }) else {
            throw .badSlot(path: DurableFailure.shortened(path))
        }
        var taken: [Int] = []
        do throws(DurableFailure) {
            return try withState { state throws(DurableFailure) in
                if state.free.isEmpty { try grow(&state) }
                guard let slot = state.free.popLast() else { throw .badSlot(path: DurableFailure.shortened(path)) }
                // From here on the slot may hold part of the secret: it is not free again unless destroyed.
                taken = [slot]
                (state.isZero[slot], state.isDirty) = (false, true)
                let descriptor = state.descriptor
                try disk.perform(.writeSlot, path) {
                    secret.withUnsafeBytes { SystemCalls.write(descriptor, $0, at: FixedSlots.offset(of: slot)) }
                }
                return slot
            }
        } catch {
            withdraw(taken)
            throw error
        }
    }

    private func wipe(_ slots: [Int]) throws(DurableFailure) {
        let zeros = [UInt8](repeating: 0, count: FixedSlots.slotBytes)
        try withState { state throws(DurableFailure) in
            let descriptor = state.descriptor
            // Synced even if all were zero: they may be so by an overwriting that another life never saw confirmed.
            state.isDirty = true
            for slot in slots where state.isZero.indices.contains(slot) {
                // Reserved first: if the overwriting fails half way the slot must not be given out.
                if state.isZero[slot], !state.reserved.contains(slot) { state.free.removeAll { $0 == slot } }
                state.reserved.insert(slot)
                try disk.perform(.overwriteSlot, path) {
                    zeros.withUnsafeBytes { SystemCalls.write(descriptor, $0, at: FixedSlots.offset(of: slot)) }
                }
                // Whoever reads during the sync finds it destroyed.
                state.isZero[slot] = true
            }
        }
        try syncData()
    }

    /// Takes back what a failed allocation wrote. If this fails too the slots stay taken until `destroyAll(except:)`.
    private func withdraw(_ slots: [Int]) {
        guard !slots.isEmpty else { return }
        do throws(DurableFailure) {
            try wipe(slots)
            free(slots)
        } catch {}
    }

    private func free(_ slots: [Int]) {
        state.withLock { state in
            for slot in slots where state.reserved.remove(slot) != nil {
                if state.isZero.indices.contains(slot), state.isZero[slot] { state.free.append(slot) }
            }
        }
    }

    /// Zeros are written, not left as a hole: room is then certain before a secret is put there.
    private func grow(_ state: inout State) throws(DurableFailure) {
        let first = state.isZero.count
        let descriptor = state.descriptor
        let zeros = [UInt8](repeating: 0, count: FixedSlots.growth * FixedSlots.slotBytes)
        try disk.perform(.write, path) {
            zeros.withUnsafeBytes { SystemCalls.write(descriptor, $0, at: FixedSlots.offset(of: first)) }
        }
        state.isZero += [Bool](repeating: true, count: FixedSlots.growth)
        for slot in (first..<first + FixedSlots.growth).reversed() where !state.reserved.contains(slot) {
            state.free.append(slot)
        }
        if state.free.isEmpty { try grow(&state) }
    }

    /// Makes durable what was written. Nothing is written meanwhile, but whoever reads goes on.
    private func syncData() throws(DurableFailure) {
        let descriptor = try withState { state throws(DurableFailure) in state.isDirty ? state.descriptor : nil }
        guard let descriptor else { return }
        do throws(DurableFailure) {
            try disk.perform(.syncFile, path) { SystemCalls.syncData(descriptor) }
        } catch {
            state.withLock { $0.broken = error }
            throw error
        }
        state.withLock { $0.isDirty = false }
    }

    /// Finds the free slots. A growth that a crash cut short may have left part of a slot: zeros, written over later.
    private static func scan(_ state: inout State, _ path: String) throws(DurableFailure) {
        let (size, sizeCode) = SystemCalls.size(state.descriptor)
        guard sizeCode == 0 else { throw DurableFailure(.read, code: sizeCode, path: path) }
        let count = Int(size) / slotBytes
        state.isZero.reserveCapacity(count)
        var buffer = [UInt8](repeating: 0, count: 2048 * slotBytes)
        // Secrets pass through this buffer: it is wiped before its memory goes back.
        defer {
            buffer.withUnsafeMutableBytes { raw in
                if let base = raw.baseAddress { explicit_bzero(base, raw.count) }
            }
        }
        while state.isZero.count < count {
            let start = state.isZero.count
            let slots = min(2048, count - start)
            let (done, code) = buffer.withUnsafeMutableBytes {
                SystemCalls.read(
                    state.descriptor, into: UnsafeMutableRawBufferPointer(rebasing: $0[..<(slots * slotBytes)]),
                    at: offset(of: start))
            }
            guard code == 0 else { throw DurableFailure(.read, code: code, path: path) }
            guard done == slots * slotBytes else { throw .damaged(path: DurableFailure.shortened(path)) }
            for slot in 0..<slots {
                state.isZero.append(buffer[(slot * slotBytes)..<((slot + 1) * slotBytes)].allSatisfy { $0 == 0 })
            }
        }
        state.free = state.isZero.indices.reversed().filter { state.isZero[$0] && !state.reserved.contains($0) }
        // Those with a secret are not given out anyway: a million of them need not be remembered.
        let isZero = state.isZero
        state.reserved = state.reserved.filter { !isZero.indices.contains($0) || isZero[$0] }
    }

    private static func offset(of slot: Int) -> Int64 { Int64(slot) * Int64(slotBytes) }
}
