import StrictJSON

/// Observations of others.
extension FHIRElements {
    /// The observation itself, without what it refers to.
    mutating func observation(_ json: JSONView, order: Int, _ path: String) -> Observation {
        let code = concept(json["code"], path + ".code")
        if code == nil { log.add(.observationCodeMissing, at: path + ".code") }
        var result = Observation(orderIndex: order, code: code ?? Coded(), status: status(json, path))
        result.observedAt = moment(json, "effective", path)
        result.method = concept(json["method"], path + ".method")
        for note in some(json, "note", path, atMost: 1_000) {
            if let text = personal(note, "text", path + ".note") { result.notes.append(text) }
        }
        // Of STU3, in the place of a note.
        if let comment = personal(json, "comment", path) { result.notes.append(comment) }
        content(json, of: &result, path)
        return result
    }

    /// A component: a code and a value of its own.
    mutating func component(_ json: JSONView, of result: inout Observation, _ path: String) {
        guard let code = concept(json["code"], path + ".code") else {
            return log.add(.observationCodeMissing, at: path + ".code")
        }
        result.code = code
        (result.value, result.unit, result.range) = (nil, nil, nil)
        result.interpretation = []
        content(json, of: &result, path)
    }

    /// Value, interpretation and reference range, which components have too.
    private mutating func content(_ json: JSONView, of result: inout Observation, _ path: String) {
        value(json, of: &result, path)
        absence(json, of: &result, path)
        for flag in some(json, "interpretation", path) { interpret(flag, &result, path + ".interpretation") }
        result.range = range(objects(json, "referenceRange", path), of: result, path + ".referenceRange")
    }

    /// Why there is no value: a note, unless it only groups others. Beside a value it contradicts it.
    private mutating func absence(_ json: JSONView, of result: inout Observation, _ path: String) {
        guard let reason = json["dataAbsentReason"] else { return }
        let place = path + ".dataAbsentReason"
        if result.value != nil {
            log.add(.valueNull, at: place)
        } else if json["component"] == nil, json["hasMember"] == nil, let words = words(of: reason, place) {
            result.notes.append(Personal(words))
        }
    }

    /// One interpretation. Its words may say anything: without a code they are a note, and so is a code of another system that looks
    /// like one of the table, where nothing says it in words.
    private mutating func interpret(_ flag: JSONView, _ result: inout Observation, _ path: String) {
        let codings = some(flag, "coding", path)
        var codes: [String] = []
        var strangers: [String] = []
        for coding in codings {
            guard let code = string(coding, "code", path) else { continue }
            let meant = InterpretationSystem.code(code, of: string(coding, "system", path))
            if let meant { codes.append(meant) } else { strangers.append(code) }
        }
        let words = [string(flag, "text", path)].compactMap { $0 } + codings.compactMap { string($0, "display", path) }
        let found = InterpretationForm.codes(among: codes, words: words)
        result.interpretation += found
        if strangers.contains(where: { !found.contains($0) }) { log.add(.interpretationCode, at: path) }
        if found.isEmpty, let said = words.first ?? strangers.first { result.notes.append(Personal(said)) }
    }

    /// Table 0085. Without a status nothing may be taken as final.
    private mutating func status(_ json: JSONView, _ path: String) -> String {
        switch string(json, "status", path) {
        case "final": return "F"
        case "corrected", "amended": return "C"
        case "preliminary": return "P"
        case "registered": return "I"
        case "cancelled": return "X"
        case "entered-in-error": return "D"
        // R4: the sender does not know which one applies. That is no more than none.
        case nil, "unknown": log.add(.statusMissing, at: path + ".status")
        default: log.add(.statusUnknown, at: path + ".status")
        }
        return ""
    }

    private mutating func value(_ json: JSONView, of result: inout Observation, _ path: String) {
        if let coded = concept(json["valueCodeableConcept"], path + ".valueCodeableConcept") {
            result.value = .coded(coded)
        } else if let quantity = json["valueQuantity"] {
            self.quantity(quantity, of: &result, path + ".valueQuantity")
            if result.value == nil, json["dataAbsentReason"] == nil, !FHIRElements.saysWhyAbsent(quantity) {
                log.add(.fhirElement, at: path + ".valueQuantity")
            }
        } else if let text = personal(json, "valueString", path) ?? personal(json, "valueTime", path) {
            result.value = .text(text)
        } else if let time = time(json, "valueDateTime", path) {
            result.value = .time(time)
        } else if let integer = json["valueInteger"] {
            guard let number = integer.plainNumber else { return log.add(.fhirElement, at: path + ".valueInteger") }
            result.value = .number(Personal(number))
        } else if let boolean = json["valueBoolean"] {
            guard let truth = boolean.bool else { return log.add(.fhirElement, at: path + ".valueBoolean") }
            result.value = .coded(Coded(code: truth ? "Y" : "N", system: "HL70136"))
        } else if let ratio = json["valueRatio"] {
            self.ratio(ratio, of: &result, path + ".valueRatio")
        } else if let range = json["valueRange"] {
            bounds(range, of: &result, path + ".valueRange")
        }
        // One value at most, and none that would be passed over in silence.
        let said = (json.memberNames ?? []).filter { $0.hasPrefix("value") }
        if said.count > 1 || said.contains(where: { !FHIRElements.valueNames.contains($0) }) {
            log.add(.fhirValue, at: path + ".value[x]")
        }
    }

    private static let valueNames: Set<String> = [
        "valueCodeableConcept", "valueQuantity", "valueString", "valueTime", "valueDateTime", "valueInteger",
        "valueBoolean", "valueRatio", "valueRange",
    ]

    /// A number that is not there has an extension in its place, or its quantity has.
    private static func saysWhyAbsent(_ quantity: JSONView) -> Bool {
        quantity["_value"] != nil || quantity["extension"] != nil
    }

    mutating func quantity(_ json: JSONView, of result: inout Observation, _ path: String) {
        guard let number = json["value"]?.plainNumber else {
            if json["value"] != nil { log.add(.fhirElement, at: path + ".value") }
            return
        }
        if let comparator = string(json, "comparator", path) {
            result.value = .structured(comparator: comparator, first: Personal(number), separator: nil, second: nil)
        } else {
            result.value = .number(Personal(number))
        }
        result.unit = unit(json, path)
    }

    mutating func unit(_ quantity: JSONView, _ path: String) -> Coded? {
        let label = string(quantity, "unit", path)
        let system = string(quantity, "system", path).map { CodeSystem.name(forURI: $0) }
        guard let code = string(quantity, "code", path) else { return label.map { Coded(code: $0) } }
        return Coded(code: code, text: label == code ? nil : label, system: system)
    }
}
