/// The result of a row.
extension CSVCells {
    mutating func result(order: Int) -> Observation {
        var code = Coded(code: text("result_code"), text: text("result_code_text"))
        code.system = text("result_code_system")
        // Written by hand: a code that is LOINC by form and check digit is one.
        if !has("result_code_system"), let text = code.code, LOINC(text) != nil { code.system = "LN" }
        code.localCode = text("result_local_code")
        code.localText = text("result_local_text")
        code.localSystem = text("result_local_system")
        code.putStandardFirst()
        if code == Coded() { log.add(.observationCodeMissing, at: path("result_code")) }
        var result = Observation(orderIndex: order, code: code, status: status())
        result.subID = text("result_sub_id")
        result.unit = unit()
        result.range = text("result_range")
        result.interpretation = list("result_interpretation")
        result.observedAt = time("result_observed_at")
        result.analysedAt = time("result_analysed_at")
        result.method = coded("result_method")
        result.device = text("result_device")
        result.performer = organisation("result_performer")
        result.responsible = professional("result_responsible")
        result.notes = personals("result_notes")
        result.value = value()
        return result
    }

    /// Without a status nothing may be taken as final.
    private mutating func status() -> String {
        guard let text = text("result_status") else {
            log.add(.statusMissing, at: path("result_status"))
            return ""
        }
        let status = CSVWords.status(text)
        if !ResultStatus.codes.contains(status) { log.add(.statusUnknown, at: path("result_status")) }
        return status
    }

    /// The unit in its own columns, or what people see of it.
    private mutating func unit() -> Coded? {
        coded("result_unit") ?? text("result_unit").map { Coded(code: $0) }
    }

    private mutating func value() -> Observation.Value? {
        switch text("result_value_type").map({ String(decoding: FoldedName($0).bytes, as: UTF8.self) }) {
        case nil: return valueByForm()
        case "CODED": return coded("result_value").map { .coded($0) }
        case "NUMBER": return numberValue()
        case "STRUCTURED":
            return .structured(
                comparator: text("result_value_comparator"), first: personal("result_value_first"),
                separator: text("result_value_separator"), second: personal("result_value_second"))
        case "TEXT": return personal("result_value").map { .text($0) }
        case "TIME": return time("result_value").map { .time($0) }
        default:
            log.add(.csvWord, at: path("result_value_type"))
            return nil
        }
    }

    /// What is said to be a number and is none is a text, as in HL7.
    private mutating func numberValue() -> Observation.Value? {
        guard let text = text("result_value") else { return nil }
        let number = CSVCells.withPoint(text)
        if NumberForm.isNumber(number.utf8) { return .number(Personal(number)) }
        log.add(.numberForm, at: path("result_value"))
        return .text(Personal(text))
    }

    /// Nobody said what kind of value it is: a code where there is one, a number (also with a decimal comma), a comparator
    /// and a number, or text.
    private mutating func valueByForm() -> Observation.Value? {
        let text = text("result_value")
        if var coded = coded("result_value") {
            coded.text = coded.text ?? text
            return .coded(coded)
        }
        guard let text else { return nil }
        let number = CSVCells.withPoint(text)
        if DecimalText.json(for: number) != nil { return .number(Personal(number)) }
        for comparator in ["<=", ">=", "<", ">"] where number.hasPrefix(comparator) {
            let rest = String(decoding: number.utf8.dropFirst(comparator.utf8.count).drop { $0 == 0x20 }, as: UTF8.self)
            guard DecimalText.json(for: rest) != nil else { break }
            return .structured(comparator: comparator, first: Personal(rest), separator: nil, second: nil)
        }
        return .text(Personal(text))
    }

    /// `4,5` as `4.5`: the one comma of what is else digits, a sign or a comparator.
    private static func withPoint(_ text: String) -> String {
        let commas = text.utf8.count { $0 == UInt8(ascii: ",") }
        let isNumber = text.utf8.allSatisfy { byte in
            ASCIIDigit.isDigit(byte) || byte == UInt8(ascii: ",") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">")
                || byte == UInt8(ascii: "=") || byte == 0x20
        }
        guard commas == 1, isNumber else { return text }
        return String(
            decoding: text.utf8.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }, as: UTF8.self)
    }
}
