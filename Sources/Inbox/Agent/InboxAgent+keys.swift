extension InboxAgent {
    /// Publishes this participant's keys and takes newer directories, and nothing else: what enrolment needs before the
    /// first parcel can be sealed to it.
    package func publishKeys() async throws {
        do {
            // The relay answers nothing else before it knows our keys.
            ownKeys = try await source.publishOwnKeys()
            try await source.refreshDirectory()
        } catch {
            throw InboxFailure(error)
        }
    }

    /// Closes the connections. The agent is of no use after it.
    package func close() async {
        await source.shutdown()
    }
}
