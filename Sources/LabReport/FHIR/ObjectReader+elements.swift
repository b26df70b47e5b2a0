import StrictJSON

/// FHIR's data types, read as `JSONWriter+elements.swift` writes them. Failures name the element, never what it holds.
extension ObjectReader {
    /// A string that must be exactly `value`.
    mutating func expect(_ key: String, _ value: String) throws(JSONFailure) {
        guard try string(key) == value else { throw JSONFailure(.wrongType, place: key) }
    }

    /// A string as personal text.
    mutating func personal(_ key: String) throws(JSONFailure) -> Personal? {
        try optionalString(key).map { Personal($0) }
    }

    /// An array of strings as personal texts.
    mutating func personals(_ key: String) throws(JSONFailure) -> [Personal] {
        (try optionalStrings(key) ?? []).map { Personal($0) }
    }

    /// The elements of an array of objects; none where it is absent.
    mutating func objects(_ key: String, at place: StaticString) throws(JSONFailure) -> [ObjectReader] {
        var readers: [ObjectReader] = []
        for element in try optionalArray(key) ?? [] { readers.append(try ObjectReader(element, at: place)) }
        return readers
    }

    /// The link of `{"reference":"…"}`.
    mutating func reference(_ key: String) throws(JSONFailure) -> String? {
        guard var reader = try optionalObject(key) else { return nil }
        let link = try reader.string("reference")
        try reader.end()
        return link
    }

    /// The links of an array of references.
    mutating func references(_ key: String) throws(JSONFailure) -> [String] {
        var links: [String] = []
        for var reader in try objects(key, at: "Reference") {
            links.append(try reader.string("reference"))
            try reader.end()
        }
        return links
    }

    /// A moment, with the local time of day beside it where there is one.
    mutating func time(_ key: String) throws(JSONFailure) -> ReportTime? {
        let text = try optionalString(key)
        let beside = try optionalObject("_" + key)
        guard let text else {
            if beside != nil { throw JSONFailure(.missingMember, place: key) }
            return nil
        }
        guard let time = FHIRTime.time(text) else { throw JSONFailure(.wrongType, place: key) }
        guard var beside else { return time }
        var extensions = try FHIRExtensions(&beside)
        try beside.end()
        let local = try extensions.string(FHIRName.localTime, "valueTime")
        try extensions.end()
        guard let second = local.flatMap({ FHIRTime.secondOfDay(Array($0.utf8)[...]) }), time.secondOfDay == nil,
            let whole = ReportTime(date: time.date, secondOfDay: second)
        else { throw JSONFailure(.wrongType, place: key) }
        return whole
    }

    /// A code system by the name the laboratory wrote: the one beside the URI, or the one that the URI stands for. UCUM may stand
    /// by its name alone, of a unit that has not its form.
    mutating func system(_ extensions: inout FHIRExtensions) throws(JSONFailure) -> String? {
        let written = try extensions.string(FHIRName.system, "valueString")
        guard let uri = try optionalString("system") else {
            if let written, !CodeSystem.isUCUM(written) { throw JSONFailure(.missingMember, place: "system") }
            return written
        }
        let name = written ?? CodeSystem.name(forURI: uri)
        let again = CodeSystem.uri(for: name)
        guard again.uri == uri, again.isExact == (written == nil) else {
            throw JSONFailure(.wrongType, place: "system")
        }
        return name
    }

    /// A CodeableConcept.
    mutating func concept(_ key: String) throws(JSONFailure) -> Coded? {
        guard var reader = try optionalObject(key) else { return nil }
        var extensions = try FHIRExtensions(&reader)
        let isAbsent = try extensions.isDataAbsent()
        try extensions.end()
        var coded = Coded()
        var hasMain = false
        var hasLocal = false
        for var coding in try reader.objects("coding", at: "Coding") {
            var extensions = try FHIRExtensions(&coding)
            let system = try coding.system(&extensions)
            try extensions.end()
            let code = try coding.optionalString("code")
            let display = try coding.optionalString("display")
            let isLocal = try coding.optionalBool("userSelected") ?? false
            try coding.end()
            guard isLocal ? !hasLocal : !hasMain else { throw JSONFailure(.tooManyMembers, place: "coding") }
            if isLocal {
                (coded.localSystem, coded.localCode, coded.localText, hasLocal) = (system, code, display, true)
            } else {
                (coded.system, coded.code, coded.text, hasMain) = (system, code, display, true)
            }
        }
        if let text = try reader.optionalString("text") {
            guard !hasMain else { throw JSONFailure(.wrongType, place: "text") }
            coded.text = text
        }
        try reader.end()
        guard coded.isBlank == isAbsent else { throw JSONFailure(.missingMember, place: key) }
        return coded
    }

    /// The identifiers of an array, each with its `use`.
    mutating func identifiers(_ key: String) throws(JSONFailure) -> [(use: String?, identifier: Identifier)] {
        var all: [(use: String?, identifier: Identifier)] = []
        for var reader in try objects(key, at: "Identifier") {
            var extensions = try FHIRExtensions(&reader)
            let use = try reader.optionalString("use")
            let written = try reader.identifierType()
            let system = try reader.system(&extensions)
            let type = try FHIRName.type(written, oid: system)
            try extensions.end()
            let value = Personal(try reader.string("value"))
            var namespace: String?
            if var assigner = try reader.optionalObject("assigner") {
                namespace = try assigner.string("display")
                try assigner.end()
            }
            try reader.end()
            all.append((use, Identifier(value: value, system: system, namespace: namespace, type: type)))
        }
        return all
    }

    private mutating func identifierType() throws(JSONFailure) -> FHIRName.IdentifierType? {
        guard var reader = try optionalObject("type") else { return nil }
        var type = FHIRName.IdentifierType()
        let codings = try reader.objects("coding", at: "Identifier.type.coding")
        guard codings.count <= 1 else { throw JSONFailure(.tooManyMembers, place: "Identifier.type.coding") }
        for var coding in codings {
            type.system = try coding.string("system")
            type.code = try coding.string("code")
            try coding.end()
        }
        type.text = try reader.optionalString("text")
        try reader.end()
        return type
    }

    /// Telephone numbers and mail addresses.
    mutating func telecom() throws(JSONFailure) -> (phones: [Personal], mails: [Personal]) {
        var phones: [Personal] = []
        var mails: [Personal] = []
        for var reader in try objects("telecom", at: "ContactPoint") {
            let system = try reader.string("system")
            let value = Personal(try reader.string("value"))
            try reader.end()
            switch system {
            case "phone": phones.append(value)
            case "email": mails.append(value)
            default: throw JSONFailure(.wrongType, place: "ContactPoint.system")
            }
        }
        return (phones, mails)
    }

    /// The one Address of the array.
    mutating func address() throws(JSONFailure) -> Address? {
        let all = try objects("address", at: "Address")
        guard var reader = all.first else { return nil }
        guard all.count == 1 else { throw JSONFailure(.tooManyMembers, place: "address") }
        var address = Address()
        address.lines = try reader.personals("line")
        address.city = try reader.personal("city")
        address.state = try reader.optionalString("state")
        address.postcode = try reader.personal("postalCode")
        address.country = try reader.optionalString("country")
        try reader.end()
        return address
    }
}

/// The extensions of one element: each is taken by its URL, and what nobody takes is refused.
struct FHIRExtensions {
    private var all: [(url: String, reader: ObjectReader)] = []

    init(_ element: inout ObjectReader) throws(JSONFailure) {
        for var reader in try element.objects("extension", at: "extension") {
            all.append((try reader.string("url"), reader))
        }
    }

    /// The one extension with this URL.
    mutating func take(_ url: String) -> ObjectReader? {
        guard let index = all.firstIndex(where: { $0.url == url }) else { return nil }
        return all.remove(at: index).reader
    }

    /// The string value of the one extension with this URL.
    mutating func string(_ url: String, _ key: String) throws(JSONFailure) -> String? {
        guard var reader = take(url) else { return nil }
        let text = try reader.string(key)
        try reader.end()
        return text
    }

    /// The string values of all extensions with this URL.
    mutating func strings(_ url: String, _ key: String) throws(JSONFailure) -> [String] {
        var texts: [String] = []
        var others: [(url: String, reader: ObjectReader)] = []
        for (own, var reader) in all {
            guard own == url else {
                others.append((own, reader))
                continue
            }
            texts.append(try reader.string(key))
            try reader.end()
        }
        all = others
        return texts
    }

    /// The moment of the one extension with this URL.
    mutating func time(_ url: String) throws(JSONFailure) -> ReportTime? {
        guard var reader = take(url) else { return nil }
        let moment = try reader.optionalString("valueDateTime").flatMap { FHIRTime.time($0) }
        let local = try reader.optionalString("valueString").flatMap { FHIRTime.localTime($0) }
        try reader.end()
        guard let time = moment ?? local, moment == nil || local == nil else {
            throw JSONFailure(.wrongType, place: "extension.value")
        }
        return time
    }

    /// Whether the element says that its value is not known.
    mutating func isDataAbsent() throws(JSONFailure) -> Bool {
        guard let reason = try string(FHIRName.dataAbsentReason, "valueCode") else { return false }
        guard reason == "unknown" else { throw JSONFailure(.wrongType, place: "extension.valueCode") }
        return true
    }

    /// Refuses extensions that nobody took.
    func end() throws(JSONFailure) {
        if !all.isEmpty { throw JSONFailure(.unknownMember, place: "extension") }
    }
}
