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
            try pair(&ratio, .ratio, ("numerator", "denominator"), of: &result)
        } else if var range = try reader.optionalObject("valueRange") {
            try pair(&range, .range, ("low", "high"), of: &result)
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
        // The text beside the parts is for people, and must say what they say; before, it said it without the unit, and of two
        // numbers with a dash as well.
        let label = result.value?.label(result.unit)
        guard case .structured = result.value, text?.text == label || text?.text == result.value?.label,
            result.value?.needsStructure == true || result.value?.pair?.separator == "-"
        else { throw JSONFailure(.wrongType, place: "valueString") }
    }

    /// A Ratio or a Range: two numbers, and the unit of both.
    private static func pair(
        _ reader: inout ObjectReader, _ form: Observation.Value.Pair, _ halves: (first: String, second: String),
        of result: inout Observation
    ) throws(JSONFailure) {
        let first = try half(&reader, halves.first, result.unit)
        let second = try half(&reader, halves.second, result.unit)
        try reader.end()
        result.value = .structured(
            comparator: nil, first: first.number, separator: form.separator, second: second.number)
        guard first.unit == second.unit, result.value?.pair?.separator == form.separator else {
            throw JSONFailure(.wrongType, place: "value")
        }
        result.unit = first.unit
    }

    private static func half(
        _ reader: inout ObjectReader, _ key: String, _ whole: Coded?
    ) throws(JSONFailure) -> (number: Personal, unit: Coded?) {
        var quantity = try reader.object(key)
        guard let text = try quantity.value("value").numberText else { throw JSONFailure(.wrongType, place: key) }
        return (Personal(text), try unit(&quantity, whole, isOptional: true))
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
        result.unit = try unit(&reader, result.unit, isOptional: false)
        guard result.value?.isQuantity == true else { throw JSONFailure(.wrongType, place: "valueQuantity") }
    }

    /// The unit of a quantity, which ends with it. One that stands whole in the extension has only its label here; where
    /// `isOptional`, as before in the halves of a ratio, not even that.
    private static func unit(
        _ reader: inout ObjectReader, _ whole: Coded?, isOptional: Bool
    ) throws(JSONFailure) -> Coded? {
        let label = try reader.optionalString("unit")
        let system = try reader.optionalString("system")
        let code = try reader.optionalString("code")
        try reader.end()
        if let whole {
            if isOptional, label == nil, system == nil, code == nil { return whole }
            guard !whole.fitsQuantity, label == whole.label, system == nil, code == nil else {
                throw JSONFailure(.wrongType, place: "valueQuantity.unit")
            }
            return whole
        }
        guard let code else {
            if system != nil { throw JSONFailure(.missingMember, place: "valueQuantity.code") }
            return label.map { Coded(code: $0) }
        }
        let unit = Coded(code: code, text: label, system: system.map { CodeSystem.name(forURI: $0) })
        // What was written of UCUM before its form was asked for stays readable.
        guard let system = unit.system, unit.fitsQuantity || unit.isMisnamedUnit, CodeSystem.uri(for: system).isExact
        else { throw JSONFailure(.wrongType, place: "valueQuantity.system") }
        return unit
    }
}
