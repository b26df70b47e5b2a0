import Exchange

/// What a parcel is known by: its sender and the sender's id for it.
struct ParcelKey: Hashable, Sendable, CustomStringConvertible {
    let from: ParticipantID
    let id: ParcelID

    init(from: ParticipantID, id: ParcelID) {
        self.from = from
        self.id = id
    }

    init(_ manifest: Manifest) {
        self.init(from: manifest.from, id: manifest.id)
    }

    /// Reads the name of its files back; nil where it is none.
    init?(name: Substring) {
        guard name.utf8.count > ParcelKey.idBytes, let id = try? ParcelID(String(name.suffix(ParcelKey.idBytes))),
            let from = try? ParticipantID(String(name.dropLast(ParcelKey.idBytes + 1)))
        else { return nil }
        self.init(from: from, id: id)
        guard self.name == name else { return nil }
    }

    private static let idBytes = 36

    /// The name of its files. An id has 36 characters, so the two parts cannot run into each other.
    var name: String { "\(from.text)-\(id.text)" }

    var description: String { name }
}
