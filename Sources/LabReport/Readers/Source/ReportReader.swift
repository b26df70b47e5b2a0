import HL7

/// Reads one message of whatever format into its reports.
package struct ReportReader: Sendable {
    /// The format.
    package let format: ReportFormat
    private let settings: ReaderSettings

    /// A reader of `format` for one site.
    package init(_ format: ReportFormat, settings: ReaderSettings = ReaderSettings()) {
        self.format = format
        self.settings = settings
    }

    /// The reports of `message`, which a `SourceSplitter` of the same format handed out. Always at least one outcome.
    package func read(_ message: SourceMessage, memory: ReadingMemory? = nil) -> [ReadOutcome] {
        ReportSize.judged(
            UnlistedOrders.apart(outcomes(of: message, memory)), ofBytes: message.bytes.count, settings)
    }

    private func outcomes(of message: SourceMessage, _ memory: ReadingMemory?) -> [ReadOutcome] {
        switch format {
        case .hl7: HL7ReportReader(settings: settings).read(message, memory: memory)
        case .hprim: HPRIMReportReader(settings: settings).read(bytes: message.bytes)
        case .csv:
            CSVReportReader(settings: settings).read(
                bytes: message.bytes, firstRow: message.firstRow, isFirst: message.ordinal == 1, memory: memory)
        case .fhir: FHIRReportReader(settings: settings).read(bytes: message.bytes)
        }
    }
}
