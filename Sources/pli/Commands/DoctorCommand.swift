import ArgumentParser
import Courier
import Foundation
import StrictJSON

/// `pli doctor`: what is wrong with an installation, and what to do.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: .both(
            "Dit ce qui ne va pas dans une installation, et quoi faire.",
            "Says what is wrong with an installation, and what to do."),
        discussion: """
            Examine un outbox ou un inbox, en marche ou non, dans l'ordre : configuration, dossier, clés, relais, \
            annuaire, inscription, registre, travail. Ne change rien, sauf avec --old-folder-done. Code de sortie 0 s'il n'y a pas de faute.

            Examines an outbox or an inbox, running or not, in this order: configuration, folder, keys, relay, directory, \
            entry, log, work. It changes nothing, but with --old-folder-done. Exit code 0 where there is no fault.
            """)

    @Option(
        name: .long,
        help: .both(
            "Le fichier de configuration d'un outbox ou d'un inbox.", "The configuration file of an outbox or an inbox."
        ))
    var config: String
    @Flag(name: .long, help: .both("Ne rien demander au relais.", "Ask the relay nothing."))
    var offline = false
    @Option(
        name: .long,
        help: .both(
            "Secondes laissées au relais pour chaque réponse, de 1 à 3600.",
            "Seconds that the relay has for each answer, from 1 to 3600."))
    var seconds: Int = Int(AnswerLimit.usualSeconds)
    @Flag(
        name: .long,
        help: .both(
            "Dit d'abord que ce qu'une ancienne copie du dossier de données demande est fait.",
            "First says that what an older copy of the data folder asks for is done."))
    var oldFolderDone = false
    @Flag(
        name: .long,
        help: .both(
            "Une valeur JSON par ligne : une par examen.", "One JSON value a line: one for each thing examined."))
    var json = false

    func run() async throws {
        guard (1...3_600).contains(seconds) else {
            throw CommandFailure.usage("--seconds va de 1 à 3600", "--seconds goes from 1 to 3600")
        }
        if oldFolderDone { try await settleOldFolder() }
        let checkUp = await Examination.of(
            config: config, isOffline: offline, limit: AnswerLimit(seconds: Int64(seconds)))
        if json {
            for remark in checkUp.remarks { Terminal.output(remark.json.encoded + [0x0A]) }
        } else {
            for remark in checkUp.remarks where remark.verdict != .unknown { Self.show(remark) }
            Self.showUnknown(checkUp.remarks.filter { $0.verdict == .unknown })
        }
        Self.conclude(checkUp)
        if let code = checkUp.exitCode { throw ExitCode(code.rawValue) }
    }

    private func settleOldFolder() async throws {
        umask(0o077)
        let folder = try await Installed(config: config).agent.dataFolder
        guard try !OldFolderNote(dataFolder: folder).settle(at: AgentProgram.now()) else { return }
        throw CommandFailure.usage(
            "rien ne dit que ce dossier de données soit une ancienne copie",
            "nothing says that this data folder is an older copy")
    }

    private static func show(_ remark: Remark) {
        let said =
            (remark.said.french == remark.said.english
            ? [remark.said.french] : [remark.said.french, remark.said.english]).map { Terminal.shown($0) }
        let heading = "\(remark.verdict.mark) \(remark.subject.name)"
        guard [.warning, .fault].contains(remark.verdict) else {
            return Terminal.line("\(heading): " + said.joined(separator: " / "))
        }
        Terminal.line(heading)
        for text in said { Terminal.line("    " + text) }
        if let remedy = remark.remedy {
            for text in [remedy.french, remedy.english] { Terminal.line("    → " + Terminal.shown(text)) }
        }
    }

    /// What could not be looked at, in a line: it is nothing to do yet.
    private static func showUnknown(_ remarks: [Remark]) {
        guard let first = remarks.first else { return }
        let names = remarks.map(\.subject.name).joined(separator: ", ")
        Terminal.line("\(first.verdict.mark) \(first.said.french) / \(first.said.english): \(names)")
    }

    /// The one line for whoever reads no further.
    private static func conclude(_ checkUp: CheckUp) {
        let (faults, warnings) = (checkUp.count(.fault), checkUp.count(.warning))
        guard let first = checkUp.firstFault else {
            return warnings == 0
                ? Terminal.say("rien à redire", "nothing is wrong")
                : Terminal.say(
                    "aucune faute, \(warnings) avertissement(s)", "no fault, \(warnings) warning(s)")
        }
        Terminal.say(
            "\(faults) faute(s), \(warnings) avertissement(s) ; d'abord : \(first.said.french)",
            "\(faults) fault(s), \(warnings) warning(s); first: \(first.said.english)")
        if let remedy = first.remedy {
            Terminal.write(
                "pli : conseil : \(Terminal.shown(remedy.french))\npli: hint: \(Terminal.shown(remedy.english))\n")
        }
    }
}
