import Durable

/// The highest number of a segment that the database ever named, kept beside it: by it an older database is known.
///
/// Written behind the transaction, never before: a crash in between leaves a note that says too little, which does no harm.
struct SegmentNote: Sendable {
    let folder: String
    let disk: Disk

    static let fileName = "last-segment"
    /// Digits of a number and a line's end.
    private static let mostBytes = 32

    private var path: String { folder + "/" + SegmentNote.fileName }

    /// Nil where nothing was ever noted.
    func read() throws -> Int64? {
        guard try disk.exists(path) else { return nil }
        let bytes = try disk.read(path, limit: SegmentNote.mostBytes)
        let digits = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
            throw DurableFailure.damaged(path: SegmentNote.fileName)
        }
        return number
    }

    func write(_ number: Int64) throws {
        try disk.writeDurably(Array("\(number)\n".utf8), to: path)
    }
}
