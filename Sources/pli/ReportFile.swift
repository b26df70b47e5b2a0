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
    }

    /// Hands the outcomes of each message, and each held stretch of the file, to `body` with its place from 1, in order. Without
    /// a `kind` the first bytes show it. An empty file is refused.
    static func read(
        _ path: String?, kind: Kind?, settings: ReaderSettings, _ body: (Int, [ReadOutcome]) throws -> Void
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
        var splitter = SourceSplitter(format)
        var pieces: [SourcePiece] = []
        while true {
            if bytes.isEmpty { splitter.finish(into: &pieces) } else { splitter.push(bytes, into: &pieces) }
            for piece in pieces {
                switch piece {
                case .message(let message):
                    try body(message.ordinal, outcomes(of: message, splitter.format ?? .hl7, settings))
                case .held(let held):
                    try body(held.ordinal, [ReadOutcome(report: nil, findings: [held.finding])])
                case .notice: continue
                }
            }
            pieces.removeAll(keepingCapacity: true)
            if bytes.isEmpty { return }
            bytes = try file.read()
        }
    }

    /// HL7 messages may hold their results in a clinical document.
    private static func outcomes(
        of message: SourceMessage, _ format: ReportFormat, _ settings: ReaderSettings
    ) -> [ReadOutcome] {
        format == .hl7
            ? LaboratoryMessageReader(settings: settings).read(bytes: message.bytes)
            : ReportReader(format, settings: settings).read(message)
    }

    private static func readDocument(
        _ beginning: [UInt8], of file: borrowing InputFile, _ settings: ReaderSettings,
        _ body: (Int, [ReadOutcome]) throws -> Void
    ) throws {
        var bytes = beginning
        var whole: [UInt8] = []
        // One byte more than any document may have shows that it is too large.
        while !bytes.isEmpty, whole.count <= CDA.Limits.documentBytes {
            whole += bytes.prefix(CDA.Limits.documentBytes + 1 - whole.count)
            bytes = try file.read()
        }
        try body(1, [CDAReportReader(settings: settings).read(document: whole)])
    }
}
