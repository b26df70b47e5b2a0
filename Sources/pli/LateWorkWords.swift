import Exchange
import Outbox
import StrictJSON

/// What waits for too long, for people and for programs.
enum LateWorkWords {
    /// More than these are not named one by one.
    static let most = 5

    static func said(_ late: LateWork) -> CommandFailure.Said {
        switch late.stage {
        case .sealing:
            .init(
                french:
                    "\(late.recipient) : \(late.count) compte(s) rendu(s) ou fichier(s) sans pli depuis \(late.since)",
                english: "\(late.recipient): \(late.count) report(s) or file(s) without a parcel since \(late.since)")
        case .upload:
            .init(
                french: "\(late.recipient) : \(late.count) pli(s) que le relais n'a pas pris, depuis \(late.since)",
                english: "\(late.recipient): \(late.count) parcel(s) that the relay has not taken, since \(late.since)")
        case .receipt:
            .init(
                french: "\(late.recipient) : \(late.count) pli(s) dont l'accusé était dû le \(late.since)",
                english: "\(late.recipient): \(late.count) parcel(s) whose receipt was due at \(late.since)")
        }
    }

    static func remedy(_ stage: LateWork.Stage, isRunning: Bool) -> CommandFailure.Said {
        let start = CommandFailure.Said(french: "démarrez pli outbox", english: "start pli outbox")
        switch stage {
        case .sealing:
            return isRunning
                ? .init(
                    french:
                        "les dernières lignes de pli outbox disent pourquoi ; pli outbox list montre un fichier seul",
                    english: "the last lines of pli outbox say why; pli outbox list shows a file that waits alone")
                : start
        case .upload:
            return isRunning
                ? .init(
                    french: "les dernières lignes de pli outbox disent ce que répond le relais ; rien n'est perdu",
                    english: "the last lines of pli outbox say what the relay answers; nothing is lost")
                : start
        case .receipt:
            return .init(
                french: "appelez le contact que l'annuaire donne (pli directory show) ; pli outbox list donne les plis",
                english:
                    "call the contact that the directory gives (pli directory show); pli outbox list has the parcels")
        }
    }

    static func json(_ late: LateWork) -> [UInt8] {
        JSON.object([
            .init("late", .string(late.stage.rawValue)), .init("recipient", .string(late.recipient)),
            .init("count", .integer(Int64(late.count))), .init("since", .string(late.since.text)),
        ]).encoded + [0x0A]
    }
}
