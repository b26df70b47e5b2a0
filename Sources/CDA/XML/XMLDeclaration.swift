/// The XML declaration: `<?xml version="1.0" encoding="UTF-8" standalone="no"?>`.
enum XMLDeclaration {
    /// Reads the declaration where there is one; the encoding of what follows, UTF-8 where none is named.
    static func encoding(_ input: inout XMLInput) throws(XMLFailure) -> XMLEncoding {
        var next = input
        guard next.take("<?xml"), XMLCharacter.isSpace(next.byte) else { return .utf8 }
        let offset = input.position
        next.takeSpaces()
        guard let version = try value("version", &next) else { throw XMLFailure(.declaration, at: offset) }
        guard version.elementsEqual("1.0".utf8) else { throw XMLFailure(.version, at: offset) }
        var encoding = XMLEncoding.utf8
        var spaces = next.takeSpaces()
        if spaces > 0, let name = try value("encoding", &next) {
            guard let named = XMLEncoding(name: name), named == .utf8 || !input.hasByteOrderMark else {
                throw XMLFailure(.encoding, at: offset)
            }
            encoding = named
            spaces = next.takeSpaces()
        }
        if spaces > 0, let standalone = try value("standalone", &next) {
            guard standalone.elementsEqual("yes".utf8) || standalone.elementsEqual("no".utf8) else {
                throw XMLFailure(.declaration, at: offset)
            }
            next.takeSpaces()
        }
        guard next.take("?>") else { throw next.failure(.declaration) }
        input = next
        return encoding
    }

    /// The quoted value after `name`; nil where another name stands here.
    private static func value(_ name: StaticString, _ input: inout XMLInput) throws(XMLFailure) -> ArraySlice<UInt8>? {
        guard input.take(name) else { return nil }
        input.takeSpaces()
        guard input.take("=") else { throw input.failure(.declaration) }
        input.takeSpaces()
        let quote = input.byte
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { throw input.failure(.declaration) }
        input.advance()
        let start = input.position
        while input.byte != quote {
            guard input.byte > 0x20, input.byte < 0x7F, input.position - start < Limits.nameBytes else {
                throw input.failure(.declaration)
            }
            input.advance()
        }
        defer { input.advance() }
        return input.slice(from: start)
    }
}
