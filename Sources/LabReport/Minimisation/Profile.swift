package import StrictJSON

/// Which fields a recipient gets: an allow-list. What is not listed stays at the laboratory.
///
/// In a directory: `{"id":"…","fields":["patient.birthName",…]}`. A name that is no `ReportField` is refused, so that a
/// typing error can neither open nor close anything unseen.
package struct Profile: Equatable, Sendable {
    /// The profile's name in the directory.
    package let id: String
    /// The fields that survive.
    package let fields: Set<ReportField>
    /// The same, a bit each: `keeps` is asked some sixty times a report.
    let mask: UInt64
    /// Those of them that are not the patient's.
    let restMask: UInt64

    /// A profile that lets `fields` through.
    package init(id: String, fields: Set<ReportField>) {
        self.id = id
        self.fields = fields
        mask = fields.reduce(0) { $0 | $1.bit }
        restMask = fields.reduce(0) { $1.isOfPatient ? $0 : $0 | $1.bit }
    }

    /// Whether what it lets through names the person.
    package var isIdentifying: Bool { fields.contains { $0.isIdentifying } }

    /// Whether `field` survives.
    @inline(__always)
    package func keeps(_ field: ReportField) -> Bool {
        mask & field.bit != 0
    }

    /// Reads a directory's profile; `place` names it where its id cannot.
    package init(_ json: JSON, place: String) throws(LabReportFailure) {
        let id = try DirectoryMembers.id(of: json, place: place) { .profile($0, $1) }
        let members = try DirectoryMembers(json, known: ["id", "fields"]) { .profile(id, $0) }
        var fields: Set<ReportField> = []
        for name in try members.strings("fields") {
            guard let field = ReportField(rawValue: name) else {
                throw .profile(id, .notAllowed("fields", allowed: "a list of known fields; \"\(name)\" is none"))
            }
            fields.insert(field)
        }
        self.init(id: id, fields: fields)
    }
}

extension ReportField {
    /// It says something of the patient, and of nothing else in the report.
    fileprivate var isOfPatient: Bool { rawValue.utf8.starts(with: "patient.".utf8) }

    /// A bit of its own; none, which no profile keeps, for what does not fit.
    @inline(__always)
    var bit: UInt64 { 1 << UInt64(tag) }

    /// An enum of fewer than 256 plain cases is one byte, another for each case.
    @inline(__always)
    private var tag: UInt8 { withUnsafeBytes(of: self) { $0.first ?? 0 } }
}
