extension InboxAgent {
    /// Takes newer directories and publishes this participant's keys, and nothing else: what enrolment needs before the
    /// first parcel can be sealed to it.
    package func publishKeys() async throws {
        do {
            try await source.refreshDirectory()
            ownKeys = try await source.publishOwnKeys()
        } catch {
            throw InboxFailure(error)
        }
    }

    /// Closes the connections. The agent is of no use after it.
    package func close() async {
        await source.shutdown()
    }
}
