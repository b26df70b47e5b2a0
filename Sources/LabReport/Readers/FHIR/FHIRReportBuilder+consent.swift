import HL7
import StrictJSON

/// What the patient said of transmission, in a resource of its own.
extension FHIRReportBuilder {
    /// A Consent that denies is an objection, also where it denies a part only: which one, no route could tell. One of which that
    /// cannot be made out may be one. Any other says of what it is in words of its own; it is told that it was not taken for an
    /// agreement.
    mutating func readConsents() {
        for index in resources.indices(of: "Consent") {
            let resource = resources.all[index]
            guard FHIRReportBuilder.isInForce(resource.json) else {
                elements.log.add(.fhirConsent, at: resource.path)
                continue
            }
            let verdict = ConsentVerdict(resource.json)
            if let member = verdict.unclear { elements.log.add(.fhirElement, at: resource.path + "." + member) }
            guard verdict.denies else {
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
}

/// What a Consent comes to: `provision` and its parts in R4, `decision` in R5, `except` in STU3; and the policy that it follows.
private struct ConsentVerdict {
    /// Somewhere it denies.
    private(set) var denies = false
    /// The member that says neither yes nor no, or is of another shape.
    private(set) var unclear: String?

    init(_ consent: JSON) {
        denies = consent["status"]?.string == "rejected"
        judge(consent["decision"], "decision")
        for member in ["provision", "except"] { judge(parts: consent[member], member, depth: 0) }
        judge(policy: consent["policyRule"])
        for policy in consent["policy"]?.array ?? [] where ConsentVerdict.saysOptOut(policy["uri"]) { denies = true }
    }

    /// A policy by which nothing is passed on unless the patient says so (`OPTOUT`, `OPTOUTE`), as a concept or, in STU3, a URI.
    private mutating func judge(policy: JSON?) {
        guard let policy else { return }
        guard policy.members != nil || policy.string != nil else {
            unclear = unclear ?? "policyRule"
            return
        }
        let codings = policy["coding"]?.array ?? []
        let words = [policy, policy["text"]] + codings.flatMap { [$0["code"], $0["display"]] }
        if words.contains(where: ConsentVerdict.saysOptOut) { denies = true }
    }

    /// `OPTOUT`, `opt-out`, `Opt Out`.
    private static func saysOptOut(_ word: JSON?) -> Bool {
        guard let text = word?.string else { return false }
        let letters = text.utf8.map { $0 & 0xDF }.filter { $0 &- UInt8(ascii: "A") < 26 }
        let sought = Array("OPTOUT".utf8)
        guard letters.count >= sought.count else { return false }
        return (0...letters.count - sought.count).contains { letters[$0...].starts(with: sought) }
    }

    /// A word for yes or no.
    private mutating func judge(_ word: JSON?, _ member: String) {
        guard let word else { return }
        switch word.string {
        case "deny": denies = true
        case "permit": return
        default: unclear = unclear ?? member
        }
    }

    /// One part, or several.
    private mutating func judge(parts: JSON?, _ member: String, depth: Int) {
        guard let parts else { return }
        for part in parts.array ?? [parts] {
            guard part.members != nil, depth < Limits.fhirDepth else {
                unclear = unclear ?? member
                continue
            }
            judge(part["type"], member)
            judge(parts: part["provision"], member, depth: depth + 1)
        }
    }
}
