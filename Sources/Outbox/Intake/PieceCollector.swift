import HL7

/// A message, or a stretch of bytes that is none, as intake handles it.
struct IntakePiece: Sendable {
    /// Counts the pieces of the whole file from 1, whatever run they are read in.
    var ordinal: Int
    /// Where in the file it ends.
    var end: Int64
    var content: Content

    enum Content: Sendable {
        case message([UInt8])
        case foreign(HeldPiece)
    }

    var bytes: [UInt8] {
        switch content {
        case .message(let bytes): bytes
        case .foreign(let piece): piece.beginning
        }
    }
}

/// The pieces of one transaction.
struct PieceBatch: Sendable {
    var pieces: [IntakePiece]
    /// Where in the file the last of them ends.
    var end: Int64
    var isLast: Bool
}

/// Gathers what the splitter hands out into batches, bounded by count and bytes.
struct PieceCollector {
    private let firstOrdinal: Int
    private let base: Int64
    private let limits: IntakeLimits
    private var waiting: [IntakePiece] = []
    private var waitingBytes = 0
    private var end: Int64
    private var isOver = false
    private var messages = 0
    private var foreign: Set<HeldPiece.Reason> = []
    /// Batch envelopes that disagree with what they hold.
    private(set) var notices = 0

    /// - Parameters:
    ///   - firstOrdinal: how many pieces of the file were taken in earlier runs.
    ///   - base: the byte of the file that the splitter takes for its first.
    init(firstOrdinal: Int, base: Int64, limits: IntakeLimits) {
        self.firstOrdinal = firstOrdinal
        self.base = base
        self.limits = limits
        end = base
    }

    mutating func add(_ pieces: [Piece]) {
        for piece in pieces {
            switch piece {
            case .message(let message):
                messages += 1
                add(
                    IntakePiece(
                        ordinal: firstOrdinal + message.ordinal,
                        end: base + Int64(message.offset) + Int64(message.bytes.count),
                        content: .message(message.bytes)))
            case .held(let held):
                // What a resumed file begins with may be the blank rest of what was taken.
                if held.reason == .empty, firstOrdinal > 0 { continue }
                foreign.insert(held.reason)
                add(
                    IntakePiece(
                        ordinal: firstOrdinal + held.ordinal, end: base + Int64(held.offset) + Int64(held.length),
                        content: .foreign(held)))
            case .notice:
                notices += 1
            }
        }
    }

    /// The file is one clinical document: `bytes` are all of it, or as much as shows that it is too large.
    mutating func add(document bytes: [UInt8], fileBytes: Int64) {
        messages += 1
        add(IntakePiece(ordinal: firstOrdinal + 1, end: fileBytes, content: .message(bytes)))
    }

    /// Why the file as a whole is nothing to take: asked at its end, before anything of it was committed.
    var failureOfWhole: OutboxFailure? {
        guard messages == 0, !foreign.contains(.tooLarge) else { return nil }
        return foreign == [.empty] ? .empty : .notHL7
    }

    /// The next batch that is full, or at the end of the file whatever is left, once, even when that is nothing.
    mutating func next(isLast: Bool) -> PieceBatch? {
        let isFull = waiting.count >= limits.batchMessages || waitingBytes >= limits.batchBytes
        guard !isOver, isFull || isLast else { return nil }
        var taken = 0
        var bytes = 0
        while taken < waiting.count, taken < limits.batchMessages, taken == 0 || bytes < limits.batchBytes {
            bytes += waiting[taken].bytes.count
            taken += 1
        }
        let batch = Array(waiting.prefix(taken))
        waiting.removeFirst(taken)
        waitingBytes -= bytes
        end = batch.last?.end ?? end
        isOver = isLast && waiting.isEmpty
        return PieceBatch(pieces: batch, end: end, isLast: isOver)
    }

    private mutating func add(_ piece: IntakePiece) {
        waiting.append(piece)
        waitingBytes += piece.bytes.count
    }
}
