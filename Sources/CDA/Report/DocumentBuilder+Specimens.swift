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
        return place(of: specimen, procedure)
    }

    /// The specimens of an organizer: an isolate (MIC), and what a battery was done on. An isolate's organism is of that specimen, too.
    mutating func readSpecimens(of group: XMLElement, _ context: inout Context) {
        var named: [Taken] = []
        var isolates: [XMLElement?] = []
        for element in group.all("specimen") {
            guard let role = element.first("specimenRole") else { continue }
            let entity = role.first("specimenPlayingEntity")
            if entity?.attribute("classCode") == "MIC" {
                isolates.append(entity)
            } else if let specimen = specimen(of: role, context) {
                named.append(Taken(specimen: specimen, element: element))
            }
        }
        settle(named, &context)
        for isolate in isolates { readIsolate(isolate, group, &context) }
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
        context.taken = taken.map { $0.specimen }
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

    /// From here on results are of `specimen`: the order of this context has it where that is the group's own, and has no result and no
    /// specimen yet.
    mutating func settle(_ specimen: Int?, _ context: inout Context) {
        let panel = panels[context.panel]
        if context.ownsPanel, panel.specimen == nil, panel.order == nil, panel.differing == nil {
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

    /// The specimen that `role` names: by its number, by its kind among those that were taken here, or the one that holds here where one
    /// of them has no number; else a new one.
    private mutating func specimen(of role: XMLElement, _ context: Context) -> Int? {
        var said = Specimen()
        said.identifier = specimenNumber(role)
        said.type = coded(role.first("specimenPlayingEntity")?.first("code"))
        guard said != Specimen() else { return nil }
        if let number = said.identifier, let known = specimensByNumber[number] {
            complete(known, said, role)
            return known
        }
        if said.identifier == nil, context.taken.count <= Limits.specimensToldByKind {
            let alike = context.taken.filter { !areOther(report.specimens[$0].type, said.type) }
            if alike.count == 1 { return alike[0] }
        }
        guard let near = panels[context.panel].specimen, !areOther(report.specimens[near].type, said.type) else {
            return place(of: said, role)
        }
        if said.identifier == nil || report.specimens[near].identifier == nil {
            complete(near, said, role)
            return near
        }
        // A second tube of one act of taking that has no number of its own.
        if withoutNumber.contains(near) {
            said.collectedAt = report.specimens[near].collectedAt
            said.receivedAt = report.specimens[near].receivedAt
        }
        return place(of: said, role)
    }

    /// Where the report has `specimen`: in a new place, unless one of its number was not taken at another time, or one without a number is
    /// the same. Nil where nothing is known of it.
    private mutating func place(of specimen: Specimen, _ element: XMLElement) -> Int? {
        guard specimen != Specimen() else { return nil }
        if let number = specimen.identifier {
            if let known = specimensByNumber[number] {
                if areSame(report.specimens[known].collectedAt, specimen.collectedAt) {
                    complete(known, specimen, element)
                    return known
                }
            } else {
                specimensByNumber[number] = report.specimens.count
            }
        } else {
            // Of two that nobody says when they were taken nobody knows whether they are one.
            if specimen.collectedAt != nil, let known = specimensWithoutNumber[specimen] { return known }
            specimensWithoutNumber[specimen] = report.specimens.count
            withoutNumber.insert(report.specimens.count)
        }
        report.specimens.append(specimen)
        return report.specimens.count - 1
    }

    /// Adds what is said of the specimen at `place` once more; another kind is told.
    private mutating func complete(_ place: Int, _ said: Specimen, _ element: XMLElement) {
        var known = report.specimens[place]
        if known.identifier == nil, let number = said.identifier {
            known.identifier = number
            if specimensByNumber[number] == nil { specimensByNumber[number] = place }
        }
        if areOther(known.type, said.type) { noteOnce(.repetitionDropped, element) }
        known.type = known.type ?? said.type
        known.collectedAt = finer(known.collectedAt, said.collectedAt)
        known.receivedAt = finer(known.receivedAt, said.receivedAt)
        report.specimens[place] = known
    }

    /// They are of another kind, or were not taken at one time.
    private func areOther(_ one: Specimen, _ other: Specimen) -> Bool {
        areOther(one.type, other.type) || !areSame(one.collectedAt, other.collectedAt)
    }

    private func areOther(_ one: Coded?, _ other: Coded?) -> Bool { one?.isOtherSpecimen(than: other) ?? false }

    /// Both may be one moment: to the minute, whatever their offsets, or to the day where one of them has no time of day.
    private func areSame(_ one: ReportTime?, _ other: ReportTime?) -> Bool {
        guard let one, let other else { return true }
        guard one.secondOfDay != nil, other.secondOfDay != nil else {
            return one.date.iso.hasPrefix(other.date.iso) || other.date.iso.hasPrefix(one.date.iso)
        }
        return one.earliestSecond / 60 == other.earliestSecond / 60
    }

    /// The one that says more.
    private func finer(_ one: ReportTime?, _ other: ReportTime?) -> ReportTime? {
        guard let one, let other else { return one ?? other }
        guard one.secondOfDay == nil else { return one }
        return other.secondOfDay != nil || other.date.iso.utf8.count > one.date.iso.utf8.count ? other : one
    }

    /// An order was collected when its specimen was, whichever of them the document says first.
    mutating func settleCollections() {
        for panel in panels {
            guard let order = panel.order, let specimen = panel.specimen else { continue }
            report.orders[order].collectedAt = report.specimens[specimen].collectedAt ?? header.collectedAt
        }
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
