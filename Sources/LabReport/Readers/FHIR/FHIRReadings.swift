/// What was read of a document's resources before: thousands of results may name one resource, which may be as long as a document.
/// What is noticed while a resource is read is noticed of its own place, and once says it.
struct FHIRReadings {
    /// By the resource's index.
    var organisations: [Int: Organisation] = [:]
    var professionals: [Int: Professional] = [:]
    var patients: [Int: Patient] = [:]
    var devices: [Int: String?] = [:]
    /// Numbers and panels of requests.
    var placers: [Int: Personal?] = [:]
    var panels: [Int: Coded?] = [:]
    /// What tells of a disease notified under a code, by resource; nil of what does not.
    var tellings: [Int: TellingCode?] = [:]
    /// All numbers of a Patient, old ones too.
    var numbers: [Int: [Identifier]] = [:]
    /// Patients by number, once somebody is named so.
    var patientsByNumber: PatientNumbers?
    /// The specimen that references in an order state by themselves, by report and order.
    var statedSpecimens: [Pair: Specimen] = [:]
    /// Who sends the document, or is said to answer for it, where its header says so.
    var sender: Organisation?
    /// What the document says of the whole.
    var head: Report?
    /// The report of each patient, by the Patient's index; nil where results name none.
    var parts: [Int?: Int] = [:]
    /// Requests that were judged in a report, and specimens that say nothing.
    var judgedRequests: Set<Pair> = []
    var judgedSpecimens: Set<Pair> = []
    /// Whether a Specimen says nothing of one.
    var emptySpecimens: [Int: Bool] = [:]
    /// Whether two Patients say the same person.
    var samePatients: [Pair: Bool] = [:]
    /// Whether two specimens of a report say the same, by report.
    private var sameSpecimens: [Int: [Pair: Bool]] = [:]
    /// Whether two values, which are kept above, are the same.
    private var same: [Owners: Bool] = [:]

    /// Two resources, or a resource and a report.
    struct Pair: Hashable {
        let one: Int
        let other: Int
    }

    private struct Owners: Hashable {
        let one: ObjectIdentifier
        let other: ObjectIdentifier
    }

    /// Whether two people or structures of this document are the same: they are compared once, however long they are.
    mutating func areSame<Value: OwnedValue>(_ one: Value, _ other: Value) -> Bool {
        if one.owner === other.owner { return true }
        let owners = Owners(one: ObjectIdentifier(one.owner), other: ObjectIdentifier(other.owner))
        if let known = same[owners] { return known }
        let found = one == other
        same[owners] = found
        return found
    }

    /// Whether the specimens at these places of a report say the same.
    mutating func areSame(_ one: Int, _ other: Int, of part: Int, _ specimens: [Specimen]) -> Bool {
        if one == other { return true }
        let pair = Pair(one: one, other: other)
        if let known = sameSpecimens[part]?[pair] { return known }
        let found = specimens[one] == specimens[other]
        sameSpecimens[part, default: [:]][pair] = found
        return found
    }
}

/// The patients of a document by their numbers: a logical reference (R4) names one of them so.
struct PatientNumbers {
    private struct Key: Hashable {
        let value: Personal
        let system: String?
    }

    /// Those that have a number of that value, whoever gave it, and those to whom that system gave it, or nobody knows who.
    private var byValue: [Personal: [Int]] = [:]
    private var bySystem: [Key: [Int]] = [:]

    /// No patients.
    init() {}

    /// The next patient's numbers.
    mutating func add(_ patient: Int, _ numbers: [Identifier]) {
        for number in numbers {
            PatientNumbers.append(patient, to: &byValue[number.value, default: []])
            PatientNumbers.append(patient, to: &bySystem[Key(value: number.value, system: number.system), default: []])
        }
    }

    private static func append(_ patient: Int, to patients: inout [Int]) {
        if patients.last != patient { patients.append(patient) }
    }

    /// The first two that have `number`: one is meant, two are too many. By whom it was given tells two apart where both say it.
    func firstTwo(with number: Identifier) -> [Int] {
        guard let system = number.system else { return Array((byValue[number.value] ?? []).prefix(2)) }
        let given = bySystem[Key(value: number.value, system: system)] ?? []
        let unsaid = bySystem[Key(value: number.value, system: nil)] ?? []
        return Array(Set(given.prefix(2) + unsaid.prefix(2)).sorted().prefix(2))
    }
}
