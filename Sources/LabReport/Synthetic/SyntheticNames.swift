/// Names that nobody bears: a plausible shape, put together from syllables that do not occur together.
///
/// Whoever searches a memory or a disk for one of them finds it only where the person's data are.
enum SyntheticNames {
    /// One way to make names.
    struct Origin: Sendable {
        let starts: [String]
        let middles: [String]
        let ends: [String]
        let women: [String]
        let men: [String]
    }

    /// A family name in capitals without accents, as in the national identity traits.
    static func family(_ random: inout SyntheticRandom) -> String {
        guard let origin = random.pick(origins) else { return "" }
        return family(of: origin, &random)
    }

    /// A family name and a list of one or two given names of the same origin.
    static func person(isWoman: Bool, _ random: inout SyntheticRandom) -> (family: String, given: [String]) {
        guard let origin = random.pick(origins) else { return ("", []) }
        let name = family(of: origin, &random)
        let choices = isWoman ? origin.women : origin.men
        var given = [self.given(choices, &random)]
        if random.chance(400) { given.append(self.given(choices, &random)) }
        return (name, given)
    }

    /// A word of four syllables for streets and practices, with a capital.
    static func word(_ random: inout SyntheticRandom) -> String {
        var word = random.pick(["Vr", "Zeph", "Ouzl", "Quib", "Trazv", "Glorz", "Plouv", "Snarv", "Brizg", "Dvol"])
        for _ in 0..<3 { word += random.pick(tails) }
        return word
    }

    private static func family(of origin: Origin, _ random: inout SyntheticRandom) -> String {
        let start = random.pick(origin.starts)
        let middle = random.pick(origin.middles) + random.pick(origin.middles)
        return start + middle + random.pick(origin.ends)
    }

    /// A common given name with an uncommon one behind it: `Camille-Orvazel`.
    private static func given(_ choices: [String], _ random: inout SyntheticRandom) -> String {
        random.pick(choices) + "-" + random.pick(["Orv", "Ulz", "Izv", "Avl", "Ezm", "Ygr", "Oxel", "Umbr"])
            + random.pick(tails) + random.pick(tails)
    }

    private static let tails = [
        "azel", "ovin", "urek", "ilba", "equo", "anzi", "oplu", "ivra", "udge", "egno", "alvi", "oume", "intz", "obre",
    ]

    private static let origins: [Origin] = [
        Origin(
            starts: ["BRUVE", "CHANTRO", "DELFO", "FAUVRI", "GRANZE", "LAMBRO", "MONTRI", "ROUVE", "SAUVRE", "PELVI"],
            middles: ["LAN", "RAU", "QUE", "VOI", "SSO", "ZIL", "MEU", "GNO", "PHI", "DRA"],
            ends: ["GNIER", "VOUX", "CHARD", "TTEL", "BLANC", "ZIEUX", "NNET", "QUAIRE", "THIER", "DREAU"],
            women: ["Camille", "Élodie", "Margaux", "Hélène", "Françoise", "Juliette", "Noémie", "Clémence"],
            men: ["Antoine", "Mathieu", "Frédéric", "Benoît", "Guillaume", "Étienne", "Laurent", "Rémi"]),
        Origin(
            starts: ["KERGLO", "TREVZA", "PLOUBRE", "LEZVO", "PENNGRA", "ROSVE", "COATRU", "GUERZO"],
            middles: ["VEZ", "ZHE", "GWE", "LLO", "RNI", "MEZ", "DRE", "HOU"],
            ends: ["NNEC", "RVAN", "LLIOU", "ZOUARN", "GWENN", "DALEN", "RREC"],
            women: ["Gwenaëlle", "Maïwenn", "Nolwenn", "Rozenn"], men: ["Ewen", "Corentin", "Tanguy", "Yannick"]),
        Origin(
            starts: ["BENZA", "BOUKRE", "HADJOU", "MEZRA", "OULDZI", "TAHRI", "ZERGUE", "CHERVA"],
            middles: ["LLA", "KHE", "MRA", "DJI", "ZOU", "RHE", "BBA", "SSI"],
            ends: ["NNOUR", "KHALI", "DDINE", "RAOUI", "MZALI", "GHOUL", "ZIANE"],
            women: ["Nadia", "Samira", "Khadija", "Leïla", "Yasmine"], men: ["Karim", "Mourad", "Rachid", "Sofiane"]),
        Origin(
            starts: ["DIAKHOU", "KOUNGBE", "NDZAMBO", "OUMBRA", "SAKHOU", "TRAVZO", "MBOKWE", "FOFZA"],
            middles: ["MBE", "KRA", "DJO", "ZOU", "NGA", "LLE", "WAN"],
            ends: ["GBAYE", "NDIALO", "KOUMBE", "TTARA", "WOULE", "NZENGA", "BASSY"],
            women: ["Aminata", "Fatoumata", "Mariama", "Aïssatou"], men: ["Mamadou", "Ousmane", "Ibrahima", "Cheikh"]),
        Origin(
            starts: ["ALVARQUE", "CORDZE", "FIGVEI", "MAGLHO", "PERZEI", "SANTVRO", "VASCZON"],
            middles: ["RRA", "NHA", "LHE", "ZEI", "QUI", "MBRO", "GRA"],
            ends: ["DEIRA", "LHOSO", "NDEZ", "RREIRO", "VALHES", "MENTEL"],
            women: ["Fernanda", "Conceição", "Lucinda", "Isabel"], men: ["Manuel", "Joaquim", "Rodrigo", "Henrique"]),
        Origin(
            starts: ["WRZYKO", "KOWZAL", "BRZEZO", "SZCZEVI", "GRABZO", "DVORZA"],
            middles: ["NKO", "WIE", "CZY", "DRZE", "LSZE", "MIRO"],
            ends: ["WSKI", "CZYK", "NIAK", "WICZ", "LSKAR"],
            women: ["Agnieszka", "Katarzyna", "Małgorzata", "Danuta"],
            men: ["Tadeusz", "Zbigniew", "Wojciech", "Marek"]),
        Origin(
            starts: ["NGUYVEN", "THRAVI", "PHAMQUO", "XIAOZHE", "SIVAGNA", "RAMZOUDI", "VINGADE"],
            middles: ["THO", "QUY", "NGA", "ZHU", "VAN", "TCHI", "LIE"],
            ends: ["NHUONG", "SSALOM", "XUANG", "NAGOM", "TIENG", "DASSAM"],
            women: ["Linh-Thuy", "Xiuying", "Priyanka", "Kalyani"], men: ["Quang", "Jianguo", "Velayoudom", "Rajiv"]),
        Origin(
            starts: ["CASAVRO", "POGGIZA", "COLONZU", "MARIOVE", "LUCZIA", "FRANZOLU"],
            middles: ["NTO", "GHJE", "LLU", "RTI", "ZZA", "SCIO"],
            ends: ["VINCINI", "GHJACCI", "PELLINI", "RACCIO", "TTORI", "SGUINI"],
            women: ["Letizia", "Ghjulia", "Marie-Ange", "Vannina"],
            men: ["Pasquale", "Ghjuvan", "Ange-Toussaint", "Orsu"]),
    ]
}
