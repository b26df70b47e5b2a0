package import LabReport

/// Reads the reports of messages of any format, and of HL7 v2 messages whether their results stand in OBX segments or in a
/// clinical document that one of them carries.
///
/// `HL7ReportReader` goes first: a message with discrete results costs nothing more. Where it finds a document instead,
/// or a message type about documents (MDM), the document is read, with what the message says around it. A message whose
/// attachment is no readable report is held with what to send instead.
package struct LaboratoryMessageReader: Sendable {
    private let settings: ReaderSettings
    private let messages: HL7ReportReader
    private let documents: CDAReportReader

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
        messages = HL7ReportReader(settings: settings)
        documents = CDAReportReader(settings: settings)
    }

    /// Reads a message that a splitter of that format handed out. `memory` makes reading many of them cheaper.
    package func read(
        _ message: SourceMessage, _ format: ReportFormat, memory: ReadingMemory? = nil
    ) -> [ReadOutcome] {
        format == .hl7
            ? ReportSize.judged(
                UnlistedOrders.apart(read(message, memory)), ofBytes: message.bytes.count, settings)
            : ReportReader(format, settings: settings).read(message, memory: memory)
    }

    /// Reads an HL7 message: one outcome for each patient of it, or for each report among its documents.
    private func read(_ message: SourceMessage, _ memory: ReadingMemory?) -> [ReadOutcome] {
        let outcomes = messages.read(message, memory: memory)
        guard LaboratoryMessageReader.needsDocument(outcomes), let carried = messages.carriedDocuments(in: message)
        else { return outcomes }
        var reading = CarriedReading(carried: carried, documents: documents)
        let read = reading.outcomes()
        guard reading.isOnlyCopies, read.allSatisfy({ $0.isHeld }) else { return read }
        // A document that is only a copy, for people, of results that the message has itself, or of what is withdrawn.
        let aside = messages.read(message, documentsAside: true)
        guard settings.readsTaken else { return LaboratoryMessageReader.needsDocument(aside) ? read : aside }
        if aside.contains(where: { $0.report?.results.isEmpty == false }) { return aside }
        let copies = reading.copies()
        return copies.contains { !$0.isHeld } ? copies : aside
    }

    /// The rules of LabReport by which a message is only whole with its document; an MDM message has nothing else.
    private static let signs: Set<String> = ["cda-document", "document-only", "message-type", "message-event"]

    private static func needsDocument(_ outcomes: [ReadOutcome]) -> Bool {
        outcomes.contains { outcome in
            outcome.findings.contains { $0.severity == .error && signs.contains($0.rule) }
        }
    }
}
