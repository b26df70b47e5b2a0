/// Rules about codes: known tables, mapped codes, values of the type they claim to be of.
extension ReportCheck {
    mutating func checkCodes(_ report: UnsafePointer<ReportContent>, _ results: [Observation]) {
        results.withUnsafeBufferPointer { results in
            for index in results.indices {
                if let result = results.baseAddress { checkCodes(of: result + index, index) }
            }
        }
        checkRepetitions(results)
        let orders = report.pointee.orders
        for index in orders.indices {
            guard let status = orders[index].status, !ReportCheck.orderStatuses.contains(status) else { continue }
            log.add(.orderStatusCode, at: places.order(index, "25"))
        }
        // What nearly all say is known without a look at the others.
        for status in report.pointee.patient.identityStatus
        where status != "VALI" && !ReportCheck.identityStatuses.contains(status) {
            log.add(.identityStatusCode, at: places.patient("32"))
        }
    }

    /// Values of one field (repetitions of OBX-5) are results of one test at one place: found and not found contradict each other there.
    private mutating func checkRepetitions(_ results: [Observation]) {
        // Where each has a place of its own, the numbers need no list.
        guard !placesInPlace.pointee.results.isEmpty else { return }
        var first = 0
        while first < results.count {
            let number = placesInPlace.pointee.number(ofResult: first)
            var end = first + 1
            while end < results.count, placesInPlace.pointee.number(ofResult: end) == number,
                results[end].code == results[first].code, results[end].orderIndex == results[first].orderIndex
            {
                end += 1
            }
            if end - first > 1, ResultMeaning.areContradicted(results[first..<end]) {
                log.add(.valueContradiction, at: places.result(first, "5"))
            }
            first = end
        }
    }

    /// The result at `index`, which is looked at where it lies.
    private mutating func checkCodes(of result: UnsafePointer<Observation>, _ index: Int) {
        let isSound = result.pointee.isSound
        let isLocal = !isSound && !result.pointee.code.hasLOINC
        let isMarker = isLocal && rules.settings.codes.isMarker(result.pointee.code)
        if isLocal, !isMarker, !rules.settings.codes.leavesOut(result.pointee.code, .test) {
            log.add(.codeUnmapped, at: places.result(index, "3"))
        }
        if ResultMeaning.isContradicted(result.pointee) {
            log.add(.valueContradiction, at: places.result(index, "5"))
        }
        if rules.settings.codes.isUnclear(result.pointee) {
            log.add(.markerUnclear, at: places.result(index, "5"))
        }
        switch result.pointee.value {
        case .coded(let coded) where isUnmapped(coded):
            if rules.settings.codes.leavesOut(coded, .value, test: CodeTable.localTest(result.pointee.code)) {
                break
            }
            if isMarker, CodeTable.isYes(result.pointee.value) != nil { break }
            log.add(.valueUnmapped, at: places.result(index, "5"))
        case .structured(let comparator, let first, let separator, let second):
            if !NumberForm.isStructured(comparator, first, separator, second) {
                log.add(.structuredForm, at: places.result(index, "5"))
            } else if let unit = result.pointee.unit, !unit.isBlank, result.pointee.value?.needsStructure == true {
                log.add(.structuredAsText, at: places.result(index, "5"))
            }
        default: break
        }
        if isSound { return }
        if let unit = result.pointee.unit {
            if !UnitForm.isUnit(unit) { log.add(.unitForm, at: places.result(index, "6")) }
            if UnitScale.isContradicted(unit) { log.add(.unitContradiction, at: places.result(index, "6")) }
            if unit.isMisnamedUnit { log.add(.unitNotUCUM, at: places.result(index, "6")) }
        }
        for flag in result.pointee.interpretation where !ReportCheck.interpretations.contains(flag) {
            log.add(.interpretationCode, at: places.result(index, "8"))
        }
    }

    /// A code of the sender's own, of which neither a table nor a word says what it means.
    private func isUnmapped(_ coded: Coded) -> Bool {
        if let system = coded.system {
            if system == "SCT" { return false }
            guard system == "L" || system.utf8.starts(with: "99".utf8) else { return false }
        } else if coded.code == nil {
            return false
        }
        return !CodeTable.hasSNOMED(coded) && ResultMeaning(value: .coded(coded)) == nil
    }

    /// HL7 table 0078, with what JDV_HL7_ObservationInterpretation_CISIS adds.
    static let interpretations: ShortCodes = [
        "<", ">", "A", "AA", "AC", "B", "CAR", "Carrier", "D", "DET", "E", "EX", "EXP", "H", "H*", "HH", "HI", "HM",
        "HU",
        "HX", "I", "IE", "IND", "L", "L*", "LI", "LL", "LU", "LX", "MS", "N", "NCL", "ND", "NEG", "NR", "NS", "null",
        "OBX", "POS", "QCF", "R", "RR", "S", "SDD", "SYN-R", "SYN-S", "TOX", "U", "UNE", "VS", "W", "WR", "UNK", "ASKU",
    ]

    /// HL7 table 0123.
    static let orderStatuses: ShortCodes = [
        "A", "B", "C", "F", "I", "M", "N", "O", "P", "R", "S", "U", "X", "Y", "Z",
    ]

    /// HL7 table 0445 with the French attributes.
    static let identityStatuses: ShortCodes = [
        "VALI", "PROV", "VIDE", "HOMA", "HOMD", "FICT", "DOUT", "DOUB", "DESA", "DPOT", "DOUA", "COLP", "COLV", "FILI",
        "CACH", "ANOM", "IDVER", "RECD", "IDRA", "USUR", "INVA", "AL", "UA", "UD", "US",
    ]
}
