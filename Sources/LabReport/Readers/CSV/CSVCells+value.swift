/// What was found, in the column that people see and in those that say it exactly: both must say the same.
extension CSVCells {
    /// The unit in its own columns, or what people see of it.
    mutating func unit() -> Coded? {
        let seen = text("result_unit")
        guard var unit = coded("result_unit") else { return seen.map { Coded(code: $0) } }
        if unit.isUnnamed { unit.code = seen }
        judge(seen, "result_unit", [unit.code, unit.text, unit.localCode, unit.localText])
        return unit
    }

    mutating func value() -> Observation.Value? {
        let type = text("result_value_type").map { String(decoding: FoldedName($0).bytes, as: UTF8.self) }
        judgeUnused(type)
        switch type {
        case nil: return hasPairs && !hasCode ? structuredValue() : valueByForm()
        case "CODED": return codedValue()
        case "NUMBER": return numberValue()
        case "STRUCTURED": return structuredValue()
        case "TEXT": return personal("result_value").map { .text($0) }
        case "TIME": return time("result_value").map { .time($0) }
        default:
            log.add(.csvWord, at: path("result_value_type"))
            return nil
        }
    }

    private static let codeColumns = ["code", "text", "local_code", "local_text"].map { "result_value_" + $0 }
    private static let pairColumns = ["comparator", "first", "separator", "second"].map { "result_value_" + $0 }

    private var hasCode: Bool { CSVCells.codeColumns.contains { isFilled($0) } }
    private var hasPairs: Bool { CSVCells.pairColumns.contains { isFilled($0) } }

    private func isFilled(_ column: String) -> Bool {
        guard let position = header.position(column), let cell = record.cells.element(at: position) else {
            return false
        }
        return cell.bytes.contains { $0 != 0x20 }
    }

    /// Columns that a value of that type does not use say something else than it.
    private mutating func judgeUnused(_ type: String?) {
        if type != nil, type != "CODED" { note(CSVCells.codeColumns) }
        if type == nil ? hasCode : type != "STRUCTURED" { note(CSVCells.pairColumns) }
    }

    private mutating func note(_ columns: [String]) {
        for column in columns where isFilled(column) { log.add(.csvValue, at: path(column)) }
    }

    /// What people see must be one of `exact`, however it is spaced and whatever its case.
    private mutating func judge(_ seen: String?, _ column: String, _ exact: [String?]) {
        guard let seen, !exact.contains(where: { $0.map { CSVCells.areSame($0, seen) } ?? false }) else { return }
        log.add(.csvValue, at: path(column))
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        let (one, other) = (one.utf8.filter { $0 != 0x20 }, other.utf8.filter { $0 != 0x20 })
        return one.elementsEqual(other) { $0 == $1 || isLetter($0) && $0 ^ $1 == 0x20 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    /// A code, with what people see as its words where it has none.
    private mutating func codedValue() -> Observation.Value? {
        let seen = text("result_value")
        guard var coded = coded("result_value") else { return nil }
        guard let seen else { return .coded(coded) }
        // Where there is a place for the words and a type, the empty place says that there are none.
        if coded.text == nil, !has("result_value_text") || !has("result_value_type") {
            coded.text = seen
            return .coded(coded)
        }
        // Another word for the same is no other value.
        let meaning = ResultMeaning(value: .text(Personal(seen)))
        if meaning == nil || meaning != ResultMeaning(value: .coded(coded)) {
            judge(seen, "result_value", [coded.text, coded.code, coded.localText, coded.localCode])
        }
        return .coded(coded)
    }

    /// The parts in columns of their own; without them what people see is taken apart.
    private mutating func structuredValue() -> Observation.Value? {
        let seen = text("result_value")
        if let seen, !hasPairs { return CSVCells.value(of: seen) }
        let value = Observation.Value.structured(
            comparator: text("result_value_comparator"), first: ungrouped("result_value_first"),
            separator: text("result_value_separator"), second: ungrouped("result_value_second"))
        judge(seen.map { CSVNumber.plain($0) }, "result_value", [value.label.map { CSVNumber.plain($0) }])
        return value
    }

    private mutating func ungrouped(_ column: String) -> Personal? {
        text(column).map { Personal(CSVNumber.ungrouped($0)) }
    }

    /// What is said to be a number and is none is a text, as in HL7.
    private mutating func numberValue() -> Observation.Value? {
        guard let text = text("result_value") else { return nil }
        let number = CSVNumber.plain(text)
        if NumberForm.isNumber(number.utf8) { return .number(Personal(number)) }
        log.add(.numberForm, at: path("result_value"))
        return .text(Personal(text))
    }

    /// Nobody said what kind of value it is: a code where there is one, a number (also with a decimal comma), a comparator
    /// and a number, or text.
    private mutating func valueByForm() -> Observation.Value? {
        if let coded = codedValue() { return coded }
        return text("result_value").map { CSVCells.value(of: $0) }
    }

    private static func value(of text: String) -> Observation.Value {
        let number = CSVNumber.plain(text)
        if DecimalText.json(for: number) != nil { return .number(Personal(number)) }
        for comparator in ["<=", ">=", "<", ">"] where number.hasPrefix(comparator) {
            let rest = String(decoding: number.utf8.dropFirst(comparator.utf8.count).drop { $0 == 0x20 }, as: UTF8.self)
            guard DecimalText.json(for: rest) != nil else { break }
            return .structured(comparator: comparator, first: Personal(rest), separator: nil, second: nil)
        }
        return .text(Personal(text))
    }
}
