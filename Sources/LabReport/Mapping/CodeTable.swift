import HL7

/// What one sender's own codes and words mean: its table of local codes to LOINC, SNOMED CT and UCUM.
///
/// A CSV file (`;`, `,` or tab; UTF-8, ISO 8859-15 or Windows-1252) with these columns, in any order; the first line names them:
///
/// | column | holds |
/// |---|---|
/// | `kind` | `test` (OBX-3, OBR-4), `value` (OBX-5), `unit` (OBX-6), `consent` or `objection` (see below) |
/// | `local` | the sender's code, or its word where it sends no code |
/// | `system` | the sender's name of its code system, as sent; empty: whatever it is |
/// | `test` | for `value`: only in results of this local test code; empty: in all |
/// | `text` | what it is, for whoever fills the table; not used |
/// | `code` | LOINC for `test`, SNOMED CT for `value`, UCUM for `unit`; `-`: has none, known; empty: to be filled |
/// | `display` | the text that goes with `code`; may be empty |
/// | `count` | as `pli check --unmapped` writes it; not used |
///
/// A `consent` or `objection` row names a local test code whose value `Y`, `O`, `OUI`, `YES`, `1`, `VRAI`, a code for yes or a
/// positive word says that the patient agreed or objected to transmission: the result becomes the report's marker. One that
/// says neither yes nor no holds the report (`marker-unclear`).
///
/// Codes are compared exactly, words without case, accents or punctuation. LOINC codes must have the right check digit.
/// The sender's code stays beside the one it was mapped to.
public struct CodeTable: Sendable, Equatable {
    /// What a row is about.
    public enum Kind: String, Sendable, CaseIterable {
        /// A test or a panel.
        case test
        /// A result's value.
        case value
        /// A unit.
        case unit
        /// A test whose positive value is the patient's agreement.
        case consent
        /// A test whose positive value is the patient's objection.
        case objection
    }

    /// What a local code becomes.
    enum Target: Sendable, Equatable {
        /// A code of the kind's standard system, and its text.
        case code(String, display: String?)
        /// Known to have none.
        case none
    }

    /// Where a row applies.
    struct Key: Hashable, Sendable {
        var kind: Kind
        /// The code as sent, or the folded word.
        var local: String
        var system: String?
        var test: String?
    }

    private var targets: [Key: Target] = [:]
    /// Some row makes a result the patient's word on transmission.
    private(set) var hasMarkers = false

    /// A table without rows.
    public init() {}

    /// Rows of any use: those whose `code` is filled.
    public var count: Int { targets.count }

    /// Bytes of one table, and its rows.
    public static let limit = (bytes: 8 * 1024 * 1024, rows: 100_000)

    /// Reads a table; the failure says which line is wrong and how.
    public init(_ bytes: [UInt8]) throws(CodeTableFailure) {
        guard bytes.count <= CodeTable.limit.bytes else { throw CodeTableFailure(line: 0, problem: .tooLarge) }
        let text = SourceText.unmarked(bytes[...])
        let charset = SourceText.charset(of: text, site: .utf8)
        let head = text.prefix { $0 != 0x0A && $0 != 0x0D }
        let separator = CSVHeader.separators.first { head.contains($0) } ?? UInt8(ascii: ";")
        var rows = CSVRows(text, separator: separator)
        var columns: Columns?
        var number = 0
        while let row = rows.next() {
            let record = CSVRecord(row, separator: separator)
            if record.isBroken { throw CodeTableFailure(line: rows.line, problem: .badQuote) }
            let cells = record.cells.map { CodeTable.text(of: $0, charset) }
            guard let columns else {
                columns = try Columns(cells)
                continue
            }
            if record.isBlank { continue }
            number += 1
            guard number <= CodeTable.limit.rows else { throw CodeTableFailure(line: rows.line, problem: .tooLarge) }
            try add(cells, columns, line: rows.line)
        }
        if columns == nil { throw CodeTableFailure(line: 1, problem: .noHeader) }
    }

    /// A cell, without blanks around it unless it stood in quotes.
    private static func text(of cell: CSVRecord.Cell, _ charset: Charset) -> String {
        var bytes = cell.bytes
        if !cell.isQuoted {
            bytes = bytes.drop { $0 == 0x20 }
            while bytes.last == 0x20 { bytes = bytes.dropLast() }
        }
        return charset.text(of: Array(bytes))
    }

    /// The columns' places in a row.
    private struct Columns {
        var places: [String: Int] = [:]
        static let known = ["kind", "local", "system", "test", "text", "code", "display", "count"]

        init(_ header: [String]) throws(CodeTableFailure) {
            for (place, name) in header.enumerated() where !name.isEmpty {
                guard Columns.known.contains(name) else {
                    throw CodeTableFailure(line: 1, problem: .unknownColumn(place + 1))
                }
                guard places.updateValue(place, forKey: name) == nil else {
                    throw CodeTableFailure(line: 1, problem: .repeatedColumn(place + 1))
                }
            }
            for name in ["kind", "local", "code"] where places[name] == nil {
                throw CodeTableFailure(line: 1, problem: .missingColumn(name))
            }
        }

        func value(_ name: String, in row: [String]) -> String? {
            guard let place = places[name], row.indices.contains(place), !row[place].isEmpty else { return nil }
            return row[place]
        }
    }

    private mutating func add(_ row: [String], _ columns: Columns, line: Int) throws(CodeTableFailure) {
        guard let word = columns.value("kind", in: row), let kind = Kind(rawValue: word) else {
            throw CodeTableFailure(line: line, problem: .unknownKind)
        }
        guard let local = columns.value("local", in: row) else { throw CodeTableFailure(line: line, problem: .noLocal) }
        if kind == .consent || kind == .objection { hasMarkers = true }
        let target: Target
        switch (kind, columns.value("code", in: row)) {
        case (.consent, _), (.objection, _), (_, "-"): target = .none
        case (_, nil): return
        case (.test, let code?):
            guard LOINC(code) != nil else { throw CodeTableFailure(line: line, problem: .notLOINC) }
            target = .code(code, display: columns.value("display", in: row))
        case (.value, let code?):
            guard (6...18).contains(code.utf8.count), code.utf8.allSatisfy(ASCIIDigit.isDigit) else {
                throw CodeTableFailure(line: line, problem: .notSNOMED)
            }
            target = .code(code, display: columns.value("display", in: row))
        case (.unit, let code?): target = .code(code, display: columns.value("display", in: row))
        }
        let key = Key(
            kind: kind, local: local, system: columns.value("system", in: row), test: columns.value("test", in: row))
        guard targets.updateValue(target, forKey: key) == nil else {
            throw CodeTableFailure(line: line, problem: .repeatedRow)
        }
        // The same row answers for the word, however it is written, unless a row of its own does.
        guard let word = CodeTable.folded(local) else { return }
        var folded = key
        folded.local = word
        if targets[folded] == nil { targets[folded] = target }
    }

    /// A word without case, accents or punctuation, marked so that it is never taken for a code; nil for signs alone
    /// (`+`, `-`), which only compare exactly.
    static func folded(_ word: String) -> String? {
        let bytes = FoldedName(word).bytes
        return bytes.isEmpty ? nil : "\u{1}" + String(decoding: bytes, as: UTF8.self)
    }

    /// What `code` or `text` of `system` becomes; the nearest row wins: code before word, with its system before without.
    func target(_ kind: Kind, code: String?, text: String?, system: String?, test: String? = nil) -> Target? {
        if targets.isEmpty { return nil }
        // A value's word may stand where its code should; a test's code is never folded: `A-1` is not `A1`.
        let words = [text, kind == .value ? code : nil]
        for local in [code, text] + words.map({ $0.flatMap(CodeTable.folded) }) {
            guard let local else { continue }
            for test in test == nil ? [nil] : [test, nil] {
                for system in system == nil ? [nil] : [system, nil] {
                    if let found = targets[Key(kind: kind, local: local, system: system, test: test)] { return found }
                }
            }
        }
        return nil
    }
}

/// Why a file is no code table. Names the line; never its content.
public struct CodeTableFailure: Error, Equatable, Sendable {
    /// The line, from 1; 0 for the file as a whole.
    public let line: Int
    /// What is wrong.
    public let problem: Problem

    /// What is wrong with a table.
    public enum Problem: Equatable, Sendable {
        /// More than `CodeTable.limit`.
        case tooLarge
        /// No line at all.
        case noHeader
        /// A quote that is misplaced or never closed.
        case badQuote
        /// The column at this place is none of the table's.
        case unknownColumn(Int)
        /// The column at this place stands twice.
        case repeatedColumn(Int)
        /// A column that must be there.
        case missingColumn(String)
        /// `kind` is none of those known.
        case unknownKind
        /// `local` is empty.
        case noLocal
        /// `code` of a test is no LOINC code, or its check digit is wrong.
        case notLOINC
        /// `code` of a value is no SNOMED CT code.
        case notSNOMED
        /// The same local code, system and test stood in an earlier line.
        case repeatedRow
    }
}

extension CodeTableFailure: CustomStringConvertible {
    /// In English.
    public var description: String { "line " + String(line) + ": " + words.english }

    /// In French.
    public var french: String { "ligne " + String(line) + " : " + words.french }

    private var words: (french: String, english: String) {
        switch problem {
        case .tooLarge: ("table trop grande (8 Mio, 100 000 lignes)", "the table is too large (8 MiB, 100,000 rows)")
        case .noHeader: ("pas de ligne de titres", "there is no header line")
        case .badQuote: ("guillemet mal placé ou jamais fermé", "a quote is misplaced or never closed")
        case .unknownColumn(let place):
            ("colonne " + String(place) + " inconnue", "column " + String(place) + " is not known")
        case .repeatedColumn(let place):
            ("colonne " + String(place) + " en double", "column " + String(place) + " stands twice")
        case .missingColumn(let name): ("la colonne " + name + " manque", "column " + name + " is missing")
        case .unknownKind:
            (
                "kind doit être test, value, unit, consent ou objection",
                "kind must be test, value, unit, consent or objection"
            )
        case .noLocal: ("local est vide", "local is empty")
        case .notLOINC: ("code n'est pas un code LOINC (clé comprise)", "code is no LOINC code (check digit included)")
        case .notSNOMED: ("code n'est pas un code SNOMED CT", "code is no SNOMED CT code")
        case .repeatedRow: ("même code local qu'une ligne précédente", "the same local code as in an earlier line")
        }
    }
}
