/// The 17 postcodes that span two departments (6,141 postcodes of 2024): the town tells which.
///
/// Five of them span two regions, hence two agencies. There a town that neither side knows is ambiguous: nobody is
/// guessed. In the others the region is the same, and an unknown town counts as the prefix's department.
enum SharedPostcodes {
    struct Entry: Sendable {
        /// Towns of the other department.
        let away: Set<FoldedName>
        /// The other department.
        let awayCode: String
        /// Towns of the department that the prefix names; listed only where the regions differ.
        let home: Set<FoldedName>

        init(_ awayCode: String, away: [String], home: [String] = []) {
            self.awayCode = awayCode
            self.away = Set(away.map { FoldedName($0) })
            self.home = Set(home.map { FoldedName($0) })
        }
    }

    /// The entry of `postcode`, where it is one of these.
    static func entry(_ postcode: Int) -> Entry? {
        // Nearly none is: a look at a few numbers before the table, which has to be hashed for.
        var low = 0
        var high = numbers.count
        while low < high {
            let middle = (low + high) / 2
            if numbers[middle] < postcode { low = middle + 1 } else { high = middle }
        }
        return low < numbers.count && numbers[low] == postcode ? entries[postcode] : nil
    }

    private static let numbers: [Int] = entries.keys.sorted()

    static let entries: [Int: Entry] = [
        01410: Entry(
            "39", away: ["Lajoux"], home: ["Champfromier", "Chézery-Forens", "Lélex", "Mijoux"]),
        01590: Entry("39", away: ["Chancia", "Lavancia-Epercy"], home: ["Dortan"]),
        05700: Entry(
            "26", away: ["Villebois-les-Pins"],
            home: [
                "La Bâtie-Montsaléon", "Le Bersac", "Chanousse", "L'Épine", "Étoile-Saint-Cyrice", "Méreuil",
                "Montclus", "Montrond", "Nossage-et-Bénévent", "Orpierre", "La Piarre", "Sainte-Colombe", "Savournon",
                "Serres", "Sigottier", "Trescléoux",
            ]),
        37160: Entry(
            "86", away: ["Buxeuil"],
            home: [
                "Abilly", "La Celle-Saint-Avant", "Civray-sur-Esves", "Descartes", "Marcé-sur-Esves",
                "Neuilly-le-Brignon",
            ]),
        48250: Entry(
            "07", away: ["Laveyrune"],
            home: [
                "La Bastide-Puylaurent", "Labastide-Puylaurent", "Mont Lozère et Goulet", "Chasseradès", "Luc",
            ]),

        01200: Entry("74", away: ["Éloise"]),
        05110: Entry("04", away: ["Claret", "Curbans"]),
        05130: Entry("04", away: ["Piégut", "Venterol"]),
        05160: Entry("04", away: ["Pontis"]),
        06260: Entry("04", away: ["La Rochette", "Saint-Pierre"]),
        13780: Entry("83", away: ["Riboux"]),
        21340: Entry("71", away: ["Change"]),
        33220: Entry("24", away: ["Fougueyrolles", "Port-Sainte-Foy-et-Ponchapt"]),
        42620: Entry("03", away: ["Saint-Pierre-Laval"]),
        43450: Entry("15", away: ["Leyvaux"]),
        52100: Entry("51", away: ["Saint-Eulien", "Sapignicourt"]),
        94390: Entry("91", away: ["Paray-Vieille-Poste"]),
    ]
}
