/// Whether two that a message names are one person.
extension Professional {
    /// One of their numbers is the same; or their names are, and no numbers of one type contradict each other.
    func mayBe(_ other: Professional) -> Bool {
        if sharesNumber(with: other) { return true }
        guard let family = familyName, let otherFamily = other.familyName else { return false }
        guard Professional.isSame(family, otherFamily) else { return false }
        if let given = givenName, let otherGiven = other.givenName, !Professional.isSame(given, otherGiven) {
            return false
        }
        return !isContradicted(by: other)
    }

    /// The same of two that one field names: there, one without a name is the other one unless their numbers say otherwise, and two
    /// names are never one person's.
    func mayBeSaid(again other: Professional) -> Bool {
        guard let family = familyName, let otherFamily = other.familyName else {
            return sharesNumber(with: other) || !isContradicted(by: other)
        }
        return Professional.isSame(family, otherFamily) && mayBe(other)
    }

    /// Both have a family name, and not the same one: of two that one number makes one person, one name is lost.
    func isNamedOtherwise(than other: Professional) -> Bool {
        guard let family = familyName, let otherFamily = other.familyName else { return false }
        return !Professional.isSame(family, otherFamily)
    }

    private func sharesNumber(with other: Professional) -> Bool {
        identifiers.contains { mine in other.identifiers.contains { $0.value == mine.value } }
    }

    /// Both have a number of one type. That it is not the same one was seen before.
    private func isContradicted(by other: Professional) -> Bool {
        identifiers.contains { mine in
            mine.type != nil && other.identifiers.contains { $0.type == mine.type }
        }
    }

    private static func isSame(_ one: Personal, _ other: Personal) -> Bool {
        one == other || FoldedName(one.text).bytes == FoldedName(other.text).bytes
    }
}
