import Exchange

/// How many bytes of padding make a sealed body exactly as long as a Padmé size class.
///
/// A sealed body is an age header, a nonce of 16 bytes and the payload in chunks of 64 KiB, each 16 bytes longer than
/// its part of the payload.
enum BodyPadding {
    private static let chunkBytes: Int64 = 64 * 1024
    private static let tagBytes: Int64 = 16
    private static let nonceBytes: Int64 = 16

    /// Bytes of the sealed body around a payload.
    static func sealedBytes(payload: Int64, header: Int) -> Int64 {
        let chunks = max(1, (payload + chunkBytes - 1) / chunkBytes)
        return Int64(header) + nonceBytes + payload + chunks * tagBytes
    }

    /// The padding members to put behind `payload` bytes.
    ///
    /// Where the nearest class cannot be hit (no payload seals to just that length, because a further chunk costs 16
    /// bytes at once; or the gap is shorter than a gzip member can be), the next one is taken.
    static func members(behind payload: Int64, header: Int) -> [GzipPadding] {
        var target = PadmeSize.padded(sealedBytes(payload: payload, header: header))
        while true {
            if let whole = payloadBytes(sealed: target, header: header) {
                if let padding = GzipPadding.members(length: whole - payload) { return padding }
            }
            target = PadmeSize.padded(target + 1)
        }
    }

    /// The payload whose sealed body has exactly `sealed` bytes.
    static func payloadBytes(sealed: Int64, header: Int) -> Int64? {
        let stream = sealed - Int64(header) - nonceBytes
        guard stream >= tagBytes else { return nil }
        let chunks = (stream + chunkBytes + tagBytes - 1) / (chunkBytes + tagBytes)
        let payload = stream - chunks * tagBytes
        guard payload >= 0, sealedBytes(payload: payload, header: header) == sealed else { return nil }
        return payload
    }
}
