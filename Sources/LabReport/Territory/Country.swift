/// What an address says of its country: a code of ISO 3166-1 or INSEE, or plain words in any spelling.
enum Country: Hashable, Sendable {
    /// France, or nothing said.
    case france
    /// An overseas territory of France that is named as if it were a country.
    case overseas(Department)
    /// Another country.
    case foreign
    /// A word that is no country: nobody may conclude from it that somebody lives abroad.
    case unknown

    /// What `text` says.
    init(_ text: String?) {
        switch text {
        case nil, "FRA", "FR", "": self = .france
        case .some(let text): self.init(folded: FoldedName(text).bytes)
        }
    }

    /// What `address` says. `DOM` is the overseas departments to whoever writes their postcodes with it, and the Dominican Republic
    /// (ISO 3166-1) with any other; without one nobody can tell.
    init(of address: Address) {
        self.init(address.country)
        guard let country = address.country, let first = country.utf8.first, first | 0x20 == UInt8(ascii: "d"),
            FoldedName(country).bytes == Country.dom
        else { return }
        guard let postcode = address.postcode?.text, !Territory.isBlank(postcode) else {
            self = .unknown
            return
        }
        self = Territory.isOverseas(postcode: postcode) ? .france : .foreign
    }

    private static let dom = Array("DOM".utf8)

    private init(folded: [UInt8]) {
        if folded.isEmpty || Country.french.contains(folded) {
            self = .france
        } else if let department = Country.overseas[folded] {
            self = .overseas(department)
        } else {
            self = ForeignCountries.contain(folded) ? .foreign : .unknown
        }
    }

    private static let french = words(
        "FRA FR F FX FXX FRANCE FRANCIA FRANKREICH LAFRANCE FRANCAISE FRANCAIS REPUBLIQUEFRANCAISE FRENCHREPUBLIC "
            + "METROPOLE FRANCEMETROPOLITAINE METROPOLITAINE FRANCEMETROPOLE FRANCEMETRO METROPOLITANFRANCE "
            + "FRANCECONTINENTALE FRANCEHEXAGONALE HEXAGONE CORSE DOM TOM DOMTOM DROM DROMCOM OUTREMER FRANCEOUTREMER "
            + "ATF TF TAAF 250 100 99100")

    /// By department or collectivity: ISO codes, and names as `FoldedName` makes them. ISO's numbers of some are other
    /// countries' at INSEE, and not among them.
    private static let named: [(department: String, words: String)] = [
        ("971", "GLP GP GUADELOUPE LAGUADELOUPE 971"), ("972", "MTQ MQ MARTINIQUE LAMARTINIQUE 972"),
        ("973", "GUF GF GUYANE LAGUYANE GUYANEFRANCAISE FRENCHGUIANA 973"),
        ("974", "REU RE REUNION LAREUNION ILEDELAREUNION ILEREUNION ILEDEREUNION REUNIONISLAND 974"),
        ("975", "SPM PM SAINTPIERREETMIQUELON SAINTPIERREMIQUELON SAINTPIERREANDMIQUELON 975"),
        ("976", "MYT YT MAYOTTE 976"), ("977", "BLM BL SAINTBARTHELEMY SAINTBARTH SAINTBARTHS 977"),
        ("978", "MAF MF SAINTMARTIN SAINTMARTINFRANCE SAINTMARTINPARTIEFRANCAISE SAINTMARTINANTILLESFRANCAISES 978"),
        ("986", "WLF WF WALLISETFUTUNA WALLISFUTUNA WALLISANDFUTUNA WALLIS FUTUNA 986"),
        ("987", "PYF PF POLYNESIEFRANCAISE POLYNESIE FRENCHPOLYNESIA TAHITI 987"),
        ("988", "NCL NC NOUVELLECALEDONIE NEWCALEDONIA 988"),
    ]

    private static let overseas: [[UInt8]: Department] = {
        var all: [[UInt8]: Department] = [:]
        for (code, names) in named {
            guard let department = Department(code: code) else { continue }
            for word in words(names) { all[word] = department }
        }
        return all
    }()

    private static func words(_ text: String) -> Set<[UInt8]> {
        Set(text.utf8.split(separator: 0x20).map { Array($0) })
    }
}
