import Crypto
import Testing

@testable import Notes

@Suite("Verifier keys and key files")
struct KeyTests {
    private func pair() throws -> SigningPair {
        try SigningPair.generate(name: "lab-rive-gauche")
    }

    @Test("The public lines of a pair are read back, with type, key id and fingerprint as documented")
    func publicLines() throws {
        let pair = try pair().verifying
        #expect(try VerifyingPair(lines: pair.lines) == pair)
        for (line, prefix) in zip(pair.lines, [[0x01], [0xFF] + [UInt8]("pli/ml-dsa-65".utf8)]) {
            let parts = line.split(separator: "+", maxSplits: 2)
            let typed = try #require(StrictBase64.decode(String(parts[2])))
            #expect(typed.starts(with: prefix))
            let hash = SHA256.hash(data: [UInt8]("lab-rive-gauche\n".utf8) + typed)
            #expect(parts[1] == LowercaseHex.encode(hash.prefix(4)))
        }
        #expect(pair.ed25519Line.contains("+\(pair.ed25519KeyID)+"))
        let joined = pair.lines.map { $0 + "\n" }.joined()
        #expect(pair.fingerprint == LowercaseHex.encode(SHA256.hash(data: [UInt8](joined.utf8))))
    }

    @Test("The pair of two fixed seeds never changes")
    func fixedSeeds() throws {
        let pair = try SigningPair(
            name: "fixed", ed25519Seed: Array(repeating: 1, count: 32), mldsaSeed: Array(repeating: 2, count: 32))
        let again = try SigningPair(fileText: pair.fileText)
        #expect(again.verifying == pair.verifying)
        // Both computed with another implementation (pyca/cryptography).
        #expect(pair.verifying.ed25519Line == "fixed+e216530d+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c")
        #expect(pair.verifying.fingerprint == "4ca748bb64c9695bdfdc9b52cf35245351e6fd337ca0234b61b0120b88b99009")
    }

    @Test("A pair is two keys of one name, Ed25519 first")
    func notAPair() throws {
        let a = try pair().verifying
        let b = try SigningPair.generate(name: "lab-b").verifying
        let lists = [
            [], [a.lines[0]], [a.lines[1], a.lines[0]], [a.lines[0], a.lines[0]], [a.lines[1], a.lines[1]],
            [a.lines[0], b.lines[1]], a.lines + [a.lines[0]],
        ]
        for lines in lists {
            #expect(throws: NoteFailure.notAPair) { try VerifyingPair(lines: lines) }
        }
    }

    @Test("Malformed verifier keys are refused for what is wrong with them")
    func malformed() throws {
        let line = try pair().verifying.ed25519Line
        let key = try VerifierKey(line: line)
        let id = LowercaseHex.encode(key.keyID)
        let short = StrictBase64.encode([0x01] + key.publicKey.dropLast())
        let long = StrictBase64.encode([0x01] + key.publicKey + [0])
        let mldsa = StrictBase64.encode([0xFF] + [UInt8]("pli/ml-dsa-65".utf8) + [UInt8](repeating: 0, count: 1951))
        let other = StrictBase64.encode([0xFF] + [UInt8]("pli/ml-dsa-87".utf8) + key.publicKey)
        let cases: [(String, NoteFailure)] = [
            ("", .badKeyShape),
            ("lab", .badKeyShape),
            ("lab+\(id)", .badKeyShape),
            ("lab+\(id.dropLast())+AAAA", .badKeyShape),
            ("lab+\(id)0+AAAA", .badKeyShape),
            ("lab+\(id)00+AAAA", .badKeyShape),
            ("lab+ABCDEF01+AAAA", .badKeyShape),
            ("+\(id)+AAAA", .badName),
            ("a b+\(id)+AAAA", .badName),
            ("a\u{1}+\(id)+AAAA", .badName),
            ("lab+\(id)+", .badKeyBase64),
            (line + "\n", .badKeyBase64),
            (line + "=", .badKeyBase64),
            (" " + line, .badName),
            ("lab+\(id)+Ag==", .unsupportedKeyType),
            ("lab+\(id)+/w==", .unsupportedKeyType),
            ("lab+\(id)+\(other)", .unsupportedKeyType),
            ("lab+\(id)+\(short)", .badKeyLength),
            ("lab+\(id)+\(long)", .badKeyLength),
            ("lab+\(id)+\(mldsa)", .badKeyLength),
            (line.replacing("lab-rive-gauche", with: "lab-rive-droite"), .keyIDMismatch),
        ]
        for (line, expected) in cases {
            #expect(throws: expected, "\(line.prefix(40))") { try VerifierKey(line: line) }
        }
    }

    @Test("A key file is read back; comments and empty lines are skipped")
    func keyFile() throws {
        let pair = try pair()
        let text = pair.fileText
        #expect(text.hasSuffix("\n") && text.split(separator: "\n").count == 2)
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("PRIVATE+KEY+lab-rive-gauche+") })
        for form in [text, "# made 2026-11-23\n\n" + text + "\n# end", String(text.dropLast())] {
            let read = try SigningPair(fileText: form)
            #expect(read.verifying == pair.verifying)
            #expect(read.fileText == text)
        }
        let note = try SigningPair(fileText: text).sign(text: [UInt8]("x\n".utf8))
        try note.verify(by: pair.verifying)
    }

    @Test("A damaged or mixed key file is refused")
    func badKeyFile() throws {
        let pair = try pair()
        let other = try SigningPair.generate(name: "lab-b")
        let lines = pair.fileText.split(separator: "\n").map { "\($0)\n" }
        let others = other.fileText.split(separator: "\n").map { "\($0)\n" }
        for text in [
            "", "# nothing\n", lines[0], lines[1] + lines[0], lines[0] + others[1], lines[0] + lines[0],
            lines.joined() + others[0],
        ] {
            #expect(throws: NoteFailure.keyFileWithoutPair) { try SigningPair(fileText: text) }
        }
        #expect(throws: NoteFailure.badKeyFile(line: 1)) { try SigningPair(fileText: " " + lines.joined()) }
        #expect(throws: NoteFailure.badKeyFile(line: 1)) {
            try SigningPair(fileText: pair.verifying.lines.joined(separator: "\n"))
        }
        #expect(throws: NoteFailure.badKeyFile(line: 2)) { try SigningPair(fileText: "#\nrubbish\n") }
        for (number, name) in [(1, lines[0]), (2, lines[1])] {
            // Another key id, and so another key than the one the id was made for.
            let id = name.split(separator: "+")[3]
            let text = lines.joined().replacing("+\(id)+", with: "+00000000+")
            #expect(throws: NoteFailure.badKeyFile(line: number)) { try SigningPair(fileText: text) }
        }
        let crlf = lines.joined().replacing("\n", with: "\r\n")
        #expect(throws: NoteFailure.badKeyFile(line: 1)) { try SigningPair(fileText: crlf) }
    }

    @Test("Nothing describes a seed")
    func redaction() throws {
        let pair = try pair()
        var dumped = ""
        dump(pair, to: &dumped)
        struct Holder { let pair: SigningPair }
        dump(Holder(pair: pair), to: &dumped)
        let secrets =
            pair.fileText.split(separator: "\n").compactMap { $0.split(separator: "+").last }.map(String.init)
            + [LowercaseHex.encode(pair.ed25519Seed), "\(pair.ed25519Seed)"]
        for text in ["\(pair)", String(reflecting: pair), dumped, "\(Holder(pair: pair))", "\([pair])"] {
            for secret in secrets {
                #expect(!text.contains(secret.prefix(16)))
            }
            #expect(!text.contains("PRIVATE"))
        }
        #expect("\(pair)".contains(pair.verifying.fingerprint))
        #expect(Mirror(reflecting: pair).children.isEmpty)
    }

    @Test("Names are refused that are empty, too long, or hold spaces, control characters or a plus sign")
    func names() throws {
        for name in [
            "", " ", "a b", "a+b", "a\u{A0}b", "a\u{2003}", "a\n", "a\u{7F}", String(repeating: "a", count: 257),
        ] {
            #expect(throws: NoteFailure.badName) { try SigningPair.generate(name: name) }
        }
        _ = try SigningPair.generate(name: String(repeating: "a", count: 256))
    }
}
