import StrictJSON

extension FHIRBundleWriter {
    func patientResource(_ json: inout JSONWriter) {
        resource(self.patient, "Patient", &json) { json in
            patientExtensions(&json)
            patientIdentifiers(&json)
            patientNames(&json)
            json.telecom(phones: report.patient.phones, mails: report.patient.mails)
            if let sex = report.patient.sex, !sex.isEmpty { FHIRBundleWriter.writeGender(of: sex, &json) }
            if let date = report.patient.birthDate {
                json.key("birthDate")
                json.raw { FHIRTime.appendQuoted(date, to: &$0) }
            }
            if let deceased = report.patient.deceased {
                json.key("deceasedBoolean")
                json.bool(deceased)
            }
            json.addresses(report.patient.address)
        }
    }

    /// FHIR's administrative gender for table 0001.
    static func gender(of sex: String) -> String {
        switch sex {
        case "M": "male"
        case "F": "female"
        case "U": "unknown"
        default: "other"
        }
    }

    private static func writeGender(of sex: String, _ json: inout JSONWriter) {
        switch sex {
        case "M": json.whole(#""gender":"male""#)
        case "F": json.whole(#""gender":"female""#)
        default: json.member("gender", gender(of: sex))
        }
    }

    /// The letter that `gender(of:)` makes of this without further word.
    static func sex(ofGender gender: String) -> String? {
        switch gender {
        case "male": "M"
        case "female": "F"
        case "unknown": "U"
        case "other": "O"
        default: nil
        }
    }

    private func patientExtensions(_ json: inout JSONWriter) {
        var isOpen = false
        if report.patient.identityStatus.contains(where: { !$0.isEmpty }) {
            json.openExtensions(&isOpen)
            json.opening(FHIRFragment.identityReliability)
            for status in report.patient.identityStatus where !status.isEmpty {
                json.opening(FHIRFragment.identityStatus)
                json.string(status)
                json.closing("}}")
            }
            json.closing("]}")
        }
        if let place = report.patient.birthPlaceCode, !place.text.isEmpty {
            json.openExtensions(&isOpen)
            json.opening(FHIRFragment.birthPlace)
            json.string(place.text)
            json.closing("}}]}}")
        }
        if let year = report.patient.birthYear {
            json.extension(FHIRName.birthYear, &isOpen) { json in
                json.key("valueInteger")
                json.number(year)
            }
        }
        json.extension(FHIRName.ageBand, &isOpen, "valueString", report.patient.ageBand)
        json.extension(FHIRName.department, &isOpen, "valueString", report.patient.department)
        if let sex = report.patient.sex, sex != "M", sex != "F",
            FHIRBundleWriter.sex(ofGender: FHIRBundleWriter.gender(of: sex)) != sex
        {
            json.extension(FHIRName.sex, &isOpen, "valueString", sex)
        }
        json.endExtensions(isOpen)
    }

    /// `use` tells the three kinds apart: the INS is official, the NIR for billing secondary, others usual.
    private func patientIdentifiers(_ json: inout JSONWriter) {
        let hasNational =
            report.patient.ins?.value.text.isEmpty == false || report.patient.nir?.value.text.isEmpty == false
        guard hasNational || report.patient.localIDs.contains(where: { !$0.value.text.isEmpty }) else { return }
        let forms = memory?.identifiers
        json.opening(#""identifier":["#)
        if let ins = report.patient.ins {
            json.identifier(ins, use: .official, type: FHIRName.insType(oid: ins.system), forms)
        }
        if let nir = report.patient.nir { json.identifier(nir, use: .secondary, forms) }
        for place in report.patient.localIDs.indices {
            json.identifier(report.patient.localIDs[place], use: .usual, forms)
        }
        json.closing("]")
    }

    private func patientNames(_ json: inout JSONWriter) {
        let hasBirth =
            (report.patient.birthName?.text).isFilled || report.patient.givenNames.contains { !$0.text.isEmpty }
        let hasUsed = (report.patient.usedName?.text).isFilled
        guard hasBirth || hasUsed else { return }
        json.opening(#""name":["#)
        if hasBirth {
            json.whole(#"{"use":"official""#)
            json.member("family", report.patient.birthName)
            json.member("given", report.patient.givenNames)
            json.closing("}")
        }
        if hasUsed {
            json.whole(#"{"use":"usual""#)
            json.member("family", report.patient.usedName)
            json.closing("}")
        }
        json.closing("]")
    }

    /// Who asked for the analysis.
    func requesterResources(_ json: inout JSONWriter) {
        guard let requester = report.requester else { return }
        // Inside a DiagnosticReport its name is the same in every bundle.
        remembered(requester.owner, in: isSingle ? memory?.requesterResources : nil, &json) { json in
            professional(requester, named: "requester", nil, isInside: isSingle, &json)
        }
    }

    /// Who answers for the results.
    func laboratoryResource(_ json: inout JSONWriter) {
        guard let laboratory = report.laboratory else { return }
        remembered(laboratory.owner, in: isSingle ? memory?.laboratoryResources : nil, &json) { json in
            organisation(laboratory, laboratoryLink, &json)
        }
    }

    var laboratoryLink: FHIRLink { FHIRLink("laboratory", isInside: isSingle) }

    /// A Practitioner, and where it has an organisation that and the role that joins them.
    func professional(
        _ person: Professional, named name: StaticString, _ number: Int?, isInside: Bool, _ json: inout JSONWriter
    ) {
        let link = FHIRLink(name, number, isInside: isInside)
        resource(link, "Practitioner", &json) { json in
            identifiers(person.identifiers, &json)
            if (person.familyName?.text).isFilled || (person.givenName?.text).isFilled {
                json.key("name")
                json.beginArray()
                json.beginObject()
                json.member("family", person.familyName)
                if let given = person.givenName, !given.text.isEmpty { json.member("given", [given]) }
                json.endObject()
                json.endArray()
            }
            json.telecom(phones: person.phones, mails: person.mails)
            json.addresses(person.address)
        }
        guard let organisation = person.organisation else { return }
        let organisationLink = FHIRLink(name, number, "-organisation", isInside: isInside)
        self.organisation(organisation, organisationLink, &json)
        resource(FHIRLink(name, number, "-role", isInside: isInside), "PractitionerRole", &json) { json in
            reference("practitioner", link, &json)
            reference("organization", organisationLink, &json)
        }
    }

    /// An Organization; the identifier of use `official` is its FINESS. FHIR wants a name or an identifier, or word why not.
    func organisation(_ organisation: Organisation, _ link: FHIRLink, _ json: inout JSONWriter) {
        resource(link, "Organization", &json) { json in
            let finess = organisation.finess.isFilled ? organisation.finess : nil
            let hasOthers = organisation.identifiers.contains { !$0.value.text.isEmpty }
            if finess != nil || hasOthers {
                json.key("identifier")
                json.beginArray()
                if let finess {
                    json.identifier(Identifier(value: Personal(finess), system: FINESS.oid), use: .official)
                }
                for place in organisation.identifiers.indices { json.identifier(organisation.identifiers[place]) }
                json.endArray()
            }
            if organisation.name.isFilled {
                json.member("name", organisation.name)
            } else if finess == nil, !hasOthers {
                json.key("_name")
                json.beginObject()
                json.dataAbsent()
                json.endObject()
            }
            json.telecom(phones: organisation.phones, mails: [])
            json.addresses(organisation.address)
        }
    }

    private func identifiers(_ all: [Identifier], _ json: inout JSONWriter) {
        guard all.contains(where: { !$0.value.text.isEmpty }) else { return }
        json.key("identifier")
        json.beginArray()
        for place in all.indices { json.identifier(all[place]) }
        json.endArray()
    }
}
