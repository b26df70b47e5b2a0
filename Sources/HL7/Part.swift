/// A field, repetition, component or subcomponent: a view on the message's bytes.
///
/// Parts count from 1, as the standard does. A part that is not there is empty; asking for it is never an error.
public struct Part: Sendable {
    /// The bytes on the wire.
    public let bytes: ArraySlice<UInt8>
    /// How to understand them.
    public let dialect: Dialect
    /// MSH-1 and MSH-2 are made of delimiters: they are never split nor unescaped.
    let isLiteral: Bool

    /// A view on `bytes`, understood by `dialect`.
    package init(_ bytes: ArraySlice<UInt8>, _ dialect: Dialect, isLiteral: Bool = false) {
        self.bytes = bytes
        self.dialect = dialect
        self.isLiteral = isLiteral
    }

    /// Nothing was sent.
    public var isEmpty: Bool { bytes.isEmpty }

    /// `""` was sent: the value is to be deleted.
    public var isNull: Bool {
        let quote = UInt8(ascii: "\"")
        return bytes.count == 2 && bytes[bytes.startIndex] == quote && bytes[bytes.startIndex + 1] == quote
    }

    /// Something was sent that is not `""` and not made of separators and blanks only.
    public var hasValue: Bool {
        if bytes.isEmpty || isNull { return false }
        let delimiters = dialect.delimiters
        return bytes.contains { byte in
            byte != UInt8(ascii: " ") && byte != delimiters.component && byte != delimiters.repetition
                && byte != delimiters.subcomponent
        }
    }

    /// The repetition at `number`, of a field.
    public func repetition(_ number: Int) -> Part { piece(number, separator: dialect.delimiters.repetition) }

    /// The component at `number`, of a repetition.
    public func component(_ number: Int) -> Part { piece(number, separator: dialect.delimiters.component) }

    /// The subcomponent at `number`, of a component.
    public func subcomponent(_ number: Int) -> Part { piece(number, separator: dialect.delimiters.subcomponent) }

    /// All repetitions of a field; none when it is empty.
    public var repetitions: PartSequence { parts(separator: dialect.delimiters.repetition) }

    /// All components of a repetition; none when it is empty.
    public var components: PartSequence { parts(separator: dialect.delimiters.component) }

    /// All subcomponents of a component; none when it is empty.
    public var subcomponents: PartSequence { parts(separator: dialect.delimiters.subcomponent) }

    /// The bytes are those of `text`.
    public func equals(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { buffer in bytes.elementsEqual(buffer) }
    }

    private func parts(separator: UInt8) -> PartSequence {
        PartSequence(whole: self, separator: isLiteral ? 0 : separator)
    }

    private func piece(_ number: Int, separator: UInt8) -> Part {
        // Most fields are empty, and so is every part of them.
        if bytes.isEmpty { return self }
        if isLiteral || separator == 0 {
            return number == 1 ? self : Part(bytes[bytes.startIndex..<bytes.startIndex], dialect)
        }
        var count = 1
        var start = bytes.startIndex
        var position = start
        while position < bytes.endIndex {
            if bytes[position] == separator {
                if count == number { break }
                count += 1
                start = position + 1
            }
            position += 1
        }
        return Part(count == number ? bytes[start..<position] : bytes[bytes.endIndex..<bytes.endIndex], dialect)
    }
}

/// The parts of a part, one after the other, without an array of them.
public struct PartSequence: Sequence, IteratorProtocol, Sendable {
    private let whole: Part
    private let separator: UInt8
    private var position: Int
    private var isDone: Bool

    init(whole: Part, separator: UInt8) {
        self.whole = whole
        self.separator = separator
        position = whole.bytes.startIndex
        isDone = whole.bytes.isEmpty
    }

    /// The next part; a trailing separator is followed by an empty one.
    public mutating func next() -> Part? {
        if isDone { return nil }
        let bytes = whole.bytes
        let start = position
        if separator == 0 {
            isDone = true
            return whole
        }
        while position < bytes.endIndex, bytes[position] != separator { position += 1 }
        let part = Part(bytes[start..<position], whole.dialect)
        if position < bytes.endIndex { position += 1 } else { isDone = true }
        return part
    }
}
