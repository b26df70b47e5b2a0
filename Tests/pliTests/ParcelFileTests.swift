import Courier
import Durable
import Exchange
import Foundation
import Notes
import StrictJSON
import Testing

#if canImport(Glibc)
import Glibc
#endif

/// Parcels that go another way than through the relay: made and opened with two commands, and believed no more than any other.
@Suite("pli parcel seal and open", .serialized)
struct ParcelFileTests {
    private static let files = #"{"id":"files","kinds":["file"],"from":["lab"],"to":"authority","retentionDays":3}"#

    private static func installation(withFiles: Bool = true) throws -> Installation {
        let end = #""profile":"all"}]"#
        let routes = Installation.everything.replacingOccurrences(
            of: end, with: withFiles ? String(end.dropLast()) + "," + files + "]" : end)
        return try Installation(routes: routes)
    }

    /// A parcel of synthetic reports, `<name>.note` and `<name>.age`, made while the relay runs.
    private static func sealed(_ house: Installation, _ name: String = "day", reports: Int = 12, seed: Int = 1) throws {
        let program = house.program
        try program.pli("synth", "--reports", "\(reports)", "--seed", "\(seed)", "-o", "\(name).hl7")
        let made = try program.pli(
            "parcel", "seal", "\(name).hl7", "--to", "authority", "--config", "lab.yaml", "-o", name)
        try #require(made.status == 0, "\(made.errors)")
    }

    private static func started(withFiles: Bool = true) throws -> Installation {
        let house = try installation(withFiles: withFiles)
        try house.startRelay()
        try house.enrolAuthority()
        // The relay answers a laboratory that has greeted it once; what it sent for that is delivered before anything else.
        try house.program.pli("synth", "--reports", "1", "--seed", "99", "-o", "greeting.hl7")
        try #require(try house.program.pli("send", "greeting.hl7", "--config", "lab.yaml").status == 0)
        try #require(try house.receive().status == 0)
        try #require(try house.program.pli("send", "greeting.hl7", "--config", "lab.yaml").status == 0)
        return house
    }

    private func open(
        _ house: Installation, _ note: String = "day.note", _ body: String = "day.age", _ more: String...,
        to output: String = "rows.ndjson", by config: String = "authority.yaml"
    ) throws -> Program.Outcome {
        try house.program.run(
            Program.built("pli"), ["parcel", "open", note, body, "--config", config, "-o", output] + more)
    }

    /// Nothing came out, and nothing of it lies anywhere.
    private func expectNothing(_ house: Installation, _ outcome: Program.Outcome, _ what: Comment) throws {
        #expect(outcome.status == 1, "\(what): \(outcome.status) \(outcome.errors)")
        #expect(outcome.output.isEmpty && !house.program.exists("rows.ndjson"), what)
        #expect(try house.program.fileCount("authority-data/parcel-open") == 0, what)
    }

    private func served(_ house: Installation, _ path: String, as config: String = "authority.yaml") throws -> [UInt8] {
        let program = house.program
        let curl = try #require(Program.installed("curl"))
        let token = try program.pli("token", "--config", config).text.trimmingCharacters(in: .newlines)
        let outcome = try program.run(
            curl,
            ["-sS", "--fail", "--cacert", "tls/ca.pem", "-H", "Authorization: Bearer \(token)", house.origin + path])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return [UInt8](outcome.output)
    }

    @Test("Without the data folder nothing is sealed, none is made in its place, and its disk is thought of")
    func dataFolderMissing() throws {
        let house = try Installation()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "2", "--seed", "1", "-o", "day.hl7")
        let data = program.path("lab-data")
        if FileManager.default.fileExists(atPath: data) { try FileManager.default.removeItem(atPath: data) }
        let refused = try program.pli(
            "parcel", "seal", "day.hl7", "--to", "authority", "--config", "lab.yaml", "-o", "day")
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(refused.errors.contains("le dossier de données (data) n'est pas là"), "\(refused.errors)")
        #expect(refused.errors.contains("the data folder (data) is not there"))
        #expect(refused.errors.contains("mount its disk") && refused.errors.contains("mkdir -m 700"))
        for name in ["lab-data", "day.note", "day.age"] {
            #expect(!FileManager.default.fileExists(atPath: program.path(name)), "\(name)")
        }
    }

    @Test(
        "Reports go sealed in two files and come out as rows, which are told to have no proof; relay and journal know nothing"
    )
    func reports() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        let opened = try open(house, "day.note", "day.age", "--json")
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(opened.errors.contains("sans preuve du registre") && opened.errors.contains("without proof of the log"))
        #expect(opened.text.contains(#""kind":"reports","reports":12"#) && opened.text.contains(#""proof":false"#))
        let rows = String(decoding: try program.read("rows.ndjson"), as: UTF8.self).split(separator: "\n")
        #expect(rows.count == 12 && rows.allSatisfy { $0.contains("urn:pli:lab:authority:") && $0.contains("family") })
        #expect(try program.fileCount("relay-data/payload") == 0 && program.fileCount("lab-data/journal") == 0)
        #expect(try program.fileCount("authority-data/parcel-open") == 0)
        // Nothing replaces what is there.
        #expect(try open(house).status == 2)
        let again = ["parcel", "seal", "day.hl7", "--to", "authority", "--config", "lab.yaml"]
        #expect(try program.run(Program.built("pli"), again + ["-o", "day"]).status == 2)
        // The next one has the next number, also beside an outbox that runs.
        try house.startOutbox()
        let next = try program.run(Program.built("pli"), again + ["-o", "next", "--json"])
        #expect(next.status == 0 && next.text.contains(#""seq":2"#), "\(next.errors)")
        let said = try program.run(Program.built("pli"), again + ["-o", "said", "--json", "--seq", "77"])
        #expect(said.text.contains(#""seq":77"#))
    }

    @Test("Without the relay both ends go by keys notes in files, and without those they say that it cannot be reached")
    func offline() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house, "first")
        try program.write("authority.keys", try served(house, "/v1/participants/authority/keys"))
        try program.write("lab.keys", try served(house, "/v1/participants/lab/keys"))
        house.stopRelay()
        let seal = ["parcel", "seal", "first.hl7", "--to", "authority", "--config", "lab.yaml", "-o", "day"]
        #expect(try program.run(Program.built("pli"), seal).status == 3)
        #expect(!program.exists("day.note") && !program.exists("day.age"))
        // Another's note is not the recipient's.
        #expect(try program.run(Program.built("pli"), seal + ["--keys", "lab.keys"]).status == 1)
        let made = try program.run(Program.built("pli"), seal + ["--keys", "authority.keys"])
        #expect(made.status == 0, "\(made.errors)")
        #expect(try open(house).status == 3)
        let opened = try open(house, "day.note", "day.age", "--keys", "lab.keys")
        #expect(opened.status == 0, "\(opened.errors)")
        #expect(try String(decoding: program.read("rows.ndjson"), as: UTF8.self).split(separator: "\n").count == 12)
    }

    @Test("What the routes would not send is in no parcel, and a profile is applied to what is")
    func minimised() throws {
        let fields = #""fields":["result.code","result.value","result.status"]"#
        let start = try #require(Installation.everything.range(of: #""fields":"#)).lowerBound
        let narrow = String(Installation.everything[..<start]) + fields + "}]}"
        let house = try Installation(routes: narrow)
        defer { house.stop() }
        let program = house.program
        try house.startRelay()
        try house.enrolAuthority()
        try program.write("greeting.hl7", "")
        _ = try program.pli("send", "greeting.hl7", "--config", "lab.yaml")
        try Self.sealed(house)
        #expect(try open(house).status == 0)
        let rows = String(decoding: try program.read("rows.ndjson"), as: UTF8.self)
        #expect(rows.contains("Observation") && !rows.contains("family") && !rows.contains("birthDate"))
        // What Pli wrote itself is taken, too, and does not pass the routes by.
        try program.pli("convert", "--to", "fhir", "day.hl7", "-o", "all.ndjson")
        #expect(String(decoding: try program.read("all.ndjson"), as: UTF8.self).contains("family"))
        let seal = ["parcel", "seal", "--to", "authority", "--config", "lab.yaml"]
        let bundles = try program.run(Program.built("pli"), seal + ["all.ndjson", "-o", "fhir"])
        #expect(bundles.status == 0, "\(bundles.errors)")
        #expect(try open(house, "fhir.note", "fhir.age", to: "fhir.rows").status == 0)
        #expect(!String(decoding: try program.read("fhir.rows"), as: UTF8.self).contains("family"))
        // No route lets raw files go there, whatever is in them.
        let raw = try program.run(Program.built("pli"), seal + ["--file", "all.ndjson", "-o", "raw"])
        #expect(raw.status == 1 && raw.errors.contains("--to"), "\(raw.errors)")
        #expect(!program.exists("raw.note") && !program.exists("raw.age"))
        for wrong in [["--format", "pdf"], ["--name", "x"], ["--seq", "0"], ["--file", "--format", "hl7"]] {
            #expect(try program.run(Program.built("pli"), seal + ["all.ndjson"] + wrong).status == 2, "\(wrong)")
        }
        let nobody = ["parcel", "seal", "day.hl7", "--to", "nobody", "--config", "lab.yaml"]
        #expect(try program.run(Program.built("pli"), nobody).status == 1)
    }

    @Test("Where the directory requires post-quantum keys a body that is sealed to a classical one is not opened")
    func classicalBody() throws {
        let house = try Installation(classicKeys: true)
        defer { house.stop() }
        let program = house.program
        try FileManager.default.createDirectory(
            at: program.folder.appending(path: "directories"), withIntermediateDirectories: true)
        try program.write("directories/1.note", try program.read("directory.note"))
        let relay = String(decoding: try program.read("relay.yaml"), as: UTF8.self)
        try program.write("relay.yaml", relay.replacing("file: directory.note", with: "file: directories"))
        try house.startRelay()
        try house.enrolAuthority()
        try program.pli("synth", "--reports", "1", "--seed", "99", "-o", "greeting.hl7")
        try #require(try program.pli("send", "greeting.hl7", "--config", "lab.yaml").status == 0)
        try Self.sealed(house)
        let opened = try open(house, to: "before.ndjson")
        #expect(opened.status == 0, "\(opened.errors)")
        let first = ["--previous", "directories/1.note"]
        for arguments in [
            ["propose", "directory.note", "--require-post-quantum", "-o", "draft2"],
            ["sign", "draft2", "--key", "root-a.signing", "-o", "half2"] + first,
            ["sign", "half2", "--key", "root-b.signing", "-o", "directories/2.note"] + first,
        ] {
            let outcome = try program.run(Program.built("pli"), ["directory"] + arguments)
            try #require(outcome.status == 0, "\(outcome.errors)")
        }
        house.stopRelay()
        try house.startRelay()
        let refused = try open(house)
        try expectNothing(house, refused, "a classical body")
        #expect(refused.errors.contains("post-quantiques"), "\(refused.errors)")
        #expect(refused.errors.contains("post-quantum"), "\(refused.errors)")
    }

    @Test("What is held is told and left out; a file of which nothing goes there makes no parcel")
    func held() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try program.pli("synth", "--reports", "60", "--broken", "0.3", "--seed", "3", "-o", "day.hl7")
        let seal = ["parcel", "seal", "--to", "authority", "--config", "lab.yaml", "--json"]
        let made = try program.run(Program.built("pli"), seal + ["day.hl7", "-o", "day"])
        #expect(made.status == 1 && program.exists("day.note"), "\(made.errors)")
        let summary = try JSON(parsing: Array(try #require(made.lines.first).utf8))
        let parcel = try JSON(parsing: Array(try #require(made.lines.last).utf8))
        let taken = try #require(summary["taken"]?.integer)
        #expect(summary["read"]?.integer == 60 && summary["held"]?.integer == 60 - taken && taken < 60)
        #expect(parcel["reports"]?.integer == taken)
        #expect(try open(house).status == 0)
        try program.write("letter.txt", "Bonjour")
        let none = try program.run(Program.built("pli"), seal + ["letter.txt", "-o", "letter"])
        #expect(none.status == 1 && !program.exists("letter.note") && !program.exists("letter.age"), "\(none.errors)")
    }

    @Test("A raw file goes as it is where a route lets it, under a name that only its recipient sees")
    func raw() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        let bytes = (0..<200_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try program.write("DUPONT.pdf", bytes)
        let made = try program.pli(
            "parcel", "seal", "DUPONT.pdf", "--file", "--media-type", "application/pdf", "--to", "authority",
            "--config",
            "lab.yaml", "-o", "raw", "--json")
        #expect(made.status == 0, "\(made.errors)")
        #expect(made.text.contains(#""kind":"file","reports":1"#))
        let note = String(decoding: try program.read("raw.note"), as: UTF8.self)
        #expect(!note.contains("DUPONT") && note.contains("application/pdf") && !made.errors.contains("DUPONT"))
        let opened = try open(house, "raw.note", "raw.age", "--head", "head.json", to: "out.bin")
        #expect(opened.status == 0 && !opened.errors.contains("DUPONT"), "\(opened.errors)")
        #expect(try program.read("out.bin") == bytes)
        let head = String(decoding: try program.read("head.json"), as: UTF8.self)
        #expect(head.contains(#""from":"lab","to":"authority","name":"DUPONT.pdf","mediaType":"application/pdf"}"#))
        try Self.sealed(house)
        #expect(try open(house, "day.note", "day.age", "--head", "h2").status == 2)
    }

    @Test("A byte changed anywhere, another parcel's body or another's key: nothing comes out")
    func damaged() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house)
        try Self.sealed(house, "other", seed: 2)
        let (note, body) = (try program.read("day.note"), try program.read("day.age"))
        for place in stride(from: 3, to: note.count, by: note.count / 24) {
            var flipped = note
            flipped[place] ^= 1
            try program.write("flipped.note", flipped)
            try expectNothing(house, open(house, "flipped.note"), "byte \(place) of the manifest")
        }
        for place in [0, 20, 200, 1_600, body.count / 2, body.count - 1] {
            var flipped = body
            flipped[place] ^= 1
            try program.write("flipped.age", flipped)
            try expectNothing(house, open(house, "day.note", "flipped.age"), "byte \(place) of the body")
        }
        try program.write("short.age", Array(body.dropLast()))
        try program.write("long.age", body + [0])
        for wrong in ["short.age", "long.age", "other.age", "day.note"] {
            try expectNothing(house, open(house, "day.note", wrong), "\(wrong)")
        }
        try expectNothing(house, open(house, "other.note", "day.age"), "swapped")
        try program.pli("keygen", "-o", "wrong.sealing")
        let text = String(decoding: try program.read("authority.yaml"), as: UTF8.self)
        try program.write("wrong.yaml", text.replacingOccurrences(of: "authority.sealing", with: "wrong.sealing"))
        let wrong = try open(house, by: "wrong.yaml")
        try expectNothing(house, wrong, "another key")
        #expect(try open(house, by: "lab.yaml").status == 1, "the sender is no recipient of its own parcel")
        #expect(try open(house).status == 0)
    }

    @Test(
        "What its sender itself signs is checked inside: each line, their number, the first line of a file, the recipient"
    )
    func evilSender() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house, reports: 3)
        #expect(try open(house, to: "good.ndjson").status == 0)
        let lines = String(decoding: try program.read("good.ndjson"), as: UTF8.self).split(separator: "\n")
            .map { Array($0.utf8) }
        let good = try Signed<Manifest>.kept(program.read("day.note")).value
        let keys = try ParticipantKeys.load(
            signing: program.path("lab.signing"), sealing: [program.path("lab.sealing")], id: ParticipantID("lab"))
        let key = try ParticipantKeys.load(
            signing: program.path("authority.signing"), sealing: [program.path("authority.sealing")],
            id: ParticipantID("authority")
        ).ownSealingKey
        func forge(
            _ lines: [[UInt8]], saying count: Int, id: ParcelID? = nil, to: String = "authority"
        ) throws {
            try? FileManager.default.removeItem(atPath: program.path("evil.age"))
            var writer = try SealedBodyWriter(path: program.path("evil.age"), sealingKey: key)
            for line in lines { try writer.append(line: line) }
            let body = try writer.finish()
            try sign(body.size, body.sha256, saying: count, id: id, to: to)
        }
        func sign(
            _ size: Int64, _ sha256: SHA256Hex, saying count: Int, id: ParcelID? = nil, to: String = "authority"
        ) throws {
            let manifest = try Manifest(
                id: id ?? good.id, from: good.from, to: ParticipantID(to), createdAt: good.createdAt,
                expiresAt: good.createdAt.adding(seconds: 2 * 86_400), size: size, sha256: sha256, reports: count,
                seq: 9, keys: good.keys, directory: good.directory)
            try program.write("evil.note", try keys.sign(manifest).noteBytes)
        }
        func clearText() throws {
            let clear: [UInt8] = lines.flatMap { line in line + [UInt8(ascii: "\n")] }
            try program.write("evil.age", clear)
            try sign(Int64(clear.count), SHA256Hex(of: clear), saying: 3)
        }
        try forge(lines, saying: 3)
        #expect(try open(house, "evil.note", "evil.age", to: "same.ndjson").status == 0, "so forged it is a good one")
        let other = try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4aff")
        let cases: [(String, () throws -> Void)] = [
            ("a line more", { try forge(lines, saying: 2) }), ("a line fewer", { try forge(lines, saying: 4) }),
            ("a line twice", { try forge(lines + [lines[0]], saying: 4) }),
            ("another parcel's lines", { try forge(lines, saying: 3, id: other) }),
            ("no report", { try forge([Array(#"{"meta":{"source":"\#(good.source.text)"}}"#.utf8)], saying: 1) }),
            ("for somebody else", { try forge(lines, saying: 3, to: "auditor") }), ("in clear", clearText),
        ]
        for (what, make) in cases {
            try make()
            try expectNothing(house, open(house, "evil.note", "evil.age"), "\(what)")
        }
    }

    @Test("A parcel of the relay's opens with its proof, and no other proof does")
    func proof() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        for seed in [1, 2] {
            try program.pli("synth", "--reports", "4", "--seed", "\(seed)", "-o", "\(seed).hl7")
            #expect(try program.pli("send", "\(seed).hl7", "--config", "lab.yaml").status == 0)
        }
        let page = String(decoding: try served(house, "/v1/inbox?after=0&wait=0"), as: UTF8.self)
        let ids = page.matches(of: #/"id":"([0-9a-f-]{36})"/#).map { String($0.1) }
        try #require(ids.count == 2)
        for (number, id) in ids.enumerated() {
            let at = "/v1/parcels/lab/\(id)"
            try program.write("\(number).note", try served(house, at + "/manifest"))
            try program.write("\(number).age", try served(house, at))
            try program.write("\(number).proof", try served(house, at + "/proof"))
        }
        // The log's key is not known yet: nothing could be proven.
        let unknown = try open(house, "0.note", "0.age", "--proof", "0.proof")
        #expect(unknown.status == 2 && unknown.errors.contains("relay.logKey"), "\(unknown.errors)")
        #expect(try program.pli("parcel", "verify", "0.note", "0.age", "--config", "authority.yaml").status == 0)
        try expectNothing(house, open(house, "0.note", "0.age", "--proof", "1.proof"), "another's proof")
        let proof = try program.read("0.proof")
        for place in stride(from: 2, to: proof.count, by: max(1, proof.count / 12)) {
            var flipped = proof
            flipped[place] ^= 1
            try program.write("flipped.proof", flipped)
            try expectNothing(house, open(house, "0.note", "0.age", "--proof", "flipped.proof"), "byte \(place)")
        }
        let opened = try open(house, "0.note", "0.age", "--proof", "0.proof", "--json")
        #expect(opened.status == 0 && opened.text.contains(#""proof":true,"loggedAt":""#), "\(opened.errors)")
        #expect(!opened.errors.contains("sans preuve"))
    }

    @Test("A full disk and a file that cannot grow are told; no part of a parcel is taken for one")
    func full() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house, reports: 400)
        let full = try open(house, to: "/dev/full")
        #expect(full.status == 1 && full.errors.contains("plein"), "\(full.errors)")
        let shell = URL(filePath: "/bin/sh")
        let pli = Program.built("pli").path
        let cut = try program.run(
            shell, ["-c", "ulimit -f 20; \(pli) parcel seal day.hl7 --to authority --config lab.yaml -o cut"])
        #expect(cut.status == 1 && !program.exists("cut.note") && !program.exists("cut.age"), "\(cut.errors)")
        let rows = try program.run(
            shell, ["-c", "ulimit -f 20; \(pli) parcel open day.note day.age --config authority.yaml -o rows.ndjson"])
        try expectNothing(house, rows, "no room for the private copy")
    }

    @Test("Killed while rows go out, nothing in clear is left behind")
    func killed() throws {
        let house = try Self.started()
        defer { house.stop() }
        let program = house.program
        try Self.sealed(house, reports: 300)
        #expect(mkfifo(program.path("pipe"), 0o600) == 0)
        let reader = Glibc.open(program.path("pipe"), O_RDWR | O_NONBLOCK)
        defer { close(reader) }
        let process = Process()
        process.executableURL = Program.built("pli")
        process.arguments = [
            "parcel", "open", program.path("day.note"), program.path("day.age"), "--config",
            program.path("authority.yaml"), "-o", program.path("pipe"),
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try Program.start(process)
        var ready = pollfd(fd: reader, events: Int16(POLLIN), revents: 0)
        #expect(poll(&ready, 1, 120_000) == 1)
        // Everything is opened and checked, and rows are on their way.
        #expect(try program.fileCount("authority-data/parcel-open") == 0)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(process.terminationReason == .uncaughtSignal)
        #expect(try program.fileCount("authority-data/parcel-open") == 0)
        let left = FileManager.default.enumerator(atPath: program.path("authority-data"))
        while let name = left?.nextObject() as? String {
            guard let data = FileManager.default.contents(atPath: program.path("authority-data/" + name)) else {
                continue
            }
            #expect(data.range(of: Data("urn:pli:lab:authority".utf8)) == nil, "\(name)")
        }
    }
}
