import StrictJSON

/// Whose results these are.
extension FHIRReportBuilder {
    /// The report of the patient that `subject` names; it is begun when first named.
    mutating func part(subject: JSONView?, from index: Int, _ path: String) -> Int {
        let patient = patient(named: subject, from: index, path + ".subject")
        if let known = readings.parts[patient] { return known }
        var report = head()
        var fictitious: String?
        if let patient {
            report.patient = self.patient(patient)
            fictitious = fictitiousPlace(resources.all[patient])
        }
        readings.parts[patient] = reports.count
        reports.append(Part(patient: patient, report: report, fictitious: fictitious))
        return reports.count - 1
    }

    /// The Patient that the subject of a report names, by reference or by number. That it leads to none, or to two, is an error.
    private mutating func patient(named subject: JSONView?, from index: Int, _ path: String) -> Int? {
        if let subject, !FHIRReportBuilder.isReference(subject) { elements.log.add(.fhirElement, at: path) }
        let number = number(of: subject, path)
        if subject?["reference"] != nil {
            guard let found = resources.resolve(subject, from: index), resources.all[found].type == "Patient" else {
                elements.log.add(.fhirReference, at: path)
                return nil
            }
            if let number, !has(found, number) { elements.log.add(.fhirOtherPatient, at: path) }
            return found
        }
        guard let number else {
            // A document of one patient means that one.
            let all = resources.indices(of: "Patient")
            return all.count == 1 ? all[0] : nil
        }
        let meant = patients(with: number)
        guard meant.count == 1 else {
            elements.log.add(.fhirReference, at: path)
            return nil
        }
        return meant[0]
    }

    /// Who a result, its specimen or its request is of, where it names somebody, is the report's patient: the same resource, one
    /// that says the same person, or one of that patient's numbers.
    mutating func judgeSubject(_ subject: JSONView?, _ place: Int, from index: Int, _ name: String) {
        guard let subject else { return }
        let path = resources.all[index].path + "." + name
        if let rule = rule(brokenBy: subject, reports[place], from: index, path) { elements.log.add(rule, at: path) }
    }

    /// What a result is about where that is not the patient of record: a fetus, a donor, a parent. Only the patient can be carried.
    mutating func judgeFocus(_ json: JSONView, _ place: Int, from index: Int) {
        let path = resources.all[index].path
        for focus in elements.some(json, "focus", path) {
            if focus["reference"] == nil, focus["identifier"] == nil {
                elements.log.add(.fhirOtherPatient, at: path + ".focus")
            } else {
                judgeSubject(focus, place, from: index, "focus")
            }
        }
        // The same before R4, and by a code.
        for (number, one) in elements.objects(json, "extension", path).enumerated() {
            guard let url = one["url"]?.string, FHIRReportBuilder.focusExtensions.contains(url) else { continue }
            elements.log.add(.fhirOtherPatient, at: path + ".extension[" + String(number) + "]")
        }
    }

    private static let focusExtensions: Set<String> = [
        "http://hl7.org/fhir/StructureDefinition/observation-focal-subject",
        "http://hl7.org/fhir/StructureDefinition/observation-focusCode",
        "http://hl7.org/fhir/StructureDefinition/observation-focus-code",
    ]

    private mutating func rule(brokenBy subject: JSONView, _ part: Part, from index: Int, _ path: String) -> Rule? {
        // What cannot be made out may name another.
        guard FHIRReportBuilder.isReference(subject) else { return .fhirElement }
        if let number = number(of: subject, path), let patient = part.patient, !has(patient, number) {
            let isKnown = !patients(with: number).isEmpty
            return isKnown || subject["reference"] != nil ? .fhirOtherPatient : .fhirReference
        }
        guard subject["reference"] != nil else { return nil }
        guard let found = resources.resolve(subject, from: index) else { return .fhirReference }
        guard resources.all[found].type == "Patient" else { return .fhirOtherPatient }
        guard let patient = part.patient, found != patient else { return nil }
        return isSame(found, patient) ? nil : .fhirOtherPatient
    }

    /// R4, `Reference`: an object, and nothing in it by which another kind of reader would know somebody.
    private static func isReference(_ subject: JSONView) -> Bool {
        guard let names = subject.memberNames else { return false }
        return names.allSatisfy { referenceMembers.contains($0) }
    }

    private static let referenceMembers: Set<String> = [
        "reference", "identifier", "display", "type", "id", "extension", "_reference", "_display", "_type",
    ]

    /// Whether two Patients say the same person.
    mutating func isSame(_ one: Int, _ other: Int) -> Bool {
        let pair = FHIRReadings.Pair(one: one, other: other)
        if let known = readings.samePatients[pair] { return known }
        let isSame = patient(one) == patient(other)
        readings.samePatients[pair] = isSame
        return isSame
    }

    /// The number by which a reference names somebody (R4, "logical reference").
    private mutating func number(of subject: JSONView?, _ path: String) -> Identifier? {
        guard let identifier = subject?["identifier"] else { return nil }
        guard identifier.isObject else {
            elements.log.add(.fhirElement, at: path + ".identifier")
            return nil
        }
        return elements.identifier(identifier, path + ".identifier")
    }

    /// Whether the Patient at `index` has that number, now or before; by whom it was given tells two apart where both say it.
    mutating func has(_ index: Int, _ number: Identifier) -> Bool {
        numbers(ofPatient: index).contains { own in
            guard own.value == number.value else { return false }
            return own.system == nil || number.system == nil || own.system == number.system
        }
    }

    /// The Patients that have that number; two of more.
    private mutating func patients(with number: Identifier) -> [Int] {
        if let known = readings.patientsByNumber { return known.firstTwo(with: number) }
        var all = PatientNumbers()
        for index in resources.indices(of: "Patient") { all.add(index, numbers(ofPatient: index)) }
        readings.patientsByNumber = all
        return all.firstTwo(with: number)
    }

    mutating func numbers(ofPatient index: Int) -> [Identifier] {
        if let known = readings.numbers[index] { return known }
        let patient = resources.all[index]
        let numbers = elements.identifiers(patient.json, patient.path, old: true)
        readings.numbers[index] = numbers
        return numbers
    }
}
