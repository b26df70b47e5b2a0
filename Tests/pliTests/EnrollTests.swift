import Foundation
import StrictJSON
import Testing

/// A new participant on its own machine: one command, and what others need of it.
@Suite("pli enroll", .serialized)
struct EnrollTests {
    private func enroll(
        _ house: Installation, _ id: String, as end: String, _ more: [String] = [], in folder: String
    ) throws -> Program.Outcome {
        try house.program.run(
            Program.built("pli"),
            ["enroll", id, "--as", end, "--relay", house.origin, "--json", "-o", folder]
                + house.pins.flatMap { ["--root", $0] } + more)
    }

    private func ok(_ outcome: Program.Outcome) throws {
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    /// The next version of the directory with both newcomers in it, in the place that the relay reads.
    private func renewDirectory(_ program: Program) throws {
        try ok(program.pli("directory", "propose", "directory.note", "-o", "draft2"))
        try ok(
            program.pli(
                "directory", "add", "draft2", "--id", "lab-neuf", "--role", "sender", "--name", "Laboratoire Neuf",
                "--key", "neuf/lab-neuf.pub", "--finess", "750999906"))
        try ok(
            program.pli(
                "directory", "add", "draft2", "--id", "ars-11", "--role", "authority", "--name", "Agence",
                "--key", "agence/ars-11.pub"))
        let routes = Installation.everything.replacing("\"to\":\"authority\"", with: "\"to\":\"ars-11\"")
        try program.write("routes2.json", routes)
        try ok(program.pli("directory", "add", "draft2", "--routes", "routes2.json"))
        try ok(
            program.pli(
                "directory", "sign", "draft2", "--key", "root-a.signing", "--previous", "directory.note", "-o", "half2")
        )
        try ok(
            program.pli(
                "directory", "sign", "half2", "--key", "root-b.signing", "--previous", "directory.note", "-o", "two"))
        try program.write("directory.note", try program.read("two"))
    }

    @Test("A laboratory and an authority that one command each prepared send and receive, once the directory has them")
    func wholeFlow() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        let lab = try enroll(
            house, "lab-neuf", as: "sender", ["--directory", "directory.note", "--ca", "tls/ca.pem"], in: "neuf")
        try ok(lab)
        // The command works from where this one was given.
        #expect(lab.errors.contains("then: pli doctor --config \(program.path("neuf/outbox.yaml")),"), "\(lab.errors)")
        let told = try JSON(parsing: lab.output.dropLast())
        #expect(told["entry"]?.string == "missing" && told["participant"]?.string == "lab-neuf")
        // Without the directory, too: its daemon has it from the relay then.
        try ok(try enroll(house, "ars-11", as: "authority", ["--ca", "tls/ca.pem"], in: "agence"))
        try renewDirectory(program)
        house.stopRelay()
        try house.startRelay()
        try ok(program.pli("inbox", "--config", "agence/inbox.yaml", "--publish-keys"))
        try program.pli("synth", "--reports", "5", "--seed", "1", "-o", "1.hl7")
        let sent = try program.pli("send", "1.hl7", "--config", "neuf/outbox.yaml")
        #expect(sent.status == 0, "\(sent.errors)")
        try ok(program.pli("inbox", "--config", "agence/inbox.yaml", "--once"))
        let rows = try FileManager.default.contentsOfDirectory(atPath: program.path("agence/out"))
        #expect(rows.count { $0.hasSuffix(".ndjson") } == 1)
        let doctor = try program.pli("doctor", "--config", "neuf/outbox.yaml")
        #expect(doctor.status == 0, "\(doctor.text)")
    }

    @Test("Before it ever saw a directory, a laboratory whose relay is away is told that, with exit code 3")
    func relayAway() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try ok(try enroll(house, "lab-neuf", as: "sender", in: "neuf"))
        try program.pli("synth", "--reports", "2", "--seed", "1", "-o", "1.hl7")
        for more in [[], ["--json"], ["--to", "authority"]] {
            let sent = try program.run(
                Program.built("pli"), ["send", "1.hl7", "--config", "neuf/outbox.yaml"] + more)
            #expect(sent.status == 3, "\(more): \(sent.errors)")
            #expect(sent.errors.contains("pli: the relay cannot be reached, and it alone has the directory"))
            #expect(sent.errors.contains("pli : le relais est injoignable, et lui seul a l'annuaire"))
        }
        let doctor = try program.pli("doctor", "--config", "neuf/outbox.yaml")
        #expect(doctor.status == 3, "\(doctor.text)")
        // A file that cannot be read is that, also then.
        let missing = try program.pli("send", "none.hl7", "--config", "lab.yaml")
        #expect(missing.status == 2, "\(missing.errors)")
    }

    @Test("Keys lie in a folder and files of their own, readable by nobody else, and the public part is the key's")
    func modes() throws {
        let house = try Installation()
        defer { house.stop() }
        let made = try enroll(house, "lab-neuf", as: "sender", in: "neuf")
        try ok(made)
        for (name, mode) in [
            ("neuf", 0o700), ("neuf/signing.key", 0o600), ("neuf/sealing.key", 0o600), ("neuf/data", 0o700),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: house.program.path(name))
            #expect(attributes[.posixPermissions] as? Int == mode, "\(name)")
        }
        #expect(!made.errors.contains("KEY") && !made.text.contains("KEY"))
        let told = try JSON(parsing: made.output.dropLast())
        try ok(house.program.pli("directory", "propose", "directory.note", "-o", "draft2"))
        try ok(
            house.program.pli(
                "directory", "add", "draft2", "--id", "lab-neuf", "--role", "sender", "--name", "N", "--key",
                "neuf/lab-neuf.pub"))
        let shown = try house.program.pli("directory", "show", "draft2").text
        #expect(shown.contains(try #require(told["fingerprint"]?.string)))
    }

    @Test("An installation is enrolled once: its keys are never written over; one that was cut short is gone on with")
    func again() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try ok(try enroll(house, "lab-neuf", as: "sender", in: "neuf"))
        let key = try program.read("neuf/signing.key")
        // The same command says again what it made: a crash may have kept it from being read.
        let same = try enroll(house, "lab-neuf", as: "sender", in: "neuf")
        #expect(same.status == 0 && same.errors.contains("continue avec la clé qui est là"), "\(same.errors)")
        #expect(try program.read("neuf/signing.key") == key)
        let again = try enroll(house, "lab-neuf", as: "sender", ["--threshold", "1"], in: "neuf")
        #expect(again.status == 2 && again.errors.contains("est déjà une installation"), "\(again.errors)")
        // As after a crash at any of its steps.
        for rest in [["outbox.yaml"], ["outbox.yaml", "lab-neuf.pub"], ["outbox.yaml", "sealing.key"]] {
            for name in rest { try FileManager.default.removeItem(atPath: program.path("neuf/\(name)")) }
            try program.write("neuf/.1-1.pli-tmp", "half")
            try ok(try enroll(house, "lab-neuf", as: "sender", in: "neuf"))
            #expect(try program.read("neuf/signing.key") == key)
            #expect(!program.exists("neuf/.1-1.pli-tmp"))
        }
        try FileManager.default.removeItem(atPath: program.path("neuf/outbox.yaml"))
        let other = try enroll(house, "lab-autre", as: "sender", in: "neuf")
        #expect(other.status != 0 && !program.exists("neuf/outbox.yaml"), "\(other.errors)")
        #expect(try program.read("neuf/signing.key") == key)
        try program.write("plein", "x")
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "autre"), withIntermediateDirectories: true)
        try program.write("autre/day.hl7", "x")
        for folder in ["plein", "autre"] {
            #expect(try enroll(house, "lab-neuf", as: "sender", in: folder).status == 2)
        }
    }

    @Test("What cannot serve is told before anything is made: a directory that the pinned roots did not sign among it")
    func refused() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        let stranger = String(repeating: "ab", count: 32)
        for (arguments, status) in [
            (["--root", stranger, "--root", String(repeating: "cd", count: 32), "--directory", "directory.note"], 1),
            (["--root", stranger], 2), (["--root", "abc", "--threshold", "1"], 2),
            (["--root", stranger, "--threshold", "1", "--log-key", "x"], 2),
            (["--root", stranger, "--threshold", "1", "--ca", "directory.note"], 2),
            (["--root", stranger, "--threshold", "1", "--as", "relay"], 2),
            (["--root", stranger, "--threshold", "1", "--relay", "http://127.0.0.1"], 2),
            (["--root", stranger, "--threshold", "1", "--directory", "absent"], 2),
        ] {
            let defaults = [("--as", "sender"), ("--relay", "https://localhost:8443")]
                .filter { !arguments.contains($0.0) }.flatMap { [$0.0, $0.1] }
            let made = try program.run(
                Program.built("pli"), ["enroll", "lab-neuf", "-o", "neuf"] + arguments + defaults)
            #expect(made.status == Int32(status), "\(arguments): \(made.errors)")
            #expect(!program.exists("neuf"), "\(arguments)")
        }
    }

    @Test("An entry with another key, or another role, is told with what to have changed")
    func otherKey() throws {
        let house = try Installation()
        defer { house.stop() }
        for end in ["sender", "authority"] {
            let made = try enroll(house, "lab", as: end, ["--directory", "directory.note"], in: "new-\(end)")
            #expect(made.status == 0 && made.errors.contains("une autre clé ou un autre rôle"), "\(made.errors)")
            #expect(try JSON(parsing: made.output.dropLast())["entry"]?.string == "other")
        }
    }

    @Test("What a path or an address holds stands in the configuration as it is")
    func quoting() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        let odd = #"it's "é": #\ [x]"#
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: odd), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: program.path("tls/ca.pem"), toPath: program.path("\(odd)/ca.pem"))
        let made = try program.run(
            Program.built("pli"),
            ["enroll", "lab-neuf", "--as", "sender", "--relay", house.origin, "--ca", "\(odd)/ca.pem", "-o", "neuf"]
                + house.pins.flatMap { ["--root", $0] } + ["--directory", "directory.note"])
        try ok(made)
        let token = try program.pli("token", "--config", "neuf/outbox.yaml")
        #expect(token.status == 0 && !token.text.isEmpty, "\(token.errors)")
        let doctor = try program.pli("doctor", "--config", "neuf/outbox.yaml")
        #expect(!doctor.text.contains("ca.pem"), "\(doctor.text)")
    }
}
