import Age
import Foundation
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("pli seal and open: what they leave behind, on disk and in memory")
struct SealingOutputTests {
    private static let pli = Program.built("pli")
    private static let mebibyte = [UInt8](repeating: 7, count: 1 << 20)

    /// All names in the folder but those that the tests made.
    private func names(_ program: Program) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
            .filter { !$0.hasPrefix(".held-") && !$0.hasPrefix(".err-") && !$0.hasPrefix(".out-") }.sorted()
    }

    @Test("A signal in the middle leaves neither the file nor a part of it", arguments: [SIGTERM, SIGINT, SIGKILL])
    func signals(number: Int32) throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let held = try HeldProgram(program, Self.pli, ["seal", "-r", key, "-o", "out"])
        try held.feed(Self.mebibyte)
        #expect(try held.end(with: number).status == 128 + number)
        #expect(try names(program) == ["me.key"])
    }

    @Test(
        "Where a file must have a name from the beginning, a signal takes it away",
        .enabled(if: Program.canMount, "a test may not mount here"), arguments: [SIGTERM, SIGINT, SIGHUP])
    func signalsWithNames(number: Int32) throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let held = try holdingName(program, key)
        try held.feed(Self.mebibyte)
        let during = try names(program)
        #expect(during.count == 2 && during[0].hasPrefix(".pli-") && during[0].hasSuffix(".pli-tmp"), "\(during)")
        #expect(try held.end(with: number).status == 128 + number)
        #expect(try names(program) == ["me.key"])
    }

    @Test(
        "A file that was made meanwhile is not replaced",
        arguments: Program.canMount ? [false, true] : [false])
    func madeMeanwhile(hasName: Bool) throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let held =
            hasName
            ? try holdingName(program, key) : try HeldProgram(program, Self.pli, ["seal", "-r", key, "-o", "out"])
        try held.feed(Self.mebibyte)
        try program.write("out", "theirs")
        try held.endInput()
        let outcome = try held.outcome()
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("the output file exists already"))
        #expect(try program.read("out") == Array("theirs".utf8))
        #expect(try names(program) == ["me.key", "out"])
    }

    @Test("A crash tells nothing of memory, whatever the environment asks for", arguments: ["seal", "open"])
    func crash(command: String) throws {
        let program = try Program()
        defer { program.remove() }
        let (held, _) = try holdingKeys(program, command, environment: ["SWIFT_BACKTRACE": "enable=yes,color=no"])
        let limits = try String(contentsOfFile: "/proc/\(held.identifier)/limits", encoding: .utf8)
        let cores = limits.split(separator: "\n").first { $0.hasPrefix("Max core file size") }
        // One byte keeps dumps from files and from programs that collect them; a hard limit of none may stand already.
        let fields = cores.map { $0.split(separator: " ") } ?? []
        #expect(fields.contains("1") || fields.contains("0"))
        let outcome = try held.end(with: SIGSEGV)
        #expect(outcome.status == 128 + SIGSEGV)
        #expect(outcome.errors.isEmpty, "\(outcome.errors.prefix(200))")
    }

    @Test("The relay's program catches no crash either: nothing is printed of its memory")
    func relayCrash() throws {
        let house = try Installation()
        defer { house.stop() }
        try house.startRelay()
        let relay = try #require(house.relayIdentifier)
        let status = try String(contentsOfFile: "/proc/\(relay)/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") })
        let caught = try #require(UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16))
        for number in [SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP] {
            #expect(caught >> UInt64(number - 1) & 1 == 0, "\(number)")
        }
    }

    @Test(
        "The text of a key file is not in memory any more once it was read", arguments: ["seal", "open"],
        [false, true])
    func keyText(command: String, isClassic: Bool) throws {
        let program = try Program()
        defer { program.remove() }
        // Thirty keys: what is given back of a longer text is not overwritten by chance.
        let (held, secrets) = try holdingKeys(program, command, count: 30, isClassic: isClassic)
        // Not the beginning, which is the same in every key.
        let found = held.mappings(holding: secrets.map { String($0.suffix(40)) })
        // That looking finds what is there: the name of the key file is.
        let looked = held.mappings(holding: ["me.key"])
        _ = try held.end(with: SIGKILL)
        if let found, let looked {
            #expect(looked > 0)
            #expect(found == 0)
        }
    }

    /// A command that finds no way to name a nameless file later: the links to what it has open are hidden from it.
    private func holdingName(_ program: Program, _ key: String) throws -> HeldProgram {
        let script = "mount -t tmpfs none /proc/$$/fd && exec \(Self.pli.path) seal -r \(key) -o out"
        return try HeldProgram(program, URL(filePath: "/usr/bin/unshare"), ["-m", "/bin/sh", "-c", script])
    }

    /// A command in the middle of its work that read a key file, and the keys' texts.
    private func holdingKeys(
        _ program: Program, _ command: String, count: Int = 1, isClassic: Bool = false,
        environment: [String: String] = [:]
    ) throws -> (HeldProgram, [String]) {
        let identities = try (0..<count).map { _ in isClassic ? .generateClassic() : try AgeIdentity.generate() }
        try program.write("me.key", IdentityFile(identities: identities).text())
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.path("me.key"))
        try program.write("in", Self.mebibyte)
        try program.pli("seal", "-i", "me.key", "-o", "sealed", "in")
        let held = try HeldProgram(program, Self.pli, [command, "-i", "me.key", "-o", "out"], environment: environment)
        try held.feed(command == "open" ? program.read("sealed").dropLast(100) : Self.mebibyte)
        return (held, identities.map(\.text))
    }

    @Test("What comes through a pipe is counted on a terminal")
    func progress() throws {
        let script = try #require(Program.installed("script"))
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let command = "head -c 50000000 /dev/zero | \(Self.pli.path) seal -r \(key) -o out"
        let shown = try program.run(script, ["-qec", command, "/dev/null"])
        #expect(shown.status == 0)
        #expect(shown.text.contains("32 Mio/MiB scellement / sealing"))
        // Below that nobody waits long enough to look.
        let short = "head -c 1000000 /dev/zero | \(Self.pli.path) seal -r \(key) -o short"
        #expect(try !program.run(script, ["-qec", short, "/dev/null"]).text.contains("MiB"))
    }

    @Test("A terminal gets text in any language and nothing that could steer it")
    func terminalText() throws {
        let script = try #require(Program.installed("script"))
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let long = String(repeating: "a", count: 65_535) + "é€😀 fin\n"
        let cases: [(String, [UInt8], Bool)] = [
            ("accents", Array("café, naïve, Ÿ, 検査, 😀\r\n\tfin\n".utf8), true), ("long", Array(long.utf8), true),
            ("escape", Array("a\u{1b}[31mb".utf8), false), ("c1", Array("a\u{9b}31mb".utf8), false),
            ("nul", [97, 0], false), ("delete", [97, 127], false), ("latin", [0x63, 0x61, 0x66, 0xe9, 0x0a], false),
            ("c1 alone", [97, 0x9b, 0x33], false), ("cut", Array("caf\u{e9}".utf8).dropLast(), false),
            ("overlong", [0xc0, 0x9b], false), ("surrogate", [0xed, 0xa0, 0x80], false),
        ]
        for (name, bytes, isText) in cases {
            try program.write("in", bytes)
            try program.pli("seal", "-r", key, "-o", "\(name).age", "in")
            let command = "\(Self.pli.path) open -i me.key '\(name).age'"
            let shown = try program.run(script, ["-qec", command, "/dev/null"])
            #expect(shown.status == (isText ? 0 : 2), "\(name)")
            if isText {
                // The terminal writes line ends in its own way.
                let isSame = shown.output.filter { $0 != 13 }.starts(with: bytes.filter { $0 != 13 })
                #expect(isSame, "\(name)")
            } else {
                #expect(shown.text.contains("refusing to write binary to a terminal"), "\(name)")
                #expect(!shown.output.contains(0x1b) && !shown.output.contains(0x9b), "\(name)")
            }
        }
    }
}
