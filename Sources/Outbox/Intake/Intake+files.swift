import CDA
import Courier
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
        var times = 0
        var hash = raw.hash(of: file)
        while let standing = try store.standing(ofRawFile: hash) {
            switch standing {
            case .underWay: return RawFileSummary(wasTakenBefore: true, bytes: file.size, fileHash: hash)
            case .stopped(let id): throw OutboxFailure.fileStopped(parcel: id)
            case .abandoned:
                // What was given up and is sent after all is another file, under a name of its own.
                times += 1
                hash = raw.hash(of: file, again: times)
            }
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
        try note([extent])
        return RawFileSummary(wasTakenBefore: false, bytes: file.size, fileHash: hash)
    }
}

/// What is to be sent as it is, and to whom.
struct RawFile: Sendable {
    let to: ParticipantID
    let name: String
    let mediaType: String

    /// What the outbox knows the file by: the same file to another recipient is another.
    /// So is one that was given up so many `times` before.
    func hash(of file: SourceFile, again times: Int = 0) -> String {
        let suffix = times == 0 ? "" : "\nagain \(times)"
        return SHA256Hex(of: Array("file to \(to.text)\n\(file.hash.text)\(suffix)".utf8)).text
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
    /// Throws where no parcel could hold the file, or no recipient would unpack it.
    func requireSendable() throws {
        var forecast = try FileForecast(fileBytes: size)
        do {
            try pieces(from: 0) { bytes, _ in
                if forecast.isSettled { throw Enough() }
                try Task.checkCancellation()
                try forecast.add(Array(bytes))
            }
        } catch is Enough {
            return
        }
        try forecast.finish()
    }

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
