import StrictJSON

/// FHIR's data types, written member by member. Empty text is absent: FHIR has no empty strings and no empty objects.
extension JSONWriter {
    /// A string member, where there is one.
    mutating func member(_ key: StaticString, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        self.key(key)
        string(text)
    }

    mutating func member(_ key: StaticString, _ text: Personal?) {
        member(key, text?.text)
    }

    /// A string member that the program spells out.
    mutating func member(_ key: StaticString, plain text: StaticString) {
        self.key(key)
        plain(text)
    }

    /// An array of strings, where one is not empty.
    mutating func member(_ key: StaticString, _ texts: [Personal]) {
        guard texts.contains(where: { !$0.text.isEmpty }) else { return }
        self.key(key)
        opening("[")
        for text in texts where !text.text.isEmpty { string(text.text) }
        endArray()
    }

    /// `{"reference":"…"}`
    mutating func reference(_ link: FHIRLink, _ links: FHIRLinks) {
        opening(#"{"reference":"#)
        raw { links.append(link, to: &$0) }
        closing("}")
    }

    /// A moment; its local time of day stands beside it (`beside`: the key with an underscore) where FHIR cannot write it.
    mutating func member(_ key: StaticString, beside: StaticString, _ time: ReportTime?) {
        guard let time else { return }
        self.key(key)
        raw { FHIRTime.append(time, to: &$0) }
        guard let second = time.secondOfDay, time.offsetMinutes == nil else { return }
        self.key(beside)
        beginObject()
        self.key("extension")
        beginArray()
        beginObject()
        member("url", FHIRName.localTime)
        self.key("valueTime")
        raw { FHIRTime.appendQuoted(secondOfDay: second, to: &$0) }
        endObject()
        endArray()
        endObject()
    }

    /// The array of extensions, opened by the first one. `body` writes the value.
    mutating func `extension`(_ url: String, _ isOpen: inout Bool, _ body: (inout JSONWriter) -> Void) {
        openExtensions(&isOpen)
        opening(#"{"url":"#)
        string(url)
        body(&self)
        closing("}")
    }

    /// The array of extensions, where it is not open.
    mutating func openExtensions(_ isOpen: inout Bool) {
        guard !isOpen else { return }
        opening(#""extension":["#)
        isOpen = true
    }

    /// An extension with a string-like value, where there is one.
    mutating func `extension`(_ url: String, _ isOpen: inout Bool, _ key: StaticString, _ text: String?) {
        guard let text, !text.isEmpty else { return }
        self.extension(url, &isOpen) { $0.member(key, text) }
    }

    /// An extension with a moment. One without offset is a string: FHIR has no type for it, and extensions of a value
    /// inside an extension are more than common readers understand.
    mutating func `extension`(_ url: String, _ isOpen: inout Bool, _ time: ReportTime?) {
        guard let time else { return }
        self.extension(url, &isOpen) { json in
            if time.secondOfDay != nil, time.offsetMinutes == nil {
                json.key("valueString")
                json.raw { FHIRTime.appendLocal(time, to: &$0) }
            } else {
                json.key("valueDateTime")
                json.raw { FHIRTime.append(time, to: &$0) }
            }
        }
    }

    mutating func endExtensions(_ isOpen: Bool) {
        if isOpen { endArray() }
    }

    /// The members that name a code system: exact, or with the laboratory's own spelling beside it. Call first in an object.
    mutating func system(_ name: String?) {
        guard let name, !name.isEmpty else { return }
        let uri = CodeSystem.written(name)
        if !uri.isExact {
            var isOpen = false
            self.extension(FHIRName.system, &isOpen, "valueString", name)
            endExtensions(isOpen)
        }
        key("system")
        string(uri.opening, uri.rest)
    }

    /// A CodeableConcept, where there is anything in it. The laboratory's own code is the one marked `userSelected`.
    mutating func member(_ key: StaticString, _ coded: Coded?) {
        guard let coded, !coded.isBlank else { return }
        self.key(key)
        beginObject()
        concept(coded)
        endObject()
    }

    /// A unit that a quantity cannot hold. One that is UCUM's by name only does not bear that system: its name stands beside.
    mutating func unit(_ key: StaticString, _ unit: Coded) {
        self.key(key)
        beginObject()
        concept(unit, isMisnamed: unit.isMisnamedUnit)
        endObject()
    }

    /// The members of a CodeableConcept. A code that is `isMisnamed` is none of the system that is named with it.
    mutating func concept(_ coded: Coded, isMisnamed: Bool = false) {
        let hasMain = coded.code.isFilled || coded.system.isFilled
        let hasLocal = coded.localCode.isFilled || coded.localSystem.isFilled || coded.localText.isFilled
        if hasMain || hasLocal {
            key("coding")
            beginArray()
            if hasMain {
                beginObject()
                if isMisnamed {
                    var isOpen = false
                    self.extension(FHIRName.system, &isOpen, "valueString", coded.system)
                    endExtensions(isOpen)
                } else {
                    system(coded.system)
                }
                member("code", coded.code)
                member("display", coded.text)
                endObject()
            }
            if hasLocal {
                beginObject()
                system(coded.localSystem)
                member("code", coded.localCode)
                member("display", coded.localText)
                key("userSelected")
                bool(true)
                endObject()
            }
            endArray()
        }
        if !hasMain { member("text", coded.text) }
    }

    /// The members of an element whose value is not known, or not for this recipient.
    mutating func dataAbsent() {
        var isOpen = false
        self.extension(FHIRName.dataAbsentReason, &isOpen, "valueCode", "unknown")
        endExtensions(isOpen)
    }

    /// A Coding of a system that FHIR itself names.
    mutating func coding(_ system: String, _ code: String) {
        opening(#"{"system":"#)
        string(system)
        opening(#""code":"#)
        string(code)
        closing("}")
    }

    /// An Identifier. `type` is the standard's name for its type where it differs from what the laboratory wrote.
    mutating func identifier(
        _ identifier: Identifier, use: FHIRIdentifierUse? = nil, type standard: String? = nil,
        _ forms: IdentifierForms? = nil
    ) {
        guard !identifier.value.text.isEmpty else { return }
        let kind = IdentifierForms.Kind(
            system: identifier.system, namespace: identifier.namespace, type: identifier.type, standard: standard,
            use: use)
        if let form = forms?.form(kind) {
            opening(form.opening)
            string(identifier.value.text)
            closing(form.closing)
            return
        }
        let opening = written { $0.openIdentifier(kind) }
        string(identifier.value.text)
        let end = count
        closeIdentifier(kind)
        guard let forms else { return }
        var closing: [UInt8] = []
        withWritten(from: end) { closing = Array($0) }
        forms.keep(IdentifierForms.Form(opening: opening, closing: closing), of: kind)
    }

    private mutating func openIdentifier(_ kind: IdentifierForms.Kind) {
        let uri = kind.system.isFilled ? kind.system.map { CodeSystem.written($0) } : nil
        beginObject()
        if let uri, !uri.isExact {
            var isOpen = false
            self.extension(FHIRName.system, &isOpen, "valueString", kind.system)
            endExtensions(isOpen)
        }
        if let use = kind.use { member("use", plain: use.word) }
        identifierType(kind.type, kind.standard)
        if let uri {
            key("system")
            string(uri.opening, uri.rest)
        }
        key("value")
    }

    private mutating func closeIdentifier(_ kind: IdentifierForms.Kind) {
        if kind.namespace.isFilled {
            key("assigner")
            beginObject()
            member("display", kind.namespace)
            endObject()
        }
        endObject()
    }

    private mutating func identifierType(_ type: String?, _ standard: String?) {
        guard let type, !type.isEmpty else { return }
        key("type")
        beginObject()
        if let system = standard == nil ? FHIRName.system(ofType: type) : FHIRName.frenchIdentifierTypes {
            key("coding")
            beginArray()
            coding(system, standard ?? type)
            endArray()
            if standard != nil { member("text", type) }
        } else {
            member("text", type)
        }
        endObject()
    }

    /// The members `telecom`, where there is anything to write.
    mutating func telecom(phones: [Personal], mails: [Personal]) {
        guard phones.contains(where: { !$0.text.isEmpty }) || mails.contains(where: { !$0.text.isEmpty }) else {
            return
        }
        key("telecom")
        beginArray()
        contacts("phone", phones)
        contacts("email", mails)
        endArray()
    }

    private mutating func contacts(_ system: StaticString, _ values: [Personal]) {
        for value in values where !value.text.isEmpty {
            opening(#"{"system":"#)
            plain(system)
            opening(#""value":"#)
            string(value.text)
            closing("}")
        }
    }

    /// An array of one Address, where there is anything in it.
    mutating func addresses(_ address: Address?) {
        guard let address, !address.isBlank else { return }
        opening(#""address":[{"#)
        member("line", address.lines)
        member("city", address.city)
        member("state", address.state)
        member("postalCode", address.postcode)
        member("country", address.country)
        closing("}]")
    }
}

extension Optional where Wrapped == String {
    /// There is text.
    var isFilled: Bool {
        guard let self else { return false }
        return !self.isEmpty
    }
}

extension Coded {
    /// Nothing to write.
    var isBlank: Bool {
        !(code.isFilled || text.isFilled || system.isFilled || localCode.isFilled || localText.isFilled
            || localSystem.isFilled)
    }
}

extension Address {
    /// Nothing to write.
    var isBlank: Bool {
        !(city?.text).isFilled && !(postcode?.text).isFilled && !country.isFilled && !state.isFilled
            && lines.allSatisfy { $0.text.isEmpty }
    }
}
