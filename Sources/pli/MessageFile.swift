import CDA
import HL7

/// Reads a file of HL7 messages in pieces, with memory that depends on the largest message only.
enum MessageFile {
    /// Hands each message and each held stretch of the file to `body`, in order; an empty file is refused. A file that is
    /// XML goes whole to `document` where there is one: all of it, or one byte more than any document may have.
    static func read(
        _ path: String?, document: (([UInt8]) throws -> Void)? = nil, _ body: (Piece) throws -> Void
    ) throws {
        let file = try InputFile(path)
        var bytes = try file.read()
        guard !bytes.isEmpty else { throw CommandFailure.refused("le fichier est vide", "the file is empty") }
        if let document, CDAReportReader.isXML(bytes) {
            var whole: [UInt8] = []
            while !bytes.isEmpty, whole.count <= CDA.Limits.documentBytes {
                whole += bytes.prefix(CDA.Limits.documentBytes + 1 - whole.count)
                bytes = try file.read()
            }
            return try document(whole)
        }
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
