import TestSupport
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
