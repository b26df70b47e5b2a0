/// A gzip member of no content and of (nearly) any length: every gunzip reads it and writes nothing.
///
/// Its deflate stream is made of empty blocks: stored ones of 5 bytes, pairs of an empty fixed-Huffman block and a
/// stored one of 6 bytes, and the last one, an empty fixed-Huffman block of 2 bytes.
struct GzipPadding: Equatable {
    private let pairs: Int
    private let stored: Int

    private static let pair: [UInt8] = [0x02, 0x00, 0x00, 0x00, 0xff, 0xff]
    private static let block: [UInt8] = [0x00, 0x00, 0x00, 0xff, 0xff]
    private static let last: [UInt8] = [0x03, 0x00]
    /// No name, no time, no system: nothing that could differ between two machines.
    private static let header: [UInt8] = [0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 0xff]
    /// CRC-32 and length of nothing.
    private static let trailer = [UInt8](repeating: 0, count: 8)
    private static let fixedBytes = header.count + last.count + trailer.count

    /// Every length from here on is possible; below it, some are.
    static let anyLengthFrom = 40

    /// The member of exactly `length` bytes; nil where there is none.
    init?(length: Int64) {
        let blocks = Int(length) - GzipPadding.fixedBytes
        guard blocks >= 0 else { return nil }
        // 5 a + 6 b = blocks with b < 5: a multiple of 5 pairs would be as long as 6 stored blocks.
        pairs = blocks % 5
        guard blocks >= pairs * 6 else { return nil }
        stored = (blocks - pairs * 6) / 5
    }

    /// Members of at most about 1 MiB that are `length` bytes together: a reader holds a member whole. None for 0; nil
    /// where `length` is too short for one.
    static func members(length: Int64) -> [GzipPadding]? {
        guard length > 0 else { return length == 0 ? [] : nil }
        let largest: Int64 = 1024 * 1024
        let others = max(0, length - Int64(anyLengthFrom)) / largest
        guard let last = GzipPadding(length: length - others * largest), let other = GzipPadding(length: largest) else {
            return nil
        }
        return Array(repeating: other, count: Int(others)) + [last]
    }

    /// Bytes of the member.
    var length: Int64 {
        Int64(GzipPadding.fixedBytes + pairs * GzipPadding.pair.count + stored * GzipPadding.block.count)
    }

    /// Hands the member out in pieces of bounded size.
    func write(_ piece: ([UInt8]) throws(CourierFailure) -> Void) throws(CourierFailure) {
        var bytes = GzipPadding.header
        for _ in 0..<pairs { bytes += GzipPadding.pair }
        for _ in 0..<stored {
            bytes += GzipPadding.block
            if bytes.count >= 64 * 1024 {
                try piece(bytes)
                bytes.removeAll(keepingCapacity: true)
            }
        }
        bytes += GzipPadding.last
        bytes += GzipPadding.trailer
        try piece(bytes)
    }
}
