import Durable

/// Keeps the clock's tick, and takes a person's word for it. All of it blocks.
struct ClockDesk: Sendable {
    let store: RelayStore
    let path: String
    let disk: Disk

    init(vault: ParcelVault) {
        store = vault.store
        path = vault.folders.clockWord
        disk = vault.disk
    }

    /// Stores how far the clock is beyond doubt.
    func tick() throws {
        if let tick = store.clock.tick { try store.put(tick) }
    }

    /// Takes a word that was left for the relay. It goes once its effect is stored; a crash between hears it twice.
    func hear() throws {
        let bytes: [UInt8]
        do throws(DurableFailure) {
            bytes = try disk.read(path, limit: ClockWord.bytesMax)
        } catch {
            // What cannot be read must not keep the rounds from what is due.
            if case .missing = error { return }
            store.clock.reportWord("it cannot be read: \(error)")
            return
        }
        if let word = ClockWord(bytes), store.clock.take(word) { try tick() }
        try disk.remove(path)
    }
}
