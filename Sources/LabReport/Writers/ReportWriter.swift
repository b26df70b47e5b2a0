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
        let (identifier, orders) = identifiers(of: report, number, names)
        switch format {
        case .hl7: HL7ReportWriter.write(ReportWriter.named(report), into: &bytes)
        case .hprim: HPRIMReportWriter.write(ReportWriter.named(report), into: &bytes)
        case .csv: CSVReportWriter.rows(report, identifier: identifier, orderIdentifiers: orders, into: &bytes)
        case .fhir:
            FHIRBundleWriter.write(
                report: report, identifier: identifier, orderIdentifiers: orders,
                source: ReportWriter.source(identifier), number: number, into: &bytes)
            bytes.append(0x0A)
        }
    }

    /// The same, handing `piece` on whenever it is a mebibyte long: what is written is not in memory twice.
    package func append<Failure: Error>(
        _ report: Report, number: Int, names: ReportNames?, into piece: inout [UInt8],
        handing hand: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        if format == .fhir {
            let (identifier, orders) = identifiers(of: report, number, names)
            try FHIRBundleWriter.write(
                report: report, identifier: identifier, orderIdentifiers: orders,
                source: ReportWriter.source(identifier), number: number
            ) { (bytes) throws(Failure) in
                for start in stride(from: 0, to: bytes.count, by: ReportWriter.pieceBytes) {
                    piece += bytes[start..<min(start + ReportWriter.pieceBytes, bytes.count)]
                    try ReportWriter.handOn(&piece, hand)
                }
            }
            piece.append(0x0A)
        } else if format == .csv {
            let (identifier, orders) = identifiers(of: report, number, names)
            try CSVReportWriter.rows(report, identifier: identifier, orderIdentifiers: orders, into: &piece) {
                (bytes) throws(Failure) in try ReportWriter.handOn(&bytes, hand)
            }
        } else {
            append(report, number: number, names: names, into: &piece)
        }
        try ReportWriter.handOn(&piece, hand)
    }

    private static func handOn<Failure: Error>(
        _ piece: inout [UInt8], _ hand: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        guard piece.count > pieceBytes else { return }
        try hand(piece)
        piece.removeAll(keepingCapacity: true)
    }

    private static let pieceBytes = 1 << 20

    /// A whole file of `reports`.
    package func file(of reports: [Report]) -> [UInt8] {
        var bytes = opening
        for (index, report) in reports.enumerated() { append(report, number: index + 1, into: &bytes) }
        return bytes
    }

    /// A message needs an id (MSH-10, H-3). Where the report's source had none it is made of what the report says: the same whenever it is
    /// written again, and another for another report.
    private static func named(_ report: Report) -> Report {
        guard report.messageID == nil else { return report }
        var bytes: [UInt8] = []
        HL7ReportWriter.write(report, into: &bytes)
        let digits = Array("0123456789abcdef".utf8)
        var name = Array("PLI-".utf8)
        for byte in SHA256Digest.hash(bytes).prefix(8) { name += [digits[Int(byte >> 4)], digits[Int(byte & 0xF)]] }
        var named = report
        named.messageID = Personal(String(decoding: name, as: UTF8.self))
        return named
    }

    private static func source(_ identifier: String) -> String {
        "urn:pli:convert:" + PercentEncoding.encoded(identifier)
    }

    private func identifiers(of report: Report, _ number: Int, _ names: ReportNames?) -> (String, orders: [String]) {
        let orders = names.map { $0.orders.count == report.orders.count ? $0.orders : [] } ?? []
        return (names?.report ?? identifier(of: report, number), orders)
    }

    /// Unique within the file: message and place, because one message may hold several reports.
    private func identifier(of report: Report, _ number: Int) -> String {
        (report.messageID?.text ?? "report") + "-" + String(number)
    }
}
