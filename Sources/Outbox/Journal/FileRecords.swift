import Courier
import Durable

/// A raw file as the journal keeps it, in a segment of its own: a record that says what it is (its media type, a newline and the name
/// that its sender gave it), then its bytes in records of `pieceBytes`, the last one shorter.
enum FileRecords {
    static let pieceBytes = SourceFile.pieceBytes

    /// The first record.
    static func head(name: String, mediaType: String) -> [UInt8] { Array("\(mediaType)\n\(name)".utf8) }
}

/// Reads one, record by record.
struct FileRecordReader {
    private let number: Int64
    private var reader: SegmentReader
    private var place: RecordPlace
    private var left: Int64

    init(_ file: JournalledFile, folder: DataFolder, keys: ParticipantKeys) throws {
        number = file.place.segment
        reader = try SegmentReader(
            kind: .journal, number: number, folder: folder.journal, keys: keys, disk: folder.disk)
        place = file.place
        left = file.bytes
    }

    /// What the file is; asked once, before its bytes.
    mutating func head() throws -> (name: String, mediaType: String) {
        let bytes = try reader.record(at: place)
        moveOn()
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")),
            let mediaType = String(validating: bytes[..<end], as: UTF8.self),
            let name = String(validating: bytes[(end + 1)...], as: UTF8.self)
        else { throw OutboxFailure.damagedSegment(number: number) }
        return (name, mediaType)
    }

    /// The next bytes; nil at the end.
    mutating func next() throws -> [UInt8]? {
        guard left > 0 else { return nil }
        let bytes = try reader.record(at: place)
        guard !bytes.isEmpty, Int64(bytes.count) <= left else { throw OutboxFailure.damagedSegment(number: number) }
        left -= Int64(bytes.count)
        moveOn()
        return bytes
    }

    /// To the record behind.
    private mutating func moveOn() {
        let count = min(Int64(FileRecords.pieceBytes), left)
        place = RecordPlace(
            segment: place.segment, index: place.index + 1, offset: place.offset + place.length,
            length: count + Int64(SegmentFormat.frameBytes + SegmentFormat.tagBytes))
    }
}
