import HL7
import StrictJSON

/// What the patient said of transmission, in a resource of its own.
extension FHIRReportBuilder {
    /// A Consent that denies is an objection, also where it denies a part only: which one, no route could tell. Any other says of
    /// what it is in words of its own; it is told that it was not taken for an agreement.
    mutating func readConsents() {
        for index in resources.indices(of: "Consent") {
            let resource = resources.all[index]
            guard FHIRReportBuilder.isInForce(resource.json), FHIRReportBuilder.denies(resource.json) else {
                elements.log.add(.fhirConsent, at: resource.path)
                continue
            }
            // One that does not say of whom it is holds for all.
            let patient = resources.resolve(resource.json["patient"] ?? resource.json["subject"], from: index)
            let concerned = reports.indices.filter { patient == nil || reports[$0].patient == patient }
            for place in concerned { reports[place].report.consent = .objected }
            if concerned.isEmpty { elements.log.add(.fhirConsent, at: resource.path) }
        }
    }

    /// A status that is not known keeps no objection from being one.
    private static func isInForce(_ json: JSON) -> Bool {
        !["inactive", "entered-in-error", "not-done"].contains(json["status"]?.string ?? "")
    }

    private static func denies(_ json: JSON) -> Bool {
        if json["status"]?.string == "rejected" || json["decision"]?.string == "deny" { return true }
        return denies(json["provision"], depth: 0)
    }

    private static func denies(_ provision: JSON?, depth: Int) -> Bool {
        guard let provision, depth < Limits.fhirDepth else { return false }
        if provision["type"]?.string == "deny" { return true }
        let inner = provision.array ?? provision["provision"]?.array ?? []
        return inner.contains { denies($0, depth: depth + 1) }
    }
}
