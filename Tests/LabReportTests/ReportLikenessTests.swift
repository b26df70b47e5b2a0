import Testing

@testable import LabReport

@Suite("Which reports resemble each other")
struct ReportLikenessTests {
    private func report(
        requester: String?, panel: String? = "94500-6", laboratory: String? = nil, action: Report.Action = .new
    ) -> Report {
        var report = Report()
        report.action = action
        report.laboratory = laboratory.map { Organisation(finess: $0) }
        var order = Order()
        order.panel = panel.map { Coded(code: $0) }
        report.orders = [order]
        report.requester = requester.map {
            var person = Professional()
            person.familyName = Personal($0)
            return person
        }
        return report
    }

    @Test("Reports of one laboratory, requester and panel have one number, whoever they are about")
    func alike() {
        var one = report(requester: "A")
        var other = report(requester: "A")
        one.patient.birthName = Personal("X")
        one.messageID = Personal("1")
        other.orders[0].fillerNumber = Personal("2")
        #expect(one.likeness == other.likeness)
        #expect(report(requester: nil, panel: nil).likeness == report(requester: nil, panel: nil).likeness)
    }

    @Test("Nobody stands between the panels of one requester")
    func panels() {
        let panels = ["1", "2", "3", nil].map { report(requester: "A", panel: $0).likeness }
        #expect(Set(panels).count == 4)
        let others = (0..<1_000).map { report(requester: "B\($0)").likeness } + [report(requester: nil).likeness]
        let lowest = panels.min() ?? 0
        let highest = panels.max() ?? 0
        #expect(!others.contains { (lowest...highest).contains($0) })
        #expect(Set(others).count == others.count)
        #expect(report(requester: "A", laboratory: "750999906").likeness != panels[0])
    }

    @Test("Corrections and cancellations come behind all else", arguments: [Report.Action.replace, .cancel])
    func corrections(action: Report.Action) {
        let later = (0..<100).map { report(requester: "A\($0)", action: action).likeness }
        #expect(Set(later) == [.max])
        #expect((0..<1_000).allSatisfy { report(requester: "A\($0)").likeness < .max })
    }
}
