import Notes

/// A log's size and root under its origin (C2SP tlog-checkpoint, "Note text"). What decodes encodes to the same bytes.
package struct Checkpoint: Equatable, Sendable {
    /// The log's name, which is also the name of its key.
    package let origin: String
    /// Number of leaves.
    package let size: Int64
    /// RFC 6962 tree hash of the leaves.
    package let root: LogHash
    /// Lines after the root, opaque; our logs write none.
    package let extensions: [String]

    /// Checks size and origin.
    package init(origin: String, size: Int64, root: LogHash, extensions: [String] = []) throws(LogFailure) {
        guard Checkpoint.isLine(origin), origin.utf8.count <= LogLimits.originBytes else {
            throw .malformed(what: "checkpoint", rule: "the origin must be a line of 1 to 255 bytes")
        }
        guard (0...LogLimits.size).contains(size) else {
            throw .pastLimit(what: "checkpoint's size", limit: LogLimits.size)
        }
        guard extensions.count <= LogLimits.checkpointExtensions else {
            throw .pastLimit(what: "checkpoint's extension lines", limit: Int64(LogLimits.checkpointExtensions))
        }
        guard extensions.allSatisfy(Checkpoint.isLine) else {
            throw .malformed(what: "checkpoint", rule: "an extension line must not be empty")
        }
        self.origin = origin
        self.size = size
        self.root = root
        self.extensions = extensions
    }

    /// Reads the text of a note, newline included.
    package init(text: [UInt8]) throws(LogFailure) {
        guard text.count <= LogLimits.checkpointBytes else {
            throw .pastLimit(what: "checkpoint", limit: Int64(LogLimits.checkpointBytes))
        }
        guard text.last == 0x0A else { throw .malformed(what: "checkpoint", rule: "the last line has no end") }
        let lines = text.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard lines.count >= 3 else { throw .malformed(what: "checkpoint", rule: "three lines are expected") }
        guard let size = DecimalText.parse(lines[1]) else {
            throw .malformed(what: "checkpoint", rule: "the size must be a decimal number without leading zeros")
        }
        guard let root = LogHash(base64: lines[2]) else {
            throw .malformed(what: "checkpoint", rule: "the root must be the canonical base64 of 32 bytes")
        }
        try self.init(origin: lines[0], size: size, root: root, extensions: Array(lines[3...]))
        guard self.text == text else { throw .malformed(what: "checkpoint", rule: "not UTF-8") }
    }

    /// The text of the note that carries it.
    package var text: [UInt8] {
        let lines = [origin, String(size), root.base64] + extensions
        return [UInt8](lines.map { $0 + "\n" }.joined().utf8)
    }

    /// Byte for byte: Swift's own `==` takes Unicode equivalents for equal.
    package static func == (left: Checkpoint, right: Checkpoint) -> Bool { left.text == right.text }

    /// Whether both are of one log, by name.
    package func isOfSameLog(as other: Checkpoint) -> Bool { origin.utf8.elementsEqual(other.origin.utf8) }

    private static func isLine(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x20 }
    }
}

/// Decimal numbers with one text each.
enum DecimalText {
    /// 0 or more, without signs, spaces or leading zeros; nil for every other text.
    static func parse(_ text: some StringProtocol) -> Int64? {
        guard let number = Int64(text), number >= 0, String(number).utf8.elementsEqual(text.utf8) else { return nil }
        return number
    }
}
