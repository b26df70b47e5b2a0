import Age

/// Why a file did not open, for a person: what to do about it, and never a key.
struct OpeningHint {
    let failure: AgeFailure
    /// Kinds of stanza in the header: what others wrote, looked at and not repeated.
    let stanzas: [String]
    /// The first bytes of the input, looked at and not repeated.
    let beginning: [UInt8]
    let hasKeys: Bool

    var explained: CommandFailure {
        switch failure {
        case .noIdentityMatched: return unmatched
        case .wrongPassphrase:
            return .refused(
                "ce n'est pas la phrase de passe de ce fichier", "that is not the passphrase of this file",
                hint: OpeningHint.retype)
        default:
            return .refused(
                "ce fichier ne s'ouvre pas : \(failure.french)", "this file does not open: \(failure)", hint: hint)
        }
    }

    /// What to do about a wrong passphrase.
    static let retype = CommandFailure.Said(
        french: "vérifiez majuscules et clavier", english: "check capitals and keyboard")

    private var unmatched: CommandFailure {
        if !hasKeys, stanzas.contains(where: { OpeningHint.kindsOfKeys.contains($0) }) {
            return .usage(
                "avec quelle clé ? Il manque -i", "with which key? -i is missing",
                hint: .init(
                    french: "ce fichier est scellé à des clés, pas à une phrase de passe",
                    english: "this file is sealed to keys, not to a passphrase"))
        }
        if hasKeys, stanzas.contains("scrypt") {
            return .refused(
                "ce fichier est scellé par une phrase de passe", "this file is sealed with a passphrase",
                hint: .init(french: "ouvrez-le sans -i", english: "open it without -i"))
        }
        if stanzas.contains(where: { $0.hasPrefix("ssh-") || $0.hasPrefix("piv-p256") || $0.hasSuffix("p256tag") }) {
            return .refused(
                OpeningHint.foreign.french, OpeningHint.foreign.english,
                hint: .init(
                    french: "il est scellé à une clé SSH ou matérielle : ouvrez-le avec age",
                    english: "it is sealed to an SSH or hardware key: open it with age"))
        }
        guard hasKeys else {
            return .refused(
                "ce fichier est scellé d'une manière inconnue ici", "this file is sealed in a way not known here",
                hint: .init(
                    french: "demandez-le scellé à une clé age1pq1… ou age1…",
                    english: "have it sealed to an age1pq1… or age1… key"))
        }
        return .refused(
            OpeningHint.foreign.french, OpeningHint.foreign.english,
            hint: .init(french: "vérifiez le fichier de clé donné avec -i", english: "check the key file given with -i")
        )
    }

    /// Stanzas that a key file opens.
    private static let kindsOfKeys: Set<String> = ["X25519", "mlkem768x25519"]

    private static let foreign = CommandFailure.Said(
        french: "ce fichier est pour un autre destinataire : aucune clé donnée ne l'ouvre",
        english: "this file is for another recipient: none of the keys given opens it")

    private var hint: CommandFailure.Said? {
        switch failure {
        case .header(.truncated, _) where beginning.isEmpty, .armor(.begin, _), .header(.version, _):
            return OtherFile.hint(on: beginning)
        case .payload(.truncated, _), .header(.truncated, _), .armor(.truncated, _):
            return .init(
                french: "la copie est incomplète : reprenez le fichier", english: "the copy is incomplete: get it again"
            )
        case .payload(.notAuthentic, _):
            // A last chunk that is cut and one that was changed look alike.
            return .init(
                french: "la copie est incomplète ou modifiée : reprenez le fichier",
                english: "the copy is incomplete or changed: get it again")
        case .payload, .headerMAC, .armor:
            return .init(
                french: "le fichier a été modifié en route : reprenez-le", english: "the file was changed: get it again"
            )
        case .header(.workFactor, _):
            return .init(
                french:
                    "l'ouvrir prendrait plus de 1 Gio de mémoire : faites-le sceller avec moins de calcul (2^18 suffit)",
                english:
                    "opening it would take over 1 GiB of memory: have it sealed with less work (2^18 is enough)")
        case .header(.tooManyStanzas, _), .header(.tooLong, _):
            return .init(
                french: "il est scellé à plus de clés qu'on n'en lit ici, ou abîmé : faites-le sceller à 40 au plus",
                english: "it is sealed to more keys than are read here, or damaged: have it sealed to 40 at most")
        case .header(let fault, _): return OpeningHint.remade(after: fault)
        default: return nil
        }
    }

    /// A header is not cut short by accident into one of these: it was damaged, or another program made it so.
    private static func remade(after fault: AgeFailure.HeaderFault) -> CommandFailure.Said {
        switch fault {
        case .scryptNotAlone:
            .init(
                french: "aucun age ne l'ouvre : faites-le sceller par la phrase de passe seule, ou à des clés seules",
                english: "no age opens it: have it sealed with the passphrase alone, or to keys alone")
        case .lowOrder:
            .init(
                french: "qui l'a scellé l'a rendu lisible par tous : ne vous y fiez pas, et demandez-en un autre",
                english: "whoever sealed it made it readable by everybody: do not trust it, ask for another")
        default:
            .init(
                french:
                    "le fichier est abîmé, ou mal fait par un autre programme : reprenez-le, ou faites-le resceller",
                english:
                    "the file is damaged, or another program made it wrongly: get it again, or have it sealed again")
        }
    }
}
