package import HL7

/// What a file is cut into: messages that can be read each by itself, and bytes that are none. Together they account for
/// every byte but blanks and envelopes.
package enum SourcePiece: Sendable, Equatable {
    /// One message: what `ReportReader` takes.
    case message(SourceMessage)
    /// Bytes that no reader takes; a person must see them.
    case held(SourceHold)
    /// Something about the file: nothing was lost by it, somebody should look.
    case notice(BatchNotice)
}

/// One message of a file, able to stand alone: it can be kept and read again with nothing else.
package struct SourceMessage: Sendable, Equatable {
    /// Its bytes. A report of a table has the table's first line before its rows.
    package var bytes: [UInt8]
    /// Where it begins in the file, and how long it is there.
    package var offset: Int
    package var length: Int
    /// 1 for the file's first piece; messages and held pieces are counted together.
    package var ordinal: Int
    /// In a table, the number of its first row as a spreadsheet shows it; the names of columns are row 1.
    package var firstRow: Int
    /// What stood around an HL7 message in the file: its reader says so.
    package var surroundings: Message.Oddities

    /// A message that was kept, without what is known of its file.
    package init(_ bytes: [UInt8], ordinal: Int = 1) {
        self.init(bytes: bytes, offset: 0, length: bytes.count, ordinal: ordinal)
    }

    init(
        bytes: [UInt8], offset: Int, length: Int, ordinal: Int, firstRow: Int = 2, surroundings: Message.Oddities = []
    ) {
        self.bytes = bytes
        self.offset = offset
        self.length = length
        self.ordinal = ordinal
        self.firstRow = firstRow
        self.surroundings = surroundings
    }
}

/// A stretch of a file that is no message.
package struct SourceHold: Sendable, Equatable {
    /// Why it is none.
    package var finding: Finding
    /// Its beginning, at most `Limits.heldBytes`.
    package var beginning: [UInt8]
    /// Where it begins in the file, and how long it is there.
    package var offset: Int
    package var length: Int
    /// As for messages.
    package var ordinal: Int
}

/// Gathers a stretch of foreign bytes: counts all of it, keeps the beginning.
struct SourceHoldBuilder: Sendable {
    let rule: Rule
    let path: String
    let offset: Int
    private(set) var length = 0
    private var beginning: [UInt8] = []

    init(_ rule: Rule, at path: String, offset: Int) {
        self.rule = rule
        self.path = path
        self.offset = offset
    }

    mutating func add(_ bytes: ArraySlice<UInt8>) {
        let room = Limits.heldBytes - beginning.count
        if room > 0 { beginning += bytes.prefix(room) }
        length += bytes.count
    }

    /// The same for another reason.
    private func held(by rule: Rule, at path: String) -> SourceHoldBuilder {
        var other = SourceHoldBuilder(rule, at: path, offset: offset)
        (other.length, other.beginning) = (length, beginning)
        return other
    }

    /// The same where it begins with the title of a table: its columns are named below.
    func titled(fromRow first: Int) -> SourceHoldBuilder {
        guard rule.id == Rule.csvColumns.id, let row = CSVHeader.rowBelow(beginning[...]) else { return self }
        return held(by: .csvTitle, at: "row " + String(first + row - 1))
    }

    func piece(ordinal: Int) -> SourcePiece {
        .held(
            SourceHold(
                finding: rule.finding(at: path, [:]), beginning: beginning, offset: offset, length: length,
                ordinal: ordinal))
    }
}
