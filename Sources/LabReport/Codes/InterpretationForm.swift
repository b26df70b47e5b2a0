/// Interpretations (table 0078) as other programs say them: several codes for one, or in words.
package enum InterpretationForm {
    /// The codes that one interpretation is kept as: those of the table among `codes`, else the one of words that say that the
    /// result is critical, with the first code beside it. Empty where there are only other words.
    package static func codes(among codes: [String], words: [String]) -> [String] {
        var known: [String] = []
        for code in codes where ReportCheck.interpretations.contains(code) && !known.contains(code) {
            known.append(code)
        }
        if !known.isEmpty {
            // A code that warns already needs no words.
            guard !known.contains(where: { dangers.contains($0) }) else { return known }
            return known + words.lazy.compactMap { critical($0) }.prefix(1)
        }
        // A flag that warns of danger is never left to words that not everybody gets.
        for text in words + codes {
            guard let code = critical(text) else { continue }
            return [code] + codes.prefix(1).filter { critical($0) == nil }
        }
        return Array(codes.prefix(1))
    }

    private static let dangers: ShortCodes = ["AA", "HH", "LL"]

    private static func critical(_ words: String) -> String? {
        guard words.utf8.count <= 40 else { return nil }
        switch String(decoding: FoldedName(words).bytes, as: UTF8.self) {
        case "CRITICAL", "CRITICALABNORMAL", "CRITICALLYABNORMAL", "CRITIQUE", "ANORMALCRITIQUE", "VALEURCRITIQUE",
            "RESULTATCRITIQUE":
            return "AA"
        case "CRITICALHIGH", "CRITICALLYHIGH", "HIGHCRITICAL", "CRITIQUEHAUT", "HAUTCRITIQUE", "CRITIQUEELEVE",
            "ELEVECRITIQUE":
            return "HH"
        case "CRITICALLOW", "CRITICALLYLOW", "LOWCRITICAL", "CRITIQUEBAS", "BASCRITIQUE", "CRITIQUEABAISSE": return "LL"
        default: return nil
        }
    }
}
