/// Words that are looked for at a place of a folded text, by their first letter.
struct FoldedWords: ExpressibleByArrayLiteral {
    private let byLetter: [[StaticString]]

    init(arrayLiteral words: StaticString...) {
        var byLetter = [[StaticString]](repeating: [], count: 26)
        for word in words { byLetter[Int(word.utf8Start[0] - UInt8(ascii: "A"))].append(word) }
        self.byLetter = byLetter
    }

    /// The bytes of a word that stands at `place`.
    func count(in folded: [UInt8], at place: Int) -> Int? {
        candidates(folded, place).first { Self.stands($0, in: folded, at: place) }?.utf8CodeUnitCount
    }

    func stand(in folded: [UInt8], at place: Int) -> Bool { count(in: folded, at: place) != nil }

    /// The bytes of every word that stands at `place`, as bits.
    func counts(in folded: [UInt8], at place: Int) -> UInt64 {
        var counts: UInt64 = 0
        for word in candidates(folded, place) where Self.stands(word, in: folded, at: place) {
            counts |= 1 << UInt64(word.utf8CodeUnitCount)
        }
        return counts
    }

    /// Whether one of the words ends before `place`.
    func end(_ folded: [UInt8], at place: Int) -> Bool {
        byLetter.contains { words in
            words.contains { Self.stands($0, in: folded, at: place - $0.utf8CodeUnitCount) }
        }
    }

    static func stands(_ word: StaticString, in folded: [UInt8], at place: Int) -> Bool {
        guard place >= 0, folded.count - place >= word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { word in
            for index in word.indices where folded[place + index] != word[index] { return false }
            return true
        }
    }

    /// The first two letters of words, as a bit for each.
    struct Pairs {
        private var seconds = [UInt32](repeating: 0, count: 26)

        init(_ lists: [FoldedWords]) {
            for word in lists.flatMap({ $0.byLetter }).flatMap({ $0 }) {
                let (first, second) = (word.utf8Start[0], word.utf8Start[1])
                seconds[Int(first - UInt8(ascii: "A"))] |= 1 << UInt32(second - UInt8(ascii: "A"))
            }
        }

        func hold(_ pair: (UInt8, UInt8)) -> Bool {
            guard pair.0 >= UInt8(ascii: "A"), pair.1 >= UInt8(ascii: "A") else { return false }
            return seconds[Int(pair.0 - UInt8(ascii: "A"))] >> UInt32(pair.1 - UInt8(ascii: "A")) & 1 == 1
        }
    }

    private func candidates(_ folded: [UInt8], _ place: Int) -> [StaticString] {
        guard folded.indices.contains(place), folded[place] >= UInt8(ascii: "A") else { return [] }
        return byLetter[Int(folded[place] - UInt8(ascii: "A"))]
    }
}
