import Exchange
import Foundation
import LabReport
import Notes

/// The folder of a demonstration: keys, a signed directory, one configuration a program, and where each keeps its data.
///
/// Everything in it is made by the code that the commands use: `keygen`, `directory init/add/sign`. The folder is
/// private (0700) because it holds the keys of everybody, which no real installation has in one place.
struct DemoHouse {
    static let laboratory = "lab-rive-gauche"
    static let roots = ["root-operator", "root-authority", "root-federation"]
    static let threshold = 2

    let folder: URL
    let port: Int
    /// `cnam`, `spf` and an `ars-…` for each region that the reports need.
    let authorities: [String]
    let now: UTCTime
    /// Other routes than the examples.
    var routesFile: URL?

    var origin: String { "https://127.0.0.1:\(port)" }
    var certificate: URL { folder.appending(path: "relay/tls/certificate.pem") }
    /// What the agents trust: the relay makes it at its first start, beside its certificate.
    var authority: URL { folder.appending(path: "relay/tls/ca.pem") }
    var relayConfiguration: URL { folder.appending(path: "relay/relay.yaml") }
    var relayData: URL { folder.appending(path: "relay/data") }
    /// All that the relay has on disk: its data, its certificate, its configuration, and what it writes into its log.
    var relayFolder: URL { folder.appending(path: "relay") }
    var relayLog: URL { folder.appending(path: "relay/relay.log") }
    var laboratoryConfiguration: URL { folder.appending(path: "laboratory/outbox.yaml") }
    var laboratoryData: URL { folder.appending(path: "laboratory/data") }
    var watchedFolder: URL { folder.appending(path: "laboratory/in") }
    var directoryNote: URL { folder.appending(path: "directory.note") }

    func configuration(of authority: String) -> URL { folder.appending(path: "\(authority)/inbox.yaml") }
    func sink(of authority: String) -> URL { folder.appending(path: "\(authority)/rows") }
    func log(of name: String) -> URL { folder.appending(path: "logs/\(name).log") }

    /// Makes everything but the reports.
    func build() throws {
        for path in ["", "keys", "logs", "relay/tls", "relay/data", "laboratory/in", "laboratory/data"] {
            try makeFolder(path)
        }
        for authority in authorities {
            for path in ["", "/data", "/rows"] { try makeFolder(authority + path) }
        }
        let fingerprints = try buildDirectory()
        try writeRelayConfiguration(pinning: fingerprints)
        try writeLaboratoryConfiguration(pinning: fingerprints)
        for authority in authorities { try writeInboxConfiguration(of: authority, pinning: fingerprints) }
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: path), withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Roots, registrar and participants get their keys; two of three roots sign. Gives the roots' fingerprints.
    private func buildDirectory() throws -> [String] {
        let roots = try Self.roots.map { try SigningKeyFile.make(name: $0, at: key("\($0).signing")) }
        let registrar = try SigningKeyFile.make(name: "registrar", at: key("registrar.signing"))
        var draft = try DirectoryDraft.start(
            roots: roots.map(\.pair.verifying), threshold: Self.threshold, registrar: registrar.pair.verifying,
            issuedAt: now, days: 90)
        try draft.put(try participant("relay", .relay, "Relais de démonstration"))
        try draft.put(
            try participant(
                Self.laboratory, .sender, "Laboratoire Rive Gauche (synthétique)",
                finess: [SyntheticLab.Laboratory.example().finess]))
        for authority in authorities {
            try draft.put(
                try participant(
                    authority, .authority, Self.title(of: authority), contact: "astreinte@\(authority).example"))
        }
        if let routesFile { try draft.take(routesFile: routesFile) } else { try draft.takeExamples() }
        try draft.write(to: folder.appending(path: "directory.draft"))
        var note = try DirectoryNote(signing: draft, with: roots[0])
        for root in roots[1..<Self.threshold] { note = try note.signed(with: root) }
        try note.write(to: directoryNote)
        return roots.map(\.fingerprint)
    }

    /// A participant with keys made for it.
    private func participant(
        _ id: String, _ role: Directory.Role, _ name: String, finess: [String] = [], contact: String? = nil
    ) throws -> Directory.Participant {
        let signing = try SigningKeyFile.make(name: id, at: key("\(id).signing"))
        if role != .relay { try SealingKeyFile.make(at: key("\(id).sealing")) }
        return try .init(
            id: ParticipantID(id), role: role, name: name, fingerprint: SHA256Hex(signing.fingerprint),
            finess: finess, contact: contact)
    }

    private func key(_ name: String) -> URL { folder.appending(path: "keys/\(name)") }

    /// What people call an authority.
    static func title(of authority: String) -> String {
        switch authority {
        case "cnam": return "Assurance Maladie"
        case "spf": return "Santé publique France"
        default:
            let code = String(authority.dropFirst("ars-".count))
            return "ARS " + (Region(code: code)?.name ?? code)
        }
    }

    /// What an authority may get, by the example routes.
    static func profile(of authority: String) throws -> Profile {
        let id =
            switch authority {
            case "cnam": "example-insurance"
            case "spf": "example-statistics"
            default: "example-agency"
            }
        for json in ExampleRoutes.profiles {
            let profile = try Profile(json, place: "example")
            if profile.id == id { return profile }
        }
        throw CommandFailure.refused("profil d'exemple introuvable", "an example profile is missing")
    }

    private func pinned(_ fingerprints: [String]) -> String {
        """
        directory:
          file: \(directoryNote.path)
          threshold: \(Self.threshold)
          roots: [\(fingerprints.joined(separator: ", "))]
        """
    }

    private func writeRelayConfiguration(pinning fingerprints: [String]) throws {
        let text = """
            listen:
              host: 127.0.0.1
              port: \(port)
            origin: \(origin)
            tls:
              certificate: \(certificate.path)
              key: \(folder.appending(path: "relay/tls/key.pem").path)
            data: \(relayData.path)
            \(pinned(fingerprints))

            """
        try Data(text.utf8).write(to: relayConfiguration)
    }

    private func agent(_ name: String, data: URL, pinning fingerprints: [String]) -> String {
        """
        participant: \(name)
        relay:
          origin: \(origin)
          ca: \(authority.path)
        \(pinned(fingerprints))
        keys:
          signing: \(key("\(name).signing").path)
          sealing: [\(key("\(name).sealing").path)]
        data: \(data.path)
        """
    }

    private func writeLaboratoryConfiguration(pinning fingerprints: [String]) throws {
        let text = """
            \(agent(Self.laboratory, data: laboratoryData, pinning: fingerprints))
            outbox:
              watch:
                folder: \(watchedFolder.path)
                settleSeconds: 1
              batch:
                reports: 1000
                megabytes: 8
                ageSeconds: 2
              site:
                zone: Europe/Paris
                charset: utf-8
              production: true

            """
        try Data(text.utf8).write(to: laboratoryConfiguration)
    }

    private func writeInboxConfiguration(of authority: String, pinning fingerprints: [String]) throws {
        let data = folder.appending(path: "\(authority)/data")
        let text = """
            \(agent(authority, data: data, pinning: fingerprints))
            inbox:
              sink:
                folder: \(sink(of: authority).path)
              pollSeconds: 20

            """
        try Data(text.utf8).write(to: configuration(of: authority))
    }
}
