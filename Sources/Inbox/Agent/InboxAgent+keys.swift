package import Exchange

extension InboxAgent {
    /// Publishes this participant's keys, takes newer directories and the log's checkpoint, and nothing else: what enrolment
    /// needs before the first parcel can be sealed to it. Gives what is published now.
    @discardableResult
    package func publishKeys() async throws -> KeysNote {
        do {
            // The relay answers nothing else before it knows our keys.
            let note = try remember(await source.publishOwnKeys())
            try await source.refreshDirectory()
            try await source.refreshLog()
            return note
        } catch {
            throw InboxFailure(error)
        }
    }

    /// Closes the connections and the database: another agent may take the folder. This one is of no use after it.
    package func close() async {
        await source.shutdown()
        // What could not be closed goes with the agent; nothing that was written depends on it.
        try? store.close()
        folder.release()
    }
}
