import StrictJSON

extension FHIRBundleReader {
    /// The value, and the unit where a quantity holds it. `structured` are the parts of an SN value that stand apart.
    static func value(
        _ reader: inout ObjectReader, _ structured: ObjectReader?, of result: inout Observation
    ) throws(JSONFailure) {
        if let coded = try reader.concept("valueCodeableConcept") {
            result.value = .coded(coded)
        } else if let time = try reader.time("valueDateTime") {
            result.value = .time(time)
        } else if var quantity = try reader.optionalObject("valueQuantity") {
            try self.quantity(&quantity, of: &result)
        } else if var ratio = try reader.optionalObject("valueRatio") {
            let first = try number(&ratio, "numerator")
            let second = try number(&ratio, "denominator")
            try ratio.end()
            result.value = .structured(comparator: nil, first: first, separator: ":", second: second)
        }
        let text = try reader.personal("valueString")
        if let text {
            guard result.value == nil else { throw JSONFailure(.tooManyMembers, place: "value") }
            result.value = .text(text)
        }
        guard var structured else { return }
        var parts = try FHIRExtensions(&structured)
        try structured.end()
        result.value = .structured(
            comparator: try parts.string("comparator", "valueString"),
            first: try parts.string("first", "valueString").map { Personal($0) },
            separator: try parts.string("separator", "valueString"),
            second: try parts.string("second", "valueString").map { Personal($0) })
        try parts.end()
        // The text beside the parts is for people, and must say what they say.
        guard result.value?.needsStructure == true, result.value?.label == text?.text else {
            throw JSONFailure(.wrongType, place: "valueString")
        }
    }

    private static func number(_ reader: inout ObjectReader, _ key: String) throws(JSONFailure) -> Personal {
        var quantity = try reader.object(key)
        guard let text = try quantity.value("value").numberText else { throw JSONFailure(.wrongType, place: key) }
        try quantity.end()
        return Personal(text)
    }

    private static func quantity(_ reader: inout ObjectReader, of result: inout Observation) throws(JSONFailure) {
        var extensions = try FHIRExtensions(&reader)
        let written = try extensions.string(FHIRName.numberText, "valueString")
        try extensions.end()
        let number = reader.optionalValue("value")
        guard let text = written ?? number?.numberText else {
            throw JSONFailure(.wrongType, place: "valueQuantity.value")
        }
        let decimal = DecimalText.json(for: text)
        guard number?.numberText == decimal?.text, (number == nil) == (decimal == nil),
            (decimal?.isExact == true) == (written == nil)
        else { throw JSONFailure(.wrongType, place: "valueQuantity.value") }
        if let comparator = try reader.optionalString("comparator") {
            result.value = .structured(comparator: comparator, first: Personal(text), separator: nil, second: nil)
        } else {
            result.value = .number(Personal(text))
        }
        let label = try reader.optionalString("unit")
        let system = try reader.optionalString("system")
        let code = try reader.optionalString("code")
        try reader.end()
        guard result.value?.isQuantity == true else { throw JSONFailure(.wrongType, place: "valueQuantity") }
        // A unit that stands whole in the extension has only its label here.
        if let whole = result.unit {
            guard !whole.fitsQuantity, label == whole.label, system == nil, code == nil else {
                throw JSONFailure(.wrongType, place: "valueQuantity.unit")
            }
        } else if let code {
            let unit = Coded(code: code, text: label, system: system.map { CodeSystem.name(forURI: $0) })
            guard let system = unit.system, unit.fitsQuantity, CodeSystem.uri(for: system).isExact else {
                throw JSONFailure(.wrongType, place: "valueQuantity.system")
            }
            result.unit = unit
        } else if let label, system == nil {
            result.unit = Coded(code: label)
        } else if system != nil {
            throw JSONFailure(.missingMember, place: "valueQuantity.code")
        }
    }
}
