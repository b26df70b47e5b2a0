import StrictJSON

extension FHIRBundleWriter {
    /// The DiagnosticReport, and the ServiceRequest it answers.
    func order(_ index: Int, _ json: inout JSONWriter) {
        let order = report.orders[index]
        let hasRequest = requester != nil || (order.placerNumber?.text).isFilled
        let request = hasRequest ? FHIRLink("request", index, isInside: isSingle) : nil
        let specimen = order.specimenIndex.flatMap { report.specimens.indices.contains($0) ? specimenLink($0) : nil }
        resource(FHIRLink("order", index), "DiagnosticReport", &json) { json in
            contained(request, order, &json)
            let status = FHIRStatus.report(order.status, report.action)
            orderExtensions(order, status, &json)
            numbers(own: orderIdentifiers.element(at: index), order.fillerNumber, &json)
            references("basedOn", request, &json)
            json.member("status", status)
            requiredConcept("code", order.panel, &json)
            reference("subject", patient, &json)
            json.member("effectiveDateTime", beside: "_effectiveDateTime", order.collectedAt)
            if let time = order.reportedAt, FHIRTime.isInstant(time) {
                json.key("issued")
                json.raw { FHIRTime.append(time, to: &$0) }
            }
            references("performer", report.laboratory == nil ? nil : laboratoryLink, &json)
            references("specimen", specimen, &json)
            results(of: index, &json)
        }
        if !isSingle, let request { serviceRequest(request, order, &json) }
    }

    /// What a report's only order contains.
    private func contained(_ request: FHIRLink?, _ order: Order, _ json: inout JSONWriter) {
        let inside = report.specimens.indices.first { specimenLink($0).isInside }
        guard isSingle, request != nil || report.laboratory != nil || inside != nil else { return }
        json.opening(#""contained":["#)
        if let request { serviceRequest(request, order, &json) }
        requesterResources(&json)
        laboratoryResource(&json)
        if let inside { specimen(inside, &json) }
        json.closing("]")
    }

    private func serviceRequest(_ link: FHIRLink, _ order: Order, _ json: inout JSONWriter) {
        resource(link, "ServiceRequest", &json) { json in
            number(order.placerNumber, FHIRFragment.placerNumber, &json)
            json.whole(#""status":"unknown","intent":"order""#)
            reference("subject", patient, &json)
            reference("requester", requester, &json)
        }
    }

    private func results(of order: Int, _ json: inout JSONWriter) {
        var isOpen = false
        func refer(to index: Int) {
            if !isOpen { json.opening(#""result":["#) }
            isOpen = true
            json.reference(FHIRLink("result", index), links)
        }
        if let resultsByOrder {
            for index in resultsByOrder[order: order] { refer(to: index) }
        } else {
            for index in report.results.indices where report.results[index].orderIndex == order { refer(to: index) }
        }
        if isOpen { json.closing("]") }
    }

    private func orderExtensions(_ order: Order, _ status: String, _ json: inout JSONWriter) {
        var isOpen = false
        if FHIRStatus.code(ofReport: status, report.action) != order.status {
            json.extension(FHIRName.status, &isOpen, "valueString", order.status)
        }
        if let time = order.reportedAt, !FHIRTime.isInstant(time) {
            json.extension(FHIRName.reportedAt, &isOpen, time)
        }
        for note in order.notes { json.extension(FHIRName.note, &isOpen, "valueString", note.text) }
        json.endExtensions(isOpen)
    }

    /// The order's own name, where it has one, and the laboratory's number.
    private func numbers(own: String?, _ filler: Personal?, _ json: inout JSONWriter) {
        guard let own else { return number(filler, FHIRFragment.fillerNumber, &json) }
        json.opening(FHIRFragment.orderIdentifier)
        json.string(own)
        json.closing("}")
        if let filler, !filler.text.isEmpty {
            json.opening(FHIRFragment.nextFillerNumber)
            json.string(filler.text)
            json.closing("}")
        }
        json.closing("]")
    }

    private func number(_ number: Personal?, _ opening: [UInt8], _ json: inout JSONWriter) {
        guard let number, !number.text.isEmpty else { return }
        json.opening(opening)
        json.string(number.text)
        json.closing("}]")
    }

    /// The only order's specimen stands inside it.
    func specimenLink(_ index: Int) -> FHIRLink {
        FHIRLink("specimen", index, isInside: isSingle && report.orders[0].specimenIndex == index)
    }

    func specimen(_ index: Int, _ json: inout JSONWriter) {
        let specimen = report.specimens[index]
        let link = specimenLink(index)
        resource(link, "Specimen", &json) { json in
            if let identifier = specimen.identifier, !identifier.text.isEmpty {
                json.opening(#""identifier":[{"value":"#)
                json.string(identifier.text)
                json.closing("}]")
            }
            concept("type", specimen.type, &json)
            // Whose it is, is said by the report that it stands in.
            if !link.isInside { reference("subject", patient, &json) }
            json.member("receivedTime", beside: "_receivedTime", specimen.receivedAt)
            if let time = specimen.collectedAt {
                json.opening(#""collection":{"#)
                json.member("collectedDateTime", beside: "_collectedDateTime", time)
                json.closing("}")
            }
        }
    }

    /// Structures and people that answer for single results, each written once.
    mutating func gatherPerformers(_ json: inout JSONWriter) {
        for result in report.results {
            if let performer = result.performer, organisations.meet(performer) {
                organisation(performer, FHIRLink("organisation", organisations.count - 1), &json)
            }
            if let person = result.responsible, professionals.meet(person) {
                professional(person, named: "professional", professionals.count - 1, isInside: false, &json)
            }
        }
    }

    private func link(to performer: Organisation) -> FHIRLink? {
        organisations.place(of: performer).map { FHIRLink("organisation", $0) }
    }

    private func link(to person: Professional) -> FHIRLink? {
        let part: StaticString = person.organisation == nil ? "" : "-role"
        return professionals.place(of: person).map { FHIRLink("professional", $0, part) }
    }

    func observation(_ index: Int, _ json: inout JSONWriter) {
        let result = report.results[index]
        let frame = result.frameOwner
        resource(FHIRLink("result", index), "Observation", &json) { json in
            let status = FHIRStatus.observation(result.status, report.action)
            observationExtensions(result, status, &json)
            remembered(frame, FHIRBundleWriter.word(of: report.action), in: memory?.observationHeads, &json) { json in
                json.member("status", status)
                requiredConcept("code", result.code, &json)
            }
            reference("subject", patient, &json)
            json.member("effectiveDateTime", beside: "_effectiveDateTime", result.observedAt)
            let performer = result.performer.flatMap { link(to: $0) }
            let person = result.responsible.flatMap { link(to: $0) }
            references("performer", performer, and: person, &json)
            if let value = result.value { self.value(value, result.unit, &json) }
            if !result.notes.isEmpty {
                interpretation(result.interpretation, &json)
                notes(result.notes, &json)
            }
            let isBare: UInt64 = result.notes.isEmpty ? 1 : 0
            remembered(frame, isBare, in: memory?.observationTails, &json) { json in
                if isBare == 1 { interpretation(result.interpretation, &json) }
                tail(of: result, &json)
            }
        }
    }

    /// What an action is called among the fields of what is remembered.
    private static func word(of action: Report.Action) -> UInt64 {
        switch action {
        case .new: 0
        case .replace: 1
        case .cancel: 2
        }
    }

    private func tail(of result: Observation, _ json: inout JSONWriter) {
        concept("method", result.method, &json)
        if result.device.isFilled {
            json.opening(#""device":{"#)
            json.member("display", result.device)
            json.closing("}")
        }
        if result.range.isFilled {
            json.opening(#""referenceRange":[{"#)
            json.member("text", result.range)
            json.closing("}]")
        }
    }

    private func observationExtensions(_ result: Observation, _ status: String, _ json: inout JSONWriter) {
        var isOpen = false
        if FHIRStatus.code(ofObservation: status, report.action) != result.status {
            json.extension(FHIRName.status, &isOpen, "valueString", result.status)
        }
        json.extension(FHIRName.subID, &isOpen, "valueString", result.subID)
        if let time = result.analysedAt {
            if time.secondOfDay != nil, time.offsetMinutes != nil {
                json.openExtensions(&isOpen)
                json.opening(FHIRFragment.analysedAt)
                json.raw { FHIRTime.append(time, to: &$0) }
                json.closing("}")
            } else {
                json.extension(FHIRName.analysedAt, &isOpen, time)
            }
        }
        if let unit = result.unit, !unit.isBlank, !unit.fitsQuantity || result.value?.holdsUnit != true {
            json.extension(FHIRName.unit, &isOpen) { $0.unit("valueCodeableConcept", unit) }
        }
        if case .structured(let comparator, let first, let separator, let second) = result.value,
            result.value?.needsStructure == true
        {
            json.extension(FHIRName.structured, &isOpen) { json in
                var inner = false
                json.extension("comparator", &inner, "valueString", comparator)
                json.extension("first", &inner, "valueString", first?.text)
                json.extension("separator", &inner, "valueString", separator)
                json.extension("second", &inner, "valueString", second?.text)
                json.endExtensions(inner)
            }
        }
        json.endExtensions(isOpen)
    }

    private func interpretation(_ codes: [String], _ json: inout JSONWriter) {
        guard codes.contains(where: { !$0.isEmpty }) else { return }
        json.opening(#""interpretation":["#)
        for code in codes where !code.isEmpty {
            if InterpretationSystem.written.contains(code) {
                json.opening(FHIRFragment.interpretation)
                json.string(code)
                json.closing("}]}")
            } else {
                // What the system does not have is words.
                json.opening(#"{"text":"#)
                json.string(code)
                json.closing("}")
            }
        }
        json.closing("]")
    }

    private func notes(_ notes: [Personal], _ json: inout JSONWriter) {
        guard notes.contains(where: { !$0.text.isEmpty }) else { return }
        json.key("note")
        json.beginArray()
        for note in notes where !note.text.isEmpty {
            json.beginObject()
            json.member("text", note)
            json.endObject()
        }
        json.endArray()
    }
}
