import HL7

/// The documents that a message carries in its OBX segments (OBX-2 ED), and what it says around them.
///
/// The French carriers of clinical documents (ORU^R01, MDM^T02 and its kin) have the results inside the document. This
/// hands the document out; it is read elsewhere, because LabReport reads no XML.
package struct CarriedDocuments: Sendable {
    /// What the message itself says: header, patient, requester, order numbers. It holds no result.
    package var envelope: Report
    /// What was noticed while that was read. An error means that the message is held.
    package var findings: [Finding]
    /// In the order of the message, without those that are instructions to the carrier.
    package var attachments: [Attachment]
    /// Order control codes (ORC-1).
    package var controls: Set<String>
    /// The event of a message about documents (MDM): T02, T10, …; nil for an ORU.
    package var documentEvent: String?
    /// The message has results of its own beside its documents.
    package var hasResults: Bool
    /// How times without offset are meant.
    package var frame: TimeFrame

    /// What one OBX holds.
    package struct Attachment: Sendable {
        /// Where it stands, such as `OBX[1]-5`.
        package var path: String
        /// The message says that it is XML (OBX-5.3).
        package var isXML: Bool
        /// How it is encoded (OBX-5.4), as written.
        package var encoding: String
        /// The bytes of OBX-5.5 on the wire.
        package var content: [UInt8]
        /// OBX-11.
        package var status: String
    }
}

extension CarriedDocuments {
    /// Whether OBX-3 names an instruction to the carrier: who may see the document, whom to send it to, a mail's text.
    /// The first versions of the French profile gave those codes no system of their own.
    static func isInstruction(_ code: Part) -> Bool {
        if code.component(3).equals("MetaDMPMSS") { return true }
        guard !code.component(3).hasValue else { return false }
        let name = code.component(1).bytes
        return instructions.contains { name.elementsEqual($0.utf8) }
            || code.component(2).bytes.starts(with: "XDM/1.0/DDM".utf8)
    }

    private static let instructions = [
        "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "INVISIBLE_REPRESENTANTS_LEGAUX", "CONNEXION_SECRETE",
        "MODIF_CONF_CODE", "MODIF_CONFIDENTIALITYCODE", "DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT", "ACK_RECEPTION",
        "ACK_LECTURE", "ACK_LECTURE_MSS", "CORPSMAIL_PS", "CORPSMAIL_PAT",
    ]
}

extension HL7ReportReader {
    /// The documents of a message about one patient; nil for a message without attachment, of another type, or that
    /// cannot be read as far as that: then `read` says why it is held.
    package func carriedDocuments(in source: SourceMessage) -> CarriedDocuments? {
        guard let message = try? Message(source.bytes, defaultCharset: settings.defaultCharset) else { return nil }
        let type = message.header.field(9)
        let isDocumentMessage = type.component(1).equals("MDM")
        guard isDocumentMessage || type.component(1).equals("ORU") else { return nil }
        var log = FindingLog(overrides: settings.overrides)
        var template = Report()
        let header = HeaderReader(message: message, settings: settings, surroundings: source.surroundings)
        let frame = header.read(into: &template, &log)
        let expected: Set<String> = isDocumentMessage ? [Rule.messageType.id, Rule.messageEvent.id] : []
        let findings = log.findings.filter { !expected.contains($0.rule) }
        guard !findings.contains(where: { HL7ReportReader.stopping.contains($0.rule) }) else { return nil }

        let sender = HeaderReader.sendingOrganisation(message)
        var builder = ReportBuilder(template: template, sender: sender, settings: settings, frame: frame)
        var scan = AttachmentScan()
        var counter = SegmentCounter()
        for segment in message.segments.dropFirst() {
            guard let name = segment.name else { return nil }
            let occurrence = counter.next(name)
            switch name {
            case .obx: scan.take(segment, occurrence)
            case .pid where occurrence > 1: return nil
            case .pid, .pv1, .orc, .obr, .prt: builder.take(segment, name, occurrence)
            default: continue
            }
        }
        guard !scan.attachments.isEmpty, counter.count(.pid) == 1 else { return nil }
        builder.addPendingOrder()
        builder.report.laboratory = builder.participant ?? sender
        return CarriedDocuments(
            envelope: builder.report, findings: findings + builder.log.findings, attachments: scan.attachments,
            controls: builder.controls, documentEvent: isDocumentMessage ? type.component(2).decodedText : nil,
            hasResults: scan.hasResults && !isDocumentMessage, frame: frame)
    }
}

/// Goes through OBX segments for attachments.
private struct AttachmentScan {
    var attachments: [CarriedDocuments.Attachment] = []
    var hasResults = false
    private var fields = FieldIndex()

    mutating func take(_ segment: Segment, _ occurrence: Int) {
        fields.fill(segment)
        guard !CarriedDocuments.isInstruction(fields[3].repetition(1)) else { return }
        let type = fields[2].component(1)
        guard type.equals("ED") || type.equals("RP") else {
            hasResults = true
            return
        }
        let data = fields[5].repetition(1)
        let subtype = data.component(3)
        attachments.append(
            CarriedDocuments.Attachment(
                path: "OBX[" + String(occurrence) + "]-5", isXML: subtype.equals("XML") || subtype.equals("xml"),
                encoding: data.component(4).decodedText, content: Array(data.component(5).bytes),
                status: fields[11].component(1).decodedText))
    }
}
