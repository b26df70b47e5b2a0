import Durable

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

    /// Adds rows, which `write` appends to the bytes it is given.
    func appendRows(_ write: (inout [UInt8]) -> Void) throws(InboxFailure) {
        write(&csvBuffer)
        if csvBuffer.count >= StagedFiles.bufferBytes { try self.write(&csvBuffer, to: csv) }
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
