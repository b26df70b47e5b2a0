import HL7

/// A message whose segments end in nothing that HL7 knows: all of it stands in the header's line, and makes nonsense of the fields there.
enum OneLineMessage {
    /// Whether these, all that a message has, are a header with a patient in it.
    static func holdsPatient(_ segments: [PartRange], in wire: Wire) -> Bool {
        guard segments.count == 1 else { return false }
        let bytes = wire.bytes(of: segments[0])
        var place = 0
        while let found = bytes[place...].firstIndex(of: UInt8(ascii: "P")) {
            place = found + 1
            if bytes.count - found > 3, SegmentName(bytes[found...].prefix(3)) == .pid,
                bytes[found + 3] == wire.dialect.delimiters.field
            {
                return true
            }
        }
        return false
    }
}
