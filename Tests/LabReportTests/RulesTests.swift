import LabReport
import Testing

@Suite("Rules of a report")
struct RulesTests {
    static let today = CalendarDate(year: 2026, month: 11, day: 23)

    static func settings(
        production: Bool = true, overrides: [String: Finding.Severity] = [:], allowed: [String]? = nil
    ) throws -> RuleSettings {
        RuleSettings(overrides: overrides, production: production, today: try #require(today), allowedFINESS: allowed)
    }

    /// A report that no rule objects to.
    static func good() throws -> Report {
        var report = Report()
        report.messageID = Personal("M1")
        report.patient.ins = Identifier(value: Personal("255081416802538"), system: "1.2.250.1.213.1.4.8", type: "INS")
        report.patient.identityStatus = ["VALI"]
        report.patient.nir = Identifier(value: Personal("255081416802538"), system: "1.2.250.1.213.1.4.8", type: "NH")
        report.patient.localIDs = [Identifier(value: Personal("L1"), type: "PI")]
        report.patient.birthName = Personal("TEST")
        report.patient.givenNames = [Personal("ANNE")]
        report.patient.sex = "F"
        report.patient.birthPlaceCode = Personal("14168")
        report.patient.birthDate = CalendarDate(year: 1955, month: 8, day: 1)
        var address = Address()
        address.postcode = Personal("75007")
        address.country = "FRA"
        report.patient.address = address
        var requester = Professional()
        requester.identifiers = [Identifier(value: Personal("01234567897"), type: "RPPS")]
        report.requester = requester
        report.laboratory = Organisation(name: "Labo", finess: "750100125")
        var order = Order()
        order.fillerNumber = Personal("F1")
        order.collectedAt = try time(2026, 11, 22)
        order.reportedAt = try time(2026, 11, 23)
        report.orders = [order]
        var result = Observation(orderIndex: 0, code: Coded(code: "94500-6", system: "LN"))
        result.value = .coded(Coded(code: "260385009", system: "SCT"))
        report.results = [result]
        return report
    }

    static func time(_ year: Int, _ month: Int, _ day: Int) throws -> ReportTime {
        let date = try #require(CalendarDate(year: year, month: month, day: day))
        return try #require(ReportTime(date: date, secondOfDay: 3600))
    }

    static func rules(_ report: Report, _ settings: RuleSettings) -> [String] {
        ReportRules.check(report, context: settings).map { ($0.severity == .error ? "!" : "") + $0.rule }
    }

    @Test("A good report has no findings")
    func good() throws {
        #expect(Self.rules(try Self.good(), try Self.settings(allowed: ["750100125"])) == [])
    }

    @Test("The same result twice in one order is told; another value, time, number or order is another result")
    func twice() throws {
        let settings = try Self.settings()
        var report = try Self.good()
        report.results.append(report.results[0])
        #expect(Self.rules(report, settings) == ["result-twice"])
        let at = try Self.time(2026, 11, 22)
        for change in [
            { $0.value = .coded(Coded(code: "10828004", system: "SCT")) }, { $0.subID = "2" }, { $0.status = "C" },
            { $0.observedAt = at },
        ] as [(inout Observation) -> Void] {
            var other = report
            change(&other.results[1])
            #expect(!Self.rules(other, settings).contains("result-twice"))
        }
        report.orders.append(report.orders[0])
        report.results[1].orderIndex = 1
        #expect(Self.rules(report, settings) == [])
        // Lines drawn through a text are none.
        report = try Self.good()
        report.results[0].value = .text(Personal("-----"))
        report.results.append(report.results[0])
        #expect(!Self.rules(report, settings).contains("result-twice"))
        // As well among many.
        report = try Self.good()
        for number in 0..<40 {
            report.results.append(report.results[0])
            report.results[number + 1].value = .number(Personal(String(number % 39)))
        }
        #expect(Self.rules(report, settings).count { $0 == "result-twice" } == 1)
    }

    static func structured(
        _ comparator: String?, _ first: String?, _ separator: String?, _ second: String?
    ) -> Observation.Value {
        .structured(
            comparator: comparator, first: first.map { Personal($0) }, separator: separator,
            second: second.map { Personal($0) })
    }

    @Test("Structured values in the standard's forms pass")
    func structuredForms() throws {
        for value in [
            Self.structured("<", "20", nil, nil), Self.structured(nil, "1", ":", "64"),
            Self.structured(">=", "1.5", nil, nil),
            Self.structured(nil, "2", "+", nil),
        ] {
            var report = try Self.good()
            report.results[0].value = value
            #expect(Self.rules(report, try Self.settings()) == [])
        }
    }

    /// What is broken, and the rule that says so.
    static let faults: [(String, @Sendable (inout Report) -> Void)] = [
        ("!patient-unidentified", { $0.patient = Patient() }),
        (
            "patient-name-missing",
            {
                $0.patient.birthName = nil
                $0.patient.givenNames = []
            }
        ),
        ("!results-missing", { $0.results = [] }),
        ("!filler-missing", { $0.orders[0].fillerNumber = nil }),
        ("!laboratory-missing", { $0.laboratory = Organisation() }),
        ("!laboratory-missing", { $0.laboratory = nil }),
        ("!nir-key", { $0.patient.nir?.value = Personal("255081416802539") }),
        ("nir-no-key", { $0.patient.nir?.value = Personal("2550814168025") }),
        ("!ins-key", { $0.patient.ins?.value = Personal("276037510669380") }),
        ("ins-oid", { $0.patient.ins?.system = "1.2.3" }),
        ("!ins-fictitious", { $0.patient.ins?.system = "1.2.250.1.213.1.4.10" }),
        ("rpps-key", { $0.requester?.identifiers[0].value = Personal("10003461033") }),
        ("adeli-form", { $0.requester?.identifiers[0] = Identifier(value: Personal("7"), type: "ADELI") }),
        ("rpps-key", { $0.requester?.identifiers[0] = Identifier(value: Personal("810003461033"), type: "IDNPS") }),
        ("finess-key", { $0.laboratory?.finess = "120456789" }),
        ("!birth-in-future", { $0.patient.birthDate = CalendarDate(year: 2026, month: 11, day: 24) }),
        ("birth-long-ago", { $0.patient.birthDate = CalendarDate(year: 1855) }),
        ("birth-after-specimen", { $0.patient.birthDate = CalendarDate(year: 2026, month: 11, day: 23) }),
        ("loinc-key", { $0.results[0].code.code = "94500-5" }),
        ("!not-production", { $0.processing = .training }),
        ("!not-production", { $0.processing = .debugging }),
        ("postcode", { $0.patient.address?.postcode = Personal("7500") }),
        ("postcode-unknown", { $0.patient.address?.postcode = Personal("99999") }),
        ("postcode-shared", { $0.patient.address?.postcode = Personal("01410") }),
        (
            "postcode-missing",
            {
                $0.patient.address?.postcode = nil
                $0.patient.address?.city = Personal("MARSEILLE")
            }
        ),
        (
            "postcode-missing",
            {
                $0.patient.address?.postcode = Personal(" ")
                $0.patient.address?.lines = [Personal("12 RUE X"), Personal("13001 MARSEILLE")]
            }
        ),
        (
            "postcode-missing",
            {
                $0.patient.address?.postcode = nil
                $0.patient.address?.state = "13001"
            }
        ),
        ("country-postcode", { $0.patient.address?.country = "MTQ" }),
        (
            "country-postcode",
            {
                $0.patient.address?.country = "REU"
                $0.patient.address?.postcode = Personal("97200")
            }
        ),
        ("code-unmapped", { $0.results[0].code = Coded(code: "COV", system: "L") }),
        ("value-unmapped", { $0.results[0].value = .coded(Coded(code: "P1", system: "L")) }),
        ("obx5-structured", { $0.results[0].value = structured("<", "x", nil, nil) }),
        ("obx5-structured", { $0.results[0].value = structured("~", "1", nil, nil) }),
        ("obx5-structured", { $0.results[0].value = structured("<", nil, nil, nil) }),
        ("interpretation-code", { $0.results[0].interpretation = ["NEGATIF"] }),
        ("order-status-code", { $0.orders[0].status = "Q" }),
        ("identity-status-code", { $0.patient.identityStatus.append("SUR") }),
        ("time-order", { $0.results[0].analysedAt = try? time(2026, 11, 20) }),
        ("time-in-future", { $0.results[0].analysedAt = try? time(2026, 12, 20) }),
    ]

    @Test("Each fault is found by its rule, at its severity in production", arguments: faults)
    func fault(rule: String, breaking: @Sendable (inout Report) -> Void) throws {
        var report = try Self.good()
        breaking(&report)
        #expect(Self.rules(report, try Self.settings()) == [rule])
    }

    @Test("Elsewhere than in production, test identities pass and wrong keys of identities warn")
    func training() throws {
        var report = try Self.good()
        report.processing = .training
        report.patient.ins?.system = "1.2.250.1.213.1.4.10"
        report.patient.nir?.value = Personal("255081416802539")
        #expect(Self.rules(report, try Self.settings(production: false)) == ["nir-key"])
    }

    @Test("Settings change severities, but never those of fixed rules")
    func overrides() throws {
        var report = try Self.good()
        report.laboratory?.finess = "120456789"
        report.processing = .training
        let settings = try Self.settings(overrides: ["finess-key": .error, "not-production": .warning])
        #expect(Self.rules(report, settings) == ["!not-production", "!finess-key"])
    }

    @Test("An INS that comes without one of its strict traits is passed on with a warning; without INS none is missed")
    func strictTraits() throws {
        let changes: [(inout Patient) -> Void] = [
            { $0.birthName = nil }, { $0.givenNames = [] }, { $0.birthDate = nil }, { $0.sex = nil },
            { $0.birthPlaceCode = nil },
        ]
        for change in changes {
            var report = try Self.good()
            change(&report.patient)
            #expect(Self.rules(report, try Self.settings()) == ["ins-traits"])
            report.patient.ins = nil
            #expect(Self.rules(report, try Self.settings()) == [])
        }
    }

    @Test("A site sets the severity of rules about what a report says, of no others, and not two of one")
    func severities() throws {
        var severities = RuleSeverities()
        #expect(severities.set("rpps-key", .error) == nil)
        #expect(severities.set("rpps-key", .error) == nil)
        #expect(severities.set("rpps-key", .warning) == .contradiction)
        #expect(severities.set("ins-key", .warning) == nil)
        for id in ["not-production", "ins-fictitious", "finess-missing", "results-missing", "duplicate-report", "x"] {
            #expect(severities.set(id, .warning) == .notSettable, "\(id)")
        }
        #expect(severities.overrides == ["rpps-key": .error, "ins-key": .warning])
        #expect(RuleSeverities.settable.allSatisfy { !$0.isFixed })
        var report = try Self.good()
        report.requester?.identifiers = [Identifier(value: Personal("10003461033"), type: "RPPS")]
        report.patient.ins?.value = Personal("255081416802539")
        #expect(Self.rules(report, try Self.settings(overrides: severities.overrides)) == ["ins-key", "!rpps-key"])
    }

    @Test("A sender speaks only for the laboratories that the directory lists for it")
    func entitled() throws {
        var report = try Self.good()
        #expect(Self.rules(report, try Self.settings(allowed: ["750712184"])) == ["!finess-not-allowed"])
        #expect(Self.rules(report, try Self.settings(allowed: [])) == ["!finess-not-allowed"])
        report.laboratory?.finess = nil
        #expect(Self.rules(report, try Self.settings(allowed: ["750712184"])) == ["!finess-missing"])
        #expect(Self.rules(report, try Self.settings(allowed: [])) == [], "a laboratory outside the French register")
        #expect(Self.rules(report, try Self.settings()) == [])
    }

    @Test("An INS that is not qualified is taken out and said")
    func unqualified() throws {
        for status in [[], ["PROV"], ["DOUB", "PROV"]] {
            var report = try Self.good()
            report.patient.identityStatus = status
            let findings = ReportRules(try Self.settings()).admit(&report)
            #expect(findings.map(\.rule) == ["ins-not-qualified"])
            #expect(report.patient.ins == nil)
        }
        var report = try Self.good()
        #expect(ReportRules(try Self.settings()).admit(&report) == [])
        #expect(report.patient.ins != nil)
    }

    @Test("A result without value is explained by its status, or noted")
    func values() throws {
        for status in ["D", "I", "N", "O", "X", "W"] {
            var report = try Self.good()
            report.results[0].value = nil
            report.results[0].status = status
            #expect(Self.rules(report, try Self.settings()) == [])
        }
        var report = try Self.good()
        var empty = report.results[0]
        empty.value = nil
        report.results.append(empty)
        #expect(Self.rules(report, try Self.settings()) == ["result-value-missing"])
        report.results = [empty]
        #expect(Self.rules(report, try Self.settings()) == ["result-value-missing", "!results-missing"])
    }

    @Test("A cancellation may come without results; an anonymous patient without identifiers")
    func exceptions() throws {
        var report = try Self.good()
        report.results = []
        report.action = .cancel
        #expect(Self.rules(report, try Self.settings()) == [])
        report = try Self.good()
        report.patient = Patient()
        report.patient.identityStatus = ["ANOM"]
        #expect(Self.rules(report, try Self.settings()) == [])
    }

    @Test("Impossible orders of times are noted, differences of hours are not")
    func times() throws {
        var report = try Self.good()
        report.orders[0].collectedAt = try Self.time(2026, 11, 23)
        report.orders[0].reportedAt = try Self.time(2026, 11, 22)
        #expect(Self.rules(report, try Self.settings()) == ["time-order"])
        report.orders[0].reportedAt = try Self.time(2026, 11, 23)
        #expect(Self.rules(report, try Self.settings()) == [])
        report.results[0].observedAt = try Self.time(2026, 11, 24)
        #expect(Self.rules(report, try Self.settings()) == [])
        report.results[0].observedAt = try Self.time(2026, 11, 25)
        #expect(Self.rules(report, try Self.settings()) == ["time-in-future"])
    }

    @Test("One order without the laboratory's number among several is a warning")
    func fillers() throws {
        var report = try Self.good()
        report.orders.append(Order())
        var second = report.results[0]
        second.orderIndex = 1
        report.results.append(second)
        #expect(Self.rules(report, try Self.settings()) == ["filler-missing-in-part"])
    }

    @Test("Rules have distinct ids, and texts in both languages; one that holds a report says what to do")
    func catalogue() {
        let rules = Rule.all
        #expect(Set(rules.map(\.id)).count == rules.count)
        for rule in rules {
            #expect(rule.french.hasSuffix(".") && rule.english.hasSuffix("."))
            #expect(rule.id.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2D })
            #expect(Rule.named(rule.id) == rule)
            // For a duplicate there is nothing to do, and it says so.
            guard rule.severity == .error, rule.id != "duplicate" else { continue }
            #expect(rule.french.contains(" ; ") && rule.english.contains("; "), "\(rule.id)")
        }
        #expect(Rule.named("no-such-rule") == nil)
    }
}
