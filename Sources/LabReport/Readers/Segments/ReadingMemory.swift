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
    /// Where the bytes of several fields are put together to look for them.
    @exclusivity(unchecked) private var key: [UInt8] = []
    private var dialect: Dialect?

    /// Nothing remembered.
    package init() {
        let key = ByteHash.newKey()
        codes = FieldMemory(key: key)
        fieldCodes = FieldMemory(key: key)
        professionals = FieldMemory(key: key)
        requesters = FieldMemory(key: key)
        performers = FieldMemory(key: key)
        authorities = FieldMemory(key: key)
        lists = FieldMemory(key: key)
        headers = FieldMemory(key: key)
        results = FieldMemory(key: key)
        assigners = FieldMemory(key: key)
    }

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
        /// The national authority that `system` names.
        var authority: INSAuthority?
    }

    /// What an OBX says beside its number, its value and its times.
    struct ResultFrame {
        var result: Observation
        var kind: ValueType?
        /// OBX-23 or OBX-15 names the performer.
        var performerField: Int
    }

    /// What `body` gives with the bytes of several parts as one key. A separator stands between them, which is in none of
    /// them but where it separates fields.
    func withKey<Result>(
        of parts: InlineArray<4, PartRange>, in wire: Wire, _ body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        key.removeAll(keepingCapacity: true)
        for place in parts.indices {
            key.append(contentsOf: wire.bytes(of: parts[place]))
            key.append(wire.dialect.delimiters.field)
        }
        return key.withUnsafeBufferPointer(body)
    }

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
