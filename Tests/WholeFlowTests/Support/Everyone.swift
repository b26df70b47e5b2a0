import Age
import Exchange
import LabReport
import Notes
import StrictJSON

@testable import Courier

/// Those who take part: laboratories, authorities, root holders. Their keys are made once, since that takes time.
enum Everyone {
    static let laboratories = ["lab-a", "lab-b", "lab-c"]
    static let authorities = ["cnam", "spf", "ars-11"]

    static let roots = ["root-a", "root-b", "root-c"].compactMap { try? SigningPair.generate(name: $0) }
    /// Somebody who calls itself by the same names.
    static let strangers = ["root-a", "root-b", "root-c"].compactMap { try? SigningPair.generate(name: $0) }

    private static let own: [String: ParticipantKeys] = {
        var keys: [String: ParticipantKeys] = [:]
        for id in laboratories + authorities { keys[id] = try? fresh(id) }
        return keys
    }()
    private static let impostors: [String: ParticipantKeys] = {
        var keys: [String: ParticipantKeys] = [:]
        for id in laboratories + authorities { keys[id] = try? fresh(id) }
        return keys
    }()

    /// A participant's keys.
    static func keys(of id: String) throws -> ParticipantKeys {
        guard let keys = own[id] else { throw CourierFailure.usage("nobody is called \(id) here") }
        return keys
    }

    /// Keys that an impostor made in a participant's name.
    static func falseKeys(of id: String) throws -> ParticipantKeys {
        guard let keys = impostors[id] else { throw CourierFailure.usage("nobody is called \(id) here") }
        return keys
    }

    static var pins: RootPins {
        get throws {
            try RootPins(threshold: 2, fingerprints: roots.map { try SHA256Hex($0.verifying.fingerprint) })
        }
    }

    /// The synthetic laboratory behind a sender; each has a FINESS of its own.
    static func laboratory(_ id: String) -> SyntheticLab.Laboratory {
        let departments = ["lab-a": "75", "lab-b": "77", "lab-c": "78"]
        return .example(name: "LABORATOIRE " + id.uppercased(), department: departments[id] ?? "75")
    }

    private static func fresh(_ id: String) throws -> ParticipantKeys {
        try ParticipantKeys(
            id: ParticipantID(id), signing: SigningPair.generate(name: id), sealing: [AgeIdentity.generate()])
    }
}

/// A directory of everyone, and how it is bent.
struct DirectoryPlan {
    var version: Int64 = 1
    var previous: SHA256Hex?
    var issuedAt: UTCTime
    var days: Int64 = 300
    /// Whom results are for.
    var recipients = Everyone.authorities
    /// Makes another text of what is otherwise the same.
    var title = "Participant"
    var roots = Everyone.roots
    var signers = Array(Everyone.roots.prefix(2))

    func note() throws -> SignedNote {
        let text = try directory().text
        guard let first = signers.first else { throw CourierFailure.usage("nobody signs") }
        var note = try first.sign(text: text)
        for signer in signers.dropFirst() { note = try note.appending(signer.sign(text: text)) }
        return note
    }

    private func directory() throws -> Directory {
        let authorities = try Everyone.authorities.map { id in
            try Directory.Participant(
                id: ParticipantID(id), role: .authority, name: "\(title) \(id)",
                fingerprint: SHA256Hex(Everyone.keys(of: id).fingerprint), contact: "astreinte-\(id)@example.org")
        }
        let laboratories = try Everyone.laboratories.map { id in
            try Directory.Participant(
                id: ParticipantID(id), role: .sender, name: "\(title) \(id)",
                fingerprint: SHA256Hex(Everyone.keys(of: id).fingerprint), finess: [Everyone.laboratory(id).finess])
        }
        return try Directory(
            version: version, previous: previous, issuedAt: issuedAt,
            expiresAt: issuedAt.adding(seconds: days * 86_400), threshold: 2,
            roots: roots.map { try Directory.Root(holder: ParticipantID($0.name), keys: $0.verifying.lines) },
            participants: laboratories + authorities, routes: recipients.map(Self.route),
            profiles: [Self.profile("named", Self.named), Self.profile("counted", Self.counted)],
            requirePostQuantum: true)
    }

    /// Every result of this code goes to each authority, under one of two profiles.
    private static func route(to authority: String) -> JSON {
        .object([
            JSON.Member("id", .string("to-" + authority)), JSON.Member("to", .string(authority)),
            JSON.Member("codeSet", .string(CodeSet.sarsCoV2.rawValue)),
            JSON.Member("profile", .string(authority == "spf" ? "counted" : "named")),
            JSON.Member("receiptDueMinutes", .integer(240)), JSON.Member("retentionDays", .integer(10)),
        ])
    }

    private static func profile(_ id: String, _ fields: [ReportField]) -> JSON {
        .object([
            JSON.Member("id", .string(id)), JSON.Member("fields", .array(fields.map { .string($0.rawValue) })),
        ])
    }

    /// The filler number stands in both: by it the tests know a report again.
    private static let counted: [ReportField] = [
        .patientAgeBand, .patientSex, .orderFiller, .specimenCollectedAt, .resultCode, .resultValue, .resultStatus,
    ]
    private static let named: [ReportField] = counted + [.patientNIR, .patientBirthName, .patientGivenNames]
}
