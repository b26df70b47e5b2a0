import HL7

/// OBX.
extension ReportBuilder {
    mutating func readResult() {
        noteTarget = .nothing
        let type = fields[2].component(1)
        // Instructions for the French message carrier, written as results.
        if CarriedDocuments.isInstruction(fields[3].repetition(1)) { return }
        if type.equals("ED") || type.equals("RP") { return readAttachment() }
        hasResultSegment = true
        checkSetID()
        guard let order = currentOrder else {
            noteMissingOrder()
            return
        }
        guard report.results.count < ReportBuilder.mostResults else {
            log.add(.tooManyResults, at: "OBX-1")
            return
        }
        guard let code = coded(fields[3].repetition(1), 3) else {
            log.add(.observationCodeMissing, at: path(3))
            return
        }
        var result = Observation(orderIndex: order, code: code, status: status())
        result.subID = text(fields[4].repetition(1), 4)
        result.unit = coded(fields[6].repetition(1), 6)
        result.range = text(fields[7], 7)
        for flag in fields[8].repetitions.prefix(ReportBuilder.mostRepetitions) {
            if let flag = compact(flag.component(1), 8) { result.interpretation.append(flag) }
        }
        result.observedAt = time(14, orElse: .observationTime)
        result.analysedAt = time(19)
        result.method = coded(fields[17].repetition(1), 17)
        result.device = text(fields[18].repetition(1).component(1), 18)
        result.performer = performer()
        result.responsible = professional(fields[25], 25) ?? professional(fields[16], 16)
        add(result, values(type, result.status))
    }

    private mutating func add(_ result: Observation, _ values: [Observation.Value]) {
        var result = result
        result.value = values.first
        report.results.append(result)
        places.results.append(occurrence)
        noteTarget = .result(report.results.count - 1)
        for value in values.dropFirst() {
            result.value = value
            report.results.append(result)
            places.results.append(occurrence)
        }
    }

    /// OBX-11. Without it nothing may be taken as final, so that the message is held.
    private mutating func status() -> String {
        guard let status = compact(fields[11].component(1), 11) else {
            log.add(.statusMissing, at: path(11))
            return ""
        }
        if !ResultStatus.codes.contains(status) { log.add(.statusUnknown, at: path(11)) }
        return status
    }

    /// OBX-5 after OBX-2. `""` is no value.
    private mutating func values(_ type: Part, _ status: String) -> [Observation.Value] {
        let whole = fields[5]
        guard type.hasValue else {
            guard whole.hasValue else { return [] }
            // What was asked with the order (O) is no result: it may pass as text.
            log.add(status == "O" ? .valueTypeAsText : .valueTypeMissing, at: path(2))
            return text(whole, 5).map { [.text(Personal($0))] } ?? []
        }
        guard let kind = ValueType(type.decodedText) else {
            log.add(.valueTypeUnknown, at: path(2))
            return []
        }
        guard whole.hasValue else { return [] }
        if kind == .text {
            // Repetitions of a text are its lines.
            var lines: [String] = []
            for line in whole.repetitions { lines.append(text(line, 5) ?? "") }
            // A text may be megabytes long: the usual single line is not copied again.
            return [.text(Personal(lines.count == 1 ? lines[0] : lines.joined(separator: "\n")))]
        }
        if kind == .other {
            log.add(.valueTypeAsText, at: path(2))
            return text(whole, 5).map { [.text(Personal($0))] } ?? []
        }
        var values: [Observation.Value] = []
        for repetition in whole.repetitions.prefix(ReportBuilder.mostRepetitions) {
            guard let value = value(repetition, kind) else { continue }
            values.append(value)
        }
        if values.count > 1 { log.add(.repeatedValue, at: path(5)) }
        return values
    }

    private mutating func value(_ part: Part, _ kind: ValueType) -> Observation.Value? {
        guard part.hasValue else { return nil }
        switch kind {
        case .coded: return coded(part, 5).map { .coded($0) }
        case .number: return number(part)
        case .structured:
            return .structured(
                comparator: text(part.component(1), 5), first: personal(part.component(2), 5),
                separator: text(part.component(3), 5), second: personal(part.component(4), 5))
        case .time:
            switch HL7Time.read(part.component(1).bytes) {
            case .nothing: return nil
            case .time(let time): return .time(completed(time, 5))
            case .fault:
                log.add(.timeForm, at: path(5))
                return personal(part, 5).map { .text($0) }
            }
        case .text, .other: return personal(part, 5).map { .text($0) }
        }
    }

    private mutating func number(_ part: Part) -> Observation.Value? {
        var bytes = part.bytes
        while bytes.first == 0x20 { bytes = bytes.dropFirst() }
        while bytes.last == 0x20 { bytes = bytes.dropLast() }
        guard NumberForm.isNumber(bytes) else {
            log.add(.numberForm, at: path(5))
            return personal(part, 5).map { .text($0) }
        }
        if bytes.count > 16 { log.add(.numberLong, at: path(5)) }
        return .number(Personal(String(decoding: bytes, as: UTF8.self)))
    }

    /// Who did the analysis: OBX-23 with its address in OBX-24, else OBX-15. Most results repeat the one before.
    private mutating func performer() -> Organisation? {
        let named = fields[23].repetition(1)
        let producer = fields[15]
        let key = named.hasValue ? named.bytes : producer.bytes
        let place = named.hasValue ? fields[24].bytes : []
        if key.elementsEqual(lastPerformer.key), place.elementsEqual(lastPerformer.place) {
            return lastPerformer.organisation
        }
        var found: Organisation?
        if named.hasValue {
            found = organisation(named, 23)
            found?.address = address(fields[24].repetition(1), 24)
        } else if let coded = coded(producer.repetition(1), 15) {
            found = Organisation(name: coded.text)
            if let number = coded.code {
                if coded.system == FINESS.oid || coded.system == "FINEG" || coded.system == "FINESS" {
                    found?.finess = FINESS.bare(number)
                } else {
                    found?.identifiers = [Identifier(value: Personal(number), namespace: coded.system)]
                }
            }
        }
        lastPerformer = (key, place, found)
        if let found, firstPerformer == nil || isSender(found) {
            firstPerformer = (found, path(named.hasValue ? 23 : 15))
        }
        return found
    }

    /// The performer is the sender, and the first one met is not: what is said of the sender here is kept.
    private func isSender(_ performer: Organisation) -> Bool {
        guard let finess = sender?.finess, firstPerformer?.organisation.finess != finess else { return false }
        return performer.finess == finess
    }

    /// A document, or a reference to one: of each it is only known that it was there, and whether it may be a CDA, which
    /// holds the results themselves.
    private mutating func readAttachment() {
        if attachment == nil { attachment = path(5) }
        attachmentStatuses.append(compact(fields[11].component(1), 11) ?? "")
        let data = fields[5].repetition(1)
        let content = data.component(5).bytes
        let isXML = data.component(3).equals("XML") || data.component(3).equals("xml")
        guard isXML || ReportBuilder.documentStarts.contains(where: { content.starts(with: $0.utf8) }) else { return }
        if !hasDocument { attachment = path(5) }
        hasDocument = true
    }

    /// `<?xml`, `<Clin` and a byte order mark before either, in base64.
    private static let documentStarts = ["PD94bWw", "PENsaW5", "77u/PD"]
}

/// What OBX-2 says of OBX-5 (table 0125).
private enum ValueType {
    case coded, number, structured, text, time, other

    init?(_ code: String) {
        switch code {
        case "CWE", "CE", "CNE", "CF", "ID", "IS", "CK", "CM": self = .coded
        case "NM", "SI": self = .number
        case "SN": self = .structured
        case "ST", "TX", "FT", "TM", "GTS", "": self = .text
        case "DT", "TS", "DTM": self = .time
        case "AD", "AUI", "CD", "CN", "CP", "CX", "CQ", "DLN", "DR", "EI", "FC", "FN", "HD", "JCC", "MA", "MO", "NA",
            "NDL", "OSD",
            "PL", "PN", "PPN", "RI", "SCV", "SPD", "SRT", "TN", "VID", "XAD", "XCN", "XON", "XPN", "XTN":
            self = .other
        default: return nil
        }
    }
}
