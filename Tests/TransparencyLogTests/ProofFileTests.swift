import Foundation
import Notes
import Testing

@testable import TransparencyLog

@Suite("Proof files")
struct ProofFileTests {
    private func made(leaf: Int = 3) async throws -> (proof: LogProof, leaf: LogLeaf) {
        let leaves = TestLog.leaves(700)
        let log = try TestLog.write(leaves.map(\.encoded))
        let signed = try await TestLog.checkpoint(of: log)
        var tiles = try await CheckedTiles(of: signed.checkpoint, from: log)
        return (try await LogProof.make(of: Int64(leaf), under: signed, in: &tiles), leaves[leaf])
    }

    @Test("A proof is verified with the note's hash and the log's key alone")
    func holds() async throws {
        let key = try TestLog.key().verifying
        for index in [0, 3, 255, 256, 511, 699] {
            let (proof, leaf) = try await made(leaf: index)
            let read = try LogProof(parsing: proof.encoded)
            #expect(read == proof)
            let (found, signed) = try read.verify(leaf.event, of: leaf.note, by: key)
            #expect(found == leaf)
            #expect(signed.checkpoint.size == 700)
            #expect(try read.verify(entry: leaf.encoded, by: key) == signed)
        }
    }

    @Test("Another event, another note, another leaf, another key: none is proven")
    func others() async throws {
        let key = try TestLog.key().verifying
        let (proof, leaf) = try await made()
        let other = TestLog.leaves(5)[4]
        let another = try #require(LogLeaf.Event.allCases.first { $0 != leaf.event })
        #expect(throws: LogFailure.otherLeaf) { try proof.verify(another, of: leaf.note, by: key) }
        #expect(throws: LogFailure.otherLeaf) { try proof.verify(leaf.event, of: other.note, by: key) }
        #expect(throws: LogFailure.badProof(of: .inclusion)) { try proof.verify(entry: other.encoded, by: key) }
        #expect(throws: LogFailure.self) {
            try proof.verify(leaf.event, of: leaf.note, by: SigningKey.generate(name: TestLog.origin).verifying)
        }
        // A leaf put in by whoever carries the file proves nothing: the extra data is not signed.
        let forged = try LogProof(
            extra: other.encoded, index: proof.index, path: proof.path, checkpoint: proof.checkpoint)
        #expect(throws: LogFailure.badProof(of: .inclusion)) {
            try forged.verify(other.event, of: other.note, by: key)
        }
        let bare = try LogProof(extra: nil, index: proof.index, path: proof.path, checkpoint: proof.checkpoint)
        #expect(try LogProof(parsing: bare.encoded) == bare)
        #expect(throws: LogFailure.self) { try bare.verify(leaf.event, of: leaf.note, by: key) }
    }

    @Test("Any flipped bit of the file is refused, by its form or by what it proves")
    func flipped() async throws {
        let key = try TestLog.key().verifying
        let (proof, leaf) = try await made()
        let bytes = proof.encoded
        for place in bytes.indices {
            for bit in 0..<8 {
                var bent = bytes
                bent[place] ^= 1 << UInt8(bit)
                #expect(throws: LogFailure.self, "byte \(place), bit \(bit)") {
                    try LogProof(parsing: bent).verify(leaf.event, of: leaf.note, by: key)
                }
            }
        }
        for count in bytes.indices {
            #expect(throws: LogFailure.self) { try LogProof(parsing: Array(bytes[..<count])) }
        }
    }

    @Test("Counts, sizes and forms are bounded")
    func bounds() async throws {
        let (proof, _) = try await made()
        let hash = proof.path[0]
        let most = try LogProof(
            extra: Array(repeating: 1, count: 4_096), index: 1, path: Array(repeating: hash, count: 108),
            checkpoint: proof.checkpoint)
        #expect(try LogProof(parsing: most.encoded) == most)
        #expect(throws: LogFailure.pastLimit(what: "proof", limit: 108)) {
            try LogProof(extra: nil, index: 1, path: Array(repeating: hash, count: 109), checkpoint: proof.checkpoint)
        }
        #expect(throws: LogFailure.pastLimit(what: "proof's extra data", limit: 4_096)) {
            try LogProof(
                extra: Array(repeating: 1, count: 4_097), index: 1, path: [], checkpoint: proof.checkpoint)
        }
        #expect(throws: LogFailure.pastLimit(what: "proof", limit: 32_768)) {
            try LogProof(parsing: Array(repeating: 0, count: 32_769))
        }
        let text = String(decoding: proof.encoded, as: UTF8.self)
        for (part, other) in [
            ("proof@v1", "proof@v2"), ("index 3", "index 03"), ("index 3", "index -3"), ("index 3", "index"),
            ("extra ", "extra  "), ("extra ", "Extra "), ("index", "extra aa==\nindex"), ("index 3", "index 3\n"),
            ("\n700\n", "\n0700\n"),
        ] {
            let range = try #require(text.range(of: part))
            let bent = text.replacingCharacters(in: range, with: other)
            #expect(throws: LogFailure.self, "\(other)") { try LogProof(parsing: Array(bent.utf8)) }
        }
    }
}
