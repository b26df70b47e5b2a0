import HL7

/// Cuts a table into reports: neighbouring rows with the same key (`report_id`, else `report_message_id`, else
/// `order_filler`) are one, unless they are versions of one order (`CSVVersions`), and get the table's first row before them.
///
/// Memory is bounded by `Limits.messageBytes`, `Limits.csvRowBytes` and the size of one push.
struct CSVSplitter: Sendable {
    private enum State {
        /// The first row is still to come.
        case header
        case rows
        /// The table cannot be read: all of it is one held piece.
        case foreign(SourceHoldBuilder)
    }

    private var state = State.header
    private var header = CSVHeader([])
    private var versions = CSVVersions(CSVHeader([]))
    private var headerRow: [UInt8] = []
    /// The same as it stood in the file, and where.
    private var headerSource: [UInt8] = []
    private var headerOffset = 0
    /// The row in progress.
    private var row: [UInt8] = []
    private var rowOffset = 0
    private var rowNumber = 1
    /// Where the table begins that cannot be read.
    private var foreignRow = 1
    private var isQuoted = false
    /// The byte before may be the start of a cell, where a quote opens it.
    private var isCellStart = true
    /// The byte before closed a quote: another one means a quote of the text.
    private var isJustClosed = false
    private var lastWasCR = false
    /// The row in progress passed its limit: its bytes go here until the line ends.
    private var longRow: SourceHoldBuilder?
    /// The report in progress.
    private var group = Group()
    private var ordinal = 0

    private struct Group: Sendable {
        var key: [UInt8] = []
        var bytes: [UInt8] = []
        var rows = 0
        var offset = 0
        var length = 0
        var firstRow = 0
        /// Past the limit: held.
        var hold: SourceHoldBuilder?
    }

    mutating func push(_ bytes: ArraySlice<UInt8>, into pieces: inout [SourcePiece]) {
        for byte in bytes {
            if lastWasCR {
                lastWasCR = false
                if byte == 0x0A {
                    row.append(byte)
                    endRow(&pieces)
                    continue
                }
                endRow(&pieces)
            }
            row.append(byte)
            if longRow == nil, row.count > Limits.csvRowBytes {
                longRow = SourceHoldBuilder(.csvRowSize, at: "row " + String(rowNumber), offset: rowOffset)
                spillLongRow()
            }
            guard longRow != nil else {
                step(byte, &pieces)
                continue
            }
            // Quotes mean nothing any more: the next line end is the way out.
            if byte == 0x0A { endRow(&pieces) } else if byte == 0x0D { lastWasCR = true }
            if row.count >= Limits.heldBytes { spillLongRow() }
        }
    }

    private mutating func step(_ byte: UInt8, _ pieces: inout [SourcePiece]) {
        if isQuoted {
            if byte == CSVRecord.quote { (isQuoted, isJustClosed) = (false, true) }
            return
        }
        let mayReopen = isJustClosed
        isJustClosed = false
        switch byte {
        case CSVRecord.quote:
            if isCellStart || mayReopen { isQuoted = true }
            isCellStart = false
        case 0x0A: endRow(&pieces)
        case 0x0D: lastWasCR = true
        default: isCellStart = isSeparator(byte)
        }
    }

    private func isSeparator(_ byte: UInt8) -> Bool {
        if case .header = state { return CSVHeader.separators.contains(byte) || row.count == 3 && byte == 0xBF }
        return byte == header.separator
    }

    mutating func finish(into pieces: inout [SourcePiece]) {
        if longRow == nil { while let last = row.last, CSVRecord.isFileEnd(last) { row.removeLast() } }
        if !row.isEmpty || longRow != nil { endRow(&pieces, isOpen: isQuoted) }
        closeGroup(&pieces)
        switch state {
        case .header:
            pieces.append(SourceHoldBuilder(.emptyFile, at: "row 1", offset: 0).piece(ordinal: 1))
        case .rows where ordinal == 0:
            var builder = SourceHoldBuilder(.csvNoRows, at: "row 1", offset: headerOffset)
            builder.add(headerSource[...])
            pieces.append(builder.piece(ordinal: 1))
        case .rows: break
        case .foreign(let builder):
            pieces.append(builder.titled(fromRow: foreignRow).piece(ordinal: ordinal + 1))
        }
        self = CSVSplitter()
    }

    private mutating func spillLongRow() {
        longRow?.add(row[...])
        rowOffset += row.count
        row.removeAll(keepingCapacity: true)
    }

    // MARK: - Rows

    /// `isOpen` says that the file has ended within quotes.
    private mutating func endRow(_ pieces: inout [SourcePiece], isOpen: Bool = false) {
        lastWasCR = false
        isQuoted = false
        isJustClosed = false
        isCellStart = true
        defer {
            rowOffset += row.count
            row.removeAll(keepingCapacity: true)
            rowNumber += 1
        }
        if longRow != nil {
            closeGroup(&pieces)
            spillLongRow()
            if let builder = longRow { hold(builder, &pieces) }
            longRow = nil
            return
        }
        switch state {
        case .header: readHeader()
        case .foreign(var builder):
            builder.add(row[...])
            state = .foreign(builder)
        case .rows: addRow(&pieces, isOpen)
        }
    }

    /// Hands out a held piece, or makes it part of the one that the whole table is.
    private mutating func hold(_ builder: SourceHoldBuilder, _ pieces: inout [SourcePiece]) {
        if case .rows = state {
            ordinal += 1
            pieces.append(builder.piece(ordinal: ordinal))
        } else if case .header = state {
            state = .foreign(builder)
        }
    }

    private mutating func readHeader() {
        let content = SourceText.unmarked(row[...])
        // Blank lines before the names are passed over.
        if content.allSatisfy({ $0 == 0x0D || $0 == 0x0A || $0 == 0x20 }) || CSVHeader.isHint(content) { return }
        header = CSVHeader(row[...])
        if let fault = header.fault {
            // Of a table behind another one the names stand further down.
            let path = ordinal == 0 ? fault.path : "row " + String(rowNumber) + fault.path.dropFirst("row 1".count)
            var builder = SourceHoldBuilder(fault.rule, at: path, offset: rowOffset)
            builder.add(row[...])
            state = .foreign(builder)
            foreignRow = rowNumber
            return
        }
        headerSource = row
        headerOffset = rowOffset
        versions = CSVVersions(header)
        headerRow = Array(content.filter { $0 != 0x0D && $0 != 0x0A }) + [0x0D, 0x0A]
        state = .rows
    }

    private mutating func addRow(_ pieces: inout [SourcePiece], _ isOpen: Bool) {
        var record = CSVRecord(row[...], separator: header.separator)
        // Which set the rows are in is not known yet; blanks of UTF-8 are nothing in any other.
        record.trim(.utf8)
        if record.isBlank {
            // Kept inside a report, so that its rows keep their numbers.
            if group.rows > 0, group.hold == nil, group.bytes.count + row.count <= Limits.messageBytes {
                group.bytes += row
            }
            return
        }
        // Names with a quote that nobody closes have all rows behind them in it: they are a row, which is held.
        if !isOpen, header.isFollowed(by: record, row) {
            closeGroup(&pieces)
            readHeader()
            return
        }
        var key: [UInt8] = []
        for position in header.keys {
            guard let cell = record.cells.element(at: position), !cell.bytes.isEmpty else { continue }
            key = [UInt8(truncatingIfNeeded: position)] + cell.bytes
            break
        }
        let isOther = group.rows == 0 || key.isEmpty || key != group.key
        if versions.begins(record, isFirst: isOther) || isOther {
            closeGroup(&pieces)
            group = Group(key: key, bytes: headerRow, offset: rowOffset, firstRow: rowNumber)
        }
        group.rows += 1
        group.length = rowOffset + row.count - group.offset
        if group.hold != nil {
            group.hold?.add(row[...])
        } else if group.rows > Limits.csvReportRows || group.bytes.count + row.count > Limits.messageBytes {
            var builder = SourceHoldBuilder(
                .csvReportSize, at: "row " + String(group.firstRow), offset: group.offset)
            builder.add(group.bytes[headerRow.count...])
            builder.add(row[...])
            group.hold = builder
            group.bytes = []
        } else {
            // Rows of which the last byte is no line end stand at the end of the file.
            group.bytes += row
        }
    }

    private mutating func closeGroup(_ pieces: inout [SourcePiece]) {
        guard group.rows > 0 else { return }
        ordinal += 1
        if let builder = group.hold {
            pieces.append(builder.piece(ordinal: ordinal))
        } else {
            pieces.append(
                .message(
                    SourceMessage(
                        bytes: group.bytes, offset: group.offset, length: group.length, ordinal: ordinal,
                        firstRow: group.firstRow)))
        }
        group = Group()
    }
}
