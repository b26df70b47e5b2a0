import Foundation
import Testing

@testable import Age

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
struct CorpusTests {
    static let files: [URL] = {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent("Fuzz/Corpus/age")
        return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    }()

    @Test("the corpus is there, with inputs for every property")
    func corpusIsThere() {
        #expect(Self.files.count >= 12)
        let kinds = Set(Self.files.compactMap { FileManager.default.contents(atPath: $0.path)?.first.map { $0 % 4 } })
        #expect(kinds == [0, 1, 2, 3])
    }

    @Test("every property holds on the corpus", arguments: files)
    func holds(_ file: URL) throws {
        #expect(AgeProperties.check(Array(try Data(contentsOf: file))) == nil)
    }

    @Test("every property holds on changed and cut corpus files")
    func mutations() throws {
        let seed = UInt64.random(in: .min ... .max)
        var random = TestRandom(seed: seed)
        for file in Self.files {
            let bytes = Array(try Data(contentsOf: file))
            for _ in 0..<200 where bytes.count > 1 {
                var changed = bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 1..<changed.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: changed.insert(UInt8.random(in: 0...255, using: &random), at: place)
                    default: if changed.count > 2 { changed.remove(at: place) }
                    }
                }
                #expect(AgeProperties.check(changed) == nil, "seed \(seed), \(file.lastPathComponent)")
            }
        }
    }
}
