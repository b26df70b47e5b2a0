import Durable
import Notes
import TransparencyLog

/// Whether a log's key may sign what lies here: a key signs one history, ever (docs/decisions/0041).
///
/// Beside a key that this program makes lies a mark, `<key>.new`, which names it: that key has signed nothing but a log of no
/// leaves. A key without its mark, where no log lies, has signed one that is not here; whatever came of it now would be a
/// second history under one name. The order on disk, each step durable before the next:
///
/// 1. The mark. A crash here leaves one without its key: the next start makes another key, and a mark in this one's place.
/// 2. The key. A crash here leaves a marked key and no log: the next start begins the log with it.
/// 3. The log's first checkpoint, of no leaves, and its copy. A crash here leaves a mark beside a log: the next start removes it.
/// 4. The mark is removed. Leaves are appended only now: whatever promises something has no mark beside its key.
struct KeyHistory {
    /// Why a key must sign nothing here.
    enum Refusal: Equatable {
        /// It is the key, or has the name, of the log that the present one is to succeed.
        case before(isBegun: Bool)
        /// It signed a log that is not here.
        case elsewhere
    }

    private static let limit = 4_096
    private static let markSuffix = ".new"

    let settings: LogSettings
    /// The folder of the log before, which a restore makes.
    let before: String
    let disk: Disk

    private var markPath: String { settings.keyPath + Self.markSuffix }

    /// Throws where the key must not be used here.
    func require(_ key: SigningKey, isBegun: () throws -> Bool) throws {
        switch try refusal(of: key.verifying, isBegun: isBegun) {
        case nil: break
        case .before(isBegun: false):
            throw RelayFailure.log(
                "its key is that of the log before: remove that file, the relay makes a new key; after a restore log.key is "
                    + "never put back")
        case .before(isBegun: true):
            throw RelayFailure.log(
                "it was begun anew with the key of the log before: keep this folder, remove that key, restore a backup into "
                    + "a new folder")
        case .elsewhere:
            throw RelayFailure.log(
                "its key has signed a log that is not here: bring that log's files back, or remove the key's file, the relay "
                    + "makes a new key")
        }
    }

    /// Throws where a key that is to be made would have the name of the log before.
    func requireFreeName() throws {
        guard let origin = settings.origin, try isBefore(origin) else { return }
        throw RelayFailure.configuration(["log.origin: it is the name of the log that is succeeded: leave it out"])
    }

    /// Why the key must not be used here; nil where it may. `isBegun` tells whether a log lies here; it is asked behind the look at
    /// the mark, which goes behind the log's beginning: so a relay that starts meanwhile is never judged wrongly.
    func refusal(of key: VerifierKey, isBegun: () throws -> Bool) throws -> Refusal? {
        let isMarked = try contents(markPath) == Self.line(of: key)
        let isBegun = try isBegun()
        if try isBefore(key.name) { return .before(isBegun: isBegun) }
        return isBegun || isMarked ? nil : .elsewhere
    }

    /// Step 1: the key, which nobody else knows yet, may begin a log.
    func mark(_ key: SigningKey) throws {
        try disk.writeDurably(Self.line(of: key.verifying), to: markPath)
    }

    /// Step 4: the log has begun.
    func unmark() throws {
        if try disk.exists(markPath) { try disk.remove(markPath) }
    }

    /// Whether the log before has this name. Two logs of one name are one to whoever pinned it, whatever their keys.
    private func isBefore(_ name: String) throws -> Bool {
        // Where it cannot be read, its key still is one that has no mark.
        guard let line = try contents(before + "/key"), line.last == 0x0A,
            let known = try? VerifierKey(line: String(decoding: line.dropLast(), as: UTF8.self))
        else { return false }
        return known.name.utf8.elementsEqual(name.utf8)
    }

    private static func line(of key: VerifierKey) -> [UInt8] { Array((key.line + "\n").utf8) }

    private func contents(_ path: String) throws(DurableFailure) -> [UInt8]? {
        try disk.exists(path) ? disk.read(path, limit: Self.limit) : nil
    }
}
