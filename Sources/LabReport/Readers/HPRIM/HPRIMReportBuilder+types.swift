import HL7

/// The data types that fields of HPRIM are made of, as far as HL7 v2 has them otherwise.
extension HPRIMReportBuilder {
    static let hasSubcomponents = false
    static let mostRepetitions = Limits.hprimParts
    static let mostLines = Limits.hprimParts

    /// Few messages come as HPRIM: each is read afresh.
    var memory: UnsafePointer<ReadingTables>? { nil }

    func field(_ number: Int) -> PartRange { segment?.field(number) ?? .nothing }

    /// A path in the segment being read: `OBX[3]-6`.
    func path(_ field: Int) -> String {
        let name = segment?.name ?? "H"
        let isSingle = name == "H" || name == "P" || name == "L"
        return name + (isSingle ? "" : "[" + String(occurrence) + "]") + "-" + String(field)
    }

    /// Telephone numbers, and mail addresses where there is an `@`: each once.
    mutating func contacts(_ number: Int, phones: inout [Personal], mails: inout [Personal]) {
        let whole = field(number)
        guard wire.hasValue(whole) else { return }
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard let contact = personal(component(repetition, 1), number) else { continue }
            if contact.text.utf8.contains(UInt8(ascii: "@")) {
                if !mails.contains(contact) { mails.append(contact) }
            } else if !phones.contains(contact) {
                phones.append(contact)
            }
        }
    }

    /// A professional. A number that is an RPPS by form and key is one, also where the sender gives no type.
    mutating func professional(inField number: Int) -> Professional? {
        guard var person = professional(field(number), number) else { return nil }
        // Some write a code, a name and `L`, the system of the laboratory's own codes.
        let isRPPS = person.identifiers.contains { RPPS($0.value.text) != nil }
        if person.givenName?.text == "L", !isRPPS { person.givenName = nil }
        for index in person.identifiers.indices where person.identifiers[index].type == nil {
            if RPPS(person.identifiers[index].value.text) != nil { person.identifiers[index].type = "RPPS" }
        }
        return person
    }

    /// A structure: number, name. A number with the form and key of a FINESS is one.
    mutating func organisation(_ part: PartRange, _ field: Int) -> Organisation? {
        guard wire.hasValue(part) else { return nil }
        let parts = wire.components(part)
        var organisation = Organisation(name: text(parts[2], field))
        if let number = compact(parts[1], field) {
            let system = text(parts[3], field)
            if FINESS(number) != nil || system == FINESS.oid || system == "FINEG" || system == "FINESS" {
                organisation.finess = FINESS.bare(number)
            } else {
                organisation.identifiers = [Identifier(value: Personal(number), namespace: system)]
            }
        }
        return organisation.isEmpty ? nil : organisation
    }
}
