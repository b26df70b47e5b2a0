import HL7

/// The form of segments: how wide their fields are, how they are numbered.
extension ReportBuilder {
    /// Refuses a segment in which a field has more parts than any sender can mean: such fields only exist to be slow. A
    /// field of nothing but separators is empty, however long.
    mutating func checkWidth(_ segment: PartRange) {
        guard segment.count > FieldWidth.widest else { return }
        var width = FieldWidth(wire.dialect.delimiters)
        var number = 0
        for byte in wire.bytes(of: segment) {
            if byte == width.delimiters.field {
                judge(width, number)
                judgeLength(width, number)
                number += 1
                width.clear()
            } else {
                width.take(byte)
            }
            if log.holds, width.isTooWide { break }
        }
        judge(width, number)
        judgeLength(width, number)
    }

    /// What is no text of a result or note is repeated with each result in tables and messages that are written of it.
    private mutating func judgeLength(_ width: FieldWidth, _ number: Int) {
        guard width.length > ReportBuilder.longestField, width.hasValue, number > 0 else { return }
        if segment.isLocal && segment != .zor { return }
        if segment == .obx && number == 5 || segment == .nte { return }
        log.add(.fieldTooLong, at: path(number))
    }

    private mutating func judge(_ width: FieldWidth, _ number: Int) {
        // Field 2 of a header, and the name before the first separator, are no fields.
        guard number > 0, width.hasValue else { return }
        if width.isTooWide {
            log.add(.fieldTooWide, at: path(number))
        } else if width.mostComponents > FieldWidth.components || width.mostSubcomponents > FieldWidth.subcomponents {
            log.add(.fieldExtraParts, at: path(number))
        }
    }

    /// Refuses a segment in which another one begins, because its end was lost; tells fields that the segment has in no version of HL7.
    mutating func judgeEnd(of segment: PartRange) {
        if fields.placeOfSegment(in: wire, segment) != nil { log.add(.segmentInside, at: path(0)) }
        if let most = ReportBuilder.mostFields(of: self.segment),
            let number = fields.firstField(behind: most, in: wire, segment)
        {
            log.add(.segmentExtraFields, at: path(number))
        }
    }

    /// Fields of MSH, and of a segment of that name, in HL7 2.9, which has more than any version before it; nil for one that is not judged.
    static let mostHeaderFields = 28
    private static func mostFields(of name: SegmentName) -> Int? {
        switch name {
        case .obx: 33
        case .obr: 55
        case .orc: 38
        case .nte: 9
        case .pid: 40
        case .spm: 35
        case .pv1: 54
        default: nil
        }
    }

    /// Bytes of a field that is no text.
    static let longestField = 65_536

    /// Results of one patient in one message: what is held in memory at once depends on it.
    static let mostResults = 15_000
    /// Orders of one patient in one message, and as many specimens: each takes more memory than a result.
    static let mostOrders = 5_000
    /// Lines of notes of one patient in one message: a recipient takes a few more in one list.
    static let mostNoteLines = 50_000
    /// Patients of one message.
    static let mostPatients = 10_000
    /// Given names of one person.
    static let mostGivenNames = 100

    /// Whether the patient has as many orders or specimens as are read: then nothing more of this patient is, and it is held.
    /// What was taken is read whole.
    mutating func isFull(_ count: Int) -> Bool {
        guard count >= ReportBuilder.mostOrders, !log.isOfTaken else { return false }
        if !isStopped { log.add(.tooManyResults, at: path(1)) }
        isStopped = true
        return true
    }

    /// OBX-1 is a number that no other result of the order has; what goes wrong with it costs no result.
    mutating func checkSetID() {
        let number = wire.trimmed(fields[1])
        guard !number.isEmpty else { return }
        let digits = wire.bytes(of: number)
        // The usual number has one digit, and is not the one before.
        if digits.count == 1, ASCIIDigit.isDigit(digits[0]), lastSetID.isEmpty || !wire.equals(number, lastSetID) {
            lastSetID = number
            return
        }
        let isNumber = digits.count <= 9 && digits.allSatisfy(ASCIIDigit.isDigit)
        if !isNumber || wire.equals(number, lastSetID) { log.add(.setID, at: path(1)) }
        lastSetID = number
    }
}
