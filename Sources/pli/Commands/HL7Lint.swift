import ArgumentParser
import HL7
import LabReport
import StrictJSON

/// `pli hl7 lint`: what is wrong with the form of messages.
struct HL7Lint: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: .both(
            "Nomme les défauts de forme par segment, champ et octet.",
            "Names structural trouble by segment, field and byte offset."),
        discussion: """
            Ne regarde que la forme : séparateurs, segments et leurs fins, échappements, jeux de caractères, lots. \
            Chaque défaut est une ligne : message, place, octet du fichier, ce qui ne va pas et quoi faire. Si un \
            message est un bon compte rendu, `pli check` le dit. Code de sortie 1 quand un message ne se lit pas \
            sûrement tel quel. Aucune valeur n'est affichée.

            Looks at form only: delimiters, segments and their ends, escapes, character sets, batches. Each trouble \
            is one line: message, place, byte in the file, what is wrong and what to do. Whether a message is a good \
            report is for `pli check`. Exit code 1 when a message cannot be read rightly as it stands. No value is \
            printed.
            """)

    @Argument(help: .both("Fichiers (- est l'entrée standard).", "Files (- is standard input)."))
    var files: [String]
    @OptionGroup var charset: CharsetOption
    @Flag(name: .long, help: .both("Une valeur JSON par ligne.", "One JSON value a line."))
    var json = false

    func run() throws {
        var errors = 0
        for (index, file) in files.enumerated() {
            if files.count > 1, !json { Terminal.line(file) }
            try MessageFile.read(file) { errors += judge($0, in: index + 1) }
        }
        if errors > 0 {
            throw CommandFailure.refused(
                "\(errors) défaut(s) empêchent une lecture sûre", "\(errors) trouble(s) prevent a safe reading")
        }
    }

    /// Prints what is wrong with one piece; the number of errors among it.
    private func judge(_ piece: Piece, in file: Int) -> Int {
        switch piece {
        case .message(let message): return judge(message, in: file)
        case .held(let held):
            show(HL7ReportReader.finding(for: held.reason), message: held.ordinal, offset: held.offset, in: file)
            return 1
        case .notice(let notice):
            show(HL7ReportReader.finding(for: notice.problem), message: 0, offset: notice.offset, in: file)
            return 0
        }
    }

    private func judge(_ piece: MessagePiece, in file: Int) -> Int {
        let message: Message
        do {
            message = try Message(piece.bytes, defaultCharset: charset.value)
        } catch {
            show(HL7ReportReader.finding(for: error), message: piece.ordinal, offset: piece.offset, in: file)
            return 1
        }
        let notes = StructureLint.notes(on: message, surroundings: piece.surroundings)
        for note in notes {
            let trouble = note.trouble
            show(
                rule: trouble.rawValue, isError: note.isError, path: note.path, message: piece.ordinal,
                segment: note.segment, offset: piece.offset + note.offset, french: trouble.french,
                english: trouble.english, in: file)
        }
        return notes.count { $0.isError }
    }

    private func show(_ finding: Finding, message: Int, offset: Int, in file: Int) {
        show(
            rule: finding.rule, isError: finding.severity == .error, path: finding.path, message: message, segment: 0,
            offset: offset, french: finding.french, english: finding.english, in: file)
    }

    private func show(
        rule: String, isError: Bool, path: String, message: Int, segment: Int, offset: Int, french: String,
        english: String, in file: Int
    ) {
        guard !json else {
            let value = JSON.object([
                .init("file", .integer(Int64(file))), .init("message", .integer(Int64(message))),
                .init("segment", .integer(Int64(segment))), .init("path", .string(path)),
                .init("offset", .integer(Int64(offset))), .init("severity", .string(isError ? "error" : "warning")),
                .init("rule", .string(rule)), .init("fr", .string(french)), .init("en", .string(english)),
            ])
            Terminal.output(value.encoded + [0x0A])
            return
        }
        // Where no field is meant, the path says the segment already.
        let place = segment > 0 && path != "segment \(segment)" ? ", segment \(segment)" : ""
        Terminal.line("\(isError ? "✗" : "·") message \(message)\(place), \(path), octet/byte \(offset): \(rule)")
        Terminal.line("    \(french)")
        Terminal.line("    \(english)")
    }
}
