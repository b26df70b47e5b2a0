import Courier
import Durable
import Exchange
import Inbox
import Outbox
import TransparencyLog

extension CommandFailure {
    /// What the relay, the directory or the disk said, in both languages and with the right exit code.
    init(_ failure: CourierFailure) {
        let code: Code
        let french: String
        switch failure {
        case .unreachable: (code, french) = (.unreachable, "le relais est injoignable ; rien n'est perdu")
        case .refused: (code, french) = (.refused, "le relais refuse")
        case .clock(let difference):
            self.init(exitCode: .refused, french: difference.french, english: difference.english, hint: nil)
            return
        case .relayFull:
            (code, french) = (.refused, "le relais n'a plus de place ; rien n'est perdu, l'envoi reprendra")
        case .unexpectedAnswer: (code, french) = (.refused, "le relais ne suit pas le protocole")
        case .trust(let alarm): (code, french) = (.refused, "alarme \(alarm.label) : \(alarm.french)")
        case .damagedBody: (code, french) = (.refused, "le corps reçu n'est pas celui du manifeste")
        case .cannotOpen: (code, french) = (.refused, "le corps ne s'ouvre pas")
        case .binding: (code, french) = (.refused, "le contenu n'appartient pas à ce pli")
        case .invalid: (code, french) = (.refused, "le contenu ne peut pas être lu")
        case .exchange(let failure):
            self.init(failure)
            return
        case .sealedKeyFile(let name):
            (code, french) = (
                .usage,
                "le fichier de clé \(name) est scellé par une phrase de passe, qu'un démon ne peut pas demander : "
                    + "écrivez-le en clair, lisible de lui seul (pli open -o NOUVEAU \(name)), et nommez ce fichier dans "
                    + "keys.sealing"
            )
        case .disk: (code, french) = (.refused, "le disque a refusé une écriture ou une lecture")
        case .usage: (code, french) = (.usage, "un fichier ou un réglage est à corriger")
        case .cancelled: (code, french) = (.refused, "interrompu ; rien n'est perdu")
        }
        self.init(exitCode: code, french: french, english: failure.description, hint: nil)
    }

    /// What the laboratory's side could not do.
    init(_ failure: OutboxFailure) {
        let code: Code
        let french: String
        switch failure {
        case .configuration: (code, french) = (.usage, "la configuration est à corriger")
        case .unreadable:
            (code, french) = (.usage, "le fichier ne peut pas être lu : vérifier qu'il existe et ses droits")
        case .empty: (code, french) = (.refused, "le fichier est vide")
        case .noReports:
            (code, french) = (
                .refused,
                "le fichier ne contient aucun compte rendu dans un format lu (HL7 v2, HPRIM, CSV, FHIR, CDA) : "
                    + "vérifier son format"
            )
        case .changedWhileReading: (code, french) = (.refused, "le fichier a changé pendant la lecture : recommencer")
        case .watchFolder:
            (code, french) = (.usage, failure.frenchOfFolder ?? "le dossier surveillé ne peut pas être utilisé")
        case .busy: (code, french) = (.refused, "un autre programme utilise ce dossier de données")
        case .notEntitled: (code, french) = (.refused, "l'annuaire ne permet pas à ce participant d'envoyer")
        case .keysNotPublished:
            (code, french) = (.refused, "un destinataire n'a pas encore publié ses clés")
        case .routes: (code, french) = (.refused, "les routes de l'annuaire ne peuvent pas être appliquées")
        case .store, .notDurable, .inconsistent, .damagedSegment, .unreadableReport:
            (code, french) = (.refused, "les données locales ou le disque ont une faute")
        }
        self.init(exitCode: code, french: french, english: failure.description, hint: nil)
    }

    /// What the authority's side could not do.
    init(_ failure: InboxFailure) {
        switch failure {
        case .courier(let inner): self.init(inner)
        case .sink:
            self.init(
                exitCode: .refused, french: "le dossier de réception a refusé une écriture",
                english: failure.description)
        case .busy:
            self.init(
                exitCode: .refused, french: "un autre programme utilise ce dossier de données",
                english: failure.description)
        default:
            self.init(
                exitCode: .refused, french: "la réception s'est arrêtée sur une faute", english: failure.description)
        }
    }

    /// Any failure of the targets below, as a command says it; nil for what is none of theirs.
    static func of(_ error: any Error) -> CommandFailure? {
        switch error {
        case let failure as CommandFailure: failure
        case let failure as CourierFailure: CommandFailure(failure)
        case let failure as ExchangeFailure: CommandFailure(failure)
        case let failure as OutboxFailure: CommandFailure(failure)
        case let failure as InboxFailure: CommandFailure(failure)
        case let failure as LogFailure: CommandFailure(failure)
        case let failure as DurableFailure: CommandFailure(CourierFailure.disk(failure))
        default: nil
        }
    }

    /// Runs `body` and gives its failures the words and exit code of a command.
    static func translating<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch {
            throw of(error) ?? error
        }
    }
}
