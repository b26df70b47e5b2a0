import LabReport

/// Professionals and structures.
extension DocumentBuilder {
    /// Whoever an `assignedEntity`, `assignedAuthor`, `associatedEntity` or `participantRole` describes.
    mutating func professional(_ entity: XMLElement) -> Professional? {
        var professional = Professional()
        for identifier in identifiers(some("id", of: entity)) {
            let number = identifier.value.withoutBlanks
            professional.identifiers.append(
                Identifier(
                    value: Personal(number), system: identifier.root,
                    type: DocumentBuilder.type(ofProfessional: number, root: identifier.root)))
        }
        for role in ["assignedPerson", "associatedPerson", "playingEntity", "informationRecipient"] {
            guard let name = entity.first(role)?.first("name") else { continue }
            professional.familyName = name.first("family")?.line.map { Personal($0) }
            professional.givenName = name.first("given")?.line.map { Personal($0) }
            if professional.familyName == nil, professional.givenName == nil {
                professional.familyName = name.line.map { Personal($0) }
            }
        }
        for role in ["representedOrganization", "scopingOrganization"] {
            if let found = entity.first(role) { professional.organisation = organisation(found) }
        }
        professional.address = entity.first("addr").flatMap { address($0) }
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(some("telecom", of: entity), phones: &phones, mails: &mails)
        professional.phones = phones
        professional.mails = mails
        return professional.isEmpty ? nil : professional
    }

    /// RPPS (11 digits), ADELI (9 characters), or the national id that puts a digit before them; nil for any other.
    private static func type(ofProfessional value: String, root: String?) -> String? {
        guard root == RPPS.oid else { return nil }
        switch (value.utf8.count, value.utf8.first) {
        case (11, _): return "RPPS"
        case (9, _): return "ADELI"
        case (12, UInt8(ascii: "8")), (10, UInt8(ascii: "0")): return "IDNPS"
        default: return nil
        }
    }

    /// A structure.
    mutating func organisation(_ element: XMLElement) -> Organisation? {
        var organisation = Organisation(name: element.first("name")?.line)
        for identifier in identifiers(some("id", of: element)) {
            let number = identifier.value.withoutBlanks
            let bare = FINESS.bare(number)
            if identifier.root == FINESS.oid, organisation.finess == nil, bare.utf8.count == 9 {
                organisation.finess = bare
            } else {
                organisation.identifiers.append(
                    Identifier(value: Personal(number), system: identifier.root))
            }
        }
        organisation.address = element.first("addr").flatMap { address($0) }
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(some("telecom", of: element), phones: &phones, mails: &mails)
        organisation.phones = phones
        return organisation == Organisation() ? nil : organisation
    }

    /// The device that did an analysis: its name, or what the document calls it.
    mutating func device(in element: XMLElement) -> String? {
        for participant in element.all("participant") where participant.attribute("typeCode") == "DEV" {
            guard let role = participant.first("participantRole"), let device = role.first("playingDevice") else {
                continue
            }
            if let name = device.first("manufacturerModelName")?.line ?? device.first("softwareName")?.line {
                return name
            }
            if let code = coded(device.first("code")), let name = code.text ?? code.code { return name }
            if let number = identifiers(role.all("id")).first { return number.value }
        }
        return nil
    }

    /// The laboratory that did what `element` describes.
    mutating func performer(of element: XMLElement) -> Organisation? {
        for performer in element.all("performer") {
            if let found = performer.first("assignedEntity", "representedOrganization") { return organisation(found) }
        }
        return nil
    }

    /// Who validated what `element` describes.
    mutating func authenticator(of element: XMLElement) -> Professional? {
        for participant in element.all("participant") where participant.attribute("typeCode") == "AUTHEN" {
            if let role = participant.first("participantRole") { return professional(role) }
        }
        return nil
    }
}
