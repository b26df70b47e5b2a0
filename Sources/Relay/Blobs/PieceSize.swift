import Synchronization

/// How much of each body is gathered before it is written: large pieces while few bodies come, smaller ones the more there
/// are, so that all of them together gather little more than `totalBytes`. Large ones are written while the next is gathered:
/// they are held twice. While bodies are fewer than fill `totalBytes`, some pieces of each may wait for the disk besides.
final class PieceSize: Sendable {
    /// What all bodies together may hold if all came at once. Those that stop are not written: of a thousand, each stopping
    /// below the piece of its moment, the sum is five times this.
    static let totalBytes = 16 << 20
    /// Larger pieces write no faster.
    static let largestBytes = 1 << 20
    /// Smaller ones would write for each read of a socket.
    static let smallestBytes = 16 << 10

    /// More bodies than this at once are many.
    static let few = 32

    /// What all bodies that are gathered whole may hold together; others are written as they come.
    static let wholeBytes: Int64 = 32 << 20

    private let coming = Atomic<Int>(0)
    private let whole = Mutex<Int64>(0)

    /// Whether many bodies come at once.
    var isCrowded: Bool { coming.load(ordering: .relaxed) > PieceSize.few }

    /// Bytes after which a body writes: a power of two, which is what memory is given in.
    var bytes: Int {
        let share = PieceSize.totalBytes / max(1, coming.load(ordering: .relaxed))
        let power = share > 0 ? 1 << (Int.bitWidth - 1 - share.leadingZeroBitCount) : 0
        return min(PieceSize.largestBytes, max(PieceSize.smallestBytes, power))
    }

    /// How many large pieces of a body may wait for the disk, beside the one that it has and the one that is gathered: what comes
    /// while a header is kept, or while the disk is busy with others. More of them leave the processor's cache.
    var ahead: Int {
        switch coming.load(ordering: .relaxed) {
        case ...1: 3
        case ...(PieceSize.totalBytes / PieceSize.largestBytes / 2): 1
        default: 0
        }
    }

    /// Takes room to gather a body of `size` bytes whole; false where there is none now.
    func takeWhole(_ size: Int64) -> Bool {
        whole.withLock { whole in
            guard size <= PieceSize.wholeBytes - whole else { return false }
            whole += size
            return true
        }
    }

    /// Gives the room back.
    func giveBackWhole(_ size: Int64) { whole.withLock { $0 -= size } }

    /// The head of a request came, and a body may follow.
    func begin() { coming.wrappingAdd(1, ordering: .relaxed) }

    /// It comes no longer.
    func end() { coming.wrappingSubtract(1, ordering: .relaxed) }
}
