import Testing

@testable import Notes

@Suite("The form of a note")
struct NoteFormTests {
    private static let line = "— lab-a \(StrictBase64.encode([1, 2, 3, 4, 5]))\n"

    private func parse(_ text: String) throws(NoteFailure) -> SignedNote {
        try SignedNote(parsing: [UInt8](text.utf8), maxBytes: 8192)
    }

    private func line(_ number: Int) -> String {
        "— lab-\(number) \(StrictBase64.encode([0, 0, 0, UInt8(number), 9]))\n"
    }

    @Test("Text, empty line, signature lines", arguments: ["{}\n", "a\n\nb\n", "a\n\n", "\n", "é — x\n"])
    func goodForms(text: String) throws {
        let note = try parse(text + "\n" + Self.line)
        #expect(note.text == [UInt8](text.utf8))
        #expect(note.signatures == [SignatureLine(name: "lab-a", keyID: [1, 2, 3, 4], signature: [5])])
        #expect(note.encoded == [UInt8]((text + "\n" + Self.line).utf8))
    }

    static let bad: [(String, NoteFailure)] = [
        ("", .noSignatures),
        ("\n", .noSignatures),
        ("text\n", .noSignatures),
        ("text\n\n", .noSignatures),
        ("text\n" + line, .noSignatures),
        ("text\n\n" + line.dropLast(), .noSignatures),
        ("\n" + line, .noSignatures),
        ("text\n\n" + line + "\n", .noSignatures),
        ("text\n\n" + line + "x\n", .badSignatureLine(line: 2)),
        ("text\n\n" + line.replacing("—", with: "-"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("—", with: "–"), .badSignatureLine(line: 1)),
        ("text\n\n " + line, .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("— ", with: "—"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("— ", with: "—  "), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: ""), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab\u{A0}a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab\u{2028}a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab+a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab\u{7F}a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: "lab\u{85}a"), .badSignatureLine(line: 1)),
        ("text\n\n" + line.replacing("lab-a", with: String(repeating: "a", count: 257)), .badSignatureLine(line: 1)),
        ("text\n\n— lab-a AQIDBA==\n", .badSignatureLine(line: 1)),
        ("text\n\n— lab-a AQIDBAV=\n", .badSignatureLine(line: 1)),
        ("text\n\n— lab-a AQIDBAU\n", .badSignatureLine(line: 1)),
        ("text\n\n— lab-a AQIDBAU= \n", .badSignatureLine(line: 1)),
        ("text\n\n— lab-a\n", .badSignatureLine(line: 1)),
        ("text\n\n" + line + line, .duplicateSignature(line: 2)),
        ("text\n\n" + line + "— lab-a \(StrictBase64.encode([1, 2, 3, 4, 6]))\n", .duplicateSignature(line: 2)),
        ("text\r\n\r\n" + line, .controlCharacter(offset: 4)),
        ("text\n\n" + line.replacing("\n", with: "\r\n"), .controlCharacter(offset: 24)),
        ("te\txt\n\n" + line, .controlCharacter(offset: 2)),
        ("te\0xt\n\n" + line, .controlCharacter(offset: 2)),
    ]

    @Test("Any other form is refused, with the reason", arguments: bad)
    func badForms(note: String, expected: NoteFailure) {
        #expect(throws: expected) { try parse(note) }
    }

    @Test("Bytes that are not UTF-8 are refused wherever they stand")
    func notUTF8() throws {
        let bytes = [UInt8]("text\n\n\(Self.line)".utf8)
        for place in [0, 3, 6, 11] {
            var damaged = bytes
            damaged[place] = 0xFF
            #expect(throws: NoteFailure.notUTF8(offset: place)) { try SignedNote(parsing: damaged, maxBytes: 8192) }
        }
    }

    @Test("Thirty-two signature lines are accepted, one more is not")
    func signatureCount() throws {
        let sixteen = "text\n\n" + (0..<16).map(line).joined()
        #expect(try parse(sixteen).signatures.count == 16)
        let most = "text\n\n" + (0..<SignedNote.maxSignatures).map(line).joined()
        #expect(try parse(most).signatures.count == SignedNote.maxSignatures)
        #expect(throws: NoteFailure.tooManySignatures(limit: SignedNote.maxSignatures)) {
            try parse(most + line(SignedNote.maxSignatures))
        }
    }

    @Test("The longest name is accepted, of 256 bytes")
    func nameLength() throws {
        let name = String(repeating: "a", count: 256)
        #expect(try parse("text\n\n— \(name) AQIDBAU=\n").signatures.first?.name == name)
    }

    @Test("Truncating a note anywhere never gives another note of the same text with a part of a line")
    func truncation() throws {
        let bytes = [UInt8](("text\n\n" + line(1) + line(2)).utf8)
        let whole = try SignedNote(parsing: bytes, maxBytes: 8192)
        for length in 0..<bytes.count {
            guard let cut = try? SignedNote(parsing: Array(bytes[..<length]), maxBytes: 8192) else { continue }
            #expect(cut.text == whole.text && cut.signatures == [whole.signatures[0]])
        }
    }

    @Test("The hash is the text's, in lowercase hexadecimal")
    func hash() throws {
        let note = try parse("abc\n\n" + Self.line)
        #expect(note.textHash == "edeaaff3f1774ad2888673770c6d64097e391bc362d7d6fb34982ddf0efd18cb")
    }
}

@Suite("Strict base64 and hexadecimal")
struct EncodingTests {
    @Test(
        "The vectors of RFC 4648 hold both ways",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ])
    func vectors(clear: String, encoded: String) {
        #expect(StrictBase64.encode([UInt8](clear.utf8)) == encoded)
        #expect(StrictBase64.decode(encoded) == [UInt8](clear.utf8))
    }

    @Test(
        "Only the one canonical text is read",
        arguments: [
            "Zg", "Zg=", "Zh==", "Zm9=", "Zm8", "Z===", "====", "=", "Zg==Zg==", "Zm9v\n", " Zm9v", "Zm-_", "Zg==\n",
            "Z=g=",
            "Zm9vé",
        ])
    func notCanonical(text: String) {
        #expect(StrictBase64.decode(text) == nil)
    }

    @Test("All bytes go both ways")
    func allBytes() {
        let bytes = Array(UInt8.min...UInt8.max)
        for length in [253, 254, 255, 256] {
            #expect(StrictBase64.decode(StrictBase64.encode(Array(bytes[..<length]))) == Array(bytes[..<length]))
        }
        #expect(LowercaseHex.decode(LowercaseHex.encode(bytes)) == bytes)
        #expect(LowercaseHex.encode([0x0A, 0xF1]) == "0af1")
        for bad in ["a", "0A", "0g", " 0", "0x"] {
            #expect(LowercaseHex.decode(bad) == nil)
        }
    }
}
