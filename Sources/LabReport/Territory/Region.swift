/// A region of France, each with one regional health agency (ARS).
package struct Region: Hashable, Sendable {
    /// INSEE's two digits.
    package let code: String
    /// Name in French.
    package let name: String

    private init(_ code: String, _ name: String) {
        self.code = code
        self.name = name
    }

    /// The participant id of the region's health agency: `ars-11`.
    package var authority: String { "ars-" + code }

    /// The departments and collectivities that the region's agency looks after, in the order of their codes.
    package var departments: [Department] {
        (Department.all + Department.collectivities).filter { $0.regionCode == code }
    }

    /// The 18 regions in the order of their codes.
    package static let all: [Region] = [
        Region("01", "Guadeloupe"),
        Region("02", "Martinique"),
        Region("03", "Guyane"),
        Region("04", "La Réunion"),
        Region("06", "Mayotte"),
        Region("11", "Île-de-France"),
        Region("24", "Centre-Val de Loire"),
        Region("27", "Bourgogne-Franche-Comté"),
        Region("28", "Normandie"),
        Region("32", "Hauts-de-France"),
        Region("44", "Grand Est"),
        Region("52", "Pays de la Loire"),
        Region("53", "Bretagne"),
        Region("75", "Nouvelle-Aquitaine"),
        Region("76", "Occitanie"),
        Region("84", "Auvergne-Rhône-Alpes"),
        Region("93", "Provence-Alpes-Côte d'Azur"),
        Region("94", "Corse"),
    ]

    /// The region with this code.
    package init?(code: String) {
        guard let found = Region.all.first(where: { $0.code == code }) else { return nil }
        self = found
    }
}
