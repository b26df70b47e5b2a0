package import Durable
package import Exchange

/// The standing word, kept in a data folder, that the folder is an older copy of itself.
///
/// Each sign of it may be seen once only: keys that were behind are published anew, a receipt is passed over. So it is written down, and
/// told until a person says that what is to be done is done (`settle`). The newest folder, put back in its place, has none.
package struct OldFolderNote: Sendable {
    package static let fileName = "old-folder"

    /// By what it was known.
    package enum Sign: String, Sendable, CaseIterable {
        /// The relay has later keys of ours, signed by our own key.
        case laterKeys = "later-keys"
        /// A recipient signed for a parcel of ours that the folder does not know.
        case unknownReceipt = "unknown-receipt"
        /// Files that were delivered lie in the sink, of parcels later than any that the folder knows.
        case laterFiles = "later-files"
        /// The relay has a receipt of ours that the folder does not know.
        case otherReceipt = "other-receipt"
    }

    /// What it says; a note that cannot be read says that there is one.
    package struct Word: Sendable, Hashable {
        /// When the first sign was seen.
        package let at: UTCTime?
        package let sign: Sign?
    }

    /// Until when a person has dealt with what was seen: the relay and the sink go on showing the same for months.
    package static let doneName = "old-folder-done"

    private let path: String
    private let donePath: String
    private let disk: Disk
    private static let mostBytes = 100

    /// The note of a data folder.
    package init(dataFolder: String, disk: Disk = .real) {
        path = dataFolder + "/" + Self.fileName
        donePath = dataFolder + "/" + Self.doneName
        self.disk = disk
    }

    /// Nil where there is none.
    package func read() throws -> Word? {
        guard try disk.exists(path) else { return nil }
        let text = String(decoding: try disk.read(path, limit: Self.mostBytes), as: UTF8.self)
        let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard words.count == 2 else { return Word(at: nil, sign: nil) }
        return Word(at: try? UTCTime(words[0]), sign: Sign(rawValue: words[1]))
    }

    /// Writes a sign down that is to be told. Gives false, and writes nothing, where it is of a time that a person has dealt with;
    /// `of` is that of the sign itself, where it has one.
    package func keep(_ sign: Sign, of signTime: UTCTime? = nil, at time: UTCTime) throws -> Bool {
        if let signTime, try isDealtWith(signTime) { return false }
        if try !disk.exists(path) {
            try disk.writeDurably(Array("\(time.text) \(sign.rawValue)\n".utf8), to: path)
        }
        return true
    }

    /// All is done that was to be: what was seen until now is not told any more. Gives false where there was nothing.
    package func settle(at time: UTCTime) throws -> Bool {
        guard try disk.exists(path) else { return false }
        try disk.writeDurably(Array("\(time.text)\n".utf8), to: donePath)
        try disk.remove([path])
        return true
    }

    /// Whether a person ever said so.
    package var hasBeenSettled: Bool { (try? disk.exists(donePath)) ?? false }

    /// Whether what is of this time was there when a person said that all is done.
    package func isDealtWith(_ signTime: UTCTime) throws -> Bool { try doneAt().map { signTime <= $0 } ?? false }

    /// When a person last said that all is done; nil where nobody did.
    package func doneAt() throws -> UTCTime? {
        // One that cannot be read has settled nothing.
        guard try disk.exists(donePath), let bytes = try? disk.read(donePath, limit: Self.mostBytes) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return try? UTCTime(String(text.prefix { !$0.isWhitespace }))
    }
}
