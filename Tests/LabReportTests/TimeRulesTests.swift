import Testing

@testable import LabReport

/// Every time of a report is judged: real, not in the future, and birth before specimen before result.
@Suite("Times")
struct TimeRulesTests {
    private static func order(
        collected: String = "20261122", received: String = "20261122", reported: String = "20261123",
        observed: String = "20261122", analysed: String = "20261123", specimen: (String, String)? = nil
    ) -> String {
        var lines = [
            "ORC|NW||F1",
            "OBR|1||F1|94500-6^^LN|||\(collected)|||||||\(received)||||||||\(reported)",
            "OBX|1|ST|94500-6^^LN||POSITIF||||||F|||\(observed)|||||\(analysed)",
        ]
        if let specimen {
            lines.append("SPM|1|S1||119342007^^SCT|||||||||||||\(specimen.0)|\(specimen.1)")
        }
        return lines.joined(separator: "\n")
    }

    private static func findings(_ orders: String, birth: String = "19550801") throws -> [String] {
        var fixture = IntakeFixture()
        fixture.orders = orders
        fixture.birth = birth
        return try fixture.judgedHL7().findings
    }

    @Test("Times in their order, and a day of tolerance, are no findings")
    func good() throws {
        #expect(try Self.findings(Self.order()) == [])
        #expect(try Self.findings(Self.order(reported: "20261124", observed: "20261124", analysed: "20261124")) == [])
        #expect(try Self.findings(Self.order(specimen: ("20261122", "20261123"))) == [])
        #expect(try Self.findings(Self.order(), birth: "20261122") == [])
        #expect(try Self.findings(Self.order(collected: "202611", received: "2026"), birth: "2026") == [])
    }

    @Test("Days of two zones are compared by the moment, and a birth with any day that UTC may mean")
    func zones() throws {
        let late = "20261122013000+0400"
        #expect(try Self.findings(Self.order(collected: late, received: "20261121220000+0000", observed: late)) == [])
        #expect(
            try Self.findings(Self.order(collected: late, received: "20261121210000+0000", observed: late)) == [
                "time-order @ OBR[1]-14"
            ])
        let night = "20261121233000+0000"
        let born = Self.order(collected: night, received: night, observed: night)
        #expect(try Self.findings(born, birth: "20261122") == [])
        #expect(try Self.findings(born, birth: "20261123").contains("birth-after-specimen @ OBR[1]-7"))
        #expect(
            try Self.findings(born.replacing("+0000", with: "+0100"), birth: "20261122").contains(
                "birth-after-specimen @ OBR[1]-7"))
    }

    @Test("Each time that lies in the future is named")
    func future() throws {
        let day = "20261125"
        #expect(
            try Self.findings(
                Self.order(collected: day, received: day, reported: day, observed: day, analysed: day)
            ) == [
                "time-in-future @ OBR[1]-7", "time-in-future @ OBR[1]-14", "time-in-future @ OBR[1]-22",
                "time-in-future @ OBX[1]-14", "time-in-future @ OBX[1]-19",
            ])
        #expect(
            try Self.findings(Self.order(specimen: (day, day))) == [
                "time-in-future @ SPM[1]-17", "time-in-future @ SPM[1]-18", "time-order @ OBR[1]-22",
                "time-order @ OBX[1]-14", "time-order @ OBX[1]-19",
            ])
        var fixture = IntakeFixture()
        #expect(try fixture.judgedHL7().findings == [])
        fixture.processing = "P"
        let sent = fixture.hl7.replacing("|||20261123||ORU", with: "|||20261201||ORU")
        #expect(
            try IntakeFixture.judged(HL7ReportReader().read(bytes: Array(sent.utf8))).findings
                == ["time-in-future @ MSH-7"])
    }

    @Test("Each time before the specimen's is named, and a report before it was received")
    func order() throws {
        let day = "20261121"
        #expect(
            try Self.findings(Self.order(received: day, reported: day, observed: day, analysed: day)) == [
                "time-order @ OBR[1]-14", "time-order @ OBR[1]-22", "time-order @ OBX[1]-14", "time-order @ OBX[1]-19",
            ])
        #expect(
            try Self.findings(Self.order(received: "20261123", reported: "20261122")) == ["time-order @ OBR[1]-22"])
    }

    @Test("Each time before birth is named; a birth in the future is said once")
    func birth() throws {
        #expect(
            try Self.findings(Self.order(), birth: "20261123") == [
                "birth-after-specimen @ OBR[1]-7", "birth-after-specimen @ OBR[1]-14",
                "birth-after-specimen @ OBX[1]-14",
            ])
        let early = "ORC|NW||F1\nOBR|1||F1|94500-6^^LN\nOBX|1|ST|94500-6^^LN||POSITIF||||||F|||19550731"
        #expect(try Self.findings(early) == ["birth-after-specimen @ OBX[1]-14"])
        #expect(try Self.findings(Self.order(), birth: "20261224") == ["!birth-in-future @ PID-7"])
    }

    @Test("Segments of specimens are named by their number, also behind an order whose specimen has none")
    func specimens() throws {
        let first = "ORC|NW||F1\nOBR|1||F1|94500-6^^LN|||20261122|||||||20261121\nOBX|1|ST|94500-6^^LN||x||||||F"
        let second =
            "ORC|NW||F2\nOBR|2||F2|94558-4^^LN|||20261122\nOBX|1|ST|94558-4^^LN||x||||||F\n"
            + "SPM|1|S||119342007^^SCT|||||||||||||20261122|20261121"
        #expect(try Self.findings(first + "\n" + second) == ["time-order @ OBR[1]-14", "time-order @ SPM[1]-18"])
        #expect(try Self.findings(second + "\n" + first) == ["time-order @ SPM[1]-18", "time-order @ OBR[2]-14"])
    }

    @Test("A second specimen of an order is judged, too")
    func further() throws {
        let more = "\nSPM|2|S2||119342007^^SCT|||||||||||||20261122|20261121"
        #expect(
            try Self.findings(Self.order(specimen: ("20261122", "20261122")) + more) == [
                "specimen-several @ SPM[2]-2", "time-order @ SPM[2]-18",
            ])
    }

    @Test("A specimen that stands before its order is that order's, and one without any order holds the message")
    func specimenBeforeOrder() throws {
        let specimen = "SPM|1|S1||119342007^^SCT|||||||||||||20261121"
        let order = "OBR|1||F1|94500-6^^LN|||20261122|||||||20261123\nOBX|1|ST|94500-6^^LN||x||||||F"
        for text in [specimen + "\nORC|NW||F1\n" + order, "ORC|NW||F1\n" + specimen + "\n" + order] {
            var fixture = IntakeFixture()
            fixture.orders = text
            let report = try #require(try fixture.judgedHL7().reports.first)
            #expect(report.specimens.map(\.identifier) == [Personal("S1")])
            #expect(report.specimens[0].collectedAt?.iso == "2026-11-21")
            #expect(report.specimens[0].receivedAt?.iso == "2026-11-23", "what only the order says is kept")
            #expect(report.orders.map(\.specimenIndex) == [0])
        }
        var fixture = IntakeFixture()
        fixture.orders =
            "ORC|NW||F0\nOBR|1||F0|94558-4^^LN\nOBX|1|ST|94558-4^^LN||x||||||F\nORC|NW||F1\n" + specimen + "\n" + order
        let report = try #require(try fixture.judgedHL7().reports.first)
        #expect(report.orders.map(\.specimenIndex) == [nil, 0], "not the order's before it")
        fixture.orders = specimen
        let outcome = try #require(HL7ReportReader().read(bytes: Array(fixture.hl7.utf8)).first)
        #expect(outcome.isHeld)
        #expect(outcome.findings.map { $0.rule + " @ " + $0.path }.contains("specimen-without-order @ SPM[1]-2"))
    }

    @Test(
        "A table names the column of each",
        arguments: [
            ("report_sent_at", "time-in-future"), ("specimen_collected_at", "time-in-future"),
            ("specimen_received_at", "time-in-future"), ("order_reported_at", "time-in-future"),
            ("result_observed_at", "time-in-future"), ("result_analysed_at", "time-in-future"),
        ])
    func table(column: String, rule: String) throws {
        #expect(try IntakeFixture.table([column: "2027-01-01"]).findings == ["\(rule) @ row 2, \(column)"])
    }

    @Test("HPRIM and FHIR name the field and the element of each")
    func others() throws {
        let orders =
            "OBR|1|p|f|94500-6~~LN|||20261122|||||||20261121||||||||20261121\r"
            + "OBX|1|ST|94500-6~~LN||Positif||||||F|||20261121"
        #expect(
            try IntakeFixture.hprim("D||", orders: orders).findings == [
                "time-order @ OBR[1]-15", "time-order @ OBR[1]-23", "time-order @ OBX[1]-15",
            ])
        let report = #"""
            {"resource":{"resourceType":"DiagnosticReport","id":"r","status":"final","subject":{"reference":"Patient/p"},
            "identifier":[{"value":"F-1"}],"performer":[{"reference":"Organization/lab"}],
            "effectiveDateTime":"2026-11-22","issued":"2026-11-21T10:00:00+01:00",
            "result":[{"reference":"Observation/o1"}]}},
            """#
        #expect(
            try IntakeFixture.fhir(#"{"value":"D1"}"#, patient: #","birthDate":"2026-11-23""#, reports: report).findings
                == ["birth-after-specimen @ Specimen.collection", "time-order @ DiagnosticReport.issued"])
    }
}
