/// Given names of one person, said in several places.
extension Patient {
    /// Whether all words of `names` are among those of `others`, however both are written: `Jean-Marie` is `JEAN MARIE`.
    static func names(_ names: [Personal], areAmong others: [Personal]) -> Bool {
        let known = Set(others.flatMap { words($0) })
        return names.allSatisfy { words($0).allSatisfy { known.contains($0) } }
    }

    private static func words(_ name: Personal) -> [[UInt8]] {
        name.text.split { $0 == " " || $0 == "-" || $0 == "," }.map { FoldedName(String($0)).bytes }
    }
}
