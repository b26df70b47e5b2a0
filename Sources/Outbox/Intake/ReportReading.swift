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
        return read(bytes, site).map { outcome in
            guard var report = outcome.report else { return outcome }
            var admitted = outcome
            admitted.findings += rules.admit(&report, places: outcome.places)
            admitted.report = report
            return admitted
        }
    }

    /// Each message stands alone and shows its format, also the one that was forced when it was taken.
    private static func read(_ bytes: [UInt8], _ site: ReaderSettings) -> [ReadOutcome] {
        if CDAReportReader.isXML(bytes) { return [CDAReportReader(settings: site).read(document: bytes)] }
        switch ReportFormat.detect(bytes[...], isEnd: true) ?? .hl7 {
        case .hl7: return LaboratoryMessageReader(settings: site).read(bytes: bytes)
        case let format: return ReportReader(format, settings: site).read(bytes: bytes)
        }
    }
}
