import HL7
import Testing

@testable import LabReport

@Suite("Fields of a patient that are codes or places")
struct PlaceFormTests {
    /// What goes of a patient to somebody whose profile has these fields.
    private static func sent(_ fields: [ReportField], _ change: (inout Patient) -> Void) throws -> Patient {
        var report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: nil)
        change(&report.patient)
        let day = try #require(CalendarDate(year: 2026, month: 11, day: 20))
        return Profile(id: "one", fields: Set(fields)).project(report, results: [0], reference: day).patient
    }

    private static func address(_ change: (inout Address) -> Void) -> Address {
        var address = Address()
        change(&address)
        return address
    }

    @Test("A sex of one letter goes, and words in its place do not")
    func sex() throws {
        for sex in ["F", "M", "U", "X", "f"] { #expect(try Self.sent([.patientSex]) { $0.sex = sex }.sex == sex) }
        for sex in ["MME JEANNE MARTIN 0144556677", "Féminin", "FM", "1", "é"] {
            #expect(try Self.sent([.patientSex]) { $0.sex = sex }.sex == nil, "\(sex)")
        }
    }

    @Test("A status of the identity goes where it is one of the table")
    func status() throws {
        let sent = try Self.sent([.patientIdentityStatus]) { $0.identityStatus = ["VALI", "MARTIN", "CACH", "vali"] }
        #expect(sent.identityStatus == ["VALI", "CACH"])
    }

    @Test(
        "A postcode's form is one whatever the country",
        arguments: [
            "75011", "2A004", "SW1A 1AA", "1234 AB", "1234-567", "L-1009", "K1A 0B1", "D02 AF30", "12345-6789",
            "SW1A1AA", "M1 1AE", "EC1A1BB", "75\u{A0}011",
        ])
    func postcodes(code: String) throws {
        #expect(
            try Self.sent([.patientPostcode]) { $0.address = Self.address { $0.postcode = Personal(code) } }.address?
                .postcode?.text == code)
    }

    @Test(
        "What is no postcode stays at the laboratory",
        arguments: [
            "12 RUE X", "MARTIN", "75011 PARIS", "12 RUE DES LILAS", "0144556677", "75", "75011é", "1 2 3", "12RUEX",
            "RUE12AB",
        ])
    func noPostcodes(code: String) throws {
        #expect(
            try Self.sent([.patientPostcode]) { $0.address = Self.address { $0.postcode = Personal(code) } }.address
                == nil)
    }

    @Test(
        "A town goes, with its arrondissement or CEDEX",
        arguments: [
            "PARIS", "Paris 11", "LYON 3E ARRONDISSEMENT", "Marseille 08", "PARIS 11EME", "RENNES CEDEX 7",
            "L'Haÿ-les-Roses",
            "ST DIZIER", "Montreuil (Seine-St-Denis)", "Paris 15ème", "LYON 3ÈME ARRONDISSEMENT", "Lyon 3è", "Lyon 3°",
            "PARIS15", "PARIS CEDEX15", "LA DEFENSE 4 COURBEVOIE", "PRAHA 5", "Genève 3", "VILLENEUVE D`ASCQ",
            "VILLENEUVE D\"ASCQ", "BOURG & COMIN", "Fort-de-France *",
        ])
    func towns(town: String) throws {
        #expect(
            try Self.sent([.patientCity]) { $0.address = Self.address { $0.city = Personal(town) } }.address?.city?.text
                == town)
    }

    @Test("A town goes without the postcode that stands with it, and with the number of its department")
    func townsWithCodes() throws {
        func sent(_ town: String, _ postcode: String?) throws -> String? {
            try Self.sent([.patientCity]) {
                $0.address = Self.address {
                    $0.city = Personal(town)
                    $0.postcode = postcode.map { Personal($0) }
                }
            }.address?.city?.text
        }
        for (town, postcode) in [("75011 PARIS", "75011"), ("PARIS 75011", "75011"), ("75011 PARIS", nil)] {
            #expect(try sent(town, postcode) == "PARIS", "\(town)")
        }
        #expect(try sent("1000 BRUXELLES", "1000") == "BRUXELLES")
        #expect(try sent("75011 PARIS", "97400") == nil)
        for (town, postcode) in [("LE LAMENTIN (972)", "97232"), ("ROUEN 76", "76000"), ("ST PIERRE (97)", "97410")] {
            #expect(try sent(town, postcode) == town)
            #expect(try sent(town, "35000") == nil && sent(town, nil) == nil, "\(town)")
        }
        for town in ["76 RUE X", "76000 12 RUE X", "12 RUE X 76000", "76000", "76000 76000"] {
            #expect(try sent(town, "76000") == nil, "\(town)")
        }
    }

    @Test(
        "A street or a number in a town's place stays at the laboratory",
        arguments: [
            "12 RUE DES LILAS", "Bât 3", "0144556677", "a@b.fr", "CEDEX 123", "LILAS12", "PARIS15X", "PARIS 3+4",
            "75011",
            "75011 ", "75011PARIS",
        ])
    func noTowns(town: String) throws {
        #expect(try Self.sent([.patientCity]) { $0.address = Self.address { $0.city = Personal(town) } }.address == nil)
    }

    @Test("A country goes as a code or a name; other words do not, and nothing else is changed by it")
    func countries() throws {
        func country(_ country: String) throws -> String? {
            try Self.sent([.patientPostcode]) {
                $0.address = Self.address {
                    $0.postcode = Personal("75001")
                    $0.country = country
                }
            }.address?.country
        }
        for name in ["BEL", "Belgique", "UNK"] { #expect(try country(name) == name) }
        for name in ["MME JEANNE MARTIN", "12 RUE X"] { #expect(try country(name) == nil, "\(name)") }
    }

    @Test("A birthplace goes as INSEE's code, a band and a department as a profile makes them")
    func others() throws {
        for code in ["75111", "2A004", "99100", "FRA", "75 056"] {
            #expect(
                try Self.sent([.patientBirthPlace]) { $0.birthPlaceCode = Personal(code) }.birthPlaceCode?.text == code)
        }
        for code in ["12 RUE X", "MARTIN", "Paris"] {
            #expect(try Self.sent([.patientBirthPlace]) { $0.birthPlaceCode = Personal(code) }.birthPlaceCode == nil)
        }
        #expect(try Self.sent([.patientAgeBand]) { $0.ageBand = "30-39" }.ageBand == "30-39")
        #expect(try Self.sent([.patientAgeBand]) { $0.ageBand = "MARTIN" }.ageBand == nil)
        #expect(try Self.sent([.patientDepartment]) { $0.department = "35" }.department == "35")
        #expect(try Self.sent([.patientDepartment]) { $0.department = "RUE X" }.department == nil)
    }

    @Test("Who gets the whole address gets all of it")
    func whole() throws {
        let sent = try Self.sent([.patientAddress]) { $0.address = Self.address { $0.city = Personal("12 RUE X") } }
        #expect(sent.address?.city?.text == "12 RUE X")
    }

    @Test("In whatever format, what has not its field's form is told at its place")
    func told() throws {
        func told(_ address: String) throws -> [String] {
            var fixture = IntakeFixture()
            fixture.address = address
            return try fixture.judgedHL7().findings.filter { finding in
                ["place-form @", "postcode @", "country-unknown @"].contains { finding.hasPrefix($0) }
            }
        }
        #expect(try told("1 RUE^^PARIS 07^^75007^FRA^H").isEmpty)
        #expect(try told("1 RUE^^75007 PARIS^^75007^FRA^H").isEmpty)
        #expect(try told("1 RUE^^LONDON^^SW1A 1AA^GBR^H").isEmpty)
        #expect(try told("^^12 RUE X^^75007^FRA^H") == ["place-form @ PID-11.3"])
        #expect(try told("^^PARIS^^12 RUE X^FRA^H") == ["postcode @ PID-11.5"])
        #expect(try told("^^PARIS^^75007^MME JEANNE^H") == ["country-unknown @ PID-11.6"])
        #expect(try told("^^PARIS^^75007^FRA^H~^^^^^^BDL^^RUE X") == ["place-form @ PID-11.9"])
        let table = try IntakeFixture.table(["patient_postcode": "12 RUE X", "patient_city": "PARIS"]).findings
        #expect(table.contains { $0.hasPrefix("place-form @ ") })
        for postcode in ["75 007", "75\u{A0}007"] {
            let found = try IntakeFixture.table([
                "patient_postcode": postcode, "patient_city": "PARIS", "patient_country": "FRA",
            ]).findings
            #expect(!found.contains { $0.hasPrefix("place-form @ ") || $0.hasPrefix("postcode @ ") }, "\(found)")
        }
    }
}
