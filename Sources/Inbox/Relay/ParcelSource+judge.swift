import Courier
package import Exchange

extension ParcelSource {
    /// Judges a parcel whose manifest's signature held, for its recipient `me`: the rules that the relay applied when it
    /// accepted it, applied again, since it is not trusted with them; then the log's proof. Before the rules only where one of the
    /// two has retired since, and the log says what still counts.
    ///
    /// The inbox and whoever receives with other tools (`pli parcel`) judge by this same function.
    /// - Parameter ownKeys: the newest keys note of `me`, where it is known: the manifest may not quote a later one.
    package func judge(
        _ manifest: Signed<Manifest>, for me: ParticipantID, ownKeys: KeysNote?, now: @Sendable () -> UTCTime
    ) async throws -> Directory {
        let value = manifest.value
        try await requireDirectory(version: value.directory)
        let directory = try await self.directory()
        try value.check(isFor: me)
        guard value.needsAcceptance(under: directory) else {
            try value.check(against: directory, recipientKeys: ownKeys, now: now())
            _ = try await requireLogged(manifest)
            return directory
        }
        let acceptedAt = try await requireLogged(manifest)
        try value.check(against: directory, recipientKeys: ownKeys, acceptedAt: acceptedAt, now: now())
        return directory
    }

    /// When the log took the parcel in; what its sender saw of the log must be in it, too.
    private func requireLogged(_ manifest: Signed<Manifest>) async throws -> UTCTime {
        if let quoted = manifest.value.checkpoint {
            try await requireLog(quoted, saidAt: manifest.value.createdAt)
        }
        return try await requireAccepted(manifest)
    }
}
