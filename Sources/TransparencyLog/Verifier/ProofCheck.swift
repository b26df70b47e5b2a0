/// Checks of Merkle proofs: pure functions that pass or throw. Subtrees are those of the Merkle tree certificates
/// draft: `start` is a multiple of the smallest power of two that holds `end - start`; a tree is the subtree from 0.
package enum ProofCheck {
    /// Passes where `path` leads from the hash of leaf `index` to the root of a tree of `size` (RFC 9162, 2.1.3.2).
    package static func inclusion(
        of leaf: LogHash, index: Int64, size: Int64, path: [LogHash], root: LogHash
    ) throws(LogFailure) {
        try inclusion(of: leaf, index: index, start: 0, end: size, path: path, root: root)
    }

    /// The same within the subtree of leaves `start..<end`.
    package static func inclusion(
        of leaf: LogHash, index: Int64, start: Int64, end: Int64, path: [LogHash], root: LogHash
    ) throws(LogFailure) {
        guard isSubtree(start, end), (start..<end).contains(index), path.count <= LogLimits.proofHashes else {
            throw .badProof(of: .inclusion)
        }
        var place = index - start
        var last = end - start - 1
        var hash = leaf
        for sibling in path {
            guard last > 0 else { throw .badProof(of: .inclusion) }
            if place & 1 == 1 || place == last {
                hash = ProofHashing.parent(of: sibling, hash)
                // The last node of a row without a neighbour moved up as it was.
                while place & 1 == 0, place != 0 {
                    place >>= 1
                    last >>= 1
                }
            } else {
                hash = ProofHashing.parent(of: hash, sibling)
            }
            place >>= 1
            last >>= 1
        }
        guard last == 0, hash == root else { throw .badProof(of: .inclusion) }
    }

    /// Passes where the tree of `size` with `root` grew from the tree of `oldSize` with `oldRoot` (RFC 9162, 2.1.4.2).
    /// From a tree of no leaves nothing can be proven, so that is refused.
    package static func consistency(
        oldSize: Int64, oldRoot: LogHash, size: Int64, root: LogHash, path: [LogHash]
    ) throws(LogFailure) {
        try consistency(start: 0, end: oldSize, subtree: oldRoot, size: size, root: root, path: path)
    }

    /// Passes where the tree of `size` with `root` contains the subtree of leaves `start..<end` with that hash.
    package static func consistency(
        start: Int64, end: Int64, subtree: LogHash, size: Int64, root: LogHash, path: [LogHash]
    ) throws(LogFailure) {
        guard isSubtree(start, end), end <= size, path.count <= LogLimits.proofHashes else {
            throw .badProof(of: .consistency)
        }
        var first = start
        var inner = end - 1
        var last = size - 1
        // Rows in which the subtree is whole and has a right neighbour, or is all there is, are left out of the proof.
        while first != inner, inner & 1 == 1 || inner == last {
            first >>= 1
            inner >>= 1
            last >>= 1
        }
        var rest = path[...]
        var old = subtree
        if first != inner {
            guard let seed = rest.popFirst() else { throw .badProof(of: .consistency) }
            old = seed
        }
        var new = old
        for sibling in rest {
            guard last > 0 else { throw .badProof(of: .consistency) }
            if inner & 1 == 1 || inner == last {
                if first < inner { old = ProofHashing.parent(of: sibling, old) }
                new = ProofHashing.parent(of: sibling, new)
                while inner & 1 == 0, inner != 0 {
                    first >>= 1
                    inner >>= 1
                    last >>= 1
                }
            } else {
                new = ProofHashing.parent(of: new, sibling)
            }
            first >>= 1
            inner >>= 1
            last >>= 1
        }
        guard last == 0, old == subtree, new == root else { throw .badProof(of: .consistency) }
    }

    private static func isSubtree(_ start: Int64, _ end: Int64) -> Bool {
        guard start >= 0, start < end, end <= LogLimits.size else { return false }
        var power: Int64 = 1
        while power < end - start { power <<= 1 }
        return start % power == 0
    }
}
