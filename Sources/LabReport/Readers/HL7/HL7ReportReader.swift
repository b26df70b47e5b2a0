package import HL7

/// Reads reports from HL7 v2 messages: ORU^R01 with discrete results, from 2.1 to 2.9, in the French use of its fields
/// and in the plain one.
///
/// One outcome for each patient (PID) of the message. A message is taken or held as a whole: when one patient's part is
/// in error, the others are held with it, because a line that broke in the middle of one may have made the other.
package struct HL7ReportReader: Sendable {
    let settings: ReaderSettings

    /// A reader for one site.
    package init(settings: ReaderSettings = ReaderSettings()) {
        self.settings = settings
    }

    /// Reads the content of an MLLP frame: one message. A batch is refused, because one answer cannot speak for many.
    package func read(frame: [UInt8]) -> [ReadOutcome] {
        let head = frame.drop { $0 == 0x0B || $0 == 0x0D || $0 == 0x0A || $0 == 0x20 || $0 == 0x09 }.prefix(3)
        let name = SegmentName(head)
        if name == .fhs || name == .bhs {
            return [ReadOutcome(report: nil, findings: [Rule.batchInFrame.finding(at: "BHS-1", settings.overrides)])]
        }
        var message = SourceMessage(frame)
        // The start block of a frame within the frame.
        if frame.first == 0x0B { message.surroundings.insert(.framedTwice) }
        return read(message)
    }

    /// Reads `bytes` as a message and its reports.
    package func read(bytes: [UInt8]) -> [ReadOutcome] { read(SourceMessage(bytes)) }

    /// Reads a message of a file and its reports, and judges what stood around it. With `documentsAside`, an encoded
    /// document beside discrete results is left out with a warning; without, it holds the message. `memory` makes reading
    /// many messages of one sender cheaper, and changes nothing else.
    package func read(
        _ source: SourceMessage, documentsAside: Bool = false, memory: ReadingMemory? = nil
    ) -> [ReadOutcome] {
        do {
            guard let memory else {
                let message = try Message(source.bytes, defaultCharset: settings.defaultCharset)
                return read(message, source.surroundings, documentsAside, nil)
            }
            let (message, isSurveyed) = try Message.surveyed(
                source.bytes, defaultCharset: settings.defaultCharset, memory.fields)
            return read(message, isSurveyed: isSurveyed, source.surroundings, documentsAside, memory)
        } catch {
            return [ReadOutcome(report: nil, findings: [HL7ReportReader.finding(for: error)])]
        }
    }

    /// Reads the reports of `message`.
    package func read(
        message: Message, surroundings: Message.Oddities = [], documentsAside: Bool = false,
        memory: ReadingMemory? = nil
    ) -> [ReadOutcome] {
        read(message, surroundings, documentsAside, memory)
    }

    /// `isSurveyed` says that the fields of the memory are those of this very message.
    private func read(
        _ message: Message, isSurveyed: Bool = false, _ surroundings: Message.Oddities,
        _ documentsAside: Bool, _ memory: ReadingMemory?
    ) -> [ReadOutcome] {
        memory?.begin(message.dialect)
        return message.withWire { wire in
            if OneLineMessage.holdsPatient(message.ranges, in: wire) {
                return [ReadOutcome(report: nil, findings: [Rule.segmentEnds.finding(at: "MSH", settings.overrides)])]
            }
            let header = HeaderReader(
                message: message, wire, settings: settings, surroundings: surroundings, fields: memory?.fields,
                isSurveyed: isSurveyed)
            var log = FindingLog(settings)
            let found = header.read(&log, memory: memory?.tables)
            if log.holds, log.findings.contains(where: { HL7ReportReader.stopping.contains($0.rule) }) {
                return [ReadOutcome(report: nil, findings: log.findings)]
            }
            var pass = MessagePass(
                wire: wire, segments: message.ranges, isSurveyed: isSurveyed, header: consume found, settings: settings,
                documentsAside: documentsAside, memory: memory, log: consume log)
            pass.run()
            pass.judgeControls(of: message)
            return HL7ReportReader.judged(pass.outcomes, pass.log, settings)
        }
    }

    /// The outcomes of a message's patients, with what was noticed of the message as a whole.
    private static func judged(
        _ outcomes: consuming [ReadOutcome], _ log: FindingLog, _ settings: ReaderSettings
    ) -> [ReadOutcome] {
        guard !outcomes.isEmpty else { return [ReadOutcome(report: nil, findings: log.findings)] }
        if !log.findings.isEmpty { outcomes[0].findings = log.findings + outcomes[0].findings }
        if log.holds { outcomes[0].report = nil }
        guard outcomes.contains(where: { $0.isHeld }) else { return outcomes }
        for index in outcomes.indices where !outcomes[index].isHeld {
            outcomes[index].report = nil
            let path = outcomes[index].places.patient("3")
            outcomes[index].findings.append(Rule.otherGroupHeld.finding(at: path, settings.overrides))
        }
        return outcomes
    }

    /// Rules after which the rest of the message says nothing.
    static let stopping: Set<String> = [
        Rule.typeMissing.id, Rule.messageType.id, Rule.messageEvent.id, Rule.version.id, Rule.encodingCharacters.id,
        Rule.unsupportedCharset.id, Rule.undecodable.id,
    ]

    // MARK: - What never became a message

    /// The finding for bytes that are no message.
    package static func finding(for failure: HL7Failure) -> Finding {
        let rule: Rule =
            switch failure {
            case .noHeader, .fieldPath: .noHeader
            case .fieldSeparator: .fieldSeparator
            case .tooLarge: .messageTooLarge
            case .tooManySegments: .tooManySegments
            }
        return rule.finding(at: "MSH-1", [:])
    }

    /// The finding for a piece of a file that is no message.
    package static func finding(for reason: HeldPiece.Reason) -> Finding {
        let rule: Rule =
            switch reason {
            case .notHL7: .notHL7
            case .empty: .emptyFile
            case .utf16: .utf16File
            case .compressed: .compressedFile
            case .xml: .xmlFile
            case .tooLarge: .messageTooLarge
            }
        return rule.finding(at: "MSH-1", [:])
    }

    /// The same at the place that people find: of a table, which is what its first bytes may be, the first row.
    package static func finding(for held: HeldPiece) -> Finding {
        var finding = finding(for: held.reason)
        let isTable =
            switch held.reason {
            case .utf16: ReportFormat.mayBeTable(SourceText.narrowed(held.beginning)[...])
            case .notHL7: held.offset == 0 && ReportFormat.mayBeTable(held.beginning[...])
            case .empty, .compressed, .xml, .tooLarge: false
            }
        if isTable { finding.path = "row 1" }
        if held.reason == .notHL7, held.offset == 0, let row = CSVHeader.rowBelow(held.beginning[...]) {
            finding = Rule.csvTitle.finding(at: "row " + String(row), [:])
        }
        return finding
    }

    /// The finding for something about a batch that somebody should look at, and where the segment is that shows it.
    package static func finding(for problem: BatchNotice.Problem) -> Finding {
        switch problem {
        case .messageCount: Rule.batchCount.finding(at: "BTS-1", [:])
        case .batchCount: Rule.batchCount.finding(at: "FTS-1", [:])
        case .unreadableCount: Rule.batchCount.finding(at: "BTS-1", [:])
        case .unfinished: Rule.batchUnfinished.finding(at: "BHS-1", [:])
        case .unopened: Rule.batchUnopened.finding(at: "BTS-1", [:])
        case .secondFile: Rule.secondFile.finding(at: "FHS-1", [:])
        }
    }
}
