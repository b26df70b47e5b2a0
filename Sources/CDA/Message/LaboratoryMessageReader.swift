package import LabReport

/// Reads the reports of HL7 v2 messages, whether their results stand in OBX segments or in a clinical document that one
/// of them carries.
///
/// `HL7ReportReader` goes first: a message with discrete results costs nothing more. Where it finds a document instead,
/// or a message type about documents (MDM), the document is read, with what the message says around it. A message whose
/// attachment is no readable report is held with what to send instead.
package struct LaboratoryMessageReader: Sendable {
    private let messages: HL7ReportReader
    private let documents: CDAReportReader

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        messages = HL7ReportReader(settings: settings)
        documents = CDAReportReader(settings: settings)
    }

    /// Reads `bytes`: one outcome for each patient of the message, or for each report among its documents.
    package func read(bytes: [UInt8]) -> [ReadOutcome] {
        let outcomes = messages.read(bytes: bytes)
        guard LaboratoryMessageReader.mayCarryDocument(outcomes), let carried = messages.carriedDocuments(bytes: bytes)
        else { return outcomes }
        var reading = CarriedReading(carried: carried, documents: documents)
        let read = reading.outcomes()
        // A document that is only a copy, for people, of results that the message has itself.
        if carried.hasResults, read.allSatisfy({ $0.isHeld }), reading.isOnlyCopies {
            return messages.read(bytes: bytes, documentsAside: true)
        }
        return read
    }

    /// The rules of LabReport after which it is worth looking for a document.
    private static let signs: Set<String> = ["cda-document", "no-discrete-results", "message-type", "message-event"]

    private static func mayCarryDocument(_ outcomes: [ReadOutcome]) -> Bool {
        outcomes.contains { outcome in
            outcome.isHeld && outcome.findings.contains { $0.severity == .error && signs.contains($0.rule) }
        }
    }
}
