import Age
import Courier
import Exchange
import Foundation
import LabReport
import Notes
import StrictJSON

/// The participants of the tests: made once, since keys take time.
enum People {
    static let lab = "lab-rive-gauche"
    static let authorities = ["cnam", "spf"] + Region.all.map { "ars-" + $0.code }

    /// Keys of everybody, by id.
    static let keys: [String: ParticipantKeys] = {
        var keys: [String: ParticipantKeys] = [:]
        for id in [lab] + authorities {
            guard let participant = try? ParticipantID(id), let pair = try? SigningPair.generate(name: id),
                let own = try? ParticipantKeys(id: participant, signing: pair, sealing: [.generate()])
            else { continue }
            keys[id] = own
        }
        return keys
    }()

    /// Their keys notes.
    static let keysNotes: [String: KeysNote] = keys.compactMapValues { own in
        try? own.keysNote(current: nil, now: UTCTime(secondsSinceEpoch: TestClock.start)).value
    }

    private static let root = try? SigningPair.generate(name: "root-holder")

    static func keys(of id: String) throws -> ParticipantKeys {
        guard let own = keys[id] else { throw CourierFailure.usage("no keys of \(id)") }
        return own
    }

    /// A directory that lists everybody, with the routes of the demonstration unless others are given.
    static func directory(
        version: Int64 = 1, routes: [JSON] = ExampleRoutes.routes, profiles: [JSON] = ExampleRoutes.profiles,
        finess: [String] = [SyntheticLab.Laboratory.example().finess], suspended: Set<String> = [],
        requirePostQuantum: Bool = false, retention: Directory.Retention? = nil
    ) throws -> Directory {
        guard let root else { throw CourierFailure.usage("no root") }
        var participants: [Directory.Participant] = []
        for id in [lab] + authorities {
            participants.append(
                try Directory.Participant(
                    id: ParticipantID(id), role: id == lab ? .sender : .authority, name: id,
                    status: suspended.contains(id) ? .suspended : .active,
                    fingerprint: SHA256Hex(keys(of: id).fingerprint), finess: id == lab ? finess : [],
                    contact: id == lab ? nil : "astreinte-\(id)@example.org"))
        }
        return try Directory(
            version: version, previous: version == 1 ? nil : SHA256Hex(of: [1]),
            issuedAt: UTCTime(secondsSinceEpoch: TestClock.start - 86_400),
            expiresAt: UTCTime(secondsSinceEpoch: TestClock.start + 200 * 86_400), threshold: 1,
            roots: [Directory.Root(holder: ParticipantID("root-holder"), keys: root.verifying.lines)],
            participants: participants, routes: routes, profiles: profiles, requirePostQuantum: requirePostQuantum,
            retention: retention)
    }
}
