/// The highest number that a database ever had, kept in a file beside it: by it an older database is known.
///
/// To be written behind the transaction, never before: a crash in between leaves a note that says too little, which does no harm.
package struct HighWaterNote: Sendable {
    private let path: String
    private let name: String
    private let disk: Disk

    /// Digits of a number and a line's end.
    private static let mostBytes = 32

    package init(folder: String, name: String, disk: Disk) {
        path = folder + "/" + name
        self.name = name
        self.disk = disk
    }

    /// Nil where nothing was ever noted; a file that holds no such number is damaged.
    package func read() throws -> Int64? {
        guard try disk.exists(path) else { return nil }
        let bytes = try disk.read(path, limit: Self.mostBytes)
        let digits = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
        guard let number = Int64(String(decoding: digits, as: UTF8.self)), number >= 0 else {
            throw DurableFailure.damaged(path: name)
        }
        return number
    }

    package func write(_ number: Int64) throws {
        try disk.writeDurably(Array("\(number)\n".utf8), to: path)
    }
}
