import Courier
package import Durable
package import Exchange

/// Why the relay took no parcel at the last try, and since when, kept in the data folder: what a relay is asked in looking it may answer well,
/// and still refuse each upload, as a proxy before it does. Gone as soon as one goes out.
package struct UploadNote: Sendable {
    static let fileName = "upload-failure"

    /// What it says.
    package struct Word: Sendable, Hashable {
        /// When the first of these tries failed.
        package let since: UTCTime
        /// Whether the relay was away, or served nobody, as opposed to an answer that something is wrong.
        package let isAway: Bool
        /// The failure, in English; nothing of a report is ever in one.
        package let text: String
    }

    private let path: String
    private let disk: Disk
    private static let mostBytes = 4_096

    package init(dataFolder: String, disk: Disk = .real) {
        path = dataFolder + "/" + UploadNote.fileName
        self.disk = disk
    }

    /// Nil where there is none, or none that can be read.
    package func read() -> Word? {
        guard let bytes = try? disk.read(path, limit: UploadNote.mostBytes) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", maxSplits: 2)
        guard lines.count == 3, let since = try? UTCTime(String(lines[0])) else { return nil }
        return Word(since: since, isAway: lines[1] == "away", text: lines[2].filter { $0 != "\n" })
    }

    /// Writes a failure down, under the time of the first one since anything went out.
    func keep(_ failure: CourierFailure, at time: UTCTime) throws(DurableFailure) {
        let since = read()?.since ?? time
        let text = "\(failure)".split(separator: "\n").joined(separator: "; ").prefix(1_000)
        let lines = "\(since.text)\n\(failure.isTransient ? "away" : "answer")\n\(text)\n"
        try disk.writeDurably(Array(lines.utf8), to: path)
    }

    /// Something went out, or nothing waits.
    func remove() throws(DurableFailure) {
        if try disk.exists(path) { try disk.remove([path]) }
    }
}
