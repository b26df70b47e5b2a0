import Testing

@testable import Age

/// Each limit from both sides: what is just within it works, what is just beyond is refused.
struct LimitTests {
    @Test("scrypt work of 2^20 is done unless the caller says otherwise, 2^21 is refused")
    func workFactor() throws {
        #expect(AgeLimits.openingWorkFactor == 20)
        for (factor, isDone) in [(20, true), (21, false), (22, false)] {
            let stanza = try #require(try ScryptStanza(Self.scrypt(factor)))
            var failure: AgeFailure?
            do throws(AgeFailure) {
                try stanza.requireWork(atMost: AgeUnlocker(passphrase: Passphrase("x")).maxWorkFactor)
            } catch { failure = error }
            #expect(failure == (isDone ? nil : .header(.workFactor, offset: 0)))
        }
        // As high as a caller may allow, and no higher.
        let most = try AgeUnlocker(passphrase: Passphrase("x"), maxWorkFactor: 22)
        #expect(throws: Never.self) { try ScryptStanza(Self.scrypt(22))?.requireWork(atMost: most.maxWorkFactor) }
    }

    @Test("the work that the caller allows is done, one more is not")
    func allowedWork() throws {
        let passphrase = try Passphrase("x")
        var sealer = try AgeSealer(passphrase: passphrase, workFactor: 5)
        var file: [UInt8] = []
        try sealer.finish(into: &file)
        #expect(try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase, maxWorkFactor: 5)) == [])
        #expect(throws: AgeFailure.header(.workFactor, offset: 22)) {
            try AgeOpener.open(file, with: AgeUnlocker(passphrase: passphrase, maxWorkFactor: 4))
        }
    }

    @Test("files of keys have 128 KiB and not a byte more")
    func keyFiles() throws {
        let identity = AgeIdentity.generateClassic()
        for (key, read) in [
            (identity.text, { _ = try IdentityFile(parsing: $0) }),
            (identity.recipient.text, { _ = try RecipientFile(parsing: $0) }),
        ] as [(String, ([UInt8]) throws -> Void)] {
            var file = Array("#\n\(key)\n".utf8)
            file.insert(
                contentsOf: [UInt8](repeating: 0x78, count: AgeLimits.maxIdentityFileBytes - file.count), at: 1)
            #expect(file.count == 131_072)
            #expect(throws: Never.self) { try read(file) }
            file.insert(0x78, at: 1)
            #expect(throws: AgeFailure.self) { try read(file) }
        }
    }

    @Test("a sealed identity file has 128 KiB and not a byte more")
    func sealedKeyFile() throws {
        let identity = AgeIdentity.generateClassic()
        let passphrase = try Passphrase("x")
        for (size, isRead) in [(131_072, true), (131_073, false)] {
            let sealer = try AgeSealer(passphrase: passphrase, workFactor: 4)
            let tail = Array("\n\(identity.text)\n".utf8)
            // Two chunks.
            let around = sealer.headerBytes + AgeLimits.nonceBytes + 2 * AgeLimits.tagBytes
            var file: [UInt8] = []
            var sealing = sealer
            try sealing.push([UInt8](repeating: 0x23, count: size - around - tail.count) + tail, into: &file)
            try sealing.finish(into: &file)
            #expect(file.count == size)
            let read = try? IdentityFile(opening: file, with: passphrase)
            #expect((read != nil) == isRead)
        }
    }

    @Test("as many post-quantum keys as a file can be sealed to fit into files of keys, sealed ones too")
    func fortyKeys() throws {
        let file = try IdentityFile(identities: (0..<AgeLimits.maxStanzas).map { _ in try AgeIdentity.generate() })
        let recipients = file.identities.map(\.recipient)
        #expect(try IdentityFile(parsing: file.text(createdAt: "2026-11-23T10:00:00Z")).identities.count == 40)
        let passphrase = try Passphrase("x")
        let sealed = try file.sealed(with: passphrase, createdAt: "2026-11-23T10:00:00Z", workFactor: 4)
        #expect(try IdentityFile(opening: sealed, with: passphrase).identities.map(\.recipient) == recipients)
        let lines = recipients.map(\.text).joined(separator: "\n")
        #expect(try RecipientFile(parsing: Array(lines.utf8)).recipients == recipients)
        #expect(throws: AgeFailure.wrongNumberOfKeys) {
            try IdentityFile(identities: file.identities + [.generateClassic()])
        }
    }

    @Test("a written key has 2,048 characters and not one more")
    func keyCharacters() throws {
        let bytes = [UInt8](repeating: 7, count: 1275)
        let longest = Bech32.encode(prefix: "a", bytes)
        #expect(longest.utf8.count == 2048)
        #expect(try Bech32.decode(longest).bytes == bytes)
        let longer = Bech32.encode(prefix: "ab", bytes)
        #expect(longer.utf8.count == 2049)
        #expect(throws: Bech32.Fault.notBech32) { try Bech32.decode(longer) }
    }

    private static func scrypt(_ factor: Int) -> AgeStanza {
        AgeStanza(
            type: ScryptStanza.type, [Array("AAAAAAAAAAAAAAAAAAAAAA".utf8), Array(String(factor).utf8)],
            body: [UInt8](repeating: 0, count: 32))
    }
}
