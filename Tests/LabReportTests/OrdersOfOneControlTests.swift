import HL7
import Testing

@testable import LabReport

@Suite("Several OBR behind one ORC")
struct OrdersOfOneControlTests {
    private static func order(
        _ number: Int, _ placer: String, _ filler: String, _ result: String? = "F", status: String = ""
    ) -> String {
        let code = ["94500-6", "94558-4", "80382-5"][number - 1]
        let line = "OBR|\(number)|\(placer)|\(filler)|\(code)^^LN|||20261122||||||||||||||||||\(status)"
        guard let result else { return line }
        return line + "\nOBX|1|CWE|\(code)^^LN||260373001^^SCT||||||\(result)|||20261122"
    }

    private static func judged(_ orders: String...) throws -> (findings: [String], reports: [Report]) {
        var fixture = IntakeFixture()
        fixture.orders = orders.joined(separator: "\n")
        return try fixture.judgedHL7()
    }

    private static func numbers(_ report: Report?) -> [String?]? {
        report?.orders.map { [$0.placerNumber, $0.fillerNumber].map { $0?.text ?? "" }.joined(separator: "/") }
    }

    @Test(
        "An OBR without numbers, or with the ORC's for whoever asked, has the laboratory's number of the ORC before it")
    func shared() throws {
        for placer in ["", "P1", "P1^LIS"] {
            let (findings, reports) = try Self.judged(
                "ORC|RE|P1|F1", Self.order(1, "P1", ""), Self.order(2, placer, ""), Self.order(3, placer, ""))
            #expect(findings == [], "\(placer)")
            #expect(Self.numbers(reports.first) == ["P1/F1", "P1/F1", "P1/F1"])
            #expect(Set(reports.first.map { DuplicateKeys.numbers(of: $0) } ?? []).count == 3)
        }
        let bare = try Self.judged("ORC|RE||F1", Self.order(1, "P1", "F1"), Self.order(2, "P1", ""))
        #expect(bare.findings == [] && Self.numbers(bare.reports.first) == ["P1/F1", "P1/F1"])
    }

    @Test("A heading without results does not keep the number to itself")
    func heading() throws {
        let (findings, reports) = try Self.judged(
            "ORC|RE|P1|F1", Self.order(1, "P1", "", nil), Self.order(2, "P1", ""))
        #expect(findings == ["order-unanswered @ OBR[1]-4"])
        #expect(reports.count == 1)
    }

    @Test("Another request, a number of its own, another ORC and an ORC that is not its first OBR's share nothing")
    func others() throws {
        func second(_ orders: String...) throws -> String? {
            let (findings, reports) = try Self.judged(orders.joined(separator: "\n"))
            #expect(findings.contains { $0.hasSuffix("filler-missing-in-part @ OBR[2]-3") } || orders.count == 1)
            return Self.numbers(reports.first)?[1]
        }
        #expect(try second("ORC|RE|P1|F1", Self.order(1, "P1", ""), Self.order(2, "P2", "")) == "P2/")
        #expect(try second("ORC|RE||F1", Self.order(1, "", ""), Self.order(2, "P2", "")) == "P2/")
        #expect(try second("ORC|RE|P1|F1", Self.order(1, "P1", "F9"), Self.order(2, "P1", "")) == "P1/")
        #expect(try second("ORC|RE|P1|F1", Self.order(1, "P1", ""), "ORC|RE|P1", Self.order(2, "P1", "")) == "P1/")
        let own = try Self.judged("ORC|RE|P1|F1", Self.order(1, "P1", ""), Self.order(2, "P1", "F2"))
        #expect(own.findings == [] && Self.numbers(own.reports.first) == ["P1/F1", "P1/F2"])
    }

    @Test("A cancellation under one ORC names each of its orders, and each is a report of its own")
    func cancelled() throws {
        var fixture = IntakeFixture()
        fixture.orders = ["ORC|CA|P1|F1", Self.order(1, "P1", "", nil), Self.order(2, "P1", "", nil)]
            .joined(separator: "\n")
        let outcomes = ReportReader(.hl7).read(SourceMessage(Array(fixture.hl7.utf8)))
        #expect(outcomes.map { Self.numbers($0.report) } == [["P1/F1"], ["P1/F1"]])
        #expect(
            outcomes.map { $0.report?.orders.first?.panel?.code } == ["94500-6", "94558-4"],
            "one number, told apart by what was ordered")
    }

    @Test("A second patient's OBR has nothing of the ORC of the first one")
    func patients() throws {
        let (findings, reports) = try Self.judged(
            "ORC|RE|P1|F1", Self.order(1, "P1", ""), "PID|2||999^^^LABO^PI||AUTRE^EVE^EVE^^^^L||19600801|F",
            Self.order(2, "P1", ""))
        #expect(findings.contains("!filler-missing @ OBR[2]-3"))
        #expect(Self.numbers(reports.last) == ["P1/"])
    }
}
