import Exchange
import Outbox
import StrictJSON

/// How it is told what became of the parcels of one `pli send`.
enum ParcelOutput {
    /// Each with its state for programs; for people only what is missing: a refusal is an alarm of its own.
    static func show(_ parcels: [SentParcel], json: Bool) {
        if json {
            for parcel in parcels { Terminal.output(line(parcel)) }
        }
        let missing = parcels.count(where: \.awaitsReceipt)
        guard missing > 0 else { return }
        Terminal.say(
            "\(missing) accusé(s) manquent encore ; pli outbox, ou le prochain pli send, les relèvera",
            "\(missing) receipt(s) are still missing; pli outbox, or the next pli send, will fetch them")
    }

    static func line(_ parcel: SentParcel) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("parcel", .string(parcel.id.text)), .init("to", .string(parcel.recipient)),
            .init("reports", .integer(Int64(parcel.reports))), .init("state", .string(parcel.state.rawValue)),
        ]
        if let reason = parcel.reason { members.append(.init("reason", .string(reason))) }
        return JSON.object(members).encoded + [0x0A]
    }

    static func turnedAway(_ count: Int) -> CommandFailure {
        .refused(
            "\(count) pli(s) de ces fichiers n'ont pas été pris, par leur destinataire ou par le relais ; leurs comptes rendus "
                + "restent au journal",
            "\(count) parcel(s) of these files were not taken, by their recipient or by the relay; their reports stay in the "
                + "journal",
            hint: .init(
                french: "pli outbox list dit pourquoi ; ensuite pli outbox resend ou abandon",
                english: "pli outbox list says why; then pli outbox resend or abandon"))
    }
}
