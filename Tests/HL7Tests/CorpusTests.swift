import Foundation
import TestSupport
import Testing

@testable import HL7

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
@Suite("What the fuzzer found")
struct CorpusTests {
    static let files = FuzzCorpus.files("hl7")

    @Test("The corpus is there, with inputs for every property")
    func corpusIsThere() {
        #expect(Self.files.count >= 12)
        let kinds = Set(Self.files.compactMap { FileManager.default.contents(atPath: $0.path)?.first.map { $0 % 3 } })
        #expect(kinds == [0, 1, 2])
    }

    @Test("Every property holds on the corpus", arguments: files)
    func holds(_ file: URL) throws {
        #expect(HL7Properties.check(Array(try Data(contentsOf: file))) == nil)
    }

    @Test("Every property holds on changed and cut corpus files")
    func mutations() throws {
        let seed = SeededRandom.newSeed()
        var random = SeededRandom(seed: seed)
        for file in Self.files {
            let bytes = Array(try Data(contentsOf: file))
            for _ in 0..<200 where bytes.count > 1 {
                #expect(
                    HL7Properties.check(FuzzCorpus.changed(bytes, keeping: 1, &random)) == nil,
                    "seed \(seed), \(file.lastPathComponent)")
            }
        }
    }
}
