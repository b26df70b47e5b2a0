import CDA
import Durable
import Exchange
import LabReport

/// Raw files to one recipient.
extension Intake {
    /// Takes a file as it is, durably. The order is that of reports: its records, synced; then the transaction that names them. What
    /// a crash leaves before that is a segment that no row names.
    func take(_ file: SourceFile, as raw: RawFile, along route: Route, _ reading: ReadingSettings, at: Int64) throws
        -> RawFileSummary
    {
        let hash = raw.hash(of: file)
        guard try store.progress(ofFile: hash) == nil else {
            return RawFileSummary(wasTakenBefore: true, bytes: file.size, fileHash: hash)
        }
        var writer = SegmentWriter(
            kind: .journal, folder: folder.journal, keys: keys, disk: disk, rotateBytes: 0, nextNumber: nextSegment)
        defer { writer.rotate() }
        let extent: SegmentExtent
        let place: RecordPlace
        do {
            let head = try writer.append([FileRecords.head(name: raw.name, mediaType: raw.mediaType)])
            try file.pieces(from: 0) { piece, _ in
                try Task.checkCancellation()
                _ = try writer.append([Array(piece)])
            }
            guard let synced = try writer.sync(), let first = head.first else {
                throw OutboxFailure.inconsistent("segment of a file")
            }
            (extent, place) = (synced, first)
        } catch {
            if let number = writer.openNumber {
                writer.rotate()
                // What cannot be removed now, sealed as it is, goes at the next start.
                try? disk.remove(SegmentWriter.path(folder.journal, number))
            }
            throw error
        }
        try store.take(
            RawFileDraft(
                hash: hash, bytes: file.size, extent: extent, place: place,
                fingerprint: pseudonyms.fingerprint(of: Array("file \(hash)".utf8), part: 0), recipient: raw.to.text,
                route: route.id,
                terms: RouteTerms(retentionDays: route.retentionDays, receiptDueMinutes: route.receiptDueMinutes),
                reading: reading, at: at))
        return RawFileSummary(wasTakenBefore: false, bytes: file.size, fileHash: hash)
    }
}

/// What is to be sent as it is, and to whom.
struct RawFile: Sendable {
    let to: ParticipantID
    let name: String
    let mediaType: String

    /// What the outbox knows the file by: the same file to another recipient is another.
    func hash(of file: SourceFile) -> String {
        SHA256Hex(of: Array("file to \(to.text)\n\(file.hash.text)".utf8)).text
    }
}

/// What became of a raw file.
package struct RawFileSummary: Sendable, Equatable {
    /// The very file was taken for that recipient before; nothing was done.
    package var wasTakenBefore: Bool
    package var bytes: Int64
    /// What it is known by.
    package var fileHash: String
}

extension SourceFile {
    /// As much of a file as is looked at for reports.
    private static let lookedAtBytes: Int64 = 8 * 1024 * 1024

    /// Enough was looked at.
    private struct Enough: Error {}

    /// Throws where there are reports at the beginning of the file, or messages of a laboratory that no report can be made of: those
    /// go by routes and profiles, and never as they are.
    func requireNoReports(_ reading: ReadingSettings) throws {
        var splitter = SourceSplitter(nil)
        var document = DocumentFile()
        var marks = MessageMarks()
        let memory = ReadingMemory()
        var seen: Int64 = 0
        do {
            try pieces(from: 0) { bytes, isLast in
                seen += Int64(bytes.count)
                if marks.areFound(in: bytes) { throw OutboxFailure.holdsReports }
                if document.takes(bytes) {
                    guard isLast || seen >= SourceFile.lookedAtBytes else { return }
                    let outcome = CDAReportReader(settings: reading.site).read(document: document.bytes)
                    if outcome.report != nil { throw OutboxFailure.holdsReports }
                } else {
                    var pieces: [SourcePiece] = []
                    splitter.push(bytes, into: &pieces)
                    if isLast { splitter.finish(into: &pieces) }
                    for case .message(let message) in pieces {
                        let outcomes = ReportReading.read(message, reading.site, memory)
                        if outcomes.contains(where: { $0.report != nil }) { throw OutboxFailure.holdsReports }
                    }
                }
                if seen >= SourceFile.lookedAtBytes { throw Enough() }
            }
        } catch is Enough {
            return
        }
    }
}
