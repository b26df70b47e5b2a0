#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension AgeStream {
    /// The text of an age file that comes as an async sequence of pieces, itself a sequence of pieces. It is whole only if
    /// the sequence ends without throwing.
    public static func open<Base: AsyncSequence>(
        _ base: Base, with unlocker: AgeUnlocker, encoding: AgeEncoding = .detected
    ) -> OpenedBytes<Base> where Base.Element: Collection, Base.Element.Element == UInt8 {
        OpenedBytes(base: base, unlocker: unlocker, encoding: encoding)
    }
}

/// The text of an age file, chunks opened side by side, never more than a window of them in memory.
public struct OpenedBytes<Base: AsyncSequence>: AsyncSequence
where Base.Element: Collection, Base.Element.Element == UInt8 {
    /// A piece of bytes.
    public typealias Element = [UInt8]

    let base: Base
    let unlocker: AgeUnlocker
    let encoding: AgeEncoding

    /// Begins at the file's beginning.
    public func makeAsyncIterator() -> Iterator {
        Iterator(
            pieces: AsyncPieces(base.makeAsyncIterator()), gate: ArmorGate(encoding),
            front: OpeningFront(unlocker: unlocker), isSlow: unlocker.isSlow)
    }

    /// A file on its way.
    public struct Iterator: AsyncIteratorProtocol {
        private var pieces: AsyncPieces<Base.AsyncIterator>
        private var gate: ArmorGate
        private var front: OpeningFront
        private let isSlow: Bool
        private var input: [UInt8] = []
        private var index: UInt64 = 0
        private var isOver = false
        /// Where the armor breaks, behind `input`.
        private var broken: AgeFailure?
        /// What is thrown behind the text that was authentic.
        private var failure: (any Error)?

        init(pieces: AsyncPieces<Base.AsyncIterator>, gate: ArmorGate, front: OpeningFront, isSlow: Bool) {
            self.pieces = pieces
            self.gate = gate
            self.front = front
            self.isSlow = isSlow
        }

        /// The next bytes of the text, all authentic.
        public mutating func next() async throws -> [UInt8]? {
            while true {
                if let failure { throw failure }
                guard !isOver else { return nil }
                try Task.checkCancellation()
                var out: [UInt8] = []
                do {
                    try await advance(into: &out)
                } catch {
                    failure = error
                }
                if !out.isEmpty { return out }
            }
        }

        private mutating func advance(into out: inout [UInt8]) async throws {
            while front.cipher == nil { try await readFront() }
            guard let cipher = front.cipher else { return }
            let window = AsyncWindow.chunks * AgeLimits.sealedChunkBytes
            var ended: (any Error)?
            do {
                while input.count <= window, try await readOn() {}
            } catch {
                ended = error
            }
            // Chunks that more data is known to follow.
            let full = Swift.min(Swift.max(0, input.count - 1) / AgeLimits.sealedChunkBytes, AsyncWindow.chunks)
            if full > 0 {
                let first = index
                let chunks = try await AsyncWindow.map(input, chunkBytes: AgeLimits.sealedChunkBytes, count: full) {
                    (chunk, number) in cipher.openedFollowed(chunk, index: first + UInt64(number))
                }
                for chunk in chunks { try release(chunk, into: &out) }
                input.removeFirst(full * AgeLimits.sealedChunkBytes)
            }
            if let ended { throw ended }
            guard pieces.isOver, input.count <= AgeLimits.sealedChunkBytes else { return }
            try release(input.withUnsafeBytes { cipher.openedLast($0, index: index) }, into: &out)
            isOver = true
        }

        private mutating func release(_ chunk: OpenedChunk, into out: inout [UInt8]) throws {
            chunk.text.withUnsafeBytes { out.append(contentsOf: $0) }
            if let failure = chunk.failure { throw failure }
            index += 1
        }

        /// Reads a piece and looks for the end of the header in it.
        private mutating func readFront() async throws {
            guard try await readOn() else { throw front.truncation }
            var bytes = input[...]
            let taken = try bytes.withBytes { (raw) throws(AgeFailure) in try front.pushHeader(raw) }
            bytes = bytes.dropFirst(taken)
            if front.isLocked, isSlow {
                let locked = front
                front = try await OwnThread.run { _ in
                    var front = locked
                    try front.unlock()
                    return front
                }
            } else {
                try front.unlock()
            }
            bytes = bytes.dropFirst(bytes.withUnsafeBytes { front.pushNonce($0) })
            input = Array(bytes)
            if let broken, front.cipher == nil { throw broken }
        }

        /// Appends a piece to the input, as far as its armor holds; false at the end of the file.
        private mutating func readOn() async throws -> Bool {
            if let broken { throw broken }
            guard let piece = try await pieces.next(atMost: AgeLimits.chunkBytes) else {
                try gate.finish()
                return false
            }
            let bytes = Array(piece)
            do throws(AgeFailure) {
                try bytes.withBytes { (raw) throws(AgeFailure) in try gate.push(raw, into: &input) }
            } catch {
                broken = error
            }
            return true
        }
    }
}

extension OpenedBytes: Sendable where Base: Sendable {}

// Text on its way is nobody's to look into, nor the keys that it comes by.
extension OpenedBytes: CustomStringConvertible, CustomReflectable {
    /// Nothing of keys or content.
    public var description: String { "opened age file" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension OpenedBytes.Iterator: CustomStringConvertible, CustomReflectable {
    /// Nothing of keys or content.
    public var description: String { "opened age file" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

@available(*, unavailable)
extension OpenedBytes.Iterator: Sendable {}
