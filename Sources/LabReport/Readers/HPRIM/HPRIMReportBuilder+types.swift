import HL7

/// The data types that HPRIM fields are made of.
extension HPRIMReportBuilder {
    /// The field of the segment being read; empty where it is not there.
    func field(_ number: Int) -> Part { segment?.field(number) ?? Part([], Dialect()) }

    /// A path in the segment being read: `OBX[3]-6`.
    func path(_ field: Int) -> String {
        let name = segment?.name ?? "H"
        let isSingle = name == "H" || name == "P" || name == "L"
        return name + (isSingle ? "" : "[" + String(occurrence) + "]") + "-" + String(field)
    }

    /// The text of `part`, which belongs to `field`; nil when nothing was sent.
    mutating func text(_ part: Part, _ field: Int) -> String? {
        guard part.hasValue else { return nil }
        var problems: TextProblems = []
        let text = part.decodedText(&problems)
        if !problems.isEmpty { log.note(problems, at: path(field)) }
        return text
    }

    mutating func personal(_ part: Part, _ field: Int) -> Personal? { text(part, field).map { Personal($0) } }

    /// The characters of an identifier, without blanks.
    mutating func compact(_ part: Part, _ field: Int) -> String? {
        guard let text = text(part, field) else { return nil }
        guard text.utf8.contains(0x20) else { return text }
        return String(decoding: text.utf8.filter { $0 != 0x20 }, as: UTF8.self)
    }

    /// A time (TS); `rule` when it is badly written.
    mutating func time(_ number: Int, orElse rule: Rule = .timeForm) -> ReportTime? {
        switch HL7Time.read(field(number).repetition(1).component(1).bytes) {
        case .nothing: return nil
        case .fault:
            log.add(rule, at: path(number))
            return nil
        case .time(let time): return completed(time, number)
        }
    }

    /// `time` with the message's or the site's offset where it has none.
    mutating func completed(_ time: ReportTime, _ field: Int) -> ReportTime {
        let (completed, isGap) = frame.complete(time)
        if isGap { log.add(.timeGap, at: path(field)) }
        return completed
    }

    /// A coded element: code, text, system, and the same again for the sender's own.
    mutating func coded(_ part: Part, _ field: Int) -> Coded? {
        guard part.hasValue else { return nil }
        var coded = Coded()
        var position = 0
        for component in part.components.prefix(6) {
            position += 1
            switch position {
            case 1: coded.code = compact(component, field)
            case 2: coded.text = text(component, field)
            case 3: coded.system = text(component, field)
            case 4: coded.localCode = compact(component, field)
            case 5: coded.localText = text(component, field)
            default: coded.localSystem = text(component, field)
            }
        }
        if !HPRIMReportBuilder.isStandard(coded.system), coded.localCode != nil,
            HPRIMReportBuilder.isStandard(coded.localSystem)
        {
            swap(&coded.code, &coded.localCode)
            swap(&coded.text, &coded.localText)
            swap(&coded.system, &coded.localSystem)
        }
        return coded == Coded() ? nil : coded
    }

    private static func isStandard(_ system: String?) -> Bool { system == "LN" || system == "SCT" }

    /// An address: street, more, city, state, postcode, country, type.
    mutating func address(_ part: Part, _ field: Int) -> Address? {
        guard part.hasValue else { return nil }
        var address = Address()
        for number in 1...2 {
            if let line = personal(part.component(number), field) { address.lines.append(line) }
        }
        address.city = personal(part.component(3), field)
        address.state = text(part.component(4), field)
        address.postcode = compact(part.component(5), field).map { Personal($0) }
        address.country = text(part.component(6), field)
        return address == Address() ? nil : address
    }

    /// Telephone numbers, and mail addresses where there is an `@`: each once.
    mutating func contacts(_ whole: Part, _ field: Int, phones: inout [Personal], mails: inout [Personal]) {
        guard whole.hasValue else { return }
        for repetition in whole.repetitions.prefix(Limits.hprimParts) {
            guard let contact = personal(repetition.component(1), field) else { continue }
            if contact.text.utf8.contains(UInt8(ascii: "@")) {
                if !mails.contains(contact) { mails.append(contact) }
            } else if !phones.contains(contact) {
                phones.append(contact)
            }
        }
    }

    /// A professional: number, family name, given name; in components 9 and 13 who gave the number and its type, where the
    /// sender says so. A number that is an RPPS by form and key is one.
    mutating func professional(_ whole: Part, _ field: Int) -> Professional? {
        guard whole.hasValue else { return nil }
        var person = Professional()
        for repetition in whole.repetitions.prefix(Limits.hprimParts) {
            let family = personal(repetition.component(2), field)
            if person.familyName == nil {
                person.familyName = family
                person.givenName = personal(repetition.component(3), field)
            } else if family != nil, family != person.familyName {
                continue
            }
            guard let number = compact(repetition.component(1), field) else { continue }
            let authority = repetition.component(9)
            var identifier = Identifier(
                value: Personal(number), system: compact(authority.subcomponent(2), field),
                namespace: text(authority.subcomponent(1), field), type: compact(repetition.component(13), field))
            if identifier.type == nil, RPPS(number) != nil { identifier.type = "RPPS" }
            person.identifiers.append(identifier)
        }
        return person == Professional() ? nil : person
    }

    /// A structure: number, name. A number with the form and key of a FINESS is one.
    mutating func organisation(_ part: Part, _ field: Int) -> Organisation? {
        guard part.hasValue else { return nil }
        var organisation = Organisation(name: text(part.component(2), field))
        if let number = compact(part.component(1), field) {
            let system = text(part.component(3), field)
            if FINESS(number) != nil || system == FINESS.oid || system == "FINEG" || system == "FINESS" {
                organisation.finess = FINESS.bare(number)
            } else {
                organisation.identifiers = [Identifier(value: Personal(number), namespace: system)]
            }
        }
        return organisation == Organisation() ? nil : organisation
    }
}
