import StrictJSON

/// Reference ranges: limits, what is written beside them, and for whom each is.
extension FHIRElements {
    private static let mostRanges = 20

    /// The range of a result as people read it. Of several the one that is said to be normal; else all of them, since nobody here
    /// knows which one is the patient's.
    mutating func range(_ all: [JSONView], of result: Observation, _ path: String) -> String? {
        let normal = all.filter { FHIRElements.isNormal($0) }
        let meant = normal.count == 1 ? normal : all
        if meant.count < all.count || meant.count > FHIRElements.mostRanges { log.add(.fhirRanges, at: path) }
        let texts = meant.prefix(FHIRElements.mostRanges).compactMap { range(of: $0, result.unit, path) }
        return texts.isEmpty ? nil : texts.joined(separator: " ; ")
    }

    private static func isNormal(_ range: JSONView) -> Bool {
        (range["type"]?["coding"]?.array ?? []).contains { $0["code"]?.string == "normal" }
    }

    /// Its numbers and its text, behind the words for whom it is.
    private mutating func range(of json: JSONView, _ own: Coded?, _ path: String) -> String? {
        let limits = limits(json, own, path)
        guard let range = RangeText.joined(limits?.text, limits?.numbers ?? [], string(json, "text", path)) else {
            return nil
        }
        return RangeText.text(range, for: conditions(of: json, path))
    }

    /// What kind of range it is where it is none of the usual ones, of whom, and of which age.
    private mutating func conditions(of json: JSONView, _ path: String) -> [String] {
        var conditions: [String] = []
        if let kind = json["type"], !FHIRElements.isNormal(json) {
            if let words = words(of: kind, path + ".type") { conditions.append(words) }
        }
        for people in objects(json, "appliesTo", path) {
            if let words = words(of: people, path + ".appliesTo") {
                conditions.append(words)
            } else {
                log.add(.rangeCondition, at: path + ".appliesTo")
            }
        }
        if let age = json["age"] {
            if let words = limits(age, nil, path + ".age")?.text {
                conditions.append("age " + words)
            } else {
                log.add(.rangeCondition, at: path + ".age")
            }
        }
        return conditions
    }

    /// What a concept is called: in its own words, else by a code.
    mutating func words(of concept: JSONView, _ path: String) -> String? {
        if let text = string(concept, "text", path) { return text }
        let codings = objects(concept, "coding", path)
        let displays = codings.compactMap { string($0, "display", path) }
        if let display = displays.first { return display }
        let codes = codings.compactMap { string($0, "code", path) }
        return codes.compactMap { RangeText.sex($0) }.first ?? codes.first
    }

    /// The limits of a range, with their unit where that is not the result's own.
    private mutating func limits(_ json: JSONView, _ own: Coded?, _ path: String) -> (text: String, numbers: [String])?
    {
        // A bound without a number bounds nothing.
        let low = json["low"]?["value"] == nil ? nil : half(json, "low", path)
        let high = json["high"]?["value"] == nil ? nil : half(json, "high", path)
        let lower = low.map { RangeText.Limit(number: $0.number, isInclusive: isWithin($0, ">", path + ".low")) }
        let upper = high.map { RangeText.Limit(number: $0.number, isInclusive: isWithin($0, "<", path + ".high")) }
        guard let text = RangeText.limits(low: lower, high: upper) else { return nil }
        let numbers = [low?.number, high?.number].compactMap { $0 }
        if let low, let high, low.unit != nil, high.unit != nil, low.unit != high.unit {
            return (low.label + " - " + high.label, numbers)
        }
        let units = [low?.unit, high?.unit].compactMap { $0 }
        guard let other = units.first(where: { !FHIRElements.isSame($0, own) }) else { return (text, numbers) }
        return (text + " " + (other.text ?? other.code ?? ""), numbers)
    }

    /// Whether the number of a limit is itself within: FHIR has no other way, but some write the comparator of a Quantity.
    private mutating func isWithin(_ limit: Half, _ beyond: String, _ path: String) -> Bool {
        guard let comparator = limit.comparator, comparator != beyond + "=" else { return true }
        if comparator != beyond { log.add(.fhirElement, at: path + ".comparator") }
        return false
    }

    /// Units are told apart by their codes: some write the label in one place only.
    static func isSame(_ unit: Coded, _ other: Coded?) -> Bool {
        guard let other else { return false }
        return unit.code == other.code || unit.code == other.text || unit.text != nil && unit.text == other.text
    }
}
