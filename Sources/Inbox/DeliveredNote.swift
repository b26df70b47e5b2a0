import Durable

/// How many parcels were ever delivered, kept beside the database: by it an older database is known.
///
/// Written behind the transaction, never before: a crash in between leaves a note that says too little, which does no harm.
struct DeliveredNote: Sendable {
    let folder: String
    let disk: Disk

    static let fileName = "last-delivered"
    /// Digits of a number and a line's end.
    private static let mostBytes = 32

    private var path: String { folder + "/" + DeliveredNote.fileName }

    /// Nil where nothing was ever noted.
    func read() throws -> Int64? {
        guard try disk.exists(path) else { return nil }
        let bytes = try disk.read(path, limit: DeliveredNote.mostBytes)
        let digits = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
            throw DurableFailure.damaged(path: DeliveredNote.fileName)
        }
        return number
    }

    /// Says what the database says, where it says more.
    func keepUp(with delivered: Int64) throws {
        if delivered > 0, try read() != delivered { try disk.writeDurably(Array("\(delivered)\n".utf8), to: path) }
    }
}
