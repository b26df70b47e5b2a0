/// A person who does not exist.
struct SyntheticPerson {
    /// NIR with key; nil for those whose identity is not qualified.
    var nir: String?
    /// The laboratory's number of the person; empty where the fault is that there is none.
    var localID: String
    let birthName: String
    let usedName: String?
    let given: [String]
    let sex: String
    var birthDate: CalendarDate
    /// INSEE code of the birthplace: a commune, or 99 and a country.
    let birthPlace: String
    let street: String
    let home: SyntheticPlace
    let phones: [String]
    let mail: String?

    /// Draws a person who lives in `ownRegion` seven times in ten (or as `rates` say) and elsewhere otherwise.
    init(today: CalendarDate, ownRegion: String, rates: SyntheticLab.Rates, _ random: inout SyntheticRandom) {
        let isWoman = random.chance(520)
        (birthName, given) = SyntheticNames.person(isWoman: isWoman, &random)
        usedName = isWoman && random.chance(250) ? SyntheticNames.family(&random) : nil
        sex = random.chance(2) ? "U" : isWoman ? "F" : "M"
        let (birth, isNewborn) = SyntheticPerson.birth(before: today, &random)
        birthDate = birth

        let region =
            random.chance(rates.ownRegionPerThousand)
            ? ownRegion : random.pick(SyntheticPlace.regions.filter { $0 != ownRegion })
        home =
            random.pick(SyntheticPlace.byRegion[region] ?? [])
            ?? SyntheticPlace("PARIS", "75013", "75113", "11")
        birthPlace = SyntheticPerson.birthPlace(home: home, &random)
        street = SyntheticPerson.street(&random)

        // Whoever was just born, or has just arrived, has no qualified identity yet.
        let hasNIR = !random.chance(isNewborn ? 700 : 60)
        nir = hasNIR ? SyntheticPerson.nir(isWoman: isWoman, birth, birthPlace, &random) : nil
        localID = "DOS" + random.digits(12)

        // 06 39 98 and 01 99 00 are kept free for fiction.
        var phones: [String] = []
        if random.chance(800) { phones.append("063998" + random.digits(4)) }
        if random.chance(300) { phones.append("019900" + String(1000 + random.below(9000))) }
        self.phones = phones
        mail = random.chance(600) ? SyntheticPerson.mail(birthName, at: "example.org", &random) : nil
    }

    /// Everything of this person that must not be found where it does not belong.
    var personal: [String] {
        var values = given + phones + [birthName, street]
        if !localID.isEmpty { values.append(localID) }
        if let nir { values.append(nir) }
        if let usedName { values.append(usedName) }
        if let mail { values.append(mail) }
        return values
    }

    /// `vrolazzel.48213@example.org`
    static func mail(_ family: String, at domain: String, _ random: inout SyntheticRandom) -> String {
        let lower = family.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
        return String(decoding: lower, as: UTF8.self) + "." + random.digits(5) + "@" + domain
    }

    static func street(_ random: inout SyntheticRandom) -> String {
        let kind = random.pick(["rue", "avenue", "boulevard", "impasse", "allée", "chemin", "place"])
        return String(1 + random.below(180)) + " " + kind + " du " + SyntheticNames.word(&random)
    }

    /// One in a hundred is newborn, one in a hundred is a hundred years old or more.
    private static func birth(
        before today: CalendarDate, _ random: inout SyntheticRandom
    ) -> (date: CalendarDate, isNewborn: Bool) {
        let kind = random.below(100)
        let days =
            switch kind {
            case 0: 3 + random.below(25)
            case 1: 36_600 + random.below(2_200)
            default: 40 + random.below(35_000)
            }
        return (CalendarDate(dayNumber: today.firstDayNumber - days) ?? today, kind == 0)
    }

    private static func birthPlace(home: SyntheticPlace, _ random: inout SyntheticRandom) -> String {
        switch random.below(100) {
        case 0..<50: return home.insee
        case 50..<82: return random.pick(SyntheticPlace.all)?.insee ?? home.insee
        default: return random.pick(SyntheticPlace.countries)
        }
    }

    private static func nir(
        isWoman: Bool, _ birth: CalendarDate, _ place: String, _ random: inout SyntheticRandom
    ) -> String? {
        var commune = place
        // Corsica was one department, 20, until 1976.
        if birth.year < 1976, place.hasPrefix("2A") || place.hasPrefix("2B") { commune = "20" + place.dropFirst(2) }
        let month = random.chance(10) ? 20 + random.below(23) : birth.month ?? 1
        // 20, 30 to 42: the month is not known.
        let known = (21...29).contains(month) ? 30 : month
        let body =
            (isWoman ? "2" : "1") + CalendarDate.padded(birth.year % 100, to: 2) + CalendarDate.padded(known, to: 2)
            + commune + CalendarDate.padded(1 + random.below(990), to: 3)
        return NIR.withKey(Array(body.utf8))
    }
}

/// A health professional who does not exist.
struct SyntheticProfessional {
    let rpps: String
    let family: String
    let given: String
    let phone: String
    let mail: String
    let practice: String

    init(_ random: inout SyntheticRandom) {
        let name = SyntheticNames.person(isWoman: random.chance(500), &random)
        family = name.family
        given = name.given.first ?? ""
        rpps = RPPS.withKey(Array(("10" + random.digits(8)).utf8)) ?? ""
        phone = "019900" + String(1000 + random.below(9000))
        mail = SyntheticPerson.mail(family, at: "cabinet.example", &random)
        practice = "CABINET " + SyntheticNames.word(&random)
    }

    /// What must not be found where it does not belong, of one who is named.
    var names: [String] { [rpps, family, given] }

    /// The same of one who can also be reached.
    var contacts: [String] { [phone, mail, practice] }
}
