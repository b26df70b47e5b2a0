import CDA
import LabReport
import Outbox

/// Reads a file of reports in pieces, on all cores, with memory that depends on the largest message only; a clinical document
/// whole.
enum ReportFile {
    /// What a file is said to be.
    enum Kind: Sendable {
        case messages(ReportFormat)
        case document

        /// `hl7`, `hprim`, `csv`, `fhir` or `cda`.
        init?(_ name: String) {
            if name == "cda" {
                self = .document
            } else if let format = ReportFormat(rawValue: name) {
                self = .messages(format)
            } else {
                return nil
            }
        }

        /// What the id of the file's message of these bytes names.
        func scope(of message: [UInt8], _ memory: ReadingMemory) -> DuplicateKeys.Scope {
            switch self {
            case .messages(let format): DuplicateKeys.scope(format, message, memory)
            case .document: .message
            }
        }
    }

    /// Messages whose reports are in memory together.
    private static let mostAtOnce = 512

    /// Hands each message with its outcomes, each held stretch and each notice of the file to `body`, in order, with what the
    /// file is. Without a `kind` the first bytes show it. An empty file is refused.
    static func read(
        _ path: String?, kind: Kind?, settings: ReaderSettings, _ body: (ReportStream.Item, Kind) throws -> Void
    ) throws {
        try read(path, kind: kind, settings: settings, onAllCores: { ($0, $1) }, body)
    }

    /// The same, with `work` done on what was read of several messages at once; `body` gets what it gives, in the order of
    /// the file.
    static func read<Worked: Sendable>(
        _ path: String?, kind: Kind?, settings: ReaderSettings,
        onAllCores work: @Sendable (ReportStream.Item, Kind) -> Worked, _ body: (Worked) throws -> Void
    ) throws {
        let file = try InputFile(path)
        var bytes = try file.read()
        guard !bytes.isEmpty else { throw CommandFailure.refused("le fichier est vide", "the file is empty") }
        var forced: ReportFormat?
        switch kind {
        case .document: return try body(work(try document(bytes, of: file, settings), .document))
        case nil where CDAReportReader.isXML(bytes):
            return try body(work(try document(bytes, of: file, settings), .document))
        case .messages(let format): forced = format
        case nil: break
        }
        let reader = LaboratoryMessageReader(settings: settings)
        let memories = ReadingMemories()
        var splitter = SourceSplitter(forced)
        var pieces: [SourcePiece] = []
        while true {
            if bytes.isEmpty { splitter.finish(into: &pieces) } else { splitter.push(bytes, into: &pieces) }
            if let format = splitter.format {
                // A piece may be three bytes long: what is made of all that one read holds would be hundreds of times its size.
                for first in stride(from: 0, to: pieces.count, by: ReportFile.mostAtOnce) {
                    let some = Array(pieces[first..<min(first + ReportFile.mostAtOnce, pieces.count)])
                    let worked = concurrentMap(some) { piece in
                        memories.lend { memory in
                            work(
                                ReportStream.Item(piece) { reader.read($0, format, memory: memory) },
                                .messages(format))
                        }
                    }
                    for one in worked { try body(one) }
                }
                pieces.removeAll(keepingCapacity: true)
            }
            if bytes.isEmpty { return }
            bytes = try file.read()
        }
    }

    private static func document(
        _ beginning: [UInt8], of file: borrowing InputFile, _ settings: ReaderSettings
    ) throws -> ReportStream.Item {
        var bytes = beginning
        var whole: [UInt8] = []
        // One byte more than any document may have shows that it is too large.
        while !bytes.isEmpty, whole.count <= CDA.Limits.documentBytes {
            whole += bytes.prefix(CDA.Limits.documentBytes + 1 - whole.count)
            bytes = try file.read()
        }
        let outcome = CDAReportReader(settings: settings).read(document: whole)
        return ReportStream.Item(ordinal: 1, offset: 0, message: whole, outcomes: [outcome])
    }
}
