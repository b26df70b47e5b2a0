import Notes
import Testing

@testable import Exchange

@Suite("Signed values")
struct SignedTests {
    let fixture: Fixture
    let signed: Signed<Manifest>

    init() throws {
        fixture = try Fixture()
        signed = try Signed.sign(fixture.manifest(), by: fixture.lab)
    }

    @Test("what was signed verifies, with the same bytes and hash")
    func verifies() throws {
        let read = try Signed<Manifest>.verify(signed.noteBytes, by: fixture.lab.verifying)
        #expect(read == signed)
        #expect(read.noteBytes == signed.noteBytes)
        #expect(read.textHash == SHA256Hex(of: signed.value.text))
        #expect(try Signed<Manifest>.unverified(signed.noteBytes) == signed.value)
    }

    @Test("every single-byte flip of a signed manifest is refused")
    func flips() throws {
        for mask in [0x01, 0x20, 0x80] as [UInt8] {
            for index in signed.noteBytes.indices {
                var bytes = signed.noteBytes
                bytes[index] ^= mask
                #expect(throws: ExchangeFailure.self, "byte \(index) xor \(mask)") {
                    try Signed<Manifest>.verify(bytes, by: fixture.lab.verifying)
                }
            }
        }
    }

    @Test("a signed manifest cut at any byte is refused")
    func truncations() throws {
        for length in 0..<signed.noteBytes.count {
            #expect(throws: ExchangeFailure.self, "cut to \(length)") {
                try Signed<Manifest>.verify(Array(signed.noteBytes[..<length]), by: fixture.lab.verifying)
            }
        }
    }

    @Test("both lines of the pair are required")
    func bothLines() throws {
        let lines = String(decoding: signed.noteBytes, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for missing in [2, 3] {
            var fewer = lines
            fewer.remove(at: missing)
            #expect(throws: ExchangeFailure.self) {
                try Signed<Manifest>.verify(Array(fewer.joined(separator: "\n").utf8), by: fixture.lab.verifying)
            }
        }
    }

    @Test("another's keys, or keys of the same name, do not verify")
    func otherKeys() throws {
        #expect(throws: ExchangeFailure.self) {
            try Signed<Manifest>.verify(signed.noteBytes, by: fixture.cnam.verifying)
        }
        #expect(throws: ExchangeFailure.self) {
            try Signed<Manifest>.verify(signed.noteBytes, by: Fixture.pair("lab-rive-gauche", 99).verifying)
        }
    }

    @Test("the key name must be the one inside")
    func names() throws {
        #expect(throws: ExchangeFailure.wrongSigner(what: "manifest")) {
            try Signed.sign(fixture.manifest(), by: fixture.cnam)
        }
        let note = try fixture.cnam.sign(text: fixture.manifest().text)
        #expect(throws: ExchangeFailure.wrongSigner(what: "manifest")) {
            try Signed<Manifest>.verify(note, by: fixture.cnam.verifying)
        }
    }

    @Test("what is signed but not canonical is refused")
    func canonical() throws {
        let spaced = Array(String(decoding: signed.value.text, as: UTF8.self).replacing(",", with: ", ").utf8)
        let note = try fixture.lab.sign(text: spaced)
        #expect(throws: ExchangeFailure.self) { try Signed<Manifest>.verify(note, by: fixture.lab.verifying) }
    }

    @Test("a note of another kind is refused though its signer is right")
    func kinds() throws {
        let receipt = try Signed.sign(fixture.receipt(), by: fixture.cnam)
        #expect(throws: ExchangeFailure.self) {
            try Signed<Manifest>.verify(receipt.noteBytes, by: fixture.cnam.verifying)
        }
    }

    @Test("a note holds at its limit and not one past it")
    func limit() throws {
        // Unknown signatures are ignored, so lines of another key bring a good note to any size.
        func padded(to count: Int) throws -> [UInt8] {
            let start = signed.noteBytes
            let name = "x"
            // "— x " and a newline are 7 bytes; the base64 of 4-byte blocks takes the rest.
            for nameLength in 1...8 {
                let fixed = 3 + 1 + nameLength + 1 + 1
                let digits = count - start.count - fixed
                if digits > 8, digits % 4 == 0 {
                    let signer = String(repeating: name, count: nameLength)
                    return start + Array("— \(signer) \(String(repeating: "A", count: digits))\n".utf8)
                }
            }
            return []
        }
        let atLimit = try padded(to: Limits.noteBytes)
        #expect(atLimit.count == Limits.noteBytes)
        #expect(try Signed<Manifest>.verify(atLimit, by: fixture.lab.verifying).value == signed.value)
        let past = try padded(to: Limits.noteBytes + 1)
        #expect(past.count == Limits.noteBytes + 1)
        #expect(throws: ExchangeFailure.pastLimit(what: "manifest", limit: Int64(Limits.noteBytes))) {
            try Signed<Manifest>.verify(past, by: fixture.lab.verifying)
        }
    }
}
