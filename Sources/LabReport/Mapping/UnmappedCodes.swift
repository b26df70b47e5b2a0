/// Counts the local codes and words of reports that no table maps, and writes them as a table to fill.
///
/// Bounded: past `limit` different ones, further ones are only counted together. Words of free text may be anybody's
/// name: they are listed only when at least `leastWords` results say the same, and never when they hold a digit.
public struct UnmappedCodes: Sendable {
    /// Different codes that are told apart.
    public static let limit = 20_000
    /// Results that must say the same word before it is shown.
    public static let leastWords = 3

    private struct Key: Hashable {
        var kind: CodeTable.Kind
        var local: String
        var system: String?
    }

    private struct Entry {
        var count: Int
        var text: String?
        var isWord: Bool
    }

    private var entries: [Key: Entry] = [:]
    private var table: CodeTable
    /// Results and units that were not told apart any more.
    public private(set) var others = 0

    /// Nothing counted; what `table` knows, even as having no standard code, is not unknown.
    public init(besides table: CodeTable = CodeTable()) {
        self.table = table
    }

    /// Different codes and words counted.
    public var count: Int { entries.count }

    /// Counts what is unknown in `report`, as it is after the table was applied.
    public mutating func add(_ report: Report) {
        for result in report.results {
            let isMarker = result.code.loinc == nil && table.isMarker(result.code)
            if result.code.loinc == nil, !isMarker { add(result.code, .test, test: nil) }
            let test = CodeTable.localTest(result.code)
            switch result.value {
            case _ where isMarker && CodeTable.isYes(result.value) != nil: break
            case .coded(let coded) where !CodeTable.hasSNOMED(coded) && UnmappedCodes.isLocal(coded):
                add(coded, .value, test: test)
            case .text(let text) where ResultMeaning(value: .text(text)) == nil: addWord(text, test)
            default: break
            }
            if let unit = result.unit, unit.system != "UCUM" { add(unit, .unit, test: nil) }
        }
    }

    /// Answer lists of standards (HL7 tables, LOINC answers) are no local codes.
    private static func isLocal(_ coded: Coded) -> Bool {
        guard let system = coded.system else { return true }
        return !system.utf8.starts(with: "HL7".utf8) && !CodeSystem.isLOINC(system) && system != "NULLFL"
    }

    private mutating func add(_ coded: Coded, _ kind: CodeTable.Kind, test: String?) {
        let (local, system) =
            coded.code.map { ($0, coded.system) } ?? coded.localCode.map { ($0, coded.localSystem) }
            ?? (coded.text ?? coded.localText ?? "", coded.system)
        guard !local.isEmpty, local.utf8.count <= 200 else { return }
        guard table.target(kind, code: local, text: coded.text, system: system, test: test) == nil else { return }
        count(Key(kind: kind, local: local, system: system), text: coded.text ?? coded.localText, isWord: false)
    }

    private mutating func addWord(_ text: Personal, _ test: String?) {
        let word = text.text
        guard (1...40).contains(word.utf8.count), !word.utf8.contains(where: ASCIIDigit.isDigit),
            table.target(.value, code: nil, text: word, system: nil, test: test) == nil
        else { return }
        count(Key(kind: .value, local: word, system: nil), text: nil, isWord: true)
    }

    private mutating func count(_ key: Key, text: String?, isWord: Bool) {
        if entries[key] != nil {
            entries[key]?.count += 1
        } else if entries.count < UnmappedCodes.limit {
            entries[key] = Entry(count: 1, text: text, isWord: isWord)
        } else {
            others += 1
        }
    }

    /// The table to fill, most frequent first: `CodeTable`'s columns, `code` and `display` empty.
    public var csv: [UInt8] {
        var out = Array("kind;local;system;text;count;code;display\r\n".utf8)
        let shown = entries.filter { !$0.value.isWord || $0.value.count >= UnmappedCodes.leastWords }
        let sorted = shown.sorted { one, other in
            if one.value.count != other.value.count { return one.value.count > other.value.count }
            if one.key.kind != other.key.kind { return one.key.kind.rawValue < other.key.kind.rawValue }
            if one.key.local != other.key.local { return one.key.local < other.key.local }
            return (one.key.system ?? "") < (other.key.system ?? "")
        }
        for (key, entry) in sorted {
            let row = [
                key.kind.rawValue, key.local, key.system ?? "", entry.text ?? "", String(entry.count), "", "",
            ]
            for (place, value) in row.enumerated() {
                if place > 0 { out.append(UInt8(ascii: ";")) }
                UnmappedCodes.append(value, to: &out)
            }
            out += [0x0D, 0x0A]
        }
        return out
    }

    /// In quotes where the separator, a quote or a line end stands in it, and as it is otherwise: codes are compared
    /// exactly, so nothing may be added to them.
    private static func append(_ value: String, to out: inout [UInt8]) {
        let isPlain = value.utf8.allSatisfy { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "\"") && $0 >= 0x20 }
        if isPlain {
            out += value.utf8
            return
        }
        out.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            if byte == UInt8(ascii: "\"") { out.append(byte) }
            out.append(byte)
        }
        out.append(UInt8(ascii: "\""))
    }
}
