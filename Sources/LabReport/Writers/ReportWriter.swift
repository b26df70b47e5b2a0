/// Writes reports in any of the formats, as a file that a reader of the format takes.
package struct ReportWriter: Sendable {
    /// The format.
    package let format: ReportFormat

    /// A writer of `format`.
    package init(_ format: ReportFormat) {
        self.format = format
    }

    /// What stands at the beginning of a file: the names of a table's columns, nothing elsewhere.
    package var opening: [UInt8] { format == .csv ? CSVReportWriter.header : [] }

    /// Appends one report. `number`, from 1, makes the identifier of a report that has none of its own; `names` are those that a
    /// bundle of Pli's gave it and its orders, which tables and bundles go on to say.
    package func append(_ report: Report, number: Int, names: ReportNames? = nil, into bytes: inout [UInt8]) {
        let identifier = names?.report ?? identifier(of: report, number)
        let orders = names.map { $0.orders.count == report.orders.count ? $0.orders : [] } ?? []
        switch format {
        case .hl7: HL7ReportWriter.write(report, into: &bytes)
        case .hprim: HPRIMReportWriter.write(report, into: &bytes)
        case .csv: CSVReportWriter.rows(report, identifier: identifier, orderIdentifiers: orders, into: &bytes)
        case .fhir:
            FHIRBundleWriter.write(
                report: report, identifier: identifier, orderIdentifiers: orders,
                source: "urn:pli:convert:" + PercentEncoding.encoded(identifier), number: number, into: &bytes)
            bytes.append(0x0A)
        }
    }

    /// A whole file of `reports`.
    package func file(of reports: [Report]) -> [UInt8] {
        var bytes = opening
        for (index, report) in reports.enumerated() { append(report, number: index + 1, into: &bytes) }
        return bytes
    }

    /// Unique within the file: message and place, because one message may hold several reports.
    private func identifier(of report: Report, _ number: Int) -> String {
        (report.messageID?.text ?? "report") + "-" + String(number)
    }
}
