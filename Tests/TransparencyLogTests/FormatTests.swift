import Foundation
import Notes
import Testing

@testable import TransparencyLog

@Suite("Paths of tiles")
struct TileAddressTests {
    static let known: [(String, TileAddress?)] = [
        ("tile/0/000", TileAddress(.hashes(level: 0), index: 0)),
        ("tile/0/x001/x234/067", TileAddress(.hashes(level: 0), index: 1_234_067)),
        ("tile/1/x001/000.p/17", TileAddress(.hashes(level: 1), index: 1_000, width: 17)),
        ("tile/entries/273.p/112", TileAddress(.entries, index: 273, width: 112)),
        ("tile/entries/x999/999", TileAddress(.entries, index: 999_999)),
        ("tile/6/000.p/1", TileAddress(.hashes(level: 6), index: 0, width: 1)),
    ]

    @Test("Known tiles have the path of the specification, and are read from it", arguments: known)
    func paths(path: String, address: TileAddress?) throws {
        let address = try #require(address)
        #expect(address.path == path)
        #expect(TileAddress(path: path) == address)
    }

    @Test(
        "A path in any other form is none",
        arguments: [
            "", "tile", "tile/", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000",
            "tile/-1/000", "tile/+0/000", "tile/7/000", "tile/64/000", "tile/0/x000/000", "tile/0/001/002",
            "tile/0/x001", "tile/0/001.p", "tile/0/001.p/0", "tile/0/001.p/256", "tile/0/001.p/01", "tile/0/001.p/-1",
            "tile/0/001/1", "/tile/0/001", "tile/0/001/", "tile//001", "tile/0/../000", "tile/entries", "Tile/0/000",
            "tile/0/00a", "tile/0/x001.p/002", "tile/0/001.p/1/", "tile/0/٠٠٠", "tile/0/ 01", "checkpoint",
            "tile/0/x999/x999/x999/x999/x999/x999/999", "tile/0/x009/x223/x372/x036/x854/x775/808",
        ])
    func otherForms(path: String) {
        #expect(TileAddress(path: path) == nil)
    }

    @Test("Random tiles are read back from their path, and any byte more or less is not that tile")
    func random() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<2_000 {
            let kind: TileAddress.Kind = Bool.random(using: &random) ? .entries : .hashes(level: .random(in: 0...6))
            let index = Int64.random(in: 0...LogLimits.size >> Int64.random(in: 0...52, using: &random), using: &random)
            let width = Bool.random(using: &random) ? 256 : Int.random(in: 1...256, using: &random)
            let address = try #require(TileAddress(kind, index: index, width: width))
            #expect(TileAddress(path: address.path) == address, "seed \(seed)")
            #expect(TileAddress(path: address.path.dropLast()) != address, "seed \(seed)")
            #expect(TileAddress(path: address.path + "0") != address, "seed \(seed)")
        }
    }

    @Test("A tile's end is the first leaf that is not below it; past any log there is none")
    func ends() throws {
        #expect(TileAddress(.hashes(level: 0), index: 0)?.endIndex == 256)
        #expect(TileAddress(.entries, index: 2)?.endIndex == 768)
        #expect(TileAddress(.hashes(level: 1), index: 1)?.endIndex == 131_072)
        #expect(TileAddress(.hashes(level: 6), index: LogLimits.size)?.endIndex == nil)
        #expect(TileAddress(.hashes(level: 7), index: 0) == nil)
        #expect(TileAddress(.entries, index: LogLimits.size + 1) == nil)
        #expect(TileAddress(.entries, index: 0, width: 0) == nil)
        #expect(TileAddress(.entries, index: 0, width: 257) == nil)
    }
}

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

@Suite("Leaves")
struct LeafTests {
    static let line =
        #"{"type":"leaf/1","event":"accepted","at":"2026-11-23T10:00Z","note":""#
        + String(repeating: "0a", count: 32) + "\"}\n"

    @Test("A leaf is one line of JSON, the same bytes back")
    func form() throws {
        let leaf = try LogLeaf(parsing: Array(Self.line.utf8))
        #expect(leaf.event == .accepted)
        #expect(leaf.at.minutesSinceEpoch == 29_923_800)
        #expect(leaf.note.bytes == Array(repeating: 10, count: 32))
        #expect(leaf.encoded == Array(Self.line.utf8))
        for leaf in TestLog.leaves(50) {
            #expect(try LogLeaf(parsing: leaf.encoded) == leaf)
            #expect(leaf.encoded.count <= 160)
        }
    }

    @Test(
        "Any other form is refused",
        arguments: [
            ("leaf/1", "leaf/2"), ("accepted", "accepté"), ("accepted", "Accepted"), ("T10:00Z", "T10:00:00Z"),
            ("T10:00Z", "T24:00Z"), ("11-23", "11-31"), ("\"at\"", "\"At\""), ("0a", "0A"), ("0a", "0"), ("}\n", "}"),
            ("}\n", "}\n\n"), ("}\n", "}\r\n"), (",\"", ", \""), ("}\n", ",\"x\":1}\n"),
            ("\"event\":\"accepted\",", ""),
            ("\"event\":\"accepted\",", "\"event\":\"accepted\",\"event\":\"accepted\","),
            ("accepted", "\\u0061ccepted"), ("\"accepted\"", "null"), ("\"accepted\"", "{}"),
        ])
    func refused(part: String, other: String) throws {
        let range = try #require(Self.line.range(of: part))
        let line = Self.line.replacingCharacters(in: range, with: other)
        #expect(throws: LogFailure.self) { try LogLeaf(parsing: Array(line.utf8)) }
    }

    @Test("Members in another order, and a leaf past its limit, are refused")
    func orderAndLimit() throws {
        let turned =
            #"{"event":"accepted","type":"leaf/1","at":"2026-11-23T10:00Z","note":""#
            + String(repeating: "0a", count: 32) + "\"}\n"
        #expect(throws: LogFailure.malformed(what: "leaf", rule: "not in canonical form")) {
            try LogLeaf(parsing: Array(turned.utf8))
        }
        #expect(throws: LogFailure.pastLimit(what: "leaf", limit: 256)) {
            try LogLeaf(parsing: Array(repeating: 0x20, count: 257))
        }
        #expect(throws: LogFailure.malformed(what: "leaf", rule: "an object of type, event, at and note is expected")) {
            try LogLeaf(parsing: Array(repeating: 0x20, count: 256))
        }
    }

    @Test("Every minute has one text, and seconds are forgotten")
    func minutes() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<5_000 {
            let seconds = Int64.random(in: 0...253_402_300_799, using: &random)
            let minute = LogMinute(secondsSinceEpoch: seconds)
            #expect(minute.minutesSinceEpoch == seconds / 60, "seed \(seed)")
            #expect(LogMinute(minute.text) == minute, "seed \(seed), \(seconds)")
        }
        for (text, seconds) in [
            ("1970-01-01T00:00Z", 0), ("2000-02-29T23:59Z", 951_868_740), ("2100-03-01T00:00Z", 4_107_542_400),
            ("2026-11-23T10:00Z", 1_795_428_000), ("9999-12-31T23:59Z", 253_402_300_799),
        ] as [(String, Int64)] {
            #expect(LogMinute(secondsSinceEpoch: seconds).text == text)
        }
        #expect(LogMinute(secondsSinceEpoch: .max).text == "9999-12-31T23:59Z")
        #expect(LogMinute(secondsSinceEpoch: .min).text == "1970-01-01T00:00Z")
        for text in [
            "", "1969-12-31T23:59Z", "2026-02-29T00:00Z", "2026-00-01T00:00Z", "2026-13-01T00:00Z", "2026-01-00T00:00Z",
            "2026-01-32T00:00Z", "2026-01-01T00:60Z", "2026-01-01 00:00Z", "2026-01-01T00:00z", "2026/01/01T00:00Z",
            "2026-1-01T000:00Z", "zzzz-zz-zzTzz:zzZ", "2100-02-29T00:00Z",
        ] {
            #expect(LogMinute(text) == nil, "\(text)")
        }
    }
}

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
