import Notes

extension NoteFailure {
    /// What is wrong and, where it helps, what to do, in French.
    var french: String {
        switch self {
        case .tooLarge(let limit): "la note dépasse \(limit) octets"
        case .notUTF8(let offset): "la note n'est pas en UTF-8 (octet \(offset))"
        case .controlCharacter(let offset): "la note contient un caractère de contrôle (octet \(offset))"
        case .textWithoutNewline: "le texte de la note doit finir par une fin de ligne"
        case .noSignatures: "la note n'a pas de lignes de signature après une ligne vide"
        case .tooManySignatures(let limit): "la note a plus de \(limit) lignes de signature"
        case .badSignatureLine(let line): "la ligne de signature \(line) est mal formée"
        case .duplicateSignature(let line): "la ligne de signature \(line) est d'une clé qui a signé plus haut"
        case .badName: "un nom de clé n'est pas vide, sans espaces, caractères de contrôle ni signe plus"
        case .badKeyShape: "une clé s'écrit nom+empreinte+base64, l'empreinte en 8 chiffres hexadécimaux minuscules"
        case .badKeyBase64: "la clé n'est pas du base64 canonique"
        case .unsupportedKeyType: "la clé est d'un genre que ce programme ne connaît pas"
        case .badKeyLength: "la clé n'a pas la longueur de son genre"
        case .keyIDMismatch:
            "l'empreinte ne correspond pas au nom et à la clé : la clé a été modifiée ou mal recopiée"
        case .notAPair: "une paire est faite de deux clés d'un même nom, Ed25519 puis ML-DSA-65"
        case .badKeyFile(let line):
            "la ligne \(line) du fichier de clé est mal formée : restaurer le fichier ou faire une nouvelle clé"
        case .keyFileWithoutPair:
            "le fichier de clé doit contenir deux clés privées d'un même nom, Ed25519 puis ML-DSA-65"
        case .missingSignature: "une signature du signataire attendu manque"
        case .badSignature:
            "une signature du signataire attendu ne se vérifie pas : la note a été modifiée ou contrefaite"
        case .textDiffers: "les deux notes n'ont pas le même texte"
        case .cryptography: "la bibliothèque de cryptographie a refusé une opération"
        }
    }

    /// One of each, with `French.anyNumber` for every number: others carry them as text.
    static let examples: [NoteFailure] = {
        let number = French.anyNumber
        return [
            .tooLarge(limit: number), .notUTF8(offset: number), .controlCharacter(offset: number), .textWithoutNewline,
            .noSignatures, .tooManySignatures(limit: number), .badSignatureLine(line: number),
            .duplicateSignature(line: number), .badName, .badKeyShape, .badKeyBase64, .unsupportedKeyType,
            .badKeyLength, .keyIDMismatch, .notAPair, .badKeyFile(line: number), .keyFileWithoutPair,
            .missingSignature, .badSignature, .textDiffers, .cryptography,
        ]
    }()
}
