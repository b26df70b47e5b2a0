import Durable
import Exchange
import Notes
import TransparencyLog

/// Where `Trust` keeps what it has verified: `directory/<version>.note`, `keys/<id>.note`,
/// `own-keys.note`, and of the log `log/key` and `log/checkpoint`, after a restore with `log/before/`. The log that was
/// known before it is kept as `log-before-<size>`, for good.
struct TrustStore: Sendable {
    private let folder: String
    private let disk: Disk
    /// Nothing is written: what is verified is known to its reader only, and gone with it.
    private let isForLooking: Bool

    private static let suffix = ".note"

    /// What a crash left is swept unless somebody else may be writing here; whoever only looks leaves all as it is.
    init(folder: String, disk: Disk, use: Trust.Use = .alone) throws(CourierFailure) {
        self.folder = folder
        self.disk = disk
        isForLooking = use == .looking
        guard use != .looking else { return }
        try onDisk { () throws(DurableFailure) in
            // A crash between the two renames of `replaceLog`.
            if try !disk.exists(folder + "/log"), try disk.exists(folder + "/log.next") {
                try disk.rename(folder + "/log.next", to: folder + "/log")
            }
            for folder in [folder, folder + "/directory", folder + "/keys", folder + "/log"] {
                try disk.createFolder(folder)
                if use == .alone { try disk.sweepTemporaries(in: folder) }
            }
        }
    }

    /// The newest directory stored, verified again under `pins`: the files may have been changed, or the pins.
    func newestDirectory(pins: RootPins) throws(CourierFailure) -> VerifiedDirectory? {
        let versions = try versions()
        guard !versions.isEmpty else { return nil }
        let newest = try DirectoryHistory.newest(of: versions, pins: pins) { version throws(CourierFailure) in
            try directory(version: version)
        }
        guard let newest else { throw .trust(.wrongPins) }
        return newest
    }

    /// The versions of the directory stored, ascending.
    func versions() throws(CourierFailure) -> [Int64] {
        let names: [String] = try onDisk { () throws(DurableFailure) in
            let folder = folder + "/directory"
            if isForLooking { guard try disk.exists(folder) else { return [] } }
            return try disk.names(in: folder)
        }
        return names.compactMap { TrustStore.version(of: $0) }.sorted()
    }

    /// A stored version, as it was signed.
    func directory(version: Int64) throws(CourierFailure) -> SignedNote {
        let path = path(ofDirectory: version)
        let bytes = try onDisk { () throws(DurableFailure) in try disk.read(path, limit: DirectoryNote.bytes) }
        do {
            return try SignedNote(parsing: bytes, maxBytes: DirectoryNote.bytes)
        } catch {
            throw .trust(.wrongPins)
        }
    }

    /// Removes a stored version.
    func forget(version: Int64) throws(CourierFailure) {
        let path = path(ofDirectory: version)
        try onDisk { () throws(DurableFailure) in try disk.remove(path) }
    }

    /// The directory note that the configuration names. Missing, it is an error only while it is needed.
    func initialDirectory(at path: String, isNeeded: Bool) throws(CourierFailure) -> SignedNote? {
        guard try onDisk({ () throws(DurableFailure) in try disk.exists(path) }) else {
            guard isNeeded else { return nil }
            throw .usage("directory.file: \(FileName.last(of: path)) does not exist")
        }
        let bytes: [UInt8]
        do throws(DurableFailure) {
            bytes = try disk.read(path, limit: DirectoryNote.bytes)
        } catch {
            guard error.isNoFile else { throw .disk(error) }
            throw .usage(
                "directory.file: \(FileName.last(of: path)) is not a file: a folder, a pipe or a device stands there")
        }
        // A wrong path is nobody's forgery.
        guard let note = try? TrustStore.parse(directory: bytes) else {
            throw .usage(
                "directory.file: \(FileName.last(of: path)) is no signed directory: name the file that the root holders signed"
            )
        }
        return note
    }

    /// Stores a directory that was verified.
    func keep(_ note: SignedNote, version: Int64) throws(CourierFailure) {
        try write(note.encoded, to: path(ofDirectory: version))
    }

    /// The stored keys note of a participant, its bytes as they were verified.
    func keysNote(of id: ParticipantID) throws(CourierFailure) -> [UInt8]? {
        try read(path(ofKeys: id))
    }

    /// Stores a keys note that was verified.
    func keep(_ note: Signed<KeysNote>) throws(CourierFailure) {
        try write(note.noteBytes, to: path(ofKeys: note.value.by))
    }

    /// This participant's own keys note as it was last published, or was about to be.
    func ownKeysNote() throws(CourierFailure) -> [UInt8]? {
        try read(folder + "/own-keys" + TrustStore.suffix)
    }

    /// Stores the own keys note, before it is published: two notes of one number must never get out.
    func keepOwn(_ note: Signed<KeysNote>) throws(CourierFailure) {
        try write(note.noteBytes, to: folder + "/own-keys" + TrustStore.suffix)
    }

    /// The log's key and its last checkpoint as they were verified; nil before any was seen.
    func log() throws(CourierFailure) -> Trust.KnownLog? {
        // The key is written first: without a checkpoint it was never relied on.
        guard let checkpoint = try read(folder + "/log/checkpoint"), let line = try read(folder + "/log/key") else {
            return nil
        }
        do {
            let key = try VerifierKey(line: String(decoding: line, as: UTF8.self))
            return Trust.KnownLog(
                key: key, checkpoint: try SignedCheckpoint(parsing: checkpoint, by: key), before: try logBefore())
        } catch {
            throw .trust(.brokenLog("the checkpoint kept here does not verify: restore the folder trust/log"))
        }
    }

    private func logBefore() throws -> Trust.LogBefore? {
        let files = folder + "/log/before"
        guard let line = try read(files + "/key"), let checkpoint = try read(files + "/checkpoint"),
            let since = try read(files + "/since").map({ try UTCTime(String(decoding: $0, as: UTF8.self)) })
        else { return nil }
        let key = try VerifierKey(line: String(decoding: line, as: UTF8.self))
        return Trust.LogBefore(checkpoint: try SignedCheckpoint(parsing: checkpoint, by: key), since: since)
    }

    /// Puts a successor in the place of the log known before, which is kept beside it as proof.
    func replaceLog(with log: Trust.KnownLog) throws(CourierFailure) {
        guard !isForLooking, let known = try self.log(), let before = log.before else { return }
        let next = folder + "/log.next"
        try onDisk { () throws(DurableFailure) in
            try disk.createFolder(next + "/before")
            for (path, text) in [
                ("/before/key", known.key.line), ("/before/since", before.since.text), ("/key", log.key.line),
            ] {
                try disk.writeDurably(Array(text.utf8), to: next + path)
            }
            try disk.writeDurably(before.checkpoint.bytes, to: next + "/before/checkpoint")
            try disk.writeDurably(log.checkpoint.bytes, to: next + "/checkpoint")
            var kept = "\(folder)/log-before-\(known.checkpoint.checkpoint.size)"
            while try disk.exists(kept) { kept += "x" }
            try disk.rename(folder + "/log", to: kept)
            // A crash here is made good when this is opened again.
            try disk.rename(next, to: folder + "/log")
        }
    }

    /// Stores a checkpoint that was shown to have grown from the one before.
    func keep(_ log: Trust.KnownLog) throws(CourierFailure) {
        guard !isForLooking else { return }
        let (folder, line) = (folder + "/log", Array(log.key.line.utf8))
        let known = try read(folder + "/key")
        try onDisk { () throws(DurableFailure) in
            if known != line { try disk.writeDurably(line, to: folder + "/key") }
            try disk.writeDurably(log.checkpoint.bytes, to: folder + "/checkpoint")
        }
    }

    /// A version that was verified before it was stored; nil where it never was.
    func directory(version: Int64) throws(CourierFailure) -> Directory? {
        let path = path(ofDirectory: version)
        let bytes = try onDisk { () throws(DurableFailure) in
            try disk.exists(path) ? try disk.read(path, limit: DirectoryNote.bytes) : nil
        }
        guard let bytes else { return nil }
        do {
            return try Directory(text: TrustStore.parse(directory: bytes).text)
        } catch {
            throw .trust(.forgedDirectory("not a signed note"))
        }
    }

    /// Reads the form of a directory note; nothing of it is verified.
    static func parse(directory bytes: [UInt8]) throws(CourierFailure) -> SignedNote {
        do {
            return try SignedNote(parsing: bytes, maxBytes: DirectoryNote.bytes)
        } catch {
            throw .trust(.forgedDirectory("not a signed note"))
        }
    }

    private func write(_ bytes: [UInt8], to path: String) throws(CourierFailure) {
        guard !isForLooking else { return }
        try onDisk { () throws(DurableFailure) in try disk.writeDurably(bytes, to: path) }
    }

    private func read(_ path: String) throws(CourierFailure) -> [UInt8]? {
        try onDisk { () throws(DurableFailure) in
            guard try disk.exists(path) else { return nil }
            return try disk.read(path, limit: Limits.keysNoteBytes)
        }
    }

    private func path(ofDirectory version: Int64) -> String { "\(folder)/directory/\(version)\(TrustStore.suffix)" }

    private func path(ofKeys id: ParticipantID) -> String { "\(folder)/keys/\(id.text)\(TrustStore.suffix)" }

    private static func version(of name: String) -> Int64? {
        guard name.hasSuffix(suffix), let version = Int64(name.dropLast(suffix.count)),
            name == "\(version)\(suffix)"
        else { return nil }
        return version
    }
}
