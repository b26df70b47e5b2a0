import Durable
import Exchange
import Foundation
import Logging
import Notes
import Synchronization

/// Keeps the directory that the relay goes by, and takes newer versions from the configured file.
///
/// What is read is verified by pins and chain before it is stored or served. A file that does not hold is reported and
/// changes nothing.
final class DirectoryKeeper: Sendable {
    private let file: String
    private let pins: RootPins
    private let store: RelayStore
    private let log: LogKeeper
    private let disk: Disk
    private let logger: Logger
    private let clock: RelayClock
    private let state: Mutex<State>

    private struct State {
        var directory: Directory
        var textHash: SHA256Hex
        var note: [UInt8]
        /// The file's bytes when they were last looked at.
        var seen: [UInt8]
        /// Why the file's bytes were not taken.
        var trouble: String?
    }

    /// Takes the newest stored directory and whatever the file adds. Throws when there is none at all. Blocks.
    init(
        file: String, pins: RootPins, vault: ParcelVault, disk: Disk, logger: Logger
    ) throws {
        self.file = file
        self.pins = pins
        store = vault.store
        log = vault.log
        self.disk = disk
        self.logger = logger
        clock = vault.clock
        if let stored = try store.newestDirectory() {
            let newest = try Self.verified(stored, pins: pins, previous: nil)
            clock.witness(newest.directory.issuedAt)
            state = Mutex(newest)
            try refresh()
        } else {
            let bytes = try Self.read(file, disk)
            let first = try Self.verified(bytes, pins: pins, previous: nil)
            clock.witness(first.directory.issuedAt)
            state = Mutex(first)
            try store.put(directory: first.directory.version, note: first.note, textHash: first.textHash)
            try log.publishNow()
        }
    }

    /// The directory to go by; it may have expired.
    var current: Directory { state.withLock { $0.directory } }

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

    /// What is wrong with the file, if it holds something that was not taken.
    var trouble: String? { state.withLock { $0.trouble } }

    /// Refuses what must not go on under a directory that nobody renewed.
    func requireCurrent() throws(Problem) {
        guard let fault else { return }
        throw Problem(.unavailable, detail: "\(fault): parcels are not taken until the directory is renewed")
    }

    /// Looks at the file again and takes the next version from it. Blocks.
    ///
    /// Not while the clock is in doubt: what is taken is written into the log with its time.
    func refresh() throws {
        guard clock.reading.doubt == nil else { return }
        let bytes: [UInt8]
        do {
            bytes = try Self.read(file, disk)
        } catch {
            report(trouble: Gravity.text(of: error), bytes: [])
            return
        }
        let known = state.withLock { $0 }
        guard bytes != known.seen else { return }
        do {
            let next = try Self.verified(bytes, pins: pins, previous: (known.directory.version, known.textHash))
            if next.directory.version > known.directory.version {
                try store.put(directory: next.directory.version, note: next.note, textHash: next.textHash)
                // A directory that the log does not show yet is not gone by.
                try log.publishNow()
                clock.witness(next.directory.issuedAt)
                logger.info("directory taken", metadata: ["version": "\(next.directory.version)"])
            }
            state.withLock { $0 = next }
        } catch let failure as RelayFailure where Gravity(of: failure) != .stop {
            report(trouble: failure.description, bytes: bytes)
        }
    }

    private func report(trouble: String, bytes: [UInt8]) {
        let isNew = state.withLock { state in
            defer {
                state.trouble = trouble
                state.seen = bytes
            }
            return state.trouble != trouble
        }
        if isNew { logger.error("the directory file was not taken", metadata: ["reason": "\(trouble)"]) }
    }

    private static func read(_ file: String, _ disk: Disk) throws -> [UInt8] {
        do {
            // Room for the signature lines of every root beside the text.
            return try disk.read(file, limit: Limits.directoryBytes + 256 * 1024)
        } catch {
            throw RelayFailure.directory("its file cannot be read: \(error.description)")
        }
    }

    /// A version that is the newest must also be unexpired, but that is asked when it is gone by.
    private static func verified(
        _ bytes: [UInt8], pins: RootPins, previous: (version: Int64, textHash: SHA256Hex)?
    ) throws -> State {
        do {
            let note = try SignedNote(parsing: bytes, maxBytes: Limits.directoryBytes + 256 * 1024)
            let directory = try DirectoryVerifier.verifyChained(note: note, pins: pins, previous: previous)
            return State(directory: directory, textHash: SHA256Hex(of: note.text), note: bytes, seen: bytes)
        } catch let failure as ExchangeFailure {
            throw RelayFailure.directory(failure.description)
        } catch let failure as NoteFailure {
            throw RelayFailure.directory("its file is no signed note: \(failure.description)")
        }
    }
}
