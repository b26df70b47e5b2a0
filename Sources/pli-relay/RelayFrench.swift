/// The French of what the relay says in English: why it does not start, why it stops, what is wrong.
///
/// A text is taken apart at its colons; each part has its French below, where `{}` stands for a number or a path. What has
/// none (a part of a library's own words) is given as it came, and marked.
enum RelayFrench {
    /// What `english` says, in French, line by line.
    static func of(_ english: String) -> String {
        english.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let (said, rest) = taken(line)
            return rest.isEmpty ? said : said + (said.isEmpty ? "" : " : ") + "(en anglais) " + rest
        }.joined(separator: "\n")
    }

    /// The same for one line; nil where a part of it has no French here.
    static func known(_ line: Substring) -> String? {
        let (said, rest) = taken(line)
        return rest.isEmpty ? said : nil
    }

    /// What of a line has French, from its beginning, and the rest.
    private static func taken(_ line: Substring) -> (said: String, rest: String) {
        let margin = line.prefix { $0 == " " }
        let parts = parts(of: line.dropFirst(margin.count))
        var said: [String] = []
        var start = 0
        while start < parts.count {
            // Some texts have a colon of their own: the longest that is known goes first.
            let ends = (start + 1...parts.count).reversed()
            let found = ends.lazy.compactMap { end in
                part(parts[start..<end].joined(separator: ": ")).map { (end, $0) }
            }.first
            guard let (end, french) = found else { break }
            said.append(french)
            start = end
        }
        return (margin + said.joined(separator: " : "), parts[start...].joined(separator: ": "))
    }

    /// A part in French; a lone word is the name of a setting or a member and stays.
    private static func part(_ text: String) -> String? {
        let (form, values) = form(of: text)
        if let french = phrases[form] {
            return values.enumerated().reduce(french) { said, value in
                said.split(separator: "{\(value.offset + 1)}", omittingEmptySubsequences: false)
                    .joined(separator: value.element)
            }
        }
        if let french = misspelt(text) { return french }
        return text.isEmpty || text.contains(" ") ? nil : text
    }

    /// A setting that nothing reads, with the one that is meant: its name is no number and no path.
    private static func misspelt(_ text: String) -> String? {
        let (opening, ending) = ("no such setting; ", " is meant?")
        guard text.hasPrefix(opening), text.hasSuffix(ending) else { return nil }
        let near = text.dropFirst(opening.count).dropLast(ending.count)
        return near.isEmpty || near.contains(" ") ? nil : "ce réglage n'existe pas ; \(near), sans doute ?"
    }

    /// A text with `{}` for each word that is a number, a path or an address with its port, and those words.
    private static func form(of text: String) -> (form: String, values: [String]) {
        var values: [String] = []
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map { word -> String in
            let opening = word.prefix { $0 == "(" }
            let closing = word.reversed().prefix { ",;)".contains($0) }
            let core = word.dropFirst(opening.count).dropLast(closing.count)
            let isNumber = !core.isEmpty && core.allSatisfy(\.isNumber)
            guard core.contains("/") || isNumber || isAddress(core) else { return String(word) }
            values.append(String(core))
            return opening + "{}" + String(closing.reversed())
        }
        return (words.joined(separator: " "), values)
    }

    /// `127.0.0.1:8443`, `localhost:8443` or `[::1]:8443`; `::1` alone is none.
    private static func isAddress(_ word: Substring) -> Bool {
        guard let colon = word.lastIndex(of: ":") else { return false }
        let port = word[word.index(after: colon)...]
        return !port.isEmpty && port.allSatisfy(\.isNumber)
            && word[..<colon].contains { $0.isLetter || $0.isNumber }
    }

    private static func parts(of text: Substring) -> [String] {
        var parts: [String] = []
        var part = ""
        var rest = text
        while let first = rest.first {
            if rest.hasPrefix(": ") {
                parts.append(part)
                part = ""
                rest = rest.dropFirst(2)
            } else {
                part.append(first)
                rest = rest.dropFirst()
            }
        }
        return parts + [part]
    }

    private static let phrases = settings.merging(directories) { first, _ in first }
        .merging(logs) { first, _ in first }.merging(disks) { first, _ in first }
        .merging(alarms) { first, _ in first }.merging(backups) { first, _ in first }
        .merging(listening) { first, _ in first }.merging(logFiles) { first, _ in first }
}
