extension CheckedTiles {
    /// The inclusion proof of leaf `index` in the tree of `size` leaves (the checkpoint's or an earlier one), from the
    /// leaf's sibling up (RFC 6962, 2.1.1).
    package mutating func inclusionProof(of index: Int64, size: Int64) async throws -> [LogHash] {
        guard size <= checkpoint.size, index >= 0, index < size else {
            throw LogFailure.outOfRange(what: "the entry or size")
        }
        var siblings: [Range<Int64>] = []
        var subtree = 0..<size
        while subtree.count > 1 {
            let middle = subtree.lowerBound + largestPower(below: subtree.upperBound - subtree.lowerBound)
            if index < middle {
                siblings.append(middle..<subtree.upperBound)
                subtree = subtree.lowerBound..<middle
            } else {
                siblings.append(subtree.lowerBound..<middle)
                subtree = middle..<subtree.upperBound
            }
        }
        return try await roots(of: siblings.reversed())
    }

    /// The proof that the tree of `size` leaves grew from that of `oldSize` (RFC 6962, 2.1.2).
    package mutating func consistencyProof(from oldSize: Int64, to size: Int64) async throws -> [LogHash] {
        guard size <= checkpoint.size, oldSize > 0, oldSize <= size else {
            throw LogFailure.outOfRange(what: "a size")
        }
        var nodes: [Range<Int64>] = []
        var subtree = 0..<size
        while subtree.upperBound != oldSize {
            let middle = subtree.lowerBound + largestPower(below: subtree.upperBound - subtree.lowerBound)
            if oldSize <= middle {
                nodes.append(middle..<subtree.upperBound)
                subtree = subtree.lowerBound..<middle
            } else {
                nodes.append(subtree.lowerBound..<middle)
                subtree = middle..<subtree.upperBound
            }
        }
        // The old tree itself is known to whoever checks the proof.
        if subtree.lowerBound > 0 { nodes.append(subtree) }
        return try await roots(of: nodes.reversed())
    }

    /// The root of the first `size` leaves.
    package mutating func root(ofSize size: Int64) async throws -> LogHash {
        guard (0...checkpoint.size).contains(size) else { throw LogFailure.outOfRange(what: "a size") }
        guard size > 0 else { return ProofHashing.root(over: EmptyCollection()) }
        return try await root(of: 0..<size)
    }

    private mutating func roots(of ranges: some Collection<Range<Int64>>) async throws -> [LogHash] {
        var hashes: [LogHash] = []
        for range in ranges { hashes.append(try await root(of: range)) }
        return hashes
    }

    /// The root of a range that is a node of the tree: its perfect subtrees, the largest first, joined from the right.
    private mutating func root(of range: Range<Int64>) async throws -> LogHash {
        var parts: [LogHash] = []
        var start = range.lowerBound
        while start < range.upperBound {
            var height = 0
            while start & (1 << height) == 0, start + 2 << height <= range.upperBound { height += 1 }
            parts.append(try await perfectRoot(height: height, index: start >> height))
            start += 1 << height
        }
        var root = parts.removeLast()
        while let left = parts.popLast() { root = ProofHashing.parent(of: left, root) }
        return root
    }

    /// The root of leaves `index << height ..< (index + 1) << height`, which lie within one tile of their level.
    private mutating func perfectRoot(height: Int, index: Int64) async throws -> LogHash {
        let level = height / 8
        let width = 1 << (height % 8)
        let first = index * Int64(width)
        let tile = try await hashes(level: level, index: first / 256)
        let offset = Int(first % 256)
        guard offset + width <= tile.count else { throw LogFailure.outOfRange(what: "a subtree") }
        return ProofHashing.root(over: tile[offset..<(offset + width)])
    }

    private func largestPower(below count: Int64) -> Int64 {
        var power: Int64 = 1
        while power * 2 < count { power *= 2 }
        return power
    }
}
