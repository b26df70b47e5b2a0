import ArgumentParser
import Foundation
import HL7
import LabReport

/// `pli convert`: the same reports in another format.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Writes the reports of files in another format.",
        discussion: """
            Reads HL7 v2, HPRIM, CSV, FHIR or CDA and writes what is asked for. Reports that cannot be read are not written: \\
            each is listed with its place, rule and remedy, and the exit code is 1. Nothing is checked beyond that: pli \\
            check does so. What a format has no place for is not written; the documentation says what that is.

            pli convert --template csv  writes the table that a laboratory starts from.
            """)

    @Argument(help: "Files: HL7 v2, HPRIM, CSV, FHIR or CDA.")
    var files: [String] = []
    @Option(name: .long, help: "fhir, csv, hl7 or hprim.")
    var to: String?
    @Option(name: .long, help: "hl7, hprim, csv, fhir or cda (default: what the first bytes show).")
    var format: String?
    @Option(name: .long, help: "csv: an empty table with its columns and an example.")
    var template: String?
    @Option(name: .long, help: "Offset from UTC, in minutes, of times that give none.")
    var utcOffsetMinutes = 60
    @Option(name: .long, help: "Character set of files that name none: utf-8, 8859/1, 8859/15, cp1252, cp850.")
    var charset = "utf-8"
    @Option(name: .shortAndLong, help: "Where they go (default: standard output).")
    var output: String?

    func validate() throws {
        if let template {
            guard template == "csv" else { throw ValidationError("--template: csv") }
            guard files.isEmpty, to == nil else { throw ValidationError("--template stands alone") }
            return
        }
        guard let to, ReportFormat(rawValue: to) != nil else { throw ValidationError("--to: fhir, csv, hl7 or hprim") }
        guard format.map({ ReportFile.Kind($0) != nil }) ?? true else {
            throw ValidationError("--format: hl7, hprim, csv, fhir or cda")
        }
        guard !files.isEmpty else { throw ValidationError("which files?") }
        guard (-840...840).contains(utcOffsetMinutes) else {
            throw ValidationError("--utc-offset-minutes: -840 to 840")
        }
        guard Charset(name: charset.utf8) != nil else { throw ValidationError("--charset is not known") }
    }

    func run() throws {
        let target = try OutputFile(output, isBinary: false, mode: 0o600)
        if template != nil {
            try target.write(CSVTemplate.bytes)
            return try target.finish()
        }
        let writer = ReportWriter(to.flatMap { ReportFormat(rawValue: $0) } ?? .fhir)
        let settings = ReaderSettings(
            defaultCharset: Charset(name: charset.utf8) ?? .utf8, utcOffsetMinutes: utcOffsetMinutes)
        var piece = writer.opening
        var written = 0
        var held = 0
        for file in files {
            let kind = format.flatMap { ReportFile.Kind($0) }
            try ReportFile.read(file, kind: kind, settings: settings) { place, outcomes in
                for outcome in outcomes {
                    guard let report = outcome.report else {
                        held += 1
                        for finding in outcome.findings { Self.show(finding, message: place) }
                        continue
                    }
                    written += 1
                    writer.append(report, number: written, into: &piece)
                }
                guard piece.count > 1 << 20 else { return }
                try target.write(piece)
                piece.removeAll(keepingCapacity: true)
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
