import StrictJSON

/// Builds the reports of a document that others wrote: one for each patient.
struct FHIRReportBuilder {
    let resources: FHIRResources
    let processing: Report.Processing
    var elements: FHIRElements
    var reports: [Part] = []
    /// What was read before.
    var readings = FHIRReadings()
    /// Observations that an order has already, and the report in which that was.
    private var used: [Int: Int] = [:]
    /// Observations of the DiagnosticReport that is read.
    private var inOrder: Set<Int> = []
    /// Results that a second DiagnosticReport names, in the whole document.
    private var repeated = 0

    /// It was told that results say other times of release than their orders.
    private var isIssuedTold = false

    /// How many results of the DiagnosticReport that is read name no specimen.
    private var withoutSpecimen = 0
    /// Which of its results belong together, by place in `reports`.
    private var families: [Int: ResultFamilies] = [:]
    /// Which Observation of this order comes from which other one, and whose report they are in.
    private var origins: [(result: Int, of: Int, place: Int)] = []

    /// One patient's report in the making.
    struct Part {
        /// The Patient's index; nil where the results name none.
        var patient: Int?
        var report: Report
        /// The Specimen that each specimen of the report is.
        var specimens: [Int] = []
        /// Where an identity for tests or demonstrations was met.
        var fictitious: String?
        var hasAttachment = false
        /// The orders whose DiagnosticReport is withdrawn.
        var cancelled = CancelledOrders()
        var isChanged = false
    }

    init(_ resources: FHIRResources, settings: ReaderSettings) {
        self.resources = resources
        processing = FHIRReportBuilder.processing(of: resources)
        elements = FHIRElements(settings: settings)
        elements.day = FHIRReportBuilder.day(of: resources)
    }

    mutating func read() -> [ReadOutcome] {
        elements.judgeEvents(of: resources)
        if elements.log.holds { return [heldWhole()] }
        let orders = resources.indices(of: "DiagnosticReport")
        for index in orders { readOrder(index) }
        readUnlinked(hasOrders: !orders.isEmpty)
        readConsents()
        noteLabels()
        guard !reports.isEmpty else {
            elements.log.add(.fhirResource, at: "Bundle.entry")
            return [heldWhole()]
        }
        return outcomes()
    }

    /// The outcome of a document of which no report is made.
    private func heldWhole() -> ReadOutcome {
        var places = ReportPlaces()
        places.naming = .fhir
        return ReadOutcome(report: nil, findings: places.worded(elements.log.findings))
    }

    private mutating func outcomes() -> [ReadOutcome] {
        var outcomes: [ReadOutcome] = []
        for index in reports.indices { settle(index) }
        let findings = elements.log.findings
        let isHeld = elements.log.holds
        for part in reports {
            var places = ReportPlaces()
            places.naming = .fhir
            places.fictitious = part.fictitious
            if !isHeld, part.cancelled.arePart(of: part.report.orders) {
                outcomes += part.cancelled.outcomes(of: part.report, [], places)
            } else {
                outcomes.append(ReadOutcome(report: isHeld ? nil : part.report, findings: [], places: places))
            }
        }
        outcomes[0].findings = outcomes[0].places.worded(findings)
        guard isHeld else { return outcomes }
        for index in outcomes.indices.dropFirst() {
            outcomes[index].findings = [
                Rule.otherGroupHeld.finding(at: "Bundle.entry", elements.settings.overrides)
            ]
        }
        return outcomes
    }

    /// What the whole report does to earlier ones, and whether there is anything in it.
    private mutating func settle(_ index: Int) {
        let part = reports[index]
        let isCancelled = part.cancelled.areAll(of: part.report.orders)
        let isPart = part.cancelled.arePart(of: part.report.orders)
        if isPart, part.cancelled.areContradicted(by: part.report.results, part.report.orders) {
            elements.log.add(.actionMismatch, at: "DiagnosticReport.status")
        }
        let statuses = part.report.results.filter { !isPart || !part.cancelled.have($0) }.map { $0.status }
        let isWithdrawn = { (status: String) in status == "D" }
        if isCancelled || (!statuses.isEmpty && statuses.allSatisfy(isWithdrawn)) {
            reports[index].report.action = .cancel
            if !isCancelled { reports[index].cancelled.add(ordersOf: part.report.results) }
        } else if part.isChanged || statuses.contains(where: { isWithdrawn($0) || $0 == "C" }) {
            reports[index].report.action = .replace
        }
        // As in HL7, who sends answers where nobody else is named.
        if part.report.laboratory == nil { reports[index].report.laboratory = readings.sender }
        if part.patient == nil { elements.log.add(.fhirPatientMissing, at: "DiagnosticReport.subject") }
        if part.report.results.isEmpty, part.cancelled.areNone {
            elements.log.add(.noDiscreteResults, at: "DiagnosticReport.result")
        } else if part.hasAttachment {
            elements.log.add(.attachmentDropped, at: "DiagnosticReport.presentedForm")
        }
    }

    // MARK: - Orders

    private mutating func readOrder(_ index: Int) {
        let resource = resources.all[index]
        let json = resource.json
        let place = part(subject: json["subject"], from: index, resource.path)
        let status = elements.string(json, "status", resource.path)
        var order = Order()
        order.status = orderStatus(status, place, resource.path)
        order.panel = elements.concept(json["code"], resource.path + ".code")
        order.collectedAt = elements.moment(json, "effective", resource.path)
        order.reportedAt = elements.time(json, "issued", resource.path)
        let numbers = elements.identifiers(json, resource.path)
        order.fillerNumber = FHIRReportBuilder.filler(numbers)
        elements.noteDropped(json, "conclusionCode", "resultsInterpreter", at: resource.path)
        for said in (json["conclusionCode"]?.array ?? []) + (json["category"]?.array ?? []) {
            guard let telling = TellingCode(elements.quietly { $0.concept(said, resource.path) }) else { continue }
            order.panel.keepTold(telling)
            break
        }
        if let conclusion = elements.personal(json, "conclusion", resource.path) { order.notes.append(conclusion) }
        for request in elements.some(json, "basedOn", resource.path) {
            guard let found = resolve(request, ["ServiceRequest"], from: index, resource.path + ".basedOn") else {
                // Some give only its number.
                let number = request["identifier"].flatMap { elements.identifier($0, resource.path + ".basedOn") }
                order.placerNumber = order.placerNumber ?? number?.value
                continue
            }
            readRequest(found, &order, place)
        }
        keepPlacer(numbers, &order, resource.path)
        let laboratory = laboratory(json, "performer", index)
        if reports[place].report.laboratory == nil { reports[place].report.laboratory = laboratory }
        let specimens = specimens(json, from: index, place, resource.path)
        if specimens.count == 1 {
            order.specimenIndex = specimenIndex(specimens[0], from: index, place)
        } else {
            for specimen in specimens { _ = resolve(specimen, ["Specimen"], from: index, resource.path + ".specimen") }
        }
        if !elements.objects(json, "presentedForm", resource.path).isEmpty { reports[place].hasAttachment = true }
        reports[place].report.orders.append(order)
        let number = reports[place].report.orders.count - 1
        (withoutSpecimen, inOrder) = (0, [])
        for (position, result) in elements.objects(json, "result", resource.path).enumerated() {
            guard let found = resources.resolve(result, from: index), resources.all[found].type == "Observation" else {
                elements.log.add(.fhirReference, at: resource.path + ".result[" + String(position) + "]")
                continue
            }
            readResult(found, order: number, place, depth: 0)
        }
        settleFamilies()
        if specimens.count == 1 { _ = keepStated(specimen: specimens[0], from: index, order: number, place) }
        settleStated()
        if specimens.count > 1, withoutSpecimen > 0 {
            // Of which of them these are nobody knows.
            reports[place].report.orders[number].specimenIndex = nil
            elements.log.add(.fhirSpecimens, at: resource.path + ".specimen")
        }
    }

    /// F, C, P, … of table 0123, and what it says of the whole report.
    private mutating func orderStatus(_ status: String?, _ place: Int, _ path: String) -> String? {
        switch status {
        case "final": return "F"
        case "corrected", "amended", "appended":
            reports[place].isChanged = true
            return "C"
        case "partial": return "A"
        case "preliminary": return "P"
        case "registered": return "I"
        case "entered-in-error", "cancelled":
            reports[place].cancelled.add(reports[place].report.orders.count)
            return "X"
        case "unknown": return nil
        default:
            elements.log.add(.fhirElement, at: path + ".status")
            return nil
        }
    }

    private mutating func readRequest(_ index: Int, _ order: inout Order, _ part: Int) {
        let request = resources.all[index]
        let isNew = readings.judgedRequests.insert(.init(one: index, other: part)).inserted
        if isNew {
            judgeSubject(request.json["subject"], part, from: index, "subject")
            noteStatus(request, ["entered-in-error", "revoked"])
            // Once a report, with the first of the orders that it asked for.
            for note in elements.some(request.json, "note", request.path) {
                if let text = elements.personal(note, "text", request.path + ".note") { order.notes.append(text) }
            }
        }
        if order.placerNumber == nil { order.placerNumber = placer(ofRequest: index) }
        let asked = panel(ofRequest: index)
        if order.panel == nil { order.panel = asked } else { order.panel.keepTold(telling(index)) }
        // Whose request it is was said of this report before.
        guard isNew else { return }
        let place = request.path + ".requester"
        let reference = request.json["requester"]
        let found = resolve(reference, FHIRReportBuilder.people, from: index, place)
        guard let requester = found.map({ professional($0) }) ?? professional(statedBy: reference, place) else {
            return
        }
        guard let known = reports[part].report.requester else {
            reports[part].report.requester = requester
            return
        }
        if !readings.areSame(known, requester) { elements.log.add(.fhirFurther, at: place) }
    }

    private mutating func placer(ofRequest index: Int) -> Personal? {
        if let known = readings.placers[index] { return known }
        let request = resources.all[index]
        let placer = FHIRReportBuilder.placer(elements.identifiers(request.json, request.path))
        readings.placers[index] = .some(placer)
        return placer
    }

    private mutating func panel(ofRequest index: Int) -> Coded? {
        if let known = readings.panels[index] { return known }
        let request = resources.all[index]
        let panel = elements.concept(request.json["code"], request.path + ".code")
        readings.panels[index] = .some(panel)
        return panel
    }

    /// The placer's number among those of a report, where no request says one. That there are more numbers than are carried is told.
    private mutating func keepPlacer(_ numbers: [Identifier], _ order: inout Order, _ path: String) {
        if order.placerNumber == nil { order.placerNumber = numbers.first { $0.type == "PLAC" }?.value }
        let isLeft = numbers.contains {
            $0.system != FHIRName.reportIdentifier && $0.value != order.fillerNumber && $0.value != order.placerNumber
        }
        if isLeft { elements.log.add(.fhirFurther, at: path + ".identifier") }
    }

    /// The laboratory's number: the one that is said to be it, or the first one that is no name of ours and not said to be
    /// another's. What a requester or a group calls its own finds nothing of the laboratory's again.
    private static func filler(_ all: [Identifier]) -> Personal? {
        (all.first { $0.type == "FILL" }
            ?? all.first {
                $0.system != FHIRName.reportIdentifier && !["PLAC", "PGN", "FGN"].contains($0.type ?? "")
            })?.value
    }

    /// The placer's number of a request, likewise.
    private static func placer(_ all: [Identifier]) -> Personal? {
        (all.first { $0.type == "PLAC" }
            ?? all.first {
                $0.system != FHIRName.reportIdentifier && !["FILL", "PGN", "FGN"].contains($0.type ?? "")
            })?.value
    }

    /// Observations of a laboratory that no DiagnosticReport names: an order of their own, where there is none at all.
    private mutating func readUnlinked(hasOrders: Bool) {
        var orders: [Int: Int] = [:]
        for index in resources.indices(of: "Observation") where used[index] == nil {
            let resource = resources.all[index]
            guard resource.owner == index || !hasOrders else { continue }
            guard !hasOrders, isLaboratory(resource.json) else {
                elements.log.add(.fhirUnlinked, at: resource.path)
                continue
            }
            let place = part(subject: resource.json["subject"], from: index, resource.path)
            if orders[place] == nil {
                var order = Order()
                order.fillerNumber = FHIRReportBuilder.filler(elements.identifiers(resource.json, resource.path))
                order.reportedAt = elements.time(resource.json, "issued", resource.path)
                order.collectedAt = elements.moment(resource.json, "effective", resource.path)
                reports[place].report.orders.append(order)
                orders[place] = reports[place].report.orders.count - 1
                if reports[place].report.laboratory == nil {
                    reports[place].report.laboratory = laboratory(resource.json, "performer", index)
                }
            }
            readResult(index, order: orders[place] ?? 0, place, depth: 0)
        }
        settleFamilies()
        settleStated()
    }

    private func isLaboratory(_ json: JSONView) -> Bool {
        guard let categories = json["category"]?.array, !categories.isEmpty else { return true }
        return categories.contains { category in
            (category["coding"]?.array ?? []).contains { $0["code"]?.string == "laboratory" }
        }
    }

    // MARK: - Results

    /// Reads an Observation, its components and its members as results of the order.
    /// What stands above them, or what they come from, may tell of a disease notified under a code: it is told of each of them.
    private mutating func readResult(_ index: Int, order: Int, _ place: Int, depth: Int, above: TellingCode? = nil) {
        guard inOrder.insert(index).inserted else { return }
        let resource = resources.all[index]
        // Several DiagnosticReports may name one: it is a result of each. Without a subject it can be of one patient only.
        if let earlier = used.updateValue(place, forKey: index) {
            if earlier != place, resource.json["subject"] == nil {
                return elements.log.add(.fhirOtherPatient, at: resource.path + ".subject")
            }
            repeated += 1 + (resource.json["component"]?.array?.count ?? 0)
            if repeated > ReportBuilder.mostResults {
                return elements.log.add(.tooManyResults, at: resource.path)
            }
        }
        guard depth < 8 else { return elements.log.add(.fhirElement, at: resource.path + ".hasMember") }
        let json = resource.json
        judgeSubject(json["subject"], place, from: index, "subject")
        judgeFocus(json, place, from: index)
        elements.noteDropped(json, "bodySite", at: resource.path)
        readIssued(json, order, place, resource.path)
        var result = elements.observation(json, order: order, resource.path)
        result.code = toldByOrigins(of: index, told(above, of: result.code))
        result.device = device(json["device"], from: index)
        readPerformers(json, of: &result, from: index)
        settleLaboratory(of: &result, place)
        let hasSpecimen = readSpecimen(json["specimen"], from: index, order: order, place)
        let members = elements.objects(json, "hasMember", resource.path)
        let components = elements.objects(json, "component", resource.path)
        if max(members.count, components.count) > ReportBuilder.mostResults {
            elements.log.add(.tooManyResults, at: resource.path)
        }
        // What only groups others says nothing of its own; what is noted on it is about all of them.
        let isAlone = members.isEmpty && components.isEmpty
        let isGroup = result.value == nil && !isAlone
        let telling = isAlone ? nil : TellingCode(result.code)
        let first = reports[place].report.results.count
        if !isGroup {
            reports[place].report.results.append(result)
            if !hasSpecimen { withoutSpecimen += 1 }
        } else {
            reports[place].report.orders[order].notes += result.notes
            result.notes = []
        }
        let most = elements.log.isOfTaken ? Int.max : ReportBuilder.mostResults
        for component in components.prefix(most) {
            var part = result
            part.notes = []
            elements.component(component, of: &part, resource.path + ".component")
            part.code = told(telling, of: part.code)
            reports[place].report.results.append(part)
            if !hasSpecimen { withoutSpecimen += 1 }
        }
        if !isGroup {
            families[place, default: ResultFamilies()].add(index, first..<reports[place].report.results.count)
        }
        readOrigin(json, of: index, place, resource.path)
        for member in members.prefix(most) {
            guard let found = resources.resolve(member, from: index), resources.all[found].type == "Observation" else {
                elements.log.add(.fhirReference, at: resource.path + ".hasMember")
                continue
            }
            if !isGroup { families[place, default: ResultFamilies()].join(found, to: index) }
            // A group that is withdrawn, of which a member stands.
            if isGroup, FHIRReportBuilder.isWithdrawn(json), !FHIRReportBuilder.isWithdrawn(resources.all[found].json) {
                elements.log.add(.actionMismatch, at: resource.path + ".status")
            }
            readResult(found, order: order, place, depth: depth + 1, above: telling)
        }
    }

    /// Where no DiagnosticReport names who answers, the first structure that a result names does.
    private mutating func settleLaboratory(of result: inout Observation, _ place: Int) {
        if reports[place].report.laboratory == nil { reports[place].report.laboratory = result.performer }
        if let performer = result.performer, let laboratory = reports[place].report.laboratory,
            readings.areSame(performer, laboratory)
        {
            result.performer = nil
        }
    }

    /// The code of a result with what the results that it comes from tell.
    private mutating func toldByOrigins(of index: Int, _ code: Coded) -> Coded {
        for origin in (resources.all[index].json["derivedFrom"]?.array ?? []).prefix(50) {
            guard let found = resources.resolve(origin, from: index), let telling = telling(found) else { continue }
            return told(telling, of: code)
        }
        return code
    }

    /// What the resource at `index` is called, where that tells: looked at once, whatever comes from it.
    private mutating func telling(_ index: Int) -> TellingCode? {
        if let known = readings.tellings[index] { return known }
        let resource = resources.all[index]
        let telling = TellingCode(elements.quietly { $0.concept(resource.json["code"], resource.path + ".code") })
        readings.tellings[index] = .some(telling)
        return telling
    }

    private func told(_ above: TellingCode?, of code: Coded) -> Coded {
        guard above != nil else { return code }
        var code: Coded? = code
        code.keepTold(above)
        return code ?? Coded()
    }

    private mutating func settleFamilies() {
        for (place, families) in families where reports.indices.contains(place) {
            families.settle(&reports[place].report.results)
        }
        // One of another order, or that only groups others, has no result here to be joined to.
        for origin in origins where families[origin.place]?.areTogether(origin.result, origin.of) != true {
            elements.log.add(.detailDropped, at: resources.all[origin.result].path + ".derivedFrom")
        }
        (families, origins) = ([:], [])
    }

    /// The one result from which it comes, as a susceptibility does from its germ; what was computed of several is told.
    private mutating func readOrigin(_ json: JSONView, of index: Int, _ place: Int, _ path: String) {
        let named = elements.objects(json, "derivedFrom", path)
        guard let origin = named.first else { return }
        if named.count == 1, let found = resources.resolve(origin, from: index),
            resources.all[found].type == "Observation"
        {
            families[place, default: ResultFamilies()].join(index, to: found)
            origins.append((index, found, place))
        } else {
            elements.log.add(.detailDropped, at: path + ".derivedFrom")
        }
    }

    /// When a result was released: when its order was, where nothing else says that. Another time is told, once a document.
    private mutating func readIssued(_ json: JSONView, _ order: Int, _ place: Int, _ path: String) {
        guard let issued = elements.time(json, "issued", path) else { return }
        guard let known = reports[place].report.orders[order].reportedAt else {
            reports[place].report.orders[order].reportedAt = issued
            return
        }
        guard issued != known, !isIssuedTold else { return }
        isIssuedTold = true
        elements.log.add(.detailDropped, at: path + ".issued")
    }

    private static func isWithdrawn(_ json: JSONView) -> Bool {
        ["entered-in-error", "cancelled"].contains(json["status"]?.string ?? "")
    }

    private mutating func readPerformers(_ json: JSONView, of result: inout Observation, from index: Int) {
        let path = resources.all[index].path
        for performer in elements.some(json, "performer", path) {
            let place = path + ".performer"
            guard let found = resolve(performer, FHIRReportBuilder.people, from: index, place) else {
                takePerformer(statedBy: performer, of: &result, place)
                continue
            }
            if resources.all[found].type == "Organization" {
                keep(organisation(found), of: &result, place)
                continue
            }
            let person = professional(found)
            if let organisation = person.organisation { keep(organisation, of: &result, place) }
            if person.familyName != nil || !person.identifiers.isEmpty {
                result.responsible = result.responsible ?? person
            }
        }
    }

    /// The first structure that a result names; that there is another is told.
    mutating func keep(_ performer: Organisation, of result: inout Observation, _ path: String) {
        if let known = result.performer, !readings.areSame(known, performer) {
            elements.log.add(.fhirFurther, at: path)
        }
        result.performer = result.performer ?? performer
    }

    private mutating func device(_ reference: JSONView?, from index: Int) -> String? {
        guard let reference else { return nil }
        let name = elements.string(reference, "display", "Observation.device")
        if name != nil, resources.resolve(reference, from: index) == nil { return name }
        let place = resources.all[index].path + ".device"
        guard let found = resolve(reference, ["Device"], from: index, place) else { return name }
        return self.name(ofDevice: found) ?? name
    }

    private mutating func name(ofDevice index: Int) -> String? {
        if let known = readings.devices[index] { return known }
        let device = resources.all[index]
        let called = elements.objects(device.json, "deviceName", device.path).first
        let name =
            elements.string(called, "name", device.path) ?? elements.string(device.json, "modelNumber", device.path)
        readings.devices[index] = .some(name)
        return name
    }

    /// The resource that `reference` names, where it is of one of those types. That another reference says something and leads nowhere
    /// is told.
    mutating func resolve(_ reference: JSONView?, _ types: Set<String>, from index: Int, _ path: String) -> Int? {
        guard let reference else { return nil }
        if let found = resources.resolve(reference, from: index), types.contains(resources.all[found].type) {
            return found
        }
        let saysSomething = ["reference", "identifier", "display"].contains { reference[$0] != nil }
        if saysSomething, !FHIRReportBuilder.isStated(reference, types) { elements.log.add(.fhirDangling, at: path) }
        return nil
    }

    /// Who may ask or answer.
    static let people: Set<String> = ["Practitioner", "PractitionerRole", "Organization"]
}
