import Testing

@testable import Age

struct KeyTests {
    // The key pair of the vector `x25519` and what age-keygen -y says of it.
    static let identity = "AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0"

    @Test("keys are read and written as age does")
    func texts() throws {
        let identity = try X25519Identity(Self.identity)
        #expect(identity.text == Self.identity)
        let recipient = try X25519Recipient(identity.recipient.text)
        #expect(recipient == identity.recipient)
        #expect(recipient.text.utf8.count == 62)
        #expect(recipient.text.hasPrefix("age1"))
        let other = X25519Identity.generate()
        #expect(try X25519Identity(other.text).recipient == other.recipient)
        #expect(other.text != identity.text)
    }

    @Test("keys that are mistyped, cut, mixed in case or of another kind are refused")
    func badKeys() throws {
        let recipient = try X25519Identity(Self.identity).recipient.text
        let upper = String(decoding: recipient.utf8.map { (97...122).contains($0) ? $0 - 32 : $0 }, as: UTF8.self)
        let lower = String(decoding: Self.identity.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }, as: UTF8.self)
        for text in ["", "age1", "1", recipient + " ", " " + recipient, recipient + "\n", upper, Self.identity] {
            #expect(throws: AgeFailure.self) { try X25519Recipient(text) }
        }
        for text in ["", lower, Self.identity + "\r", recipient, String(Self.identity.dropLast())] {
            #expect(throws: AgeFailure.self) { try X25519Identity(text) }
        }
        for index in recipient.utf8.indices {
            var bytes = Array(recipient.utf8)
            let position = recipient.utf8.distance(from: recipient.utf8.startIndex, to: index)
            bytes[position] = bytes[position] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
            #expect(throws: AgeFailure.self) { try X25519Recipient(String(decoding: bytes, as: UTF8.self)) }
        }
        #expect(throws: AgeFailure.recipient(.length)) {
            try X25519Recipient(Bech32.encode(prefix: "age", [UInt8](repeating: 1, count: 31)))
        }
        #expect(throws: AgeFailure.recipient(.kind)) {
            try X25519Recipient(Bech32.encode(prefix: "agf", [UInt8](repeating: 1, count: 32)))
        }
    }

    @Test("Bech32 follows BIP 173 where age does")
    func bech32() throws {
        for valid in ["A12UEL5L", "a12uel5l", "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "?1ezyfcl"] {
            #expect(throws: Never.self) { try Bech32.decode(valid) }
        }
        let bad = [
            "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3", "A1G7SGD8", "10a06t8", "1qzzfhee", "a12UEL5L",
        ]
        for bad in bad {
            #expect(throws: Bech32.Fault.self) { try Bech32.decode(bad) }
        }
        for count in 0..<50 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 91) }
            #expect(try Bech32.decode(Bech32.encode(prefix: "age", bytes)).bytes == bytes)
        }
    }

    @Test("an identity file is read with comments, empty lines and several identities, and written back")
    func identityFile() throws {
        let second = AgeIdentity.generateClassic()
        let text = "# created: 2026-11-23T10:00:00Z\n# public key: x\n\(Self.identity)\n\n\(second.text)\r\n"
        let file = try IdentityFile(parsing: Array(text.utf8))
        #expect(file.identities.map(\.text) == [Self.identity, second.text])
        let written = file.text(createdAt: "2026-11-23T10:00:00Z")
        #expect(try IdentityFile(parsing: written).identities.map(\.text) == file.identities.map(\.text))
        let start = "# created: 2026-11-23T10:00:00Z\n# public key: age1"
        #expect(String(decoding: written, as: UTF8.self).hasPrefix(start))
    }

    @Test("a bad line of an identity file is named by its number")
    func badIdentityFile() {
        let text = "# comment\n\(Self.identity)\nAGE-SECRET-KEY-1QQQQ\n"
        #expect(throws: AgeFailure.identityFile(line: 3, .notBech32)) { try IdentityFile(parsing: Array(text.utf8)) }
        #expect(throws: AgeFailure.identityFile(line: 0, .noIdentity)) {
            try IdentityFile(parsing: Array("# x\n".utf8))
        }
        #expect(throws: AgeFailure.identityFile(line: 1, .notBech32)) {
            try IdentityFile(parsing: Array(" \(Self.identity)\n".utf8))
        }
        let large = [UInt8](repeating: UInt8(ascii: "#"), count: AgeLimits.maxIdentityFileBytes + 1)
        #expect(throws: AgeFailure.self) { try IdentityFile(parsing: large) }
    }
}
