import StrictJSON

extension FHIRBundleWriter {
    /// The DiagnosticReport, and the ServiceRequest it answers.
    func order(_ index: Int, _ json: inout JSONWriter) {
        let order = report.orders[index]
        let hasRequest = requester != nil || (order.placerNumber?.text).isFilled
        let request = hasRequest ? links.quoted("request", index) : nil
        entry(links.quoted("order", index), "DiagnosticReport", &json) { json in
            let status = FHIRStatus.report(order.status, report.action)
            orderExtensions(order, status, &json)
            number(order.fillerNumber, type: "FILL", &json)
            references("basedOn", request.map { [$0] } ?? [], &json)
            json.member("status", status)
            json.requiredConcept("code", order.panel)
            reference("subject", patient, &json)
            json.member("effectiveDateTime", order.collectedAt)
            if let time = order.reportedAt, FHIRTime.quoted(time).isInstant {
                json.member("issued", raw: FHIRTime.quoted(time).bytes)
            }
            references("performer", report.laboratory == nil ? [] : [links.quoted("laboratory")], &json)
            if let specimen = order.specimenIndex, report.specimens.indices.contains(specimen) {
                references("specimen", [links.quoted("specimen", specimen)], &json)
            }
            let results = report.results.indices.filter { report.results[$0].orderIndex == index }
            references("result", results.map { links.quoted("result", $0) }, &json)
        }
        guard let request else { return }
        entry(request, "ServiceRequest", &json) { json in
            number(order.placerNumber, type: "PLAC", &json)
            json.member("status", "unknown")
            json.member("intent", "order")
            reference("subject", patient, &json)
            reference("requester", requester, &json)
        }
    }

    private func orderExtensions(_ order: Order, _ status: String, _ json: inout JSONWriter) {
        var isOpen = false
        if FHIRStatus.code(ofReport: status, report.action) != order.status {
            json.extension(FHIRName.status, &isOpen, "valueString", order.status)
        }
        if let time = order.reportedAt, !FHIRTime.quoted(time).isInstant {
            json.extension(FHIRName.reportedAt, &isOpen, time)
        }
        for note in order.notes { json.extension(FHIRName.note, &isOpen, "valueString", note.text) }
        json.endExtensions(isOpen)
    }

    private func number(_ number: Personal?, type: String, _ json: inout JSONWriter) {
        guard let number, !number.text.isEmpty else { return }
        json.name("identifier")
        json.beginArray()
        json.identifier(Identifier(value: number, type: type))
        json.endArray()
    }

    func specimen(_ index: Int, _ json: inout JSONWriter) {
        let specimen = report.specimens[index]
        entry(links.quoted("specimen", index), "Specimen", &json) { json in
            if let identifier = specimen.identifier, !identifier.text.isEmpty {
                json.name("identifier")
                json.beginArray()
                json.identifier(Identifier(value: identifier))
                json.endArray()
            }
            json.member("type", specimen.type)
            reference("subject", patient, &json)
            json.member("receivedTime", specimen.receivedAt)
            if let time = specimen.collectedAt {
                json.name("collection")
                json.beginObject()
                json.member("collectedDateTime", time)
                json.endObject()
            }
        }
    }

    /// Structures and people that answer for single results, each written once.
    mutating func gatherPerformers(_ json: inout JSONWriter) {
        for result in report.results {
            if let performer = result.performer, !organisations.contains(where: { $0.value == performer }) {
                let link = links.quoted("organisation", organisations.count)
                organisation(performer, link, &json)
                organisations.append((performer, link))
            }
            if let person = result.responsible, !professionals.contains(where: { $0.value == person }) {
                let number = professionals.count
                professional(person, named: "professional", number, &json)
                let part: StaticString = person.organisation == nil ? "" : "-role"
                professionals.append((person, links.quoted("professional", number, part)))
            }
        }
    }

    func observation(_ index: Int, _ json: inout JSONWriter) {
        let result = report.results[index]
        entry(links.quoted("result", index), "Observation", &json) { json in
            let status = FHIRStatus.observation(result.status, report.action)
            observationExtensions(result, status, &json)
            json.member("status", status)
            json.requiredConcept("code", result.code)
            reference("subject", patient, &json)
            json.member("effectiveDateTime", result.observedAt)
            var performers: [[UInt8]] = []
            if let performer = result.performer {
                performers += organisations.first { $0.value == performer }.map { [$0.link] } ?? []
            }
            if let person = result.responsible {
                performers += professionals.first { $0.value == person }.map { [$0.link] } ?? []
            }
            references("performer", performers, &json)
            if let value = result.value { self.value(value, result.unit, &json) }
            interpretation(result.interpretation, &json)
            notes(result.notes, &json)
            json.member("method", result.method)
            if result.device.isFilled {
                json.name("device")
                json.beginObject()
                json.member("display", result.device)
                json.endObject()
            }
            if result.range.isFilled {
                json.name("referenceRange")
                json.beginArray()
                json.beginObject()
                json.member("text", result.range)
                json.endObject()
                json.endArray()
            }
        }
    }

    private func observationExtensions(_ result: Observation, _ status: String, _ json: inout JSONWriter) {
        var isOpen = false
        if FHIRStatus.code(ofObservation: status, report.action) != result.status {
            json.extension(FHIRName.status, &isOpen, "valueString", result.status)
        }
        json.extension(FHIRName.subID, &isOpen, "valueString", result.subID)
        json.extension(FHIRName.analysedAt, &isOpen, result.analysedAt)
        if let unit = result.unit, !unit.isBlank, !unit.fitsQuantity || result.value?.isQuantity != true {
            json.extension(FHIRName.unit, &isOpen) { $0.member("valueCodeableConcept", unit) }
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
        json.name("interpretation")
        json.beginArray()
        for code in codes where !code.isEmpty {
            json.beginObject()
            json.name("coding")
            json.beginArray()
            json.coding(FHIRName.interpretations, code)
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }

    private func notes(_ notes: [Personal], _ json: inout JSONWriter) {
        guard notes.contains(where: { !$0.text.isEmpty }) else { return }
        json.name("note")
        json.beginArray()
        for note in notes where !note.text.isEmpty {
            json.beginObject()
            json.member("text", note)
            json.endObject()
        }
        json.endArray()
    }
}
