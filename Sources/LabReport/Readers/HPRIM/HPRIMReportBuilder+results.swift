import HL7

/// OBR and OBX.
extension HPRIMReportBuilder {
    mutating func readOrder() {
        var order = Order()
        // The requester's number stands in OBR-3, the laboratory's in OBR-4; many write both as the components of one.
        let asked = field(3)
        let done = field(4)
        order.placerNumber = personal(asked.component(1), 3)
        order.fillerNumber =
            personal(done.component(1), 4) ?? personal(done.component(2), 4) ?? personal(asked.component(2), 3)
        order.panel = coded(field(5).repetition(1), 5)
        order.collectedAt = time(8, orElse: .observationTime)
        order.reportedAt = time(23)
        order.status = compact(field(26).component(1), 26)
        if field(12).equals("C") { isCancelled = true }
        readSpecimen(of: &order)
        if report.requester == nil, var requester = professional(field(17), 17) {
            contacts(field(18), 18, phones: &requester.phones, mails: &requester.mails)
            report.requester = requester
        }
        report.orders.append(order)
        currentOrder = report.orders.count - 1
    }

    /// OBR-15 and OBR-16. Some put the time of arrival into OBR-16.
    private mutating func readSpecimen(of order: inout Order) {
        var specimen = Specimen()
        specimen.receivedAt = time(15)
        let source = field(16)
        if source.hasValue {
            if specimen.receivedAt == nil, case .time(let time) = HL7Time.read(source.component(1).bytes),
                time.date.day != nil
            {
                specimen.receivedAt = completed(time, 16)
            } else {
                let first = source.component(1)
                if first.subcomponent(2).hasValue {
                    var type = Coded(code: compact(first.subcomponent(1), 16), text: text(first.subcomponent(2), 16))
                    type.system = text(first.subcomponent(3), 16)
                    specimen.type = type
                } else {
                    specimen.type = coded(source.repetition(1), 16)
                }
            }
        }
        guard specimen != Specimen() else { return }
        specimen.collectedAt = order.collectedAt
        report.specimens.append(specimen)
        order.specimenIndex = report.specimens.count - 1
    }

    /// Reads an OBX; false where it is an attached file.
    mutating func readResult() -> Bool {
        guard let order = currentOrder else { return false }
        let type = field(3).component(1)
        if type.equals("FIC") || type.equals("ED") || type.equals("RP") {
            if attachment == nil { attachment = path(6) }
            return false
        }
        guard let code = coded(field(4).repetition(1), 4) else {
            log.add(.observationCodeMissing, at: path(4))
            return true
        }
        var result = Observation(orderIndex: order, code: code, status: status(order))
        result.subID = text(field(5), 5)
        result.unit = coded(field(7).repetition(1), 7)
        result.range = text(field(8), 8)
        for flag in field(9).repetitions.prefix(Limits.hprimParts) {
            if let flag = compact(flag.component(1), 9) { result.interpretation.append(flag) }
        }
        result.observedAt = time(15, orElse: .observationTime)
        result.performer = organisation(field(16).repetition(1), 16)
        if firstProducer == nil { firstProducer = result.performer }
        result.responsible = professional(field(17), 17)
        result.method = coded(field(18).repetition(1), 18)
        result.device = text(field(19).component(1), 19)
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
        guard let status = compact(field(12).component(1), 12) ?? report.orders[order].status else {
            log.add(.statusMissing, at: path(12))
            return ""
        }
        if !ResultStatus.codes.contains(status) { log.add(.statusUnknown, at: path(12)) }
        return status
    }

    /// OBX-6 after OBX-3.
    private mutating func values(_ type: Part) -> [Observation.Value] {
        let whole = field(6)
        guard whole.hasValue else { return [] }
        guard type.hasValue else {
            log.add(.valueTypeMissing, at: path(3))
            return text(whole, 6).map { [.text(Personal($0))] } ?? []
        }
        switch type.decodedText {
        case "NM", "SI": return repeated(whole) { (builder, part) in builder.number(part) }
        case "CE", "CWE", "CNE", "ID", "IS":
            return repeated(whole) { (builder, part) in builder.coded(part, 6).map { .coded($0) } }
        case "SN":
            return repeated(whole) { (builder, part) in
                .structured(
                    comparator: builder.text(part.component(1), 6), first: builder.personal(part.component(2), 6),
                    separator: builder.text(part.component(3), 6), second: builder.personal(part.component(4), 6))
            }
        case "TS", "DT", "DTM":
            return repeated(whole) { (builder, part) in
                switch HL7Time.read(part.component(1).bytes) {
                case .nothing: return nil
                case .time(let time): return .time(builder.completed(time, 6))
                case .fault:
                    builder.log.add(.timeForm, at: builder.path(6))
                    return builder.personal(part, 6).map { .text($0) }
                }
            }
        case "ST", "TX", "FT", "TM", "GC":
            // Repetitions of a text are its lines.
            var lines: [String] = []
            for line in whole.repetitions.prefix(Limits.hprimParts) { lines.append(text(line, 6) ?? "") }
            return [.text(Personal(lines.joined(separator: "\n")))]
        case "AD", "CK", "CN", "CP", "CQ", "CX", "EI", "PN", "TN", "XAD", "XCN", "XPN", "XTN":
            log.add(.valueTypeAsText, at: path(3))
            return text(whole, 6).map { [.text(Personal($0))] } ?? []
        default:
            log.add(.valueTypeUnknown, at: path(3))
            return []
        }
    }

    private mutating func repeated(
        _ whole: Part, _ read: (inout HPRIMReportBuilder, Part) -> Observation.Value?
    ) -> [Observation.Value] {
        var values: [Observation.Value] = []
        for repetition in whole.repetitions.prefix(Limits.hprimParts) where repetition.hasValue {
            if let value = read(&self, repetition) { values.append(value) }
        }
        if values.count > 1 { log.add(.repeatedValue, at: path(6)) }
        return values
    }

    private mutating func number(_ part: Part) -> Observation.Value? {
        guard let text = compact(part, 6) else { return nil }
        guard NumberForm.isNumber(text.utf8) else {
            log.add(.numberForm, at: path(6))
            return .text(Personal(text))
        }
        if text.utf8.count > 16 { log.add(.numberLong, at: path(6)) }
        return .number(Personal(text))
    }
}
