import HL7

/// The data types that fields of HL7 v2 are made of, as far as HPRIM has them otherwise.
extension ReportBuilder {
    static let hasSubcomponents = true
    static let mostRepetitions = FieldWidth.widest
    static let mostLines = Int.max

    func field(_ number: Int) -> PartRange { fields[number] }

    /// A path in the segment being read.
    func path(_ field: Int) -> String { path(field, repetition: nil) }

    /// A path to a repetition, or to a component of one.
    func path(_ field: Int, repetition: Int?, component: Int? = nil) -> String {
        var path = path(field, of: segment, occurrence)
        if let repetition { path += "[" + String(repetition) + "]" }
        if let component { path += "." + String(component) }
        return path
    }

    /// A path in any segment.
    func path(_ field: Int, of segment: SegmentName, _ occurrence: Int) -> String {
        var path = segment.description
        if occurrence > 1 || (segment != .pid && segment != .pv1) { path += "[" + String(occurrence) + "]" }
        if field > 0 { path += "-" + String(field) }
        return path
    }

    /// The first component of a field of one value; separators that part it from nothing are told.
    mutating func single(_ number: Int) -> PartRange {
        let field = fields[number]
        let whole = wire.component(field, 1)
        // Nearly all are one letter or a time.
        if field.count <= 1 { return whole }
        let value = wire.bare(wire.component(wire.bare(field), 1))
        if !wire.equals(value, wire.trimmed(whole)), wire.hasValue(value) { log.add(.codeForm, at: path(number)) }
        return value
    }

    /// The coded element in the first repetition of a field; its ninth component is the text that the codes stand for.
    mutating func coded(inField number: Int) -> Coded? {
        let field = fields[number]
        if field.isEmpty { return nil }
        return remembered(field, in: { $0.pointee.fieldCodes }) { builder in
            builder.coded(builder.only(field, number), number, original: 9)
        }
    }

    /// The codes in the first components of a field's repetitions.
    mutating func codes(inField number: Int) -> [String] {
        let field = fields[number]
        if field.isEmpty { return [] }
        return remembered(field, in: { $0.pointee.lists }) { builder in
            var codes: [String] = []
            var steps = builder.repetitions(field)
            while let repetition = builder.wire.next(&steps) {
                if let code = builder.code(builder.component(repetition, 1), number) { codes.add(code) }
            }
            return codes
        }
    }

    /// OBX-8: of each repetition the code of table 0078, also where that is the alternate one, or what its words say.
    mutating func interpretations() -> [String] {
        let field = fields[8]
        if field.isEmpty { return [] }
        return remembered(field, in: { $0.pointee.flags }) { builder in
            var codes: [String] = []
            var steps = builder.repetitions(field)
            while let repetition = builder.wire.next(&steps) {
                let parts = builder.wire.components(repetition)
                let named = [builder.code(parts[1], 8), builder.code(parts[4], 8)].compactMap { $0 }
                let words = [builder.text(parts[2], 8), builder.text(parts[5], 8)].compactMap { $0 }
                let found = InterpretationForm.codes(among: named, words: words)
                // Words without a code stand in its place, as what is no code of the table does.
                for code in found.isEmpty ? Array(words.prefix(1)) : found { codes.add(code) }
            }
            return codes
        }
    }

    /// The first part of an entity identifier (EI).
    mutating func entity(_ number: Int) -> Personal? { code(component(fields[number], 1), number).map { Personal($0) } }

    /// An organisation (XON), with the identifiers of all repetitions that have its name or none.
    mutating func organisation(_ whole: PartRange, _ field: Int) -> Organisation? {
        guard wire.hasValue(whole) else { return nil }
        var organisation: Organisation?
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            let parts = wire.components(repetition)
            let name = text(parts[1], field)
            var found = organisation ?? Organisation(name: name)
            guard name == nil || name == found.name else {
                log.add(.repetitionDropped, at: path(field))
                continue
            }
            readIdentifier(parts, of: &found, field)
            organisation = found
        }
        return organisation.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// XON-10, or XON-3 of old versions. Of several FINESS the first one is the structure's; others are further identifiers.
    private mutating func readIdentifier(_ parts: PartList, of organisation: inout Organisation, _ field: Int) {
        guard let number = number(wire.hasValue(parts[10]) ? parts[10] : parts[3], field) else { return }
        let type = compact(parts[7], field)
        let system = universalID(wire.subcomponent(parts[6], 2), field)
        if isFINESS(type: type, system: system) {
            let finess = FINESS.bare(number)
            if organisation.finess == nil { organisation.finess = finess }
            if organisation.finess == finess { return }
        }
        let namespace = text(wire.subcomponent(parts[6], 1), field)
        organisation.identifiers.add(
            Identifier(value: Personal(number), system: system, namespace: namespace, type: type))
    }

    private func isFINESS(type: String?, system: String?) -> Bool {
        switch type {
        case "FINEG", "FINEJ", "FINESS", "IDNST": true
        case nil: system == FINESS.oid
        default: false
        }
    }

    /// Telephone numbers and mail addresses (XTN), each once. A patient's that has ended is left out; of others, which are remembered from
    /// message to message, that is not asked.
    mutating func contacts(
        _ whole: PartRange, _ field: Int, ofPatient: Bool = false, phones: inout [Personal], mails: inout [Personal]
    ) {
        guard wire.hasValue(whole) else { return }
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            let parts = wire.components(repetition)
            if ofPatient, !holdsContact(parts) {
                log.add(.contactNotValid, at: path(field))
                continue
            }
            readWays(parts, field, phones: &phones, mails: &mails)
        }
    }

    /// What one repetition says: the mail of XTN-4, and the number that stands in one text (XTN-12, XTN-1) or in parts, or another mail in
    /// its place. For the internet there is one way alone.
    private mutating func readWays(
        _ parts: PartList, _ field: Int, phones: inout [Personal], mails: inout [Personal]
    ) {
        let isNet = wire.equals(parts[2], "NET") || wire.equals(parts[3], "Internet")
        if let mail = text(parts[4], field), let way = ContactWay(mail, isSaidMail: true) {
            put(way, field, phones: &phones, mails: &mails)
            if isNet { return }
        }
        for number in [12, 1, 7] {
            guard let text = number == 7 ? composed(parts, field) : text(parts[number], field),
                let way = ContactWay(text, isSaidMail: isNet)
            else { continue }
            if case .phone(let phone) = way {
                return put(.phone(extended(phone, parts, field)), field, phones: &phones, mails: &mails)
            }
            put(way, field, phones: &phones, mails: &mails)
            if isNet { return }
        }
    }

    private mutating func put(
        _ way: ContactWay, _ field: Int, phones: inout [Personal], mails: inout [Personal]
    ) {
        if let rule = way.put(phones: &phones, mails: &mails) { log.add(rule, at: path(field)) }
    }

    /// Put together from country, area and local number; a mail is none of a country.
    private mutating func composed(_ parts: PartList, _ field: Int) -> String? {
        guard let local = text(parts[7], field) else { return nil }
        if local.utf8.contains(UInt8(ascii: "@")) { return local }
        let country = text(parts[5], field).map { ($0.utf8.first == UInt8(ascii: "+") ? "" : "+") + $0 + " " } ?? ""
        let area = text(parts[6], field).map { $0 + " " } ?? ""
        return country + area + local
    }

    /// The number with its extension (XTN-8) behind it, unless it is there.
    private mutating func extended(_ phone: Personal, _ parts: PartList, _ field: Int) -> Personal {
        guard let inner = code(parts[8], field), !phone.text.hasSuffix(inner) else { return phone }
        return Personal(phone.text + " ext. " + inner)
    }
}
