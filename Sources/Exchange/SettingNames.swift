/// The names of settings that a configuration file holds, held against those that are read: a misspelt one must not be
/// a setting that silently stays at its default.
package enum SettingNames {
    /// Mistakes told of one file.
    private static let mistakesMax = 20
    /// Bytes of a name that are shown: what stands there may be anything.
    private static let shownBytes = 64

    /// One text for each name in `found` that nothing reads, with the nearest one that is read.
    package static func mistakes(found: Set<String>, known: Set<String>) -> [String] {
        let unknown = found.subtracting(known).sorted()
        let told = unknown.prefix(mistakesMax).map { name in
            let shown = shown(name)
            if known.contains(where: { $0.hasPrefix(name + ".") }) {
                return "\(shown): settings are expected below it, or nothing of it"
            }
            guard let near = nearest(to: name, among: known) else { return "\(shown): no such setting" }
            return "\(shown): no such setting; \(near) is meant?"
        }
        let rest = unknown.count - told.count
        return rest > 0 ? told + ["\(rest) more settings that do not exist"] : told
    }

    /// The line that a YAML parser stopped at: what it says begins with line and column.
    package static func line(inParserText text: String) -> Int? {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let line = Int(parts[0]), Int(parts[1]) != nil, line > 0 else { return nil }
        return line
    }

    /// The known name with the fewest letters to change, where those are few.
    package static func nearest(to name: String, among known: Set<String>) -> String? {
        guard name.utf8.count <= shownBytes else { return nil }
        let letters = Array(name.lowercased().utf8)
        let near = known.sorted().map { ($0, distance(letters, Array($0.lowercased().utf8))) }.min { $0.1 < $1.1 }
        if let near, near.1 <= max(2, letters.count / 4) { return near.0 }
        // The right name in another section.
        let last = name.split(separator: ".").last.map { $0.lowercased() }
        let same = known.sorted().filter { $0.split(separator: ".").last.map { $0.lowercased() } == last }
        return same.count == 1 ? same[0] : nil
    }

    /// Letters to insert, remove or exchange (Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in right.enumerated() {
                let change = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(change, diagonal + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }

    /// Letters, digits and the signs of names only: a log line or terminal takes no harm.
    private static func shown(_ name: String) -> String {
        let safe = name.unicodeScalars.prefix(shownBytes).map { scalar -> Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
            return isPlain || "._-".unicodeScalars.contains(scalar) ? Character(scalar) : "?"
        }
        return String(safe)
    }
}
