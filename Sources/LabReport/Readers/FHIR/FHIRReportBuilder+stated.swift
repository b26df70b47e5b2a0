import StrictJSON

/// Who and what a reference names by itself, by a number or in words (R4, "logical reference"): nothing else of it is in the document.
extension FHIRReportBuilder {
    /// What a reference states. Who is named in words alone, or by a number of nobody knows what, may be either.
    enum StatedKind {
        case person, structure, unclear, nothing
    }

    /// The structure that `reference` states; nil where it states none for certain: a person's name is no structure's.
    mutating func structure(statedBy reference: JSONView?, _ path: String) -> Organisation? {
        guard let reference, FHIRReportBuilder.kind(statedBy: reference) == .structure else { return nil }
        var structure = Organisation(name: elements.string(reference, "display", path))
        if let number = number(statedBy: reference, path) { put(number, into: &structure) }
        return structure == Organisation() ? nil : structure
    }

    /// The person, or the structure, that `reference` states. Who is named in words alone is a person.
    mutating func professional(statedBy reference: JSONView?, _ path: String) -> Professional? {
        guard let reference else { return nil }
        var person = Professional()
        switch FHIRReportBuilder.kind(statedBy: reference) {
        case .nothing: return nil
        case .structure: person.organisation = structure(statedBy: reference, path)
        case .person, .unclear:
            person.identifiers = [number(statedBy: reference, path)].compactMap { $0 }
            person.familyName = elements.personal(reference, "display", path)
        }
        return person == Professional() ? nil : person
    }

    /// Who a result says by itself that did it, or answers for it.
    mutating func takePerformer(statedBy reference: JSONView, of result: inout Observation, _ path: String) {
        switch FHIRReportBuilder.kind(statedBy: reference) {
        case .nothing: break
        case .unclear: noteUnclear(reference, path)
        case .structure: if let structure = structure(statedBy: reference, path) { keep(structure, of: &result, path) }
        case .person: result.responsible = result.responsible ?? professional(statedBy: reference, path)
        }
    }

    /// The specimen that `reference` states.
    mutating func specimen(statedBy reference: JSONView?, _ path: String) -> Specimen? {
        guard let reference, reference["reference"] == nil,
            !FHIRReportBuilder.hasPatientsNumber(reference, ifOnlyPerhaps: false)
        else { return nil }
        var specimen = Specimen()
        specimen.identifier = number(statedBy: reference, path)?.value
        specimen.type = elements.string(reference, "display", path).map { Coded(text: $0) }
        return specimen == Specimen() ? nil : specimen
    }

    /// The number in a reference.
    private mutating func number(statedBy reference: JSONView, _ path: String) -> Identifier? {
        guard let identifier = reference["identifier"] else { return nil }
        guard identifier.isObject else {
            elements.log.add(.fhirElement, at: path + ".identifier")
            return nil
        }
        return elements.isOld(identifier) ? nil : elements.identifier(identifier, path + ".identifier")
    }

    /// What a reference states is said by its type, by whose number it is, or by a title before the name. One that names a resource
    /// states nothing: its words describe what is not here, and may be anybody's name, the patient's too.
    static func kind(statedBy reference: JSONView) -> StatedKind {
        if reference["reference"] != nil || hasPatientsNumber(reference) { return .nothing }
        if let type = reference["type"]?.string {
            guard people.contains(type) else { return .nothing }
            return type == "Organization" ? .structure : .person
        }
        let identifier = reference["identifier"]
        let types = (identifier?["type"]?["coding"]?.array ?? []).compactMap { $0["code"]?.string }
        let system = identifier?["system"]?.string.map { CodeSystem.name(forURI: $0) }
        if system == RPPS.oid || system == RPPS.uri || types.contains(where: { professionals.contains($0) }) {
            return .person
        }
        if system == FINESS.oid || system == FINESS.uri || types.contains(where: { structures.contains($0) }) {
            return .structure
        }
        guard let name = reference["display"]?.string else { return .unclear }
        let first = name.utf8.prefix { $0 != 0x20 && $0 != UInt8(ascii: ".") }.prefix(12).map { $0 | 0x20 }
        return titles.contains { first.elementsEqual($0.utf8) } ? .person : .unclear
    }

    /// Whether its number is an INS, or has a NIR's form. Numbers of specimens that begin with a date may look like one without its key:
    /// of these `ifOnlyPerhaps` decides.
    private static func hasPatientsNumber(_ reference: JSONView, ifOnlyPerhaps: Bool = true) -> Bool {
        guard let identifier = reference["identifier"] else { return false }
        let system = identifier["system"]?.string.map { CodeSystem.name(forURI: $0) }
        if let system, INSAuthority(oid: system) != nil { return true }
        switch identifier["value"]?.string.flatMap({ NIRForm.amongLocal($0) }) {
        case .sure?: return true
        case .guess?: return ifOnlyPerhaps
        case nil: return false
        }
    }

    /// Tells a reference that says something by itself of which nobody can tell whether it is a person or a structure.
    mutating func noteUnclear(_ reference: JSONView, _ path: String) {
        guard FHIRReportBuilder.kind(statedBy: reference) == .unclear,
            FHIRReportBuilder.isStated(reference, FHIRReportBuilder.people)
        else { return }
        elements.log.add(.fhirDangling, at: path)
    }

    /// Of tables of identifier types: who has such a number.
    private static let professionals: Set<String> = ["RPPS", "ADELI", "PRN", "IDNPS"]
    private static let structures: Set<String> = ["FINEG", "FINEJ", "FINESS", "IDNST"]

    private static let titles = ["dr", "docteur", "pr", "prof", "professeur", "m", "mme", "mlle", "monsieur", "madame"]

    /// Whether it is a structure's national number.
    static func isFINESS(_ number: Identifier) -> Bool {
        number.system == FINESS.oid || number.system == FINESS.uri
            || structures.contains(number.type ?? "")
    }

    /// A structure's number in its place.
    func put(_ number: Identifier, into structure: inout Organisation) {
        if structure.finess == nil, FHIRReportBuilder.isFINESS(number) {
            structure.finess = FINESS.bare(number.value.text)
        } else {
            structure.identifiers.append(number)
        }
    }

    /// Whether `reference` names something by itself that a report of those types carries: nothing of it is missing then.
    static func isStated(_ reference: JSONView, _ types: Set<String>) -> Bool {
        guard reference["reference"] == nil else { return false }
        if types == ["ServiceRequest"] { return reference["identifier"] != nil }
        let isSpecimen = types == ["Specimen"]
        guard isSpecimen || !types.isDisjoint(with: FHIRReportBuilder.people) else { return false }
        let saysNobody =
            isSpecimen
            ? hasPatientsNumber(reference, ifOnlyPerhaps: false) : kind(statedBy: reference) == .nothing
        if saysNobody { return false }
        return reference["identifier"]?["value"]?.string?.isEmpty == false
            || reference["display"]?.string?.isEmpty == false
    }

    /// Keeps the specimen that `reference` states for the order; false where it states none, or names a resource.
    mutating func keepStated(specimen reference: JSONView?, from index: Int, order: Int, _ place: Int) -> Bool {
        let path = resources.all[index].path + ".specimen"
        guard resources.resolve(reference, from: index) == nil, let stated = specimen(statedBy: reference, path)
        else { return false }
        let key = FHIRReadings.Pair(one: place, other: order)
        if let known = readings.statedSpecimens[key] {
            if stated.isOther(than: known) || stated.hasOtherNumber(than: known) {
                elements.log.add(.fhirOtherSpecimen, at: path)
            }
        } else {
            readings.statedSpecimens[key] = stated
        }
        return true
    }

    /// What was stated is the specimen of an order of which no resource is.
    mutating func settleStated() {
        for (key, stated) in readings.statedSpecimens.sorted(by: { $0.key.other < $1.key.other }) {
            if let known = reports[key.one].report.orders[key.other].specimenIndex {
                let specimen = reports[key.one].report.specimens[known]
                let path = "DiagnosticReport.specimen"
                if stated.isOther(than: specimen) {
                    elements.log.add(.fhirOtherSpecimen, at: path)
                } else if stated.hasOtherNumber(than: specimen) {
                    // It may be another of its numbers.
                    elements.log.add(.fhirFurther, at: path)
                }
            } else {
                // None of the report may be held here: what is changed would be copied.
                let next = reports[key.one].specimens.count
                reports[key.one].report.orders[key.other].specimenIndex = next
                reports[key.one].specimens.append(-1)
                reports[key.one].report.specimens.append(stated)
            }
        }
        readings.statedSpecimens = [:]
    }
}

extension Specimen {
    /// Whether both have a number and it is not the same.
    func hasOtherNumber(than other: Specimen) -> Bool {
        guard let identifier, let known = other.identifier else { return false }
        return identifier != known
    }

    /// Whether they cannot be of one kind. A word more (`Sang veineux`) says no other.
    func isOther(than other: Specimen) -> Bool {
        guard let type, type.isOtherSpecimen(than: other.type) else { return false }
        guard let words = type.text, let known = other.type?.text, max(words.utf8.count, known.utf8.count) <= 1_000
        else { return true }
        let (one, another) = (FoldedName(words).bytes, FoldedName(known).bytes)
        return !one.starts(with: another) && !another.starts(with: one)
    }
}
