import Testing

@testable import Age

struct HeaderTests {
    private static let macLine = "--- " + String(repeating: "A", count: 43) + "\n"

    private func parse(_ text: String) throws(AgeFailure) -> AgeHeader? {
        var parser = HeaderParser()
        var failure: AgeFailure?
        Array(text.utf8).withUnsafeBytes { raw in
            do throws(AgeFailure) { _ = try parser.push(raw) } catch { failure = error }
        }
        if let failure { throw failure }
        return parser.header
    }

    private func header(stanzas: Int, bodyBytes: Int = 0) -> AgeHeader {
        let stanza = AgeStanza(line: Array("x".utf8), body: [UInt8](repeating: 7, count: bodyBytes))
        return AgeHeader(stanzas: .init(repeating: stanza, count: stanzas), mac: [UInt8](repeating: 0, count: 32))
    }

    @Test("anything that is not age is refused at its first differing byte")
    func notAge() {
        for (text, offset) in [("%PDF", 0), ("age-encryption.org/v2\n", 20), ("agf", 2), ("-----BEGIN AGE", 0)] {
            #expect(throws: AgeFailure.header(.version, offset: offset)) { try parse(text) }
        }
    }

    @Test("stanzas of any kind are read and written back", arguments: [0, 1, 47, 48, 49, 95, 96, 97])
    func roundTrip(bodyBytes: Int) throws {
        let header = header(stanzas: 3, bodyBytes: bodyBytes)
        let parsed = try parse(String(decoding: header.encoded, as: UTF8.self))
        #expect(parsed == header)
        #expect(parsed?.encoded == header.encoded)
    }

    @Test("a header may have 40 stanzas and not 41")
    func stanzaLimit() throws {
        #expect(try parse(String(decoding: header(stanzas: 40).encoded, as: UTF8.self))?.stanzas.count == 40)
        let failure = #expect(throws: AgeFailure.self) {
            try parse(String(decoding: header(stanzas: 41).encoded, as: UTF8.self))
        }
        guard case .header(.tooManyStanzas, _) = failure else {
            Issue.record("another failure")
            return
        }
    }

    @Test("a header may have 64 KiB and not a byte more")
    func sizeLimit() throws {
        let base = "age-encryption.org/v1\n-> "
        let end = "\n\n" + Self.macLine
        let room = AgeLimits.maxHeaderBytes - base.utf8.count - end.utf8.count
        #expect(try parse(base + String(repeating: "x", count: room) + end) != nil)
        #expect(throws: AgeFailure.header(.tooLong, offset: AgeLimits.maxHeaderBytes)) {
            try parse(base + String(repeating: "x", count: room + 1) + end)
        }
        #expect(throws: AgeFailure.header(.tooLong, offset: AgeLimits.maxHeaderBytes)) {
            try parse(base + String(repeating: "x", count: 1 << 20))
        }
    }

    @Test(
        "malformed lines are refused",
        arguments: [
            "->x\n\n", "-> \n\n", "->\n\n", "-> x  y\n\n", "-> x \n\n", "-> \u{e9}\n\n", "-> x\ty\n\n", "-> x\r\n\n",
            "x\n",
            "\n", "-> x\n=\n", "-> x\nAB\n", "-> x\nA\n", "-> x\nAA==\n", "-> x\nA A\n",
            "-> x\n" + String(repeating: "A", count: 65) + "\n", "-> x\n" + String(repeating: "A", count: 64) + "\n",
            "", "--- \n", "--- AAAA\n", "---\n",
        ])
    func malformed(_ middle: String) {
        #expect(throws: AgeFailure.self) { try parse("age-encryption.org/v1\n" + middle + Self.macLine) }
    }

    @Test("a header that was changed is refused at its MAC line, in armor and by range too")
    func changed() throws {
        let identity = AgeIdentity.generateClassic()
        let unlocker = try AgeUnlocker(identities: [identity])
        var file = try AgeSealer.seal([1], to: [identity.recipient, AgeIdentity.generateClassic().recipient])
        // Behind the version line and two stanzas of two lines.
        let offset = 22 + 2 * (54 + 44)
        // In the share for the other one, so that our own still opens.
        let place = 22 + 98 + 10
        file[place] = file[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(throws: AgeFailure.headerMAC(offset: offset)) { try AgeOpener.open(file, with: unlocker) }
        #expect(throws: AgeFailure.headerMAC(offset: offset)) { try AgeReader(file, unlocker: unlocker) }
        var encoder = ArmorEncoder()
        var armored: [UInt8] = []
        file.withUnsafeBytes { encoder.push($0, into: &armored) }
        encoder.finish(into: &armored)
        #expect(throws: AgeFailure.headerMAC(offset: offset)) { try AgeOpener.open(armored, with: unlocker) }
        #expect(AgeFailure.headerMAC(offset: offset).description.contains("byte \(offset)"))
    }

    @Test("a passphrase stanza stands alone")
    func scrypt() throws {
        let scrypt = "-> scrypt salt 10\n\n"
        #expect(try parse("age-encryption.org/v1\n" + scrypt + Self.macLine) != nil)
        #expect(throws: AgeFailure.self) {
            try parse("age-encryption.org/v1\n" + scrypt + "-> x\n\n" + Self.macLine)
        }
    }

    @Test("a file of stanzas unknown here matches no identity")
    func unknownStanzas() {
        let file = header(stanzas: 2, bodyBytes: 32).encoded
        #expect(throws: AgeFailure.noIdentityMatched) {
            try AgeOpener.open(file, with: [AgeIdentity.generateClassic()])
        }
    }

    @Test("base64 is canonical and unpadded")
    func base64() {
        for count in 0..<70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
            let text = StrictBase64.encode(bytes)
            #expect(StrictBase64.decode(text[...]) == bytes)
            #expect(text.count == (count * 4 + 2) / 3)
        }
        for bad in ["A", "AB", "AAB", "AA=", "AA==", "A\n", "-_AA", "AAAAA"] {
            #expect(StrictBase64.decode(Array(bad.utf8)[...]) == nil)
        }
    }
}
