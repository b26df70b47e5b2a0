import Testing

@testable import LabReport

@Suite("Homes abroad, minimised")
struct ForeignHomeTests {
    private static func report(_ country: String?, postcode: String? = "75001") -> Report {
        var report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: nil)
        var home = Address()
        home.lines = [Personal("1 RUE INVENTEE")]
        home.postcode = postcode.map { Personal($0) }
        home.city = Personal("LISBOA")
        home.state = "LISBOA"
        home.country = country
        report.patient.address = home
        return report
    }

    private static func projected(_ report: Report, _ fields: ReportField...) throws -> Report {
        let reference = try #require(MinimisationTests.reference)
        let profile = Profile(id: "p", fields: Set(fields).union([.resultCode, .resultValue, .resultStatus]))
        return profile.project(report, results: [0], reference: reference)
    }

    @Test(
        "Beside a foreign postcode or town alone stands its country, as it is written",
        arguments: ["PRT", "Portugal", "UNK"])
    func country(country: String) throws {
        let report = Self.report(country)
        var postcode = Address()
        postcode.postcode = Personal("75001")
        postcode.country = country
        #expect(try Self.projected(report, .patientPostcode).patient.address == postcode)
        var city = Address()
        city.city = Personal("LISBOA")
        city.country = country
        #expect(try Self.projected(report, .patientCity).patient.address == city)
    }

    @Test("It stands there in whatever the recipient reads")
    func transforms() throws {
        for field in [ReportField.patientPostcode, .patientCity] {
            let projected = try Self.projected(Self.report("PRT"), field)
            #expect(fhir(projected).contains(#""country":"PRT"}"#))
            #expect(csv(projected).contains("PRT"))
            var bytes: [UInt8] = []
            HL7ReportWriter.write(projected, into: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self).contains("^PRT"))
            bytes = []
            HPRIMReportWriter.write(projected, into: &bytes)
            #expect(String(decoding: bytes, as: UTF8.self).contains("~PRT"))
        }
    }

    @Test("France and its territories are not told", arguments: [nil, "", "FRA", "France", "REU", "Martinique"])
    func france(country: String?) throws {
        let address = try Self.projected(Self.report(country), .patientPostcode, .patientCity).patient.address
        #expect(address?.country == nil)
        #expect(address?.postcode?.text == "75001")
    }

    @Test("Who gets neither postcode nor town learns of no country, and of no French department")
    func neither() throws {
        let patient = try Self.projected(Self.report("PRT"), .patientDepartment).patient
        #expect(patient == Patient())
        #expect(try Self.projected(Self.report("PRT", postcode: nil), .patientPostcode).patient.address == nil)
    }
}
