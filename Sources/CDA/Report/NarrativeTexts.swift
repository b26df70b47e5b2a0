/// The texts of the narrative block that entries refer to (`<reference value="#ID"/>`).
///
/// A document is written by a stranger: each text is made once and is bounded, and so is what all references together
/// bring in, however often they refer to the same text.
struct NarrativeTexts: Sendable {
    private let places: [String: XMLElement]
    private var known: [String: String?] = [:]
    private var total = 0
    /// A text, or all of them together, was longer than a document may have.
    private(set) var isExhausted = false

    /// Finds the identified parts of `document`.
    init(of document: XMLElement) {
        var found: [String: XMLElement] = [:]
        document.visit(
            element: { element in
                if let id = element.attribute("ID"), found[id] == nil { found[id] = element }
                return true
            }, text: { _ in true })
        places = found
    }

    /// Whether the document has the part that `reference` names.
    func has(_ reference: String) -> Bool { places[NarrativeTexts.id(reference)] != nil }

    /// The text that `reference` names; nil where there is none.
    mutating func text(_ reference: String) -> String? {
        let id = NarrativeTexts.id(reference)
        let text: String?
        if let seen = known[id] {
            text = seen
        } else {
            text = places[id].flatMap { self.text(of: $0) }
            known[id] = .some(text)
        }
        guard let text else { return nil }
        total += text.utf8.count
        guard total <= Limits.narrativeTotalBytes else {
            isExhausted = true
            return nil
        }
        return text
    }

    private static func id(_ reference: String) -> String {
        reference.utf8.first == UInt8(ascii: "#") ? String(reference.dropFirst()) : reference
    }

    /// The text of a part of the narrative block: paragraphs, lines and rows of a table are lines, cells are parted by
    /// a blank. Nil where there is none, or more than a document may have.
    mutating func text(of element: XMLElement) -> String? {
        var lines: [String] = []
        var line: [UInt8] = []
        var count = 0
        func end() {
            if let text = XMLElement.collapsed(line) { lines.append(text) }
            line = []
        }
        element.visit(
            element: { inner in
                switch inner.name.local {
                case "paragraph", "br", "tr", "item", "list", "table", "caption", "title": end()
                case "td", "th": line.append(0x20)
                default: break
                }
                return true
            },
            text: { bytes in
                count += bytes.count
                guard count <= Limits.narrativeBytes else { return false }
                line += bytes
                return true
            })
        guard count <= Limits.narrativeBytes else {
            isExhausted = true
            return nil
        }
        end()
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }
}
