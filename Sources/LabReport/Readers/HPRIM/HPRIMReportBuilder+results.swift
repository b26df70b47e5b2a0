import HL7

/// OBR and OBX.
extension HPRIMReportBuilder {
    mutating func readOrder() {
        var order = Order()
        // The requester's number stands in OBR-3, the laboratory's in OBR-4; many write both as the components of one.
        let asked = field(3)
        let done = field(4)
        order.placerNumber = code(component(asked, 1), 3).map { Personal($0) }
        let number = code(component(done, 1), 4) ?? code(component(done, 2), 4) ?? code(component(asked, 2), 3)
        order.fillerNumber = number.map { Personal($0) }
        order.panel = coded(first(field(5)), 5)
        order.collectedAt = time(8, orElse: .observationTime)
        order.reportedAt = time(23)
        order.status = capital(26) { ReportCheck.orderStatuses.contains($0) || ResultStatus.codes.contains($0) }
        if capital(12, isKnown: { $0 == "C" }) == "C" { cancelled.add(report.orders.count) }
        readSpecimen(of: &order)
        if report.requester == nil, var requester = professional(inField: 17) {
            var phones: [Personal] = []
            var mails: [Personal] = []
            contacts(18, phones: &phones, mails: &mails)
            requester.phones = phones
            requester.mails = mails
            report.requester = requester
        } else if let first = report.requester, let other = professional(inField: 17),
            !first.mayBe(other) || first.isNamedOtherwise(than: other)
        {
            log.add(.repetitionDropped, at: path(17))
        }
        report.orders.append(order)
        currentOrder = report.orders.count - 1
    }

    /// OBR-15 and OBR-16. Some put the time of arrival into OBR-16.
    private mutating func readSpecimen(of order: inout Order) {
        var specimen = Specimen()
        specimen.receivedAt = time(15)
        let source = field(16)
        if wire.hasValue(source) {
            if specimen.receivedAt == nil, case .time(let time) = timeReading(component(source, 1)),
                time.date.day != nil
            {
                specimen.receivedAt = completed(time, 16)
            } else {
                specimen.type = specimenType(source)
            }
        }
        guard specimen != Specimen() else { return }
        specimen.collectedAt = order.collectedAt
        report.specimens.append(specimen)
        order.specimenIndex = report.specimens.count - 1
    }

    private mutating func specimenType(_ source: PartRange) -> Coded? {
        let first = component(source, 1)
        guard wire.hasValue(wire.subcomponent(first, 2)) else { return coded(only(source, 16), 16) }
        var type = Coded(
            code: code(wire.subcomponent(first, 1), 16), text: text(wire.subcomponent(first, 2), 16))
        type.system = text(wire.subcomponent(first, 3), 16)
        return type
    }

    /// Reads an OBX; false where it is an attached file.
    mutating func readResult() -> Bool {
        guard let order = currentOrder else { return false }
        let type = valueType()
        if ["FIC", "ED", "RP"].contains(type) {
            if attachment == nil { attachment = path(6) }
            return false
        }
        let code = coded(only(field(4), 4), 4)
        if code == nil {
            log.add(.observationCodeMissing, at: path(4))
            guard log.isOfTaken else { return true }
        }
        var result = Observation(orderIndex: order, code: code ?? Coded(), status: status(order))
        result.subID = text(field(5), 5)
        result.unit = unitWithPower(field(7), 7) ?? coded(only(field(7), 7), 7)
        result.range = text(field(8), 8)
        var flags = repetitions(field(9))
        while let flag = wire.next(&flags) {
            let codes = [self.code(component(flag, 1), 9)].compactMap { $0 }
            let words = [text(component(flag, 2), 9)].compactMap { $0 }
            let found = InterpretationForm.codes(among: codes, words: words)
            result.interpretation += found.isEmpty ? Array(words.prefix(1)) : found
        }
        result.observedAt = time(15, orElse: .observationTime)
        result.performer = organisation(only(field(16), 16), 16)
        if firstProducer == nil { firstProducer = result.performer }
        result.responsible = professional(inField: 17)
        result.method = coded(only(field(18), 18), 18)
        result.device = names(field(19), 19)
        result.analysedAt = time(20)
        let values = values(type)
        result.value = values.first
        report.results.append(result)
        for value in values.dropFirst() {
            result.value = value
            report.results.append(result)
        }
        return true
    }

    /// OBX-12, or that of the whole order (OBR-26). Without either nothing may be taken as final.
    private mutating func status(_ order: Int) -> String {
        guard let status = capital(12, isKnown: { ResultStatus.codes.contains($0) }) ?? report.orders[order].status
        else {
            log.add(.statusMissing, at: path(12))
            return ""
        }
        if !ResultStatus.codes.contains(status) { log.add(.statusUnknown, at: path(12)) }
        return status
    }

    /// OBX-3; one in small letters is understood so, and told.
    private mutating func valueType() -> String? {
        let part = component(field(3), 1)
        guard wire.hasValue(part) else { return nil }
        let type = wire.text(part)
        let capitals = type.inCapitals
        if capitals == type || !HPRIMReportBuilder.valueTypes.contains(capitals) { return type }
        log.add(.codeForm, at: path(3))
        return capitals
    }

    /// A code of one word in a field; one that is known but for its small letters is understood so, and told, as in HL7.
    private mutating func capital(_ number: Int, isKnown: (String) -> Bool) -> String? {
        guard let code = code(component(field(number), 1), number) else { return nil }
        if isKnown(code) || !isKnown(code.inCapitals) { return code }
        log.add(.codeForm, at: path(number))
        return code.inCapitals
    }

    /// OBX-6 after OBX-3.
    private mutating func values(_ type: String?) -> [Observation.Value] {
        let whole = field(6)
        guard wire.hasValue(whole) else { return [] }
        guard let type else {
            log.add(.valueTypeMissing, at: path(3))
            return text(whole, 6).map { [.text(Personal($0))] } ?? []
        }
        switch type {
        case "NM", "SI":
            if hasPower(whole) {
                log.add(.numberForm, at: path(6))
                return [.text(Personal(lines(whole, 6)))]
            }
            return repeated(whole) { (builder, part) in builder.number(part) }
        case "CE", "CWE", "CNE", "ID", "IS":
            return repeated(whole) { (builder, part) in builder.coded(part, 6).map { .coded($0) } }
        case "SN":
            return repeated(whole) { (builder, part) in builder.structured(part, 6) }
        case "TS", "DT", "DTM":
            return repeated(whole) { (builder, part) in builder.timeValue(part, 6) }
        case "ST", "TX", "FT", "TM", "GC":
            // Repetitions of a text are its lines.
            return [.text(Personal(lines(whole, 6)))]
        case "AD", "CK", "CM", "CN", "CNA", "CP", "CQ", "CX", "EI", "NA", "PN", "SPD", "TN", "XAD", "XCN", "XPN", "XTN":
            log.add(.valueTypeAsText, at: path(3))
            return text(whole, 6).map { [.text(Personal($0))] } ?? []
        default:
            log.add(.valueTypeUnknown, at: path(3))
            return log.isOfTaken ? text(whole, 6).map { [.text(Personal($0))] } ?? [] : []
        }
    }

    /// All that OBX-3 may say.
    private static let valueTypes: Set<String> = [
        "NM", "SI", "CE", "CWE", "CNE", "ID", "IS", "SN", "TS", "DT", "DTM", "ST", "TX", "FT", "TM", "GC", "FIC", "ED",
        "RP",
        "AD", "CK", "CM", "CN", "CNA", "CP", "CQ", "CX", "EI", "NA", "PN", "SPD", "TN", "XAD", "XCN", "XPN", "XTN",
    ]

    private mutating func repeated(
        _ whole: PartRange, _ read: (inout HPRIMReportBuilder, PartRange) -> Observation.Value?
    ) -> [Observation.Value] {
        var values: [Observation.Value] = []
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard wire.hasValue(repetition) else { continue }
            if let value = read(&self, repetition) { values.append(value) }
        }
        if values.count > 1 { log.add(.repeatedValue, at: path(6)) }
        return values
    }

    private mutating func number(_ part: PartRange) -> Observation.Value? {
        // `1 6` may be sixteen, or one digit and another.
        guard let text = text(part, 6) else { return nil }
        let digits = wire.text(wire.trimmed(part))
        guard NumberForm.isNumber(digits.utf8) else {
            log.add(.numberForm, at: path(6))
            return .text(Personal(text))
        }
        if digits.utf8.count > 16 { log.add(.numberLong, at: path(6)) }
        return .number(Personal(digits))
    }
}
