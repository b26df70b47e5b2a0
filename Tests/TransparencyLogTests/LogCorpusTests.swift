import Foundation
import TestSupport
import Testing

@testable import TransparencyLog

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
@Suite("Corpus of the log")
struct LogCorpusTests {
    /// A file of the corpus.
    struct Input: CustomTestStringConvertible, Sendable {
        var file: URL
        var testDescription: String { file.lastPathComponent }

        var bytes: [UInt8] { get throws { Array(try Data(contentsOf: file)) } }
    }

    static let inputs = FuzzCorpus.files("log").map { Input(file: $0) }

    @Test("the corpus is there")
    func corpusIsThere() { #expect(Self.inputs.count >= 40) }

    @Test("every property holds on the corpus", arguments: inputs)
    func holds(_ input: Input) async throws {
        #expect(try await LogProperties.check(input.bytes) == nil)
    }

    @Test("every property holds on changed and cut corpus files", arguments: inputs)
    func mutations(_ input: Input) async throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        let bytes = try input.bytes
        for _ in 0..<100 where bytes.count > 1 {
            let changed = FuzzCorpus.changed(bytes, &random)
            #expect(await LogProperties.check(changed) == nil, "seed \(seed)")
        }
    }

    @Test("the sample logs are sound as they are, and a damaged file is noticed: the properties say something")
    func samples() async throws {
        #expect(SampleLog.all.map(\.checkpoint.size) == [1, 200, 256, 300, 600, 65_800])
        for log in SampleLog.all {
            var tiles = try await CheckedTiles(of: log.checkpoint, from: log.source)
            let last = log.checkpoint.size - 1
            #expect(try await Array(tiles.entry(at: last)) == SampleLog.entry(last))
            var bent = log.source
            bent.files["tile/entries/000.p/\(log.checkpoint.size % 256)"]?[4] ^= 1
            bent.files["tile/entries/000"]?[4] ^= 1
            await #expect(throws: LogFailure.self) {
                var tiles = try await CheckedTiles(of: log.checkpoint, from: bent)
                _ = try await tiles.entry(at: 0)
            }
        }
    }
}
