import HL7
import Testing

@testable import LabReport

/// Whatever is taken can be written, and whatever is written can be read.
@Suite("The longest report")
struct ReportSizeTests {
    /// A report with every field filled, and so many results.
    private static func report(results count: Int) -> Report {
        var report = FullReport.report
        let results = report.results
        report.results = (0..<count).map { index in
            var result = results[index % results.count]
            result.subID = "CANARY-\(index)"
            return result
        }
        return report
    }

    private static func line(_ report: Report) -> [UInt8] {
        var line: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: "R-1", source: "urn:pli:a:b:c", number: 1, into: &line)
        return line
    }

    /// As many results as go into one report.
    private static func most() -> Int {
        let (one, two) = (line(report(results: 100)).count, line(report(results: 200)).count)
        var count = ReportSize.bundleBytes / ((two - one) / 100)
        while ReportSize.exceeds(report(results: count)) { count -= count / 100 + 1 }
        return count
    }

    @Test("The longest report with every field filled comes back from its line, wherever Pli reads one")
    func longest() throws {
        let report = Self.report(results: Self.most())
        let line = Self.line(report)
        #expect(line.count > ReportSize.bundleBytes / 2 && line.count <= ReportSize.bundleBytes)
        let back = try FHIRBundleReader.read(line)
        #expect(back.report == report)
        let outcome = try #require(FHIRReportReader().read(bytes: line).first)
        #expect(outcome.report == report, "\(outcome.findings.map(\.rule))")
    }

    @Test("As many plain results as a message may have are written and read back")
    func plain() throws {
        let head = [
            #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|UNICODE UTF-8"#,
            "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|F", "ORC|NW|PL-1|FI-1",
            "OBR|1|PL-1|FI-1|94500-6^PCR^LN|||202611200730+0100",
        ]
        let results = (1...ReportBuilder.mostResults).map { "OBX|\($0)|NM|94500-6^PCR^LN||\($0)|mg|||||F" }
        let message = SourceMessage(Array(((head + results).joined(separator: "\r") + "\r").utf8))
        let outcome = try #require(ReportReader(.hl7).read(message).first)
        let report = try #require(outcome.report, "\(outcome.findings.map(\.rule))")
        #expect(report.results.count == ReportBuilder.mostResults)
        let read = try #require(FHIRReportReader().read(bytes: Self.line(report)).first)
        #expect(read.report?.results.count == ReportBuilder.mostResults, "\(read.findings.map(\.rule))")
    }

    @Test("A report that would be longer is held when it is read, with what to do; what was taken is told only")
    func longer() throws {
        let long = String(repeating: "x", count: 20_000)
        let values = Array(repeating: "1", count: 900).joined(separator: "~")
        let message = SourceMessage(
            Array(
                ([
                    #"MSH|^~\&|SIL|750100125^750100125^N|X|Y|202611201706+0100||ORU^R01|M-1|P|2.5|||||FRA|UNICODE UTF-8"#,
                    "PID|1||L-1^^^LABO^PI||TESTELLI^ADA^^^^^L||19760315|F", "ORC|NW|PL-1|FI-1",
                    "OBR|1|PL-1|FI-1|94500-6^PCR^LN|||202611200730+0100",
                    "OBX|1|NM|94500-6^PCR^LN||\(values)|mg|||||F||||||\(long)^\(long)^L",
                ].joined(separator: "\r") + "\r").utf8))
        let outcome = try #require(ReportReader(.hl7).read(message).first)
        #expect(outcome.isHeld && outcome.findings.map(\.rule).contains("report-size"), "\(outcome.findings)")
        var settings = ReaderSettings()
        settings.readsTaken = true
        let taken = try #require(ReportReader(.hl7, settings: settings).read(message).first)
        #expect(!taken.isHeld && taken.findings.map(\.rule).contains("report-size"))
    }

    @Test("What is held for its length is longer than a recipient takes, and no more is held than that")
    func bound() {
        let most = Self.most()
        #expect(!ReportSize.exceeds(Self.report(results: most)))
        #expect(ReportSize.exceeds(Self.report(results: most + most / 20)))
        #expect(ReportSize.bundleBytes < 16 << 20)
    }
}
