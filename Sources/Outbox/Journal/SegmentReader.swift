import Courier
import Crypto
import Durable

/// Reads records of one segment, in any order and fast in theirs: it reads ahead a bounded window.
struct SegmentReader {
    let number: Int64
    private let kind: SegmentKind
    private let file: ReadableFile
    private let key: SymmetricKey
    private var window: [UInt8] = []
    private var windowStart: Int64 = 0

    private static let windowBytes = 512 * 1024

    /// Opens a segment file and the key in its header.
    init(kind: SegmentKind, number: Int64, folder: String, keys: ParticipantKeys, disk: Disk) throws {
        self.kind = kind
        self.number = number
        file = try ReadableFile(path: SegmentWriter.path(folder, number), disk: disk)
        let fixed = try file.read(at: 0, count: SegmentFormat.fixedHeaderBytes)
        guard let length = SegmentFormat.sealedKeyLength(in: fixed, kind: kind, number: number) else {
            throw OutboxFailure.damagedSegment(number: number)
        }
        let sealed = try file.read(at: Int64(SegmentFormat.fixedHeaderBytes), count: length)
        let key = try keys.openSegmentKey(sealed)
        guard key.count == SegmentFormat.keyBytes else { throw OutboxFailure.damagedSegment(number: number) }
        self.key = SymmetricKey(data: key)
    }

    /// The text of the record at `place`.
    mutating func record(at place: RecordPlace) throws -> [UInt8] {
        guard place.segment == number, place.offset >= 0, place.length > 0,
            place.length <= Int64(SegmentFormat.recordLimit + SegmentFormat.frameBytes + SegmentFormat.tagBytes)
        else { throw OutboxFailure.damagedSegment(number: number) }
        if place.offset < windowStart || place.offset + place.length > windowStart + Int64(window.count) {
            windowStart = place.offset
            window = try file.read(at: place.offset, count: max(SegmentReader.windowBytes, Int(place.length)))
        }
        let from = Int(place.offset - windowStart)
        guard from + Int(place.length) <= window.count,
            let text = SegmentFormat.open(
                record: place.index, of: number, kind: kind, framed: window[from..<(from + Int(place.length))], key: key
            )
        else { throw OutboxFailure.damagedSegment(number: number) }
        return text
    }
}
