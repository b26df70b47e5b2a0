import Durable
import Exchange
import Foundation
import LabReport
import Notes
import StrictJSON

/// A directory that nobody has signed yet: its one line of text in a file, which holders can read before they sign.
///
/// A draft made from a signed directory is its next version and carries the hash of the version before.
struct DirectoryDraft {
    private(set) var directory: Directory

    /// Version 1: roots, registrar, nobody else.
    static func start(
        roots: [VerifyingPair], threshold: Int, registrar: VerifyingPair?, issuedAt: UTCTime, days: Int64,
        requirePostQuantum: Bool = false
    ) throws -> DirectoryDraft {
        var holders: [Directory.Root] = []
        for root in roots { holders.append(try .init(holder: ParticipantID(root.name), keys: root.lines)) }
        var officer: Directory.Registrar?
        if let registrar {
            officer = .init(
                id: try ParticipantID(registrar.name), fingerprint: try SHA256Hex(registrar.fingerprint))
        }
        return DirectoryDraft(
            directory: try Directory(
                version: 1, issuedAt: issuedAt, expiresAt: issuedAt.adding(seconds: days * 86_400),
                threshold: threshold, roots: holders, registrar: officer, participants: [], routes: [], profiles: [],
                requirePostQuantum: requirePostQuantum))
    }

    /// Reads a draft, or starts the next version of a signed directory.
    static func open(_ url: URL, now: UTCTime, days: Int64) throws -> DirectoryDraft {
        let bytes = try DirectoryNote.read(url)
        if let draft = try? Directory(text: bytes) { return DirectoryDraft(directory: draft) }
        let note = try DirectoryNote(parsing: bytes, name: url.lastPathComponent)
        let signed = note.directory
        return DirectoryDraft(
            directory: try Directory(
                version: signed.version + 1, previous: SHA256Hex(of: note.note.text), issuedAt: now,
                expiresAt: now.adding(seconds: days * 86_400), threshold: signed.threshold, roots: signed.roots,
                registrar: signed.registrar, participants: signed.participants, routes: signed.routes,
                profiles: signed.profiles, requirePostQuantum: signed.requirePostQuantum))
    }

    /// Adds a participant, or replaces the one of the same id.
    mutating func add(_ participant: Directory.Participant) throws {
        let others = directory.participants.filter { $0.id != participant.id }
        try change(participants: others + [participant])
    }

    /// Takes these routes and profiles in the place of those there; they are read before they are taken.
    mutating func take(routes: [JSON], profiles: [JSON]) throws {
        do {
            _ = try RouteTable(routes: routes, profiles: profiles)
        } catch {
            throw CommandFailure.refused(
                "les routes ou les profils ne sont pas valides : \(error.french)",
                "the routes or profiles are not valid: \(error)")
        }
        try change(routes: routes, profiles: profiles)
    }

    /// The example routes and profiles, for a demonstration or a first try.
    mutating func takeExamples() throws {
        try take(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
    }

    /// Routes and profiles from a file `{"routes": […], "profiles": […]}`.
    mutating func take(routesFile url: URL) throws {
        let bytes = try PublicFile.read(url.path, limit: Limits.directoryBytes)
        guard let json = try? JSON(parsing: bytes), let routes = json["routes"]?.array,
            let profiles = json["profiles"]?.array
        else {
            throw CommandFailure.usage(
                "\(url.lastPathComponent) doit être un objet JSON avec routes et profiles",
                "\(url.lastPathComponent) must be a JSON object with routes and profiles")
        }
        try take(routes: routes, profiles: profiles)
    }

    private mutating func change(
        participants: [Directory.Participant]? = nil, routes: [JSON]? = nil, profiles: [JSON]? = nil
    ) throws {
        let old = directory
        directory = try Directory(
            version: old.version, previous: old.previous, issuedAt: old.issuedAt, expiresAt: old.expiresAt,
            threshold: old.threshold, roots: old.roots, registrar: old.registrar,
            participants: participants ?? old.participants, routes: routes ?? old.routes,
            profiles: profiles ?? old.profiles, requirePostQuantum: old.requirePostQuantum)
    }

    /// Writes the draft durably.
    func write(to url: URL) throws {
        try Disk.real.writeDurably(directory.text, to: url.path, mode: 0o644)
    }
}
