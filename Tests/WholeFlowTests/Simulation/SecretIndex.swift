import Foundation
import TestSupport

/// Finds any of many texts in files, in one pass: by their first eight bytes.
struct SecretIndex {
    private var byHead: [UInt64: [[UInt8]]] = [:]

    /// Shorter texts than eight bytes are left out: they stand anywhere by chance.
    init(_ texts: [String]) {
        for text in Set(texts) {
            let bytes = Array(text.utf8)
            guard bytes.count >= 8 else { continue }
            byHead[SecretIndex.head(bytes[0..<8]), default: []].append(bytes)
        }
    }

    /// The names of the files below `folder` that hold one.
    func files(below folder: String) throws -> [String] {
        try TemporaryFolder.contents(below: folder).filter { holds(Array($0.value)) }.map(\.key).sorted()
    }

    func holds(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 8 else { return false }
        var head = SecretIndex.head(bytes[0..<8])
        var place = 0
        while true {
            if let texts = byHead[head], texts.contains(where: { bytes[place...].starts(with: $0) }) { return true }
            guard place + 8 < bytes.count else { return false }
            head = head << 8 | UInt64(bytes[place + 8])
            place += 1
        }
    }

    private static func head(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
