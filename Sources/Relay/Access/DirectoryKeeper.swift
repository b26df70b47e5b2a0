import Durable
import Exchange
import Foundation
import Logging
import Notes
import Synchronization

/// Keeps the directory that the relay goes by, and takes newer versions from the configured place: a file with one note,
/// or a folder of notes (`DirectoryPlace`).
///
/// What is read is verified by pins and chain before it is stored or served. A note that does not hold is reported and
/// changes nothing.
final class DirectoryKeeper: Sendable {
    private let place: DirectoryPlace
    private let pins: RootPins
    private let store: RelayStore
    private let log: LogKeeper
    private let logger: Logger
    private let clock: RelayClock
    private let state: Mutex<State>

    private struct State {
        var known: VerifiedDirectory
        var note: [UInt8]
        /// The bytes that were last looked at.
        var seen: [UInt8]
        /// Why they were not taken.
        var refusal = Trouble<String>()
        /// What was told of the end of the one to go by.
        var end = Trouble<EndWord>()
    }

    private enum EndWord { case soon, over }

    /// So long before its end it is said that a directory is to be renewed: its holders have to come together.
    private static let noticeSeconds: Int64 = 14 * 86_400

    /// Takes the newest stored directory and whatever the file adds. Throws when there is none at all. Blocks.
    init(
        file: String, pins: RootPins, vault: ParcelVault, disk: Disk, logger: Logger
    ) throws {
        place = DirectoryPlace(path: file, disk: disk)
        self.pins = pins
        store = vault.store
        log = vault.log
        self.logger = logger
        clock = vault.clock
        if let stored = try Self.stored(in: store, pins: pins) {
            clock.witness(stored.known.directory.issuedAt)
            state = Mutex(stored)
        } else {
            let first = try Self.first(at: place, pins: pins)
            clock.witness(first.known.directory.issuedAt)
            state = Mutex(first)
            try store.put(directory: first.known.version, note: first.note, textHash: first.known.textHash)
            try log.publishNow()
        }
        try refresh()
    }

    /// The directory to go by; it may have expired.
    var current: Directory { state.withLock { $0.known.directory } }

    /// Its note.
    var note: [UInt8] { state.withLock { $0.note } }

    /// Why uploads are not taken; nil when the directory is current.
    var fault: String? {
        do {
            try DirectoryVerifier.requireCurrent(current, now: clock.now)
            return nil
        } catch {
            return error.label
        }
    }

    /// What is wrong with the configured place, if it holds something that was not taken.
    var trouble: String? { state.withLock { $0.refusal.kind } }

    /// Refuses what must not go on under a directory that nobody renewed.
    func requireCurrent() throws(Problem) {
        guard let fault else { return }
        let reason =
            fault == ExchangeFailure.directory(.expired).label
            ? "the directory has expired" : "the directory is dated ahead of the clock"
        throw Problem(.unavailable, detail: "\(reason): parcels are not taken until it is renewed")
    }

    /// Tells, once each, that the directory to go by ends within two weeks, and that it has ended. A clock in doubt says neither.
    func watchEnd() {
        let reading = clock.reading
        guard reading.doubt == nil else { return }
        let now = clock.now
        let turn = state.withLock { state in
            let end = state.known.directory.expiresAt
            return state.end.turn(
                to: now >= end ? .over : now.adding(seconds: Self.noticeSeconds) >= end ? .soon : nil)
        }
        switch turn {
        case .began(.soon)?:
            logger.error(
                "the directory ends within two weeks: have the next version signed, put it into directory.file")
        case .began(.over)?:
            logger.error(
                "the directory has expired: parcels are not taken until the next version, signed, is in directory.file")
        case .ended?, nil: break
        }
    }

    /// Looks at the configured place again and takes the versions that follow, one after another. Blocks.
    ///
    /// Not while the clock is in doubt: what is taken is written into the log with its time.
    func refresh() throws {
        guard clock.reading.doubt == nil else { return }
        for _ in 0..<Limits.directorySteps {
            guard try step() else { return }
        }
    }

    /// Takes one version; false where there is none to take.
    private func step() throws -> Bool {
        let state = state.withLock { $0 }
        let bytes: [UInt8]
        do {
            guard let found = try place.note(after: state.known.version) else { return false }
            bytes = found
        } catch {
            report(trouble: error.description, bytes: [])
            return false
        }
        guard bytes != state.seen else { return false }
        do {
            var taken = bytes
            var next = try next(bytes, after: state.known)
            // A step that failed behind its transaction has kept the version already.
            let kept = next.version > state.known.version ? try store.directory(version: next.version) : nil
            if let kept, kept != bytes {
                taken = kept
                next = try self.next(kept, after: state.known)
            }
            if kept == nil, let early = early(next, after: state.known) {
                // Looked at again: its time may come.
                report(trouble: early, bytes: [])
                return false
            }
            try take(next, taken, after: state.known, isKept: kept != nil)
            return next.version > state.known.version
        } catch let failure as RelayFailure where Gravity(of: failure) != .stop {
            report(trouble: failure.description, bytes: bytes)
            return false
        }
    }

    private func next(_ bytes: [UInt8], after known: VerifiedDirectory) throws -> VerifiedDirectory {
        try Self.read(bytes) { note throws(ExchangeFailure) in try DirectoryVerifier.next(note, after: known) }
    }

    /// Why a version is not taken yet.
    private func early(_ next: VerifiedDirectory, after known: VerifiedDirectory) -> String? {
        guard next.version > known.version else { return nil }
        do {
            try DirectoryVerifier.requireDated(next, now: clock.now)
            return nil
        } catch {
            return error.description
        }
    }

    private func take(
        _ next: VerifiedDirectory, _ bytes: [UInt8], after known: VerifiedDirectory, isKept: Bool
    ) throws {
        if next.version > known.version {
            if !isKept { try store.put(directory: next.version, note: bytes, textHash: next.textHash) }
            // A directory that the log does not show yet is not gone by.
            try log.publishNow()
            clock.witness(next.directory.issuedAt)
            logger.info("directory taken", metadata: ["version": "\(next.version)"])
        }
        state.withLock { state in
            if next.version > known.version { state.note = bytes }
            state.known = next
            state.seen = bytes
            state.refusal.turn(to: nil)
        }
    }

    private func report(trouble: String, bytes: [UInt8]) {
        let turn = state.withLock { state in
            state.seen = bytes
            return state.refusal.turn(to: trouble)
        }
        if turn != nil {
            logger.error(
                "the directory file was not taken: the one before stays in force", metadata: ["reason": "\(trouble)"])
        }
    }

    /// The newest version that the database has, verified again: by the pins, and from there on by the chain.
    private static func stored(in store: RelayStore, pins: RootPins) throws -> State? {
        let versions = try store.directoryVersions()
        guard let newest = versions.last, let note = try store.directory(version: newest) else { return nil }
        let known = try result {
            try DirectoryHistory.newest(of: versions, pins: pins) { version in
                try SignedNote(
                    parsing: store.directory(version: version) ?? [], maxBytes: DirectoryPlace.noteBytes)
            }
        }
        guard let known else {
            throw RelayFailure.directory(
                "the versions in the database do not verify under directory.roots: correct the fingerprints")
        }
        return State(known: known, note: note, seen: note)
    }

    /// Throws where a relay that knows no directory yet could not begin with what is at `path`.
    static func check(_ path: String, pins: RootPins, disk: Disk) throws {
        _ = try first(at: DirectoryPlace(path: path, disk: disk), pins: pins)
    }

    /// The oldest note that the pinned holders signed: those after it follow by the chain.
    private static func first(at place: DirectoryPlace, pins: RootPins) throws -> State {
        var failure = RelayFailure.directory("its folder has no <version>.note")
        for file in try place.beginnings() {
            let bytes = try place.read(file)
            do {
                let known = try read(bytes) { note throws(ExchangeFailure) in
                    try DirectoryVerifier.first(note, pins: pins)
                }
                return State(known: known, note: bytes, seen: bytes)
            } catch let refused as RelayFailure {
                failure = refused
            }
        }
        throw failure
    }

    private static func read(
        _ bytes: [UInt8], verify: (SignedNote) throws(ExchangeFailure) -> VerifiedDirectory
    ) throws -> VerifiedDirectory {
        try result { try verify(SignedNote(parsing: bytes, maxBytes: DirectoryPlace.noteBytes)) }
    }

    private static func result<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch ExchangeFailure.directory(.needsBase) {
            throw RelayFailure.directory(
                "the registrar's version stands on another one: name a folder in directory.file with every version as "
                    + "<version>.note")
        } catch ExchangeFailure.directory(let rule) {
            throw RelayFailure.directory(rule.words)
        } catch let failure as ExchangeFailure {
            throw RelayFailure.directory(failure.description)
        } catch let failure as NoteFailure {
            throw RelayFailure.directory("its file is no signed note: \(failure.description)")
        }
    }
}
