/// The bytes of a document and a place in them.
///
/// All markup is ASCII in every encoding that is read, so the scanner compares bytes; other characters are decoded, and
/// checked, where they stand in a name or a text.
struct XMLInput: Sendable {
    private let bytes: [UInt8]
    private(set) var position: Int
    var encoding: XMLEncoding

    /// Looks at the size and at the first bytes; a byte order mark of UTF-8 is passed over.
    init(_ bytes: [UInt8]) throws(XMLFailure) {
        guard bytes.count <= Limits.documentBytes else { throw XMLFailure(.tooLarge, at: Limits.documentBytes) }
        if bytes.count >= 2, bytes[0] == 0 || bytes[1] == 0 { throw XMLFailure(.utf16, at: 0) }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) { throw XMLFailure(.utf16, at: 0) }
        self.bytes = bytes
        encoding = .utf8
        hasByteOrderMark = bytes.starts(with: [0xEF, 0xBB, 0xBF])
        position = hasByteOrderMark ? 3 : 0
    }

    /// UTF-8, whatever a declaration says.
    let hasByteOrderMark: Bool

    var isAtEnd: Bool { position >= bytes.count }

    /// The byte here; 0, which no document may hold, at the end.
    var byte: UInt8 { position < bytes.count ? bytes[position] : 0 }

    /// The bytes from `start` to here.
    func slice(from start: Int) -> ArraySlice<UInt8> { bytes[start..<position] }

    /// Whether `text` stands here.
    func isAt(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        return text.withUTF8Buffer { buffer in bytes[position..<(position + count)].elementsEqual(buffer) }
    }

    /// Passes over `text`; false, without moving, where it does not stand here.
    mutating func take(_ text: StaticString) -> Bool {
        guard isAt(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    /// Passes over one byte.
    mutating func advance() { position = min(position + 1, bytes.count) }

    /// Passes over white space; how much there was.
    @discardableResult
    mutating func takeSpaces() -> Int {
        let start = position
        while position < bytes.count, XMLCharacter.isSpace(bytes[position]) { position += 1 }
        return position - start
    }

    /// A failure here: the end of the bytes where there is nothing left, else `problem`.
    func failure(_ problem: XMLFailure.Problem) -> XMLFailure {
        XMLFailure(isAtEnd ? .unexpectedEnd : problem, at: position)
    }

    /// Takes one character, which must be one that XML allows. Line ends become LF.
    mutating func takeCharacter() throws(XMLFailure) -> UInt32 {
        guard position < bytes.count else { throw XMLFailure(.unexpectedEnd, at: position) }
        let byte = bytes[position]
        if byte < 0x80 {
            guard XMLCharacter.isAllowed(UInt32(byte)) else { throw XMLFailure(.badCharacter, at: position) }
            position += 1
            guard byte == 0x0D else { return UInt32(byte) }
            if self.byte == 0x0A { position += 1 }
            return 0x0A
        }
        let (point, length) = try decoded()
        guard XMLCharacter.isAllowed(point) else { throw XMLFailure(.badCharacter, at: position) }
        position += length
        return point
    }

    /// The character here, which is no ASCII, and its length in bytes.
    private func decoded() throws(XMLFailure) -> (UInt32, Int) {
        guard encoding == .utf8 else {
            guard let point = encoding.codePoint(bytes[position]) else { throw XMLFailure(.badBytes, at: position) }
            return (point, 1)
        }
        let first = bytes[position]
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first <= 0xF4, position + length <= bytes.count else {
            throw XMLFailure(.badBytes, at: position)
        }
        var point = UInt32(first) & (0x7F >> UInt32(length))
        for offset in 1..<length {
            let next = bytes[position + offset]
            guard next & 0xC0 == 0x80 else { throw XMLFailure(.badBytes, at: position) }
            point = point << 6 | UInt32(next & 0x3F)
        }
        // Overlong forms and halves of surrogate pairs are not UTF-8.
        let least: UInt32 = length == 4 ? 0x1_0000 : length == 3 ? 0x800 : 0x80
        guard point >= least, point <= 0x10_FFFF, !(0xD800...0xDFFF).contains(point) else {
            throw XMLFailure(.badBytes, at: position)
        }
        return (point, length)
    }

    /// Takes a name without colon and appends it to `name` in UTF-8.
    mutating func takeName(into name: inout [UInt8]) throws(XMLFailure) {
        let start = position
        var isFirst = true
        while !isAtEnd {
            let before = position
            let point = try takeCharacter()
            guard isFirst ? XMLCharacter.beginsName(point) : XMLCharacter.continuesName(point) else {
                position = before
                break
            }
            guard position - start <= Limits.nameBytes else { throw XMLFailure(.longName, at: start) }
            XMLCharacter.append(point, to: &name)
            isFirst = false
        }
        if isFirst { throw failure(.markup) }
    }

    /// Takes a run of plain text and appends it to `text`: up to `<`, `&`, `]`, a line end, or what is no ASCII.
    mutating func takePlain(into text: inout [UInt8]) {
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&")
                || byte == UInt8(ascii: "]")
            {
                break
            }
            position += 1
        }
        text += bytes[start..<position]
    }
}
