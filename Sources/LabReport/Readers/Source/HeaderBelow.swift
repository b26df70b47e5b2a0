import HL7

/// A header of HL7 below a first line that looks like another format's: what a program or a person wrote above an export.
package enum HeaderBelow {
    /// Whether a line of `head` but the first begins with MSH, FHS or BHS and delimiters that can be used. A table may quote a
    /// message, and a document may hold one as data: neither counts.
    package static func stands(in head: some Collection<UInt8>) -> Bool {
        Array(head.prefix(Limits.detectionBytes)).withUnsafeBufferPointer { bytes in
            var isQuoted = false
            var isAtLineStart = false
            for place in bytes.indices {
                switch bytes[place] {
                case 0x0D, 0x0A:
                    isAtLineStart = true
                    continue
                case UInt8(ascii: "\""): isQuoted.toggle()
                case UInt8(ascii: "<") where bytes[place...].starts(with: "<![CDATA[".utf8): return false
                default: if isAtLineStart, !isQuoted, isHeader(bytes, place) { return true }
                }
                isAtLineStart = false
            }
            return false
        }
    }

    private static func isHeader(_ bytes: UnsafeBufferPointer<UInt8>, _ place: Int) -> Bool {
        guard place + 3 < bytes.count,
            let name = SegmentName(UnsafeBufferPointer(rebasing: bytes[place..<place + 3])),
            name == .msh || name == .fhs || name == .bhs
        else { return false }
        return HeaderInside.declaresDelimiters(bytes, place + 3)
    }
}
