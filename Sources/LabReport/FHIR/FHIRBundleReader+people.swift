import StrictJSON

extension FHIRBundleReader {
    static func patient(_ reader: inout ObjectReader) throws(JSONFailure) -> Patient {
        var patient = Patient()
        var extensions = try FHIRExtensions(&reader)
        patient.identityStatus = try identityStatus(&extensions)
        patient.birthPlaceCode = try birthPlace(&extensions)
        if var year = extensions.take(FHIRName.birthYear) {
            patient.birthYear = Int(truncatingIfNeeded: try year.integer("valueInteger"))
            try year.end()
        }
        patient.ageBand = try extensions.string(FHIRName.ageBand, "valueString")
        patient.department = try extensions.string(FHIRName.department, "valueString")
        let sex = try extensions.string(FHIRName.sex, "valueString")
        try extensions.end()
        for (use, identifier) in try reader.identifiers("identifier") {
            switch use {
            case "official" where patient.ins == nil: patient.ins = identifier
            case "secondary" where patient.nir == nil: patient.nir = identifier
            case "usual": patient.localIDs.append(identifier)
            default: throw JSONFailure(.wrongType, place: "identifier.use")
            }
        }
        try names(&reader, of: &patient)
        (patient.phones, patient.mails) = try reader.telecom()
        let gender = try reader.optionalString("gender")
        patient.sex = sex ?? gender.flatMap { FHIRBundleWriter.sex(ofGender: $0) }
        guard patient.sex.map(FHIRBundleWriter.gender) == gender else { throw JSONFailure(.wrongType, place: "gender") }
        if let text = try reader.optionalString("birthDate") {
            guard let date = FHIRTime.date(text) else { throw JSONFailure(.wrongType, place: "birthDate") }
            patient.birthDate = date
        }
        patient.deceased = try reader.optionalBool("deceasedBoolean")
        patient.address = try reader.address()
        return patient
    }

    private static func identityStatus(_ extensions: inout FHIRExtensions) throws(JSONFailure) -> [String] {
        guard var reliability = extensions.take(FHIRName.identityReliability) else { return [] }
        var inner = try FHIRExtensions(&reliability)
        try reliability.end()
        var statuses: [String] = []
        while var status = inner.take("identityStatus") {
            statuses.append(try coding(&status, FHIRName.identityStatuses))
        }
        try inner.end()
        return statuses
    }

    private static func birthPlace(_ extensions: inout FHIRExtensions) throws(JSONFailure) -> Personal? {
        guard var place = extensions.take(FHIRName.birthPlace) else { return nil }
        var address = try place.object("valueAddress")
        try place.end()
        var inner = try FHIRExtensions(&address)
        try address.end()
        guard var code = inner.take(FHIRName.inseeCode) else {
            throw JSONFailure(.missingMember, place: "extension.valueAddress")
        }
        try inner.end()
        return Personal(try coding(&code, FHIRName.communes))
    }

    /// The code of a `valueCoding` of this system.
    private static func coding(_ reader: inout ObjectReader, _ system: String) throws(JSONFailure) -> String {
        var coding = try reader.object("valueCoding")
        try coding.expect("system", system)
        let code = try coding.string("code")
        try coding.end()
        try reader.end()
        return code
    }

    private static func names(_ reader: inout ObjectReader, of patient: inout Patient) throws(JSONFailure) {
        var seen: Set<String> = []
        for var name in try reader.objects("name", at: "name") {
            let use = try name.string("use")
            guard seen.insert(use).inserted else { throw JSONFailure(.tooManyMembers, place: "name") }
            switch use {
            case "official":
                patient.birthName = try name.personal("family")
                patient.givenNames = try name.personals("given")
            case "usual": patient.usedName = try name.personal("family")
            default: throw JSONFailure(.wrongType, place: "name.use")
            }
            try name.end()
        }
    }

    /// The Practitioner of this name with its organisation, and the link that others know them by.
    mutating func professional(
        named name: StaticString, _ number: Int?, isInside: Bool
    ) throws(LabReportFailure) -> (value: Professional, link: String)? {
        let person = FHIRLink(name, number, isInside: isInside)
        guard let entry = try take(person, "Practitioner") else { return nil }
        var value = try read(entry) { (reader) throws(JSONFailure) in try FHIRBundleReader.practitioner(&reader) }
        let link = links.text(person)
        let place = FHIRLink(name, number, "-organisation", isInside: isInside)
        guard let organisation = try organisation(place) else { return (value, link) }
        value.organisation = organisation
        let joined = FHIRLink(name, number, "-role", isInside: isInside)
        guard let role = try take(joined, "PractitionerRole") else {
            throw .bundle(path: "Bundle", .missing("PractitionerRole"))
        }
        let organisationLink = links.text(place)
        try read(role) { (reader) throws(JSONFailure) in
            guard try reader.reference("practitioner") == link, try reader.reference("organization") == organisationLink
            else { throw JSONFailure(.wrongType, place: "reference") }
        }
        return (value, links.text(joined))
    }

    private static func practitioner(_ reader: inout ObjectReader) throws(JSONFailure) -> Professional {
        var person = Professional()
        for (use, identifier) in try reader.identifiers("identifier") {
            guard use == nil else { throw JSONFailure(.wrongType, place: "identifier.use") }
            person.identifiers.append(identifier)
        }
        let names = try reader.objects("name", at: "name")
        guard names.count <= 1 else { throw JSONFailure(.tooManyMembers, place: "name") }
        for var name in names {
            person.familyName = try name.personal("family")
            let given = try name.personals("given")
            guard given.count <= 1 else { throw JSONFailure(.tooManyMembers, place: "name.given") }
            person.givenName = given.first
            try name.end()
        }
        (person.phones, person.mails) = try reader.telecom()
        person.address = try reader.address()
        return person
    }

    /// The Organization of this name.
    mutating func organisation(_ link: FHIRLink) throws(LabReportFailure) -> Organisation? {
        guard let entry = try take(link, "Organization") else { return nil }
        return try read(entry) { (reader) throws(JSONFailure) in
            var organisation = Organisation()
            for (use, identifier) in try reader.identifiers("identifier") {
                if use == "official" {
                    let expected = Identifier(value: identifier.value, system: FINESS.oid)
                    guard organisation.finess == nil, identifier == expected else {
                        throw JSONFailure(.wrongType, place: "identifier")
                    }
                    organisation.finess = identifier.value.text
                } else {
                    guard use == nil else { throw JSONFailure(.wrongType, place: "identifier.use") }
                    organisation.identifiers.append(identifier)
                }
            }
            organisation.name = try reader.optionalString("name")
            let isNameless = !organisation.name.isFilled && !organisation.finess.isFilled
            if var absent = try reader.optionalObject("_name") {
                var extensions = try FHIRExtensions(&absent)
                try absent.end()
                guard try extensions.isDataAbsent(), isNameless, organisation.identifiers.isEmpty else {
                    throw JSONFailure(.wrongType, place: "name")
                }
                try extensions.end()
            }
            let telecom = try reader.telecom()
            guard telecom.mails.isEmpty else { throw JSONFailure(.unknownMember, place: "telecom") }
            organisation.phones = telecom.phones
            organisation.address = try reader.address()
            return organisation
        }
    }
}
