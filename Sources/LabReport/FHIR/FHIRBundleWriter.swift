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
/// Everything in the model has a place and comes back from `FHIRBundleReader` as it was. Three things are taken as absent,
/// because FHIR cannot hold them: empty strings, codes and addresses without any content.
package struct FHIRBundleWriter {
    let links: FHIRLinks
    let report: Report
    let patient: [UInt8]
    let requester: [UInt8]?
    var organisations: [(value: Organisation, link: [UInt8])] = []
    var professionals: [(value: Professional, link: [UInt8])] = []

    /// Appends the bundle to `bytes`, without a newline. `source` is the parcel's `urn:pli:<from>:<to>:<id>`.
    package static func write(report: Report, identifier: String, source: String, into bytes: inout [UInt8]) {
        JSONWriter.append(to: &bytes) { json in
            var writer = FHIRBundleWriter(report, identifier: identifier)
            writer.bundle(identifier: identifier, source: source, &json)
        }
    }

    private init(_ report: Report, identifier: String) {
        self.report = report
        links = FHIRLinks(identifier: identifier)
        patient = links.quoted("patient")
        requester = report.requester.map { [links] in
            links.quoted($0.organisation == nil ? "requester" : "requester-role")
        }
    }

    private mutating func bundle(identifier: String, source: String, _ json: inout JSONWriter) {
        json.beginObject()
        json.member("resourceType", "Bundle")
        meta(source: source, &json)
        json.name("identifier")
        json.beginObject()
        json.member("system", FHIRName.reportIdentifier)
        json.member("value", identifier)
        json.endObject()
        json.member("type", "collection")
        json.name("entry")
        json.beginArray()
        for index in report.orders.indices { order(index, &json) }
        patientResource(&json)
        if let requester = report.requester { professional(requester, named: "requester", nil, &json) }
        if let laboratory = report.laboratory { organisation(laboratory, links.quoted("laboratory"), &json) }
        for index in report.specimens.indices { specimen(index, &json) }
        gatherPerformers(&json)
        for index in report.results.indices { observation(index, &json) }
        json.endArray()
        json.endObject()
    }

    private func meta(source: String, _ json: inout JSONWriter) {
        json.name("meta")
        json.beginObject()
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
        json.extension(FHIRName.sentAt, &isOpen, report.sentAt)
        for note in report.notes { json.extension(FHIRName.note, &isOpen, "valueString", note.text) }
        json.endExtensions(isOpen)
        json.member("source", source)
        if report.processing != .production {
            json.name("security")
            json.beginArray()
            json.coding(FHIRName.actReasons, FHIRName.testData)
            json.endArray()
        }
        json.endObject()
    }

    /// `{"fullUrl":…,"resource":{"resourceType":…,` … `}}`
    func entry(_ link: [UInt8], _ type: String, _ json: inout JSONWriter, _ body: (inout JSONWriter) -> Void) {
        json.beginObject()
        json.member("fullUrl", raw: link)
        json.name("resource")
        json.beginObject()
        json.member("resourceType", type)
        body(&json)
        json.endObject()
        json.endObject()
    }

    func reference(_ key: String, _ link: [UInt8]?, _ json: inout JSONWriter) {
        guard let link else { return }
        json.name(key)
        json.reference(link)
    }

    func references(_ key: String, _ links: [[UInt8]], _ json: inout JSONWriter) {
        guard !links.isEmpty else { return }
        json.name(key)
        json.beginArray()
        for link in links { json.reference(link) }
        json.endArray()
    }
}
