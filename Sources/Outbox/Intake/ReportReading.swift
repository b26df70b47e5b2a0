import CDA
import HL7
import LabReport

/// Bytes to reports, the same way at intake and when a journalled record is read again.
enum ReportReading {
    /// The reports of a message, or of a clinical document, without what must not go further, and everything that was
    /// noticed. `memory` makes reading many messages cheaper.
    static func outcomes(
        of message: SourceMessage, _ settings: ReadingSettings, _ rules: ReportRules, _ memory: ReadingMemory
    ) -> [ReadOutcome] {
        outcomes(of: message, settings.site, rules, memory)
    }

    /// The same of a message that was taken: where a rule that came since would hold it, as it was read before (decision 50).
    static func outcomes(
        ofTaken message: SourceMessage, _ settings: ReadingSettings, _ rules: ReportRules, _ memory: ReadingMemory
    ) -> [ReadOutcome] {
        var site = settings.site
        let outcomes = outcomes(of: message, site, rules, memory)
        guard outcomes.contains(where: { $0.isHeld }) else { return outcomes }
        site.readsTaken = true
        return self.outcomes(of: message, site, rules, ReadingMemory())
    }

    private static func outcomes(
        of message: SourceMessage, _ site: ReaderSettings, _ rules: ReportRules, _ memory: ReadingMemory
    ) -> [ReadOutcome] {
        var outcomes = read(message, site, memory)
        var room = FindingRoom()
        for index in outcomes.indices { outcomes[index].findings = rules.judge(&outcomes[index], room: &room) }
        return outcomes
    }

    /// Each message stands alone and shows its format, also the one that was forced when it was taken.
    static func read(
        _ message: SourceMessage, _ site: ReaderSettings, _ memory: ReadingMemory
    ) -> [ReadOutcome] {
        let bytes = message.bytes
        if CDAReportReader.isXML(bytes) { return [CDAReportReader(settings: site).read(document: bytes)] }
        return LaboratoryMessageReader(settings: site).read(message, format(of: bytes), memory: memory)
    }

    /// What the id of a message names: one message, or with its numbers one report of several.
    static func scope(of bytes: [UInt8], _ memory: ReadingMemory) -> DuplicateKeys.Scope {
        CDAReportReader.isXML(bytes) ? .message : DuplicateKeys.scope(format(of: bytes), bytes, memory)
    }

    private static func format(of bytes: [UInt8]) -> ReportFormat {
        ReportFormat.detect(bytes[...], isEnd: true) ?? .hl7
    }
}

extension ReadingSettings {
    /// For the readers.
    var site: ReaderSettings {
        ReaderSettings(
            defaultCharset: Charset(rawValue: UInt8(clamping: charset)) ?? .utf8, utcOffsetMinutes: utcOffsetMinutes,
            zone: zone)
    }
}
