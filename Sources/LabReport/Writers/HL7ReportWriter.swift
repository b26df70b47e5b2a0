import HL7

/// Writes a report as HL7 v2.5.1 ORU^R01, with the French use of its fields, so that `HL7ReportReader` reads the same report.
///
/// What HL7 v2.5.1 has no place for stands in two segments of our own, ZPA and ZOR, and only where there is such a thing: who
/// does not know them passes over them and has all that the standard's fields hold. A specimen that several orders share is
/// written with each; one that no order has is written behind the last order's, if that has one.
package struct HL7ReportWriter {
    let report: Report
    let fields: FieldWriter
    let resultsByOrder: ResultsByOrder
    var out: SegmentWriter

    /// Appends the message to `bytes`: UTF-8, segments ended by carriage returns.
    package static func write(_ report: Report, into bytes: inout [UInt8]) {
        var writer = HL7ReportWriter(report)
        writer.header()
        writer.patient()
        for index in writer.report.orders.indices { writer.order(index) }
        writer.leftSpecimens()
        writer.ownSegments()
        bytes += writer.out.bytes
    }

    private init(_ report: Report) {
        self.report = report
        resultsByOrder = ResultsByOrder(report.results, orders: report.orders.count)
        let dialect = Dialect()
        fields = FieldWriter(dialect: dialect)
        out = SegmentWriter(separator: dialect.delimiters.field)
    }

    private mutating func header() {
        out.segment(
            "MSH", first: 2,
            [
                (2, Array("^~\\&".utf8)), (3, fields.text(report.sendingApplication)), (4, facility()),
                (7, fields.time(report.sentAt)), (9, Array("ORU^R01^ORU_R01".utf8)),
                (10, fields.text(report.messageID)), (11, Array(report.processing.rawValue.utf8)),
                (12, Array("2.5.1".utf8)), (17, Array("FRA".utf8)), (18, Array("UNICODE UTF-8".utf8)),
            ])
    }

    /// MSH-4: the laboratory with its FINESS where it is the sender, else the facility as it was written.
    private func facility() -> [UInt8] {
        let type: [UInt8] = report.isFacilityLegalEntity ? [0x4D] : [0x4E]
        guard let laboratory = report.laboratory, isLaboratorySender else {
            let facility = fields.text(report.sendingFacility)
            return report.isFacilityLegalEntity ? fields.components([(2, facility), (3, type)]) : facility
        }
        return fields.components([
            (1, fields.text(laboratory.name)), (2, fields.text(laboratory.finess)), (3, type),
        ])
    }

    /// MSH-4 says which laboratory it is. Where the report names no sender, none is made of it.
    var isLaboratorySender: Bool {
        guard let finess = report.laboratory?.finess else { return false }
        return report.sendingFacility == finess
    }

    private mutating func patient() {
        let patient = report.patient
        var ids: [[UInt8]] = []
        if let ins = patient.ins { ids.append(identifier(ins, type: "INS")) }
        if let nir = patient.nir { ids.append(identifier(nir, type: "NH")) }
        ids += patient.localIDs.map { identifier($0, type: nil) }
        var addresses = [fields.address(patient.address, type: "H")]
        if let place = patient.birthPlaceCode {
            addresses.append(fields.components([(7, Array("BDL".utf8)), (9, fields.text(place))]))
        }
        let deceased: [UInt8] = patient.deceased.map { $0 ? [0x59] : [0x4E] } ?? []
        out.segment(
            "PID",
            [
                (1, [0x31]), (3, fields.repetitions(ids)), (5, fields.repetitions(names(patient))),
                (7, fields.date(patient.birthDate)), (8, fields.text(patient.sex)),
                (11, fields.repetitions(addresses)), (13, contacts(patient.phones, patient.mails, use: "PRN")),
                (30, deceased), (32, fields.repetitions(patient.identityStatus.map { fields.text($0) })),
            ])
        notes(report.notes)
        consent()
    }

    /// CON-11 (table 0498): an objection that a format leaves out would send what must not be sent.
    private mutating func consent() {
        switch report.consent {
        case nil: return
        case .given: out.segment("CON", [(1, [0x31]), (11, [0x41])])
        case .objected: out.segment("CON", [(1, [0x31]), (11, [0x52])])
        }
    }

    private func identifier(_ identifier: Identifier, type: String?) -> [UInt8] {
        fields.components([
            (1, fields.text(identifier.value)), (4, fields.authority(identifier)),
            (5, fields.text(identifier.type ?? type)),
        ])
    }

    /// XPN: birth name (L) with all given names, then the name in use (D).
    private func names(_ patient: Patient) -> [[UInt8]] {
        let all = patient.givenNames.map { $0.text }.joined(separator: " ")
        let first = fields.text(patient.givenNames.first)
        var names: [[UInt8]] = []
        if patient.birthName != nil || !patient.givenNames.isEmpty {
            names.append(
                fields.components([
                    (1, fields.text(patient.birthName)), (2, first),
                    (3, patient.givenNames.count > 1 ? fields.text(all) : []), (7, [0x4C]),
                ]))
        }
        if let used = patient.usedName {
            names.append(fields.components([(1, fields.text(used)), (2, first), (7, [0x44])]))
        }
        return names
    }

    /// XTN: the number in component 12, a mail in component 4.
    func contacts(_ phones: [Personal], _ mails: [Personal], use: String) -> [UInt8] {
        let numbers = phones.map { phone in
            fields.components([(2, Array(use.utf8)), (3, Array("PH".utf8)), (12, fields.text(phone))])
        }
        let addresses = mails.map { mail in
            fields.components([(2, Array("NET".utf8)), (3, Array("Internet".utf8)), (4, fields.text(mail))])
        }
        return fields.repetitions(numbers + addresses)
    }

    mutating func notes(_ notes: [Personal]) {
        for (index, note) in notes.enumerated() where !note.text.isEmpty {
            out.segment("NTE", [(1, Array(String(index + 1).utf8)), (2, [0x4C]), (3, fields.text(note))])
        }
    }
}
