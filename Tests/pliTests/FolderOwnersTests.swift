import Durable
import Testing

@testable import pli

/// What doctor says of a data folder in which somebody else left files.
@Suite("Whose the things in a data folder are")
struct FolderOwnersTests {
    private typealias Facts = FolderOwners.Facts

    /// What is looked at of a folder `data` of user 998, in which these things lie.
    private func trouble(
        _ things: [String: Facts], names: [String: [String]] = [:], user: UInt32 = 998, looking: [String]? = nil,
        inside: Bool = true
    ) -> FolderState.Trouble? {
        var owners = FolderOwners(
            user: user, facts: { (path) throws(DurableFailure) in things[String(path.dropFirst("data/".count))] },
            names: { (folder) throws(DurableFailure) in names[String(folder.dropFirst("data/".count))] ?? [] })
        for name in looking ?? things.keys.filter({ !$0.contains("/") }).sorted() {
            owners.look(at: name, in: "data", inside: inside)
        }
        return owners.trouble("le dossier de données", "the data folder")
    }

    private func file(_ owner: UInt32 = 998, _ mode: UInt32 = 0o600) -> Facts {
        Facts(owner: owner, mode: mode, isFolder: false)
    }

    private func folder(_ owner: UInt32 = 998, _ mode: UInt32 = 0o700) -> Facts {
        Facts(owner: owner, mode: mode, isFolder: true)
    }

    @Test("A folder in which all is its user's own has nothing said of it")
    func well() {
        let found = trouble(
            ["journal": folder(), "journal/1.seg": file(), "outbox.sqlite": file(998, 0o644)],
            names: ["journal": ["1.seg"]])
        #expect(found == nil)
        #expect(trouble(["lock": file(0, 0o600)], user: 0) == nil, "root is kept from nothing")
    }

    @Test("What a run as root left is a fault, in one line, with the place and the user to give it back to")
    func foreign() throws {
        let found = try #require(
            trouble(
                [
                    "journal": folder(), "journal/1.seg": file(0), "journal/2.seg": file(0), "outbox.sqlite": file(),
                    "outbox.sqlite-wal": file(0), "spool": folder(0),
                ], names: ["journal": ["1.seg", "2.seg"]]))
        #expect(found.verdict == .fault)
        #expect(
            found.said.english
                == "user 0's, and not 998's, whose the data folder is: journal/… (2), outbox.sqlite-wal, spool/")
        #expect(found.said.french.contains("l'utilisateur 0") && found.said.french.contains("998"))
        for remedy in [found.remedy.english, found.remedy.french] {
            #expect(remedy.contains("chown -R 998"), "\(remedy)")
        }
    }

    @Test("What a run as root left in a folder of a folder is named, too, and nothing below that")
    func deeper() throws {
        let things = [
            "trust": folder(), "trust/keys": folder(), "trust/log": folder(), "trust/log/before": folder(),
            "trust/keys/cnam.note": file(0), "trust/log/checkpoint": file(0), "trust/log/before/key": file(0),
        ]
        let names = [
            "trust": ["keys", "log"], "trust/keys": ["cnam.note"], "trust/log": ["before", "checkpoint"],
            "trust/log/before": ["key"],
        ]
        let found = try #require(trouble(things, names: names))
        #expect(found.verdict == .fault)
        #expect(found.said.english.hasSuffix(": trust/keys/…, trust/log/…"), "\(found.said.english)")
    }

    @Test("What is another's and may be read and written all the same is a warning")
    func usable() {
        #expect(trouble(["outbox.sqlite": file(1_000, 0o666)])?.verdict == .warning)
        #expect(trouble(["spool": folder(1_000, 0o777)])?.verdict == .warning)
        #expect(trouble(["spool": folder(1_000, 0o775)])?.verdict == .fault)
    }

    @Test("What its own user may not read and write is a fault, too, with another remedy")
    func shut() throws {
        let found = try #require(trouble(["journal": folder(998, 0o500), "lock": file(998, 0o400)]))
        #expect(found.verdict == .fault && found.said.english.contains("journal/, lock"))
        #expect(found.remedy.english.contains("chmod") && !found.remedy.english.contains("chown"))
    }

    @Test("Files that others bring into a folder keep their owner, and so many places are named and no more")
    func bounds() throws {
        let taken = ["taken": folder(), "taken/a": file(1_000, 0o644)]
        #expect(trouble(taken, names: ["taken": ["a"]], inside: false) == nil)
        let many = Dictionary(uniqueKeysWithValues: (1...9).map { ("f\($0)", file(0)) })
        let said = try #require(trouble(many)).said.english
        #expect(said.hasSuffix(": f1, f2, f3, f4, …"), "\(said)")
    }

    @Test("On a real disk nothing is said of what this user made")
    func real() throws {
        let path = "/tmp/pli-owners-\(UInt64.random(in: .min ... .max))"
        try Disk.real.createFolder(path + "/journal")
        defer { try? Disk.real.removeEmptyFolder(path) }
        defer { try? Disk.real.removeEmptyFolder(path + "/journal") }
        let user = try #require(try Disk.real.owner(of: path))
        var owners = FolderOwners(user: user, disk: .real)
        owners.look(at: "journal", in: path)
        owners.look(at: "outbox.sqlite-wal", in: path)
        #expect(owners.trouble("x", "x") == nil)
        var others = FolderOwners(user: user + 1, disk: .real)
        others.look(at: "journal", in: path)
        #expect(others.trouble("x", "x")?.said.english.contains("journal/") == true)
    }
}
