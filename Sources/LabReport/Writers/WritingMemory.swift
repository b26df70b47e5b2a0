/// What minimising and writing remember from report to report: a laboratory's reports share their doctors, structures, tests
/// and codes (`Shared`), and what was made of one of these once is made of it again.
///
/// It changes nothing of what is written. What is remembered is found by the shared value itself, which is kept with it, so
/// that it can neither change nor be mistaken for another. Of patients nothing is remembered but what their results' codes
/// are, and of the last report all but the patient (`SharedRest`). One memory serves one thread.
package final class WritingMemory {
    /// Projections, by the profile's fields and what was projected.
    let requesters = SharedMemory<Professional?>()
    let laboratories = SharedMemory<Organisation?>()
    let results = SharedMemory<Observation>()
    let codes = SharedMemory<Coded>()
    let values = SharedMemory<Coded>()
    /// FHIR: a CodeableConcept; the requester's and the laboratory's resources inside a DiagnosticReport.
    let concepts = SharedMemory<[UInt8]>()
    let requesterResources = SharedMemory<[UInt8]>()
    let laboratoryResources = SharedMemory<[UInt8]>()
    /// FHIR: what stands in an Observation before its subject, and behind its value.
    let observationHeads = SharedMemory<[UInt8]>()
    let observationTails = SharedMemory<[UInt8]>()
    /// FHIR: what stands around an identifier's value.
    let identifiers = IdentifierForms()
    /// The last report but its patient.
    let rest = SharedRest()
    /// Where links of the bundle that is being written begin.
    let links = LinkPlaces()

    /// Bytes of a piece of FHIR that is remembered.
    private static let longest = 8_192

    /// Nothing remembered.
    package init() {}

    /// What was made of `source` before, or what `make` makes of it now. `fields` is what else the value depends on.
    func value<Value>(
        of source: SharedOwner, _ fields: UInt64, in table: SharedMemory<Value>, _ make: () -> Value
    ) -> Value {
        if let known = table.value(of: source, fields) { return known }
        let made = make()
        table.keep(made, of: source, fields)
        return made
    }

    /// The last report but its patient, where `report` is that one.
    func rest(of report: Report) -> SharedRest? { rest.isRest(of: report.owner) ? rest : nil }

    /// Remembers `written` of `source`, where it is of the usual length.
    func keep(_ written: [UInt8], of source: SharedOwner, _ fields: UInt64 = 0, in table: SharedMemory<[UInt8]>) {
        guard written.count <= WritingMemory.longest else { return }
        table.keep(written, of: source, fields)
    }
}

/// Values made of shared objects, found by the object: bounded, the newer takes the older one's place.
final class SharedMemory<Value> {
    private static var places: Int { 2_048 }

    private struct Entry {
        /// Held for as long as the entry is, so that its identity is nobody else's.
        var source: SharedOwner
        var fields: UInt64
        var value: Value
    }

    // Unchecked at run time: no call leaves this file while it is accessed.
    @exclusivity(unchecked) private var entries: [Entry?] = []

    /// Nothing remembered.
    init() {}

    /// What was made of `source`; nil when it is not remembered.
    func value(of source: SharedOwner, _ fields: UInt64) -> Value? {
        guard !entries.isEmpty else { return nil }
        let place = SharedMemory.place(of: source, fields)
        guard let entry = entries[place], entry.source === source, entry.fields == fields else { return nil }
        return entry.value
    }

    /// Remembers what was made of `source`.
    func keep(_ value: Value, of source: SharedOwner, _ fields: UInt64) {
        if entries.isEmpty { entries = Array(repeating: nil, count: SharedMemory.places) }
        entries[SharedMemory.place(of: source, fields)] = Entry(source: source, fields: fields, value: value)
    }

    private static func place(of source: SharedOwner, _ fields: UInt64) -> Int {
        let address = UInt64(UInt(bitPattern: ObjectIdentifier(source)))
        let mixed = (address >> 4 ^ fields) &* 0x9E37_79B9_7F4A_7C15
        return Int(truncatingIfNeeded: mixed >> 40) & (places - 1)
    }
}
