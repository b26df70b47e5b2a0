import ArgumentParser

/// Which format a file of reports has, where its first bytes are not to show it.
struct FormatOption: ParsableArguments {
    @Option(
        name: .long,
        help: .both(
            "hl7, hprim, csv, fhir ou cda (sinon ce que montrent les premiers octets).",
            "hl7, hprim, csv, fhir or cda (default: what the first bytes show)."))
    var format: String?

    var isAbsent: Bool { format == nil }

    /// What was asked for; nil where nothing was.
    var kind: ReportFile.Kind? { format.flatMap { ReportFile.Kind($0) } }

    /// Refuses a name that no format has.
    func requireKnown() throws {
        guard isAbsent || kind != nil else {
            throw ValidationError(
                .both("--format : hl7, hprim, csv, fhir ou cda", "--format: hl7, hprim, csv, fhir or cda"))
        }
    }
}
