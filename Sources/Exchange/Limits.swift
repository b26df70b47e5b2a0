/// The limits of what is exchanged. Past one of them: a clear error, nothing lost. Each has a test at it and one past it.
package enum Limits {
    /// A manifest or receipt note: its base64 fits an 8 KiB header line.
    package static let noteBytes = 5_800
    /// A keys note: 16 post-quantum sealing keys and the hybrid signing pair fit.
    package static let keysNoteBytes = 48 * 1024
    /// A directory note.
    package static let directoryBytes = 4 * 1024 * 1024
    /// A sealed body.
    package static let parcelBytes: Int64 = 5 * 1024 * 1024 * 1024
    /// One report, a line of the opened body: what a JSON reader takes by default.
    package static let bundleBytes = 16 * 1024 * 1024
    /// The first line of an opened file.
    package static let fileHeadBytes = 2_048
    /// The name of a file, in its first line.
    package static let fileNameBytes = 255
    /// Reports in one parcel.
    package static let reportsInParcel = 1_000_000
    /// From a parcel's `createdAt` to its `expiresAt`.
    package static let deadlineSeconds: Int64 = 30 * 86_400
    /// The deadline where nothing else is said.
    package static let defaultDeadlineSeconds: Int64 = 10 * 86_400
    /// How long a recipient remembers a parcel past its `expiresAt`.
    package static let rememberedSeconds: Int64 = 60 * 86_400
    /// How far a signed time may lie ahead of the reader's clock.
    package static let clockSkewSeconds: Int64 = 300
    /// From a sealing key's `notBefore` to its `notAfter`.
    package static let sealingKeySeconds: Int64 = 45 * 86_400
    /// Sealing keys in a keys note.
    package static let sealingKeys = 16
    /// Bytes of a sealing key's text: an `age1pq1…` key has 1,959.
    package static let sealingKeyBytes = 2_200
    /// How far the number of a keys note may lie ahead of the one known: a stolen key must not use the numbers up.
    package static let keysNumberStep: Int64 = 1_024
    /// From a directory's `issuedAt` to its `expiresAt`.
    package static let directorySeconds: Int64 = 400 * 86_400
    /// Directory versions taken at one go.
    package static let directorySteps = 5_000
    /// Megabytes of a sender's parcels at the relay.
    package static let quotaMegabytes: Int64 = 1_000_000
    /// Holders of root keys.
    package static let roots = 16
    /// Participants of a directory.
    package static let participants = 5_000
    /// FINESS numbers one participant may speak for.
    package static let finess = 5_000
    /// Routes, and profiles, of a directory.
    package static let routes = 10_000
    /// Characters of a participant's name or contact.
    package static let displayBytes = 300
    /// An age header, from the version line to the end of the MAC line.
    package static let sealedHeaderBytes = 8 * 1024
    /// Recipient stanzas of an age header.
    package static let sealedStanzas = 4
    /// Parcels or receipts on one page.
    package static let pageEntries = 200
    /// A page's text.
    package static let pageBytes = 2 * 1024 * 1024
    /// A problem document.
    package static let problemBytes = 8 * 1024
    /// Seconds a long poll may wait.
    package static let waitSeconds = 60
    /// Seconds from a request token's `iat` to its `exp`.
    package static let tokenSeconds: Int64 = 300
    /// Seconds two clocks may differ when a request token is judged.
    package static let tokenSkewSeconds: Int64 = 60
    /// Characters of a participant's id: it is a host label, too.
    package static let participantIDBytes = 63
    /// The largest integer every JSON reader keeps exactly (2^53 - 1): no count of ours goes past it.
    package static let integer: Int64 = 9_007_199_254_740_991
}
