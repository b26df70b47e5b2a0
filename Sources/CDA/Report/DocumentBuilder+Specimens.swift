import LabReport

/// Specimens, isolates, and the results that are theirs.
///
/// A procedure says that something was taken, when, and what; organizers and observations name it again by its number. What a
/// group says holds for what is in it that does not say otherwise.
extension DocumentBuilder {
    /// A specimen of a group, and the element that says so.
    struct Taken {
        let specimen: Int
        let element: XMLElement
    }

    /// The orders of one panel are told apart by their specimens.
    struct PanelKey: Hashable {
        let base: Int
        let specimen: Int?
    }

    /// What was taken: the act of taking it, and the time at which the laboratory received it.
    mutating func readSpecimen(_ procedure: XMLElement) -> Int? {
        var specimen = Specimen()
        specimen.collectedAt = moment(procedure.first("effectiveTime"), orElse: .observationEffectiveTime)
        for participant in procedure.all("participant") where participant.attribute("typeCode") == "PRD" {
            guard let role = participant.first("participantRole") else { continue }
            specimen.identifier = specimenNumber(role)
            specimen.type = coded(role.first("playingEntity")?.first("code"))
        }
        for relation in procedure.all("entryRelationship") {
            guard let act = relation.first("act") else { continue }
            if act.first("code")?.compact("code") == "SPRECEIVE" {
                specimen.receivedAt = moment(act.first("effectiveTime"))
            } else {
                note(.entryDropped, act)
            }
        }
        if let site = procedure.first("targetSiteCode") { noteOnce(.entryDropped, site) }
        specimen.receivedAt = specimen.receivedAt ?? header.receivedAt
        return place(of: specimen)
    }

    /// The specimens of an organizer: an isolate (MIC), or what a battery was done on.
    mutating func readSpecimens(of group: XMLElement, _ context: inout Context) {
        var named: [Taken] = []
        for element in group.all("specimen") {
            guard let role = element.first("specimenRole") else { continue }
            let entity = role.first("specimenPlayingEntity")
            if entity?.attribute("classCode") == "MIC" {
                readIsolate(entity, group, &context)
            } else if let specimen = specimen(of: role, context) {
                named.append(Taken(specimen: specimen, element: element))
            }
        }
        settle(named, &context)
    }

    private mutating func readIsolate(_ entity: XMLElement?, _ group: XMLElement, _ context: inout Context) {
        isolates += 1
        context.subID = String(isolates)
        guard let organism = coded(entity?.first("code")) else {
            if let entity { note(.entryDropped, entity) }
            return
        }
        addOrganism(organism, group, context)
    }

    /// The specimen that an observation names as its own.
    mutating func readSpecimen(of observation: XMLElement, _ context: inout Context) {
        guard let role = observation.first("specimen", "specimenRole") else { return }
        guard role.first("specimenPlayingEntity")?.attribute("classCode") != "MIC",
            let specimen = specimen(of: role, context)
        else { return noteOnce(.entryDropped, role) }
        turn(to: specimen, &context)
    }

    /// Of several specimens of one group that differ none is said to be its results'.
    mutating func settle(_ taken: [Taken], _ context: inout Context) {
        guard let first = taken.first else { return }
        let others = taken.dropFirst().filter { $0.specimen != first.specimen }
        let differing = others.first { areOther(report.specimens[first.specimen], report.specimens[$0.specimen]) }
        if let differing {
            turn(to: nil, &context)
            panels[context.panel].differing = differing.element
        } else {
            if let other = others.first { note(.specimenSeveral, other.element) }
            settle(first.specimen, &context)
        }
    }

    /// From here on results are of `specimen`: the order of this context has it where that has no result and no specimen yet.
    mutating func settle(_ specimen: Int?, _ context: inout Context) {
        let panel = panels[context.panel]
        if panel.specimen == nil, panel.order == nil, panel.differing == nil {
            panels[context.panel].specimen = specimen
        } else {
            turn(to: specimen, &context)
        }
    }

    /// The results of this context that come now are of `specimen`: they belong to an order of its own where the context's has another.
    private mutating func turn(to specimen: Int?, _ context: inout Context) {
        let panel = panels[context.panel]
        let base = panel.base ?? context.panel
        if panel.specimen == specimen { return }
        if panels[base].specimen == specimen {
            context.panel = base
        } else if let known = panelsBySpecimen[PanelKey(base: base, specimen: specimen)] {
            context.panel = known
        } else {
            var further = Panel(code: panel.code, specimen: specimen, status: panel.status)
            further.base = base
            panels.append(further)
            context.panel = panels.count - 1
            panelsBySpecimen[PanelKey(base: base, specimen: specimen)] = context.panel
        }
    }

    /// The specimen that `role` names: one of that number, the one that holds here where one of them has no number, or a new one.
    private mutating func specimen(of role: XMLElement, _ context: Context) -> Int? {
        var said = Specimen()
        said.identifier = specimenNumber(role)
        said.type = coded(role.first("specimenPlayingEntity")?.first("code"))
        guard said != Specimen() else { return nil }
        if let near = panels[context.panel].specimen,
            said.identifier == nil || report.specimens[near].identifier == nil,
            agree(report.specimens[near], said)
        {
            complete(near, said)
            return near
        }
        return place(of: said)
    }

    /// Where the report has `specimen`; a new place unless one of its number agrees with it. Nil where nothing is known of it.
    private mutating func place(of specimen: Specimen) -> Int? {
        guard specimen != Specimen() else { return nil }
        if let number = specimen.identifier, let known = specimensByNumber[number] {
            if agree(report.specimens[known], specimen) {
                complete(known, specimen)
                return known
            }
        } else if let number = specimen.identifier {
            specimensByNumber[number] = report.specimens.count
        }
        report.specimens.append(specimen)
        return report.specimens.count - 1
    }

    private mutating func complete(_ place: Int, _ said: Specimen) {
        var known = report.specimens[place]
        if known.identifier == nil, let number = said.identifier {
            known.identifier = number
            if specimensByNumber[number] == nil { specimensByNumber[number] = place }
        }
        known.type = known.type ?? said.type
        known.collectedAt = known.collectedAt ?? said.collectedAt
        known.receivedAt = known.receivedAt ?? said.receivedAt
        report.specimens[place] = known
    }

    /// Nothing says that they are two.
    private func agree(_ one: Specimen, _ other: Specimen) -> Bool {
        !areOther(one, other)
            && (one.receivedAt == nil || other.receivedAt == nil || one.receivedAt == other.receivedAt)
    }

    /// They are of another kind, or were not taken at one time.
    private func areOther(_ one: Specimen, _ other: Specimen) -> Bool {
        if let type = one.type, type.isOtherSpecimen(than: other.type) { return true }
        guard let time = one.collectedAt, let another = other.collectedAt else { return false }
        return time != another
    }

    /// The number of a tube, which some write under a person's OID: that would identify somebody else.
    private mutating func specimenNumber(_ role: XMLElement) -> Personal? {
        guard let id = identifiers(role.all("id")).first else { return nil }
        if let root = id.root, root == RPPS.oid || INSAuthority(oid: root) != nil {
            noteOnce(.specimenIsPerson, role)
            return nil
        }
        return Personal(id.value)
    }
}
