/// What stands where a name belongs and is none: `ANONYME`, `INCONNU`, `X`. Whoever has one shares it with strangers.
enum PlaceholderName {
    private static let all: FoldedWords = [
        "ANONYME", "ANONYMES", "ANONYMOUS", "ANONYMISE", "ANONYMISEE", "ANOM", "INCONNU", "INCONNUE", "UNKNOWN",
        "SOUSX",
        "NESOUSX", "SANSNOM", "SANSPRENOM", "NONRENSEIGNE", "NONCONNU", "NONCOMMUNIQUE", "CONFIDENTIEL",
        "CONFIDENTIELLE",
    ]

    /// Letters X alone are one, too, however many.
    static func isOne(_ name: Personal?) -> Bool {
        guard let name else { return false }
        let folded = FoldedName(name.text).bytes
        guard !folded.isEmpty else { return false }
        if folded.allSatisfy({ $0 == UInt8(ascii: "X") }) { return true }
        return folded.count < UInt64.bitWidth && all.counts(in: folded, at: 0) >> UInt64(folded.count) & 1 == 1
    }
}
