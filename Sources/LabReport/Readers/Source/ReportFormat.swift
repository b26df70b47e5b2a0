import HL7

/// The formats in which reports come, and how a file shows which one it is.
public enum ReportFormat: String, Hashable, Sendable, CaseIterable {
    /// HL7 v2.
    case hl7
    /// HPRIM Santé 2.x.
    case hprim
    /// A table with the documented columns.
    case csv
    /// FHIR R4 JSON: one document, or one a line.
    case fhir

    /// Bytes at the beginning of a file that are looked at to tell what it is.
    package static var detectionBytes: Int { Limits.detectionBytes }

    /// The format of a file that begins with `head`; nil while that cannot be told, so that more bytes are needed.
    ///
    /// Only the first visible bytes count, of the first `Limits.detectionBytes` however many there are, so that it does not matter how
    /// many come at a time; a table is known by its first line. What is none of these is read as HL7, whose
    /// splitter says of foreign bytes what they are. So is what stands above a header of HL7 and looks like another format's first
    /// line: a name and an address hold commas, and a line of a journal begins with a bracket.
    package static func detect(_ head: ArraySlice<UInt8>, isEnd: Bool) -> ReportFormat? {
        let isWhole = isEnd || head.count >= Limits.detectionBytes
        var rest = head.prefix(Limits.detectionBytes)
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        rest = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D || $0 == 0x0A || $0 == 0x0B || $0 == 0x00 }
        guard let first = rest.first else { return isWhole ? .hl7 : nil }
        switch first {
        case UInt8(ascii: "{"): return .fhir
        case UInt8(ascii: "["):
            guard let second = rest.dropFirst().first(where: { $0 > 0x20 }) else { return isWhole ? .fhir : nil }
            // A list of resources; JSON of another kind is told so, unless there is HL7 below.
            if second == UInt8(ascii: "{") || second == UInt8(ascii: "]") { return .fhir }
            return HeaderBelow.stands(in: rest) ? .hl7 : isWhole ? .fhir : nil
        // Only the separator behind them ends the delimiters, of which there are four at most.
        case UInt8(ascii: "H") where rest.count < 8 && !isWhole: return nil
        case UInt8(ascii: "H") where HPRIMDelimiters.declared(in: rest.prefix(16)) != nil: return .hprim
        case UInt8(ascii: "<"), 0x80...: return first == 0xEF && rest.count < 3 && !isWhole ? nil : .hl7
        default: break
        }
        guard rest.count >= 4 || isWhole else { return nil }
        if rest.count >= 4, let name = SegmentName(rest.prefix(3)), isEnvelope(name),
            !rest[rest.startIndex + 3].isAlphanumeric
        {
            return .hl7
        }
        guard let end = rest.firstIndex(where: { $0 == 0x0D || $0 == 0x0A }) else {
            return isWhole ? (isTableHead(rest) ? .csv : .hl7) : nil
        }
        guard isTableHead(rest[..<end]) else { return .hl7 }
        if isOwnTableHead(rest[..<end]) { return .csv }
        // Nothing but its separators makes it the first line of a table.
        return HeaderBelow.stands(in: rest[end...]) ? .hl7 : isWhole ? .csv : nil
    }

    /// Bytes that were taken for another format, and whose first line looks like a row: without the names of the columns, too, and with
    /// a pipe in a list.
    static func mayBeTable(_ head: ArraySlice<UInt8>) -> Bool {
        let line = SourceText.unmarked(head).prefix { $0 != 0x0D && $0 != 0x0A }
        if line.starts(with: "MSH".utf8) || line.first == UInt8(ascii: "<") { return false }
        return isOwnTableHead(line)
            || [UInt8(ascii: ";"), 0x09].contains { separator in line.count { $0 == separator } >= 2 }
    }

    /// Two separators or more, none of them a pipe, and nothing that no text holds: or one column name of ours.
    private static func isTableHead(_ line: ArraySlice<UInt8>) -> Bool {
        guard !line.contains(where: { $0 < 0x20 && $0 != 0x09 }) else { return false }
        if isOwnTableHead(line) { return true }
        guard !line.contains(UInt8(ascii: "|")) else { return false }
        return CSVHeader.separators.contains { separator in line.count { $0 == separator } >= 2 }
    }

    /// A line that says itself that a table follows.
    private static func isOwnTableHead(_ line: ArraySlice<UInt8>) -> Bool {
        CSVHeader.isKnown(firstLine: line) || CSVHeader.isHint(line)
    }

    private static func isEnvelope(_ name: SegmentName) -> Bool {
        name == .msh || name == .fhs || name == .bhs || name == .bts || name == .fts
    }
}
