/// Reads a document as events: XML 1.0 with namespaces, strictly, without any document type.
///
/// What is not well formed, not namespace-well-formed, or past a limit is a failure at its byte; nothing is repaired.
package struct XMLReader: Sendable {
    private enum State {
        case prolog, content, epilog
    }

    private var input: XMLInput
    private var state = State.prolog
    /// The elements that are open: their names as written, and how many namespaces each declared.
    private var open: [(name: [UInt8], declared: Int)] = []
    private var namespaces = XMLNamespaces()
    private var hasPendingEnd = false
    private var elements = 0
    private var attributes = 0
    /// Bytes of text since the last tag.
    private var runBytes = 0

    /// A reader at the beginning of `bytes`; reads the XML declaration.
    package init(_ bytes: [UInt8]) throws(XMLFailure) {
        input = try XMLInput(bytes)
        input.encoding = try XMLDeclaration.encoding(&input)
    }

    /// The next event; nil after the end of the document.
    package mutating func next() throws(XMLFailure) -> XMLEvent? {
        if hasPendingEnd {
            hasPendingEnd = false
            close()
            return .end
        }
        while !input.isAtEnd {
            if state == .content, let text = try text() { return .text(text) }
            if state != .content { try passSpaces() }
            guard input.byte == UInt8(ascii: "<") else { break }
            if let event = try markup() { return event }
        }
        guard state == .epilog, input.isAtEnd else {
            throw state == .prolog && input.isAtEnd
                ? XMLFailure(.empty, at: input.position) : input.failure(.unexpectedEnd)
        }
        return nil
    }

    private mutating func passSpaces() throws(XMLFailure) {
        input.takeSpaces()
        guard !input.isAtEnd, input.byte != UInt8(ascii: "<") else { return }
        throw XMLFailure(state == .prolog ? .strayText : .trailingData, at: input.position)
    }

    /// What begins with `<`; nil for what is passed over.
    private mutating func markup() throws(XMLFailure) -> XMLEvent? {
        if input.isAt("<!--") {
            try passComment()
        } else if input.isAt("<?") {
            try passInstruction()
        } else if input.isAt("<![CDATA[") {
            guard state == .content else { throw input.failure(.strayText) }
            return .text(try characterData())
        } else if input.isAt("<!DOCTYPE") || input.isAt("<!doctype") {
            throw XMLFailure(.doctype, at: input.position)
        } else if input.isAt("</") {
            return try endTag()
        } else {
            guard state != .epilog else { throw XMLFailure(.trailingData, at: input.position) }
            return try startTag()
        }
        return nil
    }

    // MARK: - Tags

    private mutating func startTag() throws(XMLFailure) -> XMLEvent {
        let offset = input.position
        input.advance()
        elements += 1
        guard elements <= Limits.elements else { throw XMLFailure(.tooManyElements, at: offset) }
        guard open.count < Limits.depth else { throw XMLFailure(.tooDeep, at: offset) }
        let name = try qualifiedName()
        var raw: [RawAttribute] = []
        while true {
            let spaces = input.takeSpaces()
            if input.byte == UInt8(ascii: ">") || input.byte == UInt8(ascii: "/") { break }
            guard spaces > 0 else { throw input.failure(.markup) }
            guard raw.count < Limits.elementAttributes, attributes < Limits.attributes else {
                throw XMLFailure(.tooManyAttributes, at: input.position)
            }
            attributes += 1
            raw.append(try attribute())
        }
        let isEmpty = input.take("/")
        guard input.take(">") else { throw input.failure(.markup) }
        let declared = try namespaces.declare(raw)
        open.append((name.written, declared))
        hasPendingEnd = isEmpty
        state = .content
        runBytes = 0
        let resolved = try namespaces.resolve(element: name)
        return .start(resolved, try namespaces.resolve(raw), offset: offset)
    }

    private mutating func endTag() throws(XMLFailure) -> XMLEvent {
        let offset = input.position
        guard let last = open.last else { throw XMLFailure(.mismatchedTag, at: offset) }
        guard input.take("</") else { throw input.failure(.markup) }
        let name = try qualifiedName()
        input.takeSpaces()
        guard input.take(">") else { throw input.failure(.markup) }
        guard name.written == last.name else { throw XMLFailure(.mismatchedTag, at: offset) }
        close()
        return .end
    }

    private mutating func close() {
        namespaces.forget(open.popLast()?.declared ?? 0)
        runBytes = 0
        if open.isEmpty { state = .epilog }
    }

    private mutating func qualifiedName() throws(XMLFailure) -> QualifiedName {
        let offset = input.position
        var written: [UInt8] = []
        try input.takeName(into: &written)
        guard input.byte == UInt8(ascii: ":") else {
            return QualifiedName(written: written, colon: nil, offset: offset)
        }
        let colon = written.count
        written.append(UInt8(ascii: ":"))
        input.advance()
        try input.takeName(into: &written)
        guard input.position - offset <= Limits.nameBytes else { throw XMLFailure(.longName, at: offset) }
        return QualifiedName(written: written, colon: colon, offset: offset)
    }

    private mutating func attribute() throws(XMLFailure) -> RawAttribute {
        let name = try qualifiedName()
        input.takeSpaces()
        guard input.take("=") else { throw input.failure(.markup) }
        input.takeSpaces()
        let quote = input.byte
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw input.failure(.markup) }
        let start = input.position
        input.advance()
        var value: [UInt8] = []
        while input.byte != quote {
            guard input.position - start <= Limits.attributeBytes else {
                throw XMLFailure(.longAttribute, at: name.offset)
            }
            switch input.byte {
            case UInt8(ascii: "<"): throw input.failure(.markup)
            case UInt8(ascii: "&"): XMLCharacter.append(try reference(), to: &value)
            default:
                let point = try input.takeCharacter()
                XMLCharacter.append(point == 0x09 || point == 0x0A ? 0x20 : point, to: &value)
            }
        }
        input.advance()
        return RawAttribute(name: name, value: value)
    }

    // MARK: - Text

    /// The text up to the next markup; nil where there is none.
    private mutating func text() throws(XMLFailure) -> [UInt8]? {
        let start = input.position
        var text: [UInt8] = []
        while !input.isAtEnd, input.byte != UInt8(ascii: "<") {
            input.takePlain(into: &text)
            switch input.byte {
            case UInt8(ascii: "<"): break
            case UInt8(ascii: "&"): XMLCharacter.append(try reference(), to: &text)
            case UInt8(ascii: "]") where input.isAt("]]>"): throw input.failure(.markup)
            default:
                if !input.isAtEnd { XMLCharacter.append(try input.takeCharacter(), to: &text) }
            }
            guard runBytes + text.count <= Limits.textBytes else { throw XMLFailure(.longText, at: start) }
        }
        if input.isAtEnd { throw XMLFailure(.unexpectedEnd, at: input.position) }
        runBytes += text.count
        return text.isEmpty ? nil : text
    }

    private mutating func characterData() throws(XMLFailure) -> [UInt8] {
        let start = input.position
        _ = input.take("<![CDATA[")
        var text: [UInt8] = []
        while !input.take("]]>") {
            XMLCharacter.append(try input.takeCharacter(), to: &text)
            guard runBytes + text.count <= Limits.textBytes else { throw XMLFailure(.longText, at: start) }
        }
        runBytes += text.count
        return text
    }

    /// A character reference, or one of the five entities of XML itself.
    private mutating func reference() throws(XMLFailure) -> UInt32 {
        let start = input.position
        input.advance()
        if input.take("#") {
            let isHexadecimal = input.take("x")
            var point: UInt32 = 0
            var digits = 0
            while input.byte != UInt8(ascii: ";") {
                let digit = XMLCharacter.hexadecimal(input.byte)
                guard let digit, isHexadecimal || digit < 10, point < 0x11_0000 else {
                    throw input.isAtEnd ? input.failure(.reference) : XMLFailure(.reference, at: start)
                }
                point = point * (isHexadecimal ? 16 : 10) + digit
                digits += 1
                input.advance()
            }
            input.advance()
            guard digits > 0, XMLCharacter.isAllowed(point) else { throw XMLFailure(.reference, at: start) }
            return point
        }
        if input.take("amp;") { return 0x26 }
        if input.take("lt;") { return 0x3C }
        if input.take("gt;") { return 0x3E }
        if input.take("quot;") { return 0x22 }
        if input.take("apos;") { return 0x27 }
        throw input.isAtEnd ? input.failure(.reference) : XMLFailure(.reference, at: start)
    }

    // MARK: - What is passed over

    private mutating func passComment() throws(XMLFailure) {
        _ = input.take("<!--")
        while !input.take("--") { _ = try input.takeCharacter() }
        guard input.take(">") else { throw input.failure(.markup) }
    }

    private mutating func passInstruction() throws(XMLFailure) {
        let offset = input.position
        _ = input.take("<?")
        var target: [UInt8] = []
        try input.takeName(into: &target)
        // A second declaration, or one after something else.
        guard target.map({ XMLCharacter.uppercased($0) }) != Array("XML".utf8) else {
            throw XMLFailure(.declaration, at: offset)
        }
        if input.take("?>") { return }
        guard input.takeSpaces() > 0 else { throw input.failure(.markup) }
        while !input.take("?>") { _ = try input.takeCharacter() }
    }
}
