package import Foundation

/// The fuzzers' corpus: what once broke a property, and an input for each branch.
package enum FuzzCorpus {
    /// The files of one folder below `Fuzz/Corpus`.
    package static func files(_ folder: String) -> [URL] {
        let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let url = root.appendingPathComponent("Fuzz/Corpus/\(folder)")
        return (try? FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil)) ?? []
    }

    /// One to three random changes: a byte, one more, one less, or a stretch that comes again. The first `kept` bytes stay, which
    /// say what the others are for.
    package static func changed(_ bytes: [UInt8], keeping kept: Int = 0, _ random: inout SeededRandom) -> [UInt8] {
        var changed = bytes
        for _ in 0..<Int.random(in: 1...3, using: &random) where changed.count > kept {
            let place = Int.random(in: kept..<changed.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: changed[place] = UInt8.random(in: .min ... .max, using: &random)
            case 1: changed.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
            case 2: changed.insert(contentsOf: bytes.dropFirst(kept).prefix(place).suffix(40), at: place)
            default: if changed.count > kept + 1 { changed.remove(at: place) }
            }
        }
        return changed
    }
}
