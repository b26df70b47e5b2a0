/// What a reader made of one patient's part of a source.
public struct ReadOutcome: Sendable {
    /// The report; nil when a finding is an error: it is held.
    public var report: Report?
    /// Everything that was noticed.
    public var findings: [Finding]
    /// Where the report's parts stood, for the findings of `ReportRules`.
    public var places: ReportPlaces
    /// What the report and its orders are called, where the source is one of Pli's own bundles.
    package var names: ReportNames?
    /// The place, among the outcomes of the same message, of the report that an order of this one was cancelled with.
    package var apartFrom: Int?

    /// An outcome.
    public init(report: Report?, findings: [Finding], places: ReportPlaces = ReportPlaces()) {
        self.report = report
        self.findings = findings
        self.places = places
    }

    /// The source is held.
    public var isHeld: Bool { report == nil }
}

/// What a recipient knows a report by, and each order of it.
package struct ReportNames: Sendable, Hashable {
    /// `Bundle.identifier`.
    package var report: String
    /// One for each order; empty where all have the report's.
    package var orders: [String]
}

/// Where the parts of a report stood in its source, so that a finding can name the place.
///
/// Places are HL7 fields; where the source calls them otherwise, `located` says how.
public struct ReportPlaces: Sendable, Hashable {
    /// Which PID.
    public var patient: Int
    /// Which repetition of PID-3 holds the INS.
    public var ins: Int?
    /// Which repetition of PID-3 holds the NIR.
    public var nir: Int?
    /// Which OBR each order is; empty while the first one is the first OBR, and so on.
    public var orders: [Int]
    /// Which OBX each result is; empty while the first one is the first OBX, and so on.
    public var results: [Int]
    /// Where the laboratory was found.
    public var laboratory: String
    /// Where the requester was found, and those of its numbers, by their index, that were found elsewhere.
    package var requester = "OBR-16"
    package var furtherRequester: [Int: String] = [:]
    /// The numbers of the OBRs that name who answers for their results, where none of these names another one.
    var interpreters: Set<Int> = []
    /// Where an identity for tests or demonstrations was met, also one that was left out, as the source names it.
    package var fictitious: String?
    /// Of how many specimens the first one is the first SPM, and so on.
    private var leadingSpecimens = 0
    /// Which SPM each specimen is, 0 for none; empty while `leadingSpecimens` says it.
    private var specimens: [Int] = []
    /// How the source names places, where it is no HL7 message.
    package var naming = PlaceNaming.hl7

    /// The first of everything.
    public init() {
        patient = 1
        orders = []
        results = []
        laboratory = "MSH-4"
    }

    /// The order at `index` is the OBR of that number.
    mutating func noteOrder(_ index: Int, _ number: Int) { ReportPlaces.note(index, number, in: &orders) }

    /// The result at `index` is the OBX of that number.
    mutating func noteResult(_ index: Int, _ number: Int) { ReportPlaces.note(index, number, in: &results) }

    /// The specimen at `index` is the SPM of that number.
    mutating func noteSpecimen(_ index: Int, _ number: Int) {
        if specimens.isEmpty, number == index + 1, index == leadingSpecimens {
            leadingSpecimens += 1
            return
        }
        while specimens.count <= index {
            specimens.append(specimens.count < leadingSpecimens ? specimens.count + 1 : 0)
        }
        specimens[index] = number
    }

    /// Which SPM the specimen at `index` is; nil for one of an order's own fields, or of a source without segments.
    func number(ofSpecimen index: Int) -> Int? {
        if specimens.isEmpty { return index < leadingSpecimens ? index + 1 : nil }
        guard let number = specimens.element(at: index), number > 0 else { return nil }
        return number
    }

    /// Specimens got new indexes, by their old ones; the others are gone.
    mutating func keepSpecimens(_ new: [Int: Int]) {
        let numbers = new.map { (index: $0.value, number: number(ofSpecimen: $0.key) ?? 0) }
        (leadingSpecimens, specimens) = (0, Array(repeating: 0, count: new.count))
        for (index, number) in numbers { specimens[index] = number }
    }

    private static func note(_ index: Int, _ number: Int, in numbers: inout [Int]) {
        if numbers.isEmpty, number == index + 1 { return }
        if numbers.isEmpty, index > 0 { numbers = Array(1...index) }
        numbers.append(number)
    }

    /// A path in the patient's segment, such as `PID-3[2].1`.
    func patient(_ field: String) -> String {
        patient == 1 ? "PID-" + field : "PID[" + String(patient) + "]-" + field
    }

    /// Where the number of the requester at `index` was found.
    func requesterNumber(_ index: Int) -> String { furtherRequester[index] ?? requester }

    /// A path in the segment of the order at `index`.
    func order(_ index: Int, _ field: String) -> String {
        "OBR[" + String(number(ofOrder: index)) + "]-" + field
    }

    /// Which OBR the order at `index` is.
    func number(ofOrder index: Int) -> Int { orders.element(at: index) ?? index + 1 }

    /// A path in the segment of the result at `index`.
    func result(_ index: Int, _ field: String) -> String {
        "OBX[" + String(number(ofResult: index)) + "]-" + field
    }

    /// Where it was found who answers for the result at `index`, which is one of that order.
    func responsible(_ index: Int, ofOrder order: Int) -> String {
        interpreters.contains(number(ofOrder: order)) ? self.order(order, "32") : result(index, "16")
    }

    /// Which OBX the result at `index` is; of a source without segments, its number in the report.
    package func number(ofResult index: Int) -> Int {
        results.indices.contains(index) ? results[index] : index + 1
    }

    /// What a person finds the result at `index` by.
    package func name(ofResult index: Int) -> String {
        switch naming {
        case .hl7, .hprim: "OBX[" + String(number(ofResult: index)) + "]"
        case .csv(let rows, _, let first): "row " + String(rows.element(at: index) ?? first)
        case .fhir: "Observation[" + String(number(ofResult: index)) + "]"
        case .cda(let prefix): prefix + "(//observation)[" + String(number(ofResult: index)) + "]"
        }
    }
}
