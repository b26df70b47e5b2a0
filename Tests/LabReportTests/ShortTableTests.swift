import Testing

@testable import LabReport

@Suite("A table by short texts")
struct ShortTableTests {
    private static let texts = [
        "a", "ab", "abcdefg", "abcdefgh", "abcdefghi", "bcdefghi", "abcdefghijklmno", "abcdefghijklmnop", "Négatif",
        "aaaaaaaaa",
        "aaaaaaaaaa",
    ]

    @Test("It has what it was made of, whatever the length, and nothing else")
    func exact() {
        let table = ShortTable(Dictionary(uniqueKeysWithValues: ShortTableTests.texts.map { ($0, $0) }))
        for text in ShortTableTests.texts {
            #expect(table[text] == text)
            for other in [text + "\0", text + "a", "a" + text, String(text.dropFirst()), String(text.dropLast())]
            where !ShortTableTests.texts.contains(other) {
                #expect(table[other] == nil, "a text of \(other.utf8.count) bytes")
            }
        }
        #expect(table[""] == nil)
        #expect(table["abcdefghijklmnopq"] == nil)
    }

    @Test("Of nothing it has nothing")
    func empty() {
        #expect(ShortTable<Int>([:])["a"] == nil)
    }
}
