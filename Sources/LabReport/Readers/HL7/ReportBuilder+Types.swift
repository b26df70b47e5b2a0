import HL7

/// The data types that fields are made of.
extension ReportBuilder {
    /// A path in the segment being read.
    func path(_ field: Int, repetition: Int? = nil, component: Int? = nil) -> String {
        var path = segment.description
        if occurrence > 1 || (segment != .pid && segment != .pv1) { path += "[" + String(occurrence) + "]" }
        if field > 0 { path += "-" + String(field) }
        if let repetition { path += "[" + String(repetition) + "]" }
        if let component { path += "." + String(component) }
        return path
    }

    /// The text of `part`, which belongs to `field`; nil when nothing was sent.
    mutating func text(_ part: Part, _ field: Int) -> String? {
        guard part.hasValue else { return nil }
        var problems: TextProblems = []
        let text = part.decodedText(&problems)
        if !problems.isEmpty { log.note(problems, at: path(field)) }
        return text
    }

    /// The text of `part` as a personal value.
    mutating func personal(_ part: Part, _ field: Int) -> Personal? { text(part, field).map { Personal($0) } }

    /// The characters of an identifier, without blanks.
    mutating func compact(_ part: Part, _ field: Int) -> String? {
        guard let text = text(part, field) else { return nil }
        guard text.utf8.contains(0x20) else { return text }
        return String(decoding: text.utf8.filter { $0 != 0x20 }, as: UTF8.self)
    }

    /// A time (TS, DTM, DT, first component of DR); `rule` when it is badly written.
    mutating func time(_ field: Int, orElse rule: Rule = .timeForm) -> ReportTime? {
        if fields.isEmpty(field) { return nil }
        switch HL7Time.read(fields[field].repetition(1).component(1).bytes) {
        case .nothing: return nil
        case .fault:
            log.add(rule, at: path(field))
            return nil
        case .time(let time): return completed(time, field)
        }
    }

    /// `time` with the message's or site's offset where it has none.
    mutating func completed(_ time: ReportTime, _ field: Int) -> ReportTime {
        let (completed, isGap) = frame.complete(time)
        if isGap { log.add(.timeGap, at: path(field)) }
        return completed
    }

    /// A coded element (CWE, CE): the standard code first where the sender put it second.
    mutating func coded(_ part: Part, _ field: Int) -> Coded? {
        guard part.hasValue else { return nil }
        var coded = Coded()
        var original: String?
        var position = 0
        for component in part.components {
            position += 1
            if position > 9 { break }
            guard !component.isEmpty else { continue }
            switch position {
            case 1: coded.code = compact(component, field)
            case 2: coded.text = text(component, field)
            case 3: coded.system = text(component, field)
            case 4: coded.localCode = compact(component, field)
            case 5: coded.localText = text(component, field)
            case 6: coded.localSystem = text(component, field)
            case 9: original = text(component, field)
            default: continue
            }
        }
        if coded.text == nil, coded.localText == nil { coded.text = original }
        let isStandard = ReportBuilder.isStandard(coded.system)
        if !isStandard, coded.localCode != nil, ReportBuilder.isStandard(coded.localSystem) {
            swap(&coded.code, &coded.localCode)
            swap(&coded.text, &coded.localText)
            swap(&coded.system, &coded.localSystem)
        }
        return coded == Coded() ? nil : coded
    }

    private static func isStandard(_ system: String?) -> Bool { system == "LN" || system == "SCT" }

    /// The first part of an entity identifier (EI).
    mutating func entity(_ part: Part, _ field: Int) -> Personal? { personal(part.component(1), field) }

    /// An organisation (XON).
    mutating func organisation(_ part: Part, _ field: Int) -> Organisation? {
        guard part.hasValue else { return nil }
        var organisation = Organisation(name: text(part.component(1), field))
        let assigned = part.component(10)
        if let number = compact(assigned.hasValue ? assigned : part.component(3), field) {
            let authority = part.component(6)
            let type = compact(part.component(7), field)
            let system = compact(authority.subcomponent(2), field)
            if isFINESS(type: type, system: system) {
                organisation.finess = FINESS.bare(number)
            } else {
                let namespace = text(authority.subcomponent(1), field)
                organisation.identifiers = [
                    Identifier(value: Personal(number), system: system, namespace: namespace, type: type)
                ]
            }
        }
        return organisation == Organisation() ? nil : organisation
    }

    private func isFINESS(type: String?, system: String?) -> Bool {
        switch type {
        case "FINEG", "FINEJ", "FINESS", "IDNST": true
        case nil: system == FINESS.oid
        default: false
        }
    }

    /// A professional (XCN), with the identifiers of all repetitions that are about the same person.
    mutating func professional(_ whole: Part, _ field: Int) -> Professional? {
        guard whole.hasValue else { return nil }
        var professional = Professional()
        for repetition in whole.repetitions.prefix(ReportBuilder.mostRepetitions) {
            let family = personal(repetition.component(2).subcomponent(1), field)
            if professional.familyName == nil {
                professional.familyName = family
                professional.givenName = personal(repetition.component(3), field)
            } else if family != nil, family != professional.familyName {
                continue
            }
            guard let number = compact(repetition.component(1), field) else { continue }
            let authority = repetition.component(9)
            professional.identifiers.append(
                Identifier(
                    value: Personal(number), system: compact(authority.subcomponent(2), field),
                    namespace: text(authority.subcomponent(1), field), type: compact(repetition.component(13), field)))
        }
        return professional == Professional() ? nil : professional
    }

    /// Repetitions that are read of a field.
    static let mostRepetitions = widestField

    /// An address (XAD).
    mutating func address(_ part: Part, _ field: Int) -> Address? {
        guard part.hasValue else { return nil }
        var address = Address()
        if let street = personal(part.component(1).subcomponent(1), field) { address.lines.append(street) }
        if let more = personal(part.component(2), field) { address.lines.append(more) }
        address.city = personal(part.component(3), field)
        address.state = text(part.component(4), field)
        address.postcode = compact(part.component(5), field).map { Personal($0) }
        address.country = text(part.component(6), field)
        return address == Address() ? nil : address
    }

    /// Telephone numbers and mail addresses (XTN), each once.
    mutating func contacts(_ whole: Part, _ field: Int, phones: inout [Personal], mails: inout [Personal]) {
        guard whole.hasValue else { return }
        for repetition in whole.repetitions.prefix(ReportBuilder.mostRepetitions) {
            let isNet = repetition.component(2).equals("NET") || repetition.component(3).equals("Internet")
            if let mail = personal(repetition.component(4), field) {
                if !mails.contains(mail) { mails.append(mail) }
                if isNet { continue }
            } else if isNet {
                if let mail = personal(repetition.component(1), field), !mails.contains(mail) { mails.append(mail) }
                continue
            }
            guard let phone = phone(repetition, field), !phones.contains(phone) else { continue }
            phones.append(phone)
        }
    }

    /// The number as one text, or put together from country, area and local number.
    private mutating func phone(_ part: Part, _ field: Int) -> Personal? {
        if let number = personal(part.component(12), field) ?? personal(part.component(1), field) { return number }
        guard let local = text(part.component(7), field) else { return nil }
        let country = text(part.component(5), field).map { "+" + $0 + " " } ?? ""
        let area = text(part.component(6), field).map { $0 + " " } ?? ""
        return Personal(country + area + local)
    }
}
