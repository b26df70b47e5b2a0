import Durable

/// How many parcels were ever delivered, kept beside the database: by it an older database is known.
struct DeliveredNote: Sendable {
    static let fileName = "last-delivered"

    private let note: HighWaterNote

    init(folder: String, disk: Disk) {
        note = HighWaterNote(folder: folder, name: DeliveredNote.fileName, disk: disk)
    }

    /// Nil where nothing was ever noted.
    func read() throws -> Int64? {
        do {
            return try note.read()
        } catch DurableFailure.damaged {
            throw InboxFailure.noteDamaged
        }
    }

    /// Says what the database says, where it says more.
    func keepUp(with delivered: Int64) throws {
        if delivered > 0, try read() != delivered { try note.write(delivered) }
    }
}
