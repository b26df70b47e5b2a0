/// A code that tells of a disease notified under a code, and stands above what it tells of: a panel, a chapter, the result that others
/// come from. It is judged once, however much it stands above: a text as long as a document may stand above ten thousand results.
package struct TellingCode: Sendable {
    fileprivate let whole: Coded
    /// Its half that tells.
    fileprivate let half: Coded

    /// Nil where `above` tells of none.
    package init?(_ above: Coded?) {
        guard let above, CodeOnlyDisease.isTold(above) else { return nil }
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
