/// A department, or an overseas collectivity that takes the place of one. One of a hundred: a copy shares what it says.
package struct Department: Hashable, Sendable {
    private struct Parts: Hashable, Sendable {
        let code: String
        let name: String
        let region: Region?
        let seat: String
        let seatPostcode: String
    }

    private let parts: Shared<Parts>

    init(_ code: String, _ name: String, region: String?, seat: String, _ seatPostcode: String) {
        let region = region.flatMap { Region(code: $0) }
        parts = Shared(Parts(code: code, name: name, region: region, seat: seat, seatPostcode: seatPostcode))
    }

    /// `01` to `95`, `2A`, `2B`, `971` to `988`.
    package var code: String { parts.value.code }
    /// Name in French.
    package var name: String { parts.value.name }
    /// The region whose health agency (ARS) is competent; nil where none is.
    package var region: Region? { parts.value.region }
    /// Its code.
    package var regionCode: String? { parts.value.region?.code }
    /// Town of the prefecture.
    package var seat: String { parts.value.seat }
    /// A postcode of that town.
    package var seatPostcode: String { parts.value.seatPostcode }

    /// The 101 departments in the order of their codes (INSEE, official geographic code 2024).
    package static let all: [Department] = [
        Department("01", "Ain", region: "84", seat: "Bourg-en-Bresse", "01000"),
        Department("02", "Aisne", region: "32", seat: "Laon", "02000"),
        Department("03", "Allier", region: "84", seat: "Moulins", "03000"),
        Department("04", "Alpes-de-Haute-Provence", region: "93", seat: "Digne-les-Bains", "04000"),
        Department("05", "Hautes-Alpes", region: "93", seat: "Gap", "05000"),
        Department("06", "Alpes-Maritimes", region: "93", seat: "Nice", "06000"),
        Department("07", "Ardèche", region: "84", seat: "Privas", "07000"),
        Department("08", "Ardennes", region: "44", seat: "Charleville-Mézières", "08000"),
        Department("09", "Ariège", region: "76", seat: "Foix", "09000"),
        Department("10", "Aube", region: "44", seat: "Troyes", "10000"),
        Department("11", "Aude", region: "76", seat: "Carcassonne", "11000"),
        Department("12", "Aveyron", region: "76", seat: "Rodez", "12000"),
        Department("13", "Bouches-du-Rhône", region: "93", seat: "Marseille", "13001"),
        Department("14", "Calvados", region: "28", seat: "Caen", "14000"),
        Department("15", "Cantal", region: "84", seat: "Aurillac", "15000"),
        Department("16", "Charente", region: "75", seat: "Angoulême", "16000"),
        Department("17", "Charente-Maritime", region: "75", seat: "La Rochelle", "17000"),
        Department("18", "Cher", region: "24", seat: "Bourges", "18000"),
        Department("19", "Corrèze", region: "75", seat: "Tulle", "19000"),
        Department("21", "Côte-d'Or", region: "27", seat: "Dijon", "21000"),
        Department("22", "Côtes-d'Armor", region: "53", seat: "Saint-Brieuc", "22000"),
        Department("23", "Creuse", region: "75", seat: "Guéret", "23000"),
        Department("24", "Dordogne", region: "75", seat: "Périgueux", "24000"),
        Department("25", "Doubs", region: "27", seat: "Besançon", "25000"),
        Department("26", "Drôme", region: "84", seat: "Valence", "26000"),
        Department("27", "Eure", region: "28", seat: "Évreux", "27000"),
        Department("28", "Eure-et-Loir", region: "24", seat: "Chartres", "28000"),
        Department("29", "Finistère", region: "53", seat: "Quimper", "29000"),
        Department("2A", "Corse-du-Sud", region: "94", seat: "Ajaccio", "20000"),
        Department("2B", "Haute-Corse", region: "94", seat: "Bastia", "20200"),
        Department("30", "Gard", region: "76", seat: "Nîmes", "30000"),
        Department("31", "Haute-Garonne", region: "76", seat: "Toulouse", "31000"),
        Department("32", "Gers", region: "76", seat: "Auch", "32000"),
        Department("33", "Gironde", region: "75", seat: "Bordeaux", "33000"),
        Department("34", "Hérault", region: "76", seat: "Montpellier", "34000"),
        Department("35", "Ille-et-Vilaine", region: "53", seat: "Rennes", "35000"),
        Department("36", "Indre", region: "24", seat: "Châteauroux", "36000"),
        Department("37", "Indre-et-Loire", region: "24", seat: "Tours", "37000"),
        Department("38", "Isère", region: "84", seat: "Grenoble", "38000"),
        Department("39", "Jura", region: "27", seat: "Lons-le-Saunier", "39000"),
        Department("40", "Landes", region: "75", seat: "Mont-de-Marsan", "40000"),
        Department("41", "Loir-et-Cher", region: "24", seat: "Blois", "41000"),
        Department("42", "Loire", region: "84", seat: "Saint-Étienne", "42000"),
        Department("43", "Haute-Loire", region: "84", seat: "Le Puy-en-Velay", "43000"),
        Department("44", "Loire-Atlantique", region: "52", seat: "Nantes", "44000"),
        Department("45", "Loiret", region: "24", seat: "Orléans", "45000"),
        Department("46", "Lot", region: "76", seat: "Cahors", "46000"),
        Department("47", "Lot-et-Garonne", region: "75", seat: "Agen", "47000"),
        Department("48", "Lozère", region: "76", seat: "Mende", "48000"),
        Department("49", "Maine-et-Loire", region: "52", seat: "Angers", "49000"),
        Department("50", "Manche", region: "28", seat: "Saint-Lô", "50000"),
        Department("51", "Marne", region: "44", seat: "Châlons-en-Champagne", "51000"),
        Department("52", "Haute-Marne", region: "44", seat: "Chaumont", "52000"),
        Department("53", "Mayenne", region: "52", seat: "Laval", "53000"),
        Department("54", "Meurthe-et-Moselle", region: "44", seat: "Nancy", "54000"),
        Department("55", "Meuse", region: "44", seat: "Bar-le-Duc", "55000"),
        Department("56", "Morbihan", region: "53", seat: "Vannes", "56000"),
        Department("57", "Moselle", region: "44", seat: "Metz", "57000"),
        Department("58", "Nièvre", region: "27", seat: "Nevers", "58000"),
        Department("59", "Nord", region: "32", seat: "Lille", "59000"),
        Department("60", "Oise", region: "32", seat: "Beauvais", "60000"),
        Department("61", "Orne", region: "28", seat: "Alençon", "61000"),
        Department("62", "Pas-de-Calais", region: "32", seat: "Arras", "62000"),
        Department("63", "Puy-de-Dôme", region: "84", seat: "Clermont-Ferrand", "63000"),
        Department("64", "Pyrénées-Atlantiques", region: "75", seat: "Pau", "64000"),
        Department("65", "Hautes-Pyrénées", region: "76", seat: "Tarbes", "65000"),
        Department("66", "Pyrénées-Orientales", region: "76", seat: "Perpignan", "66000"),
        Department("67", "Bas-Rhin", region: "44", seat: "Strasbourg", "67000"),
        Department("68", "Haut-Rhin", region: "44", seat: "Colmar", "68000"),
        Department("69", "Rhône", region: "84", seat: "Lyon", "69001"),
        Department("70", "Haute-Saône", region: "27", seat: "Vesoul", "70000"),
        Department("71", "Saône-et-Loire", region: "27", seat: "Mâcon", "71000"),
        Department("72", "Sarthe", region: "52", seat: "Le Mans", "72000"),
        Department("73", "Savoie", region: "84", seat: "Chambéry", "73000"),
        Department("74", "Haute-Savoie", region: "84", seat: "Annecy", "74000"),
        Department("75", "Paris", region: "11", seat: "Paris", "75001"),
        Department("76", "Seine-Maritime", region: "28", seat: "Rouen", "76000"),
        Department("77", "Seine-et-Marne", region: "11", seat: "Melun", "77000"),
        Department("78", "Yvelines", region: "11", seat: "Versailles", "78000"),
        Department("79", "Deux-Sèvres", region: "75", seat: "Niort", "79000"),
        Department("80", "Somme", region: "32", seat: "Amiens", "80000"),
        Department("81", "Tarn", region: "76", seat: "Albi", "81000"),
        Department("82", "Tarn-et-Garonne", region: "76", seat: "Montauban", "82000"),
        Department("83", "Var", region: "93", seat: "Toulon", "83000"),
        Department("84", "Vaucluse", region: "93", seat: "Avignon", "84000"),
        Department("85", "Vendée", region: "52", seat: "La Roche-sur-Yon", "85000"),
        Department("86", "Vienne", region: "75", seat: "Poitiers", "86000"),
        Department("87", "Haute-Vienne", region: "75", seat: "Limoges", "87000"),
        Department("88", "Vosges", region: "44", seat: "Épinal", "88000"),
        Department("89", "Yonne", region: "27", seat: "Auxerre", "89000"),
        Department("90", "Territoire de Belfort", region: "27", seat: "Belfort", "90000"),
        Department("91", "Essonne", region: "11", seat: "Évry-Courcouronnes", "91000"),
        Department("92", "Hauts-de-Seine", region: "11", seat: "Nanterre", "92000"),
        Department("93", "Seine-Saint-Denis", region: "11", seat: "Bobigny", "93000"),
        Department("94", "Val-de-Marne", region: "11", seat: "Créteil", "94000"),
        Department("95", "Val-d'Oise", region: "11", seat: "Pontoise", "95000"),
        Department("971", "Guadeloupe", region: "01", seat: "Basse-Terre", "97100"),
        Department("972", "Martinique", region: "02", seat: "Fort-de-France", "97200"),
        Department("973", "Guyane", region: "03", seat: "Cayenne", "97300"),
        Department("974", "La Réunion", region: "04", seat: "Saint-Denis", "97400"),
        Department("976", "Mayotte", region: "06", seat: "Mamoudzou", "97600"),
    ]

    /// Overseas collectivities: two that the agency of Guadeloupe looks after, and those that have authorities of their own.
    package static let collectivities: [Department] = [
        Department("975", "Saint-Pierre-et-Miquelon", region: nil, seat: "Saint-Pierre", "97500"),
        Department("977", "Saint-Barthélemy", region: "01", seat: "Gustavia", "97133"),
        Department("978", "Saint-Martin", region: "01", seat: "Marigot", "97150"),
        Department("986", "Wallis-et-Futuna", region: nil, seat: "Mata-Utu", "98600"),
        Department("987", "Polynésie française", region: nil, seat: "Papeete", "98714"),
        Department("988", "Nouvelle-Calédonie", region: nil, seat: "Nouméa", "98800"),
    ]

    private static let byCode: [String: Department] = {
        var table: [String: Department] = [:]
        for department in all + collectivities { table[department.code] = department }
        return table
    }()

    /// The department or collectivity with this code.
    package init?(code: String) {
        guard let found = Department.byCode[code] else { return nil }
        self = found
    }
}
