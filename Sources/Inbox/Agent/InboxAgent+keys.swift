import Courier
package import Exchange
import Logging

extension InboxAgent {
    /// Publishes this participant's keys, takes newer directories and the log's checkpoint, and nothing else: what enrolment
    /// needs before the first parcel can be sealed to it. Gives what is published now.
    ///
    /// Throws where nobody may seal to them: before anything is published, as far as the directory is known here.
    @discardableResult
    package func publishKeys() async throws -> KeysNote {
        do {
            if let unfit = await unfitKeys() { throw unfit }
            // The relay answers nothing else before it knows our keys.
            let note = try remember(await source.publishOwnKeys())
            try await source.refreshDirectory()
            try await source.refreshLog()
            if let unfit = await unfitKeys() { throw unfit }
            return note
        } catch {
            throw InboxFailure(error)
        }
    }

    /// Why nobody may seal to our newest key under the newest directory known; nil where they may, or none is known.
    func unfitKeys() async -> CourierFailure? {
        guard !keys.offersPostQuantum, let directory = try? await source.directory(), directory.requirePostQuantum
        else { return nil }
        return .trust(.classicalKeys(keys.id))
    }

    /// Said with every upkeep: senders keep what is for us, and nothing else shows it here.
    func tellUnfitKeys() async {
        guard let unfit = await unfitKeys() else { return }
        logger.error(
            "nobody can seal to us: the directory requires post-quantum keys, ours is classical: pli key rotate, then restart",
            metadata: ["failure": "\(unfit.label)"])
    }

    /// Closes the connections and the database: another agent may take the folder. This one is of no use after it.
    package func close() async {
        await source.shutdown()
        // What could not be closed goes with the agent; nothing that was written depends on it.
        try? store.close()
        folder.release()
    }
}
