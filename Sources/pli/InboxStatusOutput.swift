import Configuration
import Courier
import Exchange
import Inbox
import StrictJSON

/// What `pli status` says of an inbox.
enum InboxStatusOutput {
    static func show(_ settings: InboxConfiguration, json: Bool) throws {
        let status = try InboxStatus.read(dataFolder: settings.agent.dataFolder)
        if json {
            Terminal.output(totals(status))
            for sender in status.senders { Terminal.output(line(sender)) }
            return
        }
        Terminal.line(
            "plis remis / parcels delivered \(status.deliveredParcels), en attente / waiting "
                + "\(status.waiting + status.handing), refusés / refused \(status.refusedParcels), accusés à poster / "
                + "receipts to post \(status.receiptsWaiting)")
        if let since = status.lateSince(at: AgentProgram.now()) {
            Terminal.line("! en attente depuis / waiting since \(since)")
        }
        let days = status.retentionDays
        Terminal.line(
            "dans le dossier / in the sink \(status.inSink), enlevés / removed \(status.removedParcels), durée / retention "
                + (days.map { "\($0) j / d" } ?? "aucune / none"))
        var table = TextTable([
            "expéditeur / sender", "remis / delivered", "comptes rendus / reports", "refusés / refused",
            "expirés / expired", "jamais vus / never seen",
        ])
        for sender in status.senders {
            table.add([
                sender.id.text, String(sender.deliveredParcels), String(sender.deliveredReports),
                String(sender.refusedParcels), String(sender.expiredParcels), String(sender.missing),
            ])
        }
        table.show()
        for sender in status.senders where sender.missing > 0 {
            let told = sender.gaps.reduce(0) { $0 + Int64($1.count) }
            Terminal.line(
                "! jamais vus / never seen : \(sender.id) n° \(sender.gaps.map(words).joined(separator: ", "))"
                    + (told < sender.missing ? ", …" : ""))
        }
    }

    private static func words(_ gap: ClosedRange<Int64>) -> String {
        gap.count == 1 ? "\(gap.lowerBound)" : "\(gap.lowerBound)-\(gap.upperBound)"
    }

    /// All of it; `deliveredNow` is how many parcels a run has delivered, `unverified` how many it could believe nothing of.
    static func totals(
        _ status: InboxStatus, deliveredNow: Int? = nil, unverified: Int? = nil
    ) -> [UInt8] {
        var members: [JSON.Member] = deliveredNow.map { [.init("deliveredNow", .integer(Int64($0)))] } ?? []
        members += [
            .init("deliveredParcels", .integer(Int64(status.deliveredParcels))),
            .init("deliveredReports", .integer(Int64(status.deliveredReports))),
            .init("refusedParcels", .integer(Int64(status.refusedParcels))),
            .init("waiting", .integer(Int64(status.waiting))), .init("handing", .integer(Int64(status.handing))),
            .init("receiptsWaiting", .integer(Int64(status.receiptsWaiting))),
        ]
        members += [
            .init("inSink", .integer(Int64(status.inSink))),
            .init("removedParcels", .integer(Int64(status.removedParcels))),
            .init("retentionDays", status.retentionDays.map { .integer(Int64($0)) } ?? .null),
        ]
        if let unverified { members.append(.init("unverified", .integer(Int64(unverified)))) }
        return JSON.object(members).encoded + [0x0A]
    }

    /// One sender's part.
    static func line(_ sender: InboxStatus.Sender) -> [UInt8] {
        JSON.object([
            .init("sender", .string(sender.id.text)), .init("highestSeq", .integer(sender.highestSeq)),
            .init("missing", .integer(sender.missing)),
            .init("missingNumbers", .array(sender.gaps.map { .string(words($0)) })),
            .init("deliveredParcels", .integer(Int64(sender.deliveredParcels))),
            .init("deliveredReports", .integer(Int64(sender.deliveredReports))),
            .init("refusedParcels", .integer(Int64(sender.refusedParcels))),
            .init("expiredParcels", .integer(Int64(sender.expiredParcels))),
        ]).encoded + [0x0A]
    }
}
