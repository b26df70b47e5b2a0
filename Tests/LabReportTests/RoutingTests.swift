import StrictJSON
import Testing

@testable import LabReport

/// What the routing tests share.
enum RoutingFixture {
    static func json(_ text: String) throws -> JSON {
        try JSON(parsing: Array(text.utf8))
    }

    static let profiles = [
        #"{"id":"all","fields":["patient.birthName","result.code"]}"#, #"{"id":"few","fields":["result.code"]}"#,
    ]

    static func table(_ routes: String...) throws -> RouteTable {
        try RouteTable(routes: try routes.map { try json($0) }, profiles: try profiles.map { try json($0) })
    }

    /// A report of results `(LOINC code, value)` about someone who lives at this postcode.
    static func report(
        _ results: [(code: String, value: String)], postcode: String? = "35000", city: String? = nil,
        laboratory: String? = "75007"
    ) -> Report {
        var report = Report()
        if let postcode {
            var address = Address()
            address.postcode = Personal(postcode)
            address.city = city.map { Personal($0) }
            report.patient.address = address
        }
        if let laboratory {
            var organisation = Organisation(name: "LABO")
            var address = Address()
            address.postcode = Personal(laboratory)
            organisation.address = address
            report.laboratory = organisation
        }
        report.orders = [Order()]
        report.results = results.map { code, value in
            var result = Observation(orderIndex: 0, code: Coded(code: code, system: "LN"))
            result.value = .text(Personal(value))
            return result
        }
        return report
    }
}

@Suite("Routing")
struct RoutingTests {
    @Test("A route sends the results it names and no others, and each one left is explained")
    func onlyWhatIsNamed() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","codes":["94500-6"],"profile":"all"}"#)
        var report = RoutingFixture.report([("2823-3", "4"), ("94500-6", "POSITIF"), ("94558-4", "NEGATIF")])
        report.results.append(Observation(orderIndex: 0, code: Coded(code: "K", system: "L")))
        let outcome = table.destinations(for: report)
        #expect(outcome.destinations.map(\.recipient) == ["cnam"])
        #expect(outcome.destinations.first?.resultIndexes == [1])
        #expect(outcome.destinations.first?.profile == "all")
        #expect(outcome.dropped.map(\.resultIndex) == [0, 2, 3])
        #expect(outcome.dropped.map(\.reason) == [.codeNotRouted, .codeNotRouted, .withoutLOINC])
        #expect(outcome.findings.isEmpty)
    }

    @Test("Without routes nothing goes anywhere, and that is a finding")
    func defaultDeny() throws {
        let outcome = try RoutingFixture.table().destinations(for: RoutingFixture.report([("94500-6", "POSITIF")]))
        #expect(outcome.destinations.isEmpty)
        #expect(outcome.findings.map(\.rule) == ["route-none"])
        #expect(outcome.dropped.map(\.reason) == [.codeNotRouted])
    }

    @Test("A route can ask for meanings; the others are dropped with that reason")
    func meanings() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","codeSet":"sars-cov-2","results":["positive","indeterminate"],"profile":"all"}"#)
        let mixed = table.destinations(for: RoutingFixture.report([("94500-6", "NEGATIF"), ("94558-4", "POSITIF")]))
        #expect(mixed.destinations.first?.resultIndexes == [1])
        #expect(mixed.dropped == [Drop(resultIndex: 0, reason: .meaningNotRouted)])
        let negative = table.destinations(for: RoutingFixture.report([("94500-6", "NEGATIF")]))
        #expect(negative.destinations.isEmpty)
        #expect(negative.dropped.first == Drop(route: "r", reason: .noSuchMeaning))
    }

    @Test("anyCode takes results without a LOINC code too")
    func anyCode() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "NEGATIF")])
        report.results.append(Observation(orderIndex: 0, code: Coded(code: "K", system: "L")))
        #expect(table.destinations(for: report).destinations.first?.resultIndexes == [0, 1])
    }

    @Test(
        "The region comes from the residence, the laboratory, one after the other, or both",
        arguments: [
            ("residence", "35000", ["ars-53"]), ("laboratory", "35000", ["ars-11"]),
            ("residence-then-laboratory", "35000", ["ars-53"]), ("residence-then-laboratory", nil, ["ars-11"]),
            ("residence-then-laboratory", "98800", ["ars-11"]), ("residence-then-laboratory", "00850", ["ars-11"]),
            ("residence", "00850", []),
            ("residence-and-laboratory", "35000", ["ars-53", "ars-11"]),
            ("residence-and-laboratory", "77000", ["ars-11"]), ("residence", nil, []),
        ] as [(String, String?, [String])])
    func territories(rule: String, postcode: String?, recipients: [String]) throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"ars-{region}","anyCode":true,"territory":"\#(rule)","profile":"all"}"#)
        let outcome = table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode))
        #expect(outcome.destinations.map(\.recipient) == recipients)
    }

    @Test("The laboratory's FINESS stands in for an address it does not give")
    func laboratoryByFINESS() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"ars-{region}","anyCode":true,"territory":"laboratory","profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF")], laboratory: nil)
        report.laboratory = Organisation(name: "LABO", finess: "2B0000020")
        #expect(table.destinations(for: report).destinations.map(\.recipient) == ["ars-94"])
        report.laboratory = nil
        let outcome = table.destinations(for: report)
        #expect(outcome.destinations.isEmpty)
        #expect(outcome.findings.map(\.severity) == [.error])
    }

    @Test(
        "What cannot be told is a finding: an error where it can be mended, a warning where nobody gave an address",
        arguments: [
            ("01410", nil, "route-territory-ambiguous", Finding.Severity.error),
            ("7500", nil, "route-territory-unknown", .error), (nil, nil, "route-territory-absent", .warning),
            ("01410", "LELEX", nil, .error), ("98800", nil, "route-none", .warning),
            ("00850", nil, "route-none", .warning),
        ] as [(String?, String?, String?, Finding.Severity)])
    func findings(postcode: String?, city: String?, rule: String?, severity: Finding.Severity) throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"ars-{region}","anyCode":true,"territory":"residence","profile":"all"}"#)
        let report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode, city: city)
        let outcome = table.destinations(for: report)
        #expect(outcome.findings.map(\.rule) == (rule.map { [$0] } ?? []))
        if rule != nil { #expect(outcome.findings.map(\.severity) == [severity]) }
        #expect(outcome.destinations.isEmpty == (rule != nil))
    }

    @Test("A wrong postcode is not passed over in favour of the laboratory")
    func wrongPostcodeIsMended() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"ars-{region}","anyCode":true,"territory":"residence-then-laboratory","profile":"all"}"#)
        for postcode in ["7500", "01410"] {
            let outcome = table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode))
            #expect(outcome.destinations.isEmpty)
            #expect(outcome.findings.map(\.severity) == [.error])
        }
    }

    @Test("A route limited to regions drops the others and says which")
    func regions() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"spf","anyCode":true,"territory":"residence","regions":["11","24"],"profile":"all"}"#)
        let inside = table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF")], postcode: "75007"))
        #expect(inside.destinations.map(\.recipient) == ["spf"])
        let outside = table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF")], postcode: "35000"))
        #expect(outside.destinations.isEmpty)
        let brittany = try #require(Region(code: "53"))
        #expect(outside.dropped.first?.reason == .otherRegion(brittany, .residence))
    }

    @Test("An objection or a missing consent shuts a route that cares")
    func consent() throws {
        let table = try RoutingFixture.table(
            #"{"id":"g","to":"a","anyCode":true,"consent":"given","profile":"all"}"#,
            #"{"id":"n","to":"b","anyCode":true,"consent":"not-objected","profile":"all"}"#,
            #"{"id":"x","to":"c","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        let expected: [(Report.Consent?, [String])] = [
            (nil, ["b", "c"]), (.given, ["a", "b", "c"]), (.objected, ["c"]),
        ]
        for (consent, recipients) in expected {
            report.consent = consent
            #expect(table.destinations(for: report).destinations.map(\.recipient) == recipients)
        }
    }

    @Test("Two routes to one recipient join their results under one profile; another profile comes too late")
    func oneDestinationPerRecipient() throws {
        let same = try RoutingFixture.table(
            #"{"id":"a","to":"spf","codes":["94500-6"],"profile":"all","receiptDueMinutes":240,"retentionDays":5}"#,
            #"{"id":"b","to":"spf","codes":["94558-4"],"profile":"all","receiptDueMinutes":60}"#)
        let report = RoutingFixture.report([("94558-4", "NEGATIF"), ("94500-6", "POSITIF")])
        let joined = same.destinations(for: report)
        #expect(joined.destinations.count == 1)
        #expect(joined.destinations.first?.resultIndexes == [0, 1])
        #expect(joined.destinations.first?.receiptDueMinutes == 60)
        #expect(joined.destinations.first?.retentionDays == 5)
        let other = try RoutingFixture.table(
            #"{"id":"a","to":"spf","codes":["94500-6"],"profile":"all"}"#,
            #"{"id":"b","to":"spf","codes":["94558-4"],"profile":"few"}"#)
        let first = other.destinations(for: report)
        #expect(first.destinations.map(\.resultIndexes) == [[1]])
        #expect(first.dropped.contains(Drop(route: "b", recipient: "spf", reason: .takenBy(route: "a"))))
        #expect(first.dropped.contains(Drop(resultIndex: 0, reason: .routesDropped)))
    }

    @Test("Training and debugging messages reach nobody in production")
    func notProduction() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"cnam","anyCode":true,"profile":"all"}"#)
        var report = RoutingFixture.report([("94500-6", "POSITIF")])
        for processing in [Report.Processing.training, .debugging] {
            report.processing = processing
            #expect(table.destinations(for: report).destinations.isEmpty)
            #expect(table.destinations(for: report).dropped.map(\.reason) == [.notProduction])
            #expect(table.destinations(for: report, production: false).destinations.count == 1)
        }
    }

    @Test("A route for files takes no reports")
    func kinds() throws {
        let table = try RoutingFixture.table(
            #"{"id":"r","to":"cnam","kinds":["file"],"from":["lab"]}"#)
        #expect(table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF")])).destinations.isEmpty)
    }

    @Test("A correction reaches whoever got the earlier version, whatever the routes say now")
    func corrections() throws {
        let table = try RoutingFixture.table(
            #"{"id":"p","to":"ars-{region}","codeSet":"sars-cov-2","results":["positive"],"territory":"residence","profile":"all"}"#
        )
        var report = RoutingFixture.report([("94500-6", "NEGATIF"), ("2823-3", "4")], postcode: "75007")
        let earlier = [EarlierDelivery(recipient: "ars-53", route: "p", profile: "all")]
        #expect(table.destinations(for: report, earlier: earlier).destinations.isEmpty, "a first version has none")
        report.action = .replace
        let outcome = table.destinations(for: report, earlier: earlier)
        #expect(outcome.destinations.map(\.recipient) == ["ars-53"])
        #expect(outcome.destinations.first?.resultIndexes == [0])
        #expect(outcome.destinations.first?.reason == .earlierVersion)
        report.action = .cancel
        report.results = []
        #expect(table.destinations(for: report, earlier: earlier).destinations.first?.resultIndexes == [])
        let gone = [EarlierDelivery(recipient: "ars-53", route: "old", profile: "old")]
        #expect(table.destinations(for: report, earlier: gone).findings.map(\.rule) == ["route-earlier-profile"])
    }

    @Test("Reasons and findings are in both languages and hold no personal value")
    func reasonsAreSilent() throws {
        let table = try RouteTable(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
        for postcode in ["01410", "35000", "7500", nil] {
            var report = RoutingFixture.report([("94500-6", "POSITIF")], postcode: postcode, city: "SECRETVILLE")
            report.patient.birthName = Personal("SECRET")
            let outcome = table.destinations(for: report)
            let reasons = outcome.destinations.map(\.reason) + outcome.dropped.map(\.reason)
            let texts =
                reasons.flatMap { [$0.french, $0.english] }
                + outcome.findings.flatMap { [$0.french, $0.english, $0.path] }
            #expect(!texts.isEmpty)
            for text in texts {
                #expect(!text.isEmpty)
                for secret in ["SECRET", "01410", "35000", "7500", "POSITIF"] { #expect(!text.contains(secret)) }
            }
        }
    }

    @Test("The example routes send identity to those who answer for people and none to the statistics")
    func examples() throws {
        let table = try RouteTable(routes: ExampleRoutes.routes, profiles: ExampleRoutes.profiles)
        let outcome = table.destinations(for: RoutingFixture.report([("94500-6", "POSITIF"), ("80382-5", "NEGATIF")]))
        #expect(outcome.destinations.map(\.recipient) == ["cnam", "ars-53", "spf"])
        #expect(outcome.destinations.map(\.resultIndexes) == [[0], [0], [0, 1]])
        let statistics = try #require(table.profile("example-statistics"))
        for field in ReportField.allCases where field.rawValue.hasPrefix("patient.") {
            let isMade = [.patientAgeBand, .patientSex, .patientDepartment].contains(field)
            #expect(statistics.keeps(field) == isMade, "\(field.rawValue)")
        }
    }
}

@Suite("Directory routes and profiles")
struct RouteTableTests {
    @Test(
        "What is wrong in a route is refused, with the route's name and the word that is wrong",
        arguments: [
            (
                #"{"id":"r","to":"a","anyCode":true,"profile":"all","codeset":"x"}"#,
                LabReportFailure.Problem.unknownMember("codeset")
            ),
            (#"{"id":"r","anyCode":true,"profile":"all"}"#, .missing("to")),
            (#"{"id":"r","to":"a","anyCode":true}"#, .missing("profile")),
            (#"{"id":"r","to":"a","anyCode":true,"profile":"none"}"#, .unknownProfile("none")),
            (#"{"id":"r","to":1,"anyCode":true,"profile":"all"}"#, .wrongType("to")),
            (#"{"id":"r","to":"a","codes":"94500-6","profile":"all"}"#, .wrongType("codes")),
            (
                #"{"id":"r","to":"a","profile":"all"}"#,
                .contradiction("one of \"codes\", \"codeSet\" and \"anyCode\" must be there")
            ),
            (
                #"{"id":"r","to":"a","codes":["94500-7"],"profile":"all"}"#,
                .notAllowed("codes", allowed: "LOINC codes with the right check digit; \"94500-7\" is none")
            ),
            (
                #"{"id":"r","to":"a","codes":[],"profile":"all"}"#,
                .contradiction("\"codes\" is empty: leave it out or fill it")
            ),
            (
                #"{"id":"r","to":"ars-{region}","anyCode":true,"profile":"all"}"#,
                .contradiction("{region} and \"regions\" need \"territory\"")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"regions":["11"],"profile":"all"}"#,
                .contradiction("{region} and \"regions\" need \"territory\"")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"territory":"residence","regions":["99"],"profile":"all"}"#,
                .notAllowed("regions", allowed: "codes of regions; \"99\" is none")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"retentionDays":31,"profile":"all"}"#,
                .notAllowed("retentionDays", allowed: "1 to 30")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"receiptDueMinutes":0,"profile":"all"}"#,
                .notAllowed("receiptDueMinutes", allowed: "1 to 43200")
            ),
            (
                #"{"id":"r","to":"A B","anyCode":true,"profile":"all"}"#,
                .notAllowed("to", allowed: "a participant's id, in which {region} may stand once")
            ),
            (
                #"{"id":"r","to":"a-{region}-{region}","anyCode":true,"territory":"residence","profile":"all"}"#,
                .notAllowed("to", allowed: "a participant's id, in which {region} may stand once")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"consent":"yes","profile":"all"}"#,
                .notAllowed("consent", allowed: "one of given, not-objected")
            ),
            (
                #"{"id":"r","to":"a","anyCode":true,"kinds":["fax"],"profile":"all"}"#,
                .notAllowed("kinds", allowed: "one of reports, file, feedback")
            ),
            (#"{"id":"r","to":"a","kinds":["file"]}"#, .missing("from")),
            (
                #"{"id":"r","to":"a","from":[],"kinds":["file"]}"#,
                .contradiction("\"from\" is empty: leave it out or fill it")
            ),
            (
                #"{"id":"r","to":"a","from":["Lab A"],"kinds":["file"]}"#,
                .notAllowed("from", allowed: "ids of participants; \"Lab A\" is none")
            ),
            (
                #"{"id":"r","to":"a","from":["lab"],"anyCode":true,"profile":"all"}"#,
                .contradiction("\"from\" is for routes whose \"kinds\" is file alone")
            ),
        ])
    func refused(text: String, problem: LabReportFailure.Problem) throws {
        #expect(throws: LabReportFailure.route("r", problem)) { try RoutingFixture.table(text) }
    }

    @Test(
        "A route for raw files chooses nothing among them, so that nobody takes a profile for applied",
        arguments: [
            #""kinds":["reports","file"],"anyCode":true,"profile":"all""#, #""kinds":["file"],"profile":"all""#,
            #""kinds":["file"],"anyCode":true"#, #""kinds":["file"],"codes":["94500-6"]"#,
            #""kinds":["file"],"consent":"given""#, #""kinds":["file"],"territory":"residence""#,
        ])
    func filesAlone(members: String) throws {
        let words =
            "a raw file is not looked into: its route has \"kinds\" file alone, \"from\" and \"to\", and neither analyses "
            + "nor a profile"
        #expect(throws: LabReportFailure.route("r", .contradiction(words))) {
            try RoutingFixture.table(#"{"id":"r","to":"a","from":["lab"],"# + members + "}")
        }
    }

    @Test("Raw files go from the senders that a route names to its recipient, and no report goes along it")
    func files() throws {
        let table = try RoutingFixture.table(
            #"{"id":"files","to":"a","from":["lab","other"],"kinds":["file"],"retentionDays":3}"#,
            #"{"id":"r","to":"b","anyCode":true,"profile":"all"}"#)
        #expect(table.fileRoute(from: "lab", to: "a")?.id == "files")
        #expect(table.fileRoute(from: "other", to: "a")?.retentionDays == 3)
        #expect(table.fileRoute(from: "third", to: "a") == nil)
        #expect(table.fileRoute(from: "lab", to: "b") == nil)
        #expect(!table.leads(to: "a") && table.leads(to: "b"))
    }

    @Test("What a recipient's sink is proposed is the longest of the routes that lead to it, of files too")
    func retention() throws {
        let table = try RoutingFixture.table(
            #"{"id":"files","to":"a","from":["lab"],"kinds":["file"],"retentionDays":30}"#,
            #"{"id":"r","to":"a","anyCode":true,"profile":"all","retentionDays":3}"#,
            #"{"id":"s","to":"b","anyCode":true,"profile":"all"}"#,
            #"{"id":"t","to":"ars-{region}","anyCode":true,"profile":"all","territory":"residence","retentionDays":7}"#)
        #expect(table.retentionDays(to: "a") == 30)
        #expect(table.retentionDays(to: "b") == 10)
        #expect(table.retentionDays(to: "ars-84") == 7)
        #expect(table.retentionDays(to: "ars") == nil)
    }

    @Test("A route without a usable id is named by its place, and an id may not stand twice")
    func ids() {
        #expect(throws: LabReportFailure.route("routes[0]", .missing("id"))) { try RoutingFixture.table("{}") }
        #expect(throws: LabReportFailure.route("routes[0]", .notAnObject)) { try RoutingFixture.table("3") }
        let route = #"{"id":"r","to":"a","anyCode":true,"profile":"all"}"#
        #expect(throws: LabReportFailure.route("r", .duplicateID)) { try RoutingFixture.table(route, route) }
    }

    @Test("A profile with an unknown field, a field twice, or none is refused")
    func profiles() throws {
        let cases: [(String, LabReportFailure.Problem)] = [
            (
                #"{"id":"p","fields":["patient.name"]}"#,
                .notAllowed("fields", allowed: "a list of known fields; \"patient.name\" is none")
            ),
            (#"{"id":"p","fields":["notes","notes"]}"#, .contradiction("\"fields\" lists a value twice")),
            (#"{"id":"p","fields":[]}"#, .contradiction("\"fields\" is empty: leave it out or fill it")),
            (#"{"id":"p"}"#, .missing("fields")),
            (#"{"id":"p","fields":["notes"],"field":1}"#, .unknownMember("field")),
        ]
        for (text, problem) in cases {
            let json = try RoutingFixture.json(text)
            #expect(throws: LabReportFailure.profile("p", problem)) { try RouteTable(routes: [], profiles: [json]) }
        }
    }

    @Test("Absent members have the values that the language says")
    func defaults() throws {
        let table = try RoutingFixture.table(#"{"id":"r","to":"a","codeSet":"influenza","profile":"all"}"#)
        let route = try #require(table.route("r"))
        #expect(route.receiptDueMinutes == 240)
        #expect(route.retentionDays == 10)
        #expect(route.kinds == [.reports])
        #expect(route.results == nil && route.territory == nil && route.regions == nil && route.consent == nil)
    }
}
