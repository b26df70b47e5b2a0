import Testing

@testable import LabReport

@Suite("Countries")
struct CountryTests {
    private static func place(_ country: String?, _ postcode: String?) -> Territory.Place {
        var address = Address()
        address.country = country
        address.postcode = postcode.map { Personal($0) }
        return Territory.place(of: address)
    }

    @Test(
        "French words and codes are France, however they are written",
        arguments: [
            "F", "France", "FRANCE METROPOLITAINE", "France métropolitaine", "METROPOLE", "Métropole", "fra", "FXX",
            "République française", "GUADELOUPE", "la Réunion", "-", "?", "99100",
        ])
    func french(country: String) {
        #expect(Self.place(country, "35000").department?.code == "35")
    }

    @Test(
        "An overseas territory that is named as a country is where somebody lives, also without a postcode",
        arguments: [
            ("GUADELOUPE", "971"), ("Martinique", "972"), ("Guyane française", "973"), ("LA REUNION", "974"),
            ("Île de la Réunion", "974"), ("Mayotte", "976"), ("St Barthélemy", "977"), ("SAINT-MARTIN", "978"),
            ("REU", "974"), ("GP", "971"), ("Saint-Pierre-et-Miquelon", "975"), ("Polynésie française", "987"),
            ("Nouvelle-Calédonie", "988"), ("Wallis-et-Futuna", "986"),
        ])
    func overseas(country: String, department: String) {
        #expect(Self.place(country, nil).department?.code == department)
        #expect(Self.place(country, "").department?.code == department)
        #expect(Self.place(country, "97133").department?.code == "977", "a postcode that is there says more")
        #expect(Self.place(country, "971") == .unknown, "and is to be corrected where it is none")
    }

    @Test(
        "Other countries are abroad by their codes and names",
        arguments: [
            "DEU", "DE", "276", "99109", "Allemagne", "Germany", "Deutschland", "Belgique", "BEL", "SUISSE",
            "Royaume-Uni", "Côte d'Ivoire", "Etats-Unis", "Maroc", "DZA", "Algérie", "MONACO", "Corée du Sud",
            "Viêt Nam",
        ])
    func abroad(country: String) {
        #expect(Self.place(country, "35000") == .abroad)
        #expect(Self.place(country, nil) == .abroad)
    }

    @Test(
        "A word that is no country leaves it to the postcode", arguments: ["UNK", "FRNACE", "XXX", "PARIS", "0", "É"])
    func unknown(country: String) {
        #expect(Self.place(country, "35000").department?.code == "35")
        #expect(Self.place(country, "01410").region == nil)
        #expect(Self.place(country, "SW1A 1AA") == .unknownCountry)
        #expect(Self.place(country, "96000") == .unknownCountry)
        #expect(Self.place(country, nil) == .absent)
    }

    @Test("DOM is France beside an overseas postcode, the Dominican Republic beside another, and unknown without one")
    func dom() throws {
        for country in ["DOM", "dom", "D.O.M."] {
            #expect(Self.place(country, "97400").department?.code == "974")
            #expect(Self.place(country, "10101") == .abroad && Self.place(country, "75011") == .abroad)
            #expect(Self.place(country, nil) == .absent && Self.place(country, " ") == .absent)
        }
        #expect(Self.place("DOM TOM", "75011").department?.code == "75")
        var fixture = IntakeFixture()
        fixture.address = "1 RUE^^^^^DOM^H"
        #expect(try fixture.judgedHL7().findings == ["country-unknown @ PID-11.6"])
        fixture.address = "1 RUE^^SANTO DOMINGO^^10101^DOM^H"
        #expect(try fixture.judgedHL7().findings == [])
    }

    @Test("An unknown country, and five digits of no department, are findings in every format")
    func findings() throws {
        var fixture = IntakeFixture()
        fixture.address = "1 RUE^^PARIS^^75007^UNK^H"
        #expect(try fixture.judgedHL7().findings == ["country-unknown @ PID-11.6"])
        fixture.address = "1 RUE^^PARIS^^96000^^H"
        #expect(try fixture.judgedHL7().findings == ["postcode-unknown @ PID-11.5"])
        fixture.address = "1 RUE^^PARIS^^96000^UNK^H"
        #expect(try fixture.judgedHL7().findings == ["country-unknown @ PID-11.6", "postcode-unknown @ PID-11.5"])
        fixture.address = "1 RUE^^PARIS^^75007^GUADELOUPE^H"
        #expect(try fixture.judgedHL7().findings == ["country-postcode @ PID-11.6"])
        fixture.address = "1 RUE^^SAINT-BARTHELEMY^^97133^GUADELOUPE^H"
        #expect(try fixture.judgedHL7().findings == [])
        fixture.address = "1 RUE^^13001 MARSEILLE^^^FRA^H"
        #expect(try fixture.judgedHL7().findings == ["postcode-missing @ PID-11.5"])
        for country in ["METROPOLE", "F", "DEU"] {
            fixture.address = "1 RUE^^PARIS^^75007^\(country)^H"
            #expect(try fixture.judgedHL7().findings == [])
        }
        #expect(
            try IntakeFixture.table(["patient_country": "FRNACE", "patient_postcode": "35000"]).findings
                == ["country-unknown @ row 2, patient_country"])
        #expect(
            try IntakeFixture.table(["patient_postcode": "96000"]).findings
                == ["postcode-unknown @ row 2, patient_postcode"])
        #expect(
            try IntakeFixture.hprim("D||", address: "~~PARIS~~75007~FRNACE").findings == ["country-unknown @ P-11"])
        #expect(
            try IntakeFixture.fhir(
                #"{"value":"D1"}"#, patient: #","address":[{"postalCode":"75007","country":"FRNACE"}]"#
            ).findings == ["country-unknown @ Patient.address.country"])
    }

    @Test(
        "No report misses its agency without a word: an unknown country is judged by the postcode or held with the reason"
    )
    func routed() throws {
        let table = try RoutingFixture.table(
            #"{"id":"ars","to":"ars-{region}","codes":["94500-6"],"profile":"few","territory":"residence"}"#,
            #"{"id":"both","to":"ars-{region}","codes":["94500-6"],"profile":"few","territory":"residence-then-laboratory"}"#
        )
        for (country, postcode, recipients, findings) in [
            ("METROPOLE", "35000", ["ars-53"], []), ("UNK", "35000", ["ars-53"], []),
            ("GUADELOUPE", nil, ["ars-01"], []), ("GUADELOUPE", "97110", ["ars-01"], []),
            ("UNK", "1050", [], ["!route-territory-unknown"]), ("FRNACE", "96000", [], ["!route-territory-unknown"]),
        ] as [(String, String?, [String], [String])] {
            var report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode)
            report.patient.address = report.patient.address ?? Address()
            report.patient.address?.country = country
            let outcome = table.destinations(for: report)
            #expect(outcome.destinations.map(\.recipient) == recipients, "\(country) \(postcode ?? "-")")
            #expect(outcome.findings.map { ($0.severity == .error ? "!" : "") + $0.rule } == findings)
            if recipients.isEmpty {
                #expect(outcome.dropped.contains { $0.reason == .territory(.unknownCountry(.residence)) })
            }
        }
    }
}
