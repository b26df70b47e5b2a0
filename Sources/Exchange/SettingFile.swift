import StrictJSON

/// What is wrong with a configuration file as a whole, before any of its settings is read.
package enum SettingFile {
    /// Bytes of a configuration file: a parser takes all of it into memory.
    package static let limit = 1 << 20

    /// Why a parser did not take the file. Of what the parser says only the line counts: the rest quotes the file, and may
    /// quote what somebody wrongly put there.
    package static func refusal(of bytes: [UInt8], isJSON: Bool, parser: String) -> String {
        guard bytes.contains(where: { !isBlank($0) }) else {
            return "nothing is in it: look at the path behind --config"
        }
        if isJSON {
            guard let failure = failure(of: bytes) else { return noSettings }
            return failure.reason == .duplicateName
                ? doubled(line: line(of: bytes, at: failure.offset))
                : "line \(line(of: bytes, at: failure.offset)) \(noSyntax)"
        }
        if let line = lineOfDoubledName(inParserText: parser) { return doubled(line: line) }
        guard let line = SettingNames.line(inParserText: parser) else { return noSettings }
        return "line \(line) \(noSyntax)"
    }

    /// A name that stands twice in one object of a file that a parser did take: which of the two counts nobody could tell.
    package static func doubledName(inJSON bytes: [UInt8]) -> String? {
        guard let failure = failure(of: bytes), failure.reason == .duplicateName else { return nil }
        return doubled(line: line(of: bytes, at: failure.offset))
    }

    private static let noSyntax = "is not YAML or JSON: look at indentation, colons and quotes there and right above"
    private static let noSettings = "it is not YAML or JSON of settings, in UTF-8"

    private static func doubled(line: Int) -> String {
        "line \(line): the name there stands twice in its section: keep one of them"
    }

    private static func failure(of bytes: [UInt8]) -> JSONFailure? {
        do throws(JSONFailure) {
            _ = try JSON(parsing: bytes)
            return nil
        } catch {
            return error
        }
    }

    private static func line(of bytes: [UInt8], at offset: Int) -> Int {
        1 + bytes.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }

    /// What a YAML parser says of two names that are one ends in the line of the first.
    private static func lineOfDoubledName(inParserText text: String) -> Int? {
        guard text.hasPrefix("Parser: expected all keys to be unique") else { return nil }
        let end = text.split(separator: " ").suffix(4)
        guard end.count == 4, end.first == "line", let number = end.dropFirst().first, number.last == "," else {
            return nil
        }
        return Int(number.dropLast())
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }
}
