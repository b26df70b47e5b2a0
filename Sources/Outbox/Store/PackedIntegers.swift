/// Short lists of small integers as a blob: result indexes of a delivery, code hashes of a version.
enum PackedIntegers {
    static func pack(_ values: some Sequence<UInt32>) -> [UInt8] {
        var bytes: [UInt8] = []
        for value in values { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    /// Nil when the blob is not such a list.
    static func unpack(_ bytes: some Collection<UInt8>) -> [UInt32]? {
        guard bytes.count % 4 == 0 else { return nil }
        var values: [UInt32] = []
        var value: UInt32 = 0
        for (place, byte) in bytes.enumerated() {
            value = value << 8 | UInt32(byte)
            if place % 4 == 3 {
                values.append(value)
                value = 0
            }
        }
        return values
    }
}
