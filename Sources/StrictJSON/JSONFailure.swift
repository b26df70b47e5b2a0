/// Why bytes are not a JSON value, or a value not the object expected. Never holds anything read.
public struct JSONFailure: Error, Equatable, Sendable {
    /// What is wrong.
    public enum Reason: String, Sendable, CaseIterable {
        case tooLarge = "the document is larger than allowed"
        case tooDeep = "arrays and objects are nested deeper than allowed"
        case tooManyMembers = "an array or object has more members than allowed"
        case tooManyContainers = "the document has more arrays and objects than allowed"
        case tooManyValues = "the document has more values than allowed"
        case unexpectedEnd = "the document ends before the value does"
        case unexpectedByte = "this byte cannot stand here"
        case trailingData = "data after the value"
        case badUTF8 = "not UTF-8"
        case controlCharacter = "a control character in a string is not escaped"
        case badEscape = "no such escape"
        case loneSurrogate = "half a surrogate pair"
        case badNumber = "not a number as JSON writes it"
        case duplicateName = "a name stands twice in an object"
        case notAnObject = "an object is expected"
        case missingMember = "a member is missing"
        case wrongType = "a member has another type than expected"
        case unknownMember = "an unknown member"
    }

    /// What is wrong.
    public let reason: Reason
    /// Byte where it was noticed, from the document's start; 0 for a value already read, where `place` says more.
    public let offset: Int
    /// Which object, as the program calls it, and the member the program asked for; empty while reading bytes.
    public let place: String

    /// A failure at `offset` of the bytes.
    public init(_ reason: Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
        self.place = ""
    }

    /// A failure of a value already read. `place` comes from the program, never from input.
    public init(_ reason: Reason, place: String) {
        self.reason = reason
        self.offset = 0
        self.place = place
    }
}

extension JSONFailure: CustomStringConvertible {
    /// Where and what, for people.
    public var description: String {
        place.isEmpty ? "JSON, byte \(offset): \(reason.rawValue)" : "JSON, \(place): \(reason.rawValue)"
    }
}
