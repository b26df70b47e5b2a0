import Durable
import Exchange
import Foundation
import LabReport
import Notes
import StrictJSON

/// A directory with the signatures it has so far.
struct DirectoryNote {
    let note: SignedNote
    let directory: Directory

    /// Reads a note; whether enough holders signed it is `DirectoryVerifier`'s to say.
    init(parsing bytes: [UInt8], name: String) throws {
        do {
            note = try SignedNote(parsing: bytes, maxBytes: DirectoryNote.bytes)
            directory = try Directory(text: note.text)
        } catch {
            guard (try? Directory(text: bytes)) == nil else {
                throw CommandFailure.refused(
                    "\(name) est un brouillon que personne n'a signé", "\(name) is a draft that nobody has signed",
                    hint: .init(
                        french: "chaque détenteur signe : pli directory sign",
                        english: "each holder signs: pli directory sign"))
            }
            throw CommandFailure.refused(
                "\(name) n'est pas un annuaire : \(French.of(error))", "\(name) is not a directory: \(error)",
                hint: .init(
                    french: "un brouillon se fait avec pli directory init ou add, puis se signe",
                    english: "a draft is made with pli directory init or add, then signed"))
        }
    }

    /// Reads the note of a file.
    init(reading url: URL) throws {
        try self.init(parsing: DirectoryNote.read(url), name: url.lastPathComponent)
    }

    /// Signs a draft. `previous` is the version before it, whose holders sign a change of roots too.
    init(signing draft: DirectoryDraft, with key: SigningKeyFile, after previous: DirectoryNote? = nil) throws {
        let text = draft.directory.text
        try self.init(directory: draft.directory, note: try key.pair.sign(text: text), key: key, after: previous)
    }

    /// The same note with one more holder's two lines.
    func signed(with key: SigningKeyFile, after previous: DirectoryNote? = nil) throws -> DirectoryNote {
        let other = try key.pair.sign(text: note.text)
        return try DirectoryNote(directory: directory, note: try note.appending(other), key: key, after: previous)
    }

    private init(
        directory: Directory, note: SignedNote, key: SigningKeyFile, after previous: DirectoryNote?
    ) throws {
        try DirectoryNote.requireSigner(key, of: directory, after: previous)
        // Who signs again what is in force, a registrar among them, does not choose its routes.
        let before = previous?.directory
        let isChosen = before?.routes != directory.routes || before?.profiles != directory.profiles
        try DirectoryNote.requireRoutes(directory.routes, directory.profiles, chosen: isChosen)
        if let previous { try DirectoryNote.require(directory, follows: previous) }
        self.directory = directory
        self.note = note
    }

    private static func requireSigner(
        _ key: SigningKeyFile, of directory: Directory, after previous: DirectoryNote?
    ) throws {
        let pair = key.pair.verifying
        if directory.base != nil {
            guard directory.registrar?.pair == pair else {
                throw CommandFailure.refused(
                    "\(key.name) n'est pas le registraire, qui seul signe cette version",
                    "\(key.name) is not the registrar, who alone signs this version")
            }
            return
        }
        let holders = directory.roots + (previous?.directory.roots ?? [])
        guard holders.contains(where: { $0.pair == pair }) else {
            throw CommandFailure.refused(
                "\(key.name) n'est pas un détenteur de racine de cet annuaire",
                "\(key.name) is not a root holder of this directory",
                hint: directory.registrar?.pair == pair
                    ? .init(
                        french: "la version du registraire se prépare avec --by-registrar",
                        english: "the registrar's version is prepared with --by-registrar")
                    : .init(
                        french: "un détenteur qui cesse de l'être signe avec --previous VERSION_PRÉCÉDENTE",
                        english: "a holder who ceases to be one signs with --previous VERSION_BEFORE"))
        }
    }

    /// What every reader will ask of this version, asked before it is signed.
    private static func require(_ directory: Directory, follows previous: DirectoryNote) throws {
        guard directory.version == previous.directory.version + 1 else {
            throw ExchangeFailure.directory(.versionGap)
        }
        guard directory.previous == SHA256Hex(of: previous.note.text) else {
            throw ExchangeFailure.directory(.brokenPrevious)
        }
        try DirectorySuccession.check(from: previous.directory, to: directory)
    }

    /// Routes and profiles that the laboratories' program can read; chosen anew, also those that lead to no name what is notified
    /// under a code.
    static func requireRoutes(_ routes: [JSON], _ profiles: [JSON], chosen: Bool = true) throws {
        do {
            let table = try RouteTable(routes: routes, profiles: profiles)
            if chosen { try table.refuseLinks() }
        } catch {
            throw CommandFailure.refused(
                "les routes ou les profils ne sont pas valides : \(error.french)",
                "the routes or profiles are not valid: \(error)")
        }
    }

    /// How many of these holders signed.
    func count(of roots: [Directory.Root]) -> Int {
        (try? note.holders(among: roots.map(\.pair)).count) ?? 0
    }

    /// Only the same version, with fewer signatures or with as many, may be replaced: every signed version has to be kept.
    func requirePlace(at url: URL) throws {
        guard !url.isStandardStream, FileManager.default.fileExists(atPath: url.path) else { return }
        let before = try? SignedNote(parsing: DirectoryNote.read(url), maxBytes: DirectoryNote.bytes)
        guard before?.text != note.text else { return }
        throw CommandFailure.usage(
            "\(url.lastPathComponent) existe déjà et n'est pas cette version",
            "\(url.lastPathComponent) exists and is not this version",
            hint: .init(
                french: "chaque version signée se garde : donnez un autre nom à -o",
                english: "every signed version is kept: give -o another name"))
    }

    /// Writes the note durably, or to standard output.
    func write(to url: URL) throws {
        guard !url.isStandardStream else { return Terminal.output(note.encoded) }
        try PublicFile.write(note.encoded, to: url.path)
    }

    /// A text and the signature lines of as many holders as there can be.
    static let bytes = Limits.directoryBytes + 160 * 1024

    /// The bytes of a draft or a note.
    static func read(_ url: URL) throws -> [UInt8] {
        try PublicFile.read(url.relativePath, limit: bytes)
    }

    /// The directory of a draft or a note; whoever signed it.
    static func directory(at url: URL) throws -> Directory {
        let bytes = try read(url)
        if let draft = try? Directory(text: bytes) { return draft }
        return try DirectoryNote(parsing: bytes, name: url.lastPathComponent).directory
    }
}

extension URL {
    /// The place `-`: standard input for who reads, standard output for who writes.
    var isStandardStream: Bool { relativePath == "-" }
}
