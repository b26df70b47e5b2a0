import CDA
import HL7
import LabReport

/// Bytes to reports, the same way at intake and when a journalled record is read again.
enum ReportReading {
    /// The reports of a message, or of a clinical document, without what must not go further, and everything that was
    /// noticed.
    static func outcomes(of bytes: [UInt8], _ settings: ReadingSettings, _ rules: ReportRules) -> [ReadOutcome] {
        let site = ReaderSettings(
            defaultCharset: Charset(rawValue: UInt8(clamping: settings.charset)) ?? .utf8,
            utcOffsetMinutes: settings.utcOffsetMinutes)
        let outcomes =
            CDAReportReader.isXML(bytes)
            ? [CDAReportReader(settings: site).read(document: bytes)]
            : LaboratoryMessageReader(settings: site).read(bytes: bytes)
        return outcomes.map { outcome in
            guard var report = outcome.report else { return outcome }
            var admitted = outcome
            admitted.findings += rules.admit(&report, places: outcome.places)
            admitted.report = report
            return admitted
        }
    }
}
