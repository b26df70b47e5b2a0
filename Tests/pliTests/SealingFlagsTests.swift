import Foundation
import Testing

@Suite("pli seal and open: every flag, and what goes wrong")
struct SealingFlagsTests {
    private let clear = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 13) }

    private func program() throws -> Program {
        let program = try Program()
        try program.write("in", clear)
        return program
    }

    @Test("Several keys, files of keys and key files are sealed to together, in text or not", arguments: [false, true])
    func manyKeys(armor: Bool) throws {
        let program = try program()
        defer { program.remove() }
        let keys = try (1...4).map { try program.pli("keygen", "-o", "\($0).key").lines[0] }
        try program.write("keys", "# ours\n\(keys[1])\n\n\(keys[2])\n")
        var arguments = ["seal", "-r", keys[0], "-R", "keys", "-i", "4.key", "-o", "sealed", "in"]
        if armor { arguments.append("-a") }
        #expect(try program.run(Program.built("pli"), arguments).status == 0)
        #expect(try program.read("sealed").starts(with: "-----BEGIN AGE".utf8) == armor)
        for number in 1...4 {
            let opened = try program.pli("open", "-i", "\(number).key", "sealed")
            #expect(opened.status == 0)
            #expect(Array(opened.output) == clear)
        }
    }

    @Test("Standard input and output serve, and -o refuses what exists")
    func pipes() throws {
        let program = try program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let sealed = try program.pli("seal", "-r", key, input: clear)
        #expect(sealed.status == 0)
        let opened = try program.pli("open", "-i", "me.key", input: Array(sealed.output))
        #expect(Array(opened.output) == clear)
        #expect(try program.pli("seal", "-r", key, "-o", "in", "me.key").status == 2)
        #expect(try program.read("in") == clear)
    }

    @Test("A passphrase seals and opens; a wrong one, and a key, are told apart")
    func passphrases() throws {
        let program = try program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let right = ["PLI_PASSPHRASE": "cheval correct pile agrafe"]
        #expect(try program.pli("seal", "-p", "-o", "sealed", "in", environment: right).status == 0)
        #expect(try program.pli("open", "-o", "out", "sealed", environment: right).status == 0)
        #expect(try program.read("out") == clear)
        let wrong = try program.pli("open", "-o", "x", "sealed", environment: ["PLI_PASSPHRASE": "autre"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("not the passphrase of this file"))
        let withKey = try program.pli("open", "-i", "me.key", "-o", "x", "sealed")
        #expect(withKey.status == 1)
        #expect(withKey.errors.contains("open it without -i"))
        try program.pli("seal", "-r", key, "-o", "keyed", "in")
        let without = try program.pli("open", "-o", "x", "keyed", environment: right)
        #expect(without.status == 2)
        #expect(without.errors.contains("-i is missing"))
        #expect(try program.pli("seal", "-p", "-r", key, "-o", "x", "in", environment: right).status == 2)
        #expect(try program.pli("seal", "-p", "-o", "x", "in", environment: ["PLI_PASSPHRASE": ""]).status == 2)
        #expect(!program.exists("x"))
    }

    @Test("A key file sealed with a passphrase opens files once it is opened itself")
    func sealedKeyFile() throws {
        let program = try program()
        defer { program.remove() }
        let secret = ["PLI_PASSPHRASE": "sésame"]
        let key = try program.pli("keygen", "-p", "-o", "me.key", environment: secret).lines[0]
        #expect(try program.read("me.key").starts(with: "-----BEGIN AGE".utf8))
        try program.pli("seal", "-r", key, "-o", "sealed", "in")
        let opened = try program.pli("open", "-i", "me.key", "sealed", environment: secret)
        #expect(Array(opened.output) == clear)
        let wrong = try program.pli("open", "-i", "me.key", "sealed", environment: ["PLI_PASSPHRASE": "x"])
        #expect(wrong.status == 1)
        #expect(wrong.errors.contains("check capitals and keyboard"))
    }

    @Test("A secret key that is given where a file or an option belongs is not repeated", arguments: [false, true])
    func noKeyRepeated(isClassic: Bool) throws {
        let program = try program()
        defer { program.remove() }
        let pli = Program.built("pli")
        try program.run(pli, ["keygen", "-o", "my.key"] + (isClassic ? ["--classic"] : []))
        let secret = try #require(
            String(decoding: program.read("my.key"), as: UTF8.self).split(separator: "\n").last.map(String.init))
        try #require(secret.hasPrefix("AGE-SECRET-KEY-"))
        for arguments in [
            ["open", "-i", secret, "in"], ["seal", "-i", secret, "in"], ["seal", "-R", secret, "in"],
            ["open", "-i", secret.lowercased(), "in"], ["open", "in", "in", secret], ["seal", "--" + secret],
        ] {
            let outcome = try program.run(pli, arguments)
            #expect(outcome.status != 0)
            let said = (outcome.text + outcome.errors).uppercased()
            #expect(!said.contains(secret.dropFirst(18).prefix(16)), "\(arguments.dropLast())")
        }
    }

    @Test("A header that is wrong in a rarer way gets a hint too")
    func headerHints() throws {
        let program = try program()
        defer { program.remove() }
        try program.pli("keygen", "--classic", "-o", "me.key")
        let body = String(repeating: "A", count: 43)
        let zero = "-> X25519 \(body)\n\(body)\n"
        let scrypt = "-> scrypt AAAAAAAAAAAAAAAAAAAAAA 10\n\(body)\n"
        let cases = [
            (zero, "readable by everybody"), (scrypt + zero, "with the passphrase alone"),
            (String(repeating: "-> x\n\n", count: 41), "have it sealed to 40 at most"),
            ("-> " + String(repeating: "x", count: 70_000), "have it sealed to 40 at most"),
            ("-> X25519 AAAA\n\(body)\n", "another program made it wrongly"),
            ("-> x\n===\n", "another program made it wrongly"), ("x\n", "another program made it wrongly"),
        ]
        for (stanzas, hint) in cases {
            try program.write("bad", "age-encryption.org/v1\n\(stanzas)--- \(body)\n")
            let outcome = try program.pli("open", "-i", "me.key", "-o", "x", "bad")
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains(hint), "\(hint): \(outcome.errors)")
            #expect(!program.exists("x"))
        }
    }

    @Test("Common mistakes get a hint, and nothing is written")
    func hints() throws {
        let program = try program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let classic = try program.pli("keygen", "--classic", "-o", "classic.key").lines[0]
        let secret =
            String(decoding: try program.read("classic.key"), as: UTF8.self)
            .split(separator: "\n").last.map(String.init) ?? ""
        try program.pli("seal", "-r", key, "-o", "sealed", "in")
        try program.write("cut", Array(try program.read("sealed").dropLast()))
        try program.write("public", key + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.path("public"))
        try program.write("bom", [0xff, 0xfe] + Array("age-encryption.org".utf8))
        let cases: [([String], Int32, String)] = [
            (["seal", "-r", secret, "in"], 2, "that is a secret key"),
            (["seal", "-r", "public", "in"], 2, "a file of keys is given with -R"),
            (["seal", "-r", "ssh-ed25519 AAAA", "in"], 2, "SSH keys do not serve here"),
            (["seal", "-r", key, "-r", classic, "in"], 2, "seal one file for each kind of key"),
            (["seal", "-R", "classic.key", "in"], 2, "give it with -i"),
            (["open", "-i", "public", "sealed"], 2, "that is a public key"),
            (["open", "-i", "me.key", "in"], 1, "this file is not sealed"),
            (["open", "-i", "me.key", "cut"], 1, "the copy is incomplete or changed"),
            (["open", "-i", "me.key", "classic.key"], 1, "that is a key file"),
            (["open", "-i", "me.key", "bom"], 1, "PowerShell"),
        ]
        for (arguments, status, hint) in cases {
            let outcome = try program.run(Program.built("pli"), arguments + ["-o", "x"])
            #expect(outcome.status == status, "\(arguments.prefix(2)): \(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(hint): \(outcome.errors)")
            #expect(!outcome.errors.contains(secret.suffix(20)))
            #expect(!program.exists("x"))
        }
    }

    @Test("Binary is not written to a terminal, text is")
    func terminal() throws {
        let script = try #require(Program.installed("script"))
        let program = try program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let pli = Program.built("pli").path
        let binary = try program.run(script, ["-qec", "\(pli) seal -r \(key) in", "/dev/null"])
        #expect(binary.status == 2)
        #expect(binary.text.contains("refusing to write binary to a terminal"))
        let armored = try program.run(script, ["-qec", "\(pli) seal -a -r \(key) in", "/dev/null"])
        #expect(armored.status == 0)
        try program.write("text", "bonjour\n")
        for (name, status) in [("text", Int32(0)), ("in", 2)] {
            try program.pli("seal", "-r", key, "-o", "\(name).age", name)
            let shown = try program.run(script, ["-qec", "\(pli) open -i me.key \(name).age", "/dev/null"])
            #expect(shown.status == status, "\(shown.text)")
        }
    }
}
