import ArgumentParser
import Courier
import Outbox
import StrictJSON

/// `pli status`: where a laboratory's reports and parcels are, or what an authority has received.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: .both(
            "Montre où en sont les comptes rendus et plis d'un laboratoire, ou ce qu'une autorité a reçu.",
            "Shows where a laboratory's reports and parcels are, or what an authority has received."),
        discussion: """
            Se lit à côté d'un outbox ou d'un inbox en marche, sans rien changer.

            It reads beside a running outbox or inbox and changes nothing.
            """)

    @Option(
        name: .long,
        help: .both(
            "Le fichier de configuration d'un outbox ou d'un inbox.", "The configuration file of an outbox or an inbox."
        ))
    var config: String
    @Flag(
        name: .long,
        help: .both(
            "Une valeur JSON par ligne : les totaux, puis une par destinataire ou expéditeur.",
            "One JSON value a line: totals first, then one a recipient or sender."))
    var json = false

    func run() async throws {
        let installed = try await Installed(config: config)
        switch installed {
        case .inbox(let settings): try InboxStatusOutput.show(settings, json: json)
        case .outbox(let settings):
            let folder = settings.agent.dataFolder
            try show(try OutboxStatus.read(dataFolder: folder))
            let late = try LateWork.read(
                dataFolder: folder, ageSeconds: settings.batchAgeSeconds, at: AgentProgram.now())
            for one in late { show(one) }
        }
        try OldFolderWords.show(dataFolder: installed.agent.dataFolder, json: json)
    }

    private func show(_ late: LateWork) {
        guard !json else { return Terminal.output(LateWorkWords.json(late)) }
        let said = LateWorkWords.said(late)
        Terminal.line("! \(said.french)")
        Terminal.line("! \(said.english)")
    }

    private func show(_ status: OutboxStatus) throws {
        if json {
            Terminal.output(Self.totals(status))
            for recipient in status.recipients { Terminal.output(Self.line(recipient)) }
            return
        }
        Terminal.line(IntakeCounts(taken: status.taken, held: status.held, dropped: status.dropped).text)
        for (rule, count) in status.heldByRule.sorted(by: { $0.key < $1.key }) { Terminal.line("  \(rule): \(count)") }
        var table = TextTable([
            "destinataire / recipient", "à sceller / waiting", "en file / spooled", "au relais / accepted",
            "remis / delivered", "refusés / refused", "en retard / overdue",
        ])
        for recipient in status.recipients {
            let reports = recipient.reportsByState
            table.add([
                recipient.name, String(recipient.waiting), String(reports[.spooled] ?? 0),
                String(reports[.accepted] ?? 0), String(recipient.delivered),
                String(recipient.refused + (reports[.rejected] ?? 0)), String(recipient.overdue),
            ])
        }
        table.show()
    }

    private static func totals(_ status: OutboxStatus) -> [UInt8] {
        let rules = status.heldByRule.sorted { $0.key < $1.key }
        return JSON.object([
            .init("read", .integer(Int64(status.read))), .init("taken", .integer(Int64(status.taken))),
            .init("held", .integer(Int64(status.held))),
            .init("heldByRule", .object(rules.map { .init($0.key, .integer(Int64($0.value))) })),
            .init("dropped", .integer(Int64(status.dropped))),
        ]).encoded + [0x0A]
    }

    private static func line(_ recipient: OutboxStatus.Recipient) -> [UInt8] {
        var members: [JSON.Member] = [
            .init("recipient", .string(recipient.name)),
            .init("reports", .integer(Int64(recipient.reports))),
            .init("waiting", .integer(Int64(recipient.waiting))),
        ]
        for state in ParcelState.allCases {
            members.append(.init(state.rawValue, .integer(Int64(recipient.reportsByState[state] ?? 0))))
        }
        members.append(.init("parcels", .integer(Int64(recipient.parcels))))
        members.append(.init("bytes", .integer(recipient.bytes)))
        members.append(.init("overdue", .integer(Int64(recipient.overdue))))
        return JSON.object(members).encoded + [0x0A]
    }
}
