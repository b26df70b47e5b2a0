import StrictJSON

/// Observations of others.
extension FHIRElements {
    /// The observation itself, without what it refers to.
    mutating func observation(_ json: JSON, order: Int, _ path: String) -> Observation {
        let code = concept(json["code"], path + ".code")
        if code == nil { log.add(.observationCodeMissing, at: path + ".code") }
        var result = Observation(orderIndex: order, code: code ?? Coded(), status: status(json, path))
        result.observedAt = moment(json, "effective", path)
        result.method = concept(json["method"], path + ".method")
        for note in objects(json, "note", path).prefix(1_000) {
            if let text = personal(note, "text", path + ".note") { result.notes.append(text) }
        }
        content(json, of: &result, path)
        return result
    }

    /// A component: a code and a value of its own.
    mutating func component(_ json: JSON, of result: inout Observation, _ path: String) {
        guard let code = concept(json["code"], path + ".code") else {
            return log.add(.observationCodeMissing, at: path + ".code")
        }
        result.code = code
        (result.value, result.unit, result.range) = (nil, nil, nil)
        result.interpretation = []
        content(json, of: &result, path)
    }

    /// Value, interpretation and reference range, which components have too.
    private mutating func content(_ json: JSON, of result: inout Observation, _ path: String) {
        value(json, of: &result, path)
        for flag in objects(json, "interpretation", path).prefix(50) {
            let codings = objects(flag, "coding", path + ".interpretation")
            if let code = string(codings.first, "code", path + ".interpretation") { result.interpretation.append(code) }
        }
        guard let range = objects(json, "referenceRange", path).first else { return }
        let low = range["low"]?["value"]?.numberText
        let high = range["high"]?["value"]?.numberText
        switch (string(range, "text", path + ".referenceRange"), low, high) {
        case (let text?, _, _): result.range = text
        case (nil, let low?, let high?): result.range = low + "-" + high
        case (nil, let low?, nil): result.range = ">=" + low
        case (nil, nil, let high?): result.range = "<=" + high
        case (nil, nil, nil): break
        }
    }

    /// Table 0085. Without a status nothing may be taken as final.
    private mutating func status(_ json: JSON, _ path: String) -> String {
        switch string(json, "status", path) {
        case "final": return "F"
        case "corrected", "amended": return "C"
        case "preliminary": return "P"
        case "registered": return "I"
        case "cancelled": return "X"
        case "entered-in-error": return "D"
        case nil: log.add(.statusMissing, at: path + ".status")
        default: log.add(.statusUnknown, at: path + ".status")
        }
        return ""
    }

    private mutating func value(_ json: JSON, of result: inout Observation, _ path: String) {
        if let coded = concept(json["valueCodeableConcept"], path + ".valueCodeableConcept") {
            result.value = .coded(coded)
        } else if let quantity = json["valueQuantity"] {
            self.quantity(quantity, of: &result, path + ".valueQuantity")
        } else if let text = personal(json, "valueString", path) ?? personal(json, "valueTime", path) {
            result.value = .text(text)
        } else if let time = time(json, "valueDateTime", path) {
            result.value = .time(time)
        } else if let number = json["valueInteger"]?.numberText {
            result.value = .number(Personal(number))
        } else if let truth = json["valueBoolean"]?.bool {
            result.value = .coded(Coded(code: truth ? "Y" : "N", system: "HL70136"))
        } else if let ratio = json["valueRatio"] {
            pair(ratio["numerator"], ratio["denominator"], separator: ":", of: &result, path + ".valueRatio")
        } else if let range = json["valueRange"] {
            pair(range["low"], range["high"], separator: "-", of: &result, path + ".valueRange")
        }
        // One value at most, and none that would be passed over in silence.
        let said = (json.members ?? []).filter { $0.name.hasPrefix("value") }
        if said.count > 1 || said.contains(where: { !FHIRElements.valueNames.contains($0.name) }) {
            log.add(.fhirValue, at: path + ".value[x]")
        }
    }

    private static let valueNames: Set<String> = [
        "valueCodeableConcept", "valueQuantity", "valueString", "valueTime", "valueDateTime", "valueInteger",
        "valueBoolean", "valueRatio", "valueRange",
    ]

    private mutating func quantity(_ json: JSON, of result: inout Observation, _ path: String) {
        guard let number = json["value"]?.numberText else {
            if json["value"] != nil { log.add(.fhirElement, at: path + ".value") }
            return
        }
        if let comparator = string(json, "comparator", path) {
            result.value = .structured(comparator: comparator, first: Personal(number), separator: nil, second: nil)
        } else {
            result.value = .number(Personal(number))
        }
        let label = string(json, "unit", path)
        let system = string(json, "system", path).map { CodeSystem.name(forURI: $0) }
        if let code = string(json, "code", path) {
            result.unit = Coded(code: code, text: label == code ? nil : label, system: system)
        } else if let label {
            result.unit = Coded(code: label)
        }
    }

    /// Two numbers: a titre, a range.
    private mutating func pair(
        _ first: JSON?, _ second: JSON?, separator: String, of result: inout Observation, _ path: String
    ) {
        guard let one = first?["value"]?.numberText else { return log.add(.fhirElement, at: path) }
        guard let two = second?["value"]?.numberText else {
            // One number only, which some programs write as half a pair.
            if let first { quantity(first, of: &result, path) }
            return
        }
        result.value = .structured(
            comparator: string(first, "comparator", path), first: Personal(one), separator: separator,
            second: Personal(two))
        result.unit = string(second, "unit", path).map { Coded(code: $0) }
    }
}
