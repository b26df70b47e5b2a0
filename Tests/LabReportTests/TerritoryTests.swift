import Testing

@testable import LabReport

@Suite("Territory")
struct TerritoryTests {
    @Test("There are 101 departments, 18 regions, and each department's seat lies in it")
    func tables() {
        #expect(Department.all.count == 101)
        #expect(Region.all.count == 18)
        #expect(Set(Department.all.map(\.code)).count == 101)
        for department in Department.all + Department.collectivities {
            #expect(
                Territory.department(postcode: department.seatPostcode, city: department.seat) == department,
                "\(department.code)")
        }
        for department in Department.all {
            #expect(department.region != nil, "\(department.code)")
        }
        #expect(
            Region.all.reduce(0) { $0 + $1.departments.count } == 103, "101 and the two that Guadeloupe looks after")
    }

    @Test(
        "A postcode gives department and agency",
        arguments: [
            ("75007", "75", "ars-11"), ("01000", "01", "ars-84"), ("20000", "2A", "ars-94"), ("20137", "2A", "ars-94"),
            ("20200", "2B", "ars-94"), ("20600", "2B", "ars-94"), ("97110", "971", "ars-01"),
            ("97215", "972", "ars-02"), ("97300", "973", "ars-03"), ("97400", "974", "ars-04"),
            ("97600", "976", "ars-06"), ("97133", "977", "ars-01"), ("97150", "978", "ars-01"),
            ("75 007", "75", "ars-11"), ("75\u{A0}007", "75", "ars-11"), ("75\u{202F}007\u{A0}", "75", "ars-11"),
            ("F-35000", "35", "ars-53"), ("FR-35000", "35", "ars-53"),
            ("92055", "92", "ars-11"),
        ])
    func postcodes(postcode: String, department: String, agency: String) {
        let place = Territory.place(postcode: postcode, city: nil)
        #expect(place.department?.code == department)
        #expect(place.region?.authority == agency)
    }

    @Test(
        "Overseas collectivities without an agency are known and have none",
        arguments: ["97500", "98600", "98714", "98800"])
    func withoutAgency(postcode: String) {
        let place = Territory.place(postcode: postcode, city: nil)
        #expect(place.department != nil)
        #expect(place.region == nil)
    }

    @Test(
        "What is no French postcode is unknown",
        arguments: ["7500", "750070", "ABCDE", "00000", "00099", "96000", "75\u{301}011", "F35000", "12-45"])
    func unknown(postcode: String) {
        #expect(Territory.place(postcode: postcode, city: "PARIS") == .unknown)
    }

    @Test(
        "The five postcodes that span two regions are told by the town, however it is written",
        arguments: [
            ("01410", "Lajoux", "39"), ("01410", "LELEX", "01"), ("01410", "lélex", "01"),
            ("01410", "Le\u{301}lex", "01"),
            ("01590", "LAVANCIA EPERCY", "39"), ("01590", "Dortan", "01"), ("05700", "VILLEBOIS LES PINS", "26"),
            ("05700", "STE COLOMBE", "05"), ("05700", "L EPINE", "05"), ("48250", "Laveyrune", "07"),
            ("48250", "LA BASTIDE-PUYLAURENT", "48"), ("37160", "buxeuil", "86"), ("37160", "Descartes", "37"),
            ("37160", "DESCARTES CEDEX", "37"),
        ])
    func spanning(postcode: String, city: String, department: String) {
        #expect(Territory.department(postcode: postcode, city: city)?.code == department)
    }

    @Test(
        "An unknown or absent town in such a postcode is ambiguous: nobody is guessed",
        arguments: ["01410", "01590", "05700", "48250", "37160"])
    func ambiguous(postcode: String) {
        for city in [nil, "", "Nulle-Part"] {
            let place = Territory.place(postcode: postcode, city: city)
            #expect(place.department == nil)
            #expect(place.region == nil)
            guard case .ambiguous(let candidates) = place else {
                Issue.record("not ambiguous")
                continue
            }
            #expect(candidates.count == 2)
        }
    }

    @Test("Where only the department differs the region is sure and the town decides the department")
    func sameRegion() {
        #expect(Territory.department(postcode: "52100", city: "St Eulien")?.code == "51")
        #expect(Territory.department(postcode: "52100", city: "ST DIZIER")?.code == "52")
        #expect(Territory.department(postcode: "33220", city: nil)?.code == "33")
        #expect(Territory.department(postcode: "94390", city: "Paray-Vieille-Poste")?.code == "91")
    }

    @Test("A Corsican delivery code tells the region and not the half of the island")
    func corsicanCedex() {
        let place = Territory.place(postcode: "20704", city: "AJACCIO CEDEX 9")
        #expect(place.department == nil)
        #expect(place.region?.authority == "ars-94")
    }

    @Test(
        "Under 977 and 978 business delivery is La Réunion's, and a town of the islands is theirs; nobody is guessed",
        arguments: [
            ("97743", "SAINT DENIS CEDEX 9", "974"), ("97823", "Le Port Cedex", "974"),
            ("97862", "ST PAUL CEDEX", "974"),
            ("97801", "SAINT DENIS MESSAG CEDEX 9", "974"), ("97801", "SAINT-MARTIN", "978"),
            ("97800", "Marigot", "978"),
            ("97701", "St Barthélemy", "977"), ("97700", "GUSTAVIA", "977"), ("97098", "SAINT BARTHELEMY CEDEX", "977"),
            ("97054", "Saint-Martin Cedex", "978"), ("97743", "SAINT DENIS", nil), ("97801", nil, nil),
            ("97701", "", nil),
        ] as [(String, String?, String?)])
    func islandPostcodes(postcode: String, city: String?, department: String?) {
        #expect(Territory.place(postcode: postcode, city: city).department?.code == department)
    }

    @Test("Of the islands' business delivery the agency is sure, also where the town does not say which island it is")
    func islandCedex() {
        let place = Territory.place(postcode: "97095", city: "CEDEX")
        #expect(place.department == nil)
        #expect(place.region?.authority == "ars-01")
    }

    @Test(
        "A territory that is named as the country decides between those that a postcode may be of, and contradicts others"
    )
    func islandsByCountry() {
        var address = Address()
        address.postcode = Personal("97862")
        for (country, department) in [("REU", "974"), ("Saint-Martin", "978"), (nil, nil), ("MTQ", nil)] {
            address.country = country
            #expect(Territory.place(of: address).department?.code == department, "\(country ?? "none")")
            let isContradicted = Territory.isContradicted(Country(of: address), postcode: "97862", city: nil)
            #expect(isContradicted == (country == "MTQ"))
        }
    }

    @Test("Every postcode has an answer, and only the known ones are ambiguous across regions")
    func everyPostcode() {
        var spanning: [Int] = []
        for number in 0..<100_000 {
            let digits = String(number)
            let postcode = String(repeating: "0", count: 5 - digits.count) + digits
            if case .ambiguous = Territory.place(postcode: postcode, city: nil),
                Territory.place(postcode: postcode, city: nil).region == nil
            {
                spanning.append(number)
            }
        }
        #expect(spanning == [1410, 1590, 5700, 37160, 48250] + Array(97_700...97_899))
    }

    @Test("Countries: none and those of France are France, others and Monaco are abroad")
    func countries() {
        var address = Address()
        address.postcode = Personal("35000")
        for country in [nil, "", "FRA", "FR", "France", "france", "100", "REU"] {
            address.country = country
            #expect(Territory.place(of: address).department?.code == "35")
        }
        for country in ["DEU", "Belgique", "BEL"] {
            address.country = country
            #expect(Territory.place(of: address) == .abroad)
        }
        address.country = nil
        address.postcode = Personal("98000")
        #expect(Territory.place(of: address) == .abroad)
        address.postcode = nil
        #expect(Territory.place(of: address) == .absent)
        #expect(Territory.place(of: nil) == .absent)
    }

    @Test(
        "A postcode at the beginning of the town is read where none stands in its place",
        arguments: [
            ("13001 MARSEILLE", nil, "13"), (" 97110 POINTE-A-PITRE", "", "971"), ("01410 LAJOUX", "\u{A0}", "39"),
            ("13001 MARSEILLE", "75011", "75"), ("MARSEILLE", nil, nil), ("MARSEILLE 13001", nil, nil),
            ("13001", nil, nil), ("130010 MARSEILLE", nil, nil), ("96000 NULLE PART", nil, nil),
        ] as [(String, String?, String?)])
    func town(city: String, postcode: String?, department: String?) {
        var address = Address()
        address.city = Personal(city)
        address.postcode = postcode.map { Personal($0) }
        #expect(Territory.place(of: address).department?.code == department)
        if department == nil { #expect(Territory.place(of: address) == .absent) }
        address.country = "DEU"
        #expect(Territory.place(of: address) == .abroad)
    }

    @Test("A postcode of the armed forces is known and says no place", arguments: ["00850", "00100", "00 999"])
    func forces(postcode: String) {
        let place = Territory.place(postcode: postcode, city: "ARMEES")
        #expect(place == .forces && place.region == nil && place.department == nil)
    }

    @Test("A FINESS number names its department, overseas too")
    func finess() {
        #expect(Territory.department(finess: "750100125")?.code == "75")
        #expect(Territory.department(finess: "2B0000020")?.code == "2B")
        #expect(Territory.department(finess: "970408589")?.code == "974")
        #expect(Territory.department(finess: "980500003")?.code == "976")
        #expect(Territory.department(finess: "970900000") == nil)
        #expect(Territory.department(finess: "75") == nil)
    }
}
