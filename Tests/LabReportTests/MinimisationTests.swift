import Testing

@testable import LabReport

@Suite("Minimisation")
struct MinimisationTests {
    static let reference = CalendarDate(year: 2026, month: 11, day: 23)

    /// Every string of a value, however deep, and the paths of what is nil or empty.
    private static func walk(_ value: Any, _ path: String, _ texts: inout [String], _ empties: inout [String]) {
        let mirror = Mirror(reflecting: value)
        if let text = value as? String { texts.append(text) }
        if mirror.displayStyle == .optional, mirror.children.isEmpty { empties.append(path) }
        if mirror.displayStyle == .collection, mirror.children.isEmpty { empties.append(path) }
        for child in mirror.children {
            walk(child.value, path + "." + (child.label ?? "[]"), &texts, &empties)
        }
    }

    @Test("The full report fills every field of the model, and each canary in it has its field named")
    func fixtureIsFull() {
        var texts: [String] = []
        var empties: [String] = []
        Self.walk(FullReport.report, "report", &texts, &empties)
        #expect(empties.isEmpty, "a field that the fixture does not fill is a field that the tests do not see")
        let canaries = FullReport.canaries.map { $0.text.filter { $0 != "\"" } }
        for text in Set(texts) where text.hasPrefix("CANARY-") {
            #expect(canaries.contains(text), "\(text) has no field")
        }
        let covered = Set(FullReport.canaries.flatMap { $0.fields })
        #expect(covered == Set(ReportField.allCases))
    }

    @Test("Each field, listed alone, lets itself through and nothing else", arguments: ReportField.allCases)
    func oneField(field: ReportField) throws {
        let reference = try #require(Self.reference)
        let report = FullReport.report
        let projected = Profile(id: "one", fields: [field])
            .project(
                report, results: Array(report.results.indices), reference: reference, pseudonym: FullReport.pseudonym)
        let text = fhir(projected)
        for canary in FullReport.canaries {
            #expect(text.contains(canary.text) == canary.goes([field]), "\(canary.text) under \(field.rawValue)")
        }
        let table = csv(projected)
        for canary in FullReport.canaries where canary.text.hasPrefix("CANARY") && !canary.goes([field]) {
            #expect(!table.contains(canary.text), "\(canary.text) in CSV under \(field.rawValue)")
        }
    }

    @Test("All fields together let everything through that has a field")
    func allFields() throws {
        let reference = try #require(Self.reference)
        let report = FullReport.report
        let text = fhir(
            Profile(id: "all", fields: Set(ReportField.allCases))
                .project(
                    report, results: Array(report.results.indices), reference: reference,
                    pseudonym: FullReport.pseudonym))
        for canary in FullReport.canaries {
            #expect(text.contains(canary.text) == !canary.fields.isEmpty, "\(canary.text)")
        }
    }

    @Test("No field at all leaves only what the report does to earlier ones")
    func nothing() throws {
        let reference = try #require(Self.reference)
        let projected = Profile(id: "none", fields: [])
            .project(FullReport.report, results: [], reference: reference)
        var expected = Report()
        expected.action = .replace
        expected.processing = .training
        #expect(projected == expected)
    }

    @Test("Only the orders and specimens of the results sent go along, counted anew")
    func pruning() throws {
        let reference = try #require(Self.reference)
        var report = Report()
        for number in 0..<4 {
            var specimen = Specimen()
            specimen.identifier = Personal("S\(number)")
            report.specimens.append(specimen)
            var order = Order()
            order.fillerNumber = Personal("F\(number)")
            order.specimenIndex = 3 - number
            report.orders.append(order)
            var result = Observation(orderIndex: number, code: Coded(code: "C\(number)"))
            result.value = .number(Personal("1"))
            report.results.append(result)
        }
        let profile = Profile(id: "p", fields: [.specimenID, .orderFiller, .resultCode])
        let projected = profile.project(report, results: [3, 1, 9, -1], reference: reference)
        #expect(projected.results.map { $0.code.code } == ["C3", "C1"])
        #expect(projected.results.map { $0.orderIndex } == [0, 1])
        #expect(projected.orders.map { $0.fillerNumber?.text } == ["F3", "F1"])
        #expect(projected.orders.map { $0.specimenIndex } == [0, 1])
        #expect(projected.specimens.map { $0.identifier?.text } == ["S0", "S2"])
        let without = Profile(id: "q", fields: [.resultCode]).project(report, results: [1], reference: reference)
        #expect(without.specimens.isEmpty && without.orders == [Order()])
    }

    @Test(
        "Age bands count ten years at the day of the specimen, else at the reference",
        arguments: [
            (2026, 11, 22, "0-9"), (2017, 1, 1, "0-9"), (2016, 11, 23, "10-19"), (2016, 11, 24, "0-9"),
            (1936, 11, 23, "90+"), (1936, 11, 24, "80-89"), (1900, 1, 1, "90+"),
        ])
    func ageBands(year: Int, month: Int, day: Int, band: String) throws {
        let reference = try #require(Self.reference)
        var report = Report()
        report.patient.birthDate = CalendarDate(year: year, month: month, day: day)
        let profile = Profile(id: "p", fields: [.patientAgeBand])
        #expect(profile.project(report, results: [], reference: reference).patient.ageBand == band)
        var order = Order()
        order.collectedAt = ReportTime(date: reference)
        report.orders = [order]
        report.results = [Observation(orderIndex: 0, code: Coded())]
        let later = try #require(CalendarDate(year: 2126, month: 1, day: 1))
        #expect(profile.project(report, results: [0], reference: later).patient.ageBand == band)
    }

    @Test(
        "A birth date that is known in part has a band only where all days that it may be have the same",
        arguments: [
            ("1976", "2026-11-23", nil), ("1976-11", "2026-11-23", nil), ("1976-10", "2026-11-23", "50-59"),
            ("1976-12", "2026-11-23", "40-49"), ("1974", "2026-11-23", "50-59"), ("1936", "2026-11-23", nil),
            ("1935", "2026-11-23", "90+"), ("2026", "2026-11-23", "0-9"), ("1976-11-23", "2026-11", nil),
            ("1976-11-30", "2026-12", "50-59"), ("1976-05-05", "2026", nil), ("1975-05-05", "2026", "50-59"),
            ("2016-02-29", "2026-02-28", "0-9"), ("2016-02", "2026-02-28", nil), ("2016-02", "2026-03-01", "10-19"),
        ])
    func partialBirth(birth: String, day: String, band: String?) throws {
        let parts = [birth, day].map { $0.split(separator: "-").compactMap { Int($0) } }
        let dates = try parts.map {
            try #require(CalendarDate(year: $0[0], month: $0.element(at: 1), day: $0.element(at: 2)))
        }
        #expect(AgeBand.of(birth: dates[0], on: dates[1]) == band)
        var report = Report()
        report.patient.birthDate = dates[0]
        let profile = Profile(id: "p", fields: [.patientAgeBand])
        #expect(profile.project(report, results: [], reference: dates[1]).patient.ageBand == band)
    }

    @Test("A birth after the specimen has no age, and no birth date no band")
    func noAge() throws {
        let reference = try #require(Self.reference)
        var report = Report()
        let profile = Profile(id: "p", fields: [.patientAgeBand, .patientBirthYear])
        #expect(profile.project(report, results: [], reference: reference).patient == Patient())
        report.patient.birthDate = CalendarDate(year: 2027)
        #expect(profile.project(report, results: [], reference: reference).patient.ageBand == nil)
    }

    @Test("The department is the residence's, where it can be told")
    func department() throws {
        let reference = try #require(Self.reference)
        let profile = Profile(id: "p", fields: [.patientDepartment])
        for (postcode, expected) in [("20200", "2B"), ("97133", "977"), ("01410", nil), ("1234", nil)] {
            let report = RoutingFixture.report([], postcode: postcode)
            let patient = profile.project(report, results: [], reference: reference).patient
            #expect(patient.department == expected)
            #expect(patient.address == nil)
        }
    }

    @Test("Free text goes as result.value only where it is a word of known meaning")
    func freeText() throws {
        let reference = try #require(Self.reference)
        let profile = Profile(id: "p", fields: [.resultValue])
        let report = RoutingFixture.report([("94500-6", "POSITIF"), ("94500-6", "POSITIF, appeler Mme X")])
        let values = profile.project(report, results: [0, 1], reference: reference).results.map { $0.value }
        #expect(values == [.text(Personal("POSITIF")), nil])
    }

    @Test("A withdrawn result never looks alive, even where its status is not listed")
    func withdrawn() throws {
        let reference = try #require(Self.reference)
        let profile = Profile(id: "p", fields: [.resultCode])
        var report = RoutingFixture.report([("94500-6", "POSITIF"), ("94500-6", "POSITIF")])
        report.results[1].status = "D"
        #expect(profile.project(report, results: [0, 1], reference: reference).results.map { $0.status } == ["", "D"])
        report.action = .cancel
        #expect(
            profile.project(report, results: [0, 1], reference: reference).results.map { $0.status } == ["D", "D"])
    }
}
