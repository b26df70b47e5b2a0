import HL7

/// The documents that a message carries in its OBX segments (OBX-2 ED), and what it says around them.
///
/// The French carriers of clinical documents (ORU^R01, MDM^T02 and its kin) have the results inside the document. This
/// hands the document out; it is read elsewhere, because LabReport reads no XML.
package struct CarriedDocuments: Sendable {
    /// What the message itself says: header, patient, requester, order numbers. It holds no result.
    package var envelope: Report
    /// Where the message has an identity for tests or demonstrations.
    package var fictitious: String?
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
    static func isInstruction(_ code: PartRange, in wire: Wire) -> Bool {
        let system = wire.component(code, 3)
        if wire.equals(system, "MetaDMPMSS") { return true }
        guard !wire.hasValue(system) else { return false }
        let name = wire.bytes(of: wire.component(code, 1))
        return instructions.contains { name.elementsEqual($0.utf8) }
            || wire.bytes(of: wire.component(code, 2)).starts(with: "XDM/1.0/DDM".utf8)
    }

    private static let instructions = [
        "MASQUE_PS", "INVISIBLE_PATIENT", "INVISIBLE_REP_LEGAUX", "INVISIBLE_REPRESENTANTS_LEGAUX", "CONNEXION_SECRETE",
        "MODIF_CONF_CODE", "MODIF_CONFIDENTIALITYCODE", "DESTDMP", "DESTMSSANTEPS", "DESTMSSANTEPAT", "ACK_RECEPTION",
        "ACK_LECTURE", "ACK_LECTURE_MSS", "CORPSMAIL_PS", "CORPSMAIL_PAT", "CORPSMAIL_PATIENT", "COMP_LOT",
    ]
}

extension CarriedDocuments {
    /// Whether a value of that type (OBX-2) is a document, or a reference to one.
    static func isAttachment(_ type: PartRange, in wire: Wire) -> Bool {
        guard type.count == 2 else { return false }
        let bytes = wire.bytes(of: type).map { $0 & 0xDF }
        return bytes.elementsEqual("ED".utf8) || bytes.elementsEqual("RP".utf8)
    }

    /// Whether it says so as the standard does.
    static func isPlainAttachment(_ type: PartRange, in wire: Wire) -> Bool {
        let type = wire.trimmed(type)
        return wire.equals(type, "ED") || wire.equals(type, "RP")
    }
}

extension HL7ReportReader {
    /// The documents of a message about one patient; nil for a message without attachment, of another type, or that
    /// cannot be read as far as that: then `read` says why it is held.
    package func carriedDocuments(in source: SourceMessage) -> CarriedDocuments? {
        guard let message = try? Message(source.bytes, defaultCharset: settings.defaultCharset) else { return nil }
        return message.withWire { documents(in: message, $0, source.surroundings) }
    }

    private func documents(in message: Message, _ wire: Wire, _ surroundings: Message.Oddities) -> CarriedDocuments? {
        let type = message.header.field(9)
        let isDocumentMessage = type.component(1).equals("MDM")
        let fields = FieldRanges()
        if let header = message.ranges.first { fields.fill(header, .msh, in: wire) }
        let kind = wire.bare(wire.component(wire.bare(fields[9]), 1))
        guard isDocumentMessage || wire.text(kind).inCapitals == "ORU" else { return nil }
        var log = FindingLog(settings)
        let reader = HeaderReader(message: message, wire, settings: settings, surroundings: surroundings)
        let header = reader.read(&log, memory: nil)
        let expected: Set<String> = isDocumentMessage ? [Rule.messageType.id, Rule.messageEvent.id] : []
        let findings = log.findings.filter { !expected.contains($0.rule) }
        let isStopped = !log.isOfTaken && findings.contains { HL7ReportReader.stopping.contains($0.rule) }
        guard !isStopped else { return nil }

        var builder = ReportBuilder(wire, header: header, settings: settings, memory: nil)
        var scan = AttachmentScan(wire: wire)
        var counter = SegmentCounter()
        for segment in message.ranges.dropFirst() {
            guard let name = wire.name(of: segment) else {
                guard log.isOfTaken else { return nil }
                continue
            }
            let occurrence = counter.next(name)
            switch name {
            case .obx: scan.take(segment, occurrence)
            case .pid where occurrence > 1: return nil
            case .pid, .pv1, .con, .orc, .obr, .prt: builder.take(segment, nil, name, occurrence)
            default: continue
            }
        }
        guard !scan.attachments.isEmpty, counter.count(.pid) == 1 else { return nil }
        builder.addPendingOrder()
        builder.report.laboratory = builder.participant ?? header.lasting.sender
        return CarriedDocuments(
            envelope: Report(builder.report), fictitious: builder.places.fictitious,
            findings: findings + builder.log.findings,
            attachments: scan.attachments, controls: Set(builder.controls),
            documentEvent: isDocumentMessage ? type.component(2).decodedText : nil,
            hasResults: scan.hasResults && !isDocumentMessage, frame: header.frame)
    }
}

/// Goes through OBX segments for attachments.
private struct AttachmentScan {
    private let wire: Wire
    private(set) var attachments: [CarriedDocuments.Attachment] = []
    private(set) var hasResults = false
    private let fields = FieldRanges()

    init(wire: Wire) {
        self.wire = wire
    }

    mutating func take(_ segment: PartRange, _ occurrence: Int) {
        fields.fill(segment, .obx, in: wire)
        guard !CarriedDocuments.isInstruction(wire.repetition(fields[3], 1), in: wire) else { return }
        guard CarriedDocuments.isAttachment(wire.bare(wire.component(wire.bare(fields[2]), 1)), in: wire) else {
            hasResults = true
            return
        }
        let data = wire.components(wire.repetition(fields[5], 1))
        attachments.append(
            CarriedDocuments.Attachment(
                path: "OBX[" + String(occurrence) + "]-5",
                isXML: wire.equals(data[3], "XML") || wire.equals(data[3], "xml"), encoding: wire.text(data[4]),
                content: Array(wire.bytes(of: data[5])), status: wire.text(wire.component(fields[11], 1))))
    }
}
