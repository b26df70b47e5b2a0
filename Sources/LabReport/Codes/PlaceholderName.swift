/// What stands where a name belongs and is none: `ANONYME`, `INCONNU`, `X`. Whoever has one shares it with strangers.
enum PlaceholderName {
    private static let all: FoldedWords = [
        "ANONYME", "ANONYMES", "ANONYMOUS", "ANONYMISE", "ANONYMISEE", "ANOM", "INCONNU", "INCONNUE", "UNKNOWN",
        "SOUSX",
        "NESOUSX", "SANSNOM", "SANSPRENOM", "NONRENSEIGNE", "NONCONNU", "NONCOMMUNIQUE", "CONFIDENTIEL",
        "CONFIDENTIELLE",
    ]

    /// Of those who have no name yet; as a family name some of them are one.
    private static let given: FoldedWords = [
        "BEBE", "BB", "NOUVEAUNE", "NOUVEAUNEE", "NNE", "NN", "NNEE", "ENFANT", "FILLE", "GARCON", "FOETUS", "NEANT",
        "NONDETERMINE", "NONDEFINI", "NC", "NR", "PRENOM",
    ]

    /// A given name may be one of these as well.
    static func isOneGiven(_ name: Personal?) -> Bool {
        guard let name else { return false }
        return isOne(name) || stands(FoldedName(name.text).bytes, in: given)
    }

    /// Letters X alone are one, too, however many.
    static func isOne(_ name: Personal?) -> Bool {
        guard let name else { return false }
        let folded = FoldedName(name.text).bytes
        guard !folded.isEmpty else { return false }
        if folded.allSatisfy({ $0 == UInt8(ascii: "X") }) { return true }
        return stands(folded, in: all)
    }

    private static func stands(_ folded: [UInt8], in words: FoldedWords) -> Bool {
        folded.count < UInt64.bitWidth && words.counts(in: folded, at: 0) >> UInt64(folded.count) & 1 == 1
    }
}
