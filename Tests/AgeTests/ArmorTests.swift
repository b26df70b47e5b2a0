import Testing

@testable import Age

/// What armor may look like, and what it may not.
struct ArmorTests {
    private static let begin = "-----BEGIN AGE ENCRYPTED FILE-----\n"
    private static let end = "-----END AGE ENCRYPTED FILE-----\n"
    let identity = AgeIdentity.generateClassic()

    private func decode(_ text: String, step: Int = .max) throws(AgeFailure) -> [UInt8] {
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            try rest.prefix(step).withBytes { (raw) throws(AgeFailure) in try decoder.push(raw, into: &bytes) }
            rest = rest.dropFirst(step)
        }
        try decoder.finish()
        return bytes
    }

    private func encode(_ bytes: [UInt8], step: Int = .max) -> String {
        var encoder = ArmorEncoder()
        var text: [UInt8] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            rest.prefix(step).withUnsafeBytes { encoder.push($0, into: &text) }
            rest = rest.dropFirst(step)
        }
        encoder.finish(into: &text)
        return String(decoding: text, as: UTF8.self)
    }

    @Test("bytes of any number come back, in pieces of any size, and the text has the size foretold")
    func roundTrip() throws {
        for count in Array(0..<200) + [4_800, 4_801] {
            let bytes = SealAndOpenTests.text(count)
            let text = encode(bytes)
            #expect(Int64(text.utf8.count) == ArmorEncoder.size(of: Int64(count)))
            for step in [1, 7, 64, 65, 66, Int.max] {
                #expect(encode(bytes, step: step) == text)
                #expect(try decode(text, step: step) == bytes)
                #expect(try decode(text.replacing("\n", with: "\r\n"), step: step) == bytes)
            }
        }
    }

    @Test(
        "white space before and behind the armor is accepted, CRLF and a missing last newline too",
        arguments: [
            "\n", " ", "\t", "\r\n", "\n\n  \n", "\u{b}\u{c}",
            String(repeating: " ", count: AgeLimits.maxArmorSpaceBytes),
        ])
    func space(_ space: String) throws {
        let text = Self.begin + "AAAA\n" + Self.end
        for whole in [space + text, text.dropLast() + space, space + text.dropLast() + space] {
            for step in [1, Int.max] { #expect(try decode(String(whole), step: step) == [0, 0, 0]) }
        }
        let file = String(decoding: try AgeSealer.seal([1], to: [identity.recipient], armored: true), as: UTF8.self)
        #expect(try AgeOpener.open(Array((space + file + space.dropLast()).utf8), with: [identity]) == [1])
    }

    @Test("more white space than that is refused")
    func tooMuchSpace() {
        let space = String(repeating: " ", count: AgeLimits.maxArmorSpaceBytes + 1)
        let text = Self.begin + "AAAA\n" + Self.end
        #expect(throws: AgeFailure.armor(.tooMuchSpace, offset: 1024)) { try decode(space + text) }
        #expect(throws: AgeFailure.armor(.tooMuchSpace, offset: Int64(text.utf8.count + 1023))) {
            try decode(text + space)
        }
        #expect(throws: AgeFailure.armor(.tooMuchSpace, offset: 1024)) {
            try AgeOpener.open(Array((space + text).utf8), with: [identity])
        }
        #expect(throws: AgeFailure.armor(.tooMuchSpace, offset: 1024)) {
            var (opener, out) = (try AgeOpener(identities: [identity]), [UInt8]())
            for byte in space.utf8 { try opener.push([byte], into: &out) }
        }
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "\n", begin, begin + "AAAA\n", begin + "AAAA\n-----END AGE ENCRYPTED FILE----", end,
            "x\n" + begin + "AAAA\n" + end, begin + "AAAA\n" + end + "x", begin + "AAAA\n" + end + begin,
            begin.replacing("AGE", with: "age") + "AAAA\n" + end,
            begin.replacing("AGE ", with: "AGE  ") + "AAAA\n" + end,
            begin.replacing("FILE", with: "FILE ") + "AAAA\n" + end, begin.dropLast() + " \nAAAA\n" + end,
            begin.dropLast() + "\r\r\nAAAA\n" + end, begin.dropLast() + "AAAA\n" + end, begin + begin + "AAAA\n" + end,
            "-----BEGIN PGP MESSAGE-----\nAAAA\n" + end, begin + "Version: 1\n\nAAAA\n" + end,
            begin + "\nAAAA\n" + end, begin + "AAAA\n\n" + end, begin + " AAAA\n" + end, begin + "AAAA \n" + end,
            begin + "AAAA\r\r\n" + end, begin + "AA\rAA\n" + end, begin + "AAAA\r" + end, begin + "AAAA" + end,
            begin + "AAAA\nAAAA\n" + end, begin + "AAA\n" + end, begin + "AA\n" + end, begin + "A\n" + end,
            begin + "AA=\n" + end, begin + "AAB=\n" + end, begin + "AB==\n" + end, begin + "A===\n" + end,
            begin + "====\n" + end, begin + "AA=A\n" + end, begin + "AAA=AAAA\n" + end, begin + "AA=\n=\n" + end,
            begin + "AA-_\n" + end, begin + "AAAA\n=AAAA\n" + end, begin + "AAAA\n -----END AGE ENCRYPTED FILE-----\n",
            begin + "AAAA\n" + end.replacing("END", with: "END "), begin + "AAAA\n" + end.replacing("AGE", with: "age"),
            begin + String(repeating: "A", count: 68) + "\n" + end,
            begin + String(repeating: "A", count: 65) + "\n" + end,
            begin + String(repeating: "A", count: 60) + "\n" + String(repeating: "A", count: 64) + "\n" + end,
            begin + String(repeating: "A", count: 63) + "=\n" + "AAAA\n" + end,
        ])
    func refused(_ text: String) {
        for step in [1, 5, Int.max] {
            let failure = #expect(throws: AgeFailure.self) { try decode(text, step: step) }
            #expect(failure?.label == "armor")
        }
    }

    @Test("an endless line is refused after one line's length")
    func endlessLine() {
        var decoder = ArmorDecoder()
        var bytes: [UInt8] = []
        let text = Array((Self.begin + String(repeating: "A", count: 66)).utf8)
        #expect(throws: AgeFailure.armor(.line, offset: Int64(Self.begin.utf8.count))) {
            for byte in text {
                try [byte].withBytes { (raw) throws(AgeFailure) in try decoder.push(raw, into: &bytes) }
            }
        }
    }

    @Test("armor is told from binary by the first byte, unless the caller knows better")
    func detection() throws {
        let unlocker = try AgeUnlocker(identities: [identity])
        let binary = try AgeSealer.seal([7], to: [identity.recipient])
        let armored = try AgeSealer.seal([7], to: [identity.recipient], armored: true)
        #expect(try AgeOpener.open(armored, with: unlocker, encoding: .armored) == [7])
        #expect(try AgeOpener.open(binary, with: unlocker, encoding: .binary) == [7])
        #expect(throws: AgeFailure.header(.version, offset: 0)) {
            try AgeOpener.open(armored, with: unlocker, encoding: .binary)
        }
        #expect(throws: AgeFailure.armor(.begin, offset: 0)) {
            try AgeOpener.open(binary, with: unlocker, encoding: .armored)
        }
        #expect(throws: AgeFailure.header(.version, offset: 0)) { try AgeOpener.open([32] + binary, with: unlocker) }
        #expect(throws: AgeFailure.header(.truncated, offset: 0)) { try AgeOpener.open([], with: unlocker) }
    }

    @Test("armor cut anywhere is refused")
    func truncation() throws {
        let file = try AgeSealer.seal([1, 2, 3], to: [identity.recipient], armored: true)
        for length in 0..<(file.count - 1) {
            let failure = #expect(throws: AgeFailure.self, "\(length)") {
                try AgeOpener.open(Array(file[..<length]), with: [identity])
            }
            #expect(failure?.label == (length == 0 ? "header" : "armor"))
        }
    }
}
