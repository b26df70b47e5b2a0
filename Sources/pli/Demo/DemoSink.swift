import Foundation
import LabReport

/// What an authority's data team finds in its folder after the demonstration.
struct DemoSink {
    /// Reports delivered, one a line.
    private(set) var reports = 0
    /// Files of NDJSON, one a parcel.
    private(set) var parcels = 0
    /// Rows of CSV, headers not counted.
    private(set) var rows = 0
    /// Fields that at least one delivered report has.
    private(set) var fields: Set<ReportField> = []
    /// Lines in which a canary stands: what is looked for at the relay did come through it.
    private(set) var marked = 0
    /// Lines that could not be read back.
    private(set) var unreadable = 0

    private static let canary = Array("CANARI-".utf8)
    private var versions: [String: Int] = [:]

    /// Reads every file of a sink's folder.
    init(folder: URL) throws {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() {
            let url = folder.appending(path: name)
            if name.hasSuffix(".ndjson") {
                parcels += 1
                try readBundles(url)
            } else if name.hasSuffix(".csv") {
                let text = try Data(contentsOf: url)
                rows += max(0, text.count(where: { $0 == 0x0A }) - 1)
            }
        }
    }

    private mutating func readBundles(_ url: URL) throws {
        let data = [UInt8](try Data(contentsOf: url))
        for line in data.split(separator: 0x0A) {
            reports += 1
            if line.firstRange(of: Self.canary) != nil { marked += 1 }
            do {
                let bundle = try FHIRBundleReader.read(line)
                for field in ReportField.allCases where !fields.contains(field) && field.isPresent(in: bundle.report) {
                    fields.insert(field)
                }
                versions[bundle.identifier, default: 0] += 1
            } catch {
                unreadable += 1
            }
        }
    }

    /// Reports that came in another number of versions than were sent, by the counts of either side: `sent` says of how
    /// many reports there are so many versions.
    ///
    /// A correction carries the identifier of what it corrects, and minimised it may say the very same, so neither
    /// identifier nor content alone tells a report delivered twice. The numbers do: twice is one version too many.
    func duplicates(sent: [Int: Int]) -> Int {
        var received: [Int: Int] = [:]
        for count in versions.values { received[count, default: 0] += 1 }
        return Set(sent.keys).union(received.keys).reduce(0) { $0 + max(0, (received[$1] ?? 0) - (sent[$1] ?? 0)) }
    }
}
