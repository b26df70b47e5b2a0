import Exchange

/// What a raw file is said to be: looked at before it is taken. The relay and its log see the type, and people are shown the name.
enum RawFileWords {
    /// Throws which of the two says what it must not.
    static func require(name: String, mediaType: String) throws(ExchangeFailure) {
        guard MediaType.namesNobody(mediaType) else { throw failure("mediaType", MediaType.rule) }
        guard !name.unicodeScalars.contains(where: steersDirection) else {
            throw failure("name", "a name without characters that change the direction of writing is expected")
        }
    }

    private static func failure(_ member: String, _ rule: String) -> ExchangeFailure {
        .malformed(what: "first line of the file", member: member, rule: rule)
    }

    /// They make `gpj.exe` read as `exe.jpg`.
    private static func steersDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
