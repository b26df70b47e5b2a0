import HL7

/// Reads a file of HL7 messages in pieces, with memory that depends on the largest message only.
enum MessageFile {
    /// Hands each message and each held stretch of the file to `body`, in order; an empty file is refused.
    static func read(_ path: String?, _ body: (Piece) throws -> Void) throws {
        let file = try InputFile(path)
        var bytes = try file.read()
        guard !bytes.isEmpty else { throw CommandFailure.refused("le fichier est vide", "the file is empty") }
        var splitter = MessageSplitter()
        var pieces: [Piece] = []
        while true {
            if bytes.isEmpty { splitter.finish(into: &pieces) } else { splitter.push(bytes, into: &pieces) }
            for piece in pieces { try body(piece) }
            pieces.removeAll(keepingCapacity: true)
            if bytes.isEmpty { return }
            bytes = try file.read()
        }
    }
}
