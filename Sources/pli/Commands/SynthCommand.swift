import ArgumentParser
import Exchange
import Foundation
import LabReport

/// `pli synth`: synthetic, valid, fake people and their results.
struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth", abstract: "Makes synthetic reports: fake people with valid identifiers.",
        discussion: """
            The same seed and day make the same reports, in every format. Telephones lie in ranges kept for fiction and \
            mails end in reserved domains. Nobody in it exists.

            With --broken, some reports have a fault on purpose, and some are sent twice; the side file then has a line of \
            JSON for each that must be held: its place in the file, its message id and the rule to expect.
            """)

    @Option(name: .long, help: "How many reports.")
    var reports = 10
    @Option(name: .long, help: "Everything follows from it.")
    var seed: UInt64 = 1
    @Option(name: .long, help: "hl7, hprim, csv or fhir.")
    var format = "hl7"
    @Option(name: .long, help: "The day of the reports, YYYY-MM-DD (default: today).")
    var day: String?
    @Option(name: .long, help: "Part of the reports that is faulty or a duplicate, 0 to 1.")
    var broken = 0.0
    @Option(
        name: .long,
        help: "The side file that says what must be held (default: the output's name and .expected.ndjson).")
    var expected: String?
    @Option(name: .long, help: "Positive results in a thousand.")
    var positives = 120
    @Option(name: .shortAndLong, help: "Where they go (default: standard output).")
    var output: String?

    func validate() throws {
        guard ReportFormat(rawValue: format) != nil else {
            throw ValidationError("--format: hl7, hprim, csv or fhir")
        }
        guard (1...100_000_000).contains(reports) else { throw ValidationError("--reports must be 1 or more") }
        guard (0...1).contains(broken) else { throw ValidationError("--broken: 0 to 1") }
        guard (0...1000).contains(positives) else { throw ValidationError("--positives: 0 to 1000") }
        guard expected == nil || broken > 0 else { throw ValidationError("--expected needs --broken") }
    }

    func run() throws {
        let today = try day.map(Self.date) ?? CalendarDate(dayNumber: Int(UTCTime.now.secondsSinceEpoch / 86_400))
        guard let today else { throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong") }
        let format = ReportFormat(rawValue: format) ?? .hl7
        var rates = SyntheticLab.Rates()
        // Three in four of the broken ones have a fault, the others are duplicates.
        rates.faultsPerThousand = Int((broken * 750).rounded())
        rates.duplicatesPerThousand = Int((broken * 250).rounded())
        rates.positivesPerThousand = positives
        let laboratory = SyntheticLab(seed: seed, today: today, rates: rates)
        let target = try OutputFile(output, isBinary: false, mode: 0o644)
        let side = try sideFile()
        var piece = SyntheticFile.opening(format)
        var lines: [UInt8] = []
        for number in 1...reports {
            let report = laboratory.message(number: number)
            SyntheticFile.append(report, number: number, format, &piece)
            if side != nil { SyntheticFile.appendExpectation(of: report, number: number, &lines) }
            if piece.count > 1 << 20 || number == reports {
                try target.write(piece)
                try side?.write(lines)
                piece.removeAll(keepingCapacity: true)
                lines.removeAll(keepingCapacity: true)
            }
        }
        try target.finish()
        try side?.finish()
    }

    /// Nothing where nothing is broken, or where the reports go to standard output and no side file was asked for.
    private func sideFile() throws -> OutputFile? {
        guard broken > 0 else { return nil }
        let beside = output.flatMap { $0 == "-" ? nil : $0 + ".expected.ndjson" }
        return try (expected ?? beside).map { try OutputFile($0, isBinary: false, mode: 0o644) }
    }

    private static func date(_ text: String) throws -> CalendarDate? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, let date = CalendarDate(year: parts[0], month: parts[1], day: parts[2]) else {
            throw CommandFailure.usage("--day : AAAA-MM-JJ est attendu", "--day: YYYY-MM-DD is expected")
        }
        return date
    }
}
