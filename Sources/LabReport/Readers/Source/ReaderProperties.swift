import HL7

/// What holds of every reader for any bytes whatever: checked by the fuzzer, and on its corpus by the tests.
///
/// The first byte of an input says which format the rest is read as; one of four lets the bytes say it.
public enum ReaderProperties {
    /// nil when the property holds, else which one does not.
    public static func check(_ input: [UInt8]) -> String? {
        guard let kind = input.first else { return nil }
        let rest = Array(input.dropFirst())
        let format: ReportFormat? =
            switch kind % 4 {
            case 0: .hl7
            case 1: .hprim
            case 2: .csv
            default: nil
            }
        return cut(rest, as: format) ?? read(rest, as: format)
    }

    // MARK: - Cutting

    /// Whole and in pieces a file is cut alike, and what is handed out lies in it, one piece behind the other.
    private static func cut(_ bytes: [UInt8], as format: ReportFormat?) -> String? {
        let whole = pieces(of: bytes, format, step: max(1, bytes.count))
        // Byte by byte only what is short: nearly all that can go wrong shows there, and long ones take the time of many.
        let steps = bytes.count <= shortBytes ? [1, 7] : [7, 61]
        guard steps.allSatisfy({ whole == pieces(of: bytes, format, step: $0) }) else { return "file in pieces" }
        var taken = 0
        var ordinal = 0
        for piece in whole {
            let place: (offset: Int, length: Int, ordinal: Int)
            switch piece {
            case .message(let message): place = (message.offset, message.length, message.ordinal)
            case .held(let held):
                place = (held.offset, held.length, held.ordinal)
                guard held.beginning.count <= min(Limits.heldBytes, held.length) || held.length == 0 else {
                    return "a held piece shows more than it has"
                }
            case .notice: continue
            }
            ordinal += 1
            guard place.ordinal == ordinal else { return "ordinals" }
            guard place.offset >= taken, place.offset + place.length <= bytes.count else { return "pieces overlap" }
            let gap = bytes[taken..<place.offset]
            // Behind a table another one may begin.
            let mayBeNames = ordinal == 1 || format == .csv || format == nil
            guard isNothing(gap) || (mayBeNames && isNames(gap)) else { return "bytes before a piece are lost" }
            taken = place.offset + place.length
        }
        guard isNothing(bytes[taken...]) else { return "bytes at the end are lost" }
        return ordinal > 0 || bytes.isEmpty || hasNotice(whole) || isNothing(bytes[...]) ? nil : "a file of no pieces"
    }

    private static let shortBytes = 700

    private static func hasNotice(_ pieces: [SourcePiece]) -> Bool {
        pieces.contains { if case .notice = $0 { true } else { false } }
    }

    private static func pieces(of bytes: [UInt8], _ format: ReportFormat?, step: Int) -> [SourcePiece] {
        var splitter = SourceSplitter(format)
        var pieces: [SourcePiece] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
            splitter.push(bytes[start..<min(bytes.count, start + step)], into: &pieces)
        }
        splitter.finish(into: &pieces)
        return pieces
    }

    /// What no piece has to hold: blanks, byte order marks, a batch's envelope, blank rows of a table.
    private static func isNothing(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.split { isLineEnd($0) }.allSatisfy { line in
            let visible = SourceText.unmarked(line.drop { isBlank($0) }).drop { isBlank($0) }
            if visible.allSatisfy({ isBlank($0) || CSVHeader.separators.contains($0) || $0 == CSVRecord.quote }) {
                return true
            }
            return SegmentName(visible.prefix(3)).map { [.fhs, .bhs, .bts, .fts].contains($0) } ?? false
        }
    }

    /// The names of a table's columns, which go before the rows of each report, or of several tables without rows, and nothing else.
    private static func isNames(_ bytes: ArraySlice<UInt8>, tables: Int = 4) -> Bool {
        let names = SourceText.unmarked(bytes).drop { isBlank($0) || isLineEnd($0) }
        // A name in quotes may hold line ends, hundreds of them: which of them ends the row is tried out.
        let ends = names.indices.filter { isLineEnd(names[$0]) }.prefix(4_096)
        return ends.contains { end in
            CSVHeader(names[..<end]).fault == nil
                && (isNothing(names[end...]) || tables > 1 && isNames(names[end...], tables: tables - 1))
        }
    }

    private static func isLineEnd(_ byte: UInt8) -> Bool { byte == 0x0D || byte == 0x0A }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0B, 0x1C, 0x00, 0x1A].contains(byte) }

    // MARK: - Reading

    /// Every message gives an outcome: a report, or an error that says why not. A report that is taken survives the rules,
    /// and Pli's own format gives it back as it was.
    private static func read(_ bytes: [UInt8], as format: ReportFormat?) -> String? {
        guard let today = CalendarDate(year: 2026, month: 11, day: 26) else { return "no day" }
        let rules = ReportRules(RuleSettings(production: true, today: today))
        var broken: String?
        var stream = ReportStream(format)
        let judge = { (item: ReportStream.Item) in
            if item.outcomes.isEmpty, item.notice == nil { broken = "a message without outcome" }
            for outcome in item.outcomes { broken = broken ?? ReaderProperties.judge(outcome, rules) }
        }
        stream.push(bytes[...], judge)
        stream.finish(judge)
        return broken
    }

    private static func judge(_ outcome: ReadOutcome, _ rules: ReportRules) -> String? {
        guard var report = outcome.report else {
            return outcome.findings.contains { $0.severity == .error } ? nil : "held without a reason"
        }
        guard !outcome.findings.contains(where: { $0.severity == .error }) else { return "taken in spite of an error" }
        _ = rules.admit(&report, places: outcome.places)
        var line: [UInt8] = []
        FHIRBundleWriter.write(report: report, identifier: "R-1", source: "urn:pli:a:b:c", number: 1, into: &line)
        guard let back = try? FHIRBundleReader.read(line) else { return "a bundle of ours cannot be read" }
        var again: [UInt8] = []
        FHIRBundleWriter.write(
            report: back.report, identifier: "R-1", source: "urn:pli:a:b:c", number: 1, into: &again)
        guard line == again else { return "a bundle of ours is read as another" }
        for format in [ReportFormat.hl7, .hprim, .csv] {
            var written: [UInt8] = []
            ReportWriter(format).append(report, number: 1, into: &written)
            if written.isEmpty { return "nothing written" }
        }
        return nil
    }
}
