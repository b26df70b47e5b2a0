import Foundation
import LabReport

/// The synthetic laboratory's file, and what must come out at the other end.
///
/// The expectation is made from what the generator knows of each person and test, never by the code that is on trial:
/// routing, reading and minimising are not asked.
struct DemoReports {
    /// How many reports the file holds.
    let count: Int
    /// How many of them are faulty on purpose.
    private(set) var faulty = 0
    /// Reports that each recipient must get.
    private(set) var expected: [String: Int] = [:]
    /// For each recipient, how many versions of each report it must get, by the report's number at the laboratory.
    private var versions: [String: [String: Int]] = [:]
    /// Everything that must be found nowhere on the relay.
    private(set) var secrets: Set<String> = []
    /// Bytes of the file.
    private(set) var bytes: Int64 = 0

    private let laboratory: SyntheticLab

    init(count: Int, seed: UInt64, today: CalendarDate) {
        self.count = count
        laboratory = SyntheticLab(seed: seed, today: today, marksResults: true)
        expected = ["cnam": 0, "spf": 0]
    }

    /// The recipients that at least one report needs.
    var recipients: [String] { expected.keys.sorted() }

    /// Writes the file in pieces and counts what it promises. `progress` is told how many are written.
    mutating func write(to url: URL, progress: (Int) -> Void) throws {
        _ = FileManager.default.createFile(atPath: url.path, contents: nil, attributes: [.posixPermissions: 0o600])
        let file = try FileHandle(forWritingTo: url)
        defer { try? file.close() }
        var piece: [UInt8] = []
        for number in 1...count {
            let report = laboratory.message(number: number)
            piece += report.hl7
            secrets.formUnion(report.personal)
            expect(report)
            if piece.count > 1 << 20 || number == count {
                try file.write(contentsOf: piece)
                bytes += Int64(piece.count)
                piece.removeAll(keepingCapacity: true)
                progress(number)
            }
        }
    }

    private mutating func expect(_ report: SyntheticReport) {
        guard !report.expectedHeld else {
            faulty += 1
            return
        }
        let isSARS = report.tests.contains { ["94500-6", "94558-4"].contains($0) }
        let isInfluenza = report.tests.contains { ["92142-9", "92141-1"].contains($0) }
        if isSARS { for recipient in ["cnam", "ars-\(report.region)"] { expect(report, at: recipient) } }
        if isSARS || isInfluenza { expect(report, at: "spf") }
    }

    private mutating func expect(_ report: SyntheticReport, at recipient: String) {
        expected[recipient, default: 0] += 1
        versions[recipient, default: [:]][report.fillerNumber, default: 0] += 1
    }

    /// Of how many reports a recipient must get one version, two, and so on.
    func versionCounts(of recipient: String) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for count in (versions[recipient] ?? [:]).values { counts[count, default: 0] += 1 }
        return counts
    }
}
