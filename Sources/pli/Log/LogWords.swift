import Durable
import Exchange
import Foundation
import Notes
import StrictJSON
import TransparencyLog

/// What the `pli log` commands read from their arguments, and how they say what they found.
enum LogWords {
    /// A log's verifier key: the line itself, or a file that holds it.
    static func key(_ text: String) throws -> VerifierKey {
        if let key = try? VerifierKey(line: text) { return key }
        // A line that was copied badly is no file's name.
        let isLine = text.contains("+") && (try? Disk.real.exists(text)) != true
        let lines = isLine ? [text] : try PublicFile.lines(text)
        do {
            guard lines.count == 1 else { throw NoteFailure.badKeyShape }
            return try VerifierKey(line: lines[0])
        } catch {
            throw CommandFailure.usage(
                "--key n'est pas une clé de registre : \(French.of(error))", "--key is not a log's key: \(error)",
                hint: .init(
                    french: "la ligne nom+empreinte+base64 que le relais publie",
                    english: "the line name+id+base64 that the relay publishes"))
        }
    }

    /// The hash of a note in a file: of its text, as leaves quote it.
    static func noteHash(_ path: String) throws -> LogHash {
        let limit = Limits.directoryBytes + Limits.keysNoteBytes
        do {
            let note = try SignedNote(parsing: PublicFile.read(path, limit: limit), maxBytes: limit)
            guard let hash = LowercaseHex.decode(note.textHash).flatMap({ LogHash($0) }) else {
                throw NoteFailure.cryptography
            }
            return hash
        } catch let failure as NoteFailure {
            throw CommandFailure.usage(
                "--note n'est pas une note signée : \(failure.french)", "--note is not a signed note: \(failure)")
        }
    }

    /// An event by its name; the acceptance where none is said.
    static func event(_ name: String?) throws -> LogLeaf.Event {
        guard let name else { return .accepted }
        guard let event = LogLeaf.Event(rawValue: name) else {
            let names = LogLeaf.Event.allCases.map(\.rawValue).joined(separator: ", ")
            throw CommandFailure.usage("--event : l'un de \(names)", "--event: one of \(names)")
        }
        return event
    }

    /// A log or a proof that does not hold.
    static func refused(_ failure: CommandFailure) -> [UInt8] {
        JSON.object([
            .init("valid", .bool(false)), .init("fr", .string(failure.french)), .init("en", .string(failure.english)),
        ]).encoded + [0x0A]
    }

    /// Members that name a checkpoint.
    static func members(of checkpoint: Checkpoint) -> [JSON.Member] {
        [
            .init("origin", .string(checkpoint.origin)), .init("size", .integer(checkpoint.size)),
            .init("root", .string(checkpoint.root.base64)),
        ]
    }

    /// One line for one leaf.
    static func line(_ index: Int64, _ leaf: LogLeaf, json: Bool) -> [UInt8] {
        guard json else {
            return [UInt8]("\(index)\t\(leaf.at.text)\t\(leaf.event.rawValue)\t\(leaf.note.hex)\n".utf8)
        }
        let members: [JSON.Member] = [
            .init("index", .integer(index)), .init("event", .string(leaf.event.rawValue)),
            .init("at", .string(leaf.at.text)), .init("note", .string(leaf.note.hex)),
        ]
        return JSON.object(members).encoded + [0x0A]
    }
}
