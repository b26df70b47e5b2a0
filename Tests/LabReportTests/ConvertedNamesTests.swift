import Testing

@testable import LabReport

/// A bundle that Pli wrote is converted under the names that its recipient knows it by.
@Suite("Names kept by a conversion")
struct ConvertedNamesTests {
    private static func bundle(_ report: Report, _ orders: [String]) -> [UInt8] {
        var bytes: [UInt8] = []
        FHIRBundleWriter.write(
            report: report, identifier: "0a1b", orderIdentifiers: orders, source: "urn:pli:a:b:c", number: 1,
            into: &bytes)
        return bytes
    }

    private static func twoOrders() throws -> Report {
        var report = try RulesTests.good()
        var second = report.orders[0]
        second.fillerNumber = Personal("F2")
        report.orders.append(second)
        var result = report.results[0]
        result.orderIndex = 1
        report.results.append(result)
        return report
    }

    @Test("To FHIR the report and its orders keep their names, to a table each row has its order's")
    func kept() throws {
        let report = try Self.twoOrders()
        let bytes = Self.bundle(report, ["0a1b", "2c3d"])
        let outcome = try #require(ReportReader(.fhir).read(SourceMessage(bytes)).first)
        #expect(outcome.names == ReportNames(report: "0a1b", orders: ["0a1b", "2c3d"]))
        var line: [UInt8] = []
        ReportWriter(.fhir).append(try #require(outcome.report), number: 7, names: outcome.names, into: &line)
        let again = try FHIRBundleReader.read(line)
        #expect(again.identifier == "0a1b" && again.orderIdentifiers == ["0a1b", "2c3d"] && again.report == report)
        var rows: [UInt8] = []
        ReportWriter(.csv).append(report, number: 7, names: outcome.names, into: &rows)
        let ids = String(decoding: rows, as: UTF8.self).split(separator: "\r\n").map { $0.prefix { $0 != "," } }
        #expect(ids == ["0a1b", "2c3d"])
    }

    @Test("What has no such name gets one of its message and place, as before; so does what is no longer one report")
    func others() throws {
        let report = try Self.twoOrders()
        var line: [UInt8] = []
        ReportWriter(.fhir).append(report, number: 7, into: &line)
        let made = try FHIRBundleReader.read(line)
        #expect(made.identifier == "M1-7" && made.orderIdentifiers == [])
        var cancelled = report
        cancelled.action = .cancel
        cancelled.results = []
        let outcomes = ReportReader(.fhir).read(SourceMessage(Self.bundle(cancelled, ["0a1b", "2c3d"])))
        #expect(outcomes.count == 2 && outcomes.allSatisfy { $0.names == nil })
    }
}
