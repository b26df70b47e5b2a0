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

    /// Messages whose reports are in memory together, where their load allows as many.
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
        try read(kind: kind, settings: settings, onAllCores: work, body) { try file.read() }
    }

    /// The same of what `next` gives at a time, however little, and nothing at the end.
    static func read<Worked: Sendable>(
        kind: Kind?, settings: ReaderSettings, onAllCores work: @Sendable (ReportStream.Item, Kind) -> Worked,
        _ body: (Worked) throws -> Void, next read: () throws -> [UInt8]
    ) throws {
        // A terminal that said that it ended would be waited for again.
        var isOver = false
        func next() throws -> [UInt8] {
            let bytes = isOver ? [] : try read()
            isOver = bytes.isEmpty
            return bytes
        }
        var bytes = try next()
        guard !bytes.isEmpty else { throw CommandFailure.refused("le fichier est vide", "the file is empty") }
        var forced: ReportFormat?
        switch kind {
        case .document: return try body(work(try document(bytes, settings, next), .document))
        case .messages(let format): forced = format
        case nil:
            if try isXML(&bytes, next) { return try body(work(try document(bytes, settings, next), .document)) }
        }
        try messages(bytes, of: forced, settings, work, body, next)
    }

    /// Whether it is XML, with as much of it in `head` as shows that.
    private static func isXML(_ head: inout [UInt8], _ next: () throws -> [UInt8]) throws -> Bool {
        while true {
            if let isXML = CDAReportReader.isXML(head: head, isEnd: false) { return isXML }
            let more = try next()
            guard !more.isEmpty else { return CDAReportReader.isXML(head: head, isEnd: true) ?? false }
            head += more
        }
    }

    private static func messages<Worked: Sendable>(
        _ beginning: [UInt8], of forced: ReportFormat?, _ settings: ReaderSettings,
        _ work: @Sendable (ReportStream.Item, Kind) -> Worked, _ body: (Worked) throws -> Void,
        _ next: () throws -> [UInt8]
    ) throws {
        var bytes = beginning
        let reader = LaboratoryMessageReader(settings: settings)
        let memories = ReadingMemories()
        var splitter = SourceSplitter(forced)
        var pieces: [SourcePiece] = []
        while true {
            if bytes.isEmpty { splitter.finish(into: &pieces) } else { splitter.push(bytes, into: &pieces) }
            if let format = splitter.format {
                // A piece may be three bytes long: what is made of all that one read holds would be hundreds of times its size.
                var done = 0
                while done < pieces.count {
                    let some = taken(from: &pieces, &done)
                    let worked = concurrentMap(consume some) { piece in
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
            bytes = try next()
        }
    }

    /// The next pieces that are read together, behind `done`, which are let go: a message may be as large as what is made of it.
    private static func taken(from pieces: inout [SourcePiece], _ done: inout Int) -> [SourcePiece] {
        let end = done + ReadingLoad.together(pieces[done...], most: mostAtOnce) { $0.messageBytes }
        let some = Array(pieces[done..<end])
        while done < end {
            pieces[done] = .message(SourceMessage([]))
            done += 1
        }
        return some
    }

    private static func document(
        _ beginning: [UInt8], _ settings: ReaderSettings, _ next: () throws -> [UInt8]
    ) throws -> ReportStream.Item {
        var bytes = beginning
        var whole: [UInt8] = []
        // One byte more than any document may have shows that it is too large.
        while !bytes.isEmpty, whole.count <= CDA.Limits.documentBytes {
            whole += bytes.prefix(CDA.Limits.documentBytes + 1 - whole.count)
            bytes = try next()
        }
        let outcome = CDAReportReader(settings: settings).read(document: whole)
        return ReportStream.Item(ordinal: 1, offset: 0, message: whole, outcomes: [outcome])
    }
}

extension SourcePiece {
    /// What there is to read of it.
    fileprivate var messageBytes: [UInt8] {
        if case .message(let message) = self { return message.bytes }
        return []
    }
}
