import StrictJSON

extension FHIRBundleReader {
    mutating func readSpecimens() throws(LabReportFailure) {
        while let (entry, link) = try nextSpecimen() {
            // A specimen inside its report is of the report's subject.
            let subject = entry.inside == nil ? patient : nil
            let specimen = try read(entry) { (reader) throws(JSONFailure) in
                var specimen = Specimen()
                specimen.identifier = try FHIRBundleReader.number(&reader, type: nil)
                specimen.type = try reader.concept("type")
                guard try reader.reference("subject") == subject else {
                    throw JSONFailure(.wrongType, place: "subject")
                }
                specimen.receivedAt = try reader.time("receivedTime")
                if var collection = try reader.optionalObject("collection") {
                    specimen.collectedAt = try collection.time("collectedDateTime")
                    try collection.end()
                }
                return specimen
            }
            specimens.add(specimen, named: links.text(link))
        }
        report.specimens = specimens.values
    }

    private mutating func nextSpecimen() throws(LabReportFailure) -> (Entry, FHIRLink)? {
        for isInside in [false, true] {
            let link = FHIRLink("specimen", specimens.count, isInside: isInside)
            if let entry = try take(link, "Specimen") { return (entry, link) }
        }
        return nil
    }

    /// How the patient is named.
    private var patient: String { links.text(FHIRLink("patient")) }

    /// The value of the one identifier of an array of one, which says nothing else but its type.
    private static func number(_ reader: inout ObjectReader, type: String?) throws(JSONFailure) -> Personal? {
        let all = try reader.identifiers("identifier")
        guard let (use, identifier) = all.first else { return nil }
        let expected = Identifier(value: identifier.value, type: type)
        guard all.count == 1, use == nil, identifier == expected else {
            throw JSONFailure(.wrongType, place: "identifier")
        }
        return identifier.value
    }

    /// An order's own name, where it has one, and the laboratory's number behind it.
    private static func numbers(_ reader: inout ObjectReader) throws(JSONFailure) -> (own: String?, filler: Personal?) {
        var own: String?
        var filler: Personal?
        for (use, identifier) in try reader.identifiers("identifier") {
            let value = identifier.value
            if use == nil, own == nil, filler == nil,
                identifier == Identifier(value: value, system: FHIRName.reportIdentifier)
            {
                own = value.text
            } else if use == nil, filler == nil, identifier == Identifier(value: value, type: "FILL") {
                filler = value
            } else {
                throw JSONFailure(.wrongType, place: "identifier")
            }
        }
        return (own, filler)
    }

    /// Orders, and for each result the order that names it.
    mutating func readOrders(requester: String?) throws(LabReportFailure) {
        let patient = patient
        while let entry = try take(FHIRLink("order", report.orders.count), "DiagnosticReport") {
            let index = report.orders.count
            // No copy of the reader: it would be one of all its entries, for each order.
            var order = try read(entry) { (json) throws(JSONFailure) in try self.order(&json) }
            let requestLink = FHIRLink("request", index, isInside: isSingle)
            if let request = try take(requestLink, "ServiceRequest") {
                order.value.placerNumber = try read(request) { (json) throws(JSONFailure) in
                    let number = try FHIRBundleReader.number(&json, type: "PLAC")
                    try json.expect("status", "unknown")
                    try json.expect("intent", "order")
                    guard try json.reference("subject") == patient, try json.reference("requester") == requester else {
                        throw JSONFailure(.wrongType, place: "reference")
                    }
                    return number
                }
                guard order.basedOn == [links.text(requestLink)] else {
                    throw .bundle(path: entry.path + ".basedOn", .badForm)
                }
            } else if !order.basedOn.isEmpty {
                throw .bundle(path: entry.path + ".basedOn", .badForm)
            }
            for link in order.results {
                guard orderOfResult.updateValue(index, forKey: link) == nil else {
                    throw .bundle(path: entry.path + ".result", .badForm)
                }
            }
            if let own = order.own { orderIdentifiers.append(own) }
            report.orders.append(order.value)
            // All have a name of their own, or none has.
            guard orderIdentifiers.isEmpty || orderIdentifiers.count == report.orders.count else {
                throw .bundle(path: entry.path + ".identifier", .badForm)
            }
        }
    }

    private func order(
        _ reader: inout ObjectReader
    ) throws(JSONFailure) -> (value: Order, own: String?, basedOn: [String], results: [String]) {
        var order = Order()
        var extensions = try FHIRExtensions(&reader)
        let written = try extensions.string(FHIRName.status, "valueString")
        order.reportedAt = try extensions.time(FHIRName.reportedAt)
        order.notes = try extensions.strings(FHIRName.note, "valueString").map { Personal($0) }
        try extensions.end()
        let numbers = try FHIRBundleReader.numbers(&reader)
        order.fillerNumber = numbers.filler
        let basedOn = try reader.references("basedOn")
        let status = try reader.string("status")
        order.status = written ?? FHIRStatus.code(ofReport: status, report.action)
        guard FHIRStatus.report(order.status, report.action) == status else {
            throw JSONFailure(.wrongType, place: "status")
        }
        let panel = try reader.concept("code") ?? Coded()
        order.panel = panel.isBlank ? nil : panel
        guard try reader.reference("subject") == patient else {
            throw JSONFailure(.wrongType, place: "subject")
        }
        order.collectedAt = try reader.time("effectiveDateTime")
        if let issued = try reader.time("issued") {
            guard order.reportedAt == nil else { throw JSONFailure(.tooManyMembers, place: "issued") }
            order.reportedAt = issued
        }
        guard try reader.references("performer") == (report.laboratory == nil ? [] : [links.text(laboratoryLink)])
        else {
            throw JSONFailure(.wrongType, place: "performer")
        }
        let named = try reader.references("specimen")
        if named.count == 1 { order.specimenIndex = specimens.place(of: named[0]) }
        guard named.isEmpty || order.specimenIndex != nil else {
            throw JSONFailure(.wrongType, place: "specimen")
        }
        // What stands inside the report is what the report refers to, and the other way round; of several orders none has one
        // inside, which the first one is asked.
        if report.orders.isEmpty {
            for index in specimens.values.indices {
                guard specimens.isInside(index) == (isSingle && index == order.specimenIndex) else {
                    throw JSONFailure(.wrongType, place: "specimen")
                }
            }
        }
        return (order, numbers.own, basedOn, try reader.references("result"))
    }

    mutating func readResults() throws(LabReportFailure) {
        var performers = Performers()
        while let value = try organisation(FHIRLink("organisation", performers.organisations.count)) {
            let link = links.text(FHIRLink("organisation", performers.organisations.count))
            performers.organisations.add(value, named: link)
        }
        while let found = try professional(named: "professional", performers.professionals.count, isInside: false) {
            performers.professionals.add(found.value, named: found.link)
        }
        while let entry = try take(FHIRLink("result", report.results.count), "Observation") {
            guard let order = orderOfResult.removeValue(forKey: links.text(FHIRLink("result", report.results.count)))
            else { throw .bundle(path: entry.path + ".Observation", .missing("DiagnosticReport")) }
            var result = try read(entry) { (json) throws(JSONFailure) in try self.observation(performers, &json) }
            result.orderIndex = order
            report.results.append(result)
        }
        guard orderOfResult.isEmpty else { throw .bundle(path: "Bundle", .missing("Observation")) }
    }

    /// Who answers for single results, by link.
    struct Performers {
        var organisations = LinkTable<Organisation>()
        var professionals = LinkTable<Professional>()
    }

    private func observation(
        _ performers: Performers, _ reader: inout ObjectReader
    ) throws(JSONFailure) -> Observation {
        var result = Observation(orderIndex: 0, code: Coded())
        var extensions = try FHIRExtensions(&reader)
        let written = try extensions.string(FHIRName.status, "valueString")
        result.subID = try extensions.string(FHIRName.subID, "valueString")
        result.analysedAt = try extensions.time(FHIRName.analysedAt)
        if var unit = extensions.take(FHIRName.unit) {
            result.unit = try unit.concept("valueCodeableConcept")
            try unit.end()
        }
        let structured = extensions.take(FHIRName.structured)
        try extensions.end()
        let status = try reader.string("status")
        result.status = written ?? FHIRStatus.code(ofObservation: status, report.action)
        guard FHIRStatus.observation(result.status, report.action) == status else {
            throw JSONFailure(.wrongType, place: "status")
        }
        result.code = try reader.concept("code") ?? Coded()
        guard try reader.reference("subject") == patient else {
            throw JSONFailure(.wrongType, place: "subject")
        }
        result.observedAt = try reader.time("effectiveDateTime")
        for link in try reader.references("performer") {
            if let known = performers.organisations.value(of: link), result.performer == nil {
                result.performer = known
            } else if let known = performers.professionals.value(of: link), result.responsible == nil {
                result.responsible = known
            } else {
                throw JSONFailure(.wrongType, place: "performer")
            }
        }
        try FHIRBundleReader.value(&reader, structured, of: &result)
        for var concept in try reader.objects("interpretation", at: "interpretation") {
            result.interpretation.append(try FHIRBundleReader.interpretation(&concept))
        }
        try FHIRBundleReader.rest(&reader, of: &result)
        return result
    }

    /// A code, or words; before, what the system does not have was written as one of its codes, too.
    private static func interpretation(_ concept: inout ObjectReader) throws(JSONFailure) -> String {
        if let words = try concept.optionalString("text") {
            guard !words.isEmpty, !InterpretationSystem.written.contains(words) else {
                throw JSONFailure(.wrongType, place: "interpretation.text")
            }
            try concept.end()
            return words
        }
        let codings = try concept.objects("coding", at: "interpretation.coding")
        guard codings.count == 1, var coding = codings.first else {
            throw JSONFailure(.wrongType, place: "interpretation.coding")
        }
        try coding.expect("system", FHIRName.interpretations)
        let code = try coding.string("code")
        try coding.end()
        try concept.end()
        return code
    }

    private static func rest(_ reader: inout ObjectReader, of result: inout Observation) throws(JSONFailure) {
        for var note in try reader.objects("note", at: "note") {
            result.notes.append(Personal(try note.string("text")))
            try note.end()
        }
        result.method = try reader.concept("method")
        if var device = try reader.optionalObject("device") {
            result.device = try device.string("display")
            try device.end()
        }
        let ranges = try reader.objects("referenceRange", at: "referenceRange")
        guard ranges.count <= 1 else { throw JSONFailure(.tooManyMembers, place: "referenceRange") }
        for var range in ranges {
            result.range = try range.string("text")
            try range.end()
        }
    }
}
