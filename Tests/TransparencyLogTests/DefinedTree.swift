import Crypto

@testable import TransparencyLog

/// RFC 6962, section 2.1, written down as it is defined: slow, and the judge of both writer and verifier.
enum DefinedTree {
    static func root(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
        switch entries.count {
        case 0: return Array(SHA256.hash(data: [UInt8]()))
        case 1: return Array(SHA256.hash(data: [0] + (entries.first ?? [])))
        default:
            let middle = entries.startIndex + split(entries.count)
            return Array(SHA256.hash(data: [1] + root(entries[..<middle]) + root(entries[middle...])))
        }
    }

    /// PATH(m, D[n]).
    static func path(_ index: Int, _ entries: ArraySlice<[UInt8]>) -> [[UInt8]] {
        guard entries.count > 1 else { return [] }
        let half = split(entries.count)
        let middle = entries.startIndex + half
        if index < half { return path(index, entries[..<middle]) + [root(entries[middle...])] }
        return path(index - half, entries[middle...]) + [root(entries[..<middle])]
    }

    /// PROOF(m, D[n]).
    static func proof(_ size: Int, _ entries: ArraySlice<[UInt8]>) -> [[UInt8]] { subproof(size, entries, true) }

    private static func subproof(_ size: Int, _ entries: ArraySlice<[UInt8]>, _ known: Bool) -> [[UInt8]] {
        if size == entries.count { return known ? [] : [root(entries)] }
        let half = split(entries.count)
        let middle = entries.startIndex + half
        if size <= half { return subproof(size, entries[..<middle], known) + [root(entries[middle...])] }
        return subproof(size - half, entries[middle...], false) + [root(entries[..<middle])]
    }

    private static func split(_ count: Int) -> Int {
        var half = 1
        while half * 2 < count { half *= 2 }
        return half
    }

    static func leaves(_ count: Int) -> [[UInt8]] { (0..<count).map { Array("leaf \($0)".utf8) } }
}
