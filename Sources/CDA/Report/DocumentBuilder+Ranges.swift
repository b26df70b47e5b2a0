import LabReport

/// Reference ranges and interpretations.
extension DocumentBuilder {
    /// The reference ranges of an observation as one text; a unit is written where it is not the result's own.
    mutating func range(of observation: XMLElement, unit: String?) -> String? {
        var texts: [String] = []
        for element in some("referenceRange", of: observation) {
            guard let range = element.first("observationRange") else { continue }
            guard let words = words(of: range, unit) else {
                let isSaid = range.elements.contains { $0.isNamed("value") && !$0.isNull || $0.isNamed("text") }
                if isSaid { noteOnce(.entryDropped, range) }
                continue
            }
            texts.append(RangeText.text(words, for: conditions(of: range, of: observation)))
        }
        return texts.isEmpty ? nil : texts.joined(separator: " ; ")
    }

    /// Its limits, and its text where that says anything else.
    private mutating func words(of range: XMLElement, _ unit: String?) -> String? {
        let text = range.first("text").flatMap { self.text(of: $0) }
        guard let value = range.first("value"), !value.isNull else { return text }
        let low = bound(value.first("low"))
        let high = bound(value.first("high"))
        if let limits = DocumentBuilder.text(low, high, unit: unit) {
            return RangeText.joined(limits, [low?.text, high?.text].compactMap { $0 }, text)
        }
        if let one = bound(value.first("center") ?? value) {
            return RangeText.joined(DocumentBuilder.shown(one, unit), [one.text], text)
        }
        return RangeText.joined(value.words("displayName") ?? self.text(of: value), [], text)
    }

    /// For whom a range is, or which results it is of where these are not the normal ones.
    private mutating func conditions(of range: XMLElement, of observation: XMLElement) -> [String] {
        var conditions: [String] = []
        if let flag = range.first("interpretationCode")?.words("code"), flag != "N" { conditions.append(flag) }
        if let code = range.first("code"), let name = code.words("displayName"),
            code.compact("code") != observation.first("code")?.compact("code")
        {
            conditions.append(name)
        }
        // IHE's laboratory documents and HL7's own later ones have them in namespaces of theirs.
        for condition in range.elements where condition.name.local.hasPrefix("precondition") {
            let said = condition.elements.compactMap { criterion($0) }
            if said.isEmpty { note(.rangeCondition, condition) }
            conditions += said
        }
        return conditions
    }

    /// What a criterion asks: limits behind what they are of, or a word.
    private mutating func criterion(_ criterion: XMLElement) -> String? {
        let code = criterion.any("code")
        guard let value = criterion.any("value"), !value.isNull else {
            return criterion.any("text").flatMap { text(of: $0) } ?? code?.words("displayName")
        }
        let low = bound(value.any("low"))
        let high = bound(value.any("high"))
        let one = bound(value).map { DocumentBuilder.shown($0, nil) }
        if let limits = DocumentBuilder.text(low, high, unit: nil) ?? one {
            let asked = code?.words("code").map { DocumentBuilder.ages.contains($0) ? "age" : $0 }
            // Limits of nobody knows what are no condition that anybody understands.
            return (code?.words("displayName") ?? asked).map { $0 + " " + limits }
        }
        let word = value.words("displayName") ?? RangeText.sex(value.words("code")) ?? value.words("code")
        return word ?? text(of: value)
    }

    /// The codes of an age: the word itself, LOINC.
    private static let ages: Set<String> = ["AGE", "age", "21612-7", "30525-0", "29553-5"]

    static func shown(_ bound: Bound, _ unit: String?) -> String {
        bound.text + (bound.unit == unit || bound.unit == nil ? "" : " " + (bound.unit ?? ""))
    }

    /// The limits of a range or an interval; nil without any.
    static func text(_ low: Bound?, _ high: Bound?, unit: String?) -> String? {
        let isShared = low?.unit == high?.unit
        let lower = low.map {
            RangeText.Limit(number: high != nil && isShared ? $0.text : shown($0, unit), isInclusive: $0.isInclusive)
        }
        let upper = high.map { RangeText.Limit(number: shown($0, unit), isInclusive: $0.isInclusive) }
        return RangeText.limits(low: lower, high: upper)
    }

    /// An interpretation: its codes, or where there are only words, these as a note.
    mutating func interpret(_ flag: XMLElement, _ result: inout Observation) {
        let codings = [flag] + some("translation", of: flag)
        let words = codings.compactMap { $0.words("displayName") } + [original(flag)].compactMap { $0 }
        let found = InterpretationForm.codes(among: codings.compactMap { $0.words("code") }, words: words)
        result.interpretation += found
        if found.isEmpty, let said = words.first { result.notes.append(Personal(said)) }
    }
}
