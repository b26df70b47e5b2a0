import Foundation
import Testing

@testable import HL7

/// The fuzzer's corpus, replayed: what once broke a property, and an input for each branch.
@Suite("What the fuzzer found")
struct CorpusTests {
    static let files: [URL] = {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let folder = root.appendingPathComponent("Fuzz/Corpus/hl7")
        return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
    }()

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
        let seed = UInt64.random(in: .min ... .max)
        var changes = Changes(seed: seed)
        for file in Self.files {
            let bytes = Array(try Data(contentsOf: file))
            for _ in 0..<200 where bytes.count > 1 {
                #expect(HL7Properties.check(changes.made(to: bytes)) == nil, "seed \(seed), \(file.lastPathComponent)")
            }
        }
    }
}

/// One to three random changes of a corpus file, never of its first byte.
private struct Changes {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func below(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % max(count, 1)
    }

    mutating func made(to bytes: [UInt8]) -> [UInt8] {
        var changed = bytes
        for _ in 0...below(3) {
            let place = 1 + below(changed.count - 1)
            switch below(3) {
            case 0: changed[place] = UInt8(below(256))
            case 1: changed.insert(UInt8(below(256)), at: place)
            default: if changed.count > 2 { changed.remove(at: place) }
            }
        }
        return changed
    }
}
