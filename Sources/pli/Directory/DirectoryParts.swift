import Exchange
import StrictJSON

/// The members of a directory, to be changed one by one; `made` checks that they agree.
struct DirectoryParts {
    var version: Int64
    var previous: SHA256Hex?
    var base: Directory.Base?
    var issuedAt: UTCTime
    var expiresAt: UTCTime
    var threshold: Int
    var roots: [Directory.Root]
    var registrar: Directory.Registrar?
    var participants: [Directory.Participant]
    var routes: [JSON]
    var profiles: [JSON]
    var requirePostQuantum: Bool
    var retention: Directory.Retention?

    init(_ directory: Directory) {
        version = directory.version
        previous = directory.previous
        base = directory.base
        issuedAt = directory.issuedAt
        expiresAt = directory.expiresAt
        threshold = directory.threshold
        roots = directory.roots
        registrar = directory.registrar
        participants = directory.participants
        routes = directory.routes
        profiles = directory.profiles
        requirePostQuantum = directory.requirePostQuantum
        retention = directory.retention
    }

    func made() throws(ExchangeFailure) -> Directory {
        try Directory(
            version: version, previous: previous, base: base, issuedAt: issuedAt, expiresAt: expiresAt,
            threshold: threshold, roots: roots, registrar: registrar, participants: participants, routes: routes,
            profiles: profiles, requirePostQuantum: requirePostQuantum, retention: retention)
    }
}
