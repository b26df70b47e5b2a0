import Exchange

/// What a raw file is said to be: looked at before it is taken. The relay and its log see the type, and people are shown the name.
enum RawFileWords {
    /// The registered top-level types (RFC 6838).
    private static let topLevel: Set<Substring> = [
        "application", "audio", "font", "image", "message", "model", "multipart", "text", "video",
    ]
    /// As many digits in a row as no type has, and each number of a person.
    private static let digits = 6

    /// Throws which of the two says what it must not.
    static func require(name: String, mediaType: String) throws(ExchangeFailure) {
        guard topLevel.contains(mediaType.prefix { $0 != "/" }), !hasNumber(mediaType) else {
            throw failure("mediaType", "a registered media type without long numbers is expected")
        }
        guard !name.unicodeScalars.contains(where: steersDirection) else {
            throw failure("name", "a name without characters that change the direction of writing is expected")
        }
    }

    private static func failure(_ member: String, _ rule: String) -> ExchangeFailure {
        .malformed(what: "first line of the file", member: member, rule: rule)
    }

    private static func hasNumber(_ text: String) -> Bool {
        var run = 0
        for byte in text.utf8 {
            run = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? run + 1 : 0
            if run >= digits { return true }
        }
        return false
    }

    /// They make `gpj.exe` read as `exe.jpg`.
    private static func steersDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
