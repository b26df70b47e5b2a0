import StrictJSON

extension FHIRBundleWriter {
    /// The one member `value…` that fits. The laboratory's number text is kept digit by digit.
    func value(_ value: Observation.Value, _ unit: Coded?, _ json: inout JSONWriter) {
        switch value {
        case .coded(let coded): concept("valueCodeableConcept", coded, &json)
        case .text(let text): json.member("valueString", text)
        case .time(let time): json.member("valueDateTime", beside: "_valueDateTime", time)
        case .number(let number):
            guard !number.text.isEmpty else { return }
            json.key("valueQuantity")
            quantity(number.text, comparator: nil, unit, &json)
        case .structured(let comparator, let first, _, let second):
            structured(comparator, first?.text, second?.text, value, unit, &json)
        }
    }

    private func structured(
        _ comparator: String?, _ first: String?, _ second: String?, _ value: Observation.Value, _ unit: Coded?,
        _ json: inout JSONWriter
    ) {
        if value.isQuantity, let first {
            json.key("valueQuantity")
            quantity(first, comparator: comparator, unit, &json)
        } else if let pair = value.pair, let first, let second {
            json.key(pair.value)
            json.beginObject()
            json.key(pair.first)
            quantity(first, comparator: nil, unit, &json)
            json.key(pair.second)
            quantity(second, comparator: nil, unit, &json)
            json.endObject()
        } else {
            // For people; the parts and the unit stand in extensions.
            json.member("valueString", value.label(unit))
        }
    }

    private func quantity(_ text: String, comparator: String?, _ unit: Coded?, _ json: inout JSONWriter) {
        let number = DecimalText.json(for: text)
        json.beginObject()
        if number?.isExact != true {
            var isOpen = false
            json.extension(FHIRName.numberText, &isOpen, "valueString", text)
            json.endExtensions(isOpen)
        }
        if let number {
            json.key("value")
            json.number(text: number.text)
        }
        json.member("comparator", comparator)
        if let unit, !unit.isBlank {
            if unit.fitsQuantity, unit.system.isFilled {
                json.member("unit", unit.text)
                json.member("system", unit.system.map { CodeSystem.uri(for: $0).uri })
                json.member("code", unit.code)
            } else {
                // Whoever reads only the quantity still sees its unit; FHIR allows no code without its system.
                json.member("unit", unit.fitsQuantity ? unit.code : unit.label)
            }
        }
        json.endObject()
    }
}

extension Observation.Value {
    /// Written as a Quantity: a number, or a comparator that FHIR has and one decimal number.
    var isQuantity: Bool {
        switch self {
        case .number(let number): return !number.text.isEmpty
        case .structured(let comparator?, let first?, nil, nil):
            return ["<", "<=", ">=", ">"].contains(comparator) && DecimalText.json(for: first.text) != nil
        case .structured, .coded, .text, .time: return false
        }
    }

    /// What a value of two numbers is called in FHIR, and its halves.
    struct Pair {
        let value: StaticString
        let first: StaticString
        let second: StaticString
        let separator: String

        static let ratio = Pair(value: "valueRatio", first: "numerator", second: "denominator", separator: ":")
        static let range = Pair(value: "valueRange", first: "low", second: "high", separator: "-")
    }

    /// Written as a Ratio or a Range: two decimal numbers, and a colon between them, or a dash where the first is not the greater
    /// one (R4, rng-2). The unit is that of both numbers.
    var pair: Pair? {
        guard case .structured(nil, let first?, let separator?, let second?) = self,
            DecimalText.json(for: first.text)?.isExact == true, DecimalText.json(for: second.text)?.isExact == true
        else { return nil }
        switch separator {
        case ":": return .ratio
        case "-": return DecimalText.isGreater(first.text, than: second.text) ? nil : .range
        default: return nil
        }
    }

    /// Written in a form that has a place for the unit.
    var holdsUnit: Bool { isQuantity || pair != nil }

    /// An SN value as people read it: `>=20`, `10-20`. Parts that do not go together stay apart, as they were sent: `^3^^5` must
    /// not become 35.
    var label: String? {
        guard case .structured(let comparator, let first, let separator, let second) = self else { return nil }
        let glue = NumberForm.goTogether(comparator, first, separator, second) ? "" : "^"
        var label = ""
        var missing = ""
        for part in [comparator, first?.text, separator, second?.text] {
            if let part {
                label += missing + part
                missing = ""
            }
            missing += glue
        }
        return label
    }

    /// The same with its unit behind it: `<>20 mg/L`.
    func label(_ unit: Coded?) -> String? {
        guard let label, let name = unit?.label else { return label }
        return label + " " + name
    }

    /// An SN value whose parts must stand in an extension.
    var needsStructure: Bool {
        guard case .structured = self else { return false }
        return !holdsUnit
    }
}

extension Coded {
    /// A Quantity can say it: a code alone (as its unit), or a code and its system, perhaps with a text.
    var fitsQuantity: Bool {
        guard code.isFilled, !localCode.isFilled, !localText.isFilled, !localSystem.isFilled else { return false }
        guard let system, !system.isEmpty else { return !text.isFilled }
        return CodeSystem.uri(for: system).isExact && !isMisnamedUnit
    }

    /// Said to be of UCUM, without its form: whoever computes with units would take it for another one, or for none.
    var isMisnamedUnit: Bool {
        guard let code, !code.isEmpty, let system, CodeSystem.isUCUM(system) else { return false }
        return !UCUMForm.isUnit(code) || UCUMForm.isMistaken(code)
    }

    /// What to show people.
    var label: String? {
        [text, code, localText, localCode].first { $0.isFilled } ?? nil
    }
}
