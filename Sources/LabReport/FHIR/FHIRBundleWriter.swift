import StrictJSON

/// Writes a report as one line: a FHIR R4 Bundle of type `collection`, always the same bytes for the same report.
///
/// | model | FHIR |
/// |---|---|
/// | report | Bundle (`identifier`, `meta.source`, what the report does to earlier ones as extensions of `meta`) |
/// | patient | Patient |
/// | requester | Practitioner, PractitionerRole where it has an organisation |
/// | laboratory, other structures | Organization |
/// | order | DiagnosticReport, and ServiceRequest where it has a placer's number or a requester |
/// | specimen, result | Specimen, Observation |
///
/// Where there is one order, which is nearly always, its DiagnosticReport contains what only it refers to: ServiceRequest,
/// requester, laboratory, specimen (`docs/decisions/0016-wire-size.md`). Where there are several, these are entries.
///
/// Everything in the model has a place and comes back from `FHIRBundleReader` as it was. Three things are taken as absent,
/// because FHIR cannot hold them: empty strings, codes and addresses without any content.
package struct FHIRBundleWriter {
    let links: FHIRLinks
    /// Where the report lies: it is looked at in its place, for a copy of its parts would cost as much as writing them.
    /// Good for the one call that writes it.
    private let content: UnsafePointer<ReportContent>
    /// One order: what only it refers to stands inside it.
    let isSingle: Bool
    let patient = FHIRLink("patient")
    let requester: FHIRLink?
    /// The orders' own names; empty where all have the report's.
    let orderIdentifiers: [String]
    /// What was written of shared values before.
    let memory: WritingMemory?
    /// Where the report is the one that was minimised last: what was written of it for another recipient, or can be kept.
    private let rest: SharedRest?
    /// Structures and people that answer for single results.
    var organisations = Mentions<Organisation>()
    var professionals = Mentions<Professional>()
    /// Nil for so few orders that each looks through the results.
    let resultsByOrder: ResultsByOrder?

    /// Appends the bundle to `bytes`, without a newline. `source` is the parcel's `urn:pli:<from>:<to>:<id>`, `number` the
    /// report's own among those of this source, from 1. `orderIdentifiers` are its orders' own names, one for each, or none where
    /// all have the report's. `memory` makes the reports of one laboratory cheaper, and changes no byte.
    package static func write(
        report: Report, identifier: String, orderIdentifiers: [String] = [], source: String, number: Int,
        into bytes: inout [UInt8], memory: WritingMemory? = nil
    ) {
        memory?.links.removeAll()
        report.inPlace { content in
            JSONWriter.append(to: &bytes) { json in
                let links = FHIRLinks(source: source, number: number, places: memory?.links)
                var writer = FHIRBundleWriter(content, orderIdentifiers, links, memory, memory?.rest(of: report))
                writer.bundle(identifier: identifier, source: source, &json)
            }
        }
    }

    /// Hands the bundle to `take`: one as long as a message is not copied once more.
    static func write<Failure: Error>(
        report: Report, identifier: String, orderIdentifiers: [String], source: String, number: Int,
        to take: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        try JSONWriter.hand(
            { json in
                report.inPlace { content in
                    let links = FHIRLinks(source: source, number: number, places: nil)
                    var writer = FHIRBundleWriter(content, orderIdentifiers, links, nil, nil)
                    writer.bundle(identifier: identifier, source: source, &json)
                }
            }, to: take)
    }

    /// How many bytes the bundle has, or more than `most`: nothing of it is kept.
    static func length(
        of report: Report, identifier: String, orderIdentifiers: [String], source: String, number: Int, upTo most: Int
    ) -> Int {
        report.inPlace { content in
            JSONWriter.count(upTo: most) { json in
                let links = FHIRLinks(source: source, number: number, places: nil)
                var writer = FHIRBundleWriter(content, orderIdentifiers, links, nil, nil)
                writer.bundle(identifier: identifier, source: source, &json)
            }
        }
    }

    /// Puts the bundle into `line`, in the place of what is there: its number among the reports of its source is not known yet.
    package static func write(
        report: Report, identifier: String, orderIdentifiers: [String] = [], source: String,
        into line: inout FHIRLine, memory: WritingMemory
    ) {
        line.bytes.removeAll(keepingCapacity: true)
        memory.links.removeAll()
        report.inPlace { content in
            JSONWriter.append(to: &line.bytes) { json in
                let links = FHIRLinks(source: source, number: nil, places: memory.links)
                var writer = FHIRBundleWriter(content, orderIdentifiers, links, memory, memory.rest(of: report))
                writer.bundle(identifier: identifier, source: source, &json)
                line.numberPlaces.removeAll(keepingCapacity: true)
                for place in memory.links.all { line.numberPlaces.append(place + links.numberPlace) }
            }
        }
    }

    /// As many orders as look through all results for theirs.
    private static let fewOrders = 8

    private init(
        _ content: UnsafePointer<ReportContent>, _ orderIdentifiers: [String], _ links: FHIRLinks,
        _ memory: WritingMemory?, _ rest: SharedRest?
    ) {
        self.content = content
        self.orderIdentifiers = orderIdentifiers
        self.memory = memory
        // Names of orders are another for each recipient: entries with one are written for each.
        self.rest = orderIdentifiers.isEmpty ? rest : nil
        self.links = links
        let orders = content.pointee.orders.count
        resultsByOrder =
            orders > FHIRBundleWriter.fewOrders ? ResultsByOrder(content.pointee.results, orders: orders) : nil
        let isSingle = orders == 1
        self.isSingle = isSingle
        requester = content.pointee.requester.map {
            FHIRLink("requester", nil, $0.organisation == nil ? "" : "-role", isInside: isSingle)
        }
    }

    var report: ReportContent {
        _read { yield content.pointee }
    }

    private mutating func bundle(identifier: String, source: String, _ json: inout JSONWriter) {
        json.opening(#"{"resourceType":"Bundle","meta":{"#)
        meta(source: source, &json)
        json.closing(FHIRFragment.bundleIdentifier)
        json.member("value", identifier)
        json.closing("}")
        json.opening(#""type":"collection","entry":["#)
        if let before = rest?.before, let behind = rest?.behind {
            entries(before, &json)
            patientResource(&json)
            entries(behind, &json)
        } else {
            let start = json.next
            let first = placesCount
            for index in report.orders.indices where !json.isPastLimit { order(index, &json) }
            if let rest, let memory {
                rest.keepBefore(json, from: start, links: memory.links.all[first...], openingBytes: links.openingBytes)
            }
            patientResource(&json)
            let end = json.next
            let last = placesCount
            behindPatient(&json)
            if let rest, let memory {
                rest.keepBehind(json, from: end, links: memory.links.all[last...], openingBytes: links.openingBytes)
            }
        }
        json.closing("]}")
    }

    /// Links written so far.
    private var placesCount: Int { memory?.links.all.count ?? 0 }

    private mutating func behindPatient(_ json: inout JSONWriter) {
        if !isSingle {
            requesterResources(&json)
            laboratoryResource(&json)
        }
        for index in report.specimens.indices where !specimenLink(index).isInside && !json.isPastLimit {
            specimen(index, &json)
        }
        gatherPerformers(&json)
        for index in report.results.indices where !json.isPastLimit { observation(index, &json) }
    }

    /// Entries as they were written for another recipient, with links of this one.
    private func entries(_ known: SharedRest.Entries, _ json: inout JSONWriter) {
        guard !known.bytes.isEmpty else { return }
        json.raw { bytes in
            known.bytes.withUnsafeBufferPointer { written in
                var start = 0
                for link in known.links {
                    bytes.append(UnsafeBufferPointer(rebasing: written[start..<link]))
                    links.appendOpening(to: &bytes)
                    start = link + known.openingBytes
                }
                bytes.append(UnsafeBufferPointer(rebasing: written[start...]))
            }
        }
    }

    private func meta(source: String, _ json: inout JSONWriter) {
        var isOpen = false
        if report.action != .new {
            json.extension(FHIRName.action, &isOpen, "valueCode", report.action.rawValue)
        }
        if report.processing != .production {
            json.extension(FHIRName.processing, &isOpen, "valueCode", report.processing.rawValue)
        }
        json.extension(FHIRName.consent, &isOpen, "valueCode", report.consent?.rawValue)
        json.extension(FHIRName.messageID, &isOpen, "valueString", report.messageID?.text)
        json.extension(FHIRName.application, &isOpen, "valueString", report.sendingApplication)
        json.extension(FHIRName.facility, &isOpen, "valueString", report.sendingFacility)
        json.extension(FHIRName.facilityType, &isOpen, "valueCode", report.isFacilityLegalEntity ? "FINEJ" : nil)
        json.extension(FHIRName.sentAt, &isOpen, report.sentAt)
        for note in report.notes { json.extension(FHIRName.note, &isOpen, "valueString", note.text) }
        json.endExtensions(isOpen)
        json.member("source", source)
        if report.processing != .production {
            json.key("security")
            json.beginArray()
            json.coding(FHIRName.actReasons, FHIRName.testData)
            json.endArray()
        }
    }

    /// An entry, `{"fullUrl":…,"resource":{"resourceType":…,` … `}}`; or inside a DiagnosticReport the resource alone, which
    /// has its name as id.
    func resource(
        _ link: FHIRLink, _ type: StaticString, _ json: inout JSONWriter, _ body: (inout JSONWriter) -> Void
    ) {
        if link.isInside {
            json.raw { bytes in
                bytes.append(#"{"resourceType":""#)
                bytes.append(type)
                bytes.append(#"","id":""#)
                link.appendName(to: &bytes)
                bytes.append(UInt8(ascii: "\""))
            }
            body(&json)
            json.closing("}")
        } else {
            json.raw { bytes in
                bytes.append(#"{"fullUrl":"#)
                links.append(link, to: &bytes)
                bytes.append(#","resource":{"resourceType":""#)
                bytes.append(type)
                bytes.append(UInt8(ascii: "\""))
            }
            body(&json)
            json.closing("}}")
        }
    }

    /// Writes what `body` writes of the value whose copies share `source`: one JSON value or several, of which none refers to
    /// another place of the bundle.
    func remembered(
        _ source: SharedOwner, _ fields: UInt64 = 0, in table: SharedMemory<[UInt8]>?, _ json: inout JSONWriter,
        _ body: (inout JSONWriter) -> Void
    ) {
        guard let table, let memory else { return body(&json) }
        if let known = table.value(of: source, fields) {
            if !known.isEmpty { json.raw(known) }
            return
        }
        memory.keep(json.written(by: body), of: source, fields, in: table)
    }

    /// A CodeableConcept, where there is anything in it.
    func concept(_ key: StaticString, _ coded: Coded?, _ json: inout JSONWriter) {
        guard let coded, !coded.isBlank else { return }
        json.key(key)
        concept(coded, &json)
    }

    /// A required CodeableConcept: where nothing is known, that is said as FHIR says it.
    func requiredConcept(_ key: StaticString, _ coded: Coded?, _ json: inout JSONWriter) {
        json.key(key)
        if let coded, !coded.isBlank { return concept(coded, &json) }
        json.beginObject()
        json.dataAbsent()
        json.endObject()
    }

    private func concept(_ coded: Coded, _ json: inout JSONWriter) {
        remembered(coded.owner, in: memory?.concepts, &json) { json in
            json.opening("{")
            json.concept(coded)
            json.closing("}")
        }
    }

    func reference(_ key: StaticString, _ link: FHIRLink?, _ json: inout JSONWriter) {
        guard let link else { return }
        json.key(key)
        json.reference(link, links)
    }

    /// An array of references, where there is one.
    func references(
        _ key: StaticString, _ first: FHIRLink?, and second: FHIRLink? = nil, _ json: inout JSONWriter
    ) {
        guard first != nil || second != nil else { return }
        json.key(key)
        json.beginArray()
        if let first { json.reference(first, links) }
        if let second { json.reference(second, links) }
        json.endArray()
    }
}
