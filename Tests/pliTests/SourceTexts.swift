import Foundation

/// The texts that the sources hand to failures and alarms, as a reader would meet them.
enum SourceTexts {
    /// A literal and where it stands.
    struct Text: CustomStringConvertible {
        var text: String
        var file: String
        var description: String { "\(file): \(text)" }
    }

    /// Literals right behind one of `markers`, and the last literal of the arguments of each of `calls`, in the sources
    /// below `folders`. What is put into a literal is replaced by a number, or by a text that has French.
    static func behind(_ markers: [String], calls: [String] = [], below folders: [String]) throws -> [Text] {
        var found: [Text] = []
        for folder in folders {
            for (name, code) in try files(below: Program.root.appending(path: "Sources/\(folder)")) {
                for marker in markers {
                    for start in places(of: marker, in: code) {
                        let rest = code[start...].drop { $0.isWhitespace }
                        if let text = literal(at: rest) { found.append(Text(text: text.text, file: name)) }
                    }
                }
                for call in calls {
                    for start in places(of: call, in: code) {
                        if let text = lastLiteral(ofArgumentsAt: code[start...]) {
                            found.append(Text(text: text, file: name))
                        }
                    }
                }
            }
        }
        return found
    }

    private static func files(below folder: URL) throws -> [(String, String)] {
        let isFile = folder.pathExtension == "swift"
        let names = isFile ? [""] : try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try names.filter { isFile || $0.hasSuffix(".swift") }.sorted().map { name in
            let url = isFile ? folder : folder.appending(path: name)
            let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n")
            let code = lines.filter { !$0.drop { $0 == " " }.hasPrefix("//") }.joined(separator: "\n")
            return (url.lastPathComponent, code)
        }
    }

    private static func places(of marker: String, in code: String) -> [String.Index] {
        var places: [String.Index] = []
        var rest = code[...]
        while let range = rest.range(of: marker) {
            places.append(range.upperBound)
            rest = rest[range.upperBound...]
        }
        return places
    }

    /// The literal that begins here, with those added to it by `+`, and what follows it.
    private static func literal(at code: Substring) -> (text: String, rest: Substring)? {
        guard code.first == "\"" else { return nil }
        var text = ""
        var rest = code.dropFirst()
        while let first = rest.first, first != "\"" {
            rest = rest.dropFirst()
            guard first == "\\" else {
                text.append(first)
                continue
            }
            guard let escaped = rest.first else { return nil }
            rest = rest.dropFirst()
            guard escaped == "(" else {
                text.append(escaped == "n" ? "\n" : escaped)
                continue
            }
            let inner = interpolation(at: rest)
            text += sample(for: String(inner))
            rest = rest[inner.endIndex...].dropFirst()
        }
        rest = rest.dropFirst()
        let next = rest.drop { $0.isWhitespace }
        if next.hasPrefix("+"), let more = literal(at: next.dropFirst().drop { $0.isWhitespace }) {
            return (text + more.text, more.rest)
        }
        return (text, rest)
    }

    /// What stands between the parentheses of an interpolation.
    private static func interpolation(at code: Substring) -> Substring {
        var depth = 1
        var end = code.startIndex
        while end < code.endIndex {
            if code[end] == "(" { depth += 1 }
            if code[end] == ")" { depth -= 1 }
            if depth == 0 { break }
            end = code.index(after: end)
        }
        return code[..<end]
    }

    private static func sample(for inner: String) -> String {
        if inner.hasSuffix(".offset") { return "7" }
        if ["error", "failure", "damage", "reason", "rule", "trouble"].contains(where: inner.contains) {
            return "it does not exist"
        }
        if inner.contains("status.rawValue") { return "suspended" }
        return inner == "what" ? "manifest" : "7"
    }

    private static func lastLiteral(ofArgumentsAt code: Substring) -> String? {
        var depth = 1
        var rest = code
        var last: String?
        while let first = rest.first, depth > 0 {
            if first == "\"" {
                guard let found = literal(at: rest) else { return nil }
                last = found.text
                rest = found.rest
                continue
            }
            if first == "(" { depth += 1 }
            if first == ")" { depth -= 1 }
            rest = rest.dropFirst()
        }
        return last
    }
}
