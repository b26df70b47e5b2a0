import Foundation
import Notes
import Testing

@testable import TransparencyLog

@Suite("Checkpoints")
struct CheckpointTests {
    static let text = "relais.example.org/registre\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n"

    @Test("A checkpoint is three lines, and extension lines are kept as they are")
    func forms() throws {
        let checkpoint = try Checkpoint(text: Array(Self.text.utf8))
        #expect(checkpoint.size == 15)
        #expect(checkpoint.root.hex == "aca6c38a90af86e5f5199ee0e4105ef2c03a05b27b8daff59e4e36eefdfcddcb")
        #expect(checkpoint.text == Array(Self.text.utf8))
        let extended = try Checkpoint(text: Array((Self.text + "une ligne\n").utf8))
        #expect(extended.extensions == ["une ligne"])
        #expect(extended.text == Array((Self.text + "une ligne\n").utf8))
        #expect(extended != checkpoint)
    }

    @Test(
        "Any other form is refused",
        arguments: [
            ("15", "015"), ("15", "+15"), ("15", "-1"), ("15", ""), ("15", "15 "), ("15", "9007199254740992"),
            ("15", "99999999999999999999"), ("cs=", "cs"), ("cs=", "ct="), ("rKb", "rK"), ("rKb", " rKb"),
            ("registre", "registre\n"), ("relais.example.org/registre", ""), ("cs=\n", "cs="), ("cs=\n", "cs=\n\n"),
            ("cs=\n", "cs=\n\nx\n"),
        ])
    func refused(part: String, other: String) throws {
        let range = try #require(Self.text.range(of: part))
        let text = Self.text.replacingCharacters(in: range, with: other)
        #expect(throws: LogFailure.self) { try Checkpoint(text: Array(text.utf8)) }
    }

    @Test("Bytes that are not UTF-8, lines past their number and long origins are refused")
    func limits() throws {
        var bytes = Array(Self.text.utf8)
        bytes[0] = 0xFF
        #expect(throws: LogFailure.malformed(what: "checkpoint", rule: "not UTF-8")) { try Checkpoint(text: bytes) }
        let extensions = String(repeating: "x\n", count: LogLimits.checkpointExtensions)
        #expect(try Checkpoint(text: Array((Self.text + extensions).utf8)).extensions.count == 8)
        #expect(throws: LogFailure.pastLimit(what: "checkpoint's extension lines", limit: 8)) {
            try Checkpoint(text: Array((Self.text + extensions + "x\n").utf8))
        }
        let root = WriterHashing.empty
        #expect(try Checkpoint(origin: String(repeating: "o", count: 255), size: 0, root: root).size == 0)
        #expect(throws: LogFailure.self) {
            try Checkpoint(origin: String(repeating: "o", count: 256), size: 0, root: root)
        }
        #expect(throws: LogFailure.pastLimit(what: "checkpoint's size", limit: LogLimits.size)) {
            try Checkpoint(origin: "o", size: LogLimits.size + 1, root: root)
        }
        #expect(throws: LogFailure.pastLimit(what: "checkpoint", limit: 16_384)) {
            try Checkpoint(text: Array(repeating: 0x61, count: 16_385))
        }
    }

    @Test("A signed checkpoint is taken only by its log's key, and any flipped byte is refused")
    func signed() throws {
        let key = try TestLog.key()
        let checkpoint = try Checkpoint(text: Array(Self.text.utf8))
        let signed = try SignedCheckpoint(signing: checkpoint, with: key)
        #expect(try SignedCheckpoint(parsing: signed.bytes, by: key.verifying) == signed)
        for place in signed.bytes.indices {
            var bent = signed.bytes
            bent[place] ^= 1
            #expect(throws: LogFailure.self, "byte \(place)") {
                try SignedCheckpoint(parsing: bent, by: key.verifying)
            }
        }
        let stranger = try TestLog.key("autre.example.org")
        #expect(throws: LogFailure.otherOrigin) { try SignedCheckpoint(signing: checkpoint, with: stranger) }
        let foreign = try stranger.sign(text: checkpoint.text).encoded
        #expect(throws: LogFailure.otherOrigin) { try SignedCheckpoint(parsing: foreign, by: stranger.verifying) }
        #expect(throws: LogFailure.self) { try SignedCheckpoint(parsing: foreign, by: key.verifying) }
        let pair = try SigningPair.generate(name: TestLog.origin).verifying
        #expect(throws: LogFailure.self) { try SignedCheckpoint(parsing: signed.bytes, by: pair.mldsa) }
        #expect(throws: LogFailure.self) { try SignedCheckpoint(parsing: signed.bytes, by: pair.ed25519) }
    }

    @Test("Cosignatures by keys that nobody here knows are kept and ignored")
    func cosigned() throws {
        let key = try TestLog.key()
        let checkpoint = try Checkpoint(text: Array(Self.text.utf8))
        let signed = try SignedCheckpoint(signing: checkpoint, with: key)
        let witnessed = try signed.note.appending(
            SigningKey.generate(name: "temoin.example").sign(text: checkpoint.text))
        let read = try SignedCheckpoint(parsing: witnessed.encoded, by: key.verifying)
        #expect(read.checkpoint == checkpoint)
        #expect(read.bytes == witnessed.encoded)
    }
}
