/// A JSON value. Numbers keep their text and objects the order of their members.
public enum JSON: Sendable {
    case null
    case bool(Bool)
    /// The number's text, as read.
    case number(String)
    case string(String)
    case array([JSON])
    case object([Member])

    /// One member of an object.
    public struct Member: Sendable {
        /// The member's name.
        public var name: String
        /// The member's value.
        public var value: JSON

        /// A member called `name`.
        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// Reads exactly one value: white space may surround it, nothing else may.
    public init(parsing bytes: [UInt8], limits: Limits = .default) throws(JSONFailure) {
        try self.init(parsing: bytes[...], limits: limits)
    }

    /// Reads exactly one value; a failure's offset counts from the slice's start.
    public init(parsing bytes: ArraySlice<UInt8>, limits: Limits = .default) throws(JSONFailure) {
        self.init(try JSONView(parsing: bytes, limits: limits))
    }

    /// A number that is an integer.
    public static func integer(_ value: Int64) -> JSON {
        .number(value.description)
    }

    /// The canonical bytes: no white space, members in their order, only `"`, `\` and control characters escaped.
    ///
    /// A `number` whose text is no JSON number is written as a string: no value can break the syntax.
    public var encoded: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.finish()
    }

    /// The value of the object's member called `name`; nil where there is none or this is no object.
    public subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        for member in members where sameBytes(member.name, name) {
            return member.value
        }
        return nil
    }

    /// The string, if this is one.
    public var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, if it is written as a plain integer (no fraction, no exponent, no `-0`) that fits.
    public var integer: Int64? {
        guard case .number(let text) = self else { return nil }
        return JSONNumber.integer(text)
    }

    /// The number's text, if this is one.
    public var numberText: String? {
        if case .number(let text) = self { text } else { nil }
    }

    /// The truth value, if this is one.
    public var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var array: [JSON]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members in their order, if this is an object.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }
}

/// Byte for byte: Swift's own `==` takes Unicode equivalents for equal (U+212A for K).
@inline(__always)
func sameBytes(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}

extension JSON: Equatable {
    /// Equal exactly where the canonical bytes are equal.
    public static func == (left: JSON, right: JSON) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): sameBytes(a, b)
        case (.string(let a), .string(let b)): sameBytes(a, b)
        case (.array(let a), .array(let b)): a == b
        case (.object(let a), .object(let b)): a == b
        default: false
        }
    }
}

extension JSON.Member: Equatable {
    /// Equal exactly where name and value have the same bytes.
    public static func == (left: JSON.Member, right: JSON.Member) -> Bool {
        sameBytes(left.name, right.name) && left.value == right.value
    }
}

extension JSON: CustomStringConvertible, CustomDebugStringConvertible {
    /// The shape only: a value may be a person's.
    public var description: String {
        switch self {
        case .null: "‹null›"
        case .bool: "‹bool›"
        case .number: "‹number›"
        case .string: "‹string›"
        case .array(let elements): "‹array of \(elements.count)›"
        case .object(let members): "‹object of \(members.count)›"
        }
    }

    /// The same as `description`.
    public var debugDescription: String { description }
}

extension JSON.Member: CustomStringConvertible, CustomDebugStringConvertible {
    /// The shape only: a name read from outside may hold anything.
    public var description: String { "‹member›: \(value.description)" }

    /// The same as `description`.
    public var debugDescription: String { description }
}
