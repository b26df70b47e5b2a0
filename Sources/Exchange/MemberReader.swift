import StrictJSON

/// Takes the members of one object in their one order.
///
/// Each call takes the next member if it has the expected name. So a member out of order, a second one or an unknown one is
/// left standing and refused, by the call that expected another or by `end()`.
struct MemberReader {
    private let what: String
    private let members: [JSON.Member]
    private var next = 0

    init(_ json: JSON, of what: String) throws(ExchangeFailure) {
        guard let members = json.members else {
            throw .malformed(what: what, member: ExchangeFailure.whole, rule: "an object is expected")
        }
        self.what = what
        self.members = members
    }

    mutating func optionalValue(_ name: String) -> JSON? {
        guard next < members.count, members[next].name == name else { return nil }
        next += 1
        return members[next - 1].value
    }

    mutating func value(_ name: String) throws(ExchangeFailure) -> JSON {
        guard let value = optionalValue(name) else { throw fault(name, "missing or out of order") }
        return value
    }

    mutating func string(_ name: String) throws(ExchangeFailure) -> String {
        guard let text = try value(name).string else { throw fault(name, "a text is expected") }
        return text
    }

    mutating func optionalString(_ name: String) throws(ExchangeFailure) -> String? {
        guard let value = optionalValue(name) else { return nil }
        guard let text = value.string else { throw fault(name, "a text is expected") }
        return text
    }

    mutating func integer(_ name: String) throws(ExchangeFailure) -> Int64 {
        guard let number = try value(name).integer else { throw fault(name, "a whole number is expected") }
        return number
    }

    mutating func optionalInteger(_ name: String) throws(ExchangeFailure) -> Int64? {
        guard let value = optionalValue(name) else { return nil }
        guard let number = value.integer else { throw fault(name, "a whole number is expected") }
        return number
    }

    mutating func bool(_ name: String) throws(ExchangeFailure) -> Bool {
        guard let value = try value(name).bool else { throw fault(name, "true or false is expected") }
        return value
    }

    mutating func array(_ name: String) throws(ExchangeFailure) -> [JSON] {
        guard let values = try value(name).array else { throw fault(name, "a list is expected") }
        return values
    }

    mutating func strings(_ name: String) throws(ExchangeFailure) -> [String] {
        var texts: [String] = []
        for value in try array(name) {
            guard let text = value.string else { throw fault(name, "a list of texts is expected") }
            texts.append(text)
        }
        return texts
    }

    mutating func participant(_ name: String) throws(ExchangeFailure) -> ParticipantID {
        try checked(name, string(name), ParticipantID.init)
    }

    mutating func parcel(_ name: String) throws(ExchangeFailure) -> ParcelID {
        try checked(name, string(name), { text throws(ExchangeFailure) in try ParcelID(text) })
    }

    mutating func optionalParcel(_ name: String) throws(ExchangeFailure) -> ParcelID? {
        guard let text = try optionalString(name) else { return nil }
        return try checked(name, text, { text throws(ExchangeFailure) in try ParcelID(text) })
    }

    mutating func time(_ name: String) throws(ExchangeFailure) -> UTCTime {
        try checked(name, string(name), { text throws(ExchangeFailure) in try UTCTime(text) })
    }

    mutating func optionalTime(_ name: String) throws(ExchangeFailure) -> UTCTime? {
        guard let text = try optionalString(name) else { return nil }
        return try checked(name, text, { text throws(ExchangeFailure) in try UTCTime(text) })
    }

    mutating func hash(_ name: String) throws(ExchangeFailure) -> SHA256Hex {
        try checked(name, string(name), { text throws(ExchangeFailure) in try SHA256Hex(text) })
    }

    mutating func optionalHash(_ name: String) throws(ExchangeFailure) -> SHA256Hex? {
        guard let text = try optionalString(name) else { return nil }
        return try checked(name, text, { text throws(ExchangeFailure) in try SHA256Hex(text) })
    }

    /// Takes the `type` member, which says what the text is and which version of it.
    mutating func type(_ expected: String) throws(ExchangeFailure) {
        guard try string("type") == expected else { throw fault("type", "\(expected) is expected") }
    }

    /// Refuses whatever is left: unknown, repeated and misplaced members.
    func end() throws(ExchangeFailure) {
        guard next == members.count else { throw fault("(member \(next + 1))", "unknown, repeated or out of order") }
    }

    func fault(_ name: String, _ rule: String) -> ExchangeFailure {
        .malformed(what: what, member: name, rule: rule)
    }

    /// A failure of an inner form is told with the member's name.
    private func checked<Value>(
        _ name: String, _ text: String, _ make: (String) throws(ExchangeFailure) -> Value
    ) throws(ExchangeFailure) -> Value {
        do {
            return try make(text)
        } catch {
            guard case .malformed(_, _, let rule) = error else { throw error }
            throw fault(name, rule)
        }
    }
}

/// One line of canonical JSON and a newline: the only form of our texts.
enum CanonicalLine {
    static func encode(_ json: JSON) -> [UInt8] { json.encoded + [UInt8(ascii: "\n")] }

    /// Parses `text`; the caller compares the value's own encoding with it, which refuses every other spelling.
    static func decode(_ text: [UInt8], of what: String, limit: Int) throws(ExchangeFailure) -> JSON {
        guard text.count <= limit else { throw .pastLimit(what: what, limit: Int64(limit)) }
        guard text.last == UInt8(ascii: "\n") else {
            throw .malformed(what: what, member: ExchangeFailure.whole, rule: "one line and a newline are expected")
        }
        do {
            return try JSON(parsing: text.dropLast())
        } catch {
            throw .malformed(what: what, member: ExchangeFailure.whole, rule: "not strict JSON at byte \(error.offset)")
        }
    }

    static func requireSame(_ encoded: [UInt8], as text: [UInt8], of what: String) throws(ExchangeFailure) {
        guard encoded == text else {
            throw .malformed(what: what, member: ExchangeFailure.whole, rule: rule(brokenBy: text))
        }
    }

    /// What libraries do by themselves is named.
    private static func rule(brokenBy text: [UInt8]) -> String {
        let pairs = zip(text, text.dropFirst())
        if pairs.contains(where: { $0 == (UInt8(ascii: "\\"), UInt8(ascii: "/")) }) {
            return "not in canonical form: a slash has no backslash before it"
        }
        if pairs.contains(where: { $0 == (UInt8(ascii: "\\"), UInt8(ascii: "u")) }) {
            return "not in canonical form: \\u is for control characters without a short form only, in small letters"
        }
        return "not in canonical form"
    }
}
