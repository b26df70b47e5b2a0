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

    /// The name of its files. An id has 36 characters, so the two parts cannot run into each other.
    var name: String { "\(from.text)-\(id.text)" }

    var description: String { name }
}
