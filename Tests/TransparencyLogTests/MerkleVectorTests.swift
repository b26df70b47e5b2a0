import Foundation
import Testing

@testable import TransparencyLog

@Suite("Third-party Merkle proofs", .enabled(if: Shared.isThere, "needs the shared vectors (PLI_SHARED)"))
struct MerkleVectorTests {
    struct Vector: Decodable {
        var size1: UInt64?
        var size2: UInt64?
        var leafIdx: UInt64?
        var treeSize: UInt64?
        var start: UInt64?
        var end: UInt64?
        var size: UInt64?
        var root: Data?
        var root1: Data?
        var root2: Data?
        var leafHash: Data?
        var proof: [Data]?
        var wantErr: Bool

        /// A hash that is not 32 bytes long cannot even be said: that is a refusal, too.
        var path: [LogHash]? {
            let hashes = (proof ?? []).map { LogHash($0) }
            return hashes.contains(nil) ? nil : hashes.compactMap { $0 }
        }
    }

    /// What upstream takes and we refuse, on purpose: a hash that is not 32 bytes long, and a subtree of no leaves,
    /// about which nothing can be proven.
    static let stricter: Set<String> = [
        "consistency/additional/sizes-are-equal-one-and-proof-is-empty.json",
        "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-one-subtree-root-valid-proof-is-empty.json",
        "subtreeconsistency/additional/"
            + "subtree-is-empty-sizes-are-equal-one-subtree-root-valid-tree-root-random-proof-is-empty.json",
        "subtreeconsistency/additional/subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-proof-is-empty.json",
        "subtreeconsistency/additional/"
            + "subtree-is-empty-sizes-are-equal-zero-subtree-root-valid-tree-root-random-proof-is-empty.json",
        "subtreeconsistency/additional/subtree-is-empty-subtree-root-valid-tree-root-random-proof-is-empty.json",
    ]

    private func judge(_ folder: String, expected: Int, _ check: (Vector) throws -> Void) throws {
        let vectors = try Shared.vectors(below: "merkle/\(folder)")
        #expect(vectors.count == expected)
        for (name, data) in vectors {
            let vector = try JSONDecoder().decode(Vector.self, from: data)
            let mustFail = vector.wantErr || Self.stricter.contains("\(folder)/\(name)")
            do {
                try check(vector)
                #expect(!mustFail, "\(folder)/\(name) must be refused")
            } catch is Refused {
                #expect(mustFail, "\(folder)/\(name) must be taken")
            } catch LogFailure.badProof {
                #expect(mustFail, "\(folder)/\(name) must be taken")
            }
        }
    }

    private struct Refused: Error {}

    /// A number past a log's largest size cannot be said either.
    private func number(_ value: UInt64?) throws -> Int64 {
        guard let number = Int64(exactly: try #require(value)) else { throw Refused() }
        return number
    }

    private func hash(_ data: Data?) throws -> LogHash {
        guard let hash = LogHash(data ?? Data()) else { throw Refused() }
        return hash
    }

    private func path(_ vector: Vector) throws -> [LogHash] {
        guard let path = vector.path else { throw Refused() }
        return path
    }

    @Test("Inclusion proofs are taken and refused as they must be")
    func inclusion() throws {
        try judge("inclusion", expected: 71) { vector in
            try ProofCheck.inclusion(
                of: hash(vector.leafHash), index: number(vector.leafIdx), size: number(vector.treeSize),
                path: path(vector), root: hash(vector.root))
        }
    }

    @Test("Consistency proofs are taken and refused as they must be")
    func consistency() throws {
        try judge("consistency", expected: 68) { vector in
            try ProofCheck.consistency(
                oldSize: number(vector.size1), oldRoot: hash(vector.root1), size: number(vector.size2),
                root: hash(vector.root2), path: path(vector))
        }
    }

    @Test("Inclusion proofs within a subtree are taken and refused as they must be")
    func subtreeInclusion() throws {
        try judge("subtreeinclusion", expected: 151) { vector in
            try ProofCheck.inclusion(
                of: hash(vector.leafHash), index: number(vector.leafIdx), start: number(vector.start),
                end: number(vector.end), path: path(vector), root: hash(vector.root))
        }
    }

    @Test("Consistency proofs of a subtree are taken and refused as they must be")
    func subtreeConsistency() throws {
        try judge("subtreeconsistency", expected: 81) { vector in
            try ProofCheck.consistency(
                start: number(vector.start), end: number(vector.end), subtree: hash(vector.root1),
                size: number(vector.size), root: hash(vector.root2), path: path(vector))
        }
    }

    struct Reference: Decodable {
        struct Proof: Decodable {
            var index: Int64?
            var size: Int64?
            var size1: Int64?
            var size2: Int64?
            var proof: [String]
        }
        var leafInputs: [String]
        var leafHashes: [String]
        var rootBySize: [String]
        var inclusionProofs: [Proof]
        var consistencyProofs: [Proof]

        enum CodingKeys: String, CodingKey {
            case leafInputs = "leaf_inputs_hex"
            case leafHashes = "leaf_hashes_hex"
            case rootBySize = "root_by_size_hex"
            case inclusionProofs = "inclusion_proofs_computed_with_hashlib"
            case consistencyProofs = "consistency_proofs_computed_with_hashlib"
        }
    }

    @Test("The reference tree of RFC 6962 has its leaf hashes, roots and proofs")
    func referenceTree() async throws {
        let data = try Data(contentsOf: Shared.tlog.appending(path: "rfc6962/reference_tree.json"))
        let reference = try JSONDecoder().decode(Reference.self, from: data)
        let entries = try reference.leafInputs.map { try Hex.bytes($0) }
        for (entry, hex) in zip(entries, reference.leafHashes) {
            #expect(WriterHashing.leaf(entry).hex == hex)
            #expect(ProofHashing.leafHash(of: entry[...]).hex == hex)
        }
        let log = try TestLog.write(entries)
        var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: log).checkpoint, from: log)
        #expect(reference.rootBySize.count == 9)
        for (size, hex) in reference.rootBySize.enumerated() {
            #expect(try Frontier().appending(Array(entries.prefix(size))).next.root.hex == hex)
            #expect(try await tiles.root(ofSize: Int64(size)).hex == hex)
        }
        for proof in reference.inclusionProofs {
            let index = try #require(proof.index)
            #expect(
                try await tiles.inclusionProof(of: index, size: #require(proof.size)).map(\.hex) == proof.proof)
        }
        for proof in reference.consistencyProofs {
            let from = try #require(proof.size1)
            #expect(
                try await tiles.consistencyProof(from: from, to: #require(proof.size2)).map(\.hex) == proof.proof)
        }
    }
}

enum Hex {
    struct Failure: Error {}

    static func bytes(_ text: String) throws -> [UInt8] {
        let digits = try text.map { character in
            guard let digit = character.hexDigitValue else { throw Failure() }
            return UInt8(digit)
        }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
