import Durable
import LabReport

/// The two files of a parcel while they are being written, in memory that does not grow with them.
final class StagedFiles {
    private static let bufferBytes = 1 << 20

    private let csv: AppendFile
    private let ndjson: AppendFile
    private var csvBuffer: [UInt8] = []
    private var ndjsonBuffer: [UInt8] = []

    init(csv csvPath: String, ndjson ndjsonPath: String, disk: Disk) throws(InboxFailure) {
        csv = try onSink { () throws(DurableFailure) in try AppendFile.create(csvPath, disk: disk) }
        ndjson = try onSink { () throws(DurableFailure) in try AppendFile.create(ndjsonPath, disk: disk) }
    }

    /// Adds a Bundle's line, given without its newline.
    func append(line: ArraySlice<UInt8>) throws(InboxFailure) {
        ndjsonBuffer += line
        ndjsonBuffer.append(UInt8(ascii: "\n"))
        if ndjsonBuffer.count >= StagedFiles.bufferBytes { try write(&ndjsonBuffer, to: ndjson) }
    }

    /// Adds the line above all rows.
    func append(header: [UInt8]) { csvBuffer += header }

    /// Adds a report's rows.
    func append(rowsOf bundle: FHIRBundleReader.Bundle) throws(InboxFailure) {
        var buffer: [UInt8] = []
        swap(&buffer, &csvBuffer)
        try CSVReportWriter.rows(
            bundle.report, identifier: bundle.identifier, orderIdentifiers: bundle.orderIdentifiers, into: &buffer
        ) { (rows) throws(InboxFailure) in
            if rows.count >= StagedFiles.bufferBytes { try write(&rows, to: csv) }
        }
        swap(&buffer, &csvBuffer)
    }

    /// Makes both durable, their names included.
    func finish() throws(InboxFailure) {
        try write(&csvBuffer, to: csv)
        try write(&ndjsonBuffer, to: ndjson)
        for file in [csv, ndjson] {
            try onSink { () throws(DurableFailure) in try file.sync() }
            file.close()
        }
    }

    private func write(_ bytes: inout [UInt8], to file: AppendFile) throws(InboxFailure) {
        guard !bytes.isEmpty else { return }
        let written = bytes
        _ = try onSink { () throws(DurableFailure) in try file.append(written) }
        bytes.removeAll(keepingCapacity: true)
    }
}
