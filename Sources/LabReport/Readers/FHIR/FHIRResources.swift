import HL7
import StrictJSON

/// The resources of a document and how they name each other.
struct FHIRResources: Sendable {
    /// One resource.
    struct Resource: Sendable {
        let type: String
        let json: JSONView
        /// `entry[4].Observation`
        let path: String
        /// The resource that contains it, or itself.
        let owner: Int
        /// Of which server it is, where its `fullUrl` says it: `https://server/fhir/`.
        var base: String?
        /// Which version it says that it is.
        let version: String?

        init(type: String, json: JSONView, path: String, owner: Int) {
            (self.type, self.json, self.path, self.owner) = (type, json, path, owner)
            version = json["meta"]?["versionId"]?.string
        }
    }

    private(set) var all: [Resource] = []
    /// Indices by type.
    private var byType: [String: [Int]] = [:]
    /// The outermost resource.
    let root: JSONView
    /// What keeps the document from being read.
    private(set) var fault: (rule: Rule, path: String)?
    /// By `fullUrl`, by `Type/id`, and contained ones by `<owner>#id`.
    private var byName: [String: Int] = [:]
    /// The names among them that the document itself gives.
    private var given: Set<String> = []
    /// What is read was taken before: nothing keeps it from being read.
    private let isOfTaken: Bool

    init(_ document: JSONView, isOfTaken: Bool) {
        root = document
        self.isOfTaken = isOfTaken
        guard let type = document["resourceType"]?.string else {
            fault = document.array == nil ? (.fhirResource, "resourceType") : (.fhirArray, "Bundle")
            return
        }
        let name = type == "Bundle" ? type : FHIRResources.shown(type)
        if let path = FHIRResources.changed(document, name) { note(.fhirModifier, path) }
        add(document, fullURL: nil, path: "", depth: 0)
    }

    /// The first fault is the one that is told.
    private mutating func note(_ rule: Rule, _ path: String) {
        if fault == nil, !isOfTaken { fault = (rule, path) }
    }

    /// Resources of that type, in order.
    func indices(of type: String) -> [Int] { byType[type] ?? [] }

    /// The resource that `reference` (`{"reference": …}`), an element of the resource at `index`, names: by the rules of R4,
    /// "Resolving references in Bundles". A server's address is a part of a name: `Patient/1` of another is another patient.
    func resolve(_ reference: JSONView?, from index: Int) -> Int? {
        guard let link = reference?["reference"]?.string, !link.isEmpty else { return nil }
        let owner = all.element(at: index)?.owner ?? index
        if link.utf8.first == UInt8(ascii: "#") { return link == "#" ? owner : byName[String(owner) + link] }
        let name = FHIRName.withoutVersion(link)
        let found =
            FHIRName.isAbsolute(link) ? byName[name.link] : relative(name.link, all.element(at: owner)?.base)
        guard let found else { return nil }
        // A version that is named is that one, where the resource says which it is.
        guard let version = name.version, let own = all[found].version else { return found }
        return version == own ? found : nil
    }

    /// What `Patient/1` names in a resource of the server at `base`: that server's, or one of which nothing says whose it is.
    private func relative(_ link: String, _ base: String?) -> Int? {
        if let base, let found = byName[base + link] { return found }
        guard let found = byName[link] else { return nil }
        guard let base, let other = all[found].base else { return found }
        return base == other ? found : nil
    }

    private static let types: Set<String> = [
        "Patient", "Practitioner", "PractitionerRole", "Organization", "DiagnosticReport", "Observation", "Specimen",
        "ServiceRequest", "Device", "Consent",
    ]

    /// One of these in another case: an objection, or a patient, that would be passed over.
    private static func isMisspelt(_ type: String) -> Bool {
        guard !types.contains(type) else { return false }
        return types.contains { known in
            known.utf8.count == type.utf8.count && known.utf8.elementsEqual(type.utf8) { $0 | 0x20 == $1 | 0x20 }
        }
    }

    private mutating func add(_ json: JSONView, fullURL: String?, path: String, depth: Int) {
        guard fault == nil else { return }
        guard let type = json["resourceType"]?.string else { return judgeNames(of: json, path + "resource") }
        if type == "Bundle" {
            guard depth < Limits.fhirDepth else { return }
            judgeNames(of: json, path + "Bundle", skipping: "resource")
            for (number, entry) in (json["entry"]?.array ?? []).enumerated() {
                if let method = entry["request"]?["method"]?.string, ["DELETE", "PATCH"].contains(method) {
                    // What a server is told to take away, or to change in part, is no report.
                    note(.fhirModifier, path + "entry[" + String(number) + "].request")
                }
                guard let resource = entry["resource"] else { continue }
                add(
                    resource, fullURL: entry["fullUrl"]?.string, path: path + "entry[" + String(number) + "].",
                    depth: depth + 1)
            }
            return
        }
        guard all.count < Limits.fhirResources || isOfTaken else { return note(.fhirTooManyResources, "Bundle") }
        let index = all.count
        // Only names of the standard's types are shown: anything may stand here.
        let name = FHIRResources.shown(type)
        if FHIRResources.isMisspelt(type) { note(.fhirElement, path + name + ".resourceType") }
        judgeNames(of: json, path + name)
        var resource = Resource(type: type, json: json, path: path + name, owner: index)
        resource.base = fullURL.flatMap { FHIRName.base(ofFullURL: $0, type: type) }
        append(resource)
        if let fullURL { register(fullURL, index) }
        if let id = json["id"]?.string {
            register(type + "/" + id, index)
            // Not a name that FHIR gives it: resources of several types may have one id.
            byName["urn:uuid:" + id] = byName["urn:uuid:" + id] ?? index
        }
        for (number, contained) in (json["contained"]?.array ?? []).enumerated() {
            guard let type = contained["resourceType"]?.string else { continue }
            guard all.count < Limits.fhirResources || isOfTaken else { return note(.fhirTooManyResources, "Bundle") }
            let place = path + name + ".contained[" + String(number) + "]"
            if FHIRResources.isMisspelt(type) { note(.fhirElement, place + ".resourceType") }
            if let id = contained["id"]?.string {
                append(Resource(type: type, json: contained, path: place, owner: index))
                register(String(index) + "#" + id, all.count - 1)
            } else {
                append(Resource(type: type, json: contained, path: place, owner: index))
            }
        }
    }

    /// A member in other letters than the standard's would be taken as absent: the subject, or the value.
    private mutating func judgeNames(of json: JSONView, _ path: String, skipping skipped: String? = nil) {
        guard fault == nil, !isOfTaken else { return }
        if let name = FHIRMemberNames.misspelt(in: json, skipping: skipped) { note(.fhirElement, path + "." + name) }
    }

    private mutating func append(_ resource: Resource) {
        byType[resource.type, default: []].append(all.count)
        all.append(resource)
    }

    /// The resource at `index` can be named so. Of two that differ nobody knows which one a reference means.
    private mutating func register(_ link: String, _ index: Int) {
        guard let earlier = byName[link], !given.insert(link).inserted else {
            given.insert(link)
            byName[link] = index
            return
        }
        if earlier != index, all[earlier].json != all[index].json { note(.fhirTwice, all[index].path) }
    }

    /// Only names of the standard's types are shown: anything may stand here.
    private static func shown(_ type: String) -> String { types.contains(type) ? type : "resource" }

    /// The resource within `json`, of that path, in which something stands that no reader may pass over without knowing it.
    private static func changed(_ json: JSONView, _ path: String) -> String? {
        for element in json.array ?? [] {
            if let found = changed(element, path) { return found }
        }
        for member in json.members ?? [] {
            switch member.name {
            case "modifierExtension", "implicitRules": return path
            case "entry", "contained":
                for (number, element) in (member.value.array ?? [member.value]).enumerated() {
                    let place = member.name + "[" + String(number) + "]"
                    if let found = changed(element, path == "Bundle" ? place : path + "." + place) { return found }
                }
            case "resource":
                let name = shown(member.value["resourceType"]?.string ?? "")
                if let found = changed(member.value, path + "." + name) { return found }
            default:
                if let found = changed(member.value, path) { return found }
            }
        }
        return nil
    }
}
