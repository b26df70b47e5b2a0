import Foundation
import Testing

@Suite("pli directory")
struct DirectoryCommandTests {
    /// Three roots, two of which must sign, and one laboratory.
    static func ceremony(_ program: Program) throws -> [String] {
        var fingerprints: [String] = []
        for holder in ["root-a", "root-b", "root-c"] {
            let made = try program.pli("keygen", "--signing", holder, "-o", "\(holder).key")
            try program.write("\(holder).pub", made.text)
        }
        let made = try program.pli(
            "directory", "init", "--root", "root-a.pub", "--root", "root-b.pub", "--root", "root-c.pub",
            "--threshold", "2", "-o", "draft")
        #expect(made.status == 0, "\(made.errors)")
        fingerprints = made.lines.compactMap { $0.split(separator: " ").last.map(String.init) }
        let key = try program.pli("keygen", "--signing", "lab-test", "-o", "lab.key")
        try program.write("lab.pub", key.text)
        let added = try program.pli(
            "directory", "add", "draft", "--id", "lab-test", "--role", "sender", "--name", "Laboratoire d'essai",
            "--key", "lab.pub", "--finess", "750712184")
        #expect(added.status == 0, "\(added.errors)")
        return fingerprints
    }

    @Test("Two of three holders make a directory valid; one does not")
    func thresholdHolds() throws {
        let program = try Program()
        defer { program.remove() }
        let pins = try Self.ceremony(program).flatMap { ["--root", $0] }
        #expect(pins.count == 6)
        #expect(try program.pli("directory", "sign", "draft", "--key", "root-a.key", "-o", "one").status == 0)
        let pli = Program.built("pli")
        #expect(try program.run(pli, ["directory", "verify", "one"] + pins).status == 1)
        #expect(try program.pli("directory", "sign", "one", "--key", "root-a.key", "-o", "same").status != 3)
        if program.exists("same") {
            #expect(
                try program.run(pli, ["directory", "verify", "same"] + pins).status == 1, "one holder counted twice")
        }
        #expect(try program.pli("directory", "sign", "one", "--key", "root-c.key", "-o", "two").status == 0)
        let verified = try program.run(pli, ["directory", "verify", "two"] + pins)
        #expect(verified.status == 0, "\(verified.errors)")
    }

    @Test("A directory can come through standard input; what was typed and cannot be is a matter of usage")
    func standardInputAndUsage() throws {
        let program = try Program()
        defer { program.remove() }
        let pins = try Self.ceremony(program).flatMap { ["--root", $0] }
        for (holder, from, to) in [("root-a", "draft", "one"), ("root-b", "one", "two")] {
            #expect(try program.pli("directory", "sign", from, "--key", "\(holder).key", "-o", to).status == 0)
        }
        let note = try program.read("two")
        let shown = try program.pli("directory", "show", "-", input: note)
        #expect(shown.status == 0)
        #expect(try program.pli("directory", "show", "two").text == shown.text)
        let verify = ["directory", "verify", "-"] + pins
        #expect(try program.run(Program.built("pli"), verify, input: note).status == 0)
        #expect(try program.run(Program.built("pli"), verify, input: []).status == 1)
        for wrong in [["--id", "Lab_X"], ["--id", "lab-x", "--finess", "12"], ["--id", "lab-x", "--role", "lab"]] {
            let arguments =
                ["directory", "add", "draft", "--name", "X", "--key", "lab.pub", "--role", "sender"] + wrong
            #expect(try program.run(Program.built("pli"), arguments).status == 2, "\(wrong)")
        }
        #expect(try program.pli("directory", "add", "draft", "--id", "lab-test", "--finess", "12").status == 2)
    }

    @Test("A draft and a signed directory go to standard output as -, alone, and never into a file of that name")
    func standardOutput() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try Self.ceremony(program)
        let made = try program.pli(
            "directory", "init", "--root", "root-a.pub", "--root", "root-b.pub", "-o", "-")
        #expect(made.status == 0 && made.lines.count == 1 && made.errors.contains("root-a"), "\(made.errors)")
        let again = try program.pli("directory", "propose", "-", "-o", "-", input: Array(made.output))
        #expect(again.status == 0 && again.output == made.output, "\(again.errors)")
        try program.write("new.pub", try program.pli("keygen", "--signing", "root-d", "-o", "root-d.key").text)
        let rotated = try program.pli(
            "directory", "rotate-root", "draft", "--drop", "root-c", "--add", "new.pub", "-o", "-")
        #expect(rotated.status == 0 && rotated.lines.count == 1, "\(rotated.errors)")
        #expect(rotated.errors.contains("root-d "))
        // A draft that came through standard input has no place of its own.
        let added = try program.pli("directory", "add", "-", "--examples", input: try program.read("draft"))
        #expect(added.status == 0 && added.lines.count == 1, "\(added.errors)")
        let half = try program.pli(
            "directory", "sign", "-", "--key", "root-a.key", "-o", "-", input: Array(added.output))
        #expect(half.status == 0, "\(half.errors)")
        let whole = try program.pli(
            "directory", "sign", "-", "--key", "root-b.key", "-o", "-", input: Array(half.output))
        #expect(try program.pli("directory", "show", "-", input: Array(whole.output)).status == 0, "\(whole.errors)")
        #expect(!program.exists("-"))
    }

    @Test("A participant of a signed directory keeps its role; in a draft that nobody signed it can be set right")
    func role() throws {
        let program = try Program()
        defer { program.remove() }
        _ = try Self.ceremony(program)
        let change = ["--id", "lab-test", "--role", "authority", "-o", "next"]
        #expect(try program.run(Program.built("pli"), ["directory", "add", "draft"] + change).status == 0)
        try program.pli("directory", "sign", "draft", "--key", "root-a.key", "-o", "one")
        try program.pli("directory", "sign", "one", "--key", "root-b.key", "-o", "two")
        let refused = try program.run(
            Program.built("pli"), ["directory", "add", "two"] + change.dropLast() + ["other"])
        #expect(refused.status == 2 && !program.exists("other"), "\(refused.errors)")
        #expect(refused.errors.contains("pli : lab-test est sender : nul ne change de rôle"))
        #expect(refused.errors.contains("pli: lab-test is sender: nobody changes role"))
        let same = try program.pli("directory", "add", "two", "--id", "lab-test", "--role", "sender", "-o", "same")
        #expect(same.status == 0, "\(same.errors)")
    }

    @Test("A draft, fingerprints of others and routes that are no JSON are each told as what they are")
    func mistakes() throws {
        let program = try Program()
        defer { program.remove() }
        let pins = try Self.ceremony(program).flatMap { ["--root", $0] }
        let pli = Program.built("pli")
        let draft = try program.run(pli, ["directory", "verify", "draft"] + pins)
        #expect(
            draft.status == 1 && draft.errors.contains("pli: draft is a draft that nobody has signed"),
            "\(draft.errors)")
        try program.pli("directory", "sign", "draft", "--key", "root-a.key", "-o", "one")
        try program.pli("directory", "sign", "one", "--key", "root-b.key", "-o", "two")
        let others = pins.map { $0.hasPrefix("--") ? $0 : String($0.reversed()) }
        let other = try program.run(pli, ["directory", "verify", "two"] + others)
        #expect(other.status == 1 && other.errors.contains("compare the fingerprints given"), "\(other.errors)")
        try program.write("routes.json", "{\"routes\": [],\n \"profiles\": [}\n")
        let routes = try program.pli("directory", "add", "draft", "--routes", "routes.json")
        #expect(
            routes.status == 2 && routes.errors.contains("pli: routes.json is not JSON: see line 2"), "\(routes.errors)"
        )
        let sealing = try program.pli("keygen", "-o", "sealing.key")
        #expect(sealing.status == 0)
        let signed = try program.pli("directory", "sign", "draft", "--key", "sealing.key", "-o", "three")
        #expect(signed.status == 2 && signed.errors.contains("this is a sealing key"), "\(signed.errors)")
        #expect(signed.errors.contains("c'est une clé de scellement") && !signed.errors.contains("make a new key"))
    }

    @Test("A key that is no root's cannot sign, and a changed byte is refused")
    func strangersAndChanges() throws {
        let program = try Program()
        defer { program.remove() }
        let pins = try Self.ceremony(program).flatMap { ["--root", $0] }
        #expect(try program.pli("directory", "sign", "draft", "--key", "lab.key", "-o", "bad").status == 1)
        try program.pli("directory", "sign", "draft", "--key", "root-a.key", "-o", "one")
        try program.pli("directory", "sign", "one", "--key", "root-b.key", "-o", "two")
        var bytes = try program.read("two")
        let at = try #require(bytes.firstRange(of: Array("lab-test".utf8)))
        bytes[at.lowerBound] = UInt8(ascii: "c")
        try program.write("changed", bytes)
        #expect(try program.run(Program.built("pli"), ["directory", "verify", "changed"] + pins).status == 1)
    }

    @Test("A signed directory's next version carries the hash of the one before")
    func nextVersion() throws {
        let program = try Program()
        defer { program.remove() }
        let pins = try Self.ceremony(program).flatMap { ["--root", $0] }
        try program.pli("directory", "sign", "draft", "--key", "root-a.key", "-o", "one")
        try program.pli("directory", "sign", "one", "--key", "root-b.key", "-o", "v1")
        let added = try program.pli("directory", "add", "v1", "--examples", "-o", "draft2")
        #expect(added.status == 0, "\(added.errors)")
        let before = try program.read("v1")
        let over = try program.pli("directory", "sign", "draft2", "--key", "root-b.key", "-o", "v1")
        #expect(over.status == 2 && over.errors.contains("existe déjà") && over.errors.contains("is not this version"))
        #expect(try program.read("v1") == before, "a signed version is kept")
        try program.pli("directory", "sign", "draft2", "--key", "root-b.key", "-o", "half")
        try program.pli("directory", "sign", "half", "--key", "root-c.key", "-o", "v2")
        let pli = Program.built("pli")
        let verified = try program.run(pli, ["directory", "verify", "v2", "--previous", "v1"] + pins)
        #expect(verified.status == 0, "\(verified.errors)")
        #expect(try program.run(pli, ["directory", "verify", "v1", "--previous", "v2"] + pins).status == 1)
        #expect(try program.pli("directory", "show", "v2").text.contains("lab-test"))
    }
}
