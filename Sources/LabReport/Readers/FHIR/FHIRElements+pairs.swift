import StrictJSON

/// Values and ranges of two numbers.
extension FHIRElements {
    /// A titre; so much in so much is for people, as a structured value has one unit.
    mutating func ratio(_ json: JSON, of result: inout Observation, _ path: String) {
        guard let first = half(json, "numerator", path) else { return log.add(.fhirElement, at: path) }
        guard json["denominator"]?["value"] != nil else {
            // One number only, which some programs write as half a pair.
            return json["numerator"].map { quantity($0, of: &result, path + ".numerator") } ?? ()
        }
        guard let second = half(json, "denominator", path) else { return }
        if second.comparator == nil, first.isWithoutUnit, second.isWithoutUnit {
            result.value = .structured(
                comparator: first.comparator, first: Personal(first.number), separator: ":",
                second: Personal(second.number))
        } else {
            result.value = .text(Personal(first.label + " / " + second.label))
        }
    }

    /// From one number to another, or from or to one.
    mutating func bounds(_ json: JSON, of result: inout Observation, _ path: String) {
        let (low, high) = (half(json, "low", path), half(json, "high", path))
        // Both are simple quantities, which have no comparator (R4, Range).
        guard low?.comparator == nil, high?.comparator == nil else { return log.add(.fhirElement, at: path) }
        switch (low, high) {
        case (let low?, let high?):
            guard low.unit == high.unit else {
                result.value = .text(Personal(low.label + " - " + high.label))
                return
            }
            result.value = .structured(
                comparator: nil, first: Personal(low.number), separator: "-", second: Personal(high.number))
        case (let low?, nil):
            result.value = .structured(comparator: ">=", first: Personal(low.number), separator: nil, second: nil)
        case (nil, let high?):
            result.value = .structured(comparator: "<=", first: Personal(high.number), separator: nil, second: nil)
        case (nil, nil): return log.add(.fhirElement, at: path)
        }
        result.unit = (low ?? high)?.unit
    }

    /// One number of two.
    private struct Half {
        let comparator: String?
        let number: String
        let unit: Coded?

        /// The unit 1 is none.
        var isWithoutUnit: Bool { (unit?.code ?? unit?.text ?? "1") == "1" }

        /// As people read it.
        var label: String {
            let unit = unit.flatMap { $0.text ?? $0.code }
            return (comparator ?? "") + number + (unit.map { " " + $0 } ?? "")
        }
    }

    /// Nil where it is not there; a number that is none is a finding.
    private mutating func half(_ json: JSON, _ name: String, _ path: String) -> Half? {
        guard let quantity = json[name] else { return nil }
        guard let number = quantity["value"]?.plainNumber else {
            log.add(.fhirElement, at: path + "." + name)
            return nil
        }
        return Half(
            comparator: string(quantity, "comparator", path), number: number, unit: unit(quantity, path + "." + name))
    }

    /// The range of a result as people read it. Of several the one that is said to be normal; else all of them, since nobody here
    /// knows which one is the patient's.
    mutating func range(_ all: [JSON], of result: Observation, _ path: String) -> String? {
        let ranges = all.prefix(20)
        let normal = ranges.filter { range in
            (range["type"]?["coding"]?.array ?? []).contains { $0["code"]?.string == "normal" }
        }
        let meant = normal.count == 1 ? normal : Array(ranges)
        let texts = meant.compactMap { range(of: $0, result.unit, path) }
        return texts.isEmpty ? nil : texts.joined(separator: " ; ")
    }

    /// Its text, or its numbers: with their unit where that is not the result's own.
    private mutating func range(of json: JSON, _ own: Coded?, _ path: String) -> String? {
        if let text = string(json, "text", path) { return text }
        // A bound without a number bounds nothing.
        let low = json["low"]?["value"] == nil ? nil : half(json, "low", path)
        let high = json["high"]?["value"] == nil ? nil : half(json, "high", path)
        let numbers: String
        switch (low, high) {
        case (let low?, let high?): numbers = low.number + "-" + high.number
        case (let low?, nil): numbers = ">=" + low.number
        case (nil, let high?): numbers = "<=" + high.number
        case (nil, nil): return nil
        }
        if let low, let high, low.unit != nil, high.unit != nil, low.unit != high.unit {
            return low.label + " - " + high.label
        }
        let units = [low?.unit, high?.unit].compactMap { $0 }
        guard let other = units.first(where: { !isSame($0, own) }) else { return numbers }
        return numbers + " " + (other.text ?? other.code ?? "")
    }

    /// Units are told apart by their codes: some write the label in one place only.
    private func isSame(_ unit: Coded, _ other: Coded?) -> Bool {
        guard let other else { return false }
        return unit.code == other.code || unit.code == other.text || unit.text != nil && unit.text == other.text
    }
}
