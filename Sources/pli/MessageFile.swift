import HL7

/// Reads a file of HL7 messages in pieces, with memory that depends on the largest message only.
enum MessageFile {
    /// Hands each message and each held stretch of the file to `body`, in order.
    static func read(_ path: String?, _ body: (Piece) throws -> Void) throws {
        let file = try InputFile(path)
        var splitter = MessageSplitter()
        var pieces: [Piece] = []
        while true {
            let bytes = try file.read()
            if bytes.isEmpty { splitter.finish(into: &pieces) } else { splitter.push(bytes, into: &pieces) }
            for piece in pieces { try body(piece) }
            pieces.removeAll(keepingCapacity: true)
            if bytes.isEmpty { return }
        }
    }
}
