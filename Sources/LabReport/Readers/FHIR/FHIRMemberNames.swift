import StrictJSON

/// The names of members that the reader of others' documents asks for.
///
/// FHIR's names tell capitals from small letters: `Subject` is no member of FHIR, and whoever passes it over takes a result for
/// somebody else's.
enum FHIRMemberNames {
    /// The first member of `json`, or of what stands in it, whose name is one of these but for its letters, as the standard spells it.
    /// What stands in a member called `skipped` is not looked at.
    static func misspelt(in json: JSONView, skipping skipped: String? = nil) -> String? {
        for element in json.array ?? [] {
            if let name = misspelt(in: element, skipping: skipped) { return name }
        }
        for member in json.members ?? [] {
            if let name = meant(by: member.name) { return name }
            if member.name == skipped { continue }
            if let name = misspelt(in: member.value, skipping: skipped) { return name }
        }
        return nil
    }

    /// The name that `name` is in other letters; nil where it is that name, or none. What stands beside a value has its name behind
    /// an underscore.
    private static func meant(by name: String) -> String? {
        let bare = name.utf8.first == UInt8(ascii: "_") ? String(name.dropFirst()) : name
        guard bare.utf8.count <= longest, !known.contains(bare) else { return nil }
        return byLetters[letters(bare)]
    }

    private static func letters(_ name: String) -> String {
        String(decoding: name.utf8.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    private static let longest = 24

    // No `Dictionary(uniqueKeysWithValues:)`: it casts, which Embedded Swift does not.
    private static let byLetters: [String: String] = known.reduce(into: [:]) { names, name in
        names[letters(name)] = name
    }

    private static let known: Set<String> = [
        "address", "age", "animal", "appliesTo", "assigner", "basedOn", "birthDate", "bodySite", "category", "city",
        "code", "coding", "collectedDateTime", "collectedPeriod", "collection", "comment", "comparator", "component",
        "conclusion", "conclusionCode", "condition", "contained", "country", "dataAbsentReason", "deceasedBoolean",
        "deceasedDateTime", "decision", "denominator", "device", "deviceName", "display", "effectiveDateTime",
        "effectiveInstant", "effectivePeriod", "effectiveTiming", "end", "entry", "eventCanonical", "eventCoding",
        "eventUri", "except", "extension", "family",
        "focus", "fullUrl", "gender", "given", "hasMember", "high", "id", "identifier", "implicitRules",
        "interpretation", "issued", "line", "low", "meta", "method", "modelNumber", "modifierExtension", "name",
        "note", "numerator", "organization", "patient", "performer", "period", "policy", "policyRule", "postalCode",
        "practitioner", "presentedForm", "provision", "receivedTime", "reference", "referenceRange", "request",
        "requester", "resource", "resourceType", "responsible", "result", "resultsInterpreter", "security", "sender",
        "source", "species", "specimen", "start", "state", "status", "subject", "system", "tag", "telecom", "text",
        "timestamp", "type", "unit", "uri", "url", "use", "value", "valueAddress", "valueBoolean",
        "valueCodeableConcept", "valueCoding", "valueDateTime", "valueInteger", "valueQuantity", "valueRange",
        "valueRatio", "valueString", "valueTime", "versionId",
    ]
}
