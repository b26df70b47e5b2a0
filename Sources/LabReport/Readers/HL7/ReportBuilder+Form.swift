import HL7

/// The form of segments: how wide their fields are, how they are numbered.
extension ReportBuilder {
    /// Refuses a segment in which a field has more parts than any sender can mean: such fields only exist to be slow. A
    /// field of nothing but separators is empty, however long.
    mutating func checkWidth(_ segment: PartRange) {
        guard segment.count > ReportBuilder.widestField else { return }
        var width = FieldWidth(wire.dialect.delimiters)
        var number = 0
        for byte in wire.bytes(of: segment) {
            if byte == width.delimiters.field {
                judge(width, number)
                number += 1
                width.clear()
            } else {
                width.take(byte)
            }
            if log.holds, width.most >= ReportBuilder.widestField, width.hasValue { break }
        }
        judge(width, number)
    }

    private mutating func judge(_ width: FieldWidth, _ number: Int) {
        // Field 2 of a header, and the name before the first separator, are no fields.
        guard number > 0, width.hasValue else { return }
        if width.most >= ReportBuilder.widestField {
            log.add(.fieldTooWide, at: path(number))
        } else if width.mostComponents > FieldWidth.components || width.mostSubcomponents > FieldWidth.subcomponents {
            log.add(.fieldExtraParts, at: path(number))
        }
    }

    /// Repetitions of a field, components of a repetition, subcomponents of a component.
    static let widestField = 1_000

    /// Results of one patient in one message: what is held in memory at once depends on it.
    static let mostResults = 15_000

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

/// How many parts a field has.
private struct FieldWidth {
    /// No data type has more.
    static let components = 30
    static let subcomponents = 12

    let delimiters: Delimiters
    private(set) var hasValue = false
    private(set) var mostComponents = 1
    private(set) var mostSubcomponents = 1
    private var repetitions = 1
    private var components = 1
    private var subcomponents = 1

    init(_ delimiters: Delimiters) {
        self.delimiters = delimiters
    }

    var most: Int { max(repetitions, mostComponents, mostSubcomponents) }

    mutating func clear() { self = FieldWidth(delimiters) }

    mutating func take(_ byte: UInt8) {
        if byte == delimiters.repetition {
            repetitions += 1
            components = 1
            subcomponents = 1
        } else if byte == delimiters.component {
            components += 1
            subcomponents = 1
            mostComponents = max(mostComponents, components)
        } else if byte == delimiters.subcomponent {
            subcomponents += 1
            mostSubcomponents = max(mostSubcomponents, subcomponents)
        } else if byte != 0x20 {
            hasValue = true
        }
    }
}
