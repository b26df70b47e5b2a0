import Age
import Durable
import Exchange
import Foundation
import TestSupport
import Testing

@testable import Courier

@Suite("Raw files, sealed and opened")
struct FileBodyTests {
    let fixture: Fixture
    let folder: TemporaryFolder

    init() throws {
        fixture = try Fixture()
        folder = try TemporaryFolder()
    }

    private func head(id: ParcelID? = nil, from: ParticipantID? = nil) throws -> FileHead {
        try FileHead(
            source: BodySource(from: from ?? fixture.lab.id, to: fixture.cnam.id, id: id ?? fixture.parcel),
            name: "DUPONT.pdf", mediaType: "application/pdf")
    }

    private func write(_ pieces: [[UInt8]]) throws -> SealedBody {
        var writer = try SealedBodyWriter(path: folder("body.age"), sealingKey: fixture.cnam.ownSealingKey)
        do {
            for piece in pieces { try writer.append(fileBytes: piece) }
            return try writer.finish()
        } catch {
            try writer.abandon()
            throw error
        }
    }

    private func manifest(of body: SealedBody, kind: Manifest.Kind = .file) throws -> Manifest {
        try Manifest(
            id: fixture.parcel, from: fixture.lab.id, to: fixture.cnam.id, kind: kind,
            mediaType: kind == .file ? "application/pdf" : Manifest.reportsMediaType, createdAt: fixture.now,
            expiresAt: fixture.now.adding(seconds: 86_400), size: body.size, sha256: body.sha256, reports: body.lines,
            seq: 1, keys: 1, directory: 1)
    }

    private func open(_ body: SealedBody, kind: Manifest.Kind = .file) throws -> FileHead? {
        try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body, kind: kind),
            into: folder("open/clear"))
    }

    /// Bytes that do not shrink.
    private func noise(_ count: Int) -> [UInt8] {
        var random = SeededRandom(seed: 7)
        return random.bytes(count)
    }

    @Test(
        "What was sealed is opened to the same bytes, from a file of exactly a size class",
        arguments: [0, 1, 300_000, 5_000_000])
    func roundTrip(count: Int) throws {
        let bytes = noise(count)
        let body = try write([try head().line, bytes])
        #expect(body.lines == 1 && PadmeSize.padded(body.size) == body.size)
        #expect(try open(body)?.name == "DUPONT.pdf")
        #expect(try folder.bytes("open/clear") == bytes)
    }

    @Test("A private copy has no name while it is read, and nothing of it is left")
    func nameless() throws {
        let bytes = noise(700_000)
        let body = try write([try head().line, bytes])
        let opened = try SealedBodyReader.open(
            path: folder("body.age"), keys: fixture.cnam, manifest: manifest(of: body), inPrivateOf: folder("open"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("open")).isEmpty)
        #expect(opened.shape.stanzaTypes == ["mlkem768x25519"])
        var read: [UInt8] = []
        try SealedBodyReader.pieces(of: opened.clear) { read += $0 }
        #expect(read == bytes)
    }

    @Test(
        "Where a body reads otherwise the second time than when it was hashed, nothing of it is given",
        arguments: [0, 1])
    func twoReadings(way: Int) throws {
        let length = 700_000
        let forged = try write([try head().line, noise(length).reversed()])
        let other = try folder.bytes("body.age")
        try FileManager.default.removeItem(atPath: folder("body.age"))
        let body = try write([try head().line, noise(length)])
        #expect(body.size == forged.size && body.sha256 != forged.sha256)
        let path = folder("body.age")
        // A stick or a share that answers in two ways: the private copy is made between the two readings.
        let disk = Disk(after: { step, made throws(DurableFailure) in
            guard step == .createFile, made != path else { return }
            let file = FileHandle(forWritingAtPath: path)
            file?.write(Data(other))
            try? file?.close()
        })
        let changed = CourierFailure.damagedBody("it changed while it was read")
        if way == 0 {
            #expect(throws: changed) {
                try SealedBodyReader.open(
                    path: path, keys: fixture.cnam, manifest: manifest(of: body), inPrivateOf: folder("open"),
                    disk: disk)
            }
        } else {
            #expect(throws: changed) {
                try SealedBodyReader.open(
                    path: path, keys: fixture.cnam, manifest: manifest(of: body), into: folder("open/clear"),
                    disk: disk)
            }
        }
        #expect(try folder.bytes("body.age") == other, "the hook did its work")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("open")).isEmpty)
    }

    @Test("A first line that names another parcel or sender, is none or too long opens nothing")
    func wrongHead() throws {
        let other = try ParcelID("019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4aff")
        let binding = CourierFailure.binding("the file's first line does not name this parcel")
        let cases: [([UInt8], CourierFailure)] = [
            (try head(id: other).line, binding), (try head(from: fixture.ars.id).line, binding),
            (Array("%PDF-1.7\n".utf8), binding), (Array("no line".utf8), .invalid("the file has no first line")),
            ([UInt8](repeating: 0x20, count: 4_000), .invalid("the file's first line is too long")),
        ]
        for (line, failure) in cases {
            let body = try write([line])
            #expect(throws: failure) { try open(body) }
            #expect(!FileManager.default.fileExists(atPath: folder("open/clear")))
        }
    }

    @Test(
        "A first line that names this parcel and breaks a rule is a mistake of form; one that names another as well is not"
    )
    func malformedHead() throws {
        let text = String(decoding: try head().line, as: UTF8.self)
        func named(_ name: String) -> String { text.replacing("DUPONT.pdf", with: name) }
        let long = String(repeating: "x", count: 256)
        let wrong = [
            named("a/b"), named("a\\tb"), named("a\u{7F}"), named(""), named(".."), named(long), named("\\u00e9"),
            named("a\\/b"), text.replacing("}", with: ",\"size\":1}"), text.replacing("\":\"", with: "\": \""),
        ]
        for line in wrong {
            let body = try write([Array(line.utf8)])
            let failure = #expect(throws: CourierFailure.self, "\(line)") { try open(body) }
            #expect(failure?.receiptReason == .invalid, "\(line)")
            #expect(failure.map { !"\($0)".contains("DUPONT") } == true)
            let others = try write([
                Array(line.replacing(fixture.parcel.text, with: "019ab1c2-d3e4-7f56-8a9b-0c1d2e3f4aff").utf8)
            ])
            #expect(#expect(throws: CourierFailure.self) { try open(others) }?.receiptReason == .binding)
            let twice = try write([Array(line.replacing("{", with: "{\"id\":\"\(fixture.parcel)\",").utf8)])
            #expect(#expect(throws: CourierFailure.self) { try open(twice) }?.receiptReason == .binding)
            #expect(!FileManager.default.fileExists(atPath: folder("open/clear")))
        }
    }

    @Test("A file that is said to be reports is none, and a body holds one or the other")
    func kinds() throws {
        let body = try write([try head().line, Array("x\n".utf8)])
        #expect(throws: CourierFailure.self) { try open(body, kind: .reports) }
        var writer = try SealedBodyWriter(path: folder("mixed.age"), sealingKey: fixture.cnam.ownSealingKey)
        try writer.append(line: fixture.line(1))
        #expect(throws: CourierFailure.usage("a body holds reports or one file")) {
            try writer.append(fileBytes: [1])
        }
        try writer.abandon()
        var other = try SealedBodyWriter(path: folder("mixed.age"), sealingKey: fixture.cnam.ownSealingKey)
        try other.append(fileBytes: [1])
        #expect(throws: CourierFailure.usage("a body holds reports or one file")) {
            try other.append(line: fixture.line(1))
        }
        try other.abandon()
    }

    @Test("A file that its recipient would take for a bomb is not sealed")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 1 << 20)
        #expect(throws: CourierFailure.self) { try write([try head().line] + Array(repeating: zeros, count: 80)) }
        #expect(folder.names.isEmpty)
        let body = try write([try head().line] + Array(repeating: zeros, count: 40))
        #expect(try open(body) != nil)
    }
}
