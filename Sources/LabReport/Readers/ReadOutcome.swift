/// What a reader made of one patient's part of a source.
public struct ReadOutcome: Sendable {
    /// The report; nil when a finding is an error: it is held.
    public var report: Report?
    /// Everything that was noticed.
    public var findings: [Finding]
    /// Where the report's parts stood, for the findings of `ReportRules`.
    public var places: ReportPlaces
    /// A document inside the source that holds the results: whoever can read it calls `settle(with:)`.
    package var pending: PendingDocument?

    /// An outcome.
    public init(report: Report?, findings: [Finding], places: ReportPlaces = ReportPlaces()) {
        self.report = report
        self.findings = findings
        self.places = places
    }

    /// Puts `whole`, which is the pending report with what its document holds, in the place of the finding that held it.
    /// Other errors go on holding it.
    package mutating func settle(with whole: Report) {
        guard let document = pending?.document else { return }
        findings.removeAll { $0.rule == Rule.cdaDocument.id && $0.path == document.path }
        pending = nil
        if !findings.contains(where: { $0.severity == .error }) { report = whole }
    }

    /// The source is held.
    public var isHeld: Bool { report == nil }
}

/// A report whose results are inside a document: everything the message itself says, and the document.
package struct PendingDocument: Sendable {
    /// The patient, requester, laboratory and orders of the message; no results.
    package var report: Report
    /// The document with the results.
    package var document: EmbeddedDocument
}

/// Where the parts of a report stood in an HL7 message, so that a finding can name the place.
public struct ReportPlaces: Sendable, Hashable {
    /// Which PID.
    public var patient: Int
    /// Which repetition of PID-3 holds the INS.
    public var ins: Int?
    /// Which repetition of PID-3 holds the NIR.
    public var nir: Int?
    /// Which OBR each order is.
    public var orders: [Int]
    /// Which OBX each result is.
    public var results: [Int]
    /// Where the laboratory was found.
    public var laboratory: String

    /// The first of everything.
    public init() {
        patient = 1
        orders = []
        results = []
        laboratory = "MSH-4"
    }

    /// A path in the patient's segment, such as `PID-3[2].1`.
    func patient(_ field: String) -> String { patient == 1 ? "PID-" + field : "PID[" + String(patient) + "]-" + field }

    /// A path in the segment of the order at `index`.
    func order(_ index: Int, _ field: String) -> String {
        "OBR[" + String(orders.indices.contains(index) ? orders[index] : index + 1) + "]-" + field
    }

    /// A path in the segment of the result at `index`.
    func result(_ index: Int, _ field: String) -> String {
        "OBX[" + String(results.indices.contains(index) ? results[index] : index + 1) + "]-" + field
    }
}
