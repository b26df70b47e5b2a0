import HL7

/// Reads MSH, and judges the form of the message as a whole.
struct HeaderReader {
    let message: Message
    let settings: ReaderSettings
    /// What stood around the message in its file.
    let surroundings: Message.Oddities

    init(message: Message, settings: ReaderSettings, surroundings: Message.Oddities = []) {
        self.message = message
        self.settings = settings
        self.surroundings = surroundings
    }

    /// Puts what the header says into `report`; gives how times without offset are meant.
    func read(into report: inout Report, _ log: inout FindingLog) -> TimeFrame {
        var frame = TimeFrame(settings)
        // With delimiters that were assumed, what the type seems to be says nothing.
        let isReadable = !message.oddities.contains(.assumedDelimiters)
        if isReadable { judgeType(&log) }
        judgeForm(&log)
        if !isReadable { judgeType(&log) }
        let header = message.header
        let sender = header.field(3)
        report.sendingApplication = text(sender.component(1)) ?? text(sender.component(2))
        let facility = header.field(4)
        let label = facility.component(3)
        let isFINESS = label.equals("N") || label.equals("M")
        report.sendingFacility =
            isFINESS
            ? text(facility.component(2)) ?? text(facility.component(1))
            : text(facility.component(1)) ?? text(facility.component(2))
        switch HL7Time.read(header.field(7).component(1).bytes) {
        case .nothing: break
        case .fault: log.add(.timeForm, at: "MSH-7")
        case .time(let time):
            report.sentAt = frame.complete(time).time
            frame = TimeFrame(settings, sent: time)
        }
        let identifier = header.field(10)
        if !identifier.hasValue {
            log.add(.messageIDMissing, at: "MSH-10")
        } else if identifier.bytes.count > Limits.controlIDBytes {
            log.add(.messageIDLong, at: "MSH-10")
        } else {
            report.messageID = Personal(identifier.decodedText)
        }
        report.processing = processing(header, &log)
        let version = header.field(12).component(1)
        if !version.hasValue {
            log.add(.versionMissing, at: "MSH-12")
        } else if !HeaderReader.versions.contains(version.decodedText) {
            log.add(.version, at: "MSH-12")
        }
        return frame
    }

    private static let versions: Set<String> = [
        "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9",
        "2.9.1",
    ]

    private func text(_ part: Part) -> String? { part.hasValue ? part.decodedText : nil }

    private func processing(_ header: Segment, _ log: inout FindingLog) -> Report.Processing {
        let code = header.field(11).component(1)
        if code.equals("P") { return .production }
        if code.equals("T") { return .training }
        if code.equals("D") { return .debugging }
        if code.hasValue {
            log.add(.processingUnknown, at: "MSH-11")
            return .training
        }
        log.add(.processingMissing, at: "MSH-11")
        return .production
    }

    private func judgeType(_ log: inout FindingLog) {
        let type = message.header.field(9)
        if !type.hasValue { return log.add(.typeMissing, at: "MSH-9") }
        guard type.component(1).equals("ORU") else { return log.add(.messageType, at: "MSH-9.1") }
        let event = type.component(2)
        if event.hasValue, !event.equals("R01") { log.add(.messageEvent, at: "MSH-9.2") }
    }

    private func judgeForm(_ log: inout FindingLog) {
        let oddities = message.oddities.union(surroundings)
        if !oddities.isEmpty {
            if oddities.contains(.assumedDelimiters) { log.add(.encodingCharacters, at: "MSH-2") }
            if oddities.contains(.irregularDelimiters) { log.add(.encodingCharactersOdd, at: "MSH-2") }
            if oddities.contains(.earlyTruncationCharacter) { log.add(.truncationCharacter, at: "MSH-2") }
            if oddities.contains(.byteOrderMark) { log.add(.byteOrderMark, at: "MSH-1") }
            if oddities.contains(.mixedSegmentEnds) { log.add(.mixedSegmentEnds, at: "MSH-1") }
            if oddities.contains(.blankLines) || oddities.contains(.leadingBlanks) { log.add(.blankLines, at: "MSH-1") }
            if oddities.contains(.unterminated) { log.add(.unterminated, at: "MSH-1") }
            if oddities.contains(.trailingPadding) { log.add(.trailingPadding, at: "MSH-1") }
        }
        if message.declaredCharset == .unsupported { return log.add(.unsupportedCharset, at: "MSH-18") }
        if let offset = message.firstUndecodableByte { log.add(.undecodable, at: message.path(ofByte: offset)) }
        if let offset = message.firstUTF8Sequence { log.add(.utf8Undeclared, at: message.path(ofByte: offset)) }
        if let offset = message.firstWindowsByte { log.add(.windowsBytes, at: message.path(ofByte: offset)) }
    }

    /// The sender as an organisation: what MSH-4 says of it.
    static func sendingOrganisation(_ message: Message) -> Organisation? {
        let facility = message.header.field(4)
        guard facility.hasValue else { return nil }
        let name = facility.component(1)
        let universal = facility.component(2)
        let type = facility.component(3)
        var organisation = Organisation()
        if universal.hasValue, type.equals("N") || type.equals("M") {
            organisation.finess = FINESS.bare(universal.decodedText)
            if name.hasValue { organisation.name = name.decodedText }
        } else if !type.hasValue, universal.bytes.count == 9, let finess = FINESS(universal.decodedText) {
            organisation.finess = finess.text
            if name.hasValue { organisation.name = name.decodedText }
        } else if !universal.hasValue, name.bytes.count == 9, let finess = FINESS(name.decodedText) {
            organisation.finess = finess.text
        } else {
            if name.hasValue { organisation.name = name.decodedText }
            if universal.hasValue {
                organisation.identifiers = [
                    Identifier(value: Personal(universal.decodedText), type: type.hasValue ? type.decodedText : nil)
                ]
            }
        }
        return organisation
    }
}
