extension AgeStream {
    /// The age file of an async sequence of bytes, a sequence of pieces. Each iteration is a new file.
    public static func seal<Base: AsyncSequence>(
        _ base: Base, to recipients: [AgeRecipient], armored: Bool = false
    ) -> SealedBytes<BytePieces<Base>> where Base.Element == UInt8 {
        seal(BytePieces(base), to: recipients, armored: armored)
    }

    /// The age file of an async sequence of bytes, sealed to a passphrase.
    public static func seal<Base: AsyncSequence>(
        _ base: Base, passphrase: Passphrase, workFactor: Int = AgeLimits.sealingWorkFactor, armored: Bool = false
    ) -> SealedBytes<BytePieces<Base>> where Base.Element == UInt8 {
        seal(BytePieces(base), passphrase: passphrase, workFactor: workFactor, armored: armored)
    }

    /// The text of an age file that comes as an async sequence of bytes, a sequence of pieces. It is whole only if the
    /// sequence ends without throwing.
    public static func open<Base: AsyncSequence>(
        _ base: Base, with unlocker: AgeUnlocker, encoding: AgeEncoding = .detected
    ) -> OpenedBytes<BytePieces<Base>> where Base.Element == UInt8 {
        open(BytePieces(base), with: unlocker, encoding: encoding)
    }
}

/// Bytes that come one by one, gathered into pieces.
public struct BytePieces<Base: AsyncSequence>: AsyncSequence where Base.Element == UInt8 {
    /// A piece of bytes.
    public typealias Element = [UInt8]

    private let base: Base

    init(_ base: Base) {
        self.base = base
    }

    /// Begins where the bytes do.
    public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    /// Bytes on their way.
    public struct Iterator: AsyncIteratorProtocol {
        /// Small, so that what is no age file is refused soon.
        private static var pieceBytes: Int { 4096 }

        private var base: Base.AsyncIterator
        private var isOver = false
        /// What is thrown behind the bytes that came before it.
        private var failure: (any Error)?

        init(base: Base.AsyncIterator) {
            self.base = base
        }

        /// The next bytes; a piece that is not full is the last.
        public mutating func next() async throws -> [UInt8]? {
            if let failure { throw failure }
            guard !isOver else { return nil }
            var piece: [UInt8] = []
            piece.reserveCapacity(Iterator.pieceBytes)
            do {
                while piece.count < Iterator.pieceBytes {
                    guard let byte = try await base.next() else {
                        isOver = true
                        break
                    }
                    piece.append(byte)
                }
            } catch {
                failure = error
                if piece.isEmpty { throw error }
            }
            return piece.isEmpty ? nil : piece
        }
    }
}

extension BytePieces: Sendable where Base: Sendable {}

@available(*, unavailable)
extension BytePieces.Iterator: Sendable {}

extension BytePieces.Iterator: CustomReflectable {
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
