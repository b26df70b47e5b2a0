/// What a reader made of one patient's part of a source.
public struct ReadOutcome: Sendable {
    /// The report; nil when a finding is an error: it is held.
    public var report: Report?
    /// Everything that was noticed.
    public var findings: [Finding]
    /// Where the report's parts stood, for the findings of `ReportRules`.
    public var places: ReportPlaces

    /// An outcome.
    public init(report: Report?, findings: [Finding], places: ReportPlaces = ReportPlaces()) {
        self.report = report
        self.findings = findings
        self.places = places
    }

    /// The source is held.
    public var isHeld: Bool { report == nil }
}

/// Where the parts of a report stood in its source, so that a finding can name the place.
///
/// Places are HL7 fields unless a reader of another format says what each field is there.
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
    /// What another format has in the place of an HL7 field (`PID-7`); `#` stands for the number of the order, result
    /// or repetition.
    package var names: [String: String]

    /// The first of everything.
    public init() {
        patient = 1
        orders = []
        results = []
        laboratory = "MSH-4"
        names = [:]
    }

    /// A path in the patient's segment, such as `PID-3[2].1`.
    func patient(_ field: String) -> String {
        if let name = name("PID-", field) { return name }
        return patient == 1 ? "PID-" + field : "PID[" + String(patient) + "]-" + field
    }

    /// A path in the segment of the order at `index`.
    func order(_ index: Int, _ field: String) -> String {
        let number = orders.indices.contains(index) ? orders[index] : index + 1
        return name("OBR-", field, number) ?? "OBR[" + String(number) + "]-" + field
    }

    /// A path in the segment of the result at `index`.
    func result(_ index: Int, _ field: String) -> String {
        let number = results.indices.contains(index) ? results[index] : index + 1
        return name("OBX-", field, number) ?? "OBX[" + String(number) + "]-" + field
    }

    /// The other format's name of a field (`3[2].1` is field 3, repetition 2), if it has any.
    private func name(_ segment: String, _ field: String, _ number: Int? = nil) -> String? {
        guard !names.isEmpty else { return nil }
        let digits = field.utf8.prefix { ASCIIDigit.isDigit($0) }
        guard let name = names[segment + String(decoding: digits, as: UTF8.self)] else { return nil }
        let rest = field.utf8.dropFirst(digits.count).drop { !ASCIIDigit.isDigit($0) }
        let repetition = String(decoding: rest.prefix { ASCIIDigit.isDigit($0) }, as: UTF8.self)
        let shown = number.map { String($0) } ?? (repetition.isEmpty ? "1" : repetition)
        var text: [UInt8] = []
        for byte in name.utf8 {
            if byte == UInt8(ascii: "#") { text += Array(shown.utf8) } else { text.append(byte) }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
