import HL7

/// OBX.
extension ReportBuilder {
    mutating func readResult() {
        noteTarget = .nothing
        if let memory, let known = memory.pointee.results.place(of: memory.pointee.key(of: frameParts, in: wire)) {
            return readResult(known)
        }
        let type = wire.bare(component(wire.bare(fields[2]), 1))
        // Instructions for the French message carrier, written as results.
        if CarriedDocuments.isInstruction(first(fields[3]), in: wire) { return }
        if CarriedDocuments.isAttachment(type, in: wire) { return readAttachment() }
        guard let order = beginResult() else { return }
        let findings = log.additions
        let kind = kind(type)
        let code = coded(inField: 3)
        if code?.isUnnamed ?? true {
            log.add(.observationCodeMissing, at: path(3))
            guard log.isOfTaken else { return }
        }
        var frame = ReadingTables.ResultFrame(
            result: Observation(orderIndex: order, code: code ?? Coded(), status: status()),
            kind: kind, performerField: 23)
        frame.result.subID = text(only(fields[4], 4), 4)
        frame.result.unit = unitWithPower(fields[6], 6) ?? coded(inField: 6)
        frame.result.range = text(fields[7], 7)
        // Who may see it, and where on the body it was observed.
        if wire.hasValue(fields[13]) { log.add(.detailDropped, at: path(13)) }
        if wire.hasValue(fields[20]) { log.add(.detailDropped, at: path(20)) }
        frame.result.interpretation = interpretations()
        var timed = log.additions
        let observedAt = time(14, orElse: .observationTime)
        let analysedAt = time(19)
        timed = log.additions - timed
        frame.result.method = coded(inField: 17)
        frame.result.device = names(fields[18], 18)
        frame.performerField = performer(of: &frame.result)
        frame.result.responsible = responsible() ?? interpreter.person
        if let memory, wire.hasValue(type), log.additions - timed == findings {
            frame.result.noteSoundness()
            memory.pointee.results.keep(frame, of: memory.pointee.key(of: frameParts, in: wire))
        }
        if interpreter.person != nil { compareInterpreter(frame.result.responsible) }
        if let parentSubID, frame.result.subID == nil { frame.result.subID = parentSubID }
        frame.result.observedAt = observedAt
        frame.result.analysedAt = analysedAt
        frame.result.value = value(type, frame.kind, of: frame.result.status)
        add(frame.result)
    }

    /// An OBX that differs from an earlier one in its number, its value and its times at most. Nothing is added to the table
    /// that `known` lies in while it is read.
    private mutating func readResult(_ known: UnsafePointer<ReadingTables.ResultFrame>) {
        guard let order = beginResult() else { return }
        let observedAt = time(14, orElse: .observationTime)
        let analysedAt = time(19)
        if firstPerformer == nil || firstPerformer?.organisation.owner !== known.pointee.result.performer?.owner,
            let performer = known.pointee.result.performer
        {
            notePerformer(performer, known.pointee.performerField)
        }
        if interpreter.person != nil { compareInterpreter(known.pointee.result.responsible) }
        let value = value(component(fields[2], 1), known.pointee.kind, of: known.pointee.result.status)
        guard furtherValues.isEmpty else {
            var result = known.pointee.result
            (result.orderIndex, result.value) = (order, value)
            (result.observedAt, result.analysedAt) = (observedAt, analysedAt)
            if let parentSubID, result.subID == nil { result.subID = parentSubID }
            return add(result)
        }
        let index = begin()
        report.results.append(known.pointee.result)
        // In its place: it is copied once, out of the memory.
        report.results.withUnsafeMutableBufferPointer { results in
            results[index].orderIndex = order
            results[index].value = value
            results[index].observedAt = observedAt
            results[index].analysedAt = analysedAt
            if let parentSubID, results[index].subID == nil { results[index].subID = parentSubID }
        }
    }

    /// The fields by which an OBX is known again: all but OBX-1, OBX-5, OBX-14 and OBX-19, with its order's OBR-32.
    private var frameParts: InlineArray<5, PartRange> {
        [interpreter.field, fields.span(2, 4), fields.span(6, 13), fields.span(15, 18), fields.span(20, 25)]
    }

    /// Counts a result; its order, unless it has none or is one too many.
    private mutating func beginResult() -> Int? {
        hasResultSegment = true
        checkSetID()
        if isBehindSpecimen { log.add(.resultBehindSpecimen, at: path(3)) }
        guard let order = currentOrder else {
            noteMissingOrder()
            return nil
        }
        if report.results.count >= ReportBuilder.mostResults {
            log.add(.tooManyResults, at: "OBX-1")
            guard log.isOfTaken else { return nil }
        }
        return order
    }

    /// A result follows: its index.
    private mutating func begin() -> Int {
        let index = report.results.count
        if index == 0 { report.results.reserveCapacity(4) }
        noteTarget = .result(index)
        places.noteResult(index, occurrence)
        return index
    }

    /// The result, and one more for each further value of OBX-5.
    private mutating func add(_ result: consuming Observation) {
        _ = begin()
        guard !furtherValues.isEmpty else {
            report.results.append(result)
            return
        }
        let further = furtherValues
        furtherValues = []
        report.results.append(copy result)
        for value in further {
            result.value = value
            places.noteResult(report.results.count, occurrence)
            report.results.append(copy result)
        }
    }

    /// OBX-11. Without it nothing may be taken as final, so that the message is held.
    private mutating func status() -> String {
        guard let status = code(single(11), 11) else {
            log.add(.statusMissing, at: path(11))
            return ""
        }
        if ResultStatus.codes.contains(status) { return status }
        if ResultStatus.codes.contains(status.inCapitals) {
            log.add(.codeForm, at: path(11))
            return status.inCapitals
        }
        log.add(.statusUnknown, at: path(11))
        return status
    }

    /// What OBX-2, of which that is the code, says of OBX-5.
    private mutating func kind(_ type: PartRange) -> ValueType? {
        let code = wire.text(type)
        let kind = ValueType(code)
        let capitals = kind == nil ? ValueType(code.inCapitals) : nil
        let isOdd = capitals != nil || !wire.equals(type, wire.trimmed(component(fields[2], 1)))
        if isOdd, wire.hasValue(type) { log.add(.codeForm, at: path(2)) }
        return kind ?? capitals
    }

    /// OBX-5 of a result of that status. Of one that could not be obtained (X) or was not asked (N) nothing was found: what stands
    /// there all the same, as a rule the reason in words, must not pass for a finding. In an order that is cancelled it contradicts
    /// that nothing was asked, and holds the message.
    private mutating func value(_ type: PartRange, _ kind: ValueType?, of status: String) -> Observation.Value? {
        let found = value(type, kind, isOrdered: status == "O")
        guard found != nil, status == "X" || (status == "N" && !isCancelling), !log.isOfTaken else { return found }
        furtherValues = []
        log.add(.detailDropped, at: path(5))
        return nil
    }

    /// OBX-5 after OBX-2: the first value, others aside. `""` is no value. What was asked with the order is no result.
    private mutating func value(_ type: PartRange, _ kind: ValueType?, isOrdered: Bool) -> Observation.Value? {
        let whole = fields[5]
        let hasValue = wire.hasValue(whole)
        guard wire.hasValue(type) else {
            guard hasValue else { return nil }
            // What was asked with the order (O) may pass as text.
            log.add(isOrdered ? .valueTypeAsText : .valueTypeMissing, at: path(2))
            return personal(whole, 5).map { .text($0) }
        }
        guard let kind else {
            log.add(.valueTypeUnknown, at: path(2))
            return log.isOfTaken ? personal(whole, 5).map { .text($0) } : nil
        }
        guard hasValue else { return nil }
        switch kind {
        case .text:
            judgeLines(whole, type)
            return .text(Personal(lines(whole, 5)))
        case .clock:
            judgeClocks(whole)
            return .text(Personal(lines(whole, 5)))
        case .other:
            log.add(.valueTypeAsText, at: path(2))
            return personal(whole, 5).map { .text($0) }
        case .coded, .number, .structured, .time:
            var first: Observation.Value?
            var steps = repetitions(whole)
            while let repetition = wire.next(&steps) {
                guard let value = value(repetition, kind) else { continue }
                if first == nil { first = value } else { furtherValues.append(value) }
            }
            if !furtherValues.isEmpty { log.add(.repeatedValue, at: path(5)) }
            return first
        }
    }

    private mutating func value(_ part: PartRange, _ kind: ValueType) -> Observation.Value? {
        guard wire.hasValue(part) else { return nil }
        switch kind {
        case .coded:
            guard let coded = coded(part, 5, original: 9) else { return nil }
            // Of a system alone nobody knows what was found.
            let said = [coded.code, coded.text, coded.localCode, coded.localText].contains { $0 != nil }
            return said ? .coded(coded) : nil
        case .number: return number(part)
        case .structured: return structured(part, 5)
        case .time: return timeValue(part, 5)
        case .text, .clock, .other: return personal(part, 5).map { .text($0) }
        }
    }

    /// A time of day (TM) passes as text; what is none is told.
    private mutating func judgeClocks(_ whole: PartRange) {
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard wire.hasValue(repetition), !HL7Time.isClock(wire.bytes(of: wire.bare(repetition))) else { continue }
            return log.add(.timeForm, at: path(5))
        }
    }

    private mutating func number(_ part: PartRange) -> Observation.Value? {
        // Separators behind which nothing stands are none of it.
        let digits = wire.bare(part)
        guard NumberForm.isNumber(wire.bytes(of: digits)) else {
            log.add(.numberForm, at: path(5))
            return personal(part, 5).map { .text($0) }
        }
        if digits.count > 16 { log.add(.numberLong, at: path(5)) }
        return .number(Personal(wire.text(digits)))
    }

    /// Whom the result names as who answers for it: OBX-25, else OBX-16.
    private mutating func responsible() -> Professional? {
        let observer = professional(fields[16], 16)
        guard let director = professional(fields[25], 25) else { return observer }
        if let observer, !observer.mayBe(director) || observer.isNamedOtherwise(than: director) {
            log.add(.repetitionDropped, at: path(16))
        }
        return director
    }

    /// Who did the analysis: OBX-23, else OBX-15, with the address in OBX-24. Most results repeat the one before.
    ///
    /// Gives the field that names it.
    private mutating func performer(of result: inout Observation) -> Int {
        let field = isPerformerNamed ? 23 : 15
        let key = fields[field]
        let place = wire.hasValue(key) ? fields[24] : .nothing
        if field == lastPerformer.field, wire.equals(key, lastPerformer.key), wire.equals(place, lastPerformer.place) {
            result.performer = lastPerformer.organisation
            return field
        }
        result.performer = field == 23 ? namedPerformer() : producer()
        lastPerformer = (field, key, place, result.performer)
        if let found = result.performer { notePerformer(found, field) }
        return field
    }

    /// Whether OBX-23 has a name (XON-1) or a number (XON-3, XON-10). Types and authorities alone are what a program writes around
    /// nothing, for any laboratory alike.
    private var isPerformerNamed: Bool {
        if fields[23].isEmpty { return false }
        var steps = repetitions(fields[23])
        while let repetition = wire.next(&steps) {
            let parts = wire.components(repetition)
            if wire.hasValue(parts[1]) || wire.hasValue(parts[10]) || wire.hasValue(parts[3]) { return true }
        }
        return false
    }

    private mutating func notePerformer(_ found: Organisation, _ field: Int) {
        if firstPerformer == nil || isSender(found) { firstPerformer = (found, occurrence, field) }
    }

    private mutating func namedPerformer() -> Organisation? {
        remembered(fields.span(23, 24), in: { $0.pointee.performers }) { builder in
            var found = builder.organisation(builder.fields[23], 23)
            found?.address = builder.address(builder.only(builder.fields[24], 24), 24)
            found?.noteSoundness()
            return found
        }
    }

    private mutating func producer() -> Organisation? {
        guard let coded = coded(inField: 15) else { return nil }
        var found = Organisation(name: coded.text)
        if let number = coded.code {
            if coded.system == FINESS.oid || coded.system == "FINEG" || coded.system == "FINESS" {
                found.finess = FINESS.bare(number)
            } else {
                found.identifiers = [Identifier(value: Personal(number), namespace: coded.system)]
            }
        }
        // A system alone is nobody.
        if found.isEmpty { return nil }
        if let address = address(only(fields[24], 24), 24) { found.address = address }
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
        if !CarriedDocuments.isPlainAttachment(component(fields[2], 1), in: wire) { log.add(.codeForm, at: path(2)) }
        if attachment == nil { attachment = path(5) }
        attachmentStatuses.append(compact(component(fields[11], 1), 11) ?? "")
        let data = wire.components(first(fields[5]))
        let isXML = wire.equals(data[3], "XML") || wire.equals(data[3], "xml")
        let isDocument =
            isXML
            || ReportBuilder.documentStarts.contains { wire.bytes(of: data[5]).starts(with: $0.utf8) }
        guard isDocument else { return }
        if !hasDocument { attachment = path(5) }
        hasDocument = true
    }

    /// `<?xml`, `<Clin` and a byte order mark before either, in base64.
    private static let documentStarts = ["PD94bWw", "PENsaW5", "77u/PD"]
}

/// What OBX-2 says of OBX-5 (table 0125).
enum ValueType {
    case coded, number, structured, text, time, clock, other

    init?(_ code: String) {
        switch code {
        case "CWE", "CE", "CNE", "CF", "ID", "IS", "CK", "CM": self = .coded
        case "NM", "SI": self = .number
        case "SN": self = .structured
        case "ST", "TX", "FT", "GTS", "": self = .text
        case "TM": self = .clock
        case "DT", "TS", "DTM": self = .time
        case "AD", "AUI", "CD", "CN", "CP", "CX", "CQ", "DLN", "DR", "EI", "FC", "FN", "HD", "JCC", "MA", "MO", "NA",
            "NDL", "OSD",
            "PL", "PN", "PPN", "RI", "SCV", "SPD", "SRT", "TN", "VID", "XAD", "XCN", "XON", "XPN", "XTN":
            self = .other
        default: return nil
        }
    }
}
