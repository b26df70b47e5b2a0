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

    /// Numbers by numbers, in the order of these.
    static func pack(_ pairs: [UInt32: UInt32]) -> [UInt8] {
        pack(pairs.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] })
    }

    /// None where the blob is absent, or no such list.
    static func unpack(pairs bytes: (some Collection<UInt8>)?) -> [UInt32: UInt32] {
        guard let values = bytes.flatMap({ unpack($0) }), values.count.isMultiple(of: 2) else { return [:] }
        var pairs: [UInt32: UInt32] = [:]
        for place in stride(from: 0, to: values.count, by: 2) { pairs[values[place]] = values[place + 1] }
        return pairs
    }
}
