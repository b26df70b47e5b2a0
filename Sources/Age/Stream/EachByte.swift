/// The bytes of an async sequence of pieces, one by one: for those who take a sequence of bytes.
public struct EachByte<Base: AsyncSequence>: AsyncSequence where Base.Element == [UInt8] {
    /// A byte.
    public typealias Element = UInt8

    private let base: Base

    init(_ base: Base) {
        self.base = base
    }

    /// Begins where the pieces do.
    public func makeAsyncIterator() -> Iterator { Iterator(base: base.makeAsyncIterator()) }

    /// Pieces on their way.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private var piece: [UInt8] = []
        private var index = 0

        init(base: Base.AsyncIterator) {
            self.base = base
        }

        /// The next byte.
        public mutating func next() async throws -> UInt8? {
            while index == piece.count {
                guard let next = try await base.next() else { return nil }
                piece = next
                index = 0
            }
            defer { index += 1 }
            return piece[index]
        }
    }
}

extension EachByte: Sendable where Base: Sendable {}

@available(*, unavailable)
extension EachByte.Iterator: Sendable {}

extension EachByte.Iterator: CustomReflectable {
    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

extension SealedBytes {
    /// The same file byte by byte.
    public var bytes: EachByte<SealedBytes> { EachByte(self) }
}

extension OpenedBytes {
    /// The same text byte by byte.
    public var bytes: EachByte<OpenedBytes> { EachByte(self) }
}
