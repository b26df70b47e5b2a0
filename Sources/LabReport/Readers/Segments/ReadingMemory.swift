import HL7

/// What a reader of segments remembers from message to message, so that what a sender writes again and again is read once.
///
/// It changes nothing of what is read: only values that gave no finding are remembered, under the very bytes, delimiters
/// and character set that they came in. One memory serves one thread; without one, every message is read afresh.
package final class ReadingMemory {
    /// In one place: a reader passes an address about, and no copy.
    let tables: UnsafePointer<ReadingTables>
    private let owned = UnsafeMutablePointer<ReadingTables>.allocate(capacity: 1)
    /// Where the fields of the segment being read lie: one list for all messages.
    let fields = FieldRanges()
    private var dialect: Dialect?
    /// The first row of a table, and what it was understood as.
    private var tableHeader: (row: [UInt8], header: CSVHeader)?

    /// Nothing remembered.
    package init() {
        owned.initialize(to: ReadingTables())
        tables = UnsafePointer(owned)
    }

    deinit {
        owned.pointee.release()
        owned.deallocate()
    }

    /// The first row of a table as it is understood. Each report of a table comes with the same one, which takes longer to understand than
    /// the report.
    func header(_ row: ArraySlice<UInt8>) -> CSVHeader {
        if let tableHeader, tableHeader.row.elementsEqual(row) { return tableHeader.header }
        let header = CSVHeader(row)
        tableHeader = (Array(row), header)
        return header
    }

    /// A message in `dialect` begins. What was read in another one means nothing in it.
    func begin(_ dialect: Dialect) {
        if dialect == self.dialect { return }
        if self.dialect != nil { tables.pointee.clear() }
        self.dialect = dialect
    }
}

/// The tables of a `ReadingMemory`, which is held for as long as they are used: a reader asks them where they lie, without counting
/// references.
struct ReadingTables {
    /// By a repetition, and by a whole field.
    let codes = FieldMemory<Coded?>()
    let fieldCodes = FieldMemory<Coded?>()
    let professionals = FieldMemory<Professional?>()
    /// By OBR-32.
    let interpreters = FieldMemory<Professional?>()
    /// By the fields of ORC that describe who asked.
    let requesters = FieldMemory<Professional?>()
    /// By OBX-23 and OBX-24.
    let performers = FieldMemory<Organisation?>()
    let authorities = FieldMemory<Authority>()
    let lists = FieldMemory<[String]>()
    let flags = FieldMemory<[String]>()
    /// By all of MSH but its time and its id.
    let headers = FieldMemory<MessageHeader.Lasting>()
    /// By all of an OBX but its number, its value and its times, and who answers for its order.
    let results = FieldMemory<ResultFrame>()
    /// By all of an identifier (CX) but its number.
    let assigners = FieldMemory<Assigner>()
    /// What times were read as.
    let times = RecentTimes()
    /// What hashes of fields are keyed with.
    private let hashKey = ByteHash.newKey()
    /// Where the bytes of several fields are put together to look for them; one byte longer than what is remembered.
    private let joined = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ReadingTables.longest + 1)
    private static let longest = FieldMemory<Int>.longest

    /// Nothing remembered.
    init() { joined.initialize(repeating: 0) }

    /// Forgets everything.
    func clear() {
        codes.clear()
        fieldCodes.clear()
        professionals.clear()
        interpreters.clear()
        requesters.clear()
        performers.clear()
        authorities.clear()
        lists.clear()
        flags.clear()
        headers.clear()
        results.clear()
        assigners.clear()
    }

    /// Gives all memory back: nothing may be asked after it.
    func release() {
        codes.release()
        fieldCodes.release()
        professionals.release()
        interpreters.release()
        requesters.release()
        performers.release()
        authorities.release()
        lists.release()
        flags.release()
        headers.release()
        results.release()
        assigners.release()
        times.release()
        joined.deallocate()
    }

    /// Who assigned an identifier (HD).
    struct Authority {
        var system: String?
        var namespace: String?
    }

    /// What an identifier says of who assigned it and what it is.
    struct Assigner {
        /// All but the number.
        let identifier: Identifier
        /// What it says that it is.
        let kind: IdentifierKind
        /// From when and until when it holds.
        let validity: Validity

        /// What `identifier` says beside its number.
        init(_ identifier: Identifier, _ validity: Validity = .always) {
            self.identifier = identifier
            kind = IdentifierKind(identifier)
            self.validity = validity
        }
    }

    /// What an OBX says beside its number, its value and its times.
    struct ResultFrame {
        var result: Observation
        var kind: ValueType?
        /// OBX-23 or OBX-15 names the performer.
        var performerField: Int
    }

    /// The key that several parts make together, good until the next such key is made. A separator stands between them, which
    /// is in none of them but where it separates fields.
    func key<let size: Int>(of parts: InlineArray<size, PartRange>, in wire: Wire) -> FieldKey {
        var length = 0
        for place in parts.indices {
            let bytes = wire.bytes(of: parts[place])
            // One byte more than is remembered makes a key that is not.
            guard length + bytes.count < ReadingTables.longest else {
                return FieldKey(UnsafeBufferPointer(joined), key: hashKey)
            }
            if let base = bytes.baseAddress, let place = joined.baseAddress {
                (place + length).update(from: base, count: bytes.count)
            }
            length += bytes.count
            joined[length] = wire.dialect.delimiters.field
            length += 1
        }
        return FieldKey(UnsafeBufferPointer(rebasing: joined[..<length]), key: hashKey)
    }

    /// The key that a part makes.
    func key(of part: PartRange, in wire: Wire) -> FieldKey { FieldKey(wire.bytes(of: part), key: hashKey) }
}
