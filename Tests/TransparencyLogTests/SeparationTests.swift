import Foundation
import Testing

/// The verifier shares no code with the writer: a mistake in one must not hide in the other.
@Suite("Separation")
struct SeparationTests {
    private static let sources = Shared.packageRoot.appending(path: "Sources/TransparencyLog")

    /// The files of a folder, and the names of the types and functions that they declare.
    private func part(_ folder: String) throws -> (code: [(file: String, text: String)], names: Set<String>) {
        let root = Self.sources.appending(path: folder)
        let files = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.hasSuffix(".swift") }
        var names: Set<String> = []
        var code: [(String, String)] = []
        for file in files.sorted() {
            let text = try String(contentsOf: root.appending(path: file), encoding: .utf8)
            let lines = text.split(separator: "\n").filter { line in
                !line.trimmingCharacters(in: .whitespaces).hasPrefix("//")
            }
            code.append((file, lines.joined(separator: "\n")))
            for line in lines {
                let words = line.split { !$0.isLetter && !$0.isNumber }.map(String.init)
                for keyword in ["enum", "struct", "protocol", "class", "actor"] {
                    if let at = words.firstIndex(of: keyword), at < 3, at + 1 < words.count {
                        names.insert(words[at + 1])
                    }
                }
            }
        }
        return (code, names)
    }

    @Test("No file of the verifier names a type of the writer, and none of the writer one of the verifier")
    func apart() throws {
        let writer = try part("Writer")
        let verifier = try part("Verifier")
        #expect(writer.names.isSuperset(of: ["Frontier", "EdgeTile", "WriterHashing", "LogWriter"]))
        #expect(verifier.names.isSuperset(of: ["CheckedTiles", "ProofHashing", "ProofCheck", "LogAudit"]))
        for (file, text) in verifier.code {
            let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
            let found = words.intersection(writer.names)
            #expect(found.isEmpty, "Verifier/\(file) names \(found)")
        }
        for (file, text) in writer.code {
            let words = Set(text.split { !$0.isLetter && !$0.isNumber }.map(String.init))
            let found = words.intersection(verifier.names)
            #expect(found.isEmpty, "Writer/\(file) names \(found)")
        }
    }

    @Test("Neither side reaches the other's code by extending a type of the formats")
    func noCrossing() throws {
        for (folder, hashing) in [("Writer", "SHA256("), ("Verifier", "SHA256.hash")] {
            let code = try part(folder).code.map(\.text).joined(separator: "\n")
            #expect(code.contains(hashing), "\(folder) must hash by itself")
        }
        let format = try part("Format").code.map(\.text).joined(separator: "\n")
        #expect(!format.contains("SHA256"), "formats hash nothing: each side does that itself")
    }
}
