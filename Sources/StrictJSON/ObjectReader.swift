/// Takes an object apart: each expected member once, `end()` refuses what is left. Absent is absent: null is refused.
///
/// Failures name the object and the member as the program calls them, never what was read.
public struct ObjectReader: Sendable {
    private let members: [JSON.Member]
    private var taken: [Bool]
    private var next = 0
    private let place: String

    /// Reads `json`, which the program calls `place`.
    public init(_ json: JSON, at place: StaticString) throws(JSONFailure) {
        try self.init(json, place: place.withUTF8Buffer { String(decoding: $0, as: UTF8.self) })
    }

    private init(_ json: JSON, place: String) throws(JSONFailure) {
        guard let members = json.members else { throw JSONFailure(.notAnObject, place: place) }
        self.members = members
        self.taken = Array(repeating: false, count: members.count)
        self.place = place
    }

    /// A string.
    public mutating func string(_ name: String) throws(JSONFailure) -> String {
        try required(name, try optionalString(name))
    }

    /// A string, or nothing.
    public mutating func optionalString(_ name: String) throws(JSONFailure) -> String? {
        try typed(name, take(name)) { $0.string }
    }

    /// An integer.
    public mutating func integer(_ name: String) throws(JSONFailure) -> Int64 {
        try required(name, try optionalInteger(name))
    }

    /// An integer, or nothing.
    public mutating func optionalInteger(_ name: String) throws(JSONFailure) -> Int64? {
        try typed(name, take(name)) { $0.integer }
    }

    /// A truth value.
    public mutating func bool(_ name: String) throws(JSONFailure) -> Bool {
        try required(name, try optionalBool(name))
    }

    /// A truth value, or nothing.
    public mutating func optionalBool(_ name: String) throws(JSONFailure) -> Bool? {
        try typed(name, take(name)) { $0.bool }
    }

    /// An array's elements.
    public mutating func array(_ name: String) throws(JSONFailure) -> [JSON] {
        try required(name, try optionalArray(name))
    }

    /// An array's elements, or nothing.
    public mutating func optionalArray(_ name: String) throws(JSONFailure) -> [JSON]? {
        try typed(name, take(name)) { $0.array }
    }

    /// An array of strings.
    public mutating func strings(_ name: String) throws(JSONFailure) -> [String] {
        try required(name, try optionalStrings(name))
    }

    /// An array of strings, or nothing.
    public mutating func optionalStrings(_ name: String) throws(JSONFailure) -> [String]? {
        guard let elements = try optionalArray(name) else { return nil }
        var strings: [String] = []
        strings.reserveCapacity(elements.count)
        for element in elements {
            guard let string = element.string else { throw JSONFailure(.wrongType, place: "\(place).\(name)") }
            strings.append(string)
        }
        return strings
    }

    /// An object, to be read by a reader of its own.
    public mutating func object(_ name: String) throws(JSONFailure) -> ObjectReader {
        try required(name, try optionalObject(name))
    }

    /// An object, or nothing.
    public mutating func optionalObject(_ name: String) throws(JSONFailure) -> ObjectReader? {
        guard let json = take(name) else { return nil }
        guard json.members != nil else { throw JSONFailure(.wrongType, place: "\(place).\(name)") }
        return try ObjectReader(json, place: "\(place).\(name)")
    }

    /// Any value.
    public mutating func value(_ name: String) throws(JSONFailure) -> JSON {
        try required(name, take(name))
    }

    /// Any value, or nothing.
    public mutating func optionalValue(_ name: String) -> JSON? {
        take(name)
    }

    /// Refuses members nobody asked for.
    public func end() throws(JSONFailure) {
        if taken.contains(false) { throw JSONFailure(.unknownMember, place: place) }
    }

    /// Members mostly come in the order they are asked for, so the search starts after the one taken last.
    private mutating func take(_ name: String) -> JSON? {
        for step in members.indices {
            let index = (next + step) % members.count
            if !taken[index], sameBytes(members[index].name, name) {
                taken[index] = true
                next = index + 1
                return members[index].value
            }
        }
        return nil
    }

    private func typed<Value>(_ name: String, _ json: JSON?, _ value: (JSON) -> Value?) throws(JSONFailure) -> Value? {
        guard let json else { return nil }
        guard let typed = value(json) else { throw JSONFailure(.wrongType, place: "\(place).\(name)") }
        return typed
    }

    private func required<Value>(_ name: String, _ value: Value?) throws(JSONFailure) -> Value {
        guard let value else { throw JSONFailure(.missingMember, place: "\(place).\(name)") }
        return value
    }
}
