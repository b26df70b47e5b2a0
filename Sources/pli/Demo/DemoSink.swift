import Exchange
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
    /// The same version of a report more than once.
    private(set) var duplicates = 0
    /// Fields that at least one delivered report has.
    private(set) var fields: Set<ReportField> = []
    /// Lines that could not be read back.
    private(set) var unreadable = 0

    private var seen: Set<String> = []

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
            do {
                let bundle = try FHIRBundleReader.read(line)
                for field in ReportField.allCases where !fields.contains(field) && field.isPresent(in: bundle.report) {
                    fields.insert(field)
                }
                // A correction carries the identifier of what it corrects: only the same version twice is a duplicate.
                if !seen.insert(Self.version(of: line, in: bundle)).inserted { duplicates += 1 }
            } catch {
                unreadable += 1
            }
        }
    }

    /// The identifier, and a hash of the line without the name of the parcel it came in: the same version of a report in
    /// two parcels differs in nothing else.
    private static func version(of line: ArraySlice<UInt8>, in bundle: FHIRBundleReader.Bundle) -> String {
        let text = String(decoding: line, as: UTF8.self).replacing(bundle.source, with: "", maxReplacements: 1)
        return bundle.identifier + "|" + SHA256Hex(of: Array(text.utf8)).text
    }
}
