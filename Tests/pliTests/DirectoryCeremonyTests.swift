import Foundation
import Testing

/// The ceremony after the first version, by the real program.
@Suite("pli directory, from the second version on")
struct DirectoryCeremonyTests {
    private let program: Program
    private let pins: [String]

    /// Three roots, a registrar, a laboratory, an authority; version 1 signed by root-a and root-b.
    init() throws {
        program = try Program()
        for name in ["root-a", "root-b", "root-c", "root-d", "registrar", "lab-test", "lab-new", "cnam", "ars-11"] {
            let made = try program.pli("keygen", "--signing", name, "-o", "\(name).key")
            try program.write("\(name).pub", made.text)
        }
        let made = try program.pli(
            "directory", "init", "--root", "root-a.pub", "--root", "root-b.pub", "--root", "root-c.pub", "--threshold",
            "2", "--registrar", "registrar.pub", "--retention", "reports=10", "-o", "draft")
        try #require(made.status == 0, "\(made.errors)")
        pins = made.lines.compactMap { $0.split(separator: " ").last.map(String.init) }.flatMap { ["--root", $0] }
        for (id, role) in [("lab-test", "sender"), ("cnam", "authority")] {
            let added = try program.pli(
                "directory", "add", "draft", "--id", id, "--role", role, "--name", "Essai \(id)", "--key", "\(id).pub")
            try #require(added.status == 0, "\(added.errors)")
        }
        try sign("draft", by: ["root-a", "root-b"], as: "v1")
    }

    @discardableResult
    private func pli(_ arguments: String..., status: Int32 = 0) throws -> Program.Outcome {
        let outcome = try program.run(Program.built("pli"), ["directory"] + arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        return outcome
    }

    private func sign(_ draft: String, by holders: [String], after previous: String? = nil, as name: String) throws {
        var file = draft
        for (index, holder) in holders.enumerated() {
            let next = index == holders.count - 1 ? name : "\(name)-\(index)"
            let after = previous.map { ["--previous", $0] } ?? []
            let outcome = try program.run(
                Program.built("pli"), ["directory", "sign", file, "--key", "\(holder).key", "-o", next] + after)
            try #require(outcome.status == 0, "\(outcome.errors)")
            file = next
        }
    }

    private func verify(_ name: String, after previous: [String] = [], status: Int32 = 0) throws -> String {
        let outcome = try program.run(
            Program.built("pli"), ["directory", "verify", name] + pins + previous.flatMap { ["--previous", $0] })
        #expect(outcome.status == status, "\(outcome.errors)")
        return outcome.errors
    }

    /// Said in both languages, with a remedy in both.
    private func expectTwoLanguages(_ errors: String, _ comment: Comment) {
        for line in ["pli : ", "pli: ", "pli : conseil : ", "pli: hint: "] {
            #expect(errors.split(separator: "\n").contains { $0.hasPrefix(line) }, comment)
        }
    }

    @Test("A directory is renewed as it is: new version, new dates, nothing else")
    func renewal() throws {
        defer { program.remove() }
        try pli("propose", "v1", "--days", "120", "-o", "draft2")
        let changes = try pli("diff", "v1", "draft2").lines.compactMap { $0.split(separator: " ").first }
        #expect(Set(changes).isSubset(of: ["version", "issued", "expires"]) && changes.contains("version"))
        try sign("draft2", by: ["root-b", "root-c"], after: "v1", as: "v2")
        _ = try verify("v2", after: ["v1"])
        _ = try verify("v2")
        let before = try program.read("v1")
        for over in [["propose", "v1"], ["propose", "v1", "-o", "v1"], ["remove", "v1", "--id", "cnam", "-o", "v2"]] {
            let refused = try program.run(Program.built("pli"), ["directory"] + over)
            #expect(refused.status == 2 && refused.errors.contains("-o"), "\(over)")
        }
        #expect(try program.read("v1") == before, "a signed one is not replaced")
        try pli("propose", "v1", "--days", "401", "-o", "x", status: 2)
    }

    @Test("Who is removed stays as a tombstone, of the kind that was asked for, and comes back only by the rules")
    func removal() throws {
        defer { program.remove() }
        try pli("remove", "v1", "--id", "lab-test", "-o", "retired")
        #expect(try pli("show", "retired").text.contains(#/lab-test  sender  retired  20\d\d-/#))
        try pli("remove", "v1", "--id", "cnam", "--revoked", "-o", "revoked")
        #expect(try pli("show", "revoked").text.contains("cnam  authority  revoked"))
        try pli("remove", "v1", "--id", "lab-test", "--suspended", "-o", "suspended")
        try pli("add", "suspended", "--id", "lab-test", "--status", "active")
        #expect(try pli("show", "suspended").text.contains("lab-test  sender  active  Essai lab-test"))
        expectTwoLanguages(try pli("remove", "v1", "--id", "nobody", "-o", "x", status: 1).errors, "unknown")

        // A revoked key comes back with another key only, and nobody vanishes: readers refuse it, and so does signing.
        try sign("revoked", by: ["root-a", "root-b"], after: "v1", as: "v2")
        try pli("add", "v2", "--id", "cnam", "--status", "active", "-o", "revived")
        let refused = try pli(
            "sign", "revived", "--key", "root-a.key", "--previous", "v2", "-o", "x", status: 1)
        expectTwoLanguages(refused.errors, "revived")
        #expect(try pli("diff", "v2", "revived", status: 1).text.contains("status revoked -> active"))
        try sign("revived", by: ["root-a", "root-b"], as: "v3")
        expectTwoLanguages(try verify("v3", after: ["v1", "v2"], status: 1), "revived")
        let text = String(decoding: try program.read("draft"), as: UTF8.self)
        let start = try #require(text.range(of: #"{"id":"lab-test""#))
        let end = try #require(text.range(of: #"{"id":"cnam""#))
        try program.write("gone", String(text[..<start.lowerBound] + text[end.lowerBound...]))
        #expect(try pli("diff", "draft", "gone", status: 1).text.contains("participant  - lab-test"))
        let other = try program.pli("keygen", "--signing", "cnam", "-o", "cnam-2.key")
        try program.write("cnam-2.pub", other.text)
        try pli("add", "v2", "--id", "cnam", "--status", "active", "--key", "cnam-2.pub", "-o", "renewed")
        try sign("renewed", by: ["root-a", "root-b"], after: "v2", as: "v3b")
        _ = try verify("v3b", after: ["v1", "v2"])
    }

    @Test(
        "A role changes in no step of a draft, and whoever signs without the version before is told that nothing was compared"
    )
    func roles() throws {
        defer { program.remove() }
        try pli("add", "v1", "--id", "lab-test", "--name", "Autre nom", "-o", "draft2")
        for (file, further) in [("draft2", [String]()), ("v1", ["-o", "x"])] {
            let refused = try program.run(
                Program.built("pli"),
                ["directory", "add", file, "--id", "lab-test", "--role", "authority"] + further)
            #expect(refused.status == 2 && refused.errors.contains("nobody changes role"), "\(file): \(refused.errors)")
        }
        #expect(try pli("show", "draft2").text.contains("lab-test  sender"))
        let alone = try pli("sign", "draft2", "--key", "root-a.key", "-o", "half")
        #expect(alone.errors.contains("version 1 was not compared: --previous"), "\(alone.errors)")
        let compared = try pli("sign", "draft2", "--key", "root-a.key", "--previous", "v1", "-o", "half")
        #expect(!compared.errors.contains("not compared"), "\(compared.errors)")
        // Of a first version nobody has entries yet.
        let first = try pli("sign", "draft", "--key", "root-a.key", "-o", "first")
        #expect(!first.errors.contains("not compared"), "\(first.errors)")
        try pli("add", "draft", "--id", "lab-test", "--role", "auditor")
    }

    @Test("The registrar alone adds, renews and suspends senders, and its program refuses it everything else")
    func registrar() throws {
        defer { program.remove() }
        try pli(
            "add", "v1", "--by-registrar", "--id", "lab-new", "--role", "sender", "--name", "Nouveau", "--key",
            "lab-new.pub", "--quota-megabytes", "500", "-o", "draft2")
        try pli("remove", "draft2", "--id", "lab-test", "--suspended")
        try pli("sign", "draft2", "--key", "root-a.key", "-o", "x", status: 1)
        try sign("draft2", by: ["registrar"], after: "v1", as: "v2")
        _ = try verify("v2", after: ["v1"])
        expectTwoLanguages(try verify("v2", status: 1), "it does not stand by itself")
        #expect(try pli("diff", "v1", "v2").text.contains("lab-test  status active -> suspended"))

        // The next one stands on what the roots signed, too, with or without the one between.
        try pli("add", "v2", "--by-registrar", "--id", "lab-test", "--status", "active", "-o", "draft3")
        try sign("draft3", by: ["registrar"], after: "v2", as: "v3")
        _ = try verify("v3", after: ["v1", "v2"])
        _ = try verify("v3", after: ["v1"])

        for refused in [
            ["remove", "v2", "--id", "lab-test"], ["remove", "v2", "--id", "lab-test", "--revoked"],
            ["remove", "v2", "--id", "cnam", "--suspended"], ["add", "v2", "--examples"],
            ["add", "v2", "--id", "cnam", "--contact", "autre"],
            ["add", "v2", "--id", "ars-11", "--role", "authority", "--name", "ARS", "--key", "ars-11.pub"],
            ["propose", "v2", "--require-post-quantum"], ["propose", "v2", "--without-registrar"],
            ["propose", "v2", "--retention", "reports=20"], ["rotate-root", "v2", "--threshold", "1"],
        ] {
            let outcome = try program.run(
                Program.built("pli"), ["directory"] + refused + ["--by-registrar", "-o", "never"])
            #expect(outcome.status == 1, "\(refused): \(outcome.errors)")
            #expect(!program.exists("never"), "\(refused)")
        }
        // What only the roots sign, the registrar's signature does not make.
        try pli("propose", "v2", "-o", "plain")
        expectTwoLanguages(
            try pli("sign", "plain", "--key", "registrar.key", "-o", "x", status: 1).errors, "no holder")
        // The roots go on from the registrar's version, and replace it.
        try pli("propose", "v3", "--without-registrar", "-o", "draft4")
        try sign("draft4", by: ["root-a", "root-c"], after: "v3", as: "v4")
        _ = try verify("v4", after: ["v1", "v2", "v3"])
        _ = try verify("v4")
        try pli("add", "v4", "--by-registrar", "--id", "lab-test", "--status", "suspended", "-o", "x", status: 1)
    }

    @Test("Other roots are signed by enough of the old and enough of the new ones")
    func rotation() throws {
        defer { program.remove() }
        let made = try pli(
            "rotate-root", "v1", "--drop", "root-a", "--drop", "root-b", "--add", "root-d.pub", "-o", "next")
        #expect(made.lines.first?.hasPrefix("root-d ") == true)
        // The old holders who cease to be some need to show that they were.
        expectTwoLanguages(
            try pli("sign", "next", "--key", "root-a.key", "-o", "x", status: 1).errors, "no holder of the new")
        try sign("next", by: ["root-a", "root-b"], after: "v1", as: "old")
        _ = try verify("old", after: ["v1"], status: 1)
        try sign("next", by: ["root-c", "root-d"], after: "v1", as: "new")
        expectTwoLanguages(try verify("new", after: ["v1"], status: 1), "only the new ones")
        let last = try pli("sign", "new", "--key", "root-a.key", "--previous", "v1", "-o", "v2")
        #expect(last.errors.contains("2 holder(s) of 2 needed"))
        #expect(last.errors.contains("2 holder(s) of before, of 2 needed"))
        _ = try verify("v2", after: ["v1"])
        _ = try verify("v2", status: 1)
        try pli("rotate-root", "v1", "--drop", "root-x", "-o", "x", status: 1)
        try pli("rotate-root", "v1", "-o", "x", status: 2)
        try pli("rotate-root", "v1", "--threshold", "4", "-o", "x", status: 1)
    }

    @Test("Changes are told one a line, for people and for programs")
    func differences() throws {
        defer { program.remove() }
        try pli(
            "propose", "v1", "--require-post-quantum", "--retention", "reports=5", "--retention", "file=3", "-o",
            "draft2")
        try pli("add", "draft2", "--id", "cnam", "--contact", "astreinte 01 99 00 00 00")
        try pli("add", "draft2", "--examples")
        let text = try pli("diff", "v1", "draft2").text
        for line in [
            "post-quantum ~ false -> true", "retention    ~ reports  10 -> 5", "retention    + file  3",
            "participant  ~ cnam  contact", "route        + ",
        ] {
            #expect(text.contains(line), "\(line) in \(text)")
        }
        let values = try pli("diff", "v1", "draft2", "--json").lines
        #expect(values.contains(#"{"what":"post-quantum","from":"false","to":"true"}"#))
        #expect(try pli("diff", "v1", "v1").lines.isEmpty)
    }

    @Test("Each version is checked against the one before, and a break is named in both languages")
    func chain() throws {
        defer { program.remove() }
        try pli("propose", "v1", "-o", "draft2")
        try sign("draft2", by: ["root-a", "root-b"], as: "v2")
        try pli("add", "v1", "--id", "cnam", "--contact", "autre", "-o", "other2")
        try sign("other2", by: ["root-a", "root-b"], as: "fork")
        try pli("propose", "fork", "-o", "draft3")
        try sign("draft3", by: ["root-a", "root-b"], as: "v3")
        for (name, previous) in [
            ("fork", ["v1", "v2"]), ("v3", ["v1", "v2"]), ("v3", ["v1"]), ("v1", ["v2"]), ("v2", ["fork"]),
        ] {
            expectTwoLanguages(try verify(name, after: previous, status: 1), "\(name) after \(previous)")
        }
        expectTwoLanguages(
            try pli("sign", "draft3", "--key", "root-a.key", "--previous", "v2", "-o", "x", status: 1).errors, "chain")
        let outcome = try program.pli("directory", "verify", "v1", "--root", "00", "--threshold", "1")
        #expect(outcome.status == 2)
        expectTwoLanguages(outcome.errors, "pins")
    }
}

@Suite("Key files sealed with a passphrase")
struct SealedKeyFileTests {
    @Test("A daemon given one says in both languages what to do, and what it says works")
    func daemon() throws {
        let installation = try Installation()
        defer { installation.stop() }
        let program = installation.program
        try installation.startRelay()
        let secret = ["PLI_PASSPHRASE": "synthetic words for a test"]
        #expect(try program.pli("keygen", "-p", "-o", "kept.key", environment: secret).status == 0)
        for (config, command) in [("authority.yaml", "inbox"), ("lab.yaml", "outbox")] {
            let name = config.split(separator: ".")[0]
            let text = String(decoding: try program.read(config), as: UTF8.self)
            try program.write("sealed.yaml", text.replacing("\(name).sealing", with: "kept.key"))
            let outcome = try program.pli(command, "--config", "sealed.yaml")
            #expect(outcome.status == 2, "\(outcome.errors)")
            #expect(outcome.errors.contains("pli : le fichier de clé kept.key est scellé par une phrase de passe"))
            #expect(outcome.errors.contains("pli: key file kept.key is sealed with a passphrase"))
        }
        #expect(try program.pli("open", "-o", "clear.key", "kept.key", environment: secret).status == 0)
        let text = String(decoding: try program.read("authority.yaml"), as: UTF8.self)
        try program.write("clear.yaml", text.replacing("authority.sealing", with: "clear.key"))
        #expect(try program.pli("inbox", "--config", "clear.yaml", "--publish-keys").status == 0)
    }
}
