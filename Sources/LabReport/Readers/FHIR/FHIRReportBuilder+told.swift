import StrictJSON

/// What resources say that a report has no place for, or no report may be made of.
extension FHIRReportBuilder {
    /// A status of a resource that is not as it should be, although results name it.
    mutating func noteStatus(_ resource: FHIRResources.Resource, _ statuses: [String]) {
        guard let status = resource.json["status"]?.string, statuses.contains(status) else { return }
        elements.log.add(.detailDropped, at: resource.path + ".status")
    }

    /// Labels of a raised confidentiality or of what is sensitive: no route asks for them. Told once for each kind of resource.
    mutating func noteLabels() {
        let isBundle = resources.root["resourceType"]?.string == "Bundle"
        if isBundle, FHIRReportBuilder.isLabelled(resources.root) {
            elements.log.add(.detailDropped, at: "Bundle.meta.security")
        }
        var told: Set<String> = []
        for resource in resources.all where FHIRReportBuilder.isLabelled(resource.json) {
            guard told.insert(resource.type).inserted else { continue }
            elements.log.add(.detailDropped, at: resource.path + ".meta.security")
        }
    }

    private static func isLabelled(_ json: JSONView) -> Bool {
        (json["meta"]?["security"]?.array ?? []).contains { label in
            guard let code = label["code"]?.string else { return false }
            let isProcessing = label["system"]?.string == processingCodes
            return !isProcessing && !["U", "N", "L", "M", FHIRName.testData].contains(code)
        }
    }

    /// Holds a patient of another species than man, said by the extension or by the element of STU3. What names no species is told.
    mutating func judgeSpecies(_ patient: JSONView, _ path: String) {
        let extensions = (patient["extension"]?.array ?? []).filter {
            $0["url"]?.string == "http://hl7.org/fhir/StructureDefinition/patient-animal"
        }
        var species = patient["animal"].map { [$0["species"]] } ?? []
        for one in extensions {
            let kinds = (one["extension"]?.array ?? []).filter { $0["url"]?.string == "species" }
            // Some converters write the species of PID-35 as the extension's own value.
            species += (kinds.isEmpty ? [one] : kinds).map { $0["valueCodeableConcept"] }
        }
        for concept in species {
            let codings = concept?["coding"]?.array ?? []
            let words = ([concept?["text"]] + codings.flatMap { [$0["code"], $0["display"]] }).compactMap { $0?.string }
            if ReportBuilder.isPerson(words) { continue }
            elements.log.add(words.isEmpty ? .detailDropped : .notOfAPerson, at: path)
        }
    }
}
