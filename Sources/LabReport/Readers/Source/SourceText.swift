package import HL7

/// Which character set bytes without a declaration are in.
///
/// UTF-8 where they are UTF-8: text in another set that happens to be is next to impossible. Otherwise the site's set; a
/// site that says UTF-8 gets ISO 8859-15, or Windows-1252 where a byte is there that ISO 8859-15 leaves to controls.
package enum SourceText {
    /// What a text in UTF-16 says in ASCII, its mark left out; other characters are `?`.
    static func narrowed(_ bytes: [UInt8]) -> [UInt8] {
        let isBigEndian = bytes.starts(with: [0xFE, 0xFF])
        let start = isBigEndian || bytes.starts(with: [0xFF, 0xFE]) ? 2 : 0
        return stride(from: start, to: bytes.count - 1, by: 2).map { place in
            let (low, high) = isBigEndian ? (bytes[place + 1], bytes[place]) : (bytes[place], bytes[place + 1])
            return high == 0 && low < 0x80 ? low : UInt8(ascii: "?")
        }
    }

    /// The set of `bytes`.
    package static func charset(of bytes: ArraySlice<UInt8>, site: Charset) -> Charset {
        if Charset.utf8.firstFault(in: bytes) == nil { return .utf8 }
        guard site == .utf8 || site == .ascii else { return site }
        return bytes.contains { (0x80...0x9F).contains($0) } ? .windows1252 : .latin9
    }

    /// Whether `bytes` hold accents of DOS where they are read in another set, or the reverse. A site that says Windows-1252 is
    /// believed.
    static func isDoubtful(_ bytes: ArraySlice<UInt8>, _ charset: Charset, site: Charset) -> Bool {
        guard charset != .windows1252 || site != .windows1252 else { return false }
        return charset.firstMisreadAccent(in: bytes) != nil
    }

    /// `bytes` without a byte order mark.
    package static func unmarked(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes
    }
}

extension FindingLog {
    /// What was met while bytes became text.
    mutating func note(_ problems: TextProblems, at path: String) {
        if problems.contains(.forbiddenControl) { add(.forbiddenControl, at: path) }
        if problems.contains(.invalidBytes) { add(.undecodable, at: path) }
        if problems.contains(.control) { add(.control, at: path) }
        if problems.contains(.charsetEscape) { add(.charsetEscape, at: path) }
        if problems.contains(.unknownEscape) { add(.unknownEscape, at: path) }
    }
}
