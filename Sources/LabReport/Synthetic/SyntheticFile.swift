import StrictJSON

/// Files of synthetic reports in any format, and the side file that says which of them must be held, and by which rule.
///
/// The other formats are written from the report that the HL7 message says: one generator, so that a report is the same
/// person and result in each.
package enum SyntheticFile {
    /// What stands at the beginning of the file.
    package static func opening(_ format: ReportFormat) -> [UInt8] { ReportWriter(format).opening }

    /// Appends report `number` in that format.
    package static func append(
        _ message: SyntheticReport, number: Int, _ format: ReportFormat, _ bytes: inout [UInt8]
    ) {
        guard format != .hl7 else {
            bytes += message.hl7
            return
        }
        for outcome in HL7ReportReader().read(bytes: message.hl7) {
            guard let report = outcome.report else { continue }
            // Who sends a report again sends the same bytes: also the place that the formats make names of.
            ReportWriter(format).append(report, number: message.duplicates ?? number, into: &bytes)
        }
    }

    /// Appends a line for a report that must be held in production; nothing for one that must be taken.
    ///
    /// `report` is its place in the file from 1, `message` its id, `rule` and `severity` the finding to expect, `duplicateOf` the
    /// place of the report that it copies.
    package static func appendExpectation(of message: SyntheticReport, number: Int, _ bytes: inout [UInt8]) {
        guard let rule = message.expectedRule else { return }
        var members: [JSON.Member] = [
            .init("report", .integer(Int64(number))), .init("message", .string(message.messageID)),
            .init("rule", .string(rule)), .init("severity", .string("error")),
        ]
        if let earlier = message.duplicates { members.append(.init("duplicateOf", .integer(Int64(earlier)))) }
        bytes += JSON.object(members).encoded
        bytes.append(0x0A)
    }
}
