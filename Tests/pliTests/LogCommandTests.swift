import Foundation
import Notes
import StrictJSON
import Testing

@testable import TransparencyLog

@Suite("pli log")
struct LogCommandTests {
    private static let name = "relais.example.org/registre"

    /// Puts a log of that many leaves into `folder`, in one batch, and its key beside it.
    private func write(_ count: Int, from first: Int = 0, to folder: String, in program: Program) throws {
        let key = try SigningKey(name: Self.name, seed: Array(repeating: 9, count: 32))
        let leaves = try (first..<(first + count)).map { place in
            let events = LogLeaf.Event.allCases
            let note = try #require(LogHash(Array(repeating: UInt8(place % 251), count: 32)))
            return LogLeaf(
                events[place % events.count], at: LogMinute(secondsSinceEpoch: 1_795_428_000), note: note)
        }
        let (frontier, change) = try Frontier().appending(leaves.map(\.encoded))
        let signed = try SignedCheckpoint(
            signing: Checkpoint(origin: Self.name, size: frontier.size, root: frontier.root), with: key)
        var files = change.files.map { ($0.address.path, $0.bytes) }
        files.append(("checkpoint", signed.bytes))
        for (path, bytes) in files {
            let place = program.folder.appending(path: "\(folder)/\(path)")
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: place)
        }
        try program.write("key", key.verifying.line + "\n")
    }

    @Test("A sound log is counted, and one that grew since the last time is taken")
    func verify() throws {
        let program = try Program()
        defer { program.remove() }
        try write(300, to: "a", in: program)
        try write(700, to: "b", in: program)
        let first = try program.pli("log", "verify", "a", "--key", "key", "--state", "seen", "--json")
        #expect(first.status == 0)
        #expect(first.text.contains(#""size":300"#) && first.text.contains(#""entries":300"#))
        #expect(try program.read("seen") == program.read("a/checkpoint"))
        let second = try program.pli("log", "verify", "b", "--key", "key", "--state", "seen", "--json")
        #expect(second.status == 0)
        #expect(second.text.contains(#""grewFrom":300"#))
        #expect(try program.read("seen") == program.read("b/checkpoint"))
    }

    @Test("An address without https and a key that was copied badly are told as that")
    func badArguments() throws {
        let program = try Program()
        defer { program.remove() }
        try write(3, to: "a", in: program)
        let address = try program.pli("log", "verify", "relay.example:8443", "--key", "key")
        #expect(address.status == 2 && address.errors.contains("begins with https://"), "\(address.errors)")
        let line = String(decoding: try program.read("key"), as: UTF8.self).dropLast(3)
        let key = try program.pli("log", "verify", "a", "--key", String(line))
        #expect(key.status == 2 && key.errors.contains("--key is not a log's key"), "\(key.errors)")
    }

    @Test("A log that shrank or forked since the last time is an alarm, and what was seen stays as it was")
    func alarms() throws {
        let program = try Program()
        defer { program.remove() }
        try write(300, to: "a", in: program)
        try write(299, to: "shorter", in: program)
        try write(400, from: 1, to: "other", in: program)
        let first = try program.pli("log", "verify", "a", "--key", "key", "--state", "seen")
        #expect(first.status == 0 && first.errors.contains("pli: proven: these leaves"), "\(first.errors)")
        let seen = try program.read("seen")
        for (log, word) in [("shorter", "now has 299"), ("other", "does not contain the tree")] {
            let refused = try program.pli("log", "verify", log, "--key", "key", "--state", "seen")
            #expect(refused.status == 1)
            #expect(refused.errors.contains(word) && refused.errors.contains("alarme"))
            #expect(try program.read("seen") == seen)
        }
    }

    @Test("A log that says it serves more than it said before, or says nothing any more, is warned of each time")
    func servedFrom() throws {
        let program = try Program()
        defer { program.remove() }
        try write(700, to: "a", in: program)
        func verify() throws -> Program.Outcome {
            try program.pli("log", "verify", "a", "--key", "key", "--state", "seen")
        }
        #expect(try verify().status == 0)
        for minimum in ["256", "512"] {
            try program.write("a/minimum-index", minimum + "\n")
            #expect(try verify().status == 0)
        }
        #expect(try program.read("seen.minimum-index") == Array("512\n".utf8))
        for _ in 0..<2 {
            try program.write("a/minimum-index", "256\n")
            let back = try verify()
            #expect(back.status == 1)
            #expect(back.errors.contains("served its leaves from 512 on, and now says 256"))
            #expect(back.errors.contains("attention"))
            try FileManager.default.removeItem(at: program.folder.appending(path: "a/minimum-index"))
            let hidden = try verify()
            #expect(hidden.status == 1)
            #expect(hidden.errors.contains("served its leaves from 512 on, and no longer says so"))
        }
        // What is said again as it was, or grown, is well.
        for minimum in ["512", "600"] {
            try program.write("a/minimum-index", minimum + "\n")
            #expect(try verify().status == 0)
        }
    }

    @Test("A flipped byte of a tile is named, by every command that would use it")
    func damaged() throws {
        let program = try Program()
        defer { program.remove() }
        try write(700, to: "a", in: program)
        var tile = try program.read("a/tile/0/000")
        tile[77] ^= 1
        try program.write("a/tile/0/000", tile)
        for arguments in [["verify", "a"], ["entries", "a"], ["prove", "a", "--index", "9"]] {
            let refused = try program.run(Program.built("pli"), ["log"] + arguments + ["--key", "key"])
            #expect(refused.status == 1)
            #expect(refused.errors.contains("tile/0/000: tile does not match parent"))
            #expect(refused.text.isEmpty)
        }
        #expect(try program.pli("log", "entries", "a", "--key", "key", "--from", "256", "--count", "1").status == 0)
    }

    @Test("With --json what does not hold is a value, too, and what is only not said right is none")
    func refusedJSON() throws {
        let program = try Program()
        defer { program.remove() }
        try write(300, to: "a", in: program)
        try write(299, to: "shorter", in: program)
        try program.write("no.tlog-proof", "nothing\n")
        let state = ["--state", "seen", "--json", "--key", "key"]
        #expect(try program.run(Program.built("pli"), ["log", "verify", "a"] + state).status == 0)
        try program.write("seen.minimum-index", "256\n")
        for arguments in [
            ["shorter"] + state, ["a"] + state, ["--proof", "no.tlog-proof", "--json", "--key", "key"],
        ] {
            let refused = try program.run(Program.built("pli"), ["log", "verify"] + arguments)
            #expect(refused.status == 1, "\(refused.errors)")
            let value = try JSON(parsing: Array(try #require(refused.lines.last, "\(refused.errors)").utf8))
            #expect(value["valid"]?.bool == false && value["en"]?.string?.isEmpty == false, "\(refused.text)")
            #expect(value["fr"]?.string.map { refused.errors.contains($0) } == true, "\(refused.text)")
        }
        let usage = try program.pli("log", "verify", "a", "--json", "--key", "none")
        #expect(usage.status == 2 && usage.text.isEmpty, "\(usage.text)")
    }

    @Test("A proof is made by index, and verified offline against the log's key")
    func prove() throws {
        let program = try Program()
        defer { program.remove() }
        try write(700, to: "a", in: program)
        let made = try program.pli("log", "prove", "a", "--key", "key", "--index", "257", "-o", "p.tlog-proof")
        #expect(made.status == 0)
        let verified = try program.pli("log", "verify", "--proof", "p.tlog-proof", "--key", "key")
        #expect(verified.status == 0)
        #expect(verified.text.hasPrefix("257\t2026-11-23T10:00Z\tfetched\t"))
        #expect(try program.pli("log", "prove", "a", "--key", "key", "--index", "700").status == 1)
        let told = try program.pli("log", "prove", "a", "--key", "key", "--index", "257", "--json")
        let value = try JSON(parsing: Array(told.text.utf8.dropLast()))
        #expect(value["index"] == .integer(257))
        #expect(try value["proof"]?.string == String(decoding: program.read("p.tlog-proof"), as: UTF8.self))
        let quiet = try program.pli(
            "log", "prove", "a", "--key", "key", "--index", "257", "--json", "-o", "q.tlog-proof")
        #expect(quiet.text == "{\"index\":257}\n")
        #expect(try program.read("q.tlog-proof") == program.read("p.tlog-proof"))
        let other = try SigningKey(name: Self.name, seed: Array(repeating: 8, count: 32)).verifying.line
        #expect(try program.pli("log", "verify", "--proof", "p.tlog-proof", "--key", other).status == 1)
        #expect(try program.pli("log", "verify", "a", "--key", other).status == 1)
    }

    @Test("Leaves are printed a line each, from where and as many as asked")
    func entries() throws {
        let program = try Program()
        defer { program.remove() }
        try write(520, to: "a", in: program)
        let all = try program.pli("log", "entries", "a", "--key", "key")
        #expect(all.lines.count == 520)
        let some = try program.pli("log", "entries", "a", "--key", "key", "--from", "510", "--count", "4", "--json")
        #expect(some.lines.count == 4)
        #expect(some.lines[0].hasPrefix(#"{"index":510,"event":"directory","at":"2026-11-23T10:00Z","note":""#))
        // More may come behind the last leaf; what lies further is a slip.
        let next = try program.pli("log", "entries", "a", "--key", "key", "--from", "520")
        #expect(next.status == 0 && next.lines.isEmpty && next.errors.contains("none from there on"), "\(next.errors)")
        let past = try program.pli("log", "entries", "a", "--key", "key", "--from", "521")
        #expect(past.status == 1 && past.lines.isEmpty)
        #expect(past.errors.contains("--from 521 est au-delà de la fin") && past.errors.contains("past the end"))
    }

    @Test("What was not said right is a usage error, an address without a relay is unreachable")
    func usage() throws {
        let program = try Program()
        defer { program.remove() }
        try write(3, to: "a", in: program)
        for arguments in [
            ["verify", "--key", "key"], ["verify", "a"], ["verify", "a", "--key", "missing"],
            ["verify", "a", "--key", "key", "--proof", "x"], ["prove", "a", "--key", "key"],
            ["verify", "http://localhost/", "--key", "key"], ["prove", "a", "--key", "key", "--note", "key"],
            ["verify", "a", "--key", "key", "--event", "receipt"],
            ["verify", "--proof", "x", "--key", "key", "--event", "accepted"],
            ["prove", "a", "--key", "key", "--index", "1", "--event", "receipt"],
            ["prove", "a", "--key", "key", "--index", "1", "--from", "1"],
        ] {
            #expect(try program.run(Program.built("pli"), ["log"] + arguments).status == 2, "\(arguments)")
        }
        let event = try program.pli("log", "verify", "--proof", "x", "--key", "key", "--event", "receipt")
        #expect(event.errors.contains("--event va avec --note") && event.errors.contains("--event goes with --note"))
        let nowhere = try program.pli("log", "verify", "https://127.0.0.1:1", "--key", "key")
        #expect(nowhere.status == 3)
        #expect(try program.pli("log", "verify", "nowhere", "--key", "key").status == 2)
    }
}
