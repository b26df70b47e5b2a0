/// The words that a table may use where HL7 has codes: the codes themselves, and what people write.
enum CSVWords {
    /// What a report does to earlier ones.
    static func action(_ text: String) -> Report.Action? {
        switch fold(text) {
        case "NEW", "NOUVEAU", "NW": .new
        case "REPLACE", "REMPLACE", "CORRIGE", "RO": .replace
        case "CANCEL", "ANNULE", "CA": .cancel
        default: nil
        }
    }

    /// Production, training or debugging.
    static func processing(_ text: String) -> Report.Processing? {
        switch fold(text) {
        case "P", "PRODUCTION": .production
        case "T", "TRAINING", "TEST", "ESSAI": .training
        case "D", "DEBUGGING": .debugging
        default: nil
        }
    }

    /// What the patient said about transmission.
    static func consent(_ text: String) -> Report.Consent? {
        switch fold(text) {
        case "GIVEN", "OUI", "YES", "DONNE": .given
        case "OBJECTED", "NON", "NO", "OPPOSE", "REFUSE": .objected
        default: nil
        }
    }

    static func truth(_ text: String) -> Bool? {
        switch fold(text) {
        case "TRUE", "YES", "OUI", "Y", "O", "1", "VRAI": true
        case "FALSE", "NO", "NON", "N", "0", "FAUX": false
        default: nil
        }
    }

    /// Table 0001; what nobody knows stays as written.
    static func sex(_ text: String) -> String {
        switch fold(text) {
        case "FEMME", "FEMININ", "FEMALE": "F"
        case "H", "HOMME", "MASCULIN", "MALE": "M"
        case "INCONNU", "UNKNOWN", "I": "U"
        default: text
        }
    }

    /// The code of table 0085 that is meant, and whether it was in a small letter; nil where none is.
    static func knownStatus(_ text: String) -> (code: String, isSmall: Bool)? {
        let code = status(text)
        if ResultStatus.codes.contains(code) { return (code, false) }
        let capitals = code.inCapitals
        return ResultStatus.codes.contains(capitals) ? (capitals, true) : nil
    }

    /// Table 0085; what nobody knows stays as written.
    private static func status(_ text: String) -> String {
        switch fold(text) {
        case "FINAL", "DEFINITIF", "VALIDE": "F"
        case "CORRECTED", "CORRIGE": "C"
        case "DELETED", "CANCELLED", "ANNULE", "SUPPRIME": "D"
        case "PRELIMINARY", "PROVISOIRE", "PARTIEL": "P"
        default: text
        }
    }

    private static func fold(_ text: String) -> String {
        String(decoding: FoldedName(text).bytes, as: UTF8.self)
    }
}
