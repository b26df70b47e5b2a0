import HL7

/// A message taken apart: its separators and its segments.
struct HPRIMMessage: Sendable {
    /// The first one is H.
    private(set) var segments: [HPRIMSegment] = []
    /// Why the message cannot be read, and at which line.
    private(set) var fault: (rule: Rule, line: Int)?
    /// Lines that are not blank, continuations among them.
    private(set) var lineCount = 0
    /// The lines one after the other, continuations joined: what the segments' fields are places of.
    private var bytes: [UInt8] = []
    let dialect: Dialect

    /// Nil where the bytes do not begin with an H segment.
    init?(_ bytes: [UInt8], _ settings: ReaderSettings) {
        var lines = HPRIMLines(bytes[...])
        guard let header = lines.next(), let delimiters = HPRIMDelimiters.declared(in: header.prefix(16)) else {
            return nil
        }
        let limit = settings.readsTaken ? Int.max : Limits.hprimLines
        let joined = Joined(header, &lines, delimiters.field, atMost: limit)
        // Lines are cut at so many bytes, also within a letter: only the joined text is in a set.
        dialect = Dialect(
            delimiters: delimiters, charset: SourceText.charset(of: joined.bytes[...], site: settings.defaultCharset))
        lineCount = joined.lineCount
        guard joined.lineCount <= limit else {
            fault = (.hprimTooManyLines, Limits.hprimLines)
            return
        }
        self.bytes = joined.bytes
        for piece in joined.segments {
            if let segment = HPRIMSegment(joined.bytes, piece.place, separator: delimiters.field) {
                segments.append(segment)
            } else if fault == nil {
                fault = (.hprimSegment, piece.line)
            }
        }
    }

    /// What `body` makes of the joined bytes.
    func withWire<Result>(_ body: (Wire) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(Wire($0, dialect)) }
    }

    /// Notes what is wrong with the text as a whole: bytes that its set has not, two sets, or one that may be another.
    func judgeText(site: Charset, _ log: inout FindingLog) {
        if dialect.charset.firstFault(in: bytes[...]) != nil { log.add(.undecodable, at: "H-1") }
        if SourceText.isDoubtful(bytes[...], dialect.charset, site: site) { log.add(.charsetGuessed, at: "H-1") }
        if dialect.charset.firstMixedSequence(in: bytes[...]) != nil { log.add(.charsetMixed, at: "H-1") }
    }

    /// Segments joined to what goes on with them: what stands behind `A|` goes on where the line before stopped, in the middle
    /// of a field.
    private struct Joined {
        var bytes: [UInt8] = []
        var segments: [(place: Range<Int>, line: Int)] = []
        /// Stops at the first line past the limit.
        var lineCount = 1

        init(
            _ header: ArraySlice<UInt8>, _ lines: inout HPRIMLines, _ separator: UInt8, atMost limit: Int
        ) {
            bytes.append(contentsOf: header)
            var start = 0
            var first = 1
            while let line = lines.next() {
                lineCount += 1
                if lineCount > limit { return }
                if Joined.goesOn(line, separator) {
                    bytes.append(contentsOf: line.dropFirst(2))
                    continue
                }
                segments.append((start..<bytes.count, first))
                (start, first) = (bytes.count, lineCount)
                bytes.append(contentsOf: line)
            }
            segments.append((start..<bytes.count, first))
        }

        private static func goesOn(_ line: ArraySlice<UInt8>, _ separator: UInt8) -> Bool {
            line.count >= 2 && line.first == UInt8(ascii: "A") && line[line.startIndex + 1] == separator
        }
    }
}

/// The lines of a message that hold something, one after the other.
private struct HPRIMLines {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func next() -> ArraySlice<UInt8>? {
        while !rest.isEmpty {
            let end = rest.firstIndex { $0 == 0x0D || $0 == 0x0A } ?? rest.endIndex
            let line = HPRIMSplitter.visible(rest[..<end])
            rest = rest[min(end + 1, rest.endIndex)...]
            if !line.isEmpty { return line }
        }
        return nil
    }
}
