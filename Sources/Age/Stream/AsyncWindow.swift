#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Chunks worked on side by side by tasks that end with the call, in the order they came.
enum AsyncWindow {
    /// Chunks held at a time: four for each core, 32 at most.
    static var chunks: Int { min(AgeStream.defaultWorkers * 4, 32) }

    /// What `work` makes of the `count` pieces of `bytes` that are `chunkBytes` long, the last one perhaps shorter.
    static func map<Result: Sendable>(
        _ bytes: [UInt8], chunkBytes: Int, count: Int,
        _ work: @escaping @Sendable (_ chunk: UnsafeRawBufferPointer, _ number: Int) throws(AgeFailure) -> Result
    ) async throws -> [Result] {
        if count == 1 {
            return [try bytes.prefix(chunkBytes).withBytes { (raw) throws(AgeFailure) in try work(raw, 0) }]
        }
        return try await withThrowingTaskGroup(of: (Int, Result).self) { group in
            for number in 0..<count {
                group.addTask {
                    let start = number * chunkBytes
                    let chunk = bytes[start..<min(start + chunkBytes, bytes.count)]
                    return (number, try chunk.withBytes { (raw) throws(AgeFailure) in try work(raw, number) })
                }
            }
            var results = [Result?](repeating: nil, count: count)
            for try await (number, result) in group { results[number] = result }
            return results.compactMap { $0 }
        }
    }
}

/// Pieces of an async sequence, handed out in amounts that somebody else chooses.
struct AsyncPieces<Base: AsyncIteratorProtocol> where Base.Element: Collection, Base.Element.Element == UInt8 {
    private var base: Base
    private var rest: Base.Element.SubSequence?
    private(set) var isOver = false

    init(_ base: Base) {
        self.base = base
    }

    /// Appends until `bytes` has `count`, or there is no more.
    mutating func fill(_ bytes: inout [UInt8], to count: Int) async throws {
        while bytes.count < count, let piece = try await next(atMost: count - bytes.count) {
            bytes.append(contentsOf: piece)
        }
    }

    /// The next bytes, some but `limit` at most; nil at the end.
    mutating func next(atMost limit: Int) async throws -> Base.Element.SubSequence? {
        while true {
            if let piece = rest, !piece.isEmpty {
                rest = piece.dropFirst(limit)
                return piece.prefix(limit)
            }
            guard !isOver, let piece = try await base.next() else {
                isOver = true
                return nil
            }
            rest = piece[...]
        }
    }
}
