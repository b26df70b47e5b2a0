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
            let concerned = reports.indices.filter { concerns(patient, reports[$0].patient) }
            for place in concerned { reports[place].report.consent = .objected }
            if concerned.isEmpty { elements.log.add(.fhirConsent, at: resource.path) }
        }
    }

    /// Whether what the Patient at `one` said may be the word of the one at `other`: the same one, one that says the same or has a number
    /// in common. Bundles of several sources have a person twice.
    private mutating func concerns(_ one: Int?, _ other: Int?) -> Bool {
        guard let one else { return true }
        guard let other else { return false }
        return one == other || isSame(one, other) || numbers(ofPatient: one).contains { has(other, $0) }
    }

    /// A status that is not known keeps no objection from being one.
    private static func isInForce(_ json: JSONView) -> Bool {
        !["inactive", "entered-in-error", "not-done"].contains(json["status"]?.string ?? "")
    }
}

/// What a Consent comes to: `provision` and its parts in R4, `decision` in R5, `except` in STU3; and the policy that it follows
/// (`policyRule`, in R5 `regulatoryBasis` and `policyBasis`).
private struct ConsentVerdict {
    /// Somewhere it denies.
    private(set) var denies = false
    /// The member that says neither yes nor no, or is of another shape.
    private(set) var unclear: String?

    init(_ consent: JSONView) {
        denies = consent["status"]?.string == "rejected"
        judge(consent["decision"], "decision")
        for member in ["provision", "except"] { judge(parts: consent[member], member, depth: 0) }
        judge(policy: consent["policyRule"], "policyRule")
        if let basis = consent["regulatoryBasis"] {
            for policy in basis.array ?? [basis] { judge(policy: policy, "regulatoryBasis") }
        }
        var words = (consent["policy"]?.array ?? []).map { $0["uri"] }
        if let basis = consent["policyBasis"] { words += [basis["url"], basis["uri"], basis["reference"]?["display"]] }
        if words.contains(where: ConsentVerdict.saysOptOut) { denies = true }
    }

    /// A policy by which nothing is passed on unless the patient says so (`OPTOUT`, `OPTOUTE`), as a concept or, in STU3, a URI.
    private mutating func judge(policy: JSONView?, _ member: String) {
        guard let policy else { return }
        guard policy.isObject || policy.string != nil else {
            unclear = unclear ?? member
            return
        }
        let codings = policy["coding"]?.array ?? []
        let words = [policy, policy["text"]] + codings.flatMap { [$0["code"], $0["display"]] }
        if words.contains(where: ConsentVerdict.saysOptOut) { denies = true }
    }

    /// `OPTOUT`, `opt-out`, `Opt Out`.
    private static func saysOptOut(_ word: JSONView?) -> Bool {
        guard let text = word?.string else { return false }
        let letters = text.utf8.map { $0 & 0xDF }.filter { $0 &- UInt8(ascii: "A") < 26 }
        let sought = Array("OPTOUT".utf8)
        guard letters.count >= sought.count else { return false }
        return (0...letters.count - sought.count).contains { letters[$0...].starts(with: sought) }
    }

    /// A word for yes or no.
    private mutating func judge(_ word: JSONView?, _ member: String) {
        guard let word else { return }
        switch word.string {
        case "deny": denies = true
        case "permit": return
        default: unclear = unclear ?? member
        }
    }

    /// One part, or several.
    private mutating func judge(parts: JSONView?, _ member: String, depth: Int) {
        guard let parts else { return }
        for part in parts.array ?? [parts] {
            guard part.isObject, depth < Limits.fhirDepth else {
                unclear = unclear ?? member
                continue
            }
            judge(part["type"], member)
            judge(parts: part["provision"], member, depth: depth + 1)
        }
    }
}
