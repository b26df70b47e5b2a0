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

    @Test("Without -i a file sealed in a way not known here cannot be opened, whatever key file were given")
    func unknownWithoutKey() throws {
        let program = try program()
        defer { program.remove() }
        let body = String(repeating: "A", count: 43)
        for (kind, said) in [("Scrypt", "in a way not known here"), ("ssh-ed25519", "open it with age")] {
            try program.write("other", "age-encryption.org/v1\n-> \(kind) x\n\(body)\n--- \(body)\n")
            let outcome = try program.pli("open", "-o", "x", "other", environment: ["PLI_PASSPHRASE": "sésame"])
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains(said), "\(outcome.errors)")
        }
        try program.write("keyed", "age-encryption.org/v1\n-> x\n\n-> X25519 \(body)\n\(body)\n--- \(body)\n")
        let keyed = try program.pli("open", "-o", "x", "keyed", environment: ["PLI_PASSPHRASE": "sésame"])
        #expect(keyed.status == 2 && keyed.errors.contains("-i is missing"), "\(keyed.errors)")
    }

    /// Files of every kind that is given where another belongs.
    private func writeMistakes(_ program: Program, key: String, secret: String) throws {
        try program.write("cut", Array(try program.read("sealed").dropLast()))
        try program.write("public", key + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.path("public"))
        try program.write("bom", [0xff, 0xfe] + Array("age-encryption.org".utf8))
        let armored = try program.pli("seal", "-a", "-r", key, "in").output
        try program.write("marked", [0xef, 0xbb, 0xbf] + Array(armored))
        try program.write("empty", "")
        try program.write("pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n")
        try program.write("pgp", "-----BEGIN PGP MESSAGE-----\n\nhQ==\n-----END PGP MESSAGE-----\n")
        try program.write("crlf", "age-encryption.org/v1\r\n-> X25519 x\r\n")
        try program.write("newer", "age-encryption.org/v2\n")
        let zeros = String(repeating: "A", count: 43)
        try program.write(
            "costly", "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 21\n\(zeros)\n--- \(zeros)\n")
        try program.write("plugin.key", "# made elsewhere\nAGE-PLUGIN-YUBIKEY-1QQQQ\n")
        try program.write("none.key", "# created: 2026-11-23T10:00:00Z\n")
        try program.write("spaced", key + " \n")
        try program.write("spaced.key", " \(secret)\n")
        try program.write("marked.key", [0xef, 0xbb, 0xbf] + Array("\(secret)\n".utf8))
        for name in ["plugin.key", "none.key", "spaced.key", "marked.key"] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.path(name))
        }
        try program.write("tagged", "# ours\nage1tag1qqqq\n")
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
        try writeMistakes(program, key: key, secret: secret)
        try program.pli("keygen", "--signing", "lab-a", "-o", "who.signing")
        let cases: [([String], Int32, String)] = [
            (["seal", "-r", secret, "in"], 2, "that is a secret key"),
            (["seal", "-r", "public", "in"], 2, "a file of keys is given with -R"),
            (["seal", "-r", "ssh-ed25519 AAAA", "in"], 2, "SSH keys do not serve here"),
            (["seal", "-r", key, "-r", classic, "in"], 2, "seal one file for each kind of key"),
            (["seal", "-R", "classic.key", "in"], 2, "give it with -i"),
            (["open", "-i", "public", "sealed"], 2, "that is a public key"),
            (["open", "-i", "who.signing", "sealed"], 2, "who.signing is a signing key, which opens nothing"),
            (["open", "-i", "me.key", "in"], 1, "this file is not sealed"),
            (["open", "-i", "me.key", "cut"], 1, "the copy is incomplete or changed"),
            (["open", "-i", "me.key", "classic.key"], 1, "that is a key file"),
            (["open", "-i", "me.key", "bom"], 1, "PowerShell"),
            (["open", "-i", "me.key", "marked"], 1, "byte order mark"),
            (["open", "-i", "me.key", "empty"], 1, "the file is empty"),
            (["open", "-i", "me.key", "pem"], 1, "a certificate or a key of another kind"),
            (["open", "-i", "me.key", "pgp"], 1, "open it with gpg"),
            (["open", "-i", "me.key", "crlf"], 1, "transfer it as binary"),
            (["open", "-i", "me.key", "newer"], 1, "a newer version of the format"),
            (["open", "-i", "plugin.key", "sealed"], 2, "hardware and plugin keys do not serve here"),
            (["open", "-i", "none.key", "sealed"], 2, "make one with pli keygen"),
            (["seal", "-r", String(key.dropLast(20)), "in"], 2, "the key is cut"),
            (["seal", "-r", String(classic.dropLast(2)), "in"], 2, "the key is cut"),
            (["seal", "-r", "age1tag1qqqqqq", "in"], 2, "hardware and plugin keys do not serve here"),
            (["seal", "-r", "age1yubikey1qqqqqq", "in"], 2, "hardware and plugin keys do not serve here"),
            (["seal", "-R", "spaced", "in"], 2, "take the white space around the key away"),
            (["open", "-i", "spaced.key", "sealed"], 2, "take the white space around the key away"),
            (["open", "-i", "marked.key", "sealed"], 2, "save it without the mark"),
            (
                ["seal", "-r", classic.replacing("age1", with: "age1q1").prefix(62).description, "in"], 2,
                "a sealing key starts"
            ),
            (["seal", "-R", "tagged", "in"], 2, "hardware and plugin keys do not serve here"),
            (["seal", "-R", "empty", "in"], 2, "put one sealing key on each line"),
        ]
        for (arguments, status, hint) in cases {
            let outcome = try program.run(Program.built("pli"), arguments + ["-o", "x"])
            #expect(outcome.status == status, "\(arguments.prefix(2)): \(outcome.errors)")
            #expect(outcome.errors.contains(hint), "\(hint): \(outcome.errors)")
            #expect(!outcome.errors.contains(secret.suffix(20)))
            #expect(!outcome.errors.contains("line 0"))
            #expect(!program.exists("x"))
        }
        let costly = try program.pli("open", "-o", "x", "costly", environment: ["PLI_PASSPHRASE": "x"])
        #expect(costly.status == 1)
        #expect(costly.errors.contains("have it sealed with less work"), "\(costly.errors)")
        let homeless = try program.pli("keygen", "-o", "nowhere/me.key")
        #expect(homeless.status == 2)
        #expect(homeless.errors.contains("the folder does not exist"), "\(homeless.errors)")
    }

    @Test("A device or a pipe that is there takes the output as it comes; a file that is there is left alone")
    func devices() throws {
        let program = try program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        #expect(try program.pli("seal", "-r", key, "-o", "/dev/null", "in").status == 0)
        let shell = URL(filePath: "/bin/sh")
        let pli = Program.built("pli").path
        let piped = try program.run(
            shell, ["-c", "mkfifo pipe && { cat pipe > sealed & } && \(pli) seal -r \(key) -o pipe in && wait"])
        #expect(piped.status == 0, "\(piped.errors)")
        #expect(Array(try program.pli("open", "-i", "me.key", "sealed").output) == clear)
        let script = try #require(Program.installed("script"))
        let terminal = try program.run(script, ["-qec", "\(pli) seal -r \(key) -o /dev/tty in", "/dev/null"])
        #expect(terminal.status == 2)
        #expect(terminal.text.contains("refusing to write binary to a terminal"))
        try program.write("escape", "a\u{1b}[31mb")
        try program.pli("seal", "-r", key, "-o", "escape.age", "escape")
        let opened = try program.run(script, ["-qec", "\(pli) open -i me.key -o /dev/tty escape.age", "/dev/null"])
        #expect(opened.status == 2 && !opened.output.contains(0x1b), "\(opened.text)")
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
