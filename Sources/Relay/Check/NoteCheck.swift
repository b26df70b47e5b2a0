import Exchange
import Notes

/// The notes that the database keeps, those of parcels apart, each against the hash beside it and its signatures: one that
/// rotted would be served as it is, and taken for a forgery by whoever reads it.
struct NoteCheck {
    /// Where each note that does not hold is kept.
    private(set) var damaged: [String] = []
    private var pairs: [String: VerifyingPair] = [:]
    private let pins: RootPins

    init(pins: RootPins) {
        self.pins = pins
    }

    /// A participant's keys note: it is signed by the keys that it names. All of them, before any receipt.
    mutating func look(atKeysOf participant: String, _ bytes: [UInt8], textHash: String) {
        do {
            let pair = try Signed<KeysNote>.unverified(bytes).signingPair
            let note = try Signed<KeysNote>.verify(bytes, by: pair)
            guard note.textHash.text == textHash, note.value.by.text == participant else {
                return add("keysNotes", participant)
            }
            pairs[participant] = pair
        } catch {
            add("keysNotes", participant)
        }
    }

    /// A receipt. Of one signed by keys that its recipient has changed since, only the text can be judged.
    mutating func look(atReceiptOn parcel: String, by recipient: String, _ bytes: [UInt8], textHash: String) {
        do {
            let note = try Signed<Receipt>.kept(bytes)
            guard note.textHash.text == textHash else { return add("receipts", parcel) }
            let signatures = try SignedNote(parsing: bytes, maxBytes: Receipt.noteLimit).signatures
            if let pair = pairs[recipient],
                signatures.contains(where: { [pair.ed25519.keyID, pair.mldsa.keyID].contains($0.keyID) })
            {
                _ = try Signed<Receipt>.verify(bytes, by: pair)
            }
        } catch {
            add("receipts", parcel)
        }
    }

    /// All versions of the directory, from the oldest: by the pins and the chain, as at a start.
    mutating func look(atDirectories versions: [(version: Int64, note: [UInt8], textHash: String)]) {
        var notes: [Int64: SignedNote] = [:]
        for version in versions {
            let note = try? SignedNote(parsing: version.note, maxBytes: DirectoryPlace.noteBytes)
            guard let note, SHA256Hex(of: note.text).text == version.textHash else {
                return add("directories", String(version.version))
            }
            notes[version.version] = note
        }
        // Versions before those that the pinned holders signed follow from nothing that is known here.
        var isBegun = false
        for last in versions.map(\.version) {
            let holds = holds(notes.filter { $0.key <= last }, upTo: last)
            if isBegun, !holds { return add("directories", String(last)) }
            isBegun = isBegun || holds
        }
        if !isBegun, let newest = versions.last { add("directories", String(newest.version)) }
    }

    private struct Missing: Error {}

    private func holds(_ notes: [Int64: SignedNote], upTo last: Int64) -> Bool {
        let known = try? DirectoryHistory.newest(of: Array(notes.keys), pins: pins) { version in
            guard let note = notes[version] else { throw Missing() }
            return note
        }
        return known?.version == last
    }

    private mutating func add(_ table: String, _ name: String) {
        damaged.append("\(table)/\(name)")
    }
}
