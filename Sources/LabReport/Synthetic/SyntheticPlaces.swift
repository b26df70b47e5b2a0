/// Towns to live or be born in, all regions, with a postcode and the INSEE code of the commune.
struct SyntheticPlace: Sendable {
    let city: String
    let postcode: String
    let insee: String
    let region: String

    init(_ city: String, _ postcode: String, _ insee: String, _ region: String) {
        self.city = city
        self.postcode = postcode
        self.insee = insee
        self.region = region
    }

    /// The department's code, of which the INSEE code is certain: two characters, three overseas.
    var department: String { String(insee.prefix(insee.hasPrefix("97") ? 3 : 2)) }

    /// The 18 regions' codes.
    static let regions = [
        "01", "02", "03", "04", "06", "11", "24", "27", "28", "32", "44", "52", "53", "75", "76", "84", "93", "94",
    ]

    static let byRegion: [String: [SyntheticPlace]] = {
        var table: [String: [SyntheticPlace]] = [:]
        for place in all { table[place.region, default: []].append(place) }
        return table
    }()

    /// INSEE codes of countries of birth, `99` and three digits.
    static let countries = [
        "99352", "99350", "99351", "99139", "99127", "99134", "99122", "99243", "99335", "99341", "99397", "99410",
        "99216", "99208", "99132", "99416", "99312", "99322", "99333", "99223",
    ]

    static let all: [SyntheticPlace] = [
        SyntheticPlace("PARIS", "75013", "75113", "11"), SyntheticPlace("PARIS", "75018", "75118", "11"),
        SyntheticPlace("PARIS", "75005", "75105", "11"), SyntheticPlace("MELUN", "77000", "77288", "11"),
        SyntheticPlace("MEAUX", "77100", "77284", "11"), SyntheticPlace("VERSAILLES", "78000", "78646", "11"),
        SyntheticPlace("SARTROUVILLE", "78500", "78586", "11"),
        SyntheticPlace("EVRY-COURCOURONNES", "91000", "91228", "11"),
        SyntheticPlace("MASSY", "91300", "91377", "11"), SyntheticPlace("NANTERRE", "92000", "92050", "11"),
        SyntheticPlace("BOULOGNE-BILLANCOURT", "92100", "92012", "11"),
        SyntheticPlace("BOBIGNY", "93000", "93008", "11"),
        SyntheticPlace("MONTREUIL", "93100", "93048", "11"), SyntheticPlace("CRETEIL", "94000", "94028", "11"),
        SyntheticPlace("VITRY-SUR-SEINE", "94400", "94081", "11"), SyntheticPlace("CERGY", "95000", "95127", "11"),
        SyntheticPlace("ARGENTEUIL", "95100", "95018", "11"),
        SyntheticPlace("BASSE-TERRE", "97100", "97105", "01"), SyntheticPlace("LES ABYMES", "97139", "97101", "01"),
        SyntheticPlace("FORT-DE-FRANCE", "97200", "97209", "02"), SyntheticPlace("LE LAMENTIN", "97232", "97213", "02"),
        SyntheticPlace("CAYENNE", "97300", "97302", "03"), SyntheticPlace("MATOURY", "97351", "97307", "03"),
        SyntheticPlace("SAINT-DENIS", "97400", "97411", "04"), SyntheticPlace("SAINT-PIERRE", "97410", "97416", "04"),
        SyntheticPlace("MAMOUDZOU", "97600", "97611", "06"), SyntheticPlace("KOUNGOU", "97690", "97610", "06"),
        SyntheticPlace("ORLEANS", "45000", "45234", "24"), SyntheticPlace("TOURS", "37000", "37261", "24"),
        SyntheticPlace("BOURGES", "18000", "18033", "24"), SyntheticPlace("CHARTRES", "28000", "28085", "24"),
        SyntheticPlace("DIJON", "21000", "21231", "27"), SyntheticPlace("BESANCON", "25000", "25056", "27"),
        SyntheticPlace("BELFORT", "90000", "90010", "27"), SyntheticPlace("AUXERRE", "89000", "89024", "27"),
        SyntheticPlace("ROUEN", "76000", "76540", "28"), SyntheticPlace("CAEN", "14000", "14118", "28"),
        SyntheticPlace("LE HAVRE", "76600", "76351", "28"), SyntheticPlace("ALENCON", "61000", "61001", "28"),
        SyntheticPlace("LILLE", "59000", "59350", "32"), SyntheticPlace("AMIENS", "80000", "80021", "32"),
        SyntheticPlace("BEAUVAIS", "60000", "60057", "32"), SyntheticPlace("ARRAS", "62000", "62041", "32"),
        SyntheticPlace("STRASBOURG", "67000", "67482", "44"), SyntheticPlace("REIMS", "51100", "51454", "44"),
        SyntheticPlace("METZ", "57000", "57463", "44"), SyntheticPlace("NANCY", "54000", "54395", "44"),
        SyntheticPlace("NANTES", "44000", "44109", "52"), SyntheticPlace("ANGERS", "49000", "49007", "52"),
        SyntheticPlace("LE MANS", "72000", "72181", "52"), SyntheticPlace("LAVAL", "53000", "53130", "52"),
        SyntheticPlace("RENNES", "35000", "35238", "53"), SyntheticPlace("BREST", "29200", "29019", "53"),
        SyntheticPlace("SAINT-BRIEUC", "22000", "22278", "53"), SyntheticPlace("VANNES", "56000", "56260", "53"),
        SyntheticPlace("BORDEAUX", "33000", "33063", "75"), SyntheticPlace("LIMOGES", "87000", "87085", "75"),
        SyntheticPlace("PAU", "64000", "64445", "75"), SyntheticPlace("POITIERS", "86000", "86194", "75"),
        SyntheticPlace("TOULOUSE", "31000", "31555", "76"), SyntheticPlace("MONTPELLIER", "34000", "34172", "76"),
        SyntheticPlace("PERPIGNAN", "66000", "66136", "76"), SyntheticPlace("ALBI", "81000", "81004", "76"),
        SyntheticPlace("LYON", "69003", "69383", "84"), SyntheticPlace("GRENOBLE", "38000", "38185", "84"),
        SyntheticPlace("CLERMONT-FERRAND", "63000", "63113", "84"),
        SyntheticPlace("BOURG-EN-BRESSE", "01000", "01053", "84"),
        SyntheticPlace("MARSEILLE", "13008", "13208", "93"), SyntheticPlace("NICE", "06000", "06088", "93"),
        SyntheticPlace("TOULON", "83000", "83137", "93"), SyntheticPlace("AVIGNON", "84000", "84007", "93"),
        SyntheticPlace("AJACCIO", "20000", "2A004", "94"), SyntheticPlace("BASTIA", "20200", "2B033", "94"),
        SyntheticPlace("PORTO-VECCHIO", "20137", "2A247", "94"), SyntheticPlace("CORTE", "20250", "2B096", "94"),
    ]
}
