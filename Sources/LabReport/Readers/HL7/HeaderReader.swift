import HL7

/// What the header says to all that follows.
struct MessageHeader {
    var messageID: Personal?
    var sentAt: ReportTime?
    /// How times without offset are meant.
    var frame: TimeFrame
    var lasting = Lasting()
    /// The specimen that the message was cut in: its type is not known.
    var cutSpecimen = PartRange.nothing

    /// What a laboratory says in all that it sends.
    struct Lasting {
        /// MSH-3 and MSH-4.
        var sending: Shared<ReportContent.Sending>?
        /// MSH-4 as an organisation.
        var sender: Organisation?
        var processing = Report.Processing.production
        /// MSH-12 is a version before 2.4, in which PID has no species.
        var isBeforeSpecies = false
    }
}

/// Reads MSH, and judges the form of the message as a whole.
struct HeaderReader {
    private let message: Message
    private let wire: Wire
    private let fields: FieldRanges
    private let settings: ReaderSettings
    /// What stood around the message in its file.
    private let surroundings: Message.Oddities

    init(
        message: Message, _ wire: Wire, settings: ReaderSettings, surroundings: Message.Oddities,
        fields: FieldRanges? = nil, isSurveyed: Bool = false
    ) {
        self.fields = fields ?? FieldRanges()
        self.message = message
        self.settings = settings
        self.surroundings = surroundings
        self.wire = wire
        if isSurveyed {
            self.fields.fill(0, .msh)
        } else if let header = message.ranges.first {
            self.fields.fill(header, .msh, in: wire)
        }
    }

    /// What the header says.
    func read(_ log: inout FindingLog, memory: UnsafePointer<ReadingTables>?) -> MessageHeader {
        var header = MessageHeader(frame: TimeFrame(settings))
        header.cutSpecimen = CutMessage.specimen(of: message, wire, message.oddities.union(surroundings))
        // All but its time and its id is the same in all that a laboratory sends.
        if let memory, let known = memory.pointee.headers.place(of: memory.pointee.key(of: lasting, in: wire)) {
            header.lasting = known.pointee
            judgeForm(&log)
            readTime(&header, &log)
            readID(&header, &log)
            return header
        }
        var changing = 0
        // With delimiters that were assumed, what the type seems to be says nothing.
        let isReadable = !message.oddities.contains(.assumedDelimiters)
        if isReadable { judgeType(&log) }
        changing -= log.additions
        judgeForm(&log)
        changing += log.additions
        if !isReadable { judgeType(&log) }
        readSender(&header.lasting, &log)
        changing -= log.additions
        readTime(&header, &log)
        readID(&header, &log)
        changing += log.additions
        header.lasting.processing = processing(&log)
        header.lasting.isBeforeSpecies = judgeVersion(&log)
        if wire.hasValue(fields[14]) { log.add(.continuation, at: "MSH-14") }
        if let memory, log.additions == changing {
            memory.pointee.headers.keep(header.lasting, of: memory.pointee.key(of: lasting, in: wire))
        }
        return header
    }

    /// The fields by which a header is known again.
    private var lasting: InlineArray<4, PartRange> {
        [fields.span(3, 6), fields.span(8, 9), fields.span(11, 25), .nothing]
    }

    private func readTime(_ header: inout MessageHeader, _ log: inout FindingLog) {
        switch HL7Time.read(wire.bytes(of: wire.component(fields[7], 1))) {
        case .nothing: log.add(.sentAtMissing, at: "MSH-7")
        case .fault: log.add(.timeForm, at: "MSH-7")
        case .time(let time):
            header.sentAt = header.frame.complete(time).time
            header.frame = TimeFrame(settings, sent: time)
        }
    }

    private func readID(_ header: inout MessageHeader, _ log: inout FindingLog) {
        let identifier = fields[10]
        if !wire.hasValue(identifier) {
            log.add(.messageIDMissing, at: "MSH-10")
        } else if identifier.count > Limits.controlIDBytes {
            log.add(.messageIDLong, at: "MSH-10")
        } else {
            // It is echoed in answers and named to recipients: no control character at all.
            var problems: TextProblems = []
            let id = wire.text(identifier, &problems)
            let kind = ByteScan.kind(of: wire.bytes(of: identifier), escape: wire.dialect.delimiters.escape)
            let hasControl = kind.contains(.special) && id.utf8.contains { $0 < 0x20 }
            if hasControl || problems.contains(.control) { problems.insert(.forbiddenControl) }
            header.messageID = Personal(id)
            if !problems.isEmpty { log.note(problems, at: "MSH-10") }
        }
    }

    /// The first component of a field of one value; separators that part it from nothing are told.
    private func single(_ number: Int, _ log: inout FindingLog) -> PartRange {
        let field = fields[number]
        let value = wire.bare(wire.component(wire.bare(field), 1))
        let isOdd = !wire.equals(value, wire.trimmed(wire.component(field, 1)))
        if isOdd, wire.hasValue(value) { log.add(.codeForm, at: "MSH-" + String(number)) }
        return value
    }

    /// MSH-12; whether it is a version before 2.4.
    private func judgeVersion(_ log: inout FindingLog) -> Bool {
        let version = single(12, &log)
        if !wire.hasValue(version) {
            log.add(.versionMissing, at: "MSH-12")
        } else if !HeaderReader.versions.contains(wire.text(version)) {
            log.add(.version, at: "MSH-12")
        }
        return HeaderReader.early.contains(wire.text(version))
    }

    private static let early: ShortCodes = ["2.1", "2.2", "2.3", "2.3.1"]

    private static let versions: ShortCodes = [
        "2.1", "2.2", "2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2", "2.9",
        "2.9.1",
    ]

    private func text(_ part: PartRange) -> String? { wire.hasValue(part) ? wire.text(part) : nil }

    private func processing(_ log: inout FindingLog) -> Report.Processing {
        let code = single(11, &log)
        if wire.equals(code, "P") || wire.equals(code, "p") { return .production }
        if wire.equals(code, "T") || wire.equals(code, "t") { return .training }
        if wire.equals(code, "D") || wire.equals(code, "d") { return .debugging }
        if wire.hasValue(code) {
            log.add(.processingUnknown, at: "MSH-11")
            return .training
        }
        log.add(.processingMissing, at: "MSH-11")
        return .production
    }

    private func judgeType(_ log: inout FindingLog) {
        let type = fields[9]
        if !wire.hasValue(type) { return log.add(.typeMissing, at: "MSH-9") }
        let kind = single(9, &log)
        guard says(kind, "ORU", &log) else { return log.add(.messageType, at: "MSH-9.1") }
        let event = wire.bare(wire.component(wire.bare(type), 2))
        if wire.hasValue(event), !says(event, "R01", &log) { log.add(.messageEvent, at: "MSH-9.2") }
    }

    /// Whether a part of MSH-9 is that word, which may stand there in small letters.
    private func says(_ part: PartRange, _ word: StaticString, _ log: inout FindingLog) -> Bool {
        if wire.equals(part, word) { return true }
        let isWord = word.withUTF8Buffer { wire.text(part).inCapitals.utf8.elementsEqual($0) }
        if isWord { log.add(.codeForm, at: "MSH-9") }
        return isWord
    }

    private func judgeForm(_ log: inout FindingLog) {
        if let segment = message.ranges.first,
            let number = fields.firstField(behind: ReportBuilder.mostHeaderFields, in: wire, segment)
        {
            log.add(.segmentExtraFields, at: "MSH-" + String(number))
        }
        let oddities = message.oddities.union(surroundings)
        if !oddities.isEmpty {
            if oddities.contains(.assumedDelimiters) { log.add(.encodingCharacters, at: "MSH-2") }
            if oddities.contains(.irregularDelimiters) { log.add(.encodingCharactersOdd, at: "MSH-2") }
            if oddities.contains(.earlyTruncationCharacter) { log.add(.truncationCharacter, at: "MSH-2") }
            if oddities.contains(.byteOrderMark) { log.add(.byteOrderMark, at: "MSH-1") }
            if oddities.contains(.mixedSegmentEnds) { log.add(.mixedSegmentEnds, at: "MSH-1") }
            if oddities.contains(.blankLines) || oddities.contains(.leadingBlanks) { log.add(.blankLines, at: "MSH-1") }
            if oddities.contains(.unterminated) {
                log.add(.unterminated, at: "MSH-1")
                if CutMessage.isCut(message, wire, oddities) { log.add(.cutShort, at: pathOfEnd) }
            }
            if oddities.contains(.brokenFrame) { log.add(.brokenFrame, at: pathOfEnd) }
            if oddities.contains(.framedTwice) { log.add(.framedTwice, at: "MSH-1") }
            if oddities.contains(.trailingPadding) { log.add(.trailingPadding, at: "MSH-1") }
        }
        if message.declaredCharset == .unsupported { return log.add(.unsupportedCharset, at: "MSH-18") }
        if let offset = message.firstUndecodableByte { log.add(.undecodable, at: message.path(ofByte: offset)) }
        if let offset = message.firstUTF8Sequence {
            log.add(.utf8Undeclared, at: message.path(ofByte: offset))
        } else if let offset = message.firstMixedSequence {
            log.add(.charsetMixed, at: message.path(ofByte: offset))
        } else if let offset = message.firstMisreadAccent {
            return log.add(.charsetGuessed, at: message.path(ofByte: offset))
        }
        if let offset = message.firstWindowsByte { log.add(.windowsBytes, at: message.path(ofByte: offset)) }
    }

    private var pathOfEnd: String {
        let end = message.ranges.last.map { Int($0.end) } ?? 0
        return message.path(ofByte: max(end - 1, 0))
    }

    // MARK: - Who sends

    /// MSH-3 and MSH-4.
    private func readSender(_ lasting: inout MessageHeader.Lasting, _ log: inout FindingLog) {
        for number in 3...4 {
            var problems: TextProblems = []
            _ = wire.text(fields[number], &problems)
            if !problems.isEmpty { log.note(problems, at: "MSH-" + String(number)) }
        }
        let application = wire.components(fields[3])
        let facility = wire.components(fields[4])
        let isFINESS = isFINESS(facility[3])
        lasting.sending =
            ReportContent.Sending(
                application: text(application[1]) ?? text(application[2]),
                facility: isFINESS
                    ? text(wire.trimmed(facility[2])) ?? text(facility[1]) : text(facility[1]) ?? text(facility[2]),
                isLegalEntity: wire.equals(wire.trimmed(facility[3]), "M") && wire.hasValue(facility[2])
            ).shared
        lasting.sender = organisation(facility)
        lasting.sender?.noteSoundness()
    }

    /// The sender as an organisation: what MSH-4 says of it.
    private func organisation(_ facility: PartList) -> Organisation? {
        guard wire.hasValue(fields[4]) else { return nil }
        let name = text(facility[1])
        let number = text(wire.trimmed(facility[2]))
        let type = text(wire.trimmed(facility[3]))
        let isFINESS = isFINESS(facility[3])
        var organisation = Organisation()
        if let number, isFINESS {
            organisation.finess = FINESS.bare(number)
            organisation.name = name
        } else if type == nil, let number, number.utf8.count == 9, let finess = FINESS(number) {
            organisation.finess = finess.text
            organisation.name = name
        } else if number == nil, case let said = wire.trimmed(facility[1]), said.count == 9,
            let finess = FINESS(wire.text(said))
        {
            organisation.finess = finess.text
        } else {
            organisation.name = name
            if let number {
                organisation.identifiers = [Identifier(value: Personal(number), type: type)]
            }
        }
        return organisation
    }

    /// MSH-4.3 says that MSH-4.2 is a FINESS: of the geographical structure (N) or of the legal one (M).
    private func isFINESS(_ type: PartRange) -> Bool {
        let type = wire.trimmed(type)
        return wire.equals(type, "N") || wire.equals(type, "M")
    }
}
