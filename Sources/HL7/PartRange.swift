/// Where a part of a message lies: a field, repetition, component or subcomponent, without its bytes.
///
/// Owning nothing, it costs nothing to make and to pass on; `Wire` says what stands there. A message is at most 16 MiB,
/// so 32 bits are enough.
public struct PartRange: Hashable, Sendable {
    /// Offset of the first byte.
    public let start: Int32
    /// Just past the last byte.
    public let end: Int32

    /// From `start` to just before `end`.
    @inlinable
    public init(start: Int32, end: Int32) {
        self.start = start
        self.end = end
    }

    /// The same of offsets that are known to fit.
    @inlinable
    public init(_ start: Int, _ end: Int) {
        self.start = Int32(truncatingIfNeeded: start)
        self.end = Int32(truncatingIfNeeded: end)
    }

    /// Nothing, anywhere.
    @inlinable public static var nothing: PartRange { PartRange(start: 0, end: 0) }

    /// Nothing was sent.
    @inlinable public var isEmpty: Bool { start >= end }

    /// Bytes.
    @inlinable public var count: Int { Int(end) - Int(start) }

    /// The same as indices of the message's bytes.
    @inlinable
    public var indices: Range<Int> { isEmpty ? Int(start)..<Int(start) : Int(start)..<Int(end) }
}

/// The parts of a part, found in one pass and numbered from 1. Only the first sixteen are told apart: no reader asks for
/// more.
public struct PartList: Sendable {
    /// Where each part ends: one place before the next one starts.
    @usableFromInline var ends: InlineArray<16, Int32>
    @usableFromInline let start: Int32
    @usableFromInline var count: Int

    /// The parts of `whole`, whose bytes are `bytes`, between separators; none when it is empty.
    init(_ whole: PartRange, separator: UInt8, _ bytes: UnsafeBufferPointer<UInt8>) {
        ends = InlineArray(repeating: whole.end)
        start = whole.start
        guard !bytes.isEmpty else {
            count = 0
            return
        }
        let most = ends.count
        let found = withUnsafeMutablePointer(to: &ends) { place in
            ByteScan.mark(
                separator, in: bytes, from: 0, offset: whole.start,
                into: UnsafeMutableRawPointer(place).assumingMemoryBound(to: Int32.self),
                most: most)
        }
        count = min(found + 1, most)
    }

    /// The part at `number`; empty where there is none.
    @inlinable
    public subscript(_ number: Int) -> PartRange {
        guard number >= 1, number <= count else { return .nothing }
        return PartRange(start: number == 1 ? start : ends[number - 2] + 1, end: ends[number - 1])
    }
}

/// Where an iteration over parts stands. The bytes belong to the `Wire` that is asked for the next one.
public struct PartSteps: Sendable {
    var rest: PartRange?
    let separator: UInt8
    var left: Int

    init(_ whole: PartRange, _ separator: UInt8, _ most: Int) {
        rest = whole.isEmpty ? nil : whole
        self.separator = separator
        left = most
    }
}
