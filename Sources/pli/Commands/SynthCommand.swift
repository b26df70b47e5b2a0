import ArgumentParser
import Exchange
import Foundation
import LabReport

/// `pli synth`: synthetic, valid, fake people and their results.
struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth", abstract: "Makes synthetic reports: fake people with valid identifiers.",
        discussion: """
            The same seed and day make the same messages. Telephones lie in ranges kept for fiction and mails end in \
            reserved domains. Nobody in it exists.
            """)

    @Option(name: .long, help: "How many reports.")
    var reports = 10
    @Option(name: .long, help: "Everything follows from it.")
    var seed: UInt64 = 1
    @Option(name: .long, help: "hl7 (the only format in this version).")
    var format = "hl7"
    @Option(name: .long, help: "The day of the reports, YYYY-MM-DD (default: today).")
    var day: String?
    @Option(name: .long, help: "Faulty messages in a thousand.")
    var faults = 5
    @Option(name: .long, help: "Positive results in a thousand.")
    var positives = 120
    @Option(name: .shortAndLong, help: "Where they go (default: standard output).")
    var output: String?

    func validate() throws {
        guard format == "hl7" else { throw ValidationError("--format: only hl7 in this version") }
        guard (1...100_000_000).contains(reports) else { throw ValidationError("--reports must be 1 or more") }
        guard (0...1000).contains(faults), (0...1000).contains(positives) else {
            throw ValidationError("rates are in a thousand: 0 to 1000")
        }
    }

    func run() throws {
        let today = try day.map(Self.date) ?? CalendarDate(dayNumber: Int(UTCTime.now.secondsSinceEpoch / 86_400))
        guard let today else { throw CommandFailure.usage("l'horloge est fausse", "the clock is wrong") }
        var rates = SyntheticLab.Rates()
        rates.faultsPerThousand = faults
        rates.positivesPerThousand = positives
        let laboratory = SyntheticLab(seed: seed, today: today, rates: rates)
        let target = try OutputFile(output, isBinary: false, mode: 0o644)
        var piece: [UInt8] = []
        for number in 1...reports {
            piece += laboratory.message(number: number).hl7
            if piece.count > 1 << 20 || number == reports {
                try target.write(piece)
                piece.removeAll(keepingCapacity: true)
            }
        }
        try target.finish()
    }

    private static func date(_ text: String) throws -> CalendarDate? {
        let parts = text.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3, let date = CalendarDate(year: parts[0], month: parts[1], day: parts[2]) else {
            throw CommandFailure.usage("--day : AAAA-MM-JJ est attendu", "--day: YYYY-MM-DD is expected")
        }
        return date
    }
}
