import Testing

@testable import LabReport

/// Messages in which one of several orders is cancelled (decision 37).
@Suite("Cancelled orders among others")
struct CancelledOrdersTests {
    private static func order(
        _ control: String, _ number: Int, _ status: String?, specimen: Bool = false, filler: Int? = nil
    ) -> String {
        let filler = filler ?? number
        let code = number == 1 ? "94500-6" : "94558-4"
        var lines = ["ORC|\(control)||F\(filler)", "OBR|\(number)||F\(filler)|\(code)^^LN|||20261122"]
        if let status { lines.append("OBX|1|ST|\(code)^^LN||x||||||\(status)|||20261122") }
        if specimen { lines.append("SPM|1|S\(number)||119342007^^SCT") }
        return lines.joined(separator: "\n")
    }

    private static func judged(_ orders: String...) throws -> (findings: [String], reports: [Report]) {
        var fixture = IntakeFixture()
        fixture.orders = orders.joined(separator: "\n")
        return try fixture.judgedHL7()
    }

    private static func numbers(_ report: Report) -> [String?] { report.orders.map(\.fillerNumber?.text) }

    @Test("One order cancelled and one reported are a cancellation of that one and a report of the other")
    func split() throws {
        for (first, second, cancelled) in [
            (Self.order("CA", 1, "D", specimen: true), Self.order("RE", 2, "F", specimen: true), 1),
            (Self.order("NW", 1, "F", specimen: true), Self.order("OC", 2, "W", specimen: true), 2),
        ] {
            let (findings, reports) = try Self.judged(first, second)
            #expect(findings == [])
            try #require(reports.count == 2)
            #expect(reports.map(\.action) == [.cancel, .new])
            #expect(Self.numbers(reports[0]) == ["F\(cancelled)"])
            #expect(Self.numbers(reports[1]) == ["F\(3 - cancelled)"])
            for report in reports {
                #expect(report.results.allSatisfy { $0.orderIndex == 0 })
                #expect(report.specimens.count == (first.contains("SPM") ? 1 : 0))
                #expect(report.orders[0].specimenIndex == (first.contains("SPM") ? 0 : nil))
                #expect(report.messageID == Personal("1") && report.patient.localIDs.count == 1)
            }
            if let specimen = reports[0].specimens.first { #expect(specimen.identifier == Personal("S\(cancelled)")) }
            #expect(reports[1].results.map(\.status) == ["F"])
        }
    }

    @Test(
        "An order that is cancelled among others and names no result is held: nobody could be told what it takes back")
    func unnamed() throws {
        #expect(
            try Self.judged(Self.order("CR", 1, nil), Self.order("NW", 2, "F")).findings == ["!action-mismatch @ ORC-1"]
        )
    }

    @Test("What is corrected beside a cancelled order stays a correction, and each part names its segments")
    func corrected() throws {
        let (findings, reports) = try Self.judged(Self.order("CA", 1, "D"), Self.order("RO", 2, "C"))
        #expect(findings == [])
        #expect(reports.map(\.action) == [.cancel, .replace])
        let late = Self.order("RE", 2, "F").replacing("F|||20261122", with: "F|||20271122")
        #expect(try Self.judged(Self.order("CA", 1, "D"), late).findings == ["time-in-future @ OBX[2]-14"])
    }

    @Test(
        "An order that is cancelled with a final result, or under the number of one that stands, is held with what to do"
    )
    func contradictions() throws {
        #expect(
            try Self.judged(Self.order("CA", 1, "F"), Self.order("RE", 2, "F")).findings == ["!action-mismatch @ ORC-1"]
        )
        let again = Self.order("NW", 2, "F", filler: 1).replacing("94558-4", with: "94500-6")
        #expect(try Self.judged(Self.order("CA", 1, "D"), again).findings == ["!action-mismatch @ ORC-1"])
        #expect(
            try Self.judged(Self.order("CA", 1, "D"), Self.order("NW", 2, "F", filler: 1)).findings == [],
            "two panels under one number are told apart")
        let bare = "OBR|2||F2|94558-4^^LN\nOBX|1|ST|94558-4^^LN||x||||||F"
        #expect(
            try Self.judged(Self.order("CA", 1, "D"), bare).findings == ["!action-mismatch @ ORC-1"],
            "an OBR without ORC is under the one before it")
        #expect(
            try Self.judged(Self.order("CA", 1, "D"), Self.order("NW", 2, "D")).findings == [
                "!withdrawal-as-new @ ORC-1"
            ])
    }

    @Test("Where nothing is reported of the orders that stand, only the cancelled ones are told")
    func alone() throws {
        let (findings, reports) = try Self.judged(Self.order("CA", 1, "D"), Self.order("SC", 2, nil))
        #expect(findings == [])
        #expect(reports.map(\.action) == [.cancel])
        #expect(reports.map { Self.numbers($0) } == [["F1"]])
        #expect(
            try Self.judged(Self.order("CA", 1, "D"), Self.order("CA", 2, nil)).reports.map { Self.numbers($0) } == [
                ["F1", "F2"]
            ])
    }

    @Test(
        "A cancelled order of which nothing was found yet is no contradiction; one with a value is",
        arguments: ["O", "I", "N"])
    func unbegun(status: String) throws {
        let first = Self.order("CA", 1, status)
        let empty = first.replacing("||x|", with: "|||")
        #expect(try Self.judged(empty).reports.map(\.action) == [.cancel])
        #expect(try Self.judged(empty, Self.order("CA", 2, "D")).reports.map(\.action) == [.cancel])
        let (findings, reports) = try Self.judged(empty, Self.order("RE", 2, "F"))
        #expect(!findings.contains { $0.hasPrefix("!") } && reports.map(\.action) == [.cancel, .new])
        #expect(try Self.judged(first).findings.contains("!action-mismatch @ ORC-1"))
        #expect(try Self.judged(first, Self.order("RE", 2, "F")).findings.contains("!action-mismatch @ ORC-1"))
    }

    @Test("Orders that are cancelled together without results are reports of their own, in every format")
    func unlisted() throws {
        func read(_ text: String, _ format: ReportFormat) -> [ReadOutcome] {
            ReportReader(format).read(SourceMessage(Array(text.utf8)))
        }
        var fixture = IntakeFixture()
        func hl7(_ orders: String...) -> [ReadOutcome] {
            fixture.orders = orders.joined(separator: "\n")
            return read(fixture.hl7, .hl7)
        }
        let two = hl7(Self.order("CA", 1, nil, specimen: true), Self.order("CA", 2, nil, specimen: true))
        #expect(two.map { $0.report.map { Self.numbers($0) } } == [["F1"], ["F2"]])
        #expect(two.map { $0.report?.action } == [.cancel, .cancel])
        #expect(two.map { $0.report?.specimens.map(\.identifier?.text) } == [["S1"], ["S2"]])
        #expect(two.map { $0.places.number(ofOrder: 0) } == [1, 2])
        #expect(two.allSatisfy { $0.report?.patient.localIDs.count == 1 })
        let listed = hl7(
            Self.order("CA", 1, "D"), Self.order("OC", 2, nil), Self.order("CA", 3, "D"), Self.order("CR", 4, nil))
        #expect(listed.map { $0.report.map { Self.numbers($0) } } == [["F1", "F3"], ["F2"], ["F4"]])
        #expect(listed.map { $0.report?.results.map(\.orderIndex) } == [[0, 1], [], []])
        #expect(hl7(Self.order("CA", 1, "D"), Self.order("CA", 2, "W")).count == 1)
        #expect(hl7(Self.order("CA", 1, nil)).count == 1)
        let segments = (1...2).map { "OBR|\($0)|p|f\($0)|94500-6~~LN|||||||C" }.joined(separator: "\r")
        let hprim = read(
            "H|~^\\&|a||750100125~b||ORU|||||P|H2.2~C\rP|1|D||X~Y|||||~~PARIS~~75007\r\(segments)\rL|1\r", .hprim)
        #expect(hprim.map { $0.report.map { Self.numbers($0) } } == [["f1"], ["f2"]])
        let table = "report_id;report_action;order_filler;result_code;result_status\n1;cancel;a;;\n1;cancel;b;;\n"
        #expect(read(table, .csv).map { $0.report.map { Self.numbers($0) } } == [["a"], ["b"]])
        let reports = ["r1", "r2"].map {
            #"{"resource":{"resourceType":"DiagnosticReport","id":"\#($0)","status":"cancelled","#
                + #""subject":{"reference":"Patient/p"},"identifier":[{"value":"\#($0)"}]}}"#
        }
        let bundle =
            #"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p"}},"#
            + reports.joined(separator: ",") + "]}"
        #expect(read(bundle, .fhir).map { $0.report.map { Self.numbers($0) } } == [["r1"], ["r2"]])
        // Our own form of a report that came so before.
        var report = try #require(two.first?.report)
        report.orders.append(report.orders[0])
        report.orders[1].fillerNumber = Personal("F9")
        #expect(read(fhir(report), .fhir).count == 2)
    }

    private static func read(_ orders: String...) -> [ReadOutcome] {
        var fixture = IntakeFixture()
        fixture.orders = orders.joined(separator: "\n")
        return ReportReader(.hl7).read(SourceMessage(Array(fixture.hl7.utf8)))
    }

    @Test("An order without number that is cancelled with others stays with them, and nothing is held for it")
    func numberless() throws {
        let bare = "ORC|CA\nOBR|9|||718-7^^LN|||20261122"
        let cases: [([ReadOutcome], [[String?]])] = [
            (Self.read(Self.order("CA", 1, nil), bare), [["F1", nil]]),
            (Self.read(bare, Self.order("CA", 1, nil)), [[nil, "F1"]]),
            (Self.read(Self.order("CA", 1, "D"), bare), [["F1", nil]]),
            (Self.read(Self.order("CA", 1, nil), bare, Self.order("CA", 2, nil)), [["F1", nil], ["F2"]]),
            (Self.read(Self.order("CA", 1, "D"), bare, Self.order("CA", 2, nil)), [["F1", nil], ["F2"]]),
        ]
        for (outcomes, numbers) in cases {
            let (findings, reports) = try IntakeFixture.judged(outcomes)
            #expect(findings.filter { $0.hasPrefix("!") } == [])
            #expect(reports.map { Self.numbers($0) } == numbers)
        }
    }

    @Test("Orders of one number and panel are cancelled once, with or without a result")
    func sameName() {
        let again = Self.order("CA", 1, nil)
        func numbers(_ orders: [ReadOutcome]) -> [[String?]?] { orders.map { $0.report.map { Self.numbers($0) } } }
        #expect(numbers(Self.read(again, again)) == [["F1", "F1"]])
        #expect(numbers(Self.read(Self.order("CA", 1, "D"), again)) == [["F1", "F1"]])
        #expect(numbers(Self.read(Self.order("CA", 2, nil), again, again)) == [["F2"], ["F1", "F1"]])
    }

    @Test("Reports of their own come behind all others, so that what waits finds its report where it was")
    func behind() {
        let second = "PID|2||9^^^LABO^PI||X^Y\nORC|NW||F9\nOBR|1||F9|94500-6^^LN\nOBX|1|ST|94500-6^^LN||x||||||F"
        let outcomes = Self.read(Self.order("CA", 1, nil), Self.order("CA", 2, nil), second)
        #expect(outcomes.map { $0.report.map { Self.numbers($0) } } == [["F1"], ["F9"], ["F2"]])
        #expect(outcomes.map { $0.report?.action } == [.cancel, .new, .cancel])
        #expect(outcomes.last?.report?.patient == outcomes.first?.report?.patient)
    }

    @Test("More cancelled orders than one message may take apart are held, and nothing of them is lost")
    func tooMany() throws {
        func orders(_ count: Int) -> String {
            (1...count).map { "ORC|CA||F\($0)\nOBR|1||F\($0)|94500-6^^LN" }.joined(separator: "\n")
        }
        let most = Self.read(orders(UnlistedOrders.most + 1))
        #expect(most.count == UnlistedOrders.most + 1)
        #expect(try IntakeFixture.judged(most).findings.filter { $0.hasPrefix("!") } == [])
        let more = Self.read(orders(UnlistedOrders.most + 2))
        #expect(more.map { $0.report?.orders.count } == [UnlistedOrders.most + 2])
        #expect(try IntakeFixture.judged(more).findings.contains("!too-many-cancelled @ ORC-1"))
    }

    @Test("A message is taken or held with both of its parts, and the patients behind them are read on")
    func patients() throws {
        var fixture = IntakeFixture()
        let second = "PID|2||9^^^LABO^PI||X^Y\nORC|NW||F9\nOBR|1||F9|94500-6^^LN\nOBX|1|ST|94500-6^^LN||x||||||F"
        fixture.orders = [Self.order("CA", 1, "D"), Self.order("RE", 2, "F"), second].joined(separator: "\n")
        #expect(try fixture.judgedHL7().reports.map(\.action) == [.cancel, .new, .new])
        fixture.orders = fixture.orders.replacing("x||||||F\nPID", with: "x||||||\nPID").replacing(
            "OBX|1|ST|94500-6^^LN||x||||||F", with: "OBX|1|ST|94500-6^^LN||x||||||")
        #expect(try fixture.judgedHL7().reports.isEmpty)
    }

    @Test("Very many orders, half of them cancelled, are read at once")
    func many() throws {
        var fixture = IntakeFixture()
        fixture.orders = (1...ReportBuilder.mostOrders).map { number in
            "ORC|\(number.isMultiple(of: 2) ? "CA" : "RE")||F\(number)\nOBR|1||F\(number)|94500-6^^LN\n"
                + "OBX|1|ST|94500-6^^LN||x||||||\(number.isMultiple(of: 2) ? "D" : "F")"
        }.joined(separator: "\n")
        let reports = try fixture.judgedHL7().reports
        #expect(reports.map(\.results.count) == [2_500, 2_500])
    }

    @Test("HPRIM and FHIR are read so, too")
    func others() throws {
        func segments(_ number: Int, _ flag: String, _ status: String) -> String {
            "OBR|\(number)|p|f\(number)|94500-6~~LN|||||||\(flag)\rOBX|1|ST|94500-6~~LN||Positif||||||\(status)"
        }
        let hprim = try IntakeFixture.hprim("D||", orders: segments(1, "C", "D") + "\r" + segments(2, "", "F"))
        #expect(hprim.findings == [])
        #expect(hprim.reports.map(\.action) == [.cancel, .new])
        #expect(hprim.reports.map { Self.numbers($0) } == [["f1"], ["f2"]])
        #expect(
            try IntakeFixture.hprim("D||", orders: segments(1, "C", "F") + "\r" + segments(2, "", "F")).findings == [
                "!action-mismatch @ OBR-12"
            ])
        func report(_ number: Int, _ status: String) -> String {
            #"{"resource":{"resourceType":"DiagnosticReport","id":"r\#(number)","status":"\#(status)","#
                + #""subject":{"reference":"Patient/p"},"identifier":[{"value":"F-\#(number)"}],"#
                + #""performer":[{"reference":"Organization/lab"}],"result":[{"reference":"Observation/o\#(number)"}]}},"#
        }
        func observation(_ status: String) -> String {
            #"{"resource":{"resourceType":"Observation","id":"o2","status":"\#(status)","#
                + #""subject":{"reference":"Patient/p"},"code":{"text":"x"},"valueString":"POSITIF"}},"#
        }
        let fhir = try IntakeFixture.fhir(
            #"{"value":"D1"}"#, reports: report(1, "final") + report(2, "entered-in-error"),
            others: observation("entered-in-error"))
        #expect(fhir.findings.filter { $0.hasPrefix("!") } == [])
        #expect(fhir.reports.map(\.action) == [.cancel, .new])
        #expect(fhir.reports.map { Self.numbers($0) } == [["F-2"], ["F-1"]])
        #expect(
            try IntakeFixture.fhir(
                #"{"value":"D1"}"#, reports: report(1, "final") + report(2, "cancelled"), others: observation("final")
            ).findings.contains("!action-mismatch @ DiagnosticReport.status"))
    }
}
