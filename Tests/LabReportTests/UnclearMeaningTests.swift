import Testing

@testable import LabReport

/// What misses a route because nobody can tell what it means is told.
@Suite("Results whose meaning cannot be told")
struct UnclearMeaningTests {
    private static func found(
        _ results: [(code: String, value: Observation.Value)], asking: String = #","results":["positive"]"#,
        profile: String = "few", change: (inout Report) -> Void = { _ in }
    ) throws -> [String] {
        let table = try RoutingFixture.table(
            #"{"id":"all","to":"spf","anyCode":true,"profile":"few"}"#,
            #"{"id":"r","to":"cnam","codes":["94500-6","94745-7"]\#(asking),"profile":"\#(profile)"}"#)
        var report = RoutingFixture.report(results.map { ($0.code, "x") })
        for index in results.indices { report.results[index].value = results[index].value }
        change(&report)
        let outcome = table.destinations(for: report)
        let rules = ReportRules(try RulesTests.settings())
        return outcome.findings(at: ReportPlaces(), rules).map { $0.rule + " @ " + $0.path }
    }

    private static func text(_ text: String) -> Observation.Value { .text(Personal(text)) }

    @Test(
        "A word that nobody knows is told where a route names the test and asks what it means",
        arguments: ["POSITIF chez Mme X", "+", "++", "1", "présence probable"])
    func words(value: String) throws {
        let unclear = [("94500-6", Self.text("POSITIF")), ("94500-6", Self.text(value))]
        let told = value == "1" ? [] : ["meaning-unclear @ OBX[2]-5"]
        #expect(try Self.found(unclear) == told, "beside a result that says it a number is a detail")
        #expect(try Self.found([unclear[1]]) == ["meaning-unclear @ OBX[1]-5"])
        #expect(try Self.found([("94500-6", .coded(Coded(code: "Z9", system: "L")))]) == ["meaning-unclear @ OBX[1]-5"])
    }

    @Test("Nothing is told where the meaning is known, nobody asks for it, or nothing was found yet")
    func known() throws {
        for value in ["POSITIF", "NEGATIF", "douteux", "POSITIF (Ct 23)"] {
            #expect(try Self.found([("94500-6", Self.text(value))]) == [])
        }
        let unclear = [("94500-6", Self.text("présence probable"))]
        #expect(try Self.found(unclear, asking: "") == [])
        #expect(try Self.found(unclear, asking: #","results":["positive","other"]"#) == [])
        #expect(try Self.found([("718-7", Self.text("présence probable"))]) == [], "no route names that test")
        #expect(try Self.found(unclear) { $0.results[0].interpretation = ["POS"] } == [])
        #expect(try Self.found(unclear) { $0.action = .cancel } == [])
        for status in ["X", "D", "I", "N", "O"] {
            #expect(try Self.found(unclear) { $0.results[0].status = status } == [], "\(status)")
        }
        #expect(try Self.found(unclear) { $0.results[0].value = nil } == [])
    }

    @Test("A number alone is told, and beside a result that says what was found it is a detail of that")
    func numbers() throws {
        let number = ("94745-7", Observation.Value.number(Personal("23.4")))
        #expect(try Self.found([number]) == ["meaning-unclear @ OBX[1]-5"])
        #expect(try Self.found([number, ("94500-6", Self.text("POSITIF"))]) == [])
        #expect(try Self.found([number, ("94500-6", Self.text("NEGATIF"))]) == [])
        #expect(
            try Self.found([number, ("94500-6", Self.text("NEGATIF"))]) { report in
                report.orders.append(Order())
                report.results[1].orderIndex = 1
            } == ["meaning-unclear @ OBX[1]-5"])
    }

    @Test("A site can make it hold")
    func held() throws {
        var severities = RuleSeverities()
        #expect(severities.set("meaning-unclear", .error) == nil)
        var outcome = RoutingOutcome()
        outcome.unclearMeaning = 0
        let held = ReportRules(try RulesTests.settings(overrides: severities.overrides))
        #expect(outcome.findings(at: ReportPlaces(), held).map(\.severity) == [.error])
    }
}
