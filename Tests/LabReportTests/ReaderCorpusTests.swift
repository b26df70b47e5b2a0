import Foundation
import TestSupport
import Testing

@testable import LabReport

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
@Suite("What the fuzzer found")
struct ReaderCorpusTests {
    static let files = FuzzCorpus.files("readers")

    @Test("The corpus is there, with inputs for every property")
    func corpusIsThere() {
        #expect(Self.files.count >= 16)
        let kinds = Set(Self.files.compactMap { FileManager.default.contents(atPath: $0.path)?.first.map { $0 % 4 } })
        #expect(kinds == [0, 1, 2, 3])
    }

    @Test("Every property holds on the corpus", arguments: files)
    func holds(_ file: URL) throws {
        #expect(ReaderProperties.check(Array(try Data(contentsOf: file))) == nil)
    }

    @Test("Every property holds on changed and cut corpus files")
    func mutations() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for file in Self.files {
            let bytes = Array(try Data(contentsOf: file))
            for _ in 0..<200 where bytes.count > 1 {
                #expect(
                    ReaderProperties.check(FuzzCorpus.changed(bytes, keeping: 1, &random)) == nil,
                    "seed \(seed), \(file.lastPathComponent)")
            }
        }
    }
}
