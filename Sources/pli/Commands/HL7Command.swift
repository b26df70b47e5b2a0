import ArgumentParser
import HL7
import StrictJSON

/// `pli hl7 …`: looks into HL7 v2 messages.
struct HL7Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hl7", abstract: .both("Regarde dans des messages HL7 v2.", "Looks into HL7 v2 messages."),
        subcommands: [HL7Get.self, HL7Lint.self])
}

/// `pli hl7 get`: fields of every message of files.
struct HL7Get: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: .both(
            "Affiche des champs de chaque message : une ligne par message, séparés par des tabulations.",
            "Prints fields of every message: a line a message, tab-separated."),
        discussion: """
            PATHS : des champs séparés par des virgules, MSH-10,PID-3[2].1,OBX[3]-5,OBX[*]-5. Les valeurs sont \
            décodées ; avec --raw, telles que transmises. Tabulations et fins de ligne d'une valeur s'écrivent \\t, \
            \\n, \\r, et sur un terminal les autres caractères de commande \\x1B, ceux du sens d'écriture \\u202E ; les \
            valeurs d'un [*] sont séparées par ~. Avec --json, chaque message est un tableau, un [*] un tableau dedans, \
            une valeur absente null ; --raw y garde les échappements. Les valeurs sont affichées telles quelles : attention à qui voit l'écran.

            PATHS are separated by commas: MSH-10,PID-3[2].1,OBX[3]-5,OBX[*]-5. Values are decoded; with --raw they \
            are as on the wire. Tabs and line ends inside a value are written \\t, \\n, \\r, and on a terminal other \
            control characters \\x1B, and those of the direction of writing \\u202E; values of a \
            [*] are separated by ~. With --json each message is an array, a [*] an inner array, and an absent value null; \
            with --raw its escapes stay. The values are printed as they are: mind who can see the screen.
            """)

    @Argument(help: .both("Champs, séparés par des virgules.", "Paths, separated by commas."))
    var paths: String
    @Argument(help: .both("Fichiers (- est l'entrée standard).", "Files (- is standard input)."))
    var files: [String]
    @Flag(name: .long, help: .both("Un tableau JSON par message.", "One JSON array a message."))
    var json = false
    @Flag(
        name: .long,
        help: .both("Les valeurs telles que transmises, sans décodage.", "Values as on the wire, not decoded."))
    var raw = false
    @OptionGroup var charset: CharsetOption

    func run() throws {
        let wanted: [FieldPath]
        do {
            wanted = try FieldPath.list(paths)
        } catch {
            throw CommandFailure.usage(
                "ce n'est pas une liste de champs", "that is not a list of fields",
                hint: .init(french: "par exemple MSH-10,PID-3[2].1", english: "for example MSH-10,PID-3[2].1"))
        }
        var skipped = SkippedPieces(files: files.count)
        for (number, file) in files.enumerated() {
            try MessageFile.read(file) { piece in
                switch piece {
                case .message(let message):
                    if try !show(message.bytes, wanted) { skipped.addForeign(message.ordinal, inFile: number + 1) }
                case .held(let held) where held.reason == .tooLarge:
                    skipped.addLarge(held.ordinal, inFile: number + 1)
                case .held(let held): skipped.addForeign(held.ordinal, inFile: number + 1)
                case .notice: break
                }
            }
        }
        if let failure = skipped.failure { throw failure }
    }

    /// Prints one message's line; false when the bytes are no message after all.
    private func show(_ bytes: [UInt8], _ wanted: [FieldPath]) throws -> Bool {
        guard let message = try? Message(bytes, defaultCharset: charset.value) else {
            return false
        }
        let values = wanted.map { $0.evaluate(on: message, as: raw ? .raw : .decoded) }
        if json {
            // Decoded values are UTF-8 already; JSON has no room for the bytes of other character sets.
            let wire = raw ? message.dialect.charset : .utf8
            Terminal.output(JSON.array(values.map { Self.json($0, in: wire) }).encoded + [0x0A])
        } else {
            var line: [UInt8] = []
            for (position, value) in values.enumerated() {
                if position > 0 { line.append(0x09) }
                Self.write(value, to: &line)
            }
            Terminal.output(line + [0x0A])
        }
        return true
    }

    private static func json(_ value: FieldPath.Value, in charset: Charset) -> JSON {
        switch value {
        case .absent: .null
        case .value(let bytes): .string(charset.text(of: bytes))
        case .array(let values): .array(values.map { json($0, in: charset) })
        }
    }

    /// A value may be megabytes long: it is put out as it is escaped, and the line in progress with it.
    static func write(_ value: FieldPath.Value, to line: inout [UInt8], isSeen: Bool = Terminal.outputIsSeen) {
        switch value {
        case .absent: return
        case .value(let bytes):
            // Further bytes of a character that was written as its number.
            var hidden = 0
            for (place, byte) in bytes.enumerated() {
                guard hidden == 0 else {
                    hidden -= 1
                    continue
                }
                if line.count >= lineBytes {
                    Terminal.output(line)
                    line.removeAll(keepingCapacity: true)
                }
                switch byte {
                case 0x09: line += "\\t".utf8
                case 0x0A: line += "\\n".utf8
                case 0x0D: line += "\\r".utf8
                // A terminal does what such a character says; a program gets it.
                case 0..<0x20, 0x7F: if isSeen { line += "\\x\(hexadecimal(byte))".utf8 } else { line.append(byte) }
                case 0xC2, 0xE2:
                    guard isSeen, let scalar = steering(place, in: bytes) else {
                        line.append(byte)
                        continue
                    }
                    hidden = byte == 0xC2 ? 1 : 2
                    line += ((hidden == 1 ? "\\x" : "\\u") + String(scalar, radix: 16, uppercase: true)).utf8
                default: line.append(byte)
                }
            }
        case .array(let values):
            for (position, value) in values.enumerated() {
                if position > 0 { line.append(UInt8(ascii: "~")) }
                write(value, to: &line, isSeen: isSeen)
            }
        }
    }

    /// The character that begins at `place`, where it steers a terminal or the direction of writing.
    private static func steering(_ place: Int, in bytes: [UInt8]) -> UInt32? {
        func byte(_ place: Int) -> UInt8 { place < bytes.count ? bytes[place] : 0 }
        return SteeringCharacters.scalar(byte(place), byte(place + 1), byte(place + 2))
    }

    /// `byte`, of a control character, in two digits.
    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
    }

    /// Of a line, put out at once.
    private static let lineBytes = 1 << 16
}
