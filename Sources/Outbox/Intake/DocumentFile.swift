import CDA

/// A file that is one clinical document (XML) and not a row of messages: it is read whole.
struct DocumentFile {
    /// The document, or one byte more than any may have.
    private(set) var bytes: [UInt8] = []
    /// What the first piece of the file decided.
    private var isDocument: Bool?

    /// Takes the next piece of the file; false, taking nothing, when the file is none.
    mutating func takes(_ piece: ArraySlice<UInt8>) -> Bool {
        // The first piece is all of the file, or more than is looked at.
        let decided = isDocument ?? CDAReportReader.isXML(head: piece, isEnd: true) ?? false
        isDocument = decided
        guard decided else { return false }
        bytes += piece.prefix(CDA.Limits.documentBytes + 1 - bytes.count)
        return true
    }
}
