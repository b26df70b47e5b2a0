import ArgumentParser
import Courier
import Durable
import Exchange
import Foundation
import Notes
import StrictJSON

/// `pli enroll`: from nothing to an installation whose public part others can put into the directory.
struct EnrollCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: .both(
            "Prépare un laboratoire ou une autorité sur cette machine : clés, configuration, dossiers.",
            "Prepares a laboratory or an authority on this machine: keys, configuration, folders."),
        discussion: """
            Rien n'est demandé au réseau. Les clés secrètes ne quittent pas le dossier ; NOM.pub s'envoie aux détenteurs \
            de racines ou au registraire, à qui l'on lit l'empreinte au téléphone. Les empreintes des racines viennent \
            d'eux de la même façon, jamais de l'annuaire lui-même. Interrompue, la même commande continue.

            Nothing is asked of the network. Secret keys do not leave the folder; NAME.pub is sent to the root holders \
            or the registrar, to whom the fingerprint is read over the telephone. The roots' fingerprints come from them \
            in the same way, never from the directory itself. Interrupted, the same command goes on.
            """)

    @Argument(help: .both("Le nom du participant dans l'annuaire.", "The participant's id in the directory."))
    var id: String
    @Option(name: .customLong("as"), help: .both("sender ou authority.", "sender or authority."))
    var end: String
    @Option(name: .long, help: .both("L'adresse du relais : https://…", "The relay's address: https://…"))
    var relay: String
    @OptionGroup var roots: RootPinOptions
    @Option(
        name: .long,
        help: .both(
            "L'annuaire signé, vérifié ici et copié dans le dossier.",
            "The signed directory: verified here and copied into the folder."))
    var directory: String?
    @Option(
        name: .long,
        help: .both(
            "PEM de l'autorité du certificat du relais, si elle n'est pas publique.",
            "PEM of the authority of the relay's certificate, where it is not a public one."))
    var ca: String?
    @Option(
        name: .long,
        help: .both(
            "La clé du registre, telle que le relais l'affiche à son démarrage.",
            "The log's key, as the relay prints it at its start."))
    var logKey: String?
    @Option(name: .shortAndLong, help: .both("Le dossier à faire.", "The folder to make."))
    var output: String
    @Flag(name: .long, help: .both("Une valeur JSON.", "One JSON value."))
    var json = false

    func run() throws {
        let plan = try plan()
        let made = try CommandFailure.translating { try Enrolment(plan: plan).run() }
        if json {
            Terminal.output(Self.json(made, plan).encoded + [0x0A])
        } else {
            Terminal.line(made.configuration.path)
        }
        say(made, plan)
    }

    private func plan() throws -> EnrolmentPlan {
        guard let participant = try? ParticipantID(id) else {
            throw CommandFailure.usage(
                "un nom de participant est fait de minuscules, de chiffres et de tirets",
                "a participant's name is made of lowercase letters, digits and hyphens")
        }
        guard let end = EnrolmentPlan.End(rawValue: end) else {
            throw CommandFailure.usage("--as attend sender ou authority", "--as wants sender or authority")
        }
        guard RelayOrigin.isWellFormed(relay) else {
            throw CommandFailure.usage(
                "--relay attend une adresse comme https://relais.exemple.fr:8443, sans chemin",
                "--relay wants an address like https://relay.example.org:8443, without a path")
        }
        let pins = try roots.pins()
        return EnrolmentPlan(
            participant: participant, end: end, origin: relay, caPath: try ca.map { try EnrolmentPlan.caPath(of: $0) },
            pins: pins, logKey: try key(),
            directory: try directory.map { try EnrolmentPlan.directory(at: $0, pins: pins) },
            folder: try folder())
    }

    private func folder() throws -> URL {
        guard !["", "-"].contains(output) else {
            throw CommandFailure.usage("-o attend un dossier", "-o wants a folder")
        }
        return URL(filePath: output, directoryHint: .isDirectory).absoluteURL.standardizedFileURL
    }

    private func key() throws -> VerifierKey? {
        guard let logKey else { return nil }
        guard let key = try? VerifierKey(line: logKey), key.type == .ed25519 else {
            throw CommandFailure.usage(
                "--log-key attend la ligne que le relais affiche", "--log-key wants the line that the relay prints")
        }
        return key
    }

    /// A path as a shell takes it back, from whatever folder.
    static func shellWord(_ path: String) -> String {
        let isPlain = path.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
            default: "/._-+@:,=".utf8.contains(byte)
            }
        }
        return isPlain
            ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    private static func json(_ made: Enrolment.Result, _ plan: EnrolmentPlan) -> JSON {
        .object([
            .init("participant", .string(plan.participant.text)), .init("as", .string(plan.end.rawValue)),
            .init("fingerprint", .string(made.fingerprint)), .init("entry", .string(made.entry.word)),
            .init("public", .string(made.publicPart.path)),
            .init("configuration", .string(made.configuration.path)),
        ])
    }

    /// What comes next, and who does it.
    private func say(_ made: Enrolment.Result, _ plan: EnrolmentPlan) {
        if made.keptKey {
            Terminal.say("continue avec la clé qui est là", "goes on with the key that is there")
        }
        Terminal.say("empreinte : \(made.fingerprint)", "fingerprint: \(made.fingerprint)")
        let id = plan.participant.text
        let line =
            "pli directory add … --id \(id) --role \(plan.end.rawValue) --name … \(plan.end.ownOptions) --key \(id).pub"
        switch made.entry {
        case .listed: break
        case .other:
            Terminal.say(
                "l'annuaire donne à \(id) une autre clé ou un autre rôle : faites-le changer (\(line))",
                "the directory gives \(id) another key or role: have it changed (\(line))")
        case .missing, .unknown:
            Terminal.say(
                "envoyez \(id).pub aux détenteurs de racines ou au registraire, lisez-leur l'empreinte au téléphone : "
                    + line,
                "send \(id).pub to the root holders or the registrar, and read them the fingerprint over the telephone: "
                    + line)
        }
        let name = Self.shellWord(made.configuration.path)
        Terminal.say(
            "ensuite : pli doctor --config \(name), puis \(plan.end.command) --config \(name)",
            "then: pli doctor --config \(name), and \(plan.end.command) --config \(name)")
    }
}
