import Durable
import Exchange
import Foundation
import LabReport
import Notes
import StrictJSON

/// A directory that nobody has signed yet: its one line of text in a file, which holders can read before they sign.
///
/// A draft made from a signed directory is its next version and carries the hash of the version before. One for the
/// registrar names the version that it stands on, and takes no change that the registrar may not sign.
struct DirectoryDraft {
    private(set) var directory: Directory
    /// The signed version that it was begun from just now.
    private(set) var before: Directory?

    /// Version 1: roots, registrar, nobody else.
    static func start(
        roots: [VerifyingPair], threshold: Int, registrar: VerifyingPair?, issuedAt: UTCTime, days: Int64,
        requirePostQuantum: Bool = false, retention: Directory.Retention? = nil
    ) throws -> DirectoryDraft {
        var holders: [Directory.Root] = []
        for root in roots { holders.append(try Directory.Root(root)) }
        return DirectoryDraft(
            directory: try Directory(
                version: 1, issuedAt: issuedAt, expiresAt: issuedAt.adding(seconds: days * 86_400),
                threshold: threshold, roots: holders, registrar: registrar.map { try Directory.Registrar($0) },
                participants: [], routes: [], profiles: [], requirePostQuantum: requirePostQuantum,
                retention: retention))
    }

    /// Reads a draft, or starts the next version of a signed directory.
    static func open(_ url: URL, now: UTCTime, days: Int64, byRegistrar: Bool = false) throws -> DirectoryDraft {
        let bytes = try DirectoryNote.read(url)
        guard let draft = try? Directory(text: bytes) else {
            let note = try DirectoryNote(parsing: bytes, name: url.lastPathComponent)
            return try next(of: note, now: now, days: days, byRegistrar: byRegistrar)
        }
        guard !byRegistrar || draft.base != nil else {
            throw CommandFailure.usage(
                "ce brouillon est à signer par les détenteurs de racines",
                "this draft is for the root holders to sign",
                hint: .init(
                    french: "celui du registraire part d'un annuaire signé : --by-registrar dès la première commande",
                    english: "the registrar's begins with a signed directory: --by-registrar from the first command on")
            )
        }
        return DirectoryDraft(directory: draft)
    }

    /// The next version, the same but for its dates. The registrar's lives no longer than what the holders signed.
    static func next(
        of note: DirectoryNote, now: UTCTime, days: Int64, byRegistrar: Bool
    ) throws -> DirectoryDraft {
        let signed = note.directory
        let hash = SHA256Hex(of: note.note.text)
        var parts = DirectoryParts(signed)
        parts.version = signed.version + 1
        parts.previous = hash
        parts.issuedAt = max(now, signed.issuedAt)
        if byRegistrar {
            guard signed.registrar != nil, parts.issuedAt < signed.expiresAt else { throw noRegistrar(signed) }
            parts.base = try signed.base ?? Directory.Base(version: signed.version, sha256: hash)
        } else {
            parts.base = nil
            parts.expiresAt = parts.issuedAt.adding(seconds: days * 86_400)
        }
        return DirectoryDraft(directory: try parts.made(), before: signed)
    }

    private static func noRegistrar(_ signed: Directory) -> CommandFailure {
        let hint = CommandFailure.Said(
            french: "les détenteurs de racines signent d'abord une nouvelle version (pli directory propose)",
            english: "the root holders sign a new version first (pli directory propose)")
        return signed.registrar == nil
            ? .refused("cet annuaire n'a pas de registraire", "this directory has no registrar", hint: hint)
            : .refused("cet annuaire a expiré", "this directory has expired", hint: hint)
    }

    /// Changes members; they must still agree, and be within the registrar's rights where it is to sign.
    mutating func change(_ change: (inout DirectoryParts) throws -> Void) throws {
        var parts = DirectoryParts(directory)
        try change(&parts)
        let changed = try parts.made()
        if directory.base != nil { try requireRights(changed) }
        directory = changed
    }

    /// What can be seen of the registrar's rights without the version that the draft stands on.
    private func requireRights(_ changed: Directory) throws {
        var allowed = DirectoryParts(directory)
        allowed.participants = changed.participants
        let isAllowed = zip(directory.participants, changed.participants).allSatisfy { old, new in
            old == new || DirectorySuccession.isRegistrars(old) && DirectorySuccession.isRegistrars(new)
        }
        let added = changed.participants.dropFirst(directory.participants.count)
        guard isAllowed, added.allSatisfy(DirectorySuccession.isRegistrars), try allowed.made() == changed else {
            throw ExchangeFailure.directory(.beyondRegistrar)
        }
    }

    /// Adds a participant, or puts it in the place of the one of the same id.
    mutating func put(_ participant: Directory.Participant) throws {
        // Every reader would refuse it, once the holders had signed in vain. A draft that is gone on with does not say whether the entry
        // was in the version before: it may have been.
        let isGoneOn = before == nil && directory.version > 1
        if let known = (isGoneOn ? directory : before)?[participant.id], known.role != participant.role {
            throw CommandFailure.usage(
                "\(known.id) est \(known.role.rawValue) : nul ne change de rôle",
                "\(known.id) is \(known.role.rawValue): nobody changes role",
                hint: .init(
                    french: "donnez au nouveau rôle un autre id, avec ses propres clés"
                        + (isGoneOn
                            ? " ; s'il n'est entré que dans ce brouillon, refaites-le depuis l'annuaire signé" : ""),
                    english: "give the new role an id of its own, with keys of its own"
                        + (isGoneOn
                            ? "; if it came in with this draft only, begin again from the signed directory" : "")))
        }
        try change { parts in
            if let place = parts.participants.firstIndex(where: { $0.id == participant.id }) {
                parts.participants[place] = participant
            } else {
                parts.participants.append(participant)
            }
        }
    }

    /// Takes these routes and profiles in the place of those there; they are read before they are taken.
    mutating func take(routes: [JSON], profiles: [JSON]) throws {
        try DirectoryNote.requireRoutes(routes, profiles)
        try change { parts in
            parts.routes = routes
            parts.profiles = profiles
        }
    }

    /// The example routes and profiles, for a demonstration or a first try.
    mutating func takeExamples() throws {
        try take(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
    }

    /// Routes and profiles from a file `{"routes": […], "profiles": […]}`.
    mutating func take(routesFile url: URL) throws {
        let bytes = try PublicFile.read(url.path, limit: Limits.directoryBytes)
        let json: JSON
        do {
            json = try JSON(parsing: bytes)
        } catch {
            let line = bytes.prefix(error.offset).count { $0 == 0x0A } + 1
            throw CommandFailure.usage(
                "\(url.lastPathComponent) n'est pas du JSON : voir la ligne \(line), ou celle d'avant",
                "\(url.lastPathComponent) is not JSON: see line \(line), or the one before")
        }
        guard let routes = json["routes"]?.array, let profiles = json["profiles"]?.array else {
            throw CommandFailure.usage(
                "\(url.lastPathComponent) doit être un objet JSON avec routes et profiles",
                "\(url.lastPathComponent) must be a JSON object with routes and profiles")
        }
        try take(routes: routes, profiles: profiles)
    }

    /// Writes the draft durably, or to standard output. A signed version is what everybody goes by: no draft takes its place.
    func write(to url: URL) throws {
        guard !url.isStandardStream else { return Terminal.output(directory.text) }
        let isThere = FileManager.default.fileExists(atPath: url.path)
        guard !isThere || (try? Directory(text: DirectoryNote.read(url))) != nil else {
            throw CommandFailure.usage(
                "\(url.lastPathComponent) existe déjà et n'est pas un brouillon",
                "\(url.lastPathComponent) exists and is no draft",
                hint: .init(
                    french: "un annuaire signé n'est pas remplacé : donnez avec -o un autre nom au brouillon",
                    english: "a signed directory is not replaced: give the draft another name with -o"))
        }
        try PublicFile.write(directory.text, to: url.path)
    }
}

extension Directory.Root {
    /// The holder of a pair.
    init(_ pair: VerifyingPair) throws {
        try self.init(holder: ParticipantID(pair.name), keys: pair.lines)
    }
}

extension Directory.Registrar {
    /// The registrar of a pair.
    init(_ pair: VerifyingPair) throws {
        try self.init(id: ParticipantID(pair.name), keys: pair.lines)
    }
}
