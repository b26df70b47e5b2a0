import HL7

/// ZOR and ZPA: what Pli writes where HL7 v2.5.1 has no place. Another system's segment of the same name has another first
/// field, and says nothing.
extension ReportBuilder {
    private var isOwn: Bool { wire.equals(fields[1], "PLI") }

    /// ZOR: a person, their structure, and how to reach both, by their part in the report (ZOR-2); where that is about a result,
    /// with the number of its OBX, counted from 1 behind the PID (ZOR-3).
    mutating func readParty() {
        guard isOwn else { return }
        noteTarget = .nothing
        let role = fields[2]
        if wire.equals(role, "LAB") {
            statedLaboratory = .some(structure())
        } else if wire.equals(role, "REQ") {
            statedRequester = person()
        } else if let index = statedResult, wire.equals(role, "PRF") {
            report.results[index].performer = structure()
        } else if let index = statedResult, wire.equals(role, "RSP") {
            report.results[index].responsible = person()
        } else {
            log.add(.unknownSegment, at: path(2))
        }
    }

    private var statedResult: Int? {
        guard let number = Int(wire.text(fields[3])), number > 0, report.results.indices.contains(number - 1) else {
            return nil
        }
        return number - 1
    }

    /// ZOR-4, ZOR-8 and ZOR-9, with the structure: nil where nothing is said.
    private mutating func person() -> Professional? {
        var person = professional(fields[4], 4) ?? Professional()
        person.organisation = structure()
        person.address = address(first(fields[8]), 8)
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[9], 9, phones: &phones, mails: &mails)
        person.phones = phones
        person.mails = mails
        return person.isEmpty ? nil : person
    }

    /// ZOR-5 to ZOR-7: nil where nothing is said.
    private mutating func structure() -> Organisation? {
        var structure = organisation(fields[5], 5) ?? Organisation()
        structure.address = address(first(fields[6]), 6)
        var phones: [Personal] = []
        var mails: [Personal] = []
        contacts(fields[7], 7, phones: &phones, mails: &mails)
        structure.phones = phones
        return structure.isEmpty ? nil : structure
    }

    /// ZPA: age band, year of birth and department, which a profile made in the place of the day and the address.
    mutating func readMade() {
        guard isOwn else { return }
        noteTarget = .nothing
        report.patient.ageBand = text(fields[2], 2)
        if let digits = text(fields[3], 3) {
            if let year = Int(digits), (1...9_999).contains(year), NumberForm.isNumber(wire.bytes(of: fields[3])) {
                report.patient.birthYear = year
            } else {
                log.add(.birthDateForm, at: path(3))
            }
        }
        report.patient.department = text(fields[4], 4)
    }
}
