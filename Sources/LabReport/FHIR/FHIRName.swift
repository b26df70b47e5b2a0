import StrictJSON

/// The URIs that our bundles use: standard ones where the standard has a place, `urn:pli:ext:…` where it has none.
enum FHIRName {
    static let reportIdentifier = "urn:pli:report"

    // Extensions of our own, each with one value.
    static let action = "urn:pli:ext:action"
    static let processing = "urn:pli:ext:processing"
    static let consent = "urn:pli:ext:consent"
    static let messageID = "urn:pli:ext:message-id"
    static let application = "urn:pli:ext:sending-application"
    static let facility = "urn:pli:ext:sending-facility"
    /// `FINEJ` where the facility is a legal entity, whose FINESS is that of no site.
    static let facilityType = "urn:pli:ext:sending-facility-type"
    static let sentAt = "urn:pli:ext:sent-at"
    static let note = "urn:pli:ext:note"
    static let birthYear = "urn:pli:ext:birth-year"
    static let ageBand = "urn:pli:ext:age-band"
    static let department = "urn:pli:ext:department"
    static let sex = "urn:pli:ext:sex"
    static let status = "urn:pli:ext:status"
    static let subID = "urn:pli:ext:sub-id"
    static let analysedAt = "urn:pli:ext:analysed-at"
    static let reportedAt = "urn:pli:ext:reported-at"
    static let unit = "urn:pli:ext:unit"
    /// A number as the laboratory wrote it, where JSON writes it otherwise.
    static let numberText = "urn:pli:ext:number-text"
    /// An SN value that no FHIR type holds whole; its parts are extensions `comparator`, `first`, `separator`, `second`.
    static let structured = "urn:pli:ext:structured"
    /// A code system as the laboratory wrote it, where the URI alone would not tell.
    static let system = "urn:pli:ext:system"
    /// The time of day of a moment without offset from UTC, which FHIR cannot write.
    static let localTime = "urn:pli:ext:local-time"

    static let dataAbsentReason = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    static let birthPlace = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
    static let inseeCode = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code"
    static let birthGivenNames =
        "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name"
    static let communes = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"
    static let identityReliability = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability"
    static let identityStatuses = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0445"
    static let frenchIdentifierTypes = "https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203"
    static let identifierTypes = "http://terminology.hl7.org/CodeSystem/v2-0203"
    static let interpretations = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"
    static let actReasons = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
    /// Security label of test data.
    static let testData = "HTEST"

    /// The code system of an identifier's type (table 0203), nil for a type that neither standard knows.
    static func system(ofType type: String) -> String? {
        if frenchTypes.contains(type) { return frenchIdentifierTypes }
        return standardTypes.contains(type) ? identifierTypes : nil
    }

    private static let frenchTypes: ShortCodes = [
        "RPPS", "ADELI", "IDNPS", "NDP", "INS-C", "FINEJ", "FINEG", "SIREN", "SIRET", "IDNST", "INTRN", "EXTRN",
    ]
    private static let standardTypes: ShortCodes = [
        "PI", "MR", "AN", "VN", "PPN", "RRI", "EI", "PN", "SS", "NI", "XX", "PLAC", "FILL",
    ]

    /// An identifier's type as FHIR holds it.
    struct IdentifierType {
        var system: String?
        var code: String?
        var text: String?
    }

    /// The type as the laboratory wrote it: the text where there is one, else the code. What stands beside it must be what
    /// `JSONWriter.identifier` writes.
    static func type(_ read: IdentifierType?, oid: String?) throws(JSONFailure) -> String? {
        guard let read else { return nil }
        switch (read.code, read.text) {
        case (let code?, let text?) where code == insType(oid: oid) && read.system == frenchIdentifierTypes: return text
        case (let code?, nil) where read.system == system(ofType: code): return code
        case (nil, let text?) where system(ofType: text) == nil: return text
        default: throw JSONFailure(.wrongType, place: "Identifier.type")
        }
    }

    /// What the French standard calls the kind of national identity that an OID stands for.
    static func insType(oid: String?) -> String? {
        switch oid.flatMap({ INSAuthority(oid: $0) }) {
        case .nir: "INS-NIR"
        case .nia: "INS-NIA"
        case .test: "INS-NIR-TEST"
        case .demonstration: "INS-NIR-DEMO"
        case .oldComputed, .oldComputedTest, .oldComputedDemonstration: "INS-C"
        case nil: nil
        }
    }
}
