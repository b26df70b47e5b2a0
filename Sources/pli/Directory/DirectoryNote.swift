import Durable
import Exchange
import Foundation
import Notes

/// A directory with the signatures it has so far.
struct DirectoryNote {
    let note: SignedNote
    let directory: Directory

    /// Reads a note; whether enough holders signed it is `DirectoryVerifier`'s to say.
    init(parsing bytes: [UInt8], name: String) throws {
        do {
            note = try SignedNote(parsing: bytes, maxBytes: Limits.directoryBytes)
            directory = try Directory(text: note.text)
        } catch {
            throw CommandFailure.refused(
                "\(name) n'est pas un annuaire : \(French.of(error))", "\(name) is not a directory: \(error)",
                hint: .init(
                    french: "un brouillon se fait avec pli directory init ou add, puis se signe",
                    english: "a draft is made with pli directory init or add, then signed"))
        }
    }

    /// Signs a draft.
    init(signing draft: DirectoryDraft, with key: SigningKeyFile) throws {
        try self.init(directory: draft.directory, note: try key.pair.sign(text: draft.directory.text), key: key)
    }

    /// The same note with one more holder's two lines.
    func signed(with key: SigningKeyFile) throws -> DirectoryNote {
        let other = try key.pair.sign(text: note.text)
        return try DirectoryNote(directory: directory, note: try note.appending(other), key: key)
    }

    private init(directory: Directory, note: SignedNote, key: SigningKeyFile) throws {
        let known = directory.roots.contains { $0.pair == key.pair.verifying }
        guard known else {
            throw CommandFailure.refused(
                "\(key.name) n'est pas un détenteur de racine de cet annuaire",
                "\(key.name) is not a root holder of this directory")
        }
        self.directory = directory
        self.note = note
    }

    /// Writes the note durably.
    func write(to url: URL) throws {
        try Disk.real.writeDurably(note.encoded, to: url.path, mode: 0o644)
    }

    /// The bytes of a draft or a note.
    static func read(_ url: URL) throws -> [UInt8] {
        try PublicFile.read(url.path, limit: Limits.directoryBytes)
    }
}
