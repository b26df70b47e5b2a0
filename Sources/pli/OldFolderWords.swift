import Courier
import Exchange
import StrictJSON

/// That a data folder is an older copy of itself, for people and for programs.
enum OldFolderWords {
    static func said(_ word: OldFolderNote.Word) -> CommandFailure.Said {
        let since = word.at?.text ?? "?"
        return .init(
            french: "ce dossier de données est une ancienne copie (vu le \(since) : \(french(word.sign)))",
            english: "this data folder is an older copy (seen at \(since): \(english(word.sign)))")
    }

    static func remedy(isOutbox: Bool) -> CommandFailure.Said {
        isOutbox
            ? .init(
                french:
                    "remettez le dossier le plus récent ; sinon exportez de nouveau les jours depuis cette copie, puis pli doctor "
                    + "--old-folder-done",
                english: "put the newest folder back; else export again the days since that copy, then pli doctor "
                    + "--old-folder-done")
            : .init(
                french:
                    "remettez le dossier le plus récent ; sinon faites renvoyer ce qui manque (pli status), puis pli doctor "
                    + "--old-folder-done",
                english:
                    "put the newest folder back; else have sent again what is missing (pli status), then pli doctor "
                    + "--old-folder-done")
    }

    /// What `pli status` adds where there is something to say.
    static func show(dataFolder: String, json: Bool) throws {
        guard let word = try OldFolderNote(dataFolder: dataFolder).read() else { return }
        guard !json else {
            let line = JSON.object([
                .init("oldFolder", word.at.map { .string($0.text) } ?? .null),
                .init("sign", word.sign.map { .string($0.rawValue) } ?? .null),
            ])
            return Terminal.output(line.encoded + [0x0A])
        }
        let words = said(word)
        Terminal.line("! \(words.french)")
        Terminal.line("! \(words.english)")
    }

    private static func french(_ sign: OldFolderNote.Sign?) -> String {
        switch sign {
        case .laterKeys: "le relais a de nous des clés plus récentes"
        case .unknownReceipt: "un destinataire a signé pour un pli inconnu ici"
        case .laterFiles: "des fichiers de plis inconnus ici sont dans le dossier de livraison"
        case .otherReceipt: "le relais a de nous un accusé inconnu ici"
        case nil: "note illisible"
        }
    }

    private static func english(_ sign: OldFolderNote.Sign?) -> String {
        switch sign {
        case .laterKeys: "the relay has later keys of ours"
        case .unknownReceipt: "a recipient signed for a parcel that is not known here"
        case .laterFiles: "files of parcels that are not known here lie in the sink"
        case .otherReceipt: "the relay has a receipt of ours that is not known here"
        case nil: "the note cannot be read"
        }
    }
}
