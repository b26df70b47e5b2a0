import Foundation
import Notes
import Testing

@testable import TransparencyLog

@Suite("A third-party tile log", .enabled(if: Shared.isThere, "needs the shared vectors (PLI_SHARED)"))
struct TileLogVectorTests {
    static let folder = Shared.tlog.appending(path: "tiles/tessera_16")
    static let key = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"

    private func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: path)))
    }

    private func entries() throws -> [[UInt8]] {
        try Frontier.entries(of: bytes("tile/entries/000.p/15"), count: 15, path: "").map(Array.init)
    }

    @Test("Our writer makes the same tiles, bundles and roots, leaf by leaf")
    func sameFiles() throws {
        var frontier = Frontier()
        for (index, entry) in try entries().enumerated() {
            let (next, change) = try frontier.appending([entry])
            frontier = next
            let size = index + 1
            #expect(change.obsolete.isEmpty)
            #expect(Set(change.files.map(\.address.path)) == ["tile/0/000.p/\(size)", "tile/entries/000.p/\(size)"])
            for file in change.files { #expect(try file.bytes == bytes(file.address.path)) }
            let signed = try SignedCheckpoint(
                parsing: bytes("checkpoint.\(size)"), by: VerifierKey(line: Self.key))
            #expect(signed.checkpoint.size == Int64(size))
            #expect(signed.checkpoint.root == frontier.root)
            #expect(try signed.bytes == bytes("checkpoint.\(size)"))
        }
        #expect(frontier.size == 15)
    }

    @Test("Our verifier takes every checkpoint of it, each grown from the one before")
    func verified() async throws {
        let key = try VerifierKey(line: Self.key)
        let source = FolderLog(Self.folder)
        var earlier: Checkpoint?
        for size in 0...15 {
            let signed = try SignedCheckpoint(parsing: bytes("checkpoint.\(size)"), by: key)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: source)
            if size > 0 { #expect(try await tiles.entries(ofBundle: 0).count == size) }
            if let earlier { try await LogAudit.demandGrowth(from: earlier, in: &tiles) }
            earlier = signed.checkpoint
        }
    }
}
