import Crypto

/// The writer's tree hashes (RFC 6962, section 2.1). The verifier has its own: see `TransparencyLog.swift`.
enum WriterHashing {
    /// Hash of the tree without leaves.
    static let empty = finish(SHA256())
    private static let leafPrefix: [UInt8] = [0]
    private static let nodePrefix: [UInt8] = [1]

    /// Hash of a leaf: SHA-256 of 0x00 and the entry.
    static func leaf(_ entry: some Collection<UInt8>) -> LogHash {
        var hasher = SHA256()
        hasher.update(data: leafPrefix)
        hasher.update(data: Array(entry))
        return finish(hasher)
    }

    /// Hash of a node: SHA-256 of 0x01 and the hashes of its two children.
    static func node(_ left: LogHash, _ right: LogHash) -> LogHash {
        var hasher = SHA256()
        hasher.update(data: nodePrefix)
        left.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        right.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return finish(hasher)
    }

    private static func finish(_ hasher: SHA256) -> LogHash {
        hasher.finalize().withUnsafeBytes { LogHash(reading: $0) }
    }
}
