import ArgumentParser
import Exchange
import Foundation
import LabReport

/// `pli synth`: synthetic, valid, fake people and their results.
struct SynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: .both(
            "Fait des comptes rendus synthétiques : de fausses personnes aux numéros valides.",
            "Makes synthetic reports: fake people with valid identifiers."),
        discussion: """
            La même graine et le même jour font les mêmes comptes rendus, dans tous les formats. Les téléphones sont \
            pris dans les numéros réservés à la fiction, les courriels dans des domaines réservés. Personne n'y \
            existe. Avec --broken, des comptes rendus ont un défaut voulu et d'autres sont envoyés deux fois ; le \
            fichier d'à côté a une ligne JSON pour chacun qui doit être retenu : sa place, son numéro de message et \
            la règle attendue.

            The same seed and day make the same reports, in every format. Telephones lie in ranges kept for fiction \
            and mails end in reserved domains. Nobody in it exists. With --broken, some reports have a fault on \
            purpose, and some are sent twice; the side file then has a line of JSON for each that must be held: its \
            place in the file, its message id and the rule to expect.
            """)

    @Option(name: .long, help: .both("Combien de comptes rendus.", "How many reports."))
    var reports = 10
    @Option(name: .long, help: .both("Tout en découle.", "Everything follows from it."))
    var seed: UInt64 = 1
    @Option(name: .long, help: .both("hl7, hprim, csv ou fhir.", "hl7, hprim, csv or fhir."))
    var format = "hl7"
    @Option(
        name: .long,
        help: .both(
            "Le jour des comptes rendus, AAAA-MM-JJ (sinon aujourd'hui).",
            "The day of the reports, YYYY-MM-DD (default: today).")
    )
    var day: String?
    @Option(
        name: .long,
        help: .both(
            "Part des comptes rendus fautifs ou en double, de 0 à 1.",
            "Part of the reports that is faulty or a duplicate, 0 to 1.")
    )
    var broken = 0.0
    @Option(
        name: .long,
        help: .both(
            "Le fichier qui dit ce qui doit être retenu (sinon le nom de la sortie et .expected.ndjson).",
            "The side file that says what must be held (default: the output's name and .expected.ndjson).")
    )
    var expected: String?
    @Option(name: .long, help: .both("Résultats positifs pour mille.", "Positive results in a thousand."))
    var positives = 120
    @Option(
        name: .shortAndLong,
        help: .both("Où ils vont (sinon la sortie standard).", "Where they go (default: standard output).")
    )
    var output: String?

    func validate() throws {
        guard ReportFormat(rawValue: format) != nil else {
            throw ValidationError(.both("--format : hl7, hprim, csv ou fhir", "--format: hl7, hprim, csv or fhir"))
        }
        guard (1...100_000_000).contains(reports) else {
            throw ValidationError(.both("--reports vaut 1 au moins", "--reports must be 1 or more"))
        }
        guard (0...1).contains(broken) else { throw ValidationError(.both("--broken : de 0 à 1", "--broken: 0 to 1")) }
        guard (0...1000).contains(positives) else {
            throw ValidationError(.both("--positives : de 0 à 1000", "--positives: 0 to 1000"))
        }
        guard expected == nil || broken > 0 else {
            throw ValidationError(.both("--expected demande --broken", "--expected needs --broken"))
        }
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
