import Courier
import Crypto
import Durable

/// The open end of a kind of segments: seals records, makes them durable, rotates by size.
///
/// Its owner appends, then calls `sync`, then commits the transaction that names what was appended. When that transaction
/// fails, what was appended is never named and its indexes are never used again. Starting a process starts a segment.
struct SegmentWriter {
    let kind: SegmentKind
    private let folder: String
    private let keys: ParticipantKeys
    private let disk: Disk
    private let rotateBytes: Int64
    private var nextNumber: @Sendable () -> Int64
    private var open: Segment?

    private struct Segment {
        let number: Int64
        let key: SymmetricKey
        let file: AppendFile
        var records: Int64
    }

    init(
        kind: SegmentKind, folder: String, keys: ParticipantKeys, disk: Disk, rotateBytes: Int64,
        nextNumber: @escaping @Sendable () -> Int64
    ) {
        self.kind = kind
        self.folder = folder
        self.keys = keys
        self.disk = disk
        self.rotateBytes = rotateBytes
        self.nextNumber = nextNumber
    }

    /// Number of the segment that is written to now.
    var openNumber: Int64? { open?.number }

    /// Seals `texts` into records of the open segment. Not durable before `sync`.
    mutating func append(_ texts: [[UInt8]]) throws -> [RecordPlace] {
        guard !texts.isEmpty else { return [] }
        var segment = try open ?? begin()
        open = segment
        var bytes: [UInt8] = []
        bytes.reserveCapacity(texts.reduce(0) { $0 + $1.count + SegmentFormat.frameBytes + SegmentFormat.tagBytes })
        var places: [RecordPlace] = []
        places.reserveCapacity(texts.count)
        let start = segment.file.length
        let first = segment.records
        // An index counts as used before the bytes may reach the disk: a failed append must not lend it to another text.
        segment.records += Int64(texts.count)
        open = segment
        for (number, text) in texts.enumerated() {
            let from = bytes.count
            try SegmentFormat.append(
                record: first + Int64(number), of: segment.number, kind: kind, text: text, key: segment.key, to: &bytes)
            places.append(
                RecordPlace(
                    segment: segment.number, index: first + Int64(number), offset: start + Int64(from),
                    length: Int64(bytes.count - from)))
        }
        try segment.file.append(bytes)
        return places
    }

    /// Makes durable what was appended, and says how the segment stands; nil when there is none.
    mutating func sync() throws -> SegmentExtent? {
        guard let segment = open else { return nil }
        try segment.file.sync()
        let bytes = segment.file.length
        return SegmentExtent(
            number: segment.number, kind: kind, records: segment.records, bytes: bytes, isClosed: bytes >= rotateBytes)
    }

    /// Takes back the last append, whose first record is the one at `place`, durably: it is overwritten, then cut off. No row
    /// names it, and its indexes stay used. A crash on the way leaves a part of it, which is cut off at start.
    mutating func takeBack(from place: RecordPlace) throws {
        guard let segment = open, segment.number == place.segment, place.offset <= segment.file.length else {
            throw OutboxFailure.inconsistent("a record that was taken back")
        }
        try disk.overwrite([place.offset..<segment.file.length], of: segment.file.path)
        try segment.file.truncate(to: place.offset)
        try segment.file.sync()
    }

    /// The next append begins a new segment.
    mutating func rotate() {
        open?.file.close()
        open = nil
    }

    private func begin() throws -> Segment {
        let number = nextNumber()
        let key = SymmetricKey(size: .bits256)
        let sealed = try keys.sealSegmentKey(key.withUnsafeBytes { Array($0) })
        let file = try AppendFile.create(SegmentWriter.path(folder, number), disk: disk)
        try file.append(SegmentFormat.header(kind: kind, number: number, sealedKey: sealed))
        return Segment(number: number, key: key, file: file, records: 0)
    }

    static func path(_ folder: String, _ number: Int64) -> String { "\(folder)/\(number).seg" }

    /// The number in a segment file's name, nil when it is not one.
    static func number(ofFile name: String) -> Int64? {
        guard name.hasSuffix(".seg"), let number = Int64(name.dropLast(4)), "\(number).seg" == name else { return nil }
        return number
    }
}
