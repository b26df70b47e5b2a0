import CDA
import LabReport

/// Reads a file of reports in pieces, with memory that depends on the largest message only; a clinical document whole.
enum ReportFile {
    /// What a file is said to be.
    enum Kind {
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

        /// Several pieces of the file may have come in one message, whose id they then share.
        var sharesMessages: Bool {
            switch self {
            case .messages(.csv), .messages(.fhir): true
            case .messages(.hl7), .messages(.hprim), .document: false
            }
        }
    }

    /// Hands each message with its outcomes, each held stretch and each notice of the file to `body`, in order, with what the
    /// file is. Without a `kind` the first bytes show it. An empty file is refused.
    static func read(
        _ path: String?, kind: Kind?, settings: ReaderSettings, _ body: (ReportStream.Item, Kind) throws -> Void
    ) throws {
        let file = try InputFile(path)
        var bytes = try file.read()
        guard !bytes.isEmpty else { throw CommandFailure.refused("le fichier est vide", "the file is empty") }
        var format: ReportFormat?
        switch kind {
        case .document: return try readDocument(bytes, of: file, settings, body)
        case nil where CDAReportReader.isXML(bytes): return try readDocument(bytes, of: file, settings, body)
        case .messages(let forced): format = forced
        case nil: break
        }
        let reader = LaboratoryMessageReader(settings: settings)
        var stream = ReportStream(format) { message, format, memory in
            reader.read(message, format, memory: memory)
        }
        var items: [ReportStream.Item] = []
        while true {
            if bytes.isEmpty {
                stream.finish { items.append($0) }
            } else {
                stream.push(bytes[...]) { items.append($0) }
            }
            for item in items { try body(item, .messages(stream.format ?? .hl7)) }
            items.removeAll(keepingCapacity: true)
            if bytes.isEmpty { return }
            bytes = try file.read()
        }
    }

    private static func readDocument(
        _ beginning: [UInt8], of file: borrowing InputFile, _ settings: ReaderSettings,
        _ body: (ReportStream.Item, Kind) throws -> Void
    ) throws {
        var bytes = beginning
        var whole: [UInt8] = []
        // One byte more than any document may have shows that it is too large.
        while !bytes.isEmpty, whole.count <= CDA.Limits.documentBytes {
            whole += bytes.prefix(CDA.Limits.documentBytes + 1 - whole.count)
            bytes = try file.read()
        }
        let outcome = CDAReportReader(settings: settings).read(document: whole)
        try body(ReportStream.Item(ordinal: 1, offset: 0, message: whole, outcomes: [outcome]), .document)
    }
}
