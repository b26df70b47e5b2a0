import Foundation
import Testing

@Suite("pli seal and open: a person at the terminal, and keys that come through pipes")
struct SealingPromptTests {
    private static let pli = Program.built("pli").path

    /// Runs `pli` on a terminal of its own: for each prompt that comes, sends the keys that belong to it. Says how it
    /// ended, and whether the terminal shows what is typed again.
    private static let person = """
        import json, os, pty, signal, sys, termios
        steps = json.loads(os.environ["STEPS"])
        pid, terminal = pty.fork()
        if pid == 0:
            # Whoever started the tests may ignore signals or hold them back, and its children with it.
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
            os.execv(sys.argv[1], sys.argv[1:])
        seen = b""
        def read():
            global seen
            try:
                piece = os.read(terminal, 4096)
            except OSError:
                piece = b""
            seen += piece
            return piece
        for prompt, keys in steps:
            while prompt.encode() not in seen:
                if not read():
                    sys.exit("no prompt: " + seen.decode())
            seen = seen.split(prompt.encode(), 1)[1]
            if keys == "TERM":
                os.kill(pid, signal.SIGTERM)
            else:
                os.write(terminal, keys.encode())
        while read():
            pass
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        try:
            echo = bool(termios.tcgetattr(terminal)[3] & termios.ECHO)
        except termios.error:
            echo = None
        print(json.dumps({"status": status, "echo": echo, "said": seen.decode(errors="replace")}))
        """

    private struct Ending: Decodable {
        let status: Int32
        let echo: Bool?
        let said: String
    }

    private func ask(_ program: Program, _ arguments: [String], _ steps: [[String]]) throws -> Ending {
        let python = try #require(Program.installed("python3"))
        let outcome = try program.run(
            python, ["-c", Self.person, Self.pli] + arguments,
            environment: ["STEPS": String(decoding: JSONEncoder().encode(steps), as: UTF8.self)])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try JSONDecoder().decode(Ending.self, from: outcome.output)
    }

    @Test("A typed passphrase is not shown; the keys that erase work; it is asked for twice")
    func typed() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "bonjour\n")
        let sealed = try ask(
            program, ["seal", "-p", "-o", "sealed", "in"],
            [["Passphrase : ", "wrong\u{15}abé\u{7f}Xx\u{7f}\u{1a}c\r"], ["Once more : ", "abXc\r"]])
        #expect(sealed.status == 0, "\(sealed.said)")
        #expect(!sealed.said.contains("abX"))
        let opened = try program.pli("open", "sealed", environment: ["PLI_PASSPHRASE": "abXc"])
        #expect(opened.text == "bonjour\n", "\(opened.errors)")
        let typed = try ask(program, ["open", "sealed"], [["Passphrase : ", "abXc\n"]])
        #expect(typed.status == 0 && typed.said.contains("bonjour"))
        let differ = try ask(
            program, ["seal", "-p", "-o", "x", "in"], [["Passphrase : ", "a\r"], ["Once more : ", "b\r"]])
        #expect(differ.status == 2 && differ.said.contains("the two passphrases differ"))
    }

    @Test("Ctrl-C at the prompt cancels at once, and a signal leaves a terminal that shows what is typed")
    func cancelled() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "bonjour\n")
        let cancelled = try ask(program, ["seal", "-p", "-o", "x", "in"], [["Passphrase : ", "abc\u{3}"]])
        #expect(cancelled.status == 2 && cancelled.said.contains("cancelled"))
        let ended = try ask(program, ["seal", "-p", "-o", "x", "in"], [["Passphrase : ", "TERM"]])
        #expect(ended.status == -15)
        #expect(ended.echo != false)
        #expect(!program.exists("x"))
    }

    @Test("Keys come through pipes and standard input too, which is used once")
    func pipes() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "bonjour\n")
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let shell = URL(filePath: "/bin/bash")
        for command in [
            "\(Self.pli) seal -R - -o 1 in <<< \(key)", "\(Self.pli) seal -R <(echo \(key)) -o 2 in",
            "\(Self.pli) seal -i - -o 3 in < me.key", "\(Self.pli) seal -i <(cat me.key) -o 4 in",
        ] { #expect(try program.run(shell, ["-c", command]).status == 0, "\(command)") }
        for number in 1...4 {
            let command = "\(Self.pli) open -i \(number % 2 == 0 ? "<(cat me.key)" : "-") \(number) < me.key"
            #expect(try program.run(shell, ["-c", command]).text == "bonjour\n", "\(number)")
        }
        for arguments in [["open", "-i", "-"], ["seal", "-R", "-"], ["seal", "-R", "-", "-i", "-", "in"]] {
            let twice = try program.run(Program.built("pli"), arguments)
            #expect(twice.status == 2 && twice.errors.contains("can be used once only"), "\(twice.errors)")
        }
        try program.write("long", [UInt8](repeating: 0x23, count: 131_073))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: program.path("long"))
        for arguments in [["open", "-i", "long", "1"], ["seal", "-R", "long", "in"]] {
            let refused = try program.run(Program.built("pli"), arguments + ["-o", "x"])
            #expect(refused.status == 2 && refused.errors.contains("128 KiB at most"), "\(refused.errors)")
        }
    }

    @Test("Forty post-quantum keys are sealed to from one file")
    func fortyKeys() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "bonjour\n")
        let made = try program.run(
            URL(filePath: "/bin/sh"),
            ["-c", "for n in $(seq 40); do \(Self.pli) keygen -o $n.key || exit 1; done > keys"])
        try #require(made.status == 0, "\(made.errors)")
        #expect(try program.pli("seal", "-R", "keys", "-o", "sealed", "in").status == 0)
        #expect(try program.pli("open", "-i", "40.key", "sealed").text == "bonjour\n")
    }

    @Test("What cannot be meant is refused before any work, and nothing of a key is repeated")
    func refused() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "bonjour\n")
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        let secret = try #require(
            String(decoding: program.read("me.key"), as: UTF8.self).split(separator: "\n").last.map(String.init))
        let long = String(repeating: "n", count: 256)
        for arguments in [
            ["keygen", "-o", ""], ["keygen", "-o", "-"], ["keygen", "-o", "new/"], ["seal", "-r", key, "-o", "", "in"],
            ["seal", "-r", key, "-o", long, "in"], ["open", "-i", key, "in"], ["open", "-i", secret, "in"],
            ["open", "-i", ".", "in"], ["open", "-i", secret.prefix(45) + " " + secret.dropFirst(45), "in"],
            ["open", "-i", String(secret.dropFirst(19)), "in"],
        ] {
            let outcome = try program.run(Program.built("pli"), arguments)
            #expect(outcome.status == 2, "\(arguments.prefix(2)): \(outcome.errors)")
            #expect(!outcome.errors.contains(secret.suffix(24)))
        }
        let shell = URL(filePath: "/bin/bash")
        let full = try program.run(shell, ["-c", "\(Self.pli) keygen --signing lab -o lab.key > /dev/full"])
        #expect(full.status == 1 && full.errors.contains("could not be written to standard output"))
        let bytes = try program.run(shell, ["-c", "\(Self.pli) seal -r \(key) -o $'r\\xe9sultat.age' in"])
        #expect(bytes.status == 2 && bytes.errors.contains("not in UTF-8"), "\(bytes.errors)")
        let limited = try program.run(
            shell, ["-c", "ulimit -f 10; head -c 1000000 /dev/zero | \(Self.pli) seal -r \(key) -o large"])
        #expect(limited.status == 1 && limited.errors.contains("cannot write"), "\(limited.errors)")
        #expect(!program.exists("large"))
    }

    @Test("A passphrase in the environment is not there any more once it was read")
    func environment() throws {
        let program = try Program()
        defer { program.remove() }
        let held = try HeldProgram(
            program, Program.built("pli"), ["seal", "-p", "-o", "out"],
            environment: ["PLI_PASSPHRASE": "cheval correct pile agrafe"])
        try held.feed([UInt8](repeating: 7, count: 1 << 20))
        let environment = try Data(contentsOf: URL(filePath: "/proc/\(held.identifier)/environ"))
        #expect(!String(decoding: environment, as: UTF8.self).contains("cheval"))
        #expect(String(decoding: environment, as: UTF8.self).contains("PLI_PASSPHRASE="))
        _ = try held.end(with: SIGKILL)
    }
}
