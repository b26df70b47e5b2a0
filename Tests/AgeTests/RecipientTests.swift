import Crypto
import Foundation
import Testing

@testable import Age

/// Post-quantum and passphrase recipients, and which go together.
struct RecipientTests {
    @Test("post-quantum keys are made, written, read and sealed to")
    func hybrid() throws {
        let identity = try AgeIdentity.generate()
        #expect(identity.text.hasPrefix("AGE-SECRET-KEY-PQ-1"))
        #expect(identity.recipient.text.hasPrefix("age1pq1"))
        #expect(identity.recipient.text.utf8.count == 1959)
        #expect(identity.recipient.isPostQuantum)
        #expect(try AgeIdentity(identity.text).recipient == identity.recipient)
        #expect(try AgeRecipient(identity.recipient.text) == identity.recipient)
        for size in [0, 1, 70_000] {
            let text = SealAndOpenTests.text(size)
            let file = try AgeSealer.seal(text, to: [identity.recipient])
            #expect(try same(AgeOpener.open(file, with: [.generateClassic(), .generate(), identity]), text))
            #expect(throws: AgeFailure.noIdentityMatched) { try AgeOpener.open(file, with: [.generate()]) }
        }
    }

    @Test("the specification's own examples of keys are read")
    func examples() throws {
        let pq = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR"
        #expect(try AgeIdentity(pq).recipient.text.hasPrefix("age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235j"))
        let classic = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"
        #expect(
            try AgeIdentity(classic).recipient.text == "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj")
    }

    @Test("keys of one kind are not read as another")
    func kinds() throws {
        let (pq, classic) = (try AgeIdentity.generate(), AgeIdentity.generateClassic())
        #expect(throws: AgeFailure.identity(.kind)) { try X25519Identity(pq.text) }
        #expect(throws: AgeFailure.identity(.kind)) { try HybridIdentity(classic.text) }
        #expect(throws: AgeFailure.recipient(.kind)) { try X25519Recipient(pq.recipient.text) }
        #expect(throws: AgeFailure.recipient(.kind)) { try HybridRecipient(classic.recipient.text) }
        #expect(throws: AgeFailure.self) { try AgeIdentity(pq.text.lowercased()) }
        #expect(throws: AgeFailure.self) { try AgeRecipient(pq.recipient.text.uppercased()) }
        #expect(throws: AgeFailure.self) { try AgeRecipient(pq.recipient.text + "q") }
        #expect(throws: AgeFailure.recipient(.length)) {
            try AgeRecipient(Bech32.encode(prefix: "age1pq", [UInt8](repeating: 0, count: 1215)))
        }
    }

    @Test("a post-quantum recipient whose coefficients are out of range is refused when sealing")
    func badHybridRecipient() {
        let bad = AgeRecipient.hybrid(HybridRecipient(bytes: [UInt8](repeating: 0xff, count: 1216)))
        #expect(throws: AgeFailure.recipient(.value)) { try AgeSealer.seal([], to: [bad]) }
    }

    @Test("post-quantum and classical recipients do not go together")
    func mixed() throws {
        let both = [try AgeIdentity.generate().recipient, AgeIdentity.generateClassic().recipient]
        #expect(throws: AgeFailure.mixedRecipients) { try AgeSealer.seal([], to: both) }
        #expect(throws: AgeFailure.mixedRecipients) { try AgeSealer.seal([], to: both.reversed()) }
    }

    @Test("forty post-quantum recipients fit, and each opens")
    func manyHybrid() throws {
        let identities = try (0..<AgeLimits.maxStanzas).map { _ in try AgeIdentity.generate() }
        let file = try AgeSealer.seal([5], to: identities.map(\.recipient))
        #expect(try AgeOpener.open(file, with: [identities[39]]) == [5])
    }

    @Test("a passphrase opens what it sealed; another one is its own failure")
    func passphrases() throws {
        let passphrase = try Passphrase("correct horse battery staple")
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: 4)
        var file: [UInt8] = []
        try sealer.push([1, 2], into: &file)
        try sealer.finish(into: &file)
        let other = try Passphrase("Correct horse battery staple")
        #expect(try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase)) == [1, 2])
        #expect(try AgeOpener.open(file, with: AgeUnlocker(passphrases: [other, passphrase])) == [1, 2])
        #expect(throws: AgeFailure.wrongPassphrase) { try AgeOpener.open(file, with: AgeUnlocker(passphrase: other)) }
        #expect(throws: AgeFailure.noIdentityMatched) { try AgeOpener.open(file, with: [.generateClassic()]) }
        var opener = try AgeOpener(identities: [.generateClassic()])
        var out: [UInt8] = []
        #expect(throws: AgeFailure.noIdentityMatched) { try opener.push(file, into: &out) }
        #expect(opener.stanzaTypes == ["scrypt"])
        #expect(throws: AgeFailure.header(.workFactor, offset: 22)) {
            try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase, maxWorkFactor: 3))
        }
    }

    @Test("somebody is asked for a passphrase only where one is needed")
    func asking() throws {
        let passphrase = try Passphrase("x")
        let asked = Counter()
        let unlocker = try AgeUnlocker(asking: {
            asked.count += 1
            return passphrase
        })
        let keyed = try AgeSealer.seal([1], to: [AgeIdentity.generateClassic().recipient])
        #expect(throws: AgeFailure.noIdentityMatched) { try AgeOpener.open(keyed, with: unlocker) }
        #expect(asked.count == 0)
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: 1)
        var file: [UInt8] = []
        try sealer.finish(into: &file)
        #expect(try AgeOpener.open(file, with: unlocker) == [])
        #expect(asked.count == 1)
        #expect(throws: AgeFailure.noIdentityMatched) {
            try AgeOpener.open(file, with: AgeUnlocker(asking: { nil }))
        }
    }

    @Test("the usual work factor is 18, and a file of that is opened")
    func usualWork() throws {
        #expect(AgeLimits.sealingWorkFactor == 18)
        let passphrase = try Passphrase("pass")
        var sealer = try AgeSealer(passphrase: passphrase)
        var file: [UInt8] = []
        try sealer.finish(into: &file)
        #expect(String(decoding: file.prefix(100), as: UTF8.self).contains(" 18\n"))
        #expect(try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase)) == [])
    }

    @Test("unusable passphrases and work factors are refused")
    func unusable() throws {
        #expect(throws: AgeFailure.unusablePassphrase) { try Passphrase("") }
        #expect(throws: AgeFailure.unusablePassphrase) {
            try Passphrase(String(repeating: "x", count: AgeLimits.maxPassphraseBytes + 1))
        }
        let passphrase = try Passphrase(String(repeating: "x", count: AgeLimits.maxPassphraseBytes))
        for factor in [-1, 0, 23, Int.max] {
            #expect(throws: AgeFailure.unusablePassphrase) {
                let sealer = try AgeSealer(passphrase: passphrase, workFactor: factor)
                _ = sealer.headerBytes
            }
            #expect(throws: AgeFailure.unusablePassphrase) {
                try AgeUnlocker(passphrase: passphrase, maxWorkFactor: factor)
            }
        }
        #expect(throws: AgeFailure.wrongNumberOfKeys) { try AgeUnlocker() }
    }

    @Test(
        "scrypt arguments that are not as they must be are a header failure, and cost no work",
        arguments: [
            "scrypt", "scrypt AAAAAAAAAAAAAAAAAAAAAA", "scrypt AAAAAAAAAAAAAAAAAAAAAA 10 x",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 0",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 010", "scrypt AAAAAAAAAAAAAAAAAAAAAA +10",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA -1",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 1e1", "scrypt AAAAAAAAAAAAAAAAAAAAAA 0x1",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 10.",
            "scrypt AAAAAAAAAAAAAAAAAAAAAB 10", "scrypt AAAAAAAAAAAAAAAAAAAAAA== 10",
            "scrypt AAAAAAAAAAAAAAAAAAAAAAA 10",
            "scrypt AAAAAAAAAAAAAAAAAAAA 10", "scrypt AAAAAAAAAAAAAAAAAAAAAA 21", "scrypt AAAAAAAAAAAAAAAAAAAAAA 30",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 64", "scrypt AAAAAAAAAAAAAAAAAAAAAA 18446744073709551626",
            "scrypt AAAAAAAAAAAAAAAAAAAAAA 9223372036854775818", "scrypt 10 AAAAAAAAAAAAAAAAAAAAAA",
        ])
    func badScrypt(_ arguments: String) throws {
        let body = String(repeating: "A", count: 43)
        let file = "age-encryption.org/v1\n-> \(arguments)\n\(body)\n--- \(body)\n" + String(repeating: "n", count: 32)
        let failure = #expect(throws: AgeFailure.self) {
            try AgeOpener.open(Array(file.utf8), with: AgeUnlocker(passphrase: Passphrase("x")))
        }
        guard case .header(_, offset: 22) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test(
        "stanzas of known kinds that are malformed are a header failure whoever the file is for",
        arguments: [
            "X25519\n\(body32)", "X25519 \(share)\n", "X25519 \(share)\n\(body32)A", "X25519 \(share) x\n\(body32)",
            "X25519 \(share)AA\n\(body32)", "X25519 \(share.dropLast())\n\(body32)", "mlkem768x25519\n\(body32)",
            "mlkem768x25519 \(share)\n\(body32)", "mlkem768x25519 \(encapsulated)\n", "X25519 \(share)=\n\(body32)",
            "mlkem768x25519 \(encapsulated) x\n\(body32)", "mlkem768x25519 \(encapsulated)A\n\(body32)",
        ])
    func badStanzas(_ stanza: String) throws {
        let file =
            "age-encryption.org/v1\n-> grease x\n\n-> \(stanza)\n--- \(Self.body32)\n"
            + String(repeating: "n", count: 32)
        for identities in [[AgeIdentity.generateClassic()], [try AgeIdentity.generate()]] {
            #expect(throws: AgeFailure.header(.stanza, offset: 35)) {
                try AgeOpener.open(Array(file.utf8), with: identities)
            }
        }
    }

    private static let body32 = String(repeating: "A", count: 43)
    private static let share = String(repeating: "A", count: 43)
    private static let encapsulated = String(
        decoding: StrictBase64.encode([UInt8](repeating: 0, count: 1120)), as: UTF8.self)

    @Test("shares of low order are refused, every one of them")
    func lowOrder() throws {
        // The points of order 1, 2, 4 and 8 of the curve and its twist, and their non-canonical writings (RFC 7748, 6.1).
        let points = [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        ]
        for point in points {
            var bytes: [UInt8] = []
            var rest = point[...]
            while !rest.isEmpty {
                bytes.append(try #require(UInt8(rest.prefix(2), radix: 16)))
                rest = rest.dropFirst(2)
            }
            let share = String(decoding: StrictBase64.encode(bytes), as: UTF8.self)
            let file = "age-encryption.org/v1\n-> X25519 \(share)\n\(Self.body32)\n--- \(Self.body32)\n"
            #expect(throws: AgeFailure.header(.lowOrder, offset: 22), "\(point)") {
                try AgeOpener.open(Array(file.utf8), with: [.generateClassic()])
            }
            let encapsulated = String(
                decoding: StrictBase64.encode([UInt8](repeating: 3, count: 1088) + bytes), as: UTF8.self)
            let hybrid =
                "age-encryption.org/v1\n-> mlkem768x25519 \(encapsulated)\n\(Self.body32)\n--- \(Self.body32)\n"
            #expect(throws: AgeFailure.header(.lowOrder, offset: 22), "\(point)") {
                try AgeOpener.open(Array(hybrid.utf8), with: [.generate()])
            }
        }
    }

    @Test("an identity file sealed with a passphrase is opened with it, and told from others")
    func sealedIdentityFile() throws {
        let file = try IdentityFile(identities: [.generate(), .generateClassic()])
        let passphrase = try Passphrase("open sesame")
        let sealed = try file.sealed(with: passphrase, createdAt: "2026-11-23T10:00:00Z", workFactor: 4)
        #expect(IdentityFile.isSealed(sealed))
        #expect(IdentityFile.isSealed([10] + sealed))
        #expect(!IdentityFile.isSealed(file.text()))
        #expect(throws: AgeFailure.identityFileSealed) { try IdentityFile(parsing: sealed) }
        let opened = try IdentityFile(opening: sealed, with: passphrase)
        #expect(opened.identities.map(\.text) == file.identities.map(\.text))
        #expect(throws: AgeFailure.wrongPassphrase) { try IdentityFile(opening: sealed, with: Passphrase("x")) }
        #expect(throws: AgeFailure.header(.version, offset: 0)) {
            try IdentityFile(opening: file.text(), with: passphrase)
        }
        let large = [UInt8](repeating: 35, count: AgeLimits.maxIdentityFileBytes + 1)
        #expect(throws: AgeFailure.self) { try IdentityFile(opening: large, with: passphrase) }
    }

    @Test("a recipient file is read with comments and empty lines; a bad line is named by its number")
    func recipientFile() throws {
        let (one, two) = (try AgeIdentity.generate().recipient, AgeIdentity.generateClassic().recipient)
        let text = "# who\n\(one.text)\r\n\n\(two.text)"
        #expect(try RecipientFile(parsing: Array(text.utf8)).recipients == [one, two])
        #expect(throws: AgeFailure.identityFile(line: 2, .kind)) {
            try RecipientFile(parsing: Array("\(two.text)\n\(AgeIdentity.generateClassic().text)\n".utf8))
        }
        #expect(throws: AgeFailure.identityFile(line: 0, .noRecipient)) { try RecipientFile(parsing: [10]) }
    }

    @Test("nothing of a secret shows in a description or a dump")
    func redaction() throws {
        let identity = try AgeIdentity.generate()
        let passphrase = try Passphrase("Donaudampfschiff")
        let unlocker = try AgeUnlocker(identities: [identity], passphrases: [passphrase])
        var dumped = ""
        dump(identity, to: &dumped)
        dump(passphrase, to: &dumped)
        dump(unlocker, to: &dumped)
        dump(AgeOpener(unlocker: unlocker), to: &dumped)
        dumped +=
            "\(identity) \(passphrase) \(unlocker) \(String(reflecting: identity)) \(String(reflecting: passphrase))"
        let secret = identity.text.dropFirst("AGE-SECRET-KEY-PQ-1".count)
        #expect(!dumped.uppercased().contains(secret.prefix(12)))
        #expect(!dumped.contains("Donau"))
    }
}

/// Counts calls of a closure that one thread makes. Unchecked for that reason.
final class Counter: @unchecked Sendable {
    var count = 0
}
