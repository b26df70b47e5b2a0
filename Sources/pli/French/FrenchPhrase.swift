/// A text that a target below says in English, and what it is in French.
///
/// In the English, `{}` stands for one word that both languages say as it is (a number, a key, a file's name), `{name}` for
/// any text said as it is, `{words}` for a text that has French of its own, `{list}` for several of those between
/// semicolons. The French takes them by their number: `{1}`, `{2}`.
struct FrenchPhrase: Sendable {
    private enum Slot: String, CaseIterable {
        case word = "{}"
        case name = "{name}"
        case words = "{words}"
        case list = "{list}"
    }

    let english: String
    let french: String
    /// What stands before, between and after the slots: one more than those.
    private let pieces: [String]
    private let slots: [Slot]

    init(_ english: String, _ french: String) {
        self.english = english
        self.french = french
        var pieces: [String] = []
        var slots: [Slot] = []
        var piece = ""
        var rest = Substring(english)
        while let first = rest.first {
            if let slot = Slot.allCases.first(where: { rest.hasPrefix($0.rawValue) }) {
                pieces.append(piece)
                slots.append(slot)
                piece = ""
                rest = rest.dropFirst(slot.rawValue.count)
            } else {
                piece.append(first)
                rest = rest.dropFirst()
            }
        }
        self.pieces = pieces + [piece]
        self.slots = slots
    }

    /// Whether it says one text only.
    var isFixed: Bool { slots.isEmpty }

    /// The French of `text`, if it is a text of this phrase; `inner` says what stands in for `{words}`.
    func french(of text: String, inner: (String) -> String?) -> String? {
        guard let found = captures(in: text) else { return nil }
        var said: [String] = []
        for (capture, slot) in zip(found, slots) {
            guard let word = FrenchPhrase.said(capture, slot, inner) else { return nil }
            said.append(word)
        }
        var result = ""
        var rest = Substring(french)
        while let first = rest.first {
            if let number = said.indices.first(where: { rest.hasPrefix("{\($0 + 1)}") }) {
                result += said[number]
                rest = rest.dropFirst("{\(number + 1)}".count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func said(_ capture: String, _ slot: Slot, _ inner: (String) -> String?) -> String? {
        switch slot {
        case .word: return capture.contains(" ") ? nil : capture
        case .name: return capture
        case .words: return inner(capture)
        case .list:
            let all = FrenchPhrase.parts(of: capture).map(inner)
            let known = all.compactMap { $0 }
            return known.count == all.count ? known.joined(separator: " ; ") : nil
        }
    }

    /// What stands in the slots; a slot ends where the piece behind it is first found, the last one with the text.
    private func captures(in text: String) -> [String]? {
        guard let opening = pieces.first, text.hasPrefix(opening) else { return nil }
        var found: [String] = []
        var rest = text.dropFirst(opening.count)
        for (index, piece) in pieces.dropFirst().enumerated() {
            let isLast = index == slots.count - 1
            let end: Substring.Index
            if isLast {
                guard rest.hasSuffix(piece) else { return nil }
                end = rest.index(rest.endIndex, offsetBy: -piece.count)
            } else {
                guard let place = FrenchPhrase.place(of: piece, in: rest) else { return nil }
                end = place
            }
            guard end > rest.startIndex else { return nil }
            found.append(String(rest[..<end]))
            rest = rest[end...].dropFirst(piece.count)
        }
        return slots.isEmpty && !rest.isEmpty ? nil : found
    }

    private static func place(of piece: String, in text: Substring) -> Substring.Index? {
        var place = text.startIndex
        while place < text.endIndex {
            if text[place...].hasPrefix(piece) { return place }
            place = text.index(after: place)
        }
        return nil
    }

    /// The parts of a text between semicolons.
    private static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var rest = Substring(text)
        while let end = place(of: "; ", in: rest) {
            parts.append(String(rest[..<end]))
            rest = rest[end...].dropFirst(2)
        }
        return parts + [String(rest)]
    }
}
