import LabReport

/// What observations say: `value`.
extension DocumentBuilder {
    /// The values of an observation, each with its unit. A value that the document says is absent is none.
    mutating func values(of observation: XMLElement) -> [(value: Observation.Value, unit: Coded?)] {
        var values: [(value: Observation.Value, unit: Coded?)] = []
        for element in some("value", of: observation) {
            guard let value = value(element) else { continue }
            values.append(value)
        }
        if observation.isNull, !values.isEmpty { note(.valueNull, observation) }
        if values.count > 1 { note(.valueRepeated, observation) }
        return values
    }

    private mutating func value(_ element: XMLElement) -> (value: Observation.Value, unit: Coded?)? {
        switch element.dataType {
        case "PQ", "INT", "REAL", "MO":
            // A number beside the word that it is not known: nobody can tell which of both holds.
            if element.isNull {
                if element.words("value") != nil { note(.valueNull, element) }
                return nil
            }
            if element.first("translation") != nil { noteOnce(.secondUnit, element) }
            return number(element).map { ($0, unit(element) ?? element.words("currency").map { Coded(code: $0) }) }
        case "IVL_PQ", "IVL_INT", "IVL_REAL":
            let value = interval(element)
            if element.isNull, value != nil { note(.valueNull, element) }
            return value
        case "RTO", "RTO_PQ_PQ", "RTO_INT_INT", "RTO_QTY_QTY": return ratio(element)
        case "CD", "CE", "CV", "CO", "CS", "SC": return concept(element).map { ($0, nil) }
        case "ST", "ED": return words(element).map { ($0, nil) }
        case "TS", "IVL_TS": return instant(element).map { ($0, nil) }
        case "BL": return truth(element).map { ($0, nil) }
        default:
            if element.isNull, element.dataType == nil { return nil }
            note(.valueKind, element)
            return nil
        }
    }

    /// A truth value is a code of table 0136, as FHIR's is.
    private func truth(_ element: XMLElement) -> Observation.Value? {
        switch element.words("value") {
        case "true", "1": .coded(Coded(code: "Y", system: "HL70136"))
        case "false", "0": .coded(Coded(code: "N", system: "HL70136"))
        case let other: other.map { .text(Personal($0)) }
        }
    }

    private mutating func number(_ element: XMLElement) -> Observation.Value? {
        guard let text = element.words("value") else { return nil }
        if NumberForm.isNumber(text.utf8) { return .number(Personal(text)) }
        note(.valueNumber, element)
        return .text(Personal(text))
    }

    /// The unit of a physical quantity is UCUM by definition.
    private func unit(_ element: XMLElement?) -> Coded? {
        element?.words("unit").map { Coded(code: $0, system: "UCUM") }
    }

    struct Bound {
        var text: String
        var unit: String?
        var isInclusive: Bool
    }

    mutating func bound(_ element: XMLElement?) -> Bound? {
        guard let element, let text = element.words("value") else { return nil }
        if !NumberForm.isNumber(text.utf8) { note(.valueNumber, element) }
        return Bound(
            text: text, unit: element.words("unit"), isInclusive: element.attribute("inclusive") != "false")
    }

    /// `<20` has only its upper bound, `100-200` both.
    private mutating func interval(_ element: XMLElement) -> (value: Observation.Value, unit: Coded?)? {
        let bounds = (low: bound(element.first("low")), high: bound(element.first("high")))
        let places = [element.first("low"), element.first("high"), element.first("center"), element]
        let unit = places.compactMap { self.unit($0) }.first
        if element.first("width") != nil {
            note(.valueKind, element)
            return nil
        }
        switch bounds {
        case (nil, nil): return number(element.first("center") ?? element).map { ($0, unit) }
        case (let low?, nil):
            let sign = low.isInclusive ? ">=" : ">"
            return (.structured(comparator: sign, first: Personal(low.text), separator: nil, second: nil), unit)
        case (nil, let high?):
            let sign = high.isInclusive ? "<=" : "<"
            return (.structured(comparator: sign, first: Personal(high.text), separator: nil, second: nil), unit)
        case (let low?, let high?):
            guard low.unit == high.unit || high.unit == nil else {
                return (.text(Personal(DocumentBuilder.text(low, high, unit: nil) ?? "")), nil)
            }
            guard low.isInclusive, high.isInclusive else {
                let text = (low.isInclusive ? ">=" : ">") + low.text + " " + (high.isInclusive ? "<=" : "<") + high.text
                return (.text(Personal(text + (unit?.code.map { " " + $0 } ?? ""))), nil)
            }
            let value = Observation.Value.structured(
                comparator: nil, first: Personal(low.text), separator: "-", second: Personal(high.text))
            return (value, unit)
        }
    }

    /// A titre such as `1:40`, or a ratio of quantities.
    private mutating func ratio(_ element: XMLElement) -> (value: Observation.Value, unit: Coded?)? {
        guard let top = bound(element.first("numerator")), let bottom = bound(element.first("denominator")) else {
            return nil
        }
        if (top.unit ?? "1") == "1", (bottom.unit ?? "1") == "1" {
            let value = Observation.Value.structured(
                comparator: nil, first: Personal(top.text), separator: ":", second: Personal(bottom.text))
            return (value, nil)
        }
        let parts = [top, bottom].map { bound in bound.text + (bound.unit.map { " " + $0 } ?? "") }
        return (.text(Personal(parts.joined(separator: " / "))), nil)
    }

    /// A concept; one that has no code is what it was called, as text: it may say anything.
    private mutating func concept(_ element: XMLElement) -> Observation.Value? {
        guard let coded = coded(element) else {
            return XMLElement.collapsed(element.ownText.utf8).map { .text(Personal($0)) }
        }
        guard coded.code != nil else { return coded.text.map { .text(Personal($0)) } }
        return .coded(coded)
    }

    private mutating func words(_ element: XMLElement) -> Observation.Value? {
        if element.attribute("representation") == "B64" {
            noteOnce(.valueMedia, element)
            return nil
        }
        return text(of: element).map { .text(Personal($0)) }
    }

    private mutating func instant(_ element: XMLElement) -> Observation.Value? {
        if let time = moment(element, "low", orElse: .observationEffectiveTime) { return .time(time) }
        return nil
    }
}
