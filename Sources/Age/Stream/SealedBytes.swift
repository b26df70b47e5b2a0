#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension AgeStream {
    /// The age file of an async sequence of pieces of bytes, itself a sequence of pieces. Each iteration is a new file.
    public static func seal<Base: AsyncSequence>(
        _ base: Base, to recipients: [AgeRecipient], armored: Bool = false
    ) -> SealedBytes<Base> where Base.Element: Collection, Base.Element.Element == UInt8 {
        SealedBytes(base: base, key: .recipients(recipients), armored: armored)
    }

    /// The age file of an async sequence of pieces of bytes, sealed to a passphrase.
    public static func seal<Base: AsyncSequence>(
        _ base: Base, passphrase: Passphrase, workFactor: Int = AgeLimits.sealingWorkFactor, armored: Bool = false
    ) -> SealedBytes<Base> where Base.Element: Collection, Base.Element.Element == UInt8 {
        SealedBytes(base: base, key: .passphrase(passphrase, workFactor: workFactor), armored: armored)
    }
}

/// An age file made of an async sequence, chunks sealed side by side, never more than a window of them in memory.
public struct SealedBytes<Base: AsyncSequence>: AsyncSequence
where Base.Element: Collection, Base.Element.Element == UInt8 {
    /// A piece of bytes.
    public typealias Element = [UInt8]

    let base: Base
    let key: SealingKey
    let armored: Bool

    /// Begins a file.
    public func makeAsyncIterator() -> Iterator {
        Iterator(writing: SealedWriting(pieces: AsyncPieces(base.makeAsyncIterator()), key: key, armored: armored))
    }

    /// A file on its way. A copy goes on with the same file: two of them would seal different texts under the same key and
    /// nonce.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let writing: SealedWriting<Base.AsyncIterator>

        /// The next bytes of the file. After a failure every call throws that failure again: no half text is ever sealed
        /// as a whole one.
        public mutating func next() async throws -> [UInt8]? { try await writing.next() }
    }
}

/// What a file is sealed to.
enum SealingKey: Sendable {
    case recipients([AgeRecipient])
    case passphrase(Passphrase, workFactor: Int)
}

/// What the iterators of one file share.
private final class SealedWriting<Source: AsyncIteratorProtocol>
where Source.Element: Collection, Source.Element.Element == UInt8 {
    private var pieces: AsyncPieces<Source>
    private let key: SealingKey
    private let armored: Bool
    private var cipher: ChunkCipher?
    private var armor: ArmorEncoder?
    private var input: [UInt8] = []
    private var index: UInt64 = 0
    private var isOver = false
    private var failure: (any Error)?

    init(pieces: AsyncPieces<Source>, key: SealingKey, armored: Bool) {
        self.pieces = pieces
        self.key = key
        self.armored = armored
    }

    func next() async throws -> [UInt8]? {
        if let failure { throw failure }
        guard !isOver else { return nil }
        do {
            return try await advance()
        } catch {
            failure = error
            throw error
        }
    }

    private func advance() async throws -> [UInt8] {
        try Task.checkCancellation()
        var out: [UInt8] = []
        guard let cipher else {
            let begun = try await begin()
            cipher = begun.cipher
            armor = begun.armor
            put(begun.head, into: &out)
            return out
        }
        try await pieces.fill(&input, to: AsyncWindow.chunks * AgeLimits.chunkBytes + 1)
        // A sequence that ended because its task was cancelled is not at its end.
        try Task.checkCancellation()
        // A byte more than the window holds shows that its last chunk is not the file's.
        let isLast = input.count <= AsyncWindow.chunks * AgeLimits.chunkBytes
        let chunks = max(1, (input.count - (isLast ? 0 : 1) + AgeLimits.chunkBytes - 1) / AgeLimits.chunkBytes)
        let first = index
        let boxes = try await AsyncWindow.map(input, chunkBytes: AgeLimits.chunkBytes, count: chunks) {
            (chunk, number) throws(AgeFailure) in
            try cipher.sealed(chunk, index: first + UInt64(number), isLast: isLast && number == chunks - 1)
        }
        for box in boxes { put(box.dropFirst(ChunkCipher.boxNonceBytes), into: &out) }
        index += UInt64(chunks)
        if isLast {
            isOver = true
            armor?.finish(into: &out)
        }
        input.removeFirst(min(input.count, chunks * AgeLimits.chunkBytes))
        return out
    }

    private func begin() async throws -> (head: [UInt8], cipher: ChunkCipher, armor: ArmorEncoder?) {
        let armored = armored
        switch key {
        case .recipients(let recipients):
            return try AgeSealer(recipients: recipients, armored: armored).begun()
        case .passphrase(let passphrase, let workFactor):
            return try await OwnThread.run { _ in
                try AgeSealer(passphrase: passphrase, workFactor: workFactor, armored: armored).begun()
            }
        }
    }

    private func put(_ bytes: some Sequence<UInt8> & ContiguousBytes, into out: inout [UInt8]) {
        bytes.withUnsafeBytes { raw in
            if armor == nil { out.append(contentsOf: raw) } else { armor?.push(raw, into: &out) }
        }
    }
}

extension SealedBytes: Sendable where Base: Sendable {}

// Text on its way is nobody's to look into, nor the passphrase that it is sealed with.
extension SealedBytes: CustomStringConvertible, CustomReflectable {
    /// Nothing of keys or content.
    public var description: String { "sealed age file" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension SealedBytes.Iterator: CustomStringConvertible, CustomReflectable {
    /// Nothing of keys or content.
    public var description: String { "sealed age file" }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

@available(*, unavailable)
extension SealedBytes.Iterator: Sendable {}
