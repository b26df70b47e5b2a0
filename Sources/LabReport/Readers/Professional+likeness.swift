/// Whether two that a message names are one person.
extension Professional {
    /// One of their numbers is the same; or their names are, and no numbers of one type contradict each other.
    func mayBe(_ other: Professional) -> Bool {
        for mine in identifiers where other.identifiers.contains(where: { $0.value == mine.value }) { return true }
        guard let family = familyName, let otherFamily = other.familyName else { return false }
        guard Professional.isSame(family, otherFamily) else { return false }
        if let given = givenName, let otherGiven = other.givenName, !Professional.isSame(given, otherGiven) {
            return false
        }
        return !identifiers.contains { mine in
            mine.type != nil && other.identifiers.contains { $0.type == mine.type }
        }
    }

    private static func isSame(_ one: Personal, _ other: Personal) -> Bool {
        one == other || FoldedName(one.text).bytes == FoldedName(other.text).bytes
    }
}
