import StrictJSON

/// Who: patient, professionals, structures; and what stands at the head of the document.
extension FHIRReportBuilder {
    /// What the Bundle and its MessageHeader say of the whole.
    mutating func head() -> Report {
        if let known = readings.head { return known }
        let head = readHead()
        readings.head = head
        return head
    }

    private mutating func readHead() -> Report {
        let root = resources.root
        var report = Report()
        report.messageID =
            elements.personal(root["identifier"], "value", "Bundle.identifier")
            ?? elements.personal(root, "id", "Bundle")
        report.sentAt = elements.time(root, "timestamp", "Bundle")
        report.processing = processing
        if let header = resources.indices(of: "MessageHeader").first {
            let message = resources.all[header]
            report.sendingApplication = elements.string(message.json["source"], "name", "MessageHeader.source")
            let sender = structure(of: message.json["sender"], from: header, "MessageHeader.sender")
            report.sendingFacility = sender?.finess ?? sender?.name
            let responsible = structure(of: message.json["responsible"], from: header, "MessageHeader.responsible")
            let all = [responsible, sender].compactMap { $0 }
            readings.sender = all.first { $0.finess != nil } ?? all.first
        }
        return report
    }

    /// The structure that a member of the header names, or for which the person works whom it names.
    private mutating func structure(of reference: JSONView?, from header: Int, _ path: String) -> Organisation? {
        guard let found = resources.resolve(reference, from: header) else {
            return structure(statedBy: reference, path)
        }
        switch resources.all[found].type {
        case "Organization": return organisation(found)
        case "PractitionerRole": return professional(found).organisation
        default: return nil
        }
    }

    /// What the labels say of the whole: whichever resource has them, since what they are about may be in another.
    static func processing(of resources: FHIRResources) -> Report.Processing {
        var processing = Report.Processing.production
        for meta in [resources.root["meta"]] + resources.all.map({ $0.json["meta"] }) {
            for label in (meta?["security"]?.array ?? []) + (meta?["tag"]?.array ?? []) {
                switch (label["system"]?.string, label["code"]?.string) {
                // Whatever system it is said to be of, and if none is: nobody writes it of what is real.
                case (_, FHIRName.testData), (FHIRReportBuilder.processingCodes, "T"): processing = .training
                case (FHIRReportBuilder.processingCodes, "D"): processing = .debugging
                default: continue
                }
            }
        }
        return processing
    }

    /// Table 0103 in FHIR.
    static let processingCodes = "http://terminology.hl7.org/CodeSystem/v2-0103"

    /// The Patient at `index`.
    mutating func patient(_ index: Int) -> Patient {
        if let known = readings.patients[index] { return known }
        let patient = read(patient: resources.all[index])
        readings.patients[index] = patient
        return patient
    }

    private mutating func read(patient resource: FHIRResources.Resource) -> Patient {
        let json = resource.json
        let path = resource.path
        var patient = Patient()
        var sorted = PatientIdentifiers()
        for identifier in elements.numbers(ofPatient: json, path) {
            if let rule = sorted.add(identifier) { elements.log.add(rule, at: path + ".identifier") }
        }
        sorted.put(into: &patient)
        names(json, path, &patient)
        (patient.phones, patient.mails) = elements.telecom(json, path, ofPatient: true)
        if let gender = elements.string(json, "gender", path) {
            // What FHIR does not have goes on as it stands, as from elsewhere.
            let sex = FHIRBundleWriter.sex(ofGender: gender)
            patient.sex = sex ?? gender
            if sex == nil { elements.log.add(.sexCode, at: path + ".gender") }
        }
        if let time = elements.time(json, "birthDate", path) { patient.birthDate = time.date }
        patient.deceased = json["deceasedBoolean"]?.bool ?? (json["deceasedDateTime"] == nil ? nil : true)
        if let deceased = json["deceasedBoolean"], deceased.bool == nil {
            elements.log.add(.fhirElement, at: path + ".deceasedBoolean")
        }
        patient.address = elements.home(json, path)
        judgeSpecies(json, path)
        for reliability in elements.extensions(json, FHIRName.identityReliability, path) {
            for status in elements.extensions(reliability, "identityStatus", path) {
                guard let code = elements.string(status["valueCoding"], "code", path) else { continue }
                patient.identityStatus.append(code)
            }
        }
        if let place = elements.extensions(json, FHIRName.birthPlace, path).first?["valueAddress"],
            let code = elements.extensions(place, FHIRName.inseeCode, path).first?["valueCoding"]
        {
            patient.birthPlaceCode = elements.personal(code, "code", path)
        }
        return patient
    }

    /// Where the patient has a number for tests or demonstrations, by its system or by its type, kept or left out.
    mutating func fictitiousPlace(_ resource: FHIRResources.Resource) -> String? {
        let place = resource.path + ".identifier"
        let all = elements.identifiers(resource.json, resource.path, old: true)
        if all.contains(where: { INSAuthority.isFictitious($0) }) { return place + ".system" }
        for identifier in elements.some(resource.json, "identifier", resource.path) {
            let types = elements.objects(identifier["type"], "coding", place)
            if types.contains(where: { FHIRReportBuilder.fictitiousTypes.contains($0["code"]?.string ?? "") }) {
                return place + ".type"
            }
        }
        return nil
    }

    /// Of the French table of identifier types.
    private static let fictitiousTypes: Set<String> = [
        "INS-NIR-TEST", "INS-NIR-DEMO", "INS-NIA-TEST", "INS-NIA-DEMO", "INS-C-TEST", "INS-C-DEMO",
    ]

    /// The birth name is the one called maiden, else the official one, else the first.
    private mutating func names(_ json: JSONView, _ path: String, _ patient: inout Patient) {
        let all = elements.objects(json, "name", path).filter {
            !["anonymous", "nickname"].contains($0["use"]?.string ?? "")
        }
        let current = all.filter { !elements.isOld($0) }
        let official = current.first { $0["use"]?.string == "official" }
        let usual = current.first { $0["use"]?.string == "usual" }
        guard let name = official ?? current.first ?? all.first else { return }
        // The name at birth ends with a marriage and stays the name at birth.
        let maiden = all.first { $0["use"]?.string == "maiden" }
        if maiden == nil, name["use"]?.string == "old" { elements.log.add(.nameType, at: path + ".name") }
        let family = elements.personal(name, "family", path + ".name")
        patient.birthName = elements.personal(maiden, "family", path + ".name") ?? family
        let used = elements.personal(usual, "family", path + ".name") ?? family
        patient.usedName = used == patient.birthName ? nil : used
        // A name at birth often has the family name alone: the given names then stand with another.
        for element in [name] + [usual, maiden].compactMap({ $0 }) + current where patient.givenNames.isEmpty {
            patient.givenNames = elements.texts(element, "given", path + ".name")
        }
        for element in [name] + [maiden].compactMap({ $0 }) + current {
            let list = birthGivenNames(element, path)
            guard !list.isEmpty else { continue }
            add(list, to: &patient.givenNames, path)
            break
        }
        for element in current where current.count > 1 {
            let family = elements.personal(element, "family", path + ".name")
            let isKept = family == nil || family == patient.birthName || family == patient.usedName
            let given = elements.texts(element, "given", path + ".name") + birthGivenNames(element, path)
            if isKept, Patient.names(given, areAmong: patient.givenNames) { continue }
            elements.log.add(.fhirFurther, at: path + ".name")
        }
        if patient.birthName == nil, patient.givenNames.isEmpty {
            patient.birthName = elements.personal(name, "text", path + ".name")
        }
    }

    /// All given names of the civil status in one text, as the French profile has them beside the first one.
    private mutating func birthGivenNames(_ name: JSONView, _ path: String) -> [Personal] {
        guard let list = elements.extensions(name, FHIRName.birthGivenNames, path + ".name").first,
            let text = elements.string(list, "valueString", path + ".name")
        else { return [] }
        let most = ReportBuilder.mostGivenNames
        let words = text.utf8.split(maxSplits: most) { $0 == 0x20 || $0 == UInt8(ascii: ",") }
        return words.map { Personal(String(decoding: $0, as: UTF8.self)) }
    }

    /// The first given name, then those of the list that it does not have: `Ada`, `ADA MARIE ROSE`.
    private mutating func add(_ list: [Personal], to names: inout [Personal], _ path: String) {
        let most = ReportBuilder.mostGivenNames
        let further = Patient.names(Array(list.prefix(most)), notAmong: names)
        let room = max(0, most - names.count)
        names += further.prefix(room)
        if list.count > most || further.count > room { elements.log.add(.repetitionDropped, at: path + ".name") }
    }

    /// A Practitioner, PractitionerRole or Organization as one who asked or answers.
    mutating func professional(_ index: Int) -> Professional {
        if let known = readings.professionals[index] { return known }
        let person = read(professional: index)
        readings.professionals[index] = person
        return person
    }

    private mutating func read(professional index: Int) -> Professional {
        let resource = resources.all[index]
        var person = Professional()
        switch resource.type {
        case "Organization": person.organisation = organisation(index)
        case "PractitionerRole":
            let place = resource.path
            let (who, whose) = (resource.json["practitioner"], resource.json["organization"])
            if let found = resolve(who, ["Practitioner"], from: index, place + ".practitioner") {
                person = professional(found)
            } else if let stated = professional(statedBy: who, place + ".practitioner") {
                person = stated
            }
            if let found = resolve(whose, ["Organization"], from: index, place + ".organization") {
                person.organisation = organisation(found)
            } else if let stated = structure(statedBy: whose, place + ".organization") {
                person.organisation = stated
            }
            let telecom = elements.telecom(resource.json, resource.path)
            if person.phones.isEmpty { person.phones = telecom.phones }
            if person.mails.isEmpty { person.mails = telecom.mails }
        case "Practitioner":
            person.identifiers = elements.identifiers(resource.json, resource.path)
            let names = elements.objects(resource.json, "name", resource.path)
            if let name = names.first(where: { !elements.isOld($0) }) ?? names.first {
                person.familyName =
                    elements.personal(name, "family", resource.path) ?? elements.personal(name, "text", resource.path)
                person.givenName = elements.texts(name, "given", resource.path).first
            }
            (person.phones, person.mails) = elements.telecom(resource.json, resource.path)
            person.address = elements.workplace(resource.json, resource.path)
        default: break
        }
        return person
    }

    mutating func organisation(_ index: Int) -> Organisation {
        if let known = readings.organisations[index] { return known }
        let organisation = read(organisation: resources.all[index])
        readings.organisations[index] = organisation
        return organisation
    }

    private mutating func read(organisation resource: FHIRResources.Resource) -> Organisation {
        var organisation = Organisation(name: elements.string(resource.json, "name", resource.path))
        for identifier in elements.identifiers(resource.json, resource.path) {
            put(identifier, into: &organisation)
        }
        organisation.address = elements.workplace(resource.json, resource.path)
        organisation.phones = elements.telecom(resource.json, resource.path).phones
        return organisation
    }

    /// The first structure among those that the member names.
    mutating func laboratory(_ json: JSONView, _ name: String, _ index: Int) -> Organisation? {
        var first: Organisation?
        for performer in elements.some(json, name, resources.all[index].path) {
            let place = resources.all[index].path + "." + name
            var next: Organisation?
            if let found = resolve(performer, FHIRReportBuilder.people, from: index, place) {
                let isStructure = resources.all[found].type == "Organization"
                next = isStructure ? organisation(found) : professional(found).organisation
            } else {
                noteUnclear(performer, place)
                next = structure(statedBy: performer, place)
            }
            if let first, let next, !readings.areSame(first, next) { elements.log.add(.fhirFurther, at: place) }
            first = first ?? next
        }
        return first
    }

    /// The day of which the document speaks: the last one of which a report or a result says that it was found or told then, else the
    /// document's own.
    static func day(of resources: FHIRResources) -> CalendarDate? {
        var last: CalendarDate?
        for resource in resources.all where ["DiagnosticReport", "Observation"].contains(resource.type) {
            let json = resource.json
            let texts = [
                json["issued"], json["effectiveDateTime"], json["effectiveInstant"], json["effectivePeriod"]?["start"],
            ]
            for date in texts.compactMap({ $0?.string.flatMap { CSVTime.read($0)?.date } }) {
                if last.map({ $0.isBefore(date) }) ?? true { last = date }
            }
        }
        return last ?? resources.root["timestamp"]?.string.flatMap { CSVTime.read($0)?.date }
    }
}
