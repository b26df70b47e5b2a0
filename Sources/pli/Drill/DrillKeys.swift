import Foundation

/// Secrets that lie with the ends only: their key files, and the stanzas of sealed bodies that wait in the laboratory's
/// spool.
enum DrillKeys {
    /// The secret part of every key file of the ends and of the root holders.
    static func secrets(in folder: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path).flatMap { name in
            try String(contentsOf: folder.appending(path: name), encoding: .utf8).split(separator: "\n")
                .filter { $0.hasPrefix("PRIVATE+KEY+") || $0.hasPrefix("AGE-SECRET-KEY-") }
                // Name and number of a signing key are public.
                .map { $0.hasPrefix("PRIVATE") ? String($0.split(separator: "+").last ?? "") : String($0) }
        }
    }

    /// The wrapped keys of sealed bodies, line by line.
    static func stanzas(in spool: URL) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: spool.path).filter { $0.hasSuffix(".age") }.flatMap {
            name in
            let bytes = try Data(contentsOf: spool.appending(path: name)).prefix(8_192)
            var lines: [String] = []
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                let text = String(decoding: line, as: UTF8.self)
                lines.append(text)
                if text.hasPrefix("--- ") { break }
            }
            // The first line is that of every age file.
            return lines.dropFirst().filter { $0.utf8.count >= 32 }
        }
    }
}
