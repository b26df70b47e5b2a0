import Exchange

/// One range of a body, as `Range: bytes=…` asks for it (RFC 9110).
struct ByteRange: Equatable {
    var offset: Int64
    var count: Int64

    /// What a `Range` field asks for.
    enum Request: Equatable {
        /// All of it: no range, several, or one in a form that may be ignored.
        case whole
        case part(ByteRange)
        /// No byte of it is there.
        case outside
    }

    /// Its name is the same in capitals.
    private static let unit = "bytes="

    /// Reads a field for a body of `size` bytes.
    static func read(_ field: String?, size: Int64) -> Request {
        guard let field, field.prefix(unit.count).lowercased() == unit else { return .whole }
        let ends = field.dropFirst(unit.count).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard ends.count == 2 else { return .whole }
        let last = WholeNumber.read(String(ends[1]))
        guard let first = WholeNumber.read(String(ends[0])) else {
            // The last so many bytes.
            guard ends[0].isEmpty, let count = last else { return .whole }
            return count == 0 ? .outside : .part(ByteRange(offset: max(0, size - count), count: min(count, size)))
        }
        guard ends[1].isEmpty || last.map({ $0 >= first }) ?? false else { return .whole }
        guard first < size else { return .outside }
        return .part(ByteRange(offset: first, count: min(last ?? size - 1, size - 1) - first + 1))
    }
}
