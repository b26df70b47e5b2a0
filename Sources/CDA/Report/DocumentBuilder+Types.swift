import LabReport

/// The data types of CDA.
extension DocumentBuilder {
    private static let loinc = "2.16.840.1.113883.6.1"
    private static let snomed = "2.16.840.1.113883.6.96"

    /// The moment of a time stamp; `rule` when it is badly written.
    mutating func time(_ element: XMLElement?, orElse rule: Rule = .documentTime) -> ReportTime? {
        guard let element, let text = element.attribute("value") else { return nil }
        switch HL7Time.read(Array(text.utf8)[...]) {
        case .nothing: return nil
        case .time(let time):
            let (completed, doubt) = frame.complete(time)
            if let doubt { note(doubt, element) }
            return completed
        case .fault:
            note(rule, element)
            return nil
        }
    }

    /// The moment of a time or of an interval, of which `first` is asked before the other bounds.
    mutating func moment(
        _ element: XMLElement?, _ first: String = "high", orElse rule: Rule = .documentTime
    ) -> ReportTime? {
        guard let element else { return nil }
        if let time = time(element, orElse: rule) { return time }
        for bound in [first, "low", "center", "high"] {
            if let time = time(element.first(bound), orElse: rule) { return time }
        }
        return nil
    }

    /// A concept: the standard code first where a translation gives it, the sender's own beside it.
    mutating func coded(_ element: XMLElement?) -> Coded? {
        guard let element else { return nil }
        var codes: [(code: String, text: String?, system: String?)] = []
        for candidate in [element] + some("translation", of: element) {
            guard let code = candidate.words("code") else { continue }
            codes.append((code, candidate.words("displayName"), DocumentBuilder.system(of: candidate)))
        }
        if let standard = codes.firstIndex(where: { DocumentBuilder.isStandard($0.system) }), standard > 0 {
            codes.swapAt(0, standard)
        }
        if codes.count > 2 { noteOnce(.furtherCodes, element) }
        if element.first("qualifier") != nil { noteOnce(.detailDropped, element) }
        var coded = Coded()
        if let first = codes.first {
            coded.code = first.code
            coded.text = first.text
            coded.system = first.system
        }
        if codes.count > 1 {
            coded.localCode = codes[1].code
            coded.localText = codes[1].text
            coded.localSystem = codes[1].system
        }
        for further in codes.dropFirst(2) {
            coded.keepTelling(Coded(code: further.code, text: further.text, system: further.system))
        }
        if coded.text == nil, coded.localText == nil {
            coded.text = element.words("displayName") ?? original(element)
        } else if coded.code != nil, coded.localCode == nil {
            coded.keepWords(element.first("originalText")?.line)
        }
        if codes.count > 1, let words = wordsBeside(element) {
            let said = [coded.text, coded.localText, coded.code, coded.localCode].compactMap { $0 }
            if !said.contains(where: { DocumentBuilder.says($0, words) }) { noteOnce(.detailDropped, element) }
            coded.keepTelling(Coded(text: words))
        }
        return coded == Coded() ? nil : coded
    }

    /// What a concept of two codes was called, itself or in the narrative block.
    private mutating func wordsBeside(_ element: XMLElement) -> String? {
        guard let original = element.first("originalText") else { return nil }
        if let reference = original.first("reference")?.attribute("value") { return narrative.text(reference) }
        return original.line
    }

    /// Words longer than this, and names, are no names of a test: looked for in one another they would only cost time.
    private static let longestName = 256

    /// Whether `name` has all of `words` in it, in whatever case.
    private static func says(_ name: String, _ words: String) -> Bool {
        guard name.utf8.count <= longestName, words.utf8.count <= longestName else { return name == words }
        let (name, words) = (Array(name.lowercased().utf8), Array(words.lowercased().utf8))
        guard words.count <= name.count else { return false }
        return (0...name.count - words.count).contains { name[$0...].starts(with: words) }
    }

    /// LOINC and SNOMED CT by the short names that reports use, others by their OID, else by the name given.
    static func system(of element: XMLElement) -> String? {
        switch element.compact("codeSystem") {
        case loinc: "LN"
        case snomed: "SCT"
        case let system?: system
        case nil: element.words("codeSystemName")
        }
    }

    /// Whatever is not plainly said to hold may not.
    static func isNegated(_ element: XMLElement) -> Bool {
        element.attribute("negationInd").map { $0 != "false" && $0 != "0" } ?? false
    }

    private static func isStandard(_ system: String?) -> Bool { system == "LN" || system == "SCT" }

    /// What a concept was called when it was chosen: `originalText`, itself or in the narrative block.
    mutating func original(_ element: XMLElement) -> String? {
        guard let original = element.first("originalText") else { return nil }
        return text(of: original)
    }

    /// A text that an element holds, or that it refers to.
    mutating func text(of element: XMLElement) -> String? {
        if let reference = element.first("reference")?.attribute("value") {
            if !narrative.has(reference) { noteOnce(.narrativeMissing, element) }
            if let text = narrative.text(reference) { return text }
        }
        return narrative.text(of: element)
    }

    /// Identifiers with a value. One without extension is its root.
    func identifiers(_ elements: [XMLElement]) -> [(root: String?, value: String, position: Int)] {
        var result: [(root: String?, value: String, position: Int)] = []
        for (position, element) in elements.enumerated() where !element.isNull {
            let root = element.compact("root")
            if let value = element.attribute("extension")?.unpadded, !value.isEmpty {
                result.append((root, value, position + 1))
            } else if let root {
                result.append((nil, root, position + 1))
            }
        }
        return result
    }

    /// A number that an order or document is known by: the extension, or the root that stands for both.
    func number(_ elements: [XMLElement]) -> Personal? { identifiers(elements).first.map { Personal($0.value) } }

    /// An address (AD).
    func address(_ element: XMLElement) -> Address? {
        guard !element.isNull else { return nil }
        var address = Address()
        for line in element.all("streetAddressLine") { line.line.map { address.lines.append(Personal($0)) } }
        let street = [
            "houseNumber", "houseNumberNumeric", "buildingNumberSuffix", "streetNameType", "streetNameBase",
            "streetName", "direction",
        ]
        .compactMap { element.first($0)?.line }
        if !street.isEmpty { address.lines.append(Personal(street.joined(separator: " "))) }
        for part in ["unitType", "unitID", "additionalLocator", "deliveryAddressLine", "postBox", "precinct"] {
            for found in element.all(part) { found.line.map { address.lines.append(Personal($0)) } }
        }
        address.city = element.first("city")?.line.map { Personal($0) }
        address.postcode = element.first("postalCode")?.line.map { text in
            Personal(String(decoding: text.utf8.filter { $0 != 0x20 }, as: UTF8.self))
        }
        address.state = element.first("state")?.line
        address.country = element.first("country")?.line
        if address == Address(), let text = element.line { address.lines = [Personal(text)] }
        return address == Address() ? nil : address
    }

    /// Telephone numbers and mail addresses (TEL), each once.
    mutating func contacts(_ elements: [XMLElement], phones: inout [Personal], mails: inout [Personal]) {
        for element in elements where !element.isNull {
            guard let value = element.words("value") else { continue }
            let scheme = value.utf8.firstIndex(of: UInt8(ascii: ":")).map { String(value[..<$0]).lowercased() } ?? ""
            guard ["mailto", "tel", ""].contains(scheme) else { continue }
            if let rule = ContactWay(value)?.put(phones: &phones, mails: &mails) { note(rule, element) }
        }
    }
}
