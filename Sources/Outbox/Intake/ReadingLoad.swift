/// How much memory what is made of some bytes may take: each patient, and each report of a document, takes a line or a brace of
/// its own, and four bytes of a hostile file may be one.
package enum ReadingLoad {
    /// Of messages that are read at once. A thousand usual reports are about as much.
    package static let atOnce = 4 * 1024 * 1024

    /// What a line may become, in bytes.
    private static let ofLine = 100

    /// The load of one message.
    package static func of(_ bytes: [UInt8]) -> Int {
        var lines = 0
        for byte in bytes where byte == 0x0D || byte == 0x0A || byte == UInt8(ascii: "{") { lines += 1 }
        return bytes.count + lines * ofLine
    }

    /// How many of some pieces are read at once: one, whatever it is, or several of no more than this load. `most` bounds their number.
    package static func together<Pieces: Collection>(
        _ pieces: Pieces, most: Int = .max, load allowed: Int = atOnce, bytes: (Pieces.Element) -> [UInt8]
    ) -> Int {
        var count = 0
        var load = 0
        for piece in pieces.prefix(most) {
            load += of(bytes(piece))
            if count > 0, load > allowed { break }
            count += 1
        }
        return count
    }
}
