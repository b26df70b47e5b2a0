import Testing

@testable import Notes

@Suite("Signing keys of a log")
struct SigningKeyTests {
    private func key() throws -> SigningKey {
        try SigningKey(name: "relais.example.org/registre", seed: Array(repeating: 1, count: 32))
    }

    @Test("What it signs verifies by its verifier key and by no other")
    func signs() throws {
        let key = try key()
        let note = try key.sign(text: [UInt8]("ligne\n".utf8))
        try note.verify(by: key.verifying)
        try SignedNote(parsing: note.encoded, maxBytes: 1_000).verify(by: VerifierKey(line: key.verifying.line))
        let other = try SigningKey.generate(name: key.name)
        #expect(throws: NoteFailure.missingSignature) { try note.verify(by: other.verifying) }
        #expect(throws: NoteFailure.textWithoutNewline) { try key.sign(text: [1]) }
    }

    @Test("Its key file is read back, with comments and empty lines, and never another file")
    func file() throws {
        let key = try key()
        let text = key.fileText
        #expect(text.split(separator: "\n").count == 1)
        #expect(try SigningKey(fileText: text).verifying == key.verifying)
        #expect(try SigningKey(fileText: "# registre\n\n" + text).verifying == key.verifying)
        #expect(throws: NoteFailure.badKeyFile(line: 2)) { try SigningKey(fileText: text + text) }
        #expect(throws: NoteFailure.badKeyFile(line: 1)) { try SigningKey(fileText: "") }
        #expect(throws: NoteFailure.badKeyFile(line: 1)) { try SigningKey(fileText: key.verifying.line) }
        let pair = try SigningPair.generate(name: "relais")
        #expect(throws: NoteFailure.badKeyFile(line: 2)) { try SigningKey(fileText: pair.fileText) }
        let mldsa = pair.fileText.split(separator: "\n")[1]
        #expect(throws: NoteFailure.unsupportedKeyType) { try SigningKey(fileText: String(mldsa)) }
        #expect(throws: NoteFailure.badKeyLength) { try SigningKey(name: "a", seed: [1]) }
        #expect(throws: NoteFailure.badName) { try SigningKey.generate(name: "a b") }
    }

    @Test("A seed that was altered no longer matches its key id")
    func altered() throws {
        let other = try SigningKey(name: key().name, seed: Array(repeating: 2, count: 32))
        let seed = try #require(other.fileText.split(separator: "+").last)
        let own = try key().fileText.split(separator: "+").dropLast().joined(separator: "+")
        #expect(throws: NoteFailure.badKeyFile(line: 1)) { try SigningKey(fileText: own + "+" + seed) }
    }

    @Test("Nothing that describes it shows its seed")
    func described() throws {
        let key = try key()
        let secret = try #require(key.fileText.split(separator: "+").last).dropLast()
        var dumped = ""
        dump(key, to: &dumped)
        for text in ["\(key)", String(reflecting: key), dumped] {
            #expect(!text.contains(secret))
        }
    }
}
