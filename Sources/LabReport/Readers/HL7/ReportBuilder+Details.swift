import HL7

/// What HL7 says of orders and specimens and a report has no place for.
extension ReportBuilder {
    /// OBR-7, or the end of the collection (OBR-8) where nothing says when it began.
    mutating func orderCollection() -> ReportTime? {
        let start = time(7, orElse: .observationTime)
        guard wire.hasValue(fields[8]) else { return start }
        if !wire.hasValue(fields[7]) { return time(8) }
        if !wire.equals(wire.trimmed(fields[8]), wire.trimmed(fields[7])) { log.add(.detailDropped, at: path(8)) }
        return start
    }

    /// SPM-17, a range: its beginning, or its end where nothing says when it began.
    mutating func specimenCollection() -> ReportTime? {
        let start = time(17, orElse: .observationTime)
        let range = first(fields[17])
        let end = component(range, 2)
        guard wire.hasValue(end) else { return start }
        if wire.hasValue(component(range, 1)) {
            if !wire.equals(wire.trimmed(end), wire.trimmed(component(range, 1))) {
                log.add(.detailDropped, at: path(17))
            }
            return start
        }
        switch timeReading(wire.bare(end)) {
        case .nothing: return nil
        case .time(let time): return completed(time, 17)
        case .fault:
            log.add(.timeForm, at: path(17))
            return nil
        }
    }

    /// A confidentiality (ORC-28, table 0177) that asks for nothing unusual.
    borrowing func isUsual(_ field: PartRange) -> Bool {
        let code = wire.trimmed(component(first(field), 1))
        return wire.equals(code, "U") || wire.equals(code, "N")
    }
}

extension Coded {
    /// Whether two names of what was sampled cannot be of the same kind: other codes of one system, or other words without a
    /// code. Of codes of two systems nobody knows.
    package func isOtherSpecimen(than other: Coded?) -> Bool {
        guard let other else { return false }
        let own = specimenCodes
        let others = other.specimenCodes
        if own.isEmpty, others.isEmpty {
            guard let words = text ?? localText, let otherWords = other.text ?? other.localText else { return false }
            return FoldedName(words).bytes != FoldedName(otherWords).bytes
        }
        var areComparable = false
        for one in own {
            for another in others where another.system == one.system {
                if another.code == one.code { return false }
                areComparable = true
            }
        }
        return areComparable
    }

    /// Its codes. Tables 0070 and 0487 share theirs, and are what is meant where no system is named.
    private var specimenCodes: [(code: String, system: String)] {
        [(code, system), (localCode, localSystem)].compactMap { code, system in
            guard let code else { return nil }
            let isTable = system == "HL70070" || system == "HL70487"
            return (code.inCapitals, isTable ? "" : system ?? "")
        }
    }
}
