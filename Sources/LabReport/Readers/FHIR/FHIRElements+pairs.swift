import StrictJSON

/// Values of two numbers.
extension FHIRElements {
    /// A titre, or two numbers of one unit; so much in so much is for people, as a structured value has one.
    mutating func ratio(_ json: JSONView, of result: inout Observation, _ path: String) {
        guard let first = half(json, "numerator", path) else { return log.add(.fhirElement, at: path) }
        guard json["denominator"]?["value"] != nil else {
            // So much in one of it, which some programs write without the one. Of nothing at all it is half a pair.
            let place = path + ".denominator"
            guard let numerator = json["numerator"], let each = json["denominator"].flatMap({ unit($0, place) }),
                let unit = FHIRElements.unit(first.unit, in: each)
            else { return log.add(.fhirRatio, at: place) }
            noteDropped(json["denominator"], "comparator", at: place)
            quantity(numerator, of: &result, path + ".numerator")
            result.unit = unit
            return
        }
        guard let second = half(json, "denominator", path) else { return }
        let areBare = first.isWithoutUnit && second.isWithoutUnit
        if second.comparator == nil, areBare || first.unit == second.unit {
            if !areBare { result.unit = first.unit }
            result.value = .structured(
                comparator: first.comparator, first: Personal(first.number), separator: ":",
                second: Personal(second.number))
        } else {
            result.value = .text(Personal(first.label + " / " + second.label))
        }
    }

    /// `g/L` of `g` and `L`. One unit in both is no divisor: some write it behind each number, also behind the one that is not there.
    private static func unit(_ unit: Coded?, in each: Coded) -> Coded? {
        guard let unit, let top = unit.code, let bottom = each.code else { return nil }
        if bottom == "1" || isSame(unit, each) || isSame(each, unit) { return unit }
        let divisor = bottom.utf8.contains(UInt8(ascii: "/")) ? "(" + bottom + ")" : bottom
        return Coded(code: top + "/" + divisor, system: unit.system == each.system ? unit.system : nil)
    }

    /// From one number to another, or from or to one.
    mutating func bounds(_ json: JSONView, of result: inout Observation, _ path: String) {
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
    struct Half {
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
    mutating func half(_ json: JSONView, _ name: String, _ path: String) -> Half? {
        guard let quantity = json[name] else { return nil }
        guard let number = quantity["value"]?.plainNumber else {
            log.add(.fhirElement, at: path + "." + name)
            return nil
        }
        return Half(
            comparator: string(quantity, "comparator", path), number: number, unit: unit(quantity, path + "." + name))
    }
}
