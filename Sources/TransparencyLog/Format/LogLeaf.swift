import Notes
import StrictJSON

/// One leaf: what happened to which note, to the minute. One line of canonical JSON and a newline:
///
///     {"type":"leaf/1","event":"accepted","at":"2026-11-23T10:00Z","note":"<64 hexadecimal digits>"}
///
/// It tells nothing to whoever lacks the note. What decodes encodes to the same bytes.
package struct LogLeaf: Hashable, Sendable {
    /// What happened, and which note `note` then names.
    package enum Event: String, Hashable, Sendable, CaseIterable {
        /// A parcel was accepted: its manifest.
        case accepted
        /// A parcel's first byte was served to its recipient: its manifest.
        case fetched
        /// A receipt was taken: the receipt.
        case receipt
        /// A parcel's bytes were destroyed, upon its receipt or past its deadline: its manifest.
        case deleted
        /// A parcel's deadline passed without a receipt; it is destroyed after this: its manifest.
        case expired
        /// A participant published keys: the keys note.
        case keys
        /// A version of the directory was taken: the directory.
        case directory
        /// This log succeeds another after a restore, as its first leaf: the other's last known checkpoint.
        case succeeds
    }

    private static let type = "leaf/1"

    /// What happened.
    package let event: Event
    /// When.
    package let at: LogMinute
    /// SHA-256 of the text of the note concerned.
    package let note: LogHash

    /// A leaf.
    package init(_ event: Event, at: LogMinute, note: LogHash) {
        self.event = event
        self.at = at
        self.note = note
    }

    /// Reads an entry.
    package init(parsing bytes: some Collection<UInt8>) throws(LogFailure) {
        guard bytes.count <= LogLimits.leafBytes else {
            throw .pastLimit(what: "leaf", limit: Int64(LogLimits.leafBytes))
        }
        let bytes = Array(bytes)
        let event: Event?
        let at: LogMinute?
        let note: LogHash?
        do throws(JSONFailure) {
            let limits = JSON.Limits(maxDepth: 1, maxBytes: LogLimits.leafBytes, maxMembers: 4)
            var reader = try ObjectReader(JSON(parsing: bytes, limits: limits), at: "leaf")
            guard try reader.string("type") == LogLeaf.type else { throw JSONFailure(.wrongType, place: "leaf.type") }
            event = Event(rawValue: try reader.string("event"))
            at = LogMinute(try reader.string("at"))
            note = LowercaseHex.decode(try reader.string("note")).flatMap { LogHash($0) }
            try reader.end()
        } catch {
            throw .malformed(what: "leaf", rule: "an object of type, event, at and note is expected")
        }
        guard let event else { throw .malformed(what: "leaf", rule: "the event is unknown") }
        guard let at else { throw .malformed(what: "leaf", rule: "the time must be like 2026-11-23T10:00Z") }
        guard let note else { throw .malformed(what: "leaf", rule: "the note must be 64 lower-case digits") }
        self.init(event, at: at, note: note)
        guard encoded == bytes else { throw .malformed(what: "leaf", rule: "not in canonical form") }
    }

    /// The entry's bytes.
    package var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("type")
        writer.string(LogLeaf.type)
        writer.name("event")
        writer.string(event.rawValue)
        writer.name("at")
        writer.string(at.text)
        writer.name("note")
        writer.string(note.hex)
        writer.endObject()
        return writer.finish() + [0x0A]
    }
}
