import HL7

/// What a reader of segments remembers from message to message, so that what a sender writes again and again is read once.
///
/// It changes nothing of what is read: only values that gave no finding are remembered, under the very bytes, delimiters
/// and character set that they came in. One memory serves one thread; without one, every message is read afresh.
package final class ReadingMemory {
    /// By a repetition, and by a whole field.
    let codes: FieldMemory<Coded?>
    let fieldCodes: FieldMemory<Coded?>
    let professionals: FieldMemory<Professional?>
    /// By the fields of ORC that describe who asked.
    let requesters: FieldMemory<Professional?>
    /// By OBX-23 and OBX-24.
    let performers: FieldMemory<Organisation?>
    let authorities: FieldMemory<Authority>
    let lists: FieldMemory<[String]>
    /// By all of MSH but its time and its id.
    let headers: FieldMemory<MessageHeader>
    /// By all of an OBX but its number, its value and its times.
    let results: FieldMemory<ResultFrame>
    /// By all of an identifier (CX) but its number.
    let assigners: FieldMemory<Assigner>
    /// Where the fields of the segment being read lie: one list for all messages.
    let fields = FieldRanges()
    /// What hashes of fields are keyed with.
    private let hashKey = ByteHash.newKey()
    /// Where the bytes of several fields are put together to look for them; one byte longer than what is remembered.
    private let joined = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: ReadingMemory.longest + 1)
    private static let longest = FieldMemory<Int>.longest
    private var dialect: Dialect?

    /// Nothing remembered.
    package init() {
        codes = FieldMemory()
        fieldCodes = FieldMemory()
        professionals = FieldMemory()
        requesters = FieldMemory()
        performers = FieldMemory()
        authorities = FieldMemory()
        lists = FieldMemory()
        headers = FieldMemory()
        results = FieldMemory()
        assigners = FieldMemory()
        joined.initialize(repeating: 0)
    }

    deinit { joined.deallocate() }

    /// Who assigned an identifier (HD).
    struct Authority {
        var system: String?
        var namespace: String?
    }

    /// What an identifier says of who assigned it and what it is.
    struct Assigner {
        var system: String?
        var namespace: String?
        var type: String?
        /// What `system` and `type` say that it is.
        var kind: IdentifierKind

        /// What `identifier` says beside its number.
        init(_ identifier: Identifier) {
            system = identifier.system
            namespace = identifier.namespace
            type = identifier.type
            kind = IdentifierKind(identifier)
        }

        /// The identifier of that number.
        func identifier(_ value: String) -> Identifier {
            Identifier(value: Personal(value), system: system, namespace: namespace, type: type)
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
    func key(of parts: InlineArray<4, PartRange>, in wire: Wire) -> FieldKey {
        var length = 0
        for place in parts.indices {
            let bytes = wire.bytes(of: parts[place])
            // One byte more than is remembered makes a key that is not.
            guard length + bytes.count < ReadingMemory.longest else {
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

    /// A message in `dialect` begins. What was read in another one means nothing in it.
    func begin(_ dialect: Dialect) {
        if dialect == self.dialect { return }
        if self.dialect != nil {
            codes.clear()
            fieldCodes.clear()
            professionals.clear()
            requesters.clear()
            performers.clear()
            authorities.clear()
            lists.clear()
            headers.clear()
            results.clear()
            assigners.clear()
        }
        self.dialect = dialect
    }
}
