import ArgumentParser
import Foundation
import LabReport

/// `pli convert`: the same reports in another format.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: .both(
            "Écrit les comptes rendus de fichiers dans un autre format.",
            "Writes the reports of files in another format."),
        discussion: """
            Lit du HL7 v2, HPRIM, CSV, FHIR ou CDA et écrit ce qui est demandé. Un compte rendu illisible n'est pas \
            écrit : il est donné avec sa place, la règle et le remède, et le code de sortie est 1. Rien d'autre \
            n'est vérifié : c'est pour pli check. Ce qu'un format ne sait pas porter n'est pas écrit ; la \
            documentation le dit. --template csv écrit la table dont part un laboratoire.

            Reads HL7 v2, HPRIM, CSV, FHIR or CDA and writes what is asked for. Reports that cannot be read are not \
            written: each is listed with its place, rule and remedy, and the exit code is 1. Nothing is checked \
            beyond that: pli check does so. What a format has no place for is not written; the documentation says \
            what that is. --template csv writes the table that a laboratory starts from.
            """)

    @Argument(help: .both("Fichiers : HL7 v2, HPRIM, CSV, FHIR ou CDA.", "Files: HL7 v2, HPRIM, CSV, FHIR or CDA."))
    var files: [String] = []
    @Option(name: .long, help: .both("Vers fhir, csv, hl7 ou hprim.", "To fhir, csv, hl7 or hprim."))
    var to: String?
    @OptionGroup var format: FormatOption
    @Option(
        name: .long,
        help: .both(
            "csv : une table vide avec ses colonnes et un exemple.",
            "csv: an empty table with its columns and an example."))
    var template: String?
    @OptionGroup var site: SiteOptions
    @Option(
        name: .shortAndLong,
        help: .both("Où ils vont (sinon la sortie standard).", "Where they go (default: standard output)."))
    var output: String?

    func validate() throws {
        if let template {
            guard template == "csv" else { throw ValidationError(.both("--template : csv", "--template: csv")) }
            guard files.isEmpty, to == nil else {
                throw ValidationError(.both("--template va seul", "--template stands alone"))
            }
            return
        }
        guard let to, ReportFormat(rawValue: to) != nil else {
            throw ValidationError(.both("--to : fhir, csv, hl7 ou hprim", "--to: fhir, csv, hl7 or hprim"))
        }
        try format.requireKnown()
        guard !files.isEmpty else { throw ValidationError(.both("quels fichiers ?", "which files?")) }
    }

    func run() throws {
        let target = try OutputFile(output, isBinary: false, mode: 0o600)
        if template != nil {
            try target.write(CSVTemplate.bytes)
            return try target.finish()
        }
        let writer = ReportWriter(to.flatMap { ReportFormat(rawValue: $0) } ?? .fhir)
        var piece = writer.opening
        var written = 0
        var held = 0
        for file in files {
            let kind = format.kind
            // Without the message's bytes: what is written of it may be as long, and both would be in memory.
            let read = { @Sendable (item: ReportStream.Item, _: ReportFile.Kind) in (item.ordinal, item.outcomes) }
            try ReportFile.read(file, kind: kind, settings: site.settings, onAllCores: read) { ordinal, outcomes in
                for outcome in outcomes {
                    guard let report = outcome.report else {
                        held += 1
                        for finding in outcome.findings { Self.show(finding, message: ordinal) }
                        continue
                    }
                    written += 1
                    try writer.append(report, number: written, names: outcome.names, into: &piece) {
                        try target.write($0)
                    }
                }
            }
        }
        try target.write(piece)
        try target.finish()
        Terminal.say(
            "lus \(written + held) = écrits \(written) + retenus \(held)",
            "read \(written + held) = written \(written) + held \(held)")
        if held > 0 { throw ExitCode(CommandFailure.Code.refused.rawValue) }
    }

    /// To standard error: what is written may go to standard output.
    private static func show(_ finding: Finding, message: Int) {
        let mark = finding.severity == .error ? "✗" : "!"
        Terminal.write(
            "  \(mark) message \(message)  \(finding.path)  [\(finding.rule)]\n      \(finding.french)\n"
                + "      \(finding.english)\n")
    }
}
