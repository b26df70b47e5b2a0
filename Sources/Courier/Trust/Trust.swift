package import Durable
package import Exchange
package import Logging
package import Notes

/// What this agent has verified and goes by: the directory, version by version, the keys notes of
/// others, and the relay's log.
///
/// Everything is stored after it was verified and before it is used, and nothing is ever taken back. Whatever looks
/// like somebody leading us astray is thrown as `CourierFailure.trust`, each way as an alarm of its own.
package actor Trust {
    let store: TrustStore
    let pins: RootPins
    let now: @Sendable () -> UTCTime
    var known: VerifiedDirectory?
    let pinnedLogKey: VerifierKey?
    var log: KnownLog?
    var keysNotes: [ParticipantID: Signed<KeysNote>] = [:]
    /// What the participant has verified in another folder: nothing older than that is taken here.
    let beside: TrustStore?
    let logger: Logger?
    /// Notes kept here that a crash or a fault of the disk damaged, each told once.
    package internal(set) var damagedNotes: Set<String> = []

    /// Who opens a folder.
    package enum Use: Sendable {
        /// The agent whose folder it is.
        case alone
        /// Somebody who writes beside a running agent, and leaves what it is about to write alone.
        case beside
        /// Somebody who writes nothing: what is verified then is gone with this.
        case looking
    }

    /// Opens what `folder` keeps; makes it where there is none.
    ///
    /// `initialDirectory` is where to begin: with nothing stored it is taken if the pinned holders signed it; later
    /// only if it is the very next version, the way any other version comes. One that has expired is taken too, and
    /// `directory` says so. One that the registrar signed says nothing by itself: the relay has the version below it.
    ///
    /// `logKey` is the key of the relay's log that this agent was enrolled with; nil takes the first one that is seen.
    ///
    /// `besideFolder` is where the same participant's agent keeps what it verified: it is read only, and what is newer there
    /// is gone on from.
    package init(
        folder: String, pins: RootPins, initialDirectory: String? = nil, logKey: VerifierKey? = nil,
        beside besideFolder: String? = nil, use: Use = .alone, disk: Disk = .real, logger: Logger? = nil,
        now: @escaping @Sendable () -> UTCTime
    ) throws(CourierFailure) {
        let store = try TrustStore(folder: folder, disk: disk, use: use)
        var known = try store.newestDirectory(pins: pins)
        if let besideFolder {
            let beside = try TrustStore(folder: besideFolder, disk: disk, use: .looking)
            known = try store.newer(known, beside: beside, pins: pins)
            self.beside = beside
        } else {
            beside = nil
        }
        if let initialDirectory, let note = try store.initialDirectory(at: initialDirectory, isNeeded: known == nil) {
            known = try Trust.first(note, known: known, pins: pins, store: store, now: now())
        }
        self.store = store
        self.logger = logger
        self.pins = pins
        self.now = now
        self.known = known
        pinnedLogKey = logKey
        log = try store.log()
        if let logKey, let log, log.key != logKey { throw .trust(.otherLog) }
    }

    /// The newest directory. It must be current now.
    package func directory() throws(CourierFailure) -> Directory {
        guard let known else { throw .trust(.noDirectory) }
        do {
            try DirectoryVerifier.requireCurrent(known.directory, now: now())
        } catch {
            throw .trust(TrustAlarm(directory: error, version: known.directory.version, known: nil))
        }
        return known.directory
    }

    /// A version of the directory as it was verified here; nil of one from before the first that was. It may have expired: it says what
    /// its time asked for, and entitles nobody.
    package func pastDirectory(version: Int64) throws(CourierFailure) -> Directory? {
        guard version != known?.directory.version else { return known?.directory }
        return try store.directory(version: version)
    }

    /// The version of the newest directory, current or not; 0 where there is none.
    package var directoryVersion: Int64 { known?.directory.version ?? 0 }

    /// Takes what the relay has beyond the version known, one version after another; then the newest must be current,
    /// and what the relay calls the newest must be that very one.
    package func refreshDirectory(from client: RelayClient) async throws(CourierFailure) {
        try await refreshDirectory { version throws(CourierFailure) in try await client.directory(version: version) }
    }

    /// Makes sure that a version quoted in a verified note is known here. One that the relay does not serve is the sign
    /// that it shows us an old state.
    package func requireDirectory(version: Int64, client: RelayClient) async throws(CourierFailure) {
        try await requireDirectory(version: version) { version throws(CourierFailure) in
            try await client.directory(version: version)
        }
    }

    /// Serves a version of the directory, or the newest.
    typealias DirectorySource = @Sendable (Int64?) async throws(CourierFailure) -> [UInt8]

    func requireDirectory(version: Int64, source: DirectorySource) async throws(CourierFailure) {
        guard version > directoryVersion else { return }
        try await refreshDirectory(source: source)
        guard version <= directoryVersion else {
            throw .trust(.frozenDirectory(quoted: version, known: directoryVersion))
        }
    }

    func refreshDirectory(source: DirectorySource) async throws(CourierFailure) {
        if known == nil {
            let first = try await firstDirectory(source: source)
            if known == nil { known = first }
        }
        for _ in 0..<Limits.directorySteps {
            guard let next = try await nextDirectory(source: source) else { break }
            // Another call may have taken it while this one waited.
            guard let known, known.version == next.asked - 1 else { continue }
            self.known = try Trust.take(next.note, after: known, store: store, now: now())
        }
        let newest = try TrustStore.parse(directory: await source(nil))
        if let known { self.known = try Trust.take(newest, after: known, store: store, now: now()) }
        _ = try directory()
    }

    /// The newest directory for a reader that knows none; where the registrar signed it, by the version it stands on.
    private func firstDirectory(source: DirectorySource) async throws(CourierFailure) -> VerifiedDirectory {
        let note = try TrustStore.parse(directory: await source(nil))
        guard let base = DirectoryVerifier.claimedBase(of: note) else {
            return try Trust.takeFirst(note, pins: pins, store: store, now: now())
        }
        let below = try TrustStore.parse(directory: await source(base.version))
        let known = try Trust.takeFirst(below, pins: pins, store: store, now: now())
        return try Trust.taken(note, after: known, store: store, now: now()) { () throws(ExchangeFailure) in
            try DirectoryVerifier.registrars(note, on: known)
        }
    }

    private func nextDirectory(
        source: DirectorySource
    ) async throws(CourierFailure) -> (asked: Int64, note: SignedNote)? {
        let asked = directoryVersion + 1
        do {
            return (asked, try TrustStore.parse(directory: await source(asked)))
        } catch {
            guard case .refused(let problem) = error, problem.type == .notFound else { throw error }
            return nil
        }
    }

    /// The initial directory beside what is stored.
    private static func first(
        _ note: SignedNote, known: VerifiedDirectory?, pins: RootPins, store: TrustStore, now: UTCTime
    ) throws(CourierFailure) -> VerifiedDirectory? {
        guard let known else {
            guard DirectoryVerifier.claimedBase(of: note) == nil else { return nil }
            return try takeFirst(note, pins: pins, store: store, now: now)
        }
        let version = DirectoryVerifier.claimedVersion(of: note)
        // Older ones were passed already; newer ones than the next come through the relay, with those between.
        guard version == known.version || version == known.version + 1 else { return known }
        return try take(note, after: known, store: store, now: now)
    }

    private static func takeFirst(
        _ note: SignedNote, pins: RootPins, store: TrustStore, now: UTCTime
    ) throws(CourierFailure) -> VerifiedDirectory {
        try taken(note, after: nil, store: store, now: now) { () throws(ExchangeFailure) in
            try DirectoryVerifier.first(note, pins: pins)
        }
    }

    private static func take(
        _ note: SignedNote, after known: VerifiedDirectory, store: TrustStore, now: UTCTime
    ) throws(CourierFailure) -> VerifiedDirectory {
        try taken(note, after: known, store: store, now: now) { () throws(ExchangeFailure) in
            try DirectoryVerifier.next(note, after: known)
        }
    }

    /// Verifies a directory, stores it, and only then gives it.
    private static func taken(
        _ note: SignedNote, after known: VerifiedDirectory?, store: TrustStore, now: UTCTime,
        verify: () throws(ExchangeFailure) -> VerifiedDirectory
    ) throws(CourierFailure) -> VerifiedDirectory {
        let verified: VerifiedDirectory
        do {
            verified = try verify()
            if verified.version != known?.version { try DirectoryVerifier.requireDated(verified, now: now) }
        } catch {
            throw .trust(
                TrustAlarm(
                    directory: error, version: DirectoryVerifier.claimedVersion(of: note), known: known?.version))
        }
        if verified.version != known?.version { try store.keep(note, version: verified.version) }
        return verified
    }
}
