/// Reads one document. Recursion is bounded by the depth limit.
struct JSONParser {
    private let bytes: ArraySlice<UInt8>
    private let limits: JSON.Limits
    private var at: Int
    private var containers = 0
    private var places: [JSONText.Place] = []

    init(_ bytes: ArraySlice<UInt8>, limits: JSON.Limits) throws(JSONFailure) {
        let most = min(limits.maxBytes, Int(clamping: UInt32.max))
        guard bytes.count <= most else { throw JSONFailure(.tooLarge, offset: most) }
        self.bytes = bytes
        self.limits = limits
        self.at = bytes.startIndex
    }

    /// Where the one value of the document stands, and what is in it.
    mutating func document() throws(JSONFailure) -> JSONText {
        // Room that nothing is written to takes no memory; room that grows is there twice.
        places.reserveCapacity(min(bytes.count / 8, limits.maxValues) + 1)
        skipSpace()
        try value(depth: 0)
        skipSpace()
        guard at == bytes.endIndex else { throw failure(.trailingData) }
        return JSONText(bytes, places)
    }

    private func failure(_ reason: JSONFailure.Reason) -> JSONFailure {
        JSONFailure(reason, offset: at - bytes.startIndex)
    }

    private func failure(_ reason: JSONFailure.Reason, at place: Int) -> JSONFailure {
        JSONFailure(reason, offset: place - bytes.startIndex)
    }

    private mutating func skipSpace() {
        while at < bytes.endIndex {
            switch bytes[at] {
            case 0x20, 0x09, 0x0A, 0x0D: at += 1
            default: return
            }
        }
    }

    /// The byte here, or the end as a failure.
    private func byte() throws(JSONFailure) -> UInt8 {
        guard at < bytes.endIndex else { throw failure(.unexpectedEnd) }
        return bytes[at]
    }

    /// Reads the value here, whose name stands at `name`, and notes where it stands.
    private mutating func value(depth: Int, named name: Int? = nil) throws(JSONFailure) {
        guard places.count < limits.maxValues else { throw failure(.tooManyValues) }
        let index = places.count
        let offset = UInt32(at - bytes.startIndex)
        places.append(
            JSONText.Place(name: name.map { UInt32($0 - bytes.startIndex) } ?? offset, value: offset, end: 0))
        switch try byte() {
        case UInt8(ascii: "\""): try passString()
        case UInt8(ascii: "{"): try object(depth: depth + 1)
        case UInt8(ascii: "["): try array(depth: depth + 1)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try number()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: throw failure(.unexpectedByte)
        }
        places[index].end = UInt32(places.count)
    }

    private mutating func word(_ word: StaticString) throws(JSONFailure) {
        for index in 0..<word.utf8CodeUnitCount {
            guard try byte() == word.utf8Start[index] else { throw failure(.unexpectedByte) }
            at += 1
        }
    }

    private mutating func number() throws(JSONFailure) {
        let start = at
        guard JSONNumber.end(in: bytes, from: start, failedAt: &at) != nil else {
            throw failure(at < bytes.endIndex ? .badNumber : .unexpectedEnd)
        }
        // 01, 1.2.3 and 1x are named for what they are, not as data after a number.
        if at < bytes.endIndex {
            switch bytes[at] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "-"):
                throw failure(.badNumber)
            default: break
            }
        }
    }

    /// Moves into an array or object: true where it is empty, past its end.
    private mutating func enters(depth: Int, closing: UInt8) throws(JSONFailure) -> Bool {
        guard depth <= limits.maxDepth else { throw failure(.tooDeep) }
        guard containers < limits.maxContainers else { throw failure(.tooManyContainers) }
        containers += 1
        at += 1
        skipSpace()
        guard try byte() == closing else { return false }
        at += 1
        return true
    }

    private mutating func array(depth: Int) throws(JSONFailure) {
        if try enters(depth: depth, closing: UInt8(ascii: "]")) { return }
        var count = 0
        while true {
            guard count < limits.maxMembers else { throw failure(.tooManyMembers) }
            try value(depth: depth)
            count += 1
            if try closes(with: UInt8(ascii: "]")) { return }
        }
    }

    private mutating func object(depth: Int) throws(JSONFailure) {
        if try enters(depth: depth, closing: UInt8(ascii: "}")) { return }
        var names = DuplicateNames()
        while true {
            guard names.count < limits.maxObjectMembers else { throw failure(.tooManyMembers) }
            guard try byte() == UInt8(ascii: "\"") else { throw failure(.unexpectedByte) }
            let place = at
            if names.repeats(try string(), at: place) { throw failure(.duplicateName, at: place) }
            skipSpace()
            guard try byte() == UInt8(ascii: ":") else { throw failure(.unexpectedByte) }
            at += 1
            skipSpace()
            try value(depth: depth, named: place)
            if try closes(with: UInt8(ascii: "}")) {
                if let place = names.firstRepeated() { throw failure(.duplicateName, at: place) }
                return
            }
        }
    }

    /// After a member: true past the closing byte, false past a comma.
    private mutating func closes(with closing: UInt8) throws(JSONFailure) -> Bool {
        skipSpace()
        let byte = try byte()
        guard byte == closing || byte == UInt8(ascii: ",") else { throw failure(.unexpectedByte) }
        at += 1
        if byte == closing { return true }
        skipSpace()
        return false
    }
}

// MARK: - Strings

extension JSONParser {
    /// The string whose quote stands at `place`.
    static func string(in bytes: ArraySlice<UInt8>, at place: Int) throws(JSONFailure) -> String {
        var parser = try JSONParser(bytes, limits: JSON.Limits(maxBytes: .max))
        parser.at = place
        return try parser.string()
    }

    /// Moves past the string that starts at the quote here.
    private mutating func passString() throws(JSONFailure) {
        at += 1
        try skipPlain()
        if try byte() == UInt8(ascii: "\"") {
            at += 1
            return
        }
        var nowhere = TextInPlace(UnsafeMutableBufferPointer(start: nil, count: 0))
        try putTogether(from: at, &nowhere)
    }

    /// The string that starts at the quote here.
    private mutating func string() throws(JSONFailure) -> String {
        at += 1
        let start = at
        try skipPlain()
        if try byte() == UInt8(ascii: "\"") {
            let text = String(decoding: bytes[start..<at], as: UTF8.self)
            at += 1
            return text
        }
        return try escaped(from: start)
    }

    /// The string that begins at `start` and has an escape here. It is put together where it stays: a text may be most of a
    /// document, and escapes are longer than what they stand for.
    private mutating func escaped(from start: Int) throws(JSONFailure) -> String {
        let room = roomForText(from: start)
        var failure: JSONFailure?
        let text = String(unsafeUninitializedCapacity: room) { buffer in
            var text = TextInPlace(buffer)
            do throws(JSONFailure) {
                try putTogether(from: start, &text)
            } catch {
                failure = error
            }
            return text.count
        }
        if let failure { throw failure }
        let length = text.utf8.count
        // What is half empty is moved.
        return length * 2 < room ? String(decoding: Array(text.utf8), as: UTF8.self) : text
    }

    private mutating func putTogether(from start: Int, _ text: inout TextInPlace) throws(JSONFailure) {
        text.append(bytes[start..<at])
        while try byte() == UInt8(ascii: "\\") {
            try escape(into: &text)
            let plain = at
            try skipPlain()
            text.append(bytes[plain..<at])
        }
        at += 1
    }

    /// Bytes from `start` to the quote behind what is looked at.
    private func roomForText(from start: Int) -> Int {
        let span = bytes.span
        var index = at - bytes.startIndex
        while index < span.count, span[index] != UInt8(ascii: "\"") {
            index += span[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        return min(index, span.count) + bytes.startIndex - start
    }

    /// Moves to the next quote or backslash, checking every byte on the way.
    private mutating func skipPlain() throws(JSONFailure) {
        let bytes = self.bytes
        let span = bytes.span
        let start = bytes.startIndex
        var index = at - start
        defer { at = start + index }
        while index < span.count {
            let byte = span[index]
            if byte >= 0x80 {
                let length = StrictUTF8.sequenceLength(in: bytes, at: start + index)
                if length == 0 { throw JSONFailure(.badUTF8, offset: index) }
                index += length
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return
            } else if byte < 0x20 {
                throw JSONFailure(.controlCharacter, offset: index)
            } else {
                index += 1
            }
        }
        throw JSONFailure(.unexpectedEnd, offset: index)
    }

    /// One escape, from its backslash; two where they make a surrogate pair.
    private mutating func escape(into text: inout TextInPlace) throws(JSONFailure) {
        let start = at
        at += 1
        switch try byte() {
        case UInt8(ascii: "\""): text.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): text.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): text.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            at += 1
            try unicodeEscape(from: start, into: &text)
            return
        default: throw failure(.badEscape)
        }
        at += 1
    }

    private mutating func unicodeEscape(from start: Int, into text: inout TextInPlace) throws(JSONFailure) {
        var code = try fourHex()
        if 0xD800...0xDBFF ~= code {
            // The second half must follow at once, as an escape too.
            for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
                guard try byte() == expected else { throw failure(.loneSurrogate, at: start) }
                at += 1
            }
            let low = try fourHex()
            guard 0xDC00...0xDFFF ~= low else { throw failure(.loneSurrogate, at: start) }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw failure(.loneSurrogate, at: start) }
        for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter { text.append(byte) }
    }

    private mutating func fourHex() throws(JSONFailure) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = try byte()
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw failure(.badEscape)
            }
            code = code << 4 | UInt32(digit)
            at += 1
        }
        return code
    }
}

/// The bytes of a string where they will stay. What had no room would be left out, and there is room for all.
private struct TextInPlace {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    mutating func append(_ byte: UInt8) {
        guard count < buffer.count else { return }
        buffer[count] = byte
        count += 1
    }

    mutating func append(_ bytes: ArraySlice<UInt8>) {
        let fitting = bytes.prefix(buffer.count - count)
        if fitting.isEmpty { return }
        _ = UnsafeMutableBufferPointer(rebasing: buffer[count...]).update(fromContentsOf: fitting)
        count += fitting.count
    }
}
