import LabReport

/// A message, or a stretch of bytes that is none, as intake handles it.
struct IntakePiece: Sendable {
    /// Counts the pieces of the whole file from 1, whatever run they are read in.
    var ordinal: Int
    /// Where in the file it ends.
    var end: Int64
    var content: Content

    enum Content: Sendable {
        case message(SourceMessage)
        case foreign(SourceHold)
    }

    var bytes: [UInt8] {
        switch content {
        case .message(let message): message.bytes
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
    private let taken: Int
    private let limits: IntakeLimits
    private var waiting: [IntakePiece] = []
    private var waitingBytes = 0
    private var end: Int64
    private var isOver = false
    private var messages = 0
    /// The rules that stretches of the file are held by.
    private var foreign: Set<String> = []
    /// Batch envelopes that disagree with what they hold.
    private(set) var notices = 0

    /// - Parameters:
    ///   - taken: how many pieces of the file were taken in earlier runs: they are passed over.
    ///   - end: where in the file the last of those ends.
    init(taken: Int, end: Int64, limits: IntakeLimits) {
        self.taken = taken
        self.limits = limits
        self.end = end
    }

    /// Takes pieces of the file, which is always split from its beginning: only there does a table name its columns.
    mutating func add(_ pieces: [SourcePiece]) {
        for piece in pieces {
            switch piece {
            case .message(let message):
                messages += 1
                add(
                    IntakePiece(
                        ordinal: message.ordinal, end: Int64(message.offset) + Int64(message.length),
                        content: .message(message)))
            case .held(let held):
                foreign.insert(held.finding.rule)
                add(
                    IntakePiece(
                        ordinal: held.ordinal, end: Int64(held.offset) + Int64(held.length), content: .foreign(held)))
            case .notice:
                notices += 1
            }
        }
    }

    /// The file is one clinical document: `bytes` are all of it, or as much as shows that it is too large.
    mutating func add(document bytes: [UInt8], fileBytes: Int64) {
        messages += 1
        add(IntakePiece(ordinal: 1, end: fileBytes, content: .message(SourceMessage(bytes))))
    }

    /// Why the file as a whole is nothing to take: asked at its end, before anything of it was committed.
    var failureOfWhole: OutboxFailure? {
        guard messages == 0, foreign.isSubset(of: PieceCollector.nothing) else { return nil }
        switch foreign {
        // One without bytes was refused before it was read.
        case ["empty-file"]: return .blank
        case ["compressed"]: return .compressed
        case ["utf-16"]: return .utf16
        default: return .noReports
        }
    }

    /// The rules by which a file is none of ours at all. What else is held shows a person what to correct.
    private static let nothing: Set<String> = ["empty-file", "not-hl7", "utf-16", "compressed", "xml"]

    /// The next batch that is full, or at the end of the file whatever is left, once, even when that is nothing.
    mutating func next(isLast: Bool) -> PieceBatch? {
        let isFull = waiting.count >= limits.batchMessages || waitingBytes >= limits.batchBytes
        guard !isOver, isFull || isLast else { return nil }
        var count = 0
        var bytes = 0
        while count < waiting.count, count < limits.batchMessages, count == 0 || bytes < limits.batchBytes {
            bytes += waiting[count].bytes.count
            count += 1
        }
        let batch = Array(waiting.prefix(count))
        waiting.removeFirst(count)
        waitingBytes -= bytes
        end = batch.last?.end ?? end
        isOver = isLast && waiting.isEmpty
        return PieceBatch(pieces: batch, end: end, isLast: isOver)
    }

    private mutating func add(_ piece: IntakePiece) {
        guard piece.ordinal > taken else { return }
        waiting.append(piece)
        waitingBytes += piece.bytes.count
    }
}
