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
        } else if value.isRatio, let first, let second {
            json.key("valueRatio")
            json.beginObject()
            json.key("numerator")
            part(first, &json)
            json.key("denominator")
            part(second, &json)
            json.endObject()
        } else {
            // For people; the parts stand in the extension.
            json.member("valueString", value.label)
        }
    }

    private func part(_ text: String, _ json: inout JSONWriter) {
        json.beginObject()
        json.key("value")
        json.number(text: text)
        json.endObject()
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

    /// Written as a Ratio: two decimal numbers and a colon between them.
    var isRatio: Bool {
        guard case .structured(nil, let first?, ":", let second?) = self else { return false }
        return DecimalText.json(for: first.text)?.isExact == true && DecimalText.json(for: second.text)?.isExact == true
    }

    /// An SN value as people read it: `>=20`, `10-20`.
    var label: String? {
        guard case .structured(let comparator, let first, let separator, let second) = self else { return nil }
        return (comparator ?? "") + (first?.text ?? "") + (separator ?? "") + (second?.text ?? "")
    }

    /// An SN value whose parts must stand in an extension.
    var needsStructure: Bool {
        guard case .structured = self else { return false }
        return !isQuantity && !isRatio
    }
}

extension Coded {
    /// A Quantity can say it: a code alone (as its unit), or a code and its system, perhaps with a text.
    var fitsQuantity: Bool {
        guard code.isFilled, !localCode.isFilled, !localText.isFilled, !localSystem.isFilled else { return false }
        guard let system, !system.isEmpty else { return !text.isFilled }
        return CodeSystem.uri(for: system).isExact
    }

    /// What to show people.
    var label: String? {
        [text, code, localText, localCode].first { $0.isFilled } ?? nil
    }
}
