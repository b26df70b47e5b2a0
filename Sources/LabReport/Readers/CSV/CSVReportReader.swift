import HL7

/// Reads the reports of a table: the columns that `CSVReportWriter` writes, under the documented names or the French ones,
/// in any order and number. `docs/integrating.md` says what each holds.
///
/// Takes what `CSVSplitter` hands out: the first row and the rows of one report. Findings name the row, as a spreadsheet
/// shows it, and the column.
package struct CSVReportReader: Sendable {
    private let settings: ReaderSettings

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
    }

    /// Reads `bytes`; `firstRow` is the number of the first row below the names.
    ///
    /// What is wrong with the names themselves is said once, with the first report.
    package func read(
        bytes: [UInt8], firstRow: Int = 2, isFirst: Bool = true, memory: ReadingMemory? = nil
    ) -> [ReadOutcome] {
        guard let row = CSVHeader.row(of: bytes) else {
            return [held(bytes.isEmpty ? .emptyFile : .csvNoRows, at: "row 1")]
        }
        let header = memory?.header(row) ?? CSVHeader(row)
        if let fault = header.fault, !settings.readsTaken { return [held(fault.rule, at: fault.path)] }
        // The names may be a program's own, in another set than what it filled in.
        let text = bytes[row.endIndex...]
        let charset = SourceText.charset(of: text, site: settings.defaultCharset)
        var builder = CSVReportBuilder(header: header, charset: charset, settings: settings)
        if isFirst { builder.noteUnknownColumns() }
        if SourceText.isDoubtful(text, charset, site: settings.defaultCharset) {
            builder.log.add(.charsetGuessed, at: "row " + String(firstRow))
        }
        if charset.firstMixedSequence(in: text) != nil {
            builder.log.add(.charsetMixed, at: "row " + String(firstRow))
        }
        if let fault = charset.firstFault(in: text) {
            builder.log.add(.undecodable, at: "byte " + String(fault))
        }
        let texts = header.texts
        var number = firstRow
        var rows = 0
        var table = CSVRows(bytes[(row.endIndex + 1)...], separator: header.separator)
        while let row = table.next() {
            var record = CSVRecord(row, separator: header.separator)
            record.trim(charset, but: texts)
            defer { number += 1 }
            if record.isBlank { continue }
            rows += 1
            if rows > Limits.csvReportRows, !settings.readsTaken {
                return [held(.csvReportSize, at: "row " + String(firstRow))]
            }
            builder.take(record, number: number)
            // Every other row has one: only the last row of a file can lack it. What is held has to be exported again in any case.
            if let last = row.last, last != 0x0A, last != 0x0D, !builder.log.holds {
                builder.log.add(.csvUnterminated, at: "row " + String(number))
            }
        }
        guard rows > 0 else { return [held(.csvNoRows, at: "row 1")] }
        return [builder.finish(firstRow: firstRow)]
    }

    private func held(_ rule: Rule, at path: String) -> ReadOutcome {
        ReadOutcome(report: nil, findings: [rule.finding(at: path, settings.overrides)])
    }
}
