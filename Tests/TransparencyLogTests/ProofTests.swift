import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Proofs from checked tiles")
struct ProofTests {
    @Test("Every inclusion proof of every size up to 300 is the defined one's and holds; bent, none does")
    func allInclusion() async throws {
        let entries = DefinedTree.leaves(300)
        let log = try TestLog.write(entries)
        var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: log).checkpoint, from: log)
        for size in Int64(1)...300 {
            let root = try await tiles.root(ofSize: size)
            for index in 0..<size {
                let path = try await tiles.inclusionProof(of: index, size: size)
                let leaf = ProofHashing.leafHash(of: entries[Int(index)][...])
                try ProofCheck.inclusion(of: leaf, index: index, size: size, path: path, root: root)
                if index == size / 2 {
                    #expect(
                        path.map(\.bytes) == DefinedTree.path(Int(index), entries[..<Int(size)]),
                        "index \(index) of \(size)")
                    #expect(throws: LogFailure.badProof(of: .inclusion)) {
                        try ProofCheck.inclusion(of: leaf, index: index, size: size, path: path + [leaf], root: root)
                    }
                    if size > 1 {
                        #expect(throws: LogFailure.badProof(of: .inclusion)) {
                            try ProofCheck.inclusion(
                                of: leaf, index: (index + 1) % size, size: size, path: path, root: root)
                        }
                        #expect(throws: LogFailure.badProof(of: .inclusion)) {
                            try ProofCheck.inclusion(
                                of: leaf, index: index, size: size, path: path.dropLast(), root: root)
                        }
                    }
                }
            }
        }
    }

    @Test("Every consistency proof between sizes up to 300 is the defined one's and holds; bent, none does")
    func allConsistency() async throws {
        let entries = DefinedTree.leaves(300)
        let log = try TestLog.write(entries)
        var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: log).checkpoint, from: log)
        var roots: [LogHash] = []
        for size in Int64(0)...300 { roots.append(try await tiles.root(ofSize: size)) }
        for size in Int64(1)...300 {
            for old in 1...size {
                let path = try await tiles.consistencyProof(from: old, to: size)
                try ProofCheck.consistency(
                    oldSize: old, oldRoot: roots[Int(old)], size: size, root: roots[Int(size)], path: path)
                guard old == (size + 2) / 3 else { continue }
                #expect(path.map(\.bytes) == DefinedTree.proof(Int(old), entries[..<Int(size)]), "\(old) to \(size)")
                #expect(throws: LogFailure.badProof(of: .consistency)) {
                    try ProofCheck.consistency(
                        oldSize: old, oldRoot: roots[Int(old - 1)], size: size, root: roots[Int(size)], path: path)
                }
                for place in path.indices {
                    var bent = path
                    bent[place] = roots[0]
                    #expect(throws: LogFailure.badProof(of: .consistency)) {
                        try ProofCheck.consistency(
                            oldSize: old, oldRoot: roots[Int(old)], size: size, root: roots[Int(size)], path: bent)
                    }
                }
            }
        }
    }

    @Test("Proofs in random logs of up to 140,000 leaves hold and cross every level")
    func random() async throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        let entries = DefinedTree.leaves(140_000)
        let log = try TestLog.write(entries, batches: [1, 255, 65_536, 513, 65_536])
        var tiles = try await CheckedTiles(of: TestLog.checkpoint(of: log).checkpoint, from: log)
        for _ in 0..<300 {
            let size = Int64.random(in: 1...140_000, using: &random)
            let index = Int64.random(in: 0..<size, using: &random)
            let root = try await tiles.root(ofSize: size)
            let path = try await tiles.inclusionProof(of: index, size: size)
            try ProofCheck.inclusion(
                of: ProofHashing.leafHash(of: entries[Int(index)][...]), index: index, size: size, path: path,
                root: root)
            let grown = try await tiles.consistencyProof(from: size, to: 140_000)
            try ProofCheck.consistency(
                oldSize: size, oldRoot: root, size: 140_000, root: tiles.checkpoint.root, path: grown)
            #expect(try await Array(tiles.entry(at: index)) == entries[Int(index)], "seed \(seed), entry \(index)")
        }
        let expected = try Frontier().appending(Array(entries[..<60_000])).next.root
        #expect(try await tiles.root(ofSize: 60_000) == expected)
    }

    @Test("What lies outside the log is refused: entries, sizes, tiles, a proof from nothing")
    func outside() async throws {
        let log = try TestLog.write(DefinedTree.leaves(5))
        let checkpoint = try await TestLog.checkpoint(of: log).checkpoint
        var tiles = try await CheckedTiles(of: checkpoint, from: log)
        for (index, size) in [(5, 5), (0, 6), (-1, 5), (3, 3)] as [(Int64, Int64)] {
            await #expect(throws: LogFailure.outOfRange(what: "the entry or size")) {
                try await tiles.inclusionProof(of: index, size: size)
            }
        }
        for (old, size) in [(0, 5), (6, 6), (5, 4), (-1, 5)] as [(Int64, Int64)] {
            await #expect(throws: LogFailure.outOfRange(what: "a size")) {
                try await tiles.consistencyProof(from: old, to: size)
            }
        }
        for (level, index) in [(0, 1), (1, 0), (7, 0), (-1, 0), (0, -1)] as [(Int, Int64)] {
            await #expect(throws: LogFailure.outOfRange(what: "a tile")) {
                try await tiles.hashes(level: level, index: index)
            }
        }
        #expect(throws: LogFailure.badProof(of: .consistency)) {
            try ProofCheck.consistency(
                oldSize: 0, oldRoot: WriterHashing.empty, size: 5, root: checkpoint.root, path: [])
        }
    }
}
