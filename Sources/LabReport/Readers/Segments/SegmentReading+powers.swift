import HL7

/// Units and texts in which a caret makes a power and was not escaped.
extension SegmentReading where Self: ~Copyable {
    /// The unit in a field that has such a caret, which is told; nil where it has none, and is read as any code is.
    mutating func unitWithPower(_ whole: PartRange, _ field: Int) -> Coded? {
        let delimiters = wire.dialect.delimiters
        let bytes = wire.bytes(of: whole)
        guard PowerCaret.isSeparator(delimiters), PowerCaret.isFound(in: bytes, isUnit: true) else { return nil }
        log.add(.powerCaret, at: path(field))
        var parts: [PartRange] = []
        var start = 0
        var position = 0
        while position < bytes.count {
            let byte = bytes[position]
            let isPart = byte == delimiters.component || byte == delimiters.repetition
            if isPart, !PowerCaret.stands(at: position, in: bytes, isUnit: true) {
                parts.append(PartRange(Int(whole.start) + start, Int(whole.start) + position))
                start = position + 1
                if byte == delimiters.repetition || parts.count == 6 { break }
            }
            position += 1
        }
        if position == bytes.count {
            parts.append(PartRange(Int(whole.start) + start, Int(whole.end)))
        } else if wire.hasValue(PartRange(Int(whole.start) + start, Int(whole.end))) {
            log.add(.repetitionDropped, at: path(field))
        }
        func part(_ index: Int) -> PartRange { parts.element(at: index) ?? .nothing }
        var unit = Coded(code: code(part(0), field), text: text(part(1), field), system: code(part(2), field))
        unit.localCode = code(part(3), field)
        unit.localText = text(part(4), field)
        unit.localSystem = code(part(5), field)
        unit.putStandardFirst()
        return unit
    }

    /// Whether a field whose repetitions carets part has one that does not.
    func hasPower(_ whole: PartRange) -> Bool {
        wire.dialect.delimiters.repetition == PowerCaret.byte
            && PowerCaret.isFound(in: wire.bytes(of: whole), isUnit: false)
    }

    /// `line`, a repetition of `whole`, with those behind it that such a caret parts from it.
    mutating func extended(_ line: PartRange, _ steps: inout PartSteps, of whole: PartRange) -> PartRange {
        var line = line
        let bytes = wire.bytes(of: whole)
        while line.end < whole.end, PowerCaret.stands(at: Int(line.end - whole.start), in: bytes, isUnit: false),
            let next = wire.next(&steps)
        {
            line = PartRange(Int(line.start), Int(next.end))
        }
        return line
    }
}
