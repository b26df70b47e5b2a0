/// Counts messages and batches against what the batch segments declare.
struct BatchCounts: Sendable {
    /// Messages since the last BHS or BTS.
    var messages = 0
    /// A batch or file envelope was seen.
    private(set) var hasEnvelope = false
    private var batches = 0
    private var isFileOpen = false
    private var wasFileClosed = false
    private var isBatchOpen = false

    /// An envelope was opened and not closed.
    var isOpen: Bool { isFileOpen || isBatchOpen }

    /// Takes one envelope segment and says what does not agree.
    mutating func take(_ line: ArraySlice<UInt8>) -> [BatchNotice.Problem] {
        hasEnvelope = true
        var problems: [BatchNotice.Problem] = []
        switch SegmentName(line.prefix(3)) {
        case .some(.fhs):
            if isOpen { problems.append(.unfinished) }
            if wasFileClosed { problems.append(.secondFile) }
            isFileOpen = true
            isBatchOpen = false
            batches = 0
            messages = 0
        case .some(.bhs):
            if isBatchOpen { problems.append(.unfinished) }
            isBatchOpen = true
            batches += 1
            messages = 0
        case .some(.bts):
            if !isBatchOpen { problems.append(.unopened) }
            switch BatchCounts.count(in: line) {
            case .none: break
            case .unreadable: problems.append(.unreadableCount)
            case .number(let declared):
                if declared != messages { problems.append(.messageCount(declared: declared, found: messages)) }
            }
            isBatchOpen = false
            messages = 0
        case .some(.fts):
            if isBatchOpen { problems.append(.unfinished) }
            if !isFileOpen { problems.append(.unopened) }
            switch BatchCounts.count(in: line) {
            case .none: break
            case .unreadable: problems.append(.unreadableCount)
            case .number(let declared):
                if batches > 0, declared != batches {
                    problems.append(.batchCount(declared: declared, found: batches))
                }
            }
            isFileOpen = false
            wasFileClosed = true
            isBatchOpen = false
            batches = 0
        default: break
        }
        return problems
    }

    /// What a trailer declares.
    private enum Declared {
        case none, unreadable
        case number(Int)
    }

    /// Field 1 of a trailer: a number of at most nine digits; the separator is whatever follows the name.
    private static func count(in line: ArraySlice<UInt8>) -> Declared {
        guard line.count > 4 else { return .none }
        let separator = line[line.startIndex + 3]
        let field = line.dropFirst(4).prefix { $0 != separator && $0 != 0x0D && $0 != 0x0A && $0 != 0x20 }
        if field.isEmpty { return .none }
        var number = 0
        for byte in field {
            guard field.count <= 9, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return .unreadable }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
        }
        return .number(number)
    }
}
