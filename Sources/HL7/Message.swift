/// One message: the bytes it came in, and where its segments lie.
///
/// Segments end at CR, LF or both. Blank lines are passed over, blanks before a segment name are no part of it, and
/// padding after the last segment is ignored; each of these is noted in `oddities`.
public struct Message: Sendable {
    /// The bytes as received, unchanged.
    public let bytes: [UInt8]
    /// Delimiters of MSH-1 and MSH-2; character set of MSH-18 or the receiver's setting.
    public let dialect: Dialect
    /// What MSH-18 said.
    public let declaredCharset: Charset.Declaration
    /// What is unusual about the form.
    public let oddities: Oddities
    /// Where the segments lie.
    package let ranges: [PartRange]
    /// Bytes at the beginning that are known to be below 0x80.
    private let plainBytes: Int

    /// Finds the segments of `bytes`.
    ///
    /// `defaultCharset` holds where MSH-18 is empty: HL7 says ASCII, senders mean their own.
    public init(_ bytes: [UInt8], defaultCharset: Charset = .utf8) throws(HL7Failure) {
        guard bytes.count <= Limits.messageBytes else { throw HL7Failure.tooLarge(limit: Limits.messageBytes) }
        var scan = SegmentScan()
        bytes.withUnsafeBufferPointer { scan.run($0) }
        if scan.isFull { throw HL7Failure.tooManySegments(limit: Limits.segments) }
        guard let first = scan.ranges.first else { throw HL7Failure.noHeader }
        let header = bytes[first.indices]
        guard header.count >= 3,
            SegmentName(header[header.startIndex], header[header.startIndex + 1], header[header.startIndex + 2]) == .msh
        else { throw HL7Failure.noHeader }
        let (delimiters, form) = try Delimiters.declared(in: header)
        switch form {
        case .regular: break
        case .irregular: scan.oddities.insert(.irregularDelimiters)
        case .assumed: scan.oddities.insert(.assumedDelimiters)
        }
        let said = bytes.withUnsafeBufferPointer { bytes in
            HeaderForm(Wire(bytes, Dialect(delimiters: delimiters, charset: .ascii)), header: first)
        }
        if delimiters.truncation != 0, said.isBeforeTruncation {
            scan.oddities.insert(.earlyTruncationCharacter)
        }
        self.init(bytes, delimiters, said.charset, defaultCharset, scan.oddities, scan.ranges, plainBytes: 0)
    }

    /// The same with `fields`, which look for segments and fields of the usual message in one pass; whether they did, and can
    /// be pointed at its segments by their position.
    package static func surveyed(
        _ bytes: [UInt8], defaultCharset: Charset, _ fields: FieldRanges
    ) throws(HL7Failure) -> (message: Message, isSurveyed: Bool) {
        guard bytes.count <= Limits.messageBytes,
            let survey = bytes.withUnsafeBufferPointer({ fields.survey($0) })
        else { return (try Message(bytes, defaultCharset: defaultCharset), false) }
        fields.fill(0, .msh)
        // The standard's delimiters have no truncation character, so that nothing depends on the version.
        let charset = bytes.withUnsafeBufferPointer { bytes in
            HeaderForm.charset(Wire(bytes, Dialect(delimiters: .standard, charset: .ascii)), fields[18])
        }
        let message = Message(
            bytes, .standard, charset, defaultCharset, [], survey.ranges, plainBytes: survey.high)
        return (message, true)
    }

    private init(
        _ bytes: [UInt8], _ delimiters: Delimiters, _ declared: Charset.Declaration, _ defaultCharset: Charset,
        _ oddities: Oddities, _ ranges: [PartRange], plainBytes: Int
    ) {
        declaredCharset = declared
        var charset = defaultCharset
        if case .known(let known) = declared { charset = known }
        dialect = Dialect(delimiters: delimiters, charset: charset)
        self.oddities = oddities
        self.ranges = ranges
        self.plainBytes = plainBytes
        self.bytes = bytes
    }

    /// What `body` makes of the bytes, for readers that take many fields.
    package func withWire<Result>(_ body: (Wire) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { body(Wire($0, dialect)) }
    }

    /// The segments in order; the first one is MSH.
    public var segments: Segments { Segments(message: self) }

    /// The first segment.
    public var header: Segment { segments[0] }

    /// The first segment of that name.
    public func first(_ name: SegmentName) -> Segment? { segments.first { $0.name == name } }

    /// Where the first byte lies that the character set cannot hold; nil when all text can be decoded.
    public var firstUndecodableByte: Int? { dialect.charset.firstFault(in: bytes[plainBytes...]) }

    /// Where the first byte lies that a declared ISO 8859 set does not have and Windows-1252 does; nil when none does.
    public var firstWindowsByte: Int? { dialect.charset.firstWindowsByte(in: bytes[plainBytes...]) }

    /// Where the first byte lies of what is UTF-8 in a text said to be in a single-byte set; nil when nothing is.
    public var firstUTF8Sequence: Int? { dialect.charset.firstUTF8Sequence(in: bytes[plainBytes...]) }

    /// Where UTF-8 stands in a message that is said to be in a single-byte set, and is not UTF-8 as a whole.
    package var firstMixedSequence: Int? {
        plainBytes == bytes.count ? nil : dialect.charset.firstMixedSequence(in: bytes[plainBytes...])
    }

    /// Where a letter of DOS lies in a message said to be in ISO 8859, or one of these in a message said to be of DOS; nil where
    /// none does. Who says Windows-1252 is believed.
    package var firstMisreadAccent: Int? {
        guard plainBytes < bytes.count, dialect.charset != .windows1252 else { return nil }
        return dialect.charset.firstMisreadAccent(in: bytes[max(plainBytes - 1, 0)...])
    }

    /// The field in which the byte at `offset` lies, as a path such as `OBX[3]-5`.
    public func path(ofByte offset: Int) -> String {
        var counts: [SegmentName: Int] = [:]
        for (position, segment) in segments.enumerated() {
            guard let name = segment.name else { continue }
            counts[name, default: 0] += 1
            guard offset < Int(ranges[position].end) else { continue }
            guard offset >= Int(ranges[position].start) else { break }
            let separators = bytes[Int(ranges[position].start)..<offset].count { $0 == dialect.delimiters.field }
            return "\(name)[\(counts[name] ?? 1)]-\(name.isHeader ? separators + 1 : separators)"
        }
        return "MSH"
    }

    fileprivate var count: Int { ranges.count }

    fileprivate func segment(_ position: Int) -> Segment {
        let range = ranges[position]
        return Segment(bytes[range.indices], dialect)
    }

    /// The segments of one message.
    public struct Segments: RandomAccessCollection, Sendable {
        fileprivate let message: Message

        /// Always 0.
        public var startIndex: Int { 0 }

        /// The number of segments.
        public var endIndex: Int { message.count }

        /// The segment at `position`, from 0.
        public subscript(_ position: Int) -> Segment { message.segment(position) }
    }

    /// What is unusual about a message's form. None of it loses anything; readers decide what they accept.
    public struct Oddities: OptionSet, Hashable, Sendable {
        /// The bits.
        public let rawValue: UInt16

        /// Oddities from bits.
        public init(rawValue: UInt16) {
            self.rawValue = rawValue
        }

        /// A byte order mark before MSH.
        public static let byteOrderMark = Oddities(rawValue: 1)
        /// Segments end in more than one way (CR, LF, CRLF): one of them may be a line end inside a text.
        public static let mixedSegmentEnds = Oddities(rawValue: 2)
        /// Blank lines between segments.
        public static let blankLines = Oddities(rawValue: 4)
        /// Blanks before MSH or before a segment name.
        public static let leadingBlanks = Oddities(rawValue: 8)
        /// NUL, Ctrl-Z or MLLP bytes after the last segment.
        public static let trailingPadding = Oddities(rawValue: 16)
        /// MSH-2 is `^~\\&` or `^~&`: what was meant is beyond doubt.
        public static let irregularDelimiters = Oddities(rawValue: 32)
        /// MSH-2 is unusable; the standard's delimiters were assumed so that a person can look at the message.
        public static let assumedDelimiters = Oddities(rawValue: 64)
        /// The last segment has no end: the message may have been cut.
        public static let unterminated = Oddities(rawValue: 256)
        /// The file ends behind it inside a batch or file envelope whose end was never seen.
        public static let unfinishedBatch = Oddities(rawValue: 512)
        /// An MLLP frame in a frame: a gateway that wraps what is wrapped already.
        public static let framedTwice = Oddities(rawValue: 1024)
        /// An MLLP frame without its end block, or one with an end block inside its message: it may be a part of it.
        public static let brokenFrame = Oddities(rawValue: 2048)
        /// A fifth encoding character in a message of a version before 2.7.
        public static let earlyTruncationCharacter = Oddities(rawValue: 128)
    }
}

/// What the header says of how to read the rest.
private struct HeaderForm {
    /// MSH-12 names a version before 2.7, the first one with a truncation character.
    let isBeforeTruncation: Bool
    /// MSH-18.
    let charset: Charset.Declaration

    init(_ wire: Wire, header: PartRange) {
        let (twelfth, eighteenth) = HeaderForm.fields(wire, header)
        let version = wire.bytes(of: wire.component(twelfth, 1))
        isBeforeTruncation = version.count >= 3 && version[2] < UInt8(ascii: "7")
        charset = HeaderForm.charset(wire, eighteenth)
    }

    /// What MSH-18 declares.
    static func charset(_ wire: Wire, _ eighteenth: PartRange) -> Charset.Declaration {
        let name = wire.repetition(eighteenth, 1)
        guard wire.hasValue(name) else { return .none }
        return Charset(declared: wire.bytes(of: wire.component(name, 1))).map { .known($0) } ?? .unsupported
    }

    /// MSH-12 and MSH-18.
    private static func fields(_ wire: Wire, _ header: PartRange) -> (PartRange, PartRange) {
        // Behind the name and the separator, which is field 1, field 2 begins; the eleventh separator after it ends field 12.
        let fields = PartRange(start: min(header.start + 4, header.end), end: header.end)
        var ends = InlineArray<17, Int32>(repeating: header.end)
        let most = ends.count
        let found = withUnsafeMutablePointer(to: &ends) { place in
            ByteScan.mark(
                wire.dialect.delimiters.field, in: wire.bytes(of: fields), from: 0, offset: fields.start,
                into: UnsafeMutableRawPointer(place).assumingMemoryBound(to: Int32.self), most: most)
        }
        func field(_ number: Int) -> PartRange {
            guard number - 2 <= found else { return .nothing }
            return PartRange(start: ends[number - 3] + 1, end: number - 2 < found ? ends[number - 2] : header.end)
        }
        return (field(12), field(18))
    }
}

/// The pass over a message's bytes that finds its segments.
struct SegmentScan {
    var ranges: [PartRange] = []
    var oddities: Message.Oddities = []
    var isFull = false

    private static let carriageReturn: UInt8 = 0x0D
    private static let lineFeed: UInt8 = 0x0A
    /// Segments that most messages stay below.
    private static let usual = 14

    mutating func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        var end = bytes.count
        while end > 0, SegmentScan.isPadding(bytes[end - 1]) { end -= 1 }
        // Line ends around padding are ordinary; NUL, Ctrl-Z and MLLP bytes are worth a note.
        for position in end..<bytes.count where !SegmentScan.isLineEnd(bytes[position]) && bytes[position] != 0x20 {
            oddities.insert(.trailingPadding)
        }
        if end == bytes.count, end > 0 { oddities.insert(.unterminated) }
        var ends = (cr: false, lf: false, both: false)
        var position = 0
        if end >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            oddities.insert(.byteOrderMark)
            position = 3
        }
        while position < end {
            var start = position
            while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 || bytes[start] == 0x0B { start += 1 }
            var stop = min(ByteScan.lineEnd(in: bytes, from: start), end)
            if stop == start {
                oddities.insert(.blankLines)
            } else {
                if start > position, bytes[position] != 0x0B { oddities.insert(.leadingBlanks) }
                if ranges.count == Limits.segments {
                    isFull = true
                    return
                }
                if ranges.isEmpty { ranges.reserveCapacity(SegmentScan.usual) }
                ranges.append(
                    PartRange(start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: stop)))
            }
            guard stop < end else { break }
            // Only what ends a segment counts: blank lines come from elsewhere.
            let endsSegment = stop > start
            if bytes[stop] != SegmentScan.carriageReturn {
                if endsSegment { ends.lf = true }
            } else if stop + 1 < end, bytes[stop + 1] == SegmentScan.lineFeed {
                stop += 1
                if endsSegment { ends.both = true }
            } else if endsSegment {
                ends.cr = true
            }
            position = stop + 1
        }
        if (ends.cr && ends.lf) || (ends.both && (ends.cr || ends.lf)) { oddities.insert(.mixedSegmentEnds) }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == carriageReturn || byte == lineFeed }

    /// What may stand after the last segment without being part of it.
    private static func isPadding(_ byte: UInt8) -> Bool {
        isLineEnd(byte) || byte == 0x00 || byte == 0x1A || byte == 0x1C || byte == 0x0B
    }
}
