/// The lines of an identity or recipient file: comments and empty lines left out, the others with their number.
struct KeyLines {
    /// A line that holds something, and its number, the first being 1.
    typealias Line = (number: Int, text: ArraySlice<UInt8>)

    /// nil when the file is too large to be one.
    static func of(_ text: [UInt8]) -> [Line]? {
        guard text.count <= AgeLimits.maxIdentityFileBytes else { return nil }
        var lines: [Line] = []
        var number = 0
        for line in text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            if content.isEmpty || content.first == UInt8(ascii: "#") { continue }
            lines.append((number, content))
        }
        return lines
    }
}
