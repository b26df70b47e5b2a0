import Foundation
import Testing

/// What scripts go by: a place that is wrong is a matter of usage, whichever command is told of it.
@Suite("Like mistakes, like exit codes", .serialized)
struct LikeMistakesTests {
    /// `pli`, told of something that is not there.
    private func expectUsage(_ program: Program, _ arguments: [String], _ word: String) throws {
        let outcome = try program.run(Program.built("pli"), arguments)
        #expect(outcome.status == 2, "\(arguments): \(outcome.status) \(outcome.errors)")
        #expect(outcome.errors.contains(word), "\(arguments): \(outcome.errors)")
        #expect(!outcome.errors.contains("pli-tmp"), "\(arguments): \(outcome.errors)")
    }

    @Test("An output in a folder that is not there, and a log that is none, are matters of usage")
    func places() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "1", "-o", "one.hl7")
        try program.write("table.csv", "no;such;columns\n")
        try house.startRelay()
        let said = String(decoding: try program.read("relay.log"), as: UTF8.self)
        try program.write("log.key", String(try #require(said.firstMatch(of: #/log's key: (\S+)/#)).1))
        house.stopRelay()
        let log = "relay-data/log"
        let sign = ["directory", "sign", "half", "--key", "root-b.signing"]
        for (arguments, word) in [
            (["convert", "--to", "csv", "one.hl7", "-o", "none/x"], "cannot be created"),
            (sign + ["-o", "none/x"], "cannot be created"),
            (["directory", "add", "draft", "--examples", "-o", "none/x"], "cannot be created"),
            (["log", "verify", log, "--key", "log.key", "--state", "none/x"], "cannot be created"),
            (["log", "verify", "none", "--key", "log.key"], "neither a folder nor an address"),
            (["log", "entries", "one.hl7", "--key", "log.key"], "neither a folder nor an address"),
            (["check", "one.hl7", "--codes", "table.csv"], "code table, line 1"),
            (["parcel", "seal", "none", "--to", "authority", "--config", "lab.yaml", "-o", "x"], "it does not exist"),
            (["send", "none", "--to", "authority", "--config", "lab.yaml"], "it does not exist"),
        ] {
            try expectUsage(program, arguments, word)
        }
    }

    @Test("A parcel's folder or body that is not there, and its files in each other's place, are matters of usage")
    func parcelPlaces() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "200", "-o", "one.hl7")
        try house.startRelay()
        try house.enrolAuthority()
        #expect(try program.pli("send", "one.hl7", "--config", "lab.yaml").status == 0)
        let seal = ["parcel", "seal", "one.hl7", "--to", "authority", "--config", "lab.yaml", "-o"]
        try expectUsage(program, seal + ["none/day"], "cannot be created")
        let made = try program.run(Program.built("pli"), seal + ["day"])
        try #require(made.status == 0, "\(made.errors)")
        let open = ["parcel", "open", "--config", "authority.yaml", "-o", "opened"]
        try expectUsage(program, open + ["day.age", "day.note"], "day.age is too large for what is expected here")
        try expectUsage(program, open + ["day.note", "none.age"], "the body cannot be read")
        #expect(!program.exists("opened"))
    }

    @Test("Whom nothing can be sealed to is told by role, keys or none, and what the relay says is said once")
    func otherRole() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "1", "-o", "one.hl7")
        try house.startRelay()
        // The laboratory's first sending publishes its keys; the authority never did.
        try program.pli("send", "one.hl7", "--config", "lab.yaml")
        for (recipient, word) in [
            ("relay", "does not list relay as an authority"),
            ("authority", "the relay refuses: there is no such thing for this participant\n"),
        ] {
            let outcome = try program.pli(
                "parcel", "seal", "one.hl7", "--to", recipient, "--config", "lab.yaml", "-o", "day")
            #expect(outcome.status == 1 && outcome.errors.contains(word), "\(outcome.errors)")
        }
    }

    @Test("A file that cannot be read is told as that where neither a directory nor the relay is there")
    func withoutDirectory() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let text = String(decoding: try program.read("lab.yaml"), as: UTF8.self)
        try program.write(
            "bare.yaml",
            text.replacingOccurrences(of: "  file: directory.note\n", with: "")
                .replacingOccurrences(of: "lab-data", with: "bare-data"))
        // The relay's authority is there, the relay is not.
        try house.startRelay()
        house.stopRelay()
        try program.pli("synth", "--reports", "1", "-o", "one.hl7")
        try program.write("empty.hl7", "")
        let missing = try program.pli("send", "none.hl7", "--config", "bare.yaml")
        #expect(missing.status == 2 && missing.errors.contains("it does not exist"), "\(missing.errors)")
        #expect(!missing.errors.contains("alone has the directory"), "\(missing.errors)")
        let empty = try program.pli("send", "empty.hl7", "--config", "bare.yaml")
        #expect(empty.status == 1 && empty.errors.contains("the file is empty"), "\(empty.errors)")
        // With a file that only waits for the directory the relay is what counts, and the other is told all the same.
        let both = try program.pli("send", "none.hl7", "one.hl7", "--config", "bare.yaml")
        #expect(both.status == 3 && both.errors.contains("it does not exist"), "\(both.errors)")
        #expect(both.errors.contains("alone has the directory"), "\(both.errors)")
    }

    @Test("A sealing key's file that is not there is told alike by every command on keys")
    func keyFiles() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let text = String(decoding: try program.read("lab.yaml"), as: UTF8.self)
        try program.write("bare.yaml", text.replacingOccurrences(of: "[lab.sealing]", with: "[none]"))
        for command in ["list", "rotate", "destroy"] {
            try expectUsage(program, ["key", command, "--config", "bare.yaml"], "key file none does not exist")
        }
    }

    @Test("A recipient that nothing was ever made for is refused by resend as by numbers")
    func recipient() throws {
        let house = try Installation()
        defer { house.stop() }
        for command in [["resend"], ["numbers", "1"]] {
            let outcome = try house.program.run(
                Program.built("pli"), ["outbox"] + command + ["--to", "autority", "--config", "lab.yaml"])
            #expect(outcome.status == 1, "\(command): \(outcome.errors)")
            #expect(outcome.errors.contains("nothing was ever made for that recipient"), "\(outcome.errors)")
        }
    }
}
