import StrictJSON

/// What results are of: the specimens that orders and results name as resources.
extension FHIRReportBuilder {
    /// All results of an order are of one specimen, or of resources that say the same. False where this one names none.
    mutating func readSpecimen(_ reference: JSONView?, from index: Int, order: Int, _ place: Int) -> Bool {
        guard let found = specimenIndex(reference, from: index, place) else {
            return keepStated(specimen: reference, from: index, order: order, place)
        }
        let known = reports[place].report.orders[order].specimenIndex
        let specimens = reports[place].report.specimens
        if let known, !readings.areSame(known, found, of: place, specimens) {
            elements.log.add(.fhirOtherSpecimen, at: resources.all[index].path + ".specimen")
        }
        reports[place].report.orders[order].specimenIndex = known ?? found
        return true
    }

    /// The references of an order to its specimens: each resource once, and none that says nothing of one.
    mutating func specimens(_ json: JSONView, from index: Int, _ part: Int, _ path: String) -> [JSONView] {
        var known: Set<Int> = []
        var references: [JSONView] = []
        for reference in elements.objects(json, "specimen", path) {
            if let found = resources.resolve(reference, from: index), resources.all[found].type == "Specimen" {
                guard known.insert(found).inserted, !isEmptySpecimen(found, part) else { continue }
            }
            references.append(reference)
        }
        return references
    }

    /// Whether the Specimen at `index` says of none; whose it is counts all the same.
    private mutating func isEmptySpecimen(_ index: Int, _ part: Int) -> Bool {
        let json = resources.all[index].json
        let isEmpty = readings.emptySpecimens[index] ?? FHIRReportBuilder.saysNothing(specimen: json)
        readings.emptySpecimens[index] = isEmpty
        if isEmpty, readings.judgedSpecimens.insert(.init(one: index, other: part)).inserted {
            judgeSubject(json["subject"], part, from: index, "subject")
        }
        return isEmpty
    }

    /// The report's specimen that `reference` names; it is read when first named.
    mutating func specimenIndex(_ reference: JSONView?, from index: Int, _ part: Int) -> Int? {
        let place = resources.all[index].path + ".specimen"
        guard let found = resolve(reference, ["Specimen"], from: index, place) else { return nil }
        if let known = reports[part].specimens.firstIndex(of: found) { return known }
        if isEmptySpecimen(found, part) { return nil }
        let resource = resources.all[found]
        judgeSubject(resource.json["subject"], part, from: found, "subject")
        var specimen = Specimen()
        specimen.identifier = elements.identifiers(resource.json, resource.path).first?.value
        specimen.type = elements.concept(resource.json["type"], resource.path + ".type")
        specimen.receivedAt = elements.time(resource.json, "receivedTime", resource.path)
        elements.noteDropped(resource.json, "condition", "note", at: resource.path)
        noteStatus(resource, ["unsatisfactory", "entered-in-error"])
        if let collection = resource.json["collection"] {
            elements.noteDropped(collection, "bodySite", "method", at: resource.path + ".collection")
            specimen.collectedAt = elements.moment(collection, "collected", resource.path + ".collection")
        }
        reports[part].specimens.append(found)
        reports[part].report.specimens.append(specimen)
        return reports[part].specimens.count - 1
    }

    /// Whether a Specimen has nothing but its name, whose it is, and what programs add to each resource: some write one beside the
    /// specimen itself.
    private static func saysNothing(specimen json: JSONView) -> Bool {
        (json.members ?? []).allSatisfy { member in
            switch member.name {
            case "resourceType", "id", "meta", "extension", "language", "subject": return true
            case "text": return isEmpty(narrative: member.value)
            case "contained": return (member.value.array ?? []).allSatisfy { saysNothing(specimen: $0) }
            default: return isEmpty(member.value)
            }
        }
    }

    private static func isEmpty(_ value: JSONView) -> Bool {
        value.isNull || value.array?.isEmpty == true || value.memberNames?.isEmpty == true
    }

    /// Whether there are no words between its tags.
    private static func isEmpty(narrative: JSONView) -> Bool {
        var isInTag = false
        for byte in (narrative["div"]?.string ?? "").utf8 {
            switch byte {
            case UInt8(ascii: "<"): isInTag = true
            case UInt8(ascii: ">"): isInTag = false
            default: if !isInTag, byte > 0x20 { return false }
            }
        }
        return true
    }
}
