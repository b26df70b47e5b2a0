import HL7
import LabReport

/// Bytes to reports, the same way at intake and when a journalled record is read again.
enum ReportReading {
    /// The reports of a message, without what must not go further, and everything that was noticed.
    static func outcomes(of bytes: [UInt8], _ settings: ReadingSettings, _ rules: ReportRules) -> [ReadOutcome] {
        // Each message stands alone and shows its format, also the one that was forced when it was taken.
        let reader = ReportReader(
            ReportFormat.detect(bytes[...], isEnd: true) ?? .hl7,
            settings: ReaderSettings(
                defaultCharset: Charset(rawValue: UInt8(clamping: settings.charset)) ?? .utf8,
                utcOffsetMinutes: settings.utcOffsetMinutes))
        return reader.read(bytes: bytes).map { outcome in
            guard var report = outcome.report else { return outcome }
            var admitted = outcome
            admitted.findings += rules.admit(&report, places: outcome.places)
            admitted.report = report
            return admitted
        }
    }
}
