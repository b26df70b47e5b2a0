import LabReport

/// The header: who, for whom, by whom, and what the document does to earlier ones.
extension DocumentBuilder {
    mutating func readHeader() {
        report.messageID = document.first("id").flatMap { id in
            guard let root = id.compact("root") else { return nil }
            return Personal(id.compact("extension").map { root + "^" + $0 } ?? root)
        }
        report.sentAt = time(document.first("effectiveTime"))
        report.sendingApplication = document.first("author", "assignedAuthor", "assignedAuthoringDevice")
            .flatMap { $0.first("softwareName")?.line ?? $0.first("manufacturerModelName")?.line }
        readTarget()
        readRequester()
        readLaboratory()
        readNumbers()
        readRelation()
        if let level = document.first("confidentialityCode"), let code = level.compact("code"), code != "N" {
            note(.restricted, level)
        }
    }

    /// Whom the document is about: one person. Parts about another say so where they stand (`subject`).
    private mutating func readTarget() {
        let targets = document.all("recordTarget")
        let roles = targets.flatMap { $0.all("patientRole") }
        let isOne = targets.count <= 1 && roles.count <= 1 && roles.allSatisfy { $0.all("patient").count <= 1 }
        if !isOne, let last = targets.last { note(.severalSubjects, last) }
        if let role = roles.first { readPatient(role) }
    }

    /// The requester takes part as REF. Whoever took the specimen (PRF, function PRELV) says when.
    private mutating func readRequester() {
        for participant in document.all("participant") {
            switch participant.attribute("typeCode") {
            case "REF":
                guard let entity = participant.first("associatedEntity") else { continue }
                if report.requester == nil {
                    report.requester = professional(entity)
                } else {
                    note(.severalRequesters, participant)
                }
            case "PRF" where participant.first("functionCode")?.compact("code") == "PRELV":
                header.collectedAt = moment(participant.first("time"), orElse: .observationEffectiveTime)
            default: continue
            }
        }
    }

    /// The laboratory that answers for the report is that of the responsible biologist; else the one that did the
    /// analyses, wrote the document, or keeps it: the first of these that gives its FINESS.
    private mutating func readLaboratory() {
        let custodian = document.first("custodian", "assignedCustodian", "representedCustodianOrganization")
        let candidates: [XMLElement?] = [
            document.first(
                "componentOf", "encompassingEncounter", "responsibleParty", "assignedEntity", "representedOrganization"),
            document.first(
                "documentationOf", "serviceEvent", "performer", "assignedEntity", "representedOrganization"),
            document.first("author", "assignedAuthor", "representedOrganization"), custodian,
        ]
        var first: (organisation: Organisation, place: String)?
        for element in candidates {
            guard let element, let found = organisation(element) else { continue }
            if first == nil || (first?.organisation.finess == nil && found.finess != nil) {
                first = (found, path(element))
            }
        }
        report.laboratory = first?.organisation
        if let first { places.laboratory = first.place }
        let keeper = custodian.flatMap { organisation($0) } ?? first?.organisation
        report.sendingFacility = keeper?.finess ?? keeper?.name
    }

    /// The requester's number is that of the order fulfilled; the laboratory's own that of the act documented. Where it
    /// gives none, the number that all versions of the document share joins a correction to what it corrects.
    private mutating func readNumbers() {
        header.placer = number(document.all("inFulfillmentOf").flatMap { $0.first("order")?.all("id") ?? [] })
        for act in document.all("documentationOf") {
            guard let event = act.first("serviceEvent") else { continue }
            if header.filler == nil { header.filler = number(event.all("id")) }
            let times = event.first("effectiveTime")
            if header.receivedAt == nil { header.receivedAt = time(times?.first("low")) }
            if header.reportedAt == nil { header.reportedAt = time(times?.first("high")) }
        }
        if header.filler == nil, let set = document.first("setId"), let root = set.compact("root") {
            header.filler = Personal(set.compact("extension").map { root + "^" + $0 } ?? root)
        }
        if header.reportedAt == nil { header.reportedAt = report.sentAt }
    }

    /// A document replaces an earlier one when it says so (RPLC). A later version that does not is taken for one too.
    private mutating func readRelation() {
        for relation in document.all("relatedDocument") {
            if relation.attribute("typeCode") == "RPLC" {
                header.isReplacing = true
            } else {
                note(.addendum, relation)
            }
        }
        if let version = document.first("versionNumber"), let number = version.compact("value").flatMap({ Int($0) }),
            number > 1, !header.isReplacing
        {
            header.isReplacing = true
            note(.actionUnclear, version)
        }
        report.action = header.isReplacing ? .replace : .new
    }
}
