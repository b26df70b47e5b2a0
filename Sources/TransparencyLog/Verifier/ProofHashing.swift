import Crypto

/// The verifier's tree hashes (RFC 6962, section 2.1), written apart from the writer's.
enum ProofHashing {
    /// What a leaf's hash is of: the byte 0x00 and the entry.
    static func leafHash(of entry: ArraySlice<UInt8>) -> LogHash {
        digest([0x00] + entry)
    }

    /// What a node's hash is of: the byte 0x01 and both children.
    static func parent(of left: LogHash, _ right: LogHash) -> LogHash {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * LogHash.byteCount, alignment: 8) { buffer in
            buffer[0] = 0x01
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0) }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + LogHash.byteCount)...]).copyMemory(from: $0)
            }
            var hasher = SHA256()
            hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
            return hasher.finalize().withUnsafeBytes { LogHash(reading: $0) }
        }
    }

    /// The root over nodes of one height, where the last may be of a smaller subtree: neighbours are paired level by
    /// level, an odd last one moves up unpaired. Of no nodes it is the empty tree's.
    static func root(over nodes: some Sequence<LogHash>) -> LogHash {
        var row = Array(nodes)
        guard !row.isEmpty else { return digest([]) }
        while row.count > 1 {
            let pairs = row.count / 2
            for pair in 0..<pairs { row[pair] = parent(of: row[2 * pair], row[2 * pair + 1]) }
            if row.count.isMultiple(of: 2) {
                row.removeLast(row.count - pairs)
            } else {
                row[pairs] = row[row.count - 1]
                row.removeLast(row.count - pairs - 1)
            }
        }
        return row[0]
    }

    private static func digest(_ bytes: [UInt8]) -> LogHash {
        SHA256.hash(data: bytes).withUnsafeBytes { LogHash(reading: $0) }
    }
}
