/// What a splitter hands out.
public enum Piece: Sendable, Equatable {
    /// The bytes of one message, from its MSH to its last segment end.
    case message(MessagePiece)
    /// Bytes that are no message: they count as read and must be shown to someone.
    case held(HeldPiece)
    /// Something about the file: nothing was lost by it, somebody should look.
    case notice(BatchNotice)
}

/// One message of a file.
public struct MessagePiece: Sendable, Equatable {
    /// The bytes, unchanged.
    public let bytes: [UInt8]
    /// Where they begin in the file.
    public let offset: Int
    /// 1 for the file's first piece; messages and held pieces are counted together.
    public let ordinal: Int
    /// What stood before and after it in the file without being part of it: a byte order mark, blanks, padding.
    public let surroundings: Message.Oddities
}

/// A stretch of a file that is no message.
public struct HeldPiece: Sendable, Equatable {
    /// Why it is none.
    public let reason: Reason
    /// Its beginning, at most `Limits.heldBytes`.
    public let beginning: [UInt8]
    /// Its whole length.
    public let length: Int
    /// Where it begins in the file.
    public let offset: Int
    /// As for messages.
    public let ordinal: Int

    /// Why bytes are no message.
    public enum Reason: String, Sendable, CaseIterable {
        /// Text outside any message.
        case notHL7 = "not-hl7"
        /// A file without a single message or batch segment.
        case empty = "empty-file"
        /// Two bytes a character: saved as "Unicode" on Windows.
        case utf16 = "utf-16"
        /// A gzip, zip or other compressed file.
        case compressed = "compressed"
        /// XML, perhaps HL7 v2.xml, v3 or CDA.
        case xml = "xml"
        /// Begins as a message and is longer than `Limits.messageBytes`.
        case tooLarge = "message-too-large"
    }
}

/// Something about a batch that somebody should look at.
public struct BatchNotice: Sendable, Equatable {
    /// What does not agree.
    public let problem: Problem
    /// Where the segment begins that shows it.
    public let offset: Int

    /// What does not agree.
    public enum Problem: Sendable, Equatable {
        /// BTS-1 declares another number of messages than there are.
        case messageCount(declared: Int, found: Int)
        /// FTS-1 declares another number of batches than there are.
        case batchCount(declared: Int, found: Int)
        /// The file ends, or another begins, inside a batch or file envelope: its end may be missing.
        case unfinished
        /// BTS-1 or FTS-1 is no count.
        case unreadableCount
        /// A trailer (BTS, FTS) whose header was never seen, though others were.
        case unopened
        /// A second file envelope: files were put one behind the other.
        case secondFile
    }
}
