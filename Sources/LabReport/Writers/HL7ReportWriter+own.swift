import HL7

/// ZPA and ZOR: what HL7 v2.5.1 has no place for. A birth year in PID-7 would be read as a birth date known to the year, and a
/// department in XAD-9 is the code of a municipality elsewhere: neither says what a profile made.
///
/// They stand behind all else: between the standard's segments they would part what belongs together for others.
extension HL7ReportWriter {
    mutating func ownSegments() {
        made(report.patient)
        if !isLaboratoryTold { party("LAB", structure: report.laboratory) }
        if let requester = report.requester, !isTold(requester) { party("REQ", requester) }
        var number = 0
        for order in report.orders.indices {
            for place in resultsByOrder[order: order] {
                number += 1
                parties(of: report.results[place], number: number)
            }
        }
    }

    /// ZPA, where a profile made something of the patient.
    private mutating func made(_ patient: Patient) {
        guard patient.ageBand != nil || patient.birthYear != nil || patient.department != nil else { return }
        out.segment(
            "ZPA",
            [
                (1, own), (2, fields.text(patient.ageBand)), (3, fields.text(patient.birthYear.map { String($0) })),
                (4, fields.text(patient.department)),
            ])
    }

    /// ZOR of who did the analysis and who answers for it, where OBX-16, OBX-23 and OBX-24 do not hold all of it.
    private mutating func parties(of result: Observation, number: Int) {
        if let performer = result.performer, !performer.phones.isEmpty || organisation(performer).isEmpty {
            party("PRF", structure: performer, of: number)
        }
        guard let person = result.responsible else { return }
        let hasMore = person.organisation != nil || person.address != nil
        if hasMore || !person.phones.isEmpty || !person.mails.isEmpty { party("RSP", person, of: number) }
    }

    private var own: [UInt8] { Array("PLI".utf8) }

    private mutating func party(
        _ role: String, _ person: Professional? = nil, structure: Organisation? = nil, of number: Int? = nil
    ) {
        let structure = structure ?? person?.organisation
        out.segment(
            "ZOR",
            [
                (1, own), (2, Array(role.utf8)), (3, fields.text(number.map { String($0) })),
                (4, fields.professional(person)), (5, organisation(structure)), (6, fields.address(structure?.address)),
                (7, contacts(structure?.phones ?? [], [], use: "WPN")), (8, fields.address(person?.address)),
                (9, contacts(person?.phones ?? [], person?.mails ?? [], use: "WPN")),
            ])
    }

    /// The reader finds the laboratory in MSH-4, the first OBX-23 and a CTD: whether these say all of it, and of no other.
    private var isLaboratoryTold: Bool {
        let isPerformer = report.results.contains { $0.performer == nil }
        guard let laboratory = report.laboratory else {
            return report.sendingFacility == nil && !report.results.contains { $0.performer != nil }
        }
        // Of a legal entity the reader takes who did all of it.
        if report.isFacilityLegalEntity, report.results.contains(where: { $0.performer != nil }) { return false }
        if isLaboratorySender { return isPerformer || laboratory.identifiers.isEmpty }
        // A FINESS in MSH-4 is read as the laboratory's.
        if let facility = report.sendingFacility, FINESS(facility) != nil { return false }
        let isFirst = report.results.first.map { $0.performer == nil } ?? false
        return isFirst && !organisation(laboratory).isEmpty
    }

    /// The reader finds who asked in an ORC, by their name or number or those of their structure.
    private func isTold(_ requester: Professional) -> Bool {
        guard !report.orders.isEmpty else { return false }
        let isStructureTold = requester.organisation.map { !organisation($0).isEmpty } ?? true
        return isStructureTold && (!fields.professional(requester).isEmpty || requester.organisation != nil)
    }
}
