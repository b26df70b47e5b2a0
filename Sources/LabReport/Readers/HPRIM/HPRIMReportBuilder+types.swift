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

    /// Telephone numbers and mail addresses, each once.
    mutating func contacts(_ number: Int, phones: inout [Personal], mails: inout [Personal]) {
        let whole = field(number)
        guard wire.hasValue(whole) else { return }
        var steps = repetitions(whole)
        while let repetition = wire.next(&steps) {
            guard let text = text(component(repetition, 1), number) else {
                // HL7 has a mail, a local number or the whole of it in these.
                let isSaid = [4, 7, 12].contains { wire.hasValue(component(repetition, $0)) }
                if isSaid { log.add(.detailDropped, at: path(number)) }
                continue
            }
            guard let way = ContactWay(text) else { continue }
            if let rule = way.put(phones: &phones, mails: &mails) { log.add(rule, at: path(number)) }
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

    /// A structure: number, name, what number it is. Where nothing says that, one with the form and key of a FINESS is one; a SIREN
    /// has the same form, and what is said to be another number is no FINESS. A sender's number has no blanks: orders are known by
    /// it, as they were.
    mutating func organisation(_ part: PartRange, _ field: Int, isSender: Bool = false) -> Organisation? {
        guard wire.hasValue(part) else { return nil }
        let parts = wire.components(part)
        var organisation = Organisation(name: text(parts[2], field))
        let number = isSender ? compact(parts[1], field) : self.number(parts[1], field)
        guard let number else { return organisation.isEmpty ? nil : organisation }
        let kind = code(parts[3], field)
        let isFINESS = kind.map { HPRIMReportBuilder.finessNames.contains($0) } ?? (FINESS(number) != nil)
        if isFINESS {
            organisation.finess = FINESS.bare(number)
        } else if let kind, HPRIMReportBuilder.companyNumbers.contains(kind) {
            organisation.identifiers = [Identifier(value: Personal(number), type: kind)]
        } else {
            // Nine digits of no known kind are most often a FINESS that somebody mistyped.
            if kind == nil, FINESS.fault(in: Array(number.utf8)) == .key { log.add(.finessKey, at: path(field)) }
            organisation.identifiers = [Identifier(value: Personal(number), namespace: kind)]
        }
        return organisation
    }

    private static let finessNames: Set<String> = [
        FINESS.oid, "FINESS", "FINEG", "FINEJ", "IDNST", "Finess", "finess", "ASIP-SANTE-ST",
    ]
    /// What the national register of companies gives: its numbers have the key of a FINESS.
    static let companyNumbers: ShortCodes = ["SIREN", "SIRET"]
    /// Statuses of a result by which a report is about an earlier one.
    static let changing: ShortCodes = ["C", "D", "W"]
}
