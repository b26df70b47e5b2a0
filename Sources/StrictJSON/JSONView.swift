/// A value of a document that was read, left where it stands: it is taken out of the bytes when it is asked for.
///
/// A tree (`JSON`) is many times as long as its document; this is the document and twelve bytes a value.
public struct JSONView: Sendable {
    let document: JSONText
    /// Its place among the document's values.
    let index: Int

    /// Reads exactly one value: white space may surround it, nothing else may.
    public init(parsing bytes: [UInt8], limits: JSON.Limits = .default) throws(JSONFailure) {
        try self.init(parsing: bytes[...], limits: limits)
    }

    /// Reads exactly one value; a failure's offset counts from the slice's start.
    public init(parsing bytes: ArraySlice<UInt8>, limits: JSON.Limits = .default) throws(JSONFailure) {
        var parser = try JSONParser(bytes, limits: limits)
        self.init(try parser.document(), 0)
    }

    init(_ document: JSONText, _ index: Int) {
        self.document = document
        self.index = index
    }

    /// The value of the object's member called `name`; nil where there is none or this is no object.
    public subscript(name: String) -> JSONView? {
        guard isObject else { return nil }
        var index = self.index + 1
        let end = document.end(of: self.index)
        while index < end {
            if document.isNamed(index, name) { return JSONView(document, index) }
            index = document.end(of: index)
        }
        return nil
    }

    /// The string, if this is one.
    public var string: String? { document.string(index) }

    /// The number's text, if this is one.
    public var numberText: String? { document.number(index) }

    /// The truth value, if this is one.
    public var bool: Bool? {
        switch document.firstByte(of: index) {
        case UInt8(ascii: "t"): true
        case UInt8(ascii: "f"): false
        default: nil
        }
    }

    /// Whether this is null.
    public var isNull: Bool { document.firstByte(of: index) == UInt8(ascii: "n") }

    /// Whether this is an object.
    public var isObject: Bool { document.firstByte(of: index) == UInt8(ascii: "{") }

    /// The elements, if this is an array.
    public var array: [JSONView]? {
        document.firstByte(of: index) == UInt8(ascii: "[") ? inside : nil
    }

    /// The names of the members in their order, if this is an object.
    public var memberNames: [String]? { members.map { $0.map { $0.name } } }

    /// The members in their order, if this is an object.
    public var members: [(name: String, value: JSONView)]? {
        guard isObject else { return nil }
        return inside.map { (document.name($0.index), $0) }
    }

    /// What stands in this array or object, its values in their order.
    private var inside: [JSONView] {
        var all: [JSONView] = []
        let end = document.end(of: self.index)
        var index = self.index + 1
        while index < end {
            all.append(JSONView(document, index))
            index = document.end(of: index)
        }
        return all
    }
}

extension JSONView: Equatable {
    /// Equal exactly where the canonical bytes are equal.
    public static func == (left: JSONView, right: JSONView) -> Bool {
        let byte = left.document.firstByte(of: left.index)
        guard byte == right.document.firstByte(of: right.index) else {
            // Two numbers that begin otherwise are written otherwise.
            return false
        }
        switch byte {
        case UInt8(ascii: "["): return left.inside == right.inside
        case UInt8(ascii: "{"):
            let (ours, theirs) = (left.inside, right.inside)
            return ours.count == theirs.count
                && ours.indices.allSatisfy { index in
                    let (one, other) = (ours[index], theirs[index])
                    return sameBytes(one.document.name(one.index), other.document.name(other.index)) && one == other
                }
        case UInt8(ascii: "\""):
            guard let one = left.string, let other = right.string else { return false }
            return sameBytes(one, other)
        case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"): return true
        default:
            guard let one = left.numberText, let other = right.numberText else { return false }
            return sameBytes(one, other)
        }
    }
}

extension JSONView: CustomStringConvertible, CustomDebugStringConvertible {
    /// The shape only: a value may be a person's.
    public var description: String { JSON(self).description }

    /// The same as `description`.
    public var debugDescription: String { description }
}

extension JSON {
    /// The value that stands there, with all that is in it.
    public init(_ view: JSONView) {
        switch view.document.firstByte(of: view.index) {
        case UInt8(ascii: "{"):
            self = .object((view.members ?? []).map { Member($0.name, JSON($0.value)) })
        case UInt8(ascii: "["): self = .array((view.array ?? []).map { JSON($0) })
        case UInt8(ascii: "\""): self = .string(view.string ?? "")
        case UInt8(ascii: "t"): self = .bool(true)
        case UInt8(ascii: "f"): self = .bool(false)
        case UInt8(ascii: "n"): self = .null
        default: self = .number(view.numberText ?? "")
        }
    }
}
