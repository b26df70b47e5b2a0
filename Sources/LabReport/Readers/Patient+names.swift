/// Names of one person, said in several places.
extension Patient {
    /// Whether a family name of this person, that of birth or the one in use, is one of `other`'s, or has a part that is: `LE GOFF`
    /// and `LEGOFF-MARTIN` share one. Nil where one of the two has none that can be compared.
    package func sharesFamilyName(with other: Patient) -> Bool? {
        let (own, others) = (familyNames, other.familyNames)
        if !Set(own.map { $0.text }).isDisjoint(with: others.map { $0.text }) { return true }
        let (parts, otherParts) = (Patient.parts(of: own), Patient.parts(of: others))
        return parts.isEmpty || otherParts.isEmpty ? nil : !parts.isDisjoint(with: otherParts)
    }

    private var familyNames: [Personal] { [birthName, usedName].compactMap { $0 } }

    /// More words than any name has.
    private static let mostWords = 16

    /// What each name may be known by: its words, however they are run together, but for those that many names have.
    private static func parts(of names: [Personal]) -> Set<[UInt8]> {
        var parts: Set<[UInt8]> = []
        for name in names {
            let words = name.text.unicodeScalars.split(maxSplits: mostWords) { isBetweenWords($0) }
                .map { FoldedName(String($0)).bytes }.filter { !$0.isEmpty }
            for first in words.indices {
                var part: [UInt8] = []
                for last in first..<words.count {
                    part += words[last]
                    let isWhole = first == 0 && last == words.count - 1
                    if isWhole || !particles.contains(part) { parts.insert(part) }
                }
            }
        }
        return parts
    }

    private static func isBetweenWords(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0x27, 0x2C, 0x2D, 0x60, 0xA0, 0xB4, 0x2010, 0x2011, 0x2018, 0x2019: true
        default: false
        }
    }

    /// Parts of names that tell nobody from another.
    private static let particles: Set<[UInt8]> = Set(
        [
            "AL", "BEN", "D", "DA", "DE", "DELA", "DEN", "DER", "DES", "DOS", "DU", "EL", "L", "LA", "LE", "LES",
            "SAINT", "VAN",
            "VON",
        ].map { Array($0.utf8) })

    /// Whether all words of `names` are among those of `others`, however both are written: `Jean-Marie` is `JEAN MARIE`.
    static func names(_ names: [Personal], areAmong others: [Personal]) -> Bool {
        let known = Set(others.flatMap { words($0) })
        return names.allSatisfy { words($0).allSatisfy { known.contains($0) } }
    }

    /// Those of `names` that have a word which is none of `others`.
    static func names(_ names: [Personal], notAmong others: [Personal]) -> [Personal] {
        let known = Set(others.flatMap { words($0) })
        return names.filter { !words($0).allSatisfy { known.contains($0) } }
    }

    private static func words(_ name: Personal) -> [[UInt8]] {
        name.text.split { $0 == " " || $0 == "-" || $0 == "," }.map { FoldedName(String($0)).bytes }
    }
}
