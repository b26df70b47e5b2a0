import Durable

/// The highest number of a segment that the database ever named, kept beside it: by it an older database is known.
struct SegmentNote: Sendable {
    static let fileName = "last-segment"

    private let note: HighWaterNote

    init(folder: String, disk: Disk) {
        note = HighWaterNote(folder: folder, name: SegmentNote.fileName, disk: disk)
    }

    /// Nil where nothing was ever noted.
    func read() throws -> Int64? {
        do {
            return try note.read()
        } catch DurableFailure.damaged {
            throw OutboxFailure.noteDamaged
        }
    }

    func write(_ number: Int64) throws { try note.write(number) }
}
