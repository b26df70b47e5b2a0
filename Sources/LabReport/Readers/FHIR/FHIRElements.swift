import HL7
import StrictJSON

/// FHIR's data types as others write them: what is absent is nil, what is of another type is noted.
struct FHIRElements {
    let settings: ReaderSettings
    var log: FindingLog
    /// The day of which the document speaks.
    var day: CalendarDate?

    init(settings: ReaderSettings) {
        self.settings = settings
        log = FindingLog(settings)
    }

    /// What `read` finds, of which nothing is noted: it is looked at besides, and read elsewhere or not at all.
    func quietly<Value>(_ read: (inout FHIRElements) -> Value) -> Value {
        var others = FHIRElements(settings: settings)
        return read(&others)
    }

    /// A string member of `json`.
    mutating func string(_ json: JSONView?, _ name: String, _ path: String) -> String? {
        guard let value = json?[name] else { return nil }
        guard let text = value.string else {
            log.add(.fhirElement, at: path + "." + name)
            return nil
        }
        if FHIRElements.hasControl(text) { log.add(.forbiddenControl, at: path + "." + name) }
        return text.isEmpty ? nil : text
    }

    /// R4, `string`: no character below U+0020 but tab, LF and CR.
    private static func hasControl(_ text: String) -> Bool {
        text.utf8.contains { $0 < 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
    }

    mutating func personal(_ json: JSONView?, _ name: String, _ path: String) -> Personal? {
        string(json, name, path).map { Personal($0) }
    }

    /// The objects of an array member.
    mutating func objects(_ json: JSONView?, _ name: String, _ path: String) -> [JSONView] {
        guard let value = json?[name] else { return [] }
        guard let elements = value.array else {
            log.add(.fhirElement, at: path + "." + name)
            return []
        }
        let objects = elements.filter { $0.isObject }
        if objects.count < elements.count { log.add(.fhirElement, at: path + "." + name) }
        return objects
    }

    /// The first objects of an array member: as many as one thing may have. That there are more is said.
    mutating func some(_ json: JSONView?, _ name: String, _ path: String, atMost most: Int = 50) -> [JSONView] {
        let all = objects(json, name, path)
        guard all.count > most else { return all }
        log.add(.fhirFurther, at: path + "." + name)
        return Array(all.prefix(most))
    }

    /// The strings of an array member.
    mutating func texts(_ json: JSONView?, _ name: String, _ path: String) -> [Personal] {
        guard let value = json?[name] else { return [] }
        guard let elements = value.array else {
            log.add(.fhirElement, at: path + "." + name)
            return []
        }
        // Null stands in the place of a text of which only extensions speak.
        if elements.contains(where: { $0.string == nil && !$0.isNull }) {
            log.add(.fhirElement, at: path + "." + name)
        }
        let texts = elements.compactMap { $0.string }.filter { !$0.isEmpty }
        if texts.contains(where: FHIRElements.hasControl) { log.add(.forbiddenControl, at: path + "." + name) }
        return texts.map { Personal($0) }
    }

    /// A date, dateTime or instant.
    mutating func time(_ json: JSONView?, _ name: String, _ path: String) -> ReportTime? {
        guard let text = string(json, name, path) else { return nil }
        let isISO = text.utf8.count == 4 || text.utf8.dropFirst(4).first == UInt8(ascii: "-")
        guard isISO, let time = CSVTime.read(text) else {
            log.add(.fhirElement, at: path + "." + name)
            return nil
        }
        let (completed, doubt) = TimeFrame(settings).complete(time)
        if let doubt { log.add(doubt, at: path + "." + name) }
        return completed
    }

    /// `effectiveDateTime`, `effectiveInstant` or the beginning of `effectivePeriod`, for `name` `effective`; the end of a period
    /// that is not said to begin. What else is said there is told.
    mutating func moment(_ json: JSONView, _ name: String, _ path: String) -> ReportTime? {
        let period = json[name + "Period"]
        let place = path + "." + name + "Period"
        if let period, !period.isObject { log.add(.fhirElement, at: place) }
        let start = time(period, "start", place)
        if json[name + "Timing"] != nil { log.add(.detailDropped, at: path + "." + name + "Timing") }
        if let moment = time(json, name + "DateTime", path) ?? time(json, name + "Instant", path) {
            if period != nil { log.add(.detailDropped, at: place) }
            return moment
        }
        guard let start else { return time(period, "end", place) }
        if let end = period?["end"], end != period?["start"] { log.add(.detailDropped, at: place + ".end") }
        return start
    }

    /// A CodeableConcept: LOINC or SNOMED CT first, another coding beside it.
    mutating func concept(_ json: JSONView?, _ path: String) -> Coded? {
        guard let json else { return nil }
        guard json.isObject else {
            log.add(.fhirElement, at: path)
            return nil
        }
        var codings: [Coded] = []
        for coding in some(json, "coding", path) {
            var coded = Coded(code: string(coding, "code", path), text: string(coding, "display", path))
            coded.system = string(coding, "system", path).map { CodeSystem.name(forURI: $0) }
            if coded != Coded() { codings.append(coded) }
        }
        let text = string(json, "text", path)
        guard !codings.isEmpty else { return text.map { Coded(text: $0) } }
        if codings.count > 2 { log.add(.fhirFurtherCodes, at: path) }
        let main = codings.firstIndex { CodeSystem.isShared($0.system) } ?? 0
        var concept = codings.remove(at: main)
        if let other = codings.first {
            (concept.localCode, concept.localText, concept.localSystem) = (other.code, other.text, other.system)
        }
        concept.text = concept.text ?? text
        concept.keepWords(text)
        for further in codings.dropFirst() { concept.keepTelling(further) }
        if let text, ![concept.text, concept.localText, concept.code, concept.localCode].contains(text) {
            log.add(.detailDropped, at: path + ".text")
            concept.keepTelling(Coded(text: text))
        }
        return concept
    }

    /// An Identifier; its system an OID where it is one.
    mutating func identifier(_ json: JSONView, _ path: String) -> Identifier? {
        guard let value = string(json, "value", path) else { return nil }
        let codings = objects(json["type"], "coding", path + ".type")
        let code = codings.first.flatMap { string($0, "code", path) }
        let system = string(json, "system", path).map { CodeSystem.name(forURI: $0) }
        let isINS = code?.hasPrefix("INS-NI") == true
        let isPerson = isINS || system.flatMap { INSAuthority(oid: $0) } != nil
        let number = isPerson ? value.withoutBlanks : value.unpadded
        return Identifier(
            value: Personal(number), system: system, namespace: string(json["assigner"], "display", path),
            type: isINS ? "INS" : code ?? string(json["type"], "text", path))
    }

    /// Those that are in force; with `old` also those that are no longer.
    mutating func identifiers(_ json: JSONView, _ path: String, old: Bool = false) -> [Identifier] {
        var all: [Identifier] = []
        for element in some(json, "identifier", path) where old || !isOld(element) {
            if let identifier = identifier(element, path + ".identifier") { all.append(identifier) }
        }
        return all
    }

    /// A patient's numbers, but those that are called old. The end of a period is one of rights or of a stay, and the number is still
    /// that person's; of an INS it says that something happened to the identity.
    mutating func numbers(ofPatient json: JSONView, _ path: String) -> [Identifier] {
        var all: [Identifier] = []
        let place = path + ".identifier"
        for element in some(json, "identifier", path) where element["use"]?.string != "old" {
            guard let identifier = identifier(element, place) else { continue }
            if PatientIdentifiers.isINS(identifier), isOld(element) {
                log.add(.insExpired, at: place)
            } else {
                all.append(identifier)
            }
        }
        return all
    }

    /// What FHIR says of a number, a name or an address that holds no longer: by its use, or because its period ended before the
    /// document's day. Where nothing says which day that is, a period with an end is over; an end that cannot be read says nothing.
    func isOld(_ json: JSONView) -> Bool {
        if json["use"]?.string == "old" { return true }
        guard let end = json["period"]?["end"]?.string, let last = CSVTime.read(end)?.date else { return false }
        guard let day else { return true }
        return last.isBefore(day)
    }

    /// What has no place in a report, where it says something.
    mutating func noteDropped(_ json: JSONView?, _ names: String..., at path: String) {
        for name in names where json?[name] != nil { log.add(.detailDropped, at: path + "." + name) }
    }

    /// Telephone numbers and mail addresses, each once. One that is over is left out and told: by the rule about contacts where they are
    /// a patient's.
    mutating func telecom(_ json: JSONView, _ path: String, ofPatient: Bool = false) -> (
        phones: [Personal], mails: [Personal]
    ) {
        var phones: [Personal] = []
        var mails: [Personal] = []
        for contact in some(json, "telecom", path) {
            if isOld(contact) {
                log.add(ofPatient ? .contactNotValid : .detailDropped, at: path + ".telecom")
                continue
            }
            guard let value = string(contact, "value", path + ".telecom") else { continue }
            let system = string(contact, "system", path + ".telecom")
            switch system {
            case "phone", "sms", "pager", "fax", "email", nil: break
            default:
                // Of what is neither, a mail is one all the same, and a web page is not.
                let isMail = value.utf8.contains(UInt8(ascii: "@")) && !value.utf8.contains(UInt8(ascii: "/"))
                guard isMail else {
                    // A laboratory's web page stands in all that it sends.
                    if ofPatient || system != "url" { log.add(.detailDropped, at: path + ".telecom") }
                    continue
                }
            }
            let way = ContactWay(value, isSaidMail: system == "email")
            if let rule = way?.put(phones: &phones, mails: &mails) { log.add(rule, at: path + ".telecom") }
        }
        return (phones, mails)
    }

    /// The home address, or the first one.
    mutating func address(_ json: JSONView, _ path: String) -> Address? {
        let all = objects(json, "address", path).filter { !isOld($0) }
        guard let element = all.first(where: { $0["use"]?.string == "home" }) ?? all.first else { return nil }
        if all.count > 1 { log.add(.fhirFurther, at: path + ".address") }
        return read(address: element, path)
    }

    /// The address of a structure or of a professional: one that is over is left out and told.
    mutating func workplace(_ json: JSONView, _ path: String) -> Address? {
        if some(json, "address", path).contains(where: { isOld($0) }) {
            log.add(.detailDropped, at: path + ".address")
        }
        return address(json, path)
    }

    /// A patient's address. Where none holds, the first that is only over by its period; none that is said to be old.
    mutating func home(_ json: JSONView, _ path: String) -> Address? {
        if let address = address(json, path) { return address }
        let old = some(json, "address", path).filter { isOld($0) }
        guard !old.isEmpty else { return nil }
        log.add(.addressNotValid, at: path + ".address")
        return old.first { $0["use"]?.string != "old" }.flatMap { read(address: $0, path) }
    }

    private mutating func read(address element: JSONView, _ path: String) -> Address? {
        var address = Address()
        address.lines = texts(element, "line", path + ".address")
        address.city = personal(element, "city", path + ".address")
        address.state = string(element, "state", path + ".address")
        address.postcode = personal(element, "postalCode", path + ".address")
        address.country = string(element, "country", path + ".address")
        // Some have the whole in one text, alone or beside its street.
        if address.city == nil, address.postcode == nil, let text = string(element, "text", path + ".address") {
            let lines = text.utf8.split(maxSplits: Limits.addressLines - 1) { $0 == 0x0A || $0 == 0x0D }
            for line in lines.map({ Personal(String(decoding: $0, as: UTF8.self)) }) where !address.lines.contains(line)
            {
                address.lines.append(line)
            }
        }
        return address == Address() ? nil : address
    }

    /// The extensions of `json` with that URL.
    mutating func extensions(_ json: JSONView, _ url: String, _ path: String) -> [JSONView] {
        objects(json, "extension", path).filter { $0["url"]?.string == url }
    }
}
