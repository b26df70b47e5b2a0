import TestSupport
import Testing

@testable import TransparencyLog

@Suite("Frontier")
struct FrontierTests {
    @Test("Every size up to 600 has the root that RFC 6962 defines")
    func roots() throws {
        let entries = DefinedTree.leaves(600)
        var frontier = Frontier()
        for size in 0...600 {
            // The definition is slow: every size around a full tile, and every seventh of the others.
            if size % 7 == 0 || (250...262).contains(size) || (510...515).contains(size) {
                #expect(frontier.root.bytes == DefinedTree.root(entries[..<size]), "size \(size)")
            }
            if size < 600 { frontier = try frontier.appending([entries[size]]).next }
        }
    }

    @Test("Batches of any size leave the same tiles, bundles and root as one batch")
    func batches() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for _ in 0..<40 {
            let count = Int.random(in: 0...2_000, using: &random)
            let entries = (0..<count).map { _ in random.bytes(Int.random(in: 0...40, using: &random)) }
            let whole = try TestLog.write(entries)
            var sizes: [Int] = []
            while sizes.reduce(0, +) < count { sizes.append(Int.random(in: 0...600, using: &random)) }
            let pieces = try TestLog.write(entries, batches: sizes)
            #expect(pieces.files["checkpoint"] == whole.files["checkpoint"], "seed \(seed), \(count) entries")
            for (path, bytes) in whole.files {
                #expect(pieces.files[path] == bytes, "seed \(seed), \(count) entries, \(path)")
            }
            // What is more in the pieces are partial tiles of earlier checkpoints: they stay while they are needed.
            for path in pieces.files.keys where whole.files[path] == nil {
                let address = try #require(TileAddress(path: path))
                #expect(address.isPartial && pieces.files[address.full.path] == nil, "seed \(seed), \(path)")
            }
        }
    }

    @Test("A log of 70,000 has the tiles that the specification counts")
    func seventyThousand() throws {
        let log = try TestLog.write(DefinedTree.leaves(70_000), batches: [65_536])
        let addresses = log.files.keys.compactMap { TileAddress(path: $0) }
        func count(_ level: Int, width: Int) -> Int {
            addresses.filter { $0.kind == .hashes(level: level) && $0.width == width }.count
        }
        #expect(count(0, width: 256) == 273)
        #expect(count(0, width: 112) == 1)
        #expect(count(1, width: 256) == 1)
        #expect(count(1, width: 17) == 1)
        #expect(count(2, width: 1) == 1)
        #expect(addresses.filter { $0.kind == .entries }.count == 274)
        #expect(log.files["tile/0/000"]?.count == 8_192)
    }

    @Test("A partial tile stays while a checkpoint needs it and goes when the full one is there")
    func obsolete() throws {
        let entries = DefinedTree.leaves(300)
        let (first, _) = try Frontier().appending(Array(entries[..<255]))
        let (_, change) = try first.appending([entries[255]])
        #expect(change.obsolete.map(\.partialFolder) == ["tile/0/000.p", "tile/entries/000.p"])
        #expect(Set(change.files.map(\.address.path)) == ["tile/0/000", "tile/entries/000", "tile/1/000.p/1"])
        let (_, more) = try first.appending(Array(entries[255...]))
        #expect(
            Set(more.files.map(\.address.path)) == [
                "tile/0/000", "tile/entries/000", "tile/1/000.p/1", "tile/0/001.p/44", "tile/entries/001.p/44",
            ])
    }

    @Test("An entry of 65,535 bytes is taken and one more byte refused; so is a batch past its limit")
    func limits() throws {
        let (frontier, _) = try Frontier().appending([Array(repeating: 1, count: 65_535)])
        #expect(frontier.size == 1)
        #expect(throws: LogFailure.pastLimit(what: "entry", limit: 65_535)) {
            try Frontier().appending([Array(repeating: 1, count: 65_536)])
        }
        let most = Array(repeating: [UInt8](), count: LogLimits.batchLeaves)
        #expect(try Frontier().appending(most).next.size == 65_536)
        #expect(throws: LogFailure.pastLimit(what: "batch", limit: 65_536)) {
            try Frontier().appending(most + [[]])
        }
        let last = Frontier(size: LogLimits.size - 1, edges: [], bundle: [])
        #expect(throws: LogFailure.pastLimit(what: "log", limit: LogLimits.size)) { try last.appending([[], []]) }
    }
}
