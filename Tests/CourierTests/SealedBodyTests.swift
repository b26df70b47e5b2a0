import Age
import Crypto
import Durable
import Exchange
import Foundation
import TestSupport
import Testing

@testable import Courier

@Suite("Sealed bodies, written and opened")
struct SealedBodyTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    func write(_ lines: [[UInt8]], to name: String = "body.age") throws -> SealedBody {
        var writer = try SealedBodyWriter(path: folder(name), sealingKey: fixture.cnam.ownSealingKey)
        for line in lines { try writer.append(line: line) }
        return try writer.finish()
    }

    func manifest(of body: SealedBody) throws -> Manifest {
        try fixture.manifest(size: body.size, sha256: body.sha256, reports: body.lines)
    }

    func readLines(_ path: String) throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        try SealedBodyReader.lines(of: path) { lines.append(Array($0)) }
        return lines
    }

    @Test("A body without lines is refused, and no file is made of it")
    func noLines() throws {
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        #expect(throws: CourierFailure.usage("a parcel holds at least one report")) { try writer.finish() }
        try writer.abandon()
        #expect(folder.names.isEmpty)
    }

    @Test(
        "What was written is opened to the same lines, from a file of exactly a size class",
        arguments: [[1, 0], [2, 10], [7, 900], [1_000, 1_700], [3, 1_500_000], [1, 5_000_000], [40, 65_500]])
    func roundTrip(countAndBytes: [Int]) throws {
        let lines = (1...countAndBytes[0]).map { fixture.line($0, bytes: countAndBytes[1]) }
        let body = try write(lines)
        let file = try folder.bytes("body.age")
        #expect(body == SealedBody(size: Int64(file.count), sha256: SHA256Hex(of: file), lines: lines.count))
        #expect(PadmeSize.padded(body.size) == body.size)
        #expect(folder.names == ["body.age"], "the temporary file is gone")

        let manifest = try manifest(of: body)
        try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest, into: folder("open/clear"))
        #expect(try readLines(folder("open/clear")) == lines)
        let mode = try FileManager.default.attributesOfItem(atPath: folder("open/clear"))[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("Lines that are compressed early are the same lines, in their order, and give their memory back")
    func earlyMembers() throws {
        let lines = (1...300).map { fixture.line($0, bytes: 700) }
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        for (number, line) in lines.enumerated() {
            try writer.append(line: line)
            guard number % 7 == 0 else { continue }
            #expect(writer.heldBytes > 0)
            try writer.compressWaiting()
            #expect(writer.heldBytes == 0)
            try writer.compressWaiting()
        }
        let body = try writer.finish()
        try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body), into: folder("open/clear"))
        #expect(try readLines(folder("open/clear")) == lines)
    }

    @Test("The lines of a member stand by their order and then as they came, also beside lines longer than a member")
    func orders() throws {
        let long = Compression.dense.waitingBytes
        let sizes = (0..<40).map { $0 % 9 == 4 ? long + $0 - 20 : 20_000 + $0 }
        let lines = sizes.enumerated().map { fixture.line($0, bytes: $1) }
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        for (number, line) in lines.enumerated() { try writer.append(line: line, order: UInt64(7 - number % 3)) }
        let body = try writer.finish()
        try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body), into: folder("open/clear"))
        // Long lines end the member before them and are members of their own.
        var expected: [[UInt8]] = []
        for run in (0..<40).split(whereSeparator: { $0 % 9 == 4 }) {
            for order in 0..<3 { expected += run.filter { 2 - $0 % 3 == order }.map { lines[$0] } }
            if run.upperBound < 40 { expected.append(lines[run.upperBound]) }
        }
        #expect(try readLines(folder("open/clear")) == expected)
    }

    @Test("A line gets its number among the body's lines where it asks for it, in whatever member it is")
    func numbers() throws {
        let opening = Array(#"{"resourceType":"Bundle","meta":{"source":"\#(fixture.source.text)"},"n":[1"#.utf8)
        let middle = Array(",1".utf8)
        func line(_ digits: String, _ bytes: Int) -> [UInt8] {
            let closing = Array(#"],"filler":"\#(String(repeating: "x", count: bytes))"}"#.utf8)
            return opening + Array(digits.utf8) + middle + Array(digits.utf8) + closing
        }
        // The second of each two comes first, and long ones have members of their own.
        let sizes = (0..<130).map { $0 % 50 == 49 ? Compression.dense.waitingBytes + $0 : 12_000 + $0 }
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        for (index, size) in sizes.enumerated() {
            try writer.append(
                line: line("", size), order: UInt64(index % 2 == 0 ? 1 : 0),
                numberAt: [opening.count, opening.count + middle.count])
        }
        var order: [Int] = []
        for run in (0..<130).split(whereSeparator: { $0 % 50 == 49 }) {
            order += run.filter { $0 % 2 == 1 } + run.filter { $0 % 2 == 0 }
            if run.upperBound < 130 { order.append(run.upperBound) }
        }
        let body = try writer.finish()
        try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body), into: folder("open/clear"))
        let expected = order.enumerated().map { line("\($0 + 1)", sizes[$1]) }
        #expect(try readLines(folder("open/clear")) == expected)
    }

    @Test("What bodies of one thread hold is counted together, and nothing once they are let go")
    func sharedMemory() throws {
        let memory = LineMemory()
        let gzip = try GzipCompressor(.fast)
        func fill(_ names: [String]) throws {
            var held = 0
            var other = try SealedBodyWriter(
                path: folder("other.age"), sealingKey: fixture.cnam.ownSealingKey, gzip: gzip, memory: memory)
            for name in names {
                var writer = try SealedBodyWriter(
                    path: folder(name), sealingKey: fixture.cnam.ownSealingKey, gzip: gzip, memory: memory)
                for number in 1...50 {
                    try writer.append(line: fixture.line(number, bytes: 1_000))
                    try other.append(line: fixture.line(number, bytes: 500))
                    held = writer.heldBytes + other.heldBytes
                    #expect(memory.heldBytes == held)
                }
                if name == "left.age" { continue }
                _ = try writer.finish()
                #expect(memory.heldBytes == other.heldBytes)
            }
            #expect(held > 75_000, "so little that the test proves little")
        }
        try fill(["a.age", "b.age", "left.age"])
        #expect(memory.heldBytes == 0)
    }

    @Test(
        "Many bodies that hold much in turns need no more memory than one of them",
        arguments: [Compression.dense, .fast])
    func memoryInTurns(compression: Compression) throws {
        let memory = LineMemory()
        let gzip = try GzipCompressor(compression)
        var most = 0
        for number in 0..<12 {
            var writer = try SealedBodyWriter(
                path: folder("\(number).age"), sealingKey: fixture.cnam.ownSealingKey, gzip: gzip, memory: memory)
            for line in 0..<700 {
                try writer.append(line: fixture.line(line, bytes: 4_000), order: UInt64(line % 10))
                most = max(most, memory.heldBytes)
            }
            // Half of them are left as they are, as after a failure.
            if number % 2 == 0 { _ = try writer.finish() }
        }
        let wanted = compression == .dense ? 70_000...700_000 : 900_000...gzip.memberBytes
        #expect(wanted.contains(most), "\(most)")
        // What the lines take, the member, and what is taken at once.
        let member = min(700 * 4_000, gzip.memberBytes)
        #expect(memory.takenBytes <= most + member + 2_400_000, "\(memory.takenBytes) for \(most)")
    }

    @Test("Bodies of many sizes all have exactly a size class and open")
    func manySizes() throws {
        var random = SeededRandom(seed: 77)
        for number in 0..<120 {
            let noise = random.bytes(Int.random(in: 0...120_000, using: &random))
            var line = fixture.line(number)
            line.removeLast()
            line += Array(#","noise":"\#(Data(noise).base64EncodedString())"}"#.utf8)
            let body = try write([line])
            #expect(PadmeSize.padded(body.size) == body.size, "seed 77, body \(number)")
            try SealedBodyReader.open(
                path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body), into: folder("open/clear"))
            #expect(try readLines(folder("open/clear")) == [line], "seed 77, body \(number)")
        }
    }

    @Test(
        "A recipient without Pli reads it with age and gunzip, or with Python",
        .enabled(if: Programs.isThere("age", "gunzip", "python3"), "age, gunzip or python3 is not installed"))
    func otherPrograms() throws {
        // Debian's age opens classical keys only.
        let identity = AgeIdentity.generateClassic()
        let lines = (1...2_000).map { fixture.line($0, bytes: 1_000) }
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: identity.recipient.text)
        for line in lines { try writer.append(line: line) }
        _ = try writer.finish()
        let key = try folder.write(IdentityFile(identities: [identity]).text(), to: "key")
        let zipped = try Programs.run("age", ["-d", "-i", key], folder.bytes("body.age"), in: folder)
        let expected = lines.flatMap { $0 + [UInt8(ascii: "\n")] }
        #expect(try Programs.run("gunzip", ["-c"], zipped, in: folder) == expected)
        let script = "import gzip,sys; sys.stdout.buffer.write(gzip.open(sys.stdin.buffer).read())"
        #expect(try Programs.run("python3", ["-c", script], zipped, in: folder) == expected)
    }

    @Test(
        "A body sealed to as many post-quantum keys as the relay takes has the shape it takes, and is padded all the same"
    )
    func postQuantumShape() throws {
        let keys = try (0..<Limits.sealedStanzas).map { _ in try AgeIdentity.generate().recipient }
        var shape = SealedShape()
        var sealer = try AgeSealer(recipients: keys)
        let headerBytes = sealer.headerBytes
        #expect(try shape.push(sealer.header()) == .complete(headerLength: headerBytes))
        #expect(shape.stanzaTypes == [String](repeating: "mlkem768x25519", count: Limits.sealedStanzas))
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: keys[0].text)
        try writer.append(line: fixture.line(1))
        let body = try writer.finish()
        #expect(body.size == PadmeSize.padded(body.size))
        var one = SealedShape()
        #expect(try one.push(try folder.bytes("body.age")) == .complete(headerLength: 1_627))
    }

    @Test("What participants publish and seal to is post-quantum unless they chose otherwise")
    func postQuantumByDefault() throws {
        #expect(fixture.cnam.ownSealingKey.hasPrefix("age1pq1"))
        let note = try fixture.cnam.keysNote(current: nil, now: fixture.now).value
        #expect(note.sealing.map(\.key) == [fixture.cnam.ownSealingKey])
    }

    @Test("Lines that are empty, hold a newline or are too long are refused, and the body goes on")
    func badLines() throws {
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        #expect(throws: CourierFailure.self) { try writer.append(line: []) }
        #expect(throws: CourierFailure.self) { try writer.append(line: Array("{}\n{}".utf8)) }
        #expect(throws: CourierFailure.exchange(.pastLimit(what: "report", limit: Int64(Limits.bundleBytes)))) {
            try writer.append(line: [UInt8](repeating: 0x20, count: Limits.bundleBytes + 1))
        }
        try writer.append(line: fixture.line(1))
        #expect(try writer.finish().lines == 1)
        #expect(throws: CourierFailure.self) { try writer.append(line: fixture.line(2)) }
    }

    @Test(
        "A sealing key that is none is refused before a file is made",
        arguments: ["", "age1", "age1pqxyz", "ssh-rsa A"])
    func badKey(key: String) throws {
        #expect(throws: CourierFailure.self) {
            let writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: key)
            _ = writer.sealedBytes
        }
        #expect(folder.names.isEmpty)
    }

    @Test(
        "A failing disk leaves no body under the final name",
        arguments: [DiskStep.createFile, .write, .syncFile, .rename])
    func failingDisk(step: DiskStep) throws {
        let disk = Disk(before: { at, path throws(DurableFailure) in
            if at == step { throw DurableFailure(step, code: 5, path: path) }
        })
        #expect(throws: CourierFailure.self) {
            var writer = try SealedBodyWriter(
                path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey, disk: disk)
            try writer.append(line: fixture.line(1))
            _ = try writer.finish()
        }
        #expect(!folder.names.contains("body.age"))
        try Disk.real.sweepTemporaries(in: folder.path)
        #expect(folder.names.isEmpty)
        #expect(try write([fixture.line(1)]).lines == 1, "the next attempt works")
    }

    @Test("Clear text never lies on disk while a body is written")
    func noClearText() throws {
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        for number in 1...6_000 { try writer.append(line: fixture.line(number, bytes: 1_000)) }
        for name in folder.names {
            let text = String(decoding: try folder.bytes(name), as: UTF8.self)
            #expect(!text.contains("Bundle") && text.hasPrefix("age-encryption.org/v1\n"))
        }
        try writer.abandon()
        #expect(folder.names.isEmpty)
    }
}
