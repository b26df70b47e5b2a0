import Foundation
import Testing

@Suite("pli keygen, seal, open")
struct SealCommandTests {
    @Test("A key file is private, is never overwritten, and its public part is printed")
    func keygen() throws {
        let program = try Program()
        defer { program.remove() }
        let made = try program.pli("keygen", "-o", "me.key")
        #expect(made.status == 0)
        #expect(made.text.hasPrefix("age1pq1"))
        let mode = try FileManager.default.attributesOfItem(atPath: program.path("me.key"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let before = try program.read("me.key")
        #expect(try program.pli("keygen", "-o", "me.key").status == 2)
        #expect(try program.read("me.key") == before)
    }

    @Test("What is sealed opens to the same bytes, and a wrong key says whose it is not")
    func roundTrip() throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        try program.pli("keygen", "-o", "other.key")
        let clear = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try program.write("in", clear)
        #expect(try program.pli("seal", "-r", key, "-o", "sealed", "in").status == 0)
        #expect(try program.pli("open", "-i", "me.key", "-o", "out", "sealed").status == 0)
        #expect(try program.read("out") == clear)
        let refused = try program.pli("open", "-i", "other.key", "-o", "wrong", "sealed")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("another recipient"))
        #expect(!program.exists("wrong"))
    }

    @Test("A truncated file leaves no output behind")
    func truncated() throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        try program.write("in", [UInt8](repeating: 7, count: 150_000))
        try program.pli("seal", "-r", key, "-o", "sealed", "in")
        try program.write("cut", Array(try program.read("sealed").dropLast()))
        let refused = try program.pli("open", "-i", "me.key", "-o", "out", "cut")
        #expect(refused.status == 1)
        let left = try FileManager.default.contentsOfDirectory(atPath: program.folder.path)
        #expect(!left.contains("out"))
        #expect(!left.contains { $0.hasSuffix(".pli-tmp") })
    }

    @Test("A key file that others can read opens a file, as with age, and the person is told; who signs refuses it")
    func looseKey() throws {
        let program = try Program()
        defer { program.remove() }
        let key = try program.pli("keygen", "-o", "me.key").lines[0]
        try program.write("in", "hello")
        try program.pli("seal", "-r", key, "-o", "sealed", "in")
        #expect(try program.pli("open", "-i", "me.key", "sealed").errors.isEmpty)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: program.path("me.key"))
        let opened = try program.pli("open", "-i", "me.key", "sealed")
        #expect(opened.status == 0 && opened.text == "hello")
        #expect(opened.errors.contains("chmod 600"))
        #expect(try program.pli("seal", "-i", "me.key", "-o", "again", "in").status == 0)
        #expect(try program.pli("directory", "sign", "in", "--key", "me.key", "-o", "x").errors.contains("chmod 600"))
        #expect(!program.exists("x"))
    }

    @Test(
        "Debian's age opens what pli sealed, and pli opens what age sealed",
        .enabled(if: Program.installed("age") != nil, "Debian's age is not installed"),
        arguments: [0, 1, 65_536, 1_048_577])
    func interoperates(size: Int) throws {
        let program = try Program()
        defer { program.remove() }
        let age = try #require(Program.installed("age"))
        let key = try program.pli("keygen", "--classic", "-o", "me.key").lines[0]
        #expect(key.hasPrefix("age1") && !key.hasPrefix("age1pq1"))
        let clear = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try program.write("in", clear)
        try program.pli("seal", "-r", key, "-o", "ours", "in")
        // age makes no output file for an empty text, so its standard output is read.
        let theirs = try program.run(age, ["-d", "-i", "me.key", "ours"])
        #expect(theirs.status == 0 && Array(theirs.output) == clear)
        #expect(try program.run(age, ["-r", key, "-o", "theirs", "in"]).status == 0)
        #expect(try program.pli("open", "-i", "me.key", "-o", "ours.out", "theirs").status == 0)
        #expect(try program.read("ours.out") == clear)
    }

    @Test("Usage errors are 2, an unknown sealing key among them")
    func usage() throws {
        let program = try Program()
        defer { program.remove() }
        try program.write("in", "x")
        #expect(try program.pli("seal", "in").status == 2)
        #expect(try program.pli("seal", "-r", "age1nonsense", "-o", "out", "in").status == 2)
        #expect(try program.pli("nonsense").status == 2)
        #expect(try program.pli("--help").status == 0)
    }
}
