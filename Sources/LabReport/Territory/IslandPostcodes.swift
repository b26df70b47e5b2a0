/// The postcodes that begin like the INSEE codes of Saint-Barthélemy (977) and Saint-Martin (978), and those of their CEDEX.
///
/// The two islands kept postcodes of Guadeloupe (97133, 97150) and have business delivery codes under 970. La Poste gives 977 and 978 to
/// business delivery on La Réunion (`97743 SAINT DENIS CEDEX 9`), half a world away; yet people write an island's INSEE code (97701,
/// 97801) where its postcode belongs. So there the town decides, and where it does not, nobody is guessed.
enum IslandPostcodes {
    /// Where `number` lies; nil where it is none of these.
    static func place(_ number: Int, city: String?) -> Territory.Place? {
        switch number {
        case 97133: return one("977")
        case 97150: return one("978")
        default: break
        }
        switch number / 100 {
        case 970: return island(city) ?? several(["977", "978"])
        case 977: return island(city) ?? reunion(city) ?? several(["974", "977"])
        case 978: return island(city) ?? reunion(city) ?? several(["974", "978"])
        default: return nil
        }
    }

    /// The island that the town is on, or is named after.
    private static func island(_ city: String?) -> Territory.Place? {
        guard let city else { return nil }
        let name = FoldedName(city).bytes
        for (code, beginnings) in towns where beginnings.contains(where: { name.starts(with: $0.utf8) }) {
            return one(code)
        }
        return nil
    }

    private static let towns: [(code: String, beginnings: [String])] = [
        ("977", ["SAINTBARTH", "GUSTAVIA"]), ("978", ["SAINTMARTIN", "MARIGOT", "GRANDCASE"]),
    ]

    /// Business delivery under 977 and 978 is La Réunion's alone.
    private static func reunion(_ city: String?) -> Territory.Place? {
        guard let city, FoldedName(city).isCedex else { return nil }
        return one("974")
    }

    private static func one(_ code: String) -> Territory.Place? { Department(code: code).map { .department($0) } }

    private static func several(_ codes: [String]) -> Territory.Place {
        .ambiguous(codes.compactMap { Department(code: $0) })
    }
}
