/// A code that tells of a disease notified under a code, and stands above what it tells of: a panel, a chapter, the result that others
/// come from. It is judged once, however much it stands above: a text as long as a document may stand above ten thousand results.
package struct TellingCode: Sendable {
    fileprivate let whole: Coded
    /// Its half that tells.
    fileprivate let half: Coded

    /// What goes below it in the place of a name or a code that is too long to be one.
    private static let disease = Coded(text: "VIH ou hépatite B")
    private static let longestBytes = 1_000

    /// Nil where `above` tells of none.
    package init?(_ above: Coded?) {
        guard let above, CodeOnlyDisease.isTold(above) else { return nil }
        let parts = [above.code, above.text, above.system, above.localCode, above.localText, above.localSystem]
        guard parts.allSatisfy({ ($0?.utf8.count ?? 0) <= TellingCode.longestBytes }) else {
            (whole, half) = (TellingCode.disease, TellingCode.disease)
            return
        }
        whole = above
        let first = Coded(code: above.code, text: above.text, system: above.system)
        half =
            CodeOnlyDisease.isTold(first)
            ? first : Coded(code: above.localCode, text: above.localText, system: above.localSystem)
    }
}

extension Coded? {
    /// Takes what stands above an order or a result, and has no place of its own: what it is a part of must not reach anybody
    /// with a name.
    package mutating func keepTold(_ above: TellingCode?) {
        guard let above else { return }
        guard var own = self, own != Coded() else {
            self = above.whole
            return
        }
        if CodeOnlyDisease.isTold(own) { return }
        (own.localCode, own.localText, own.localSystem) = (above.half.code, above.half.text, above.half.system)
        self = own
    }
}
