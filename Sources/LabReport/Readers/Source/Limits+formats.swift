package import HL7

/// Bounds of the readers beside those of HL7's structure. Past one: a held piece or a finding that says so, nothing lost in silence.
extension Limits {
    /// Lines of an address of a message: the last one has the rest.
    package static let addressLines = 16
    /// Numbers of a person, ways to reach them, or devices of a result, before no more are joined to them.
    package static let ways = 50
    /// Bytes looked at to tell a file's format.
    package static let detectionBytes = 64 * 1024
    /// Lines of one HPRIM message, continuations included.
    package static let hprimLines = 100_000
    /// Patients of one HPRIM message.
    package static let hprimPatients = 10_000
    /// Repetitions, components or subcomponents of one HPRIM field.
    package static let hprimParts = 1_000
    /// Columns of a table.
    package static let csvColumns = 1_000
    /// Bytes of one row: a quote that nobody closed swallows no more than this.
    package static let csvRowBytes = 1024 * 1024
    /// Rows of one report.
    package static let csvReportRows = 10_000
    /// Values of one cell that holds several.
    package static let csvCellValues = 1_000
    /// Nesting of a FHIR document.
    package static let fhirDepth = 64
    /// Resources of one document, contained ones included.
    package static let fhirResources = 20_000
    /// Members of one object: FHIR has none of a hundred.
    package static let fhirMembers = 1_000
    /// Arrays and objects of one document.
    package static let fhirContainers = 150_000
    /// Values of one document, whatever they are: where each stands is kept.
    package static let fhirValues = 500_000
    /// Those of one document of so many bytes: what it says is in memory besides, and a longer one has less room for them.
    package static func fhirContainers(ofBytes bytes: Int) -> Int {
        let (room, each) = (17 * 1024 * 1024, 68)
        return min(fhirContainers, max(0, room - bytes) / each)
    }
    /// The same of what was taken before there was the bound above.
    package static let fhirContainersOfTaken = 1_000_000
}
