import HL7

/// From the bytes of a file to its reports: the one way in for every format.
///
/// Each message gives its outcomes as soon as it is complete; bytes that are no message give an outcome that is held. So
/// what was read is always what was taken and what was held, and memory is that of the largest message.
public struct ReportStream {
    /// The outcomes of one piece of the file.
    public struct Item: Sendable {
        /// Its place in the file, from 1.
        public var ordinal: Int
        /// Where it begins in the file, in bytes.
        public var offset: Int
        /// The bytes of the message; empty for a stretch that is none.
        public var message: [UInt8]
        /// At least one, unless there is a notice.
        public var outcomes: [ReadOutcome]
        /// Something about the file (a batch that does not add up): nothing is held by it, somebody should look.
        public var notice: Finding?

        /// An item of a file.
        package init(
            ordinal: Int, offset: Int, message: [UInt8], outcomes: [ReadOutcome], notice: Finding? = nil
        ) {
            self.ordinal = ordinal
            self.offset = offset
            self.message = message
            self.outcomes = outcomes
            self.notice = notice
        }
    }

    /// Reads one message of a format, with what was read before it.
    package typealias Reading = @Sendable (SourceMessage, ReportFormat, ReadingMemory) -> [ReadOutcome]

    private let read: Reading
    private let memory = ReadingMemory()
    private var splitter: SourceSplitter
    private var pieces: [SourcePiece] = []

    /// A stream of the format given, or of the one that the first bytes show.
    public init(_ format: ReportFormat? = nil, settings: ReaderSettings = ReaderSettings()) {
        self.init(format) { message, format, memory in
            ReportReader(format, settings: settings).read(message, memory: memory)
        }
    }

    /// The same with another reader of messages: one that knows clinical documents, too.
    package init(_ format: ReportFormat?, read: @escaping Reading) {
        self.read = read
        splitter = SourceSplitter(format)
    }

    /// The format, once it is known.
    public var format: ReportFormat? { splitter.format }

    /// Takes the next bytes and hands out what they complete, one after the other.
    public mutating func push(_ bytes: ArraySlice<UInt8>, _ take: (consuming Item) -> Void) {
        splitter.push(bytes, into: &pieces)
        handOut(take)
    }

    /// Says that the file has ended, and hands out the last items.
    public mutating func finish(_ take: (consuming Item) -> Void) {
        splitter.finish(into: &pieces)
        handOut(take)
    }

    private mutating func handOut(_ take: (consuming Item) -> Void) {
        guard let format = splitter.format else { return }
        for place in pieces.indices {
            let item = Item(pieces[place]) { read($0, format, memory) }
            take(consume item)
        }
        pieces.removeAll(keepingCapacity: true)
    }
}

extension ReportStream.Item {
    /// The item of a piece of a file, whose message `read` reads.
    package init(_ piece: SourcePiece, _ read: (SourceMessage) -> [ReadOutcome]) {
        switch piece {
        case .message(let message):
            self.init(
                ordinal: message.ordinal, offset: message.offset, message: message.bytes, outcomes: read(message))
        case .held(let held):
            let outcome = ReadOutcome(report: nil, findings: [held.finding])
            self.init(ordinal: held.ordinal, offset: held.offset, message: [], outcomes: [outcome])
        case .notice(let notice):
            let finding = HL7ReportReader.finding(for: notice.problem)
            self.init(ordinal: 0, offset: notice.offset, message: [], outcomes: [], notice: finding)
        }
    }
}
