import Foundation

/// The project's own files, as the tidy tests read them.
struct SourceTree {
    /// One Swift file: where it lies and its lines.
    struct File {
        var path: String
        var lines: [Substring]
        /// The folder under Sources or Tests.
        var target: String
        /// The file without what stands in comments.
        var code: [String]
    }

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift files below `folder`, sorted by path.
    static func files(below folder: String) throws -> [File] {
        let base = root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var files: [File] = []
        while let name = walk.nextObject() as? String {
            guard name.hasSuffix(".swift"), let target = name.split(separator: "/").first else { continue }
            let text = try String(contentsOf: base.appending(path: name), encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            files.append(
                File(path: "\(folder)/\(name)", lines: lines, target: String(target), code: lines.map(withoutComment)))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// Good enough for our own code: a `//` that does not stand in a string or a URL.
    private static func withoutComment(_ line: Substring) -> String {
        var inString = false
        var previous: Character = " "
        for (index, character) in zip(line.indices, line) {
            if character == "\"", previous != "\\" { inString.toggle() }
            if !inString, character == "/", previous == "/" { return String(line[..<line.index(before: index)]) }
            previous = character
        }
        return String(line)
    }

    /// Length of each function of a file, as `(name line, first line number, lines)`.
    static func functions(of file: File) -> [(signature: String, line: Int, length: Int)] {
        var found: [(String, Int, Int)] = []
        for (number, line) in file.code.enumerated() {
            let trimmed = line.drop { $0 == " " }
            let words = trimmed.prefix { $0 != "(" && $0 != "{" && $0 != "<" }.split(separator: " ")
            guard words.contains("func") || words.last.map({ $0 == "init" || $0 == "init?" }) == true else { continue }
            // A body on the same line ends there; what follows belongs to others.
            if trimmed.hasSuffix("}"), trimmed.count(where: { $0 == "{" }) == trimmed.count(where: { $0 == "}" }) {
                found.append((String(trimmed), number + 1, 1))
                continue
            }
            let indent = line.count - trimmed.count
            let closing = String(repeating: " ", count: indent) + "}"
            guard let end = file.code[number...].firstIndex(where: { $0 == closing || $0.hasPrefix(closing + " ") })
            else { continue }
            found.append((String(trimmed), number + 1, end - number + 1))
        }
        return found
    }
}
