import Durable
import Notes

/// The log's own key, Ed25519, in a file of mode 0600. What it may sign is `KeyHistory`'s to say.
enum LogKey {
    /// Bytes of a key file.
    private static let limit = 4_096

    /// Reads the key, which must be this log's and no other's; makes it where there is none and no log was ever begun.
    static func open(
        _ settings: LogSettings, isBegun: Bool, history: KeyHistory, disk: Disk
    ) throws -> SigningKey {
        if let key = try read(settings, disk: disk) {
            try history.require(key) { isBegun }
            return key
        }
        // Another key would be another log: readers would take it for a forgery.
        guard !isBegun else { throw missing }
        try history.requireFreeName()
        return try make(settings, history, disk: disk)
    }

    static let missing = RelayFailure.log(
        "its key file is missing: bring it back, or restore a backup into a new folder")

    /// Reads the key; nil where there is none.
    static func read(_ settings: LogSettings, disk: Disk) throws -> SigningKey? {
        let path = settings.keyPath
        guard let mode = try disk.mode(of: path) else { return nil }
        guard mode & 0o077 == 0 else {
            throw RelayFailure.log("its key file can be read by others: chmod 600, and think about who has read it")
        }
        let key: SigningKey
        do {
            key = try SigningKey(fileText: String(decoding: disk.read(path, limit: limit), as: UTF8.self))
        } catch is NoteFailure {
            // Never "make a new one": without its key a log cannot go on.
            throw RelayFailure.log("its key file is damaged: bring it back, or restore a backup into a new folder")
        }
        guard settings.origin.map({ $0.utf8.elementsEqual(key.name.utf8) }) ?? true else {
            throw RelayFailure.log("log.origin is not the name of the key in its key file: the log keeps its name")
        }
        return key
    }

    private static func make(_ settings: LogSettings, _ history: KeyHistory, disk: Disk) throws -> SigningKey {
        let key: SigningKey
        do {
            key = try SigningKey.generate(name: settings.origin ?? randomOrigin())
        } catch {
            throw RelayFailure.log("log.origin: a name without spaces and plus signs is expected")
        }
        try disk.createFolder(FilePlace.folder(of: settings.keyPath))
        try history.mark(key)
        try disk.writeDurably(Array(key.fileText.utf8), to: settings.keyPath)
        return key
    }

    /// No two logs may have one name.
    private static func randomOrigin() -> String {
        "pli-relay.localhost/" + BlobFolders.randomName().prefix(16)
    }
}
