import HL7

/// ORC, OBR, CTD, OBX and SPM.
extension HL7ReportWriter {
    mutating func order(_ index: Int) {
        let order = report.orders[index]
        control(order)
        out.segment(
            "OBR",
            [
                (1, Array(String(index + 1).utf8)), (2, fields.text(order.placerNumber)),
                (3, fields.text(order.fillerNumber)), (4, fields.coded(order.panel)),
                (7, fields.time(order.collectedAt)), (16, fields.professional(report.requester)),
                (22, fields.time(order.reportedAt)), (25, fields.text(order.status)),
            ])
        notes(order.notes)
        if index == 0 { laboratoryContact() }
        var number = 0
        for place in resultsByOrder[order: index] {
            number += 1
            observation(report.results[place], number: number)
        }
        if let specimen = order.specimenIndex.flatMap({ report.specimens.element(at: $0) }) {
            self.specimen(specimen, number: 1)
        }
    }

    private mutating func control(_ order: Order) {
        let code =
            switch report.action {
            case .new: "NW"
            case .replace: "RO"
            case .cancel: "CA"
            }
        let requester = report.requester
        let practice = requester?.organisation
        out.segment(
            "ORC",
            [
                (1, Array(code.utf8)), (2, fields.text(order.placerNumber)), (3, fields.text(order.fillerNumber)),
                (12, fields.professional(requester)),
                (14, contacts(requester?.phones ?? [], requester?.mails ?? [], use: "WPN")),
                (21, organisation(practice)), (22, fields.address(practice?.address)),
                (23, contacts(practice?.phones ?? [], [], use: "WPN")), (24, fields.address(requester?.address)),
            ])
    }

    /// XON: one repetition an identifier, the FINESS first, all with the name.
    func organisation(_ organisation: Organisation?) -> [UInt8] {
        guard let organisation else { return [] }
        let name = fields.text(organisation.name)
        var identifiers = organisation.identifiers
        if let finess = organisation.finess {
            let identifier = Identifier(
                value: Personal(finess), system: FINESS.oid, namespace: "ASIP-SANTE-ST", type: "FINEG")
            identifiers.insert(identifier, at: 0)
        }
        guard !identifiers.isEmpty else { return name }
        return fields.repetitions(
            identifiers.map { identifier in
                fields.components([
                    (1, name), (6, fields.authority(identifier)), (7, fields.text(identifier.type)),
                    (10, fields.text(identifier.value)),
                ])
            })
    }

    /// CTD: the laboratory's telephones, and its address where no OBX-24 has it. Nothing where the reader would take another
    /// laboratory for the one that answers for the results.
    private mutating func laboratoryContact() {
        guard let laboratory = report.laboratory,
            isLaboratorySender || report.results.first.map({ $0.performer == nil }) ?? false
        else { return }
        let isPerformer = report.results.contains { $0.performer == nil }
        let address = isPerformer ? [] : fields.address(laboratory.address)
        let phones = contacts(laboratory.phones, [], use: "WPN")
        guard !address.isEmpty || !phones.isEmpty else { return }
        let role = fields.coded(Coded(code: "LAB", text: "Laboratoire", system: "L"))
        out.segment("CTD", [(1, role), (3, address), (5, phones)])
    }

    private mutating func observation(_ result: Observation, number: Int) {
        let (type, value) = fields.value(result.value, coded: "CWE")
        let performer = result.performer ?? report.laboratory
        out.segment(
            "OBX",
            [
                (1, Array(String(number).utf8)), (2, Array(type.utf8)), (3, fields.coded(result.code)),
                (4, fields.text(result.subID)), (5, value), (6, fields.coded(result.unit)),
                (7, fields.text(result.range)),
                (8, fields.repetitions(result.interpretation.map { fields.text($0) })),
                (11, fields.text(result.status)), (14, fields.time(result.observedAt)),
                (16, fields.professional(result.responsible)), (17, fields.coded(result.method)),
                (18, fields.text(result.device)), (19, fields.time(result.analysedAt)),
                (23, organisation(performer)), (24, fields.address(performer?.address)),
            ])
        notes(result.notes)
    }

    private mutating func specimen(_ specimen: Specimen, number: Int) {
        let identifier = fields.text(specimen.identifier)
        out.segment(
            "SPM",
            [
                (1, Array(String(number).utf8)),
                (2, identifier.isEmpty ? [] : fields.components([(2, identifier)])),
                (4, fields.coded(specimen.type)), (17, fields.time(specimen.collectedAt)),
                (18, fields.time(specimen.receivedAt)),
            ])
    }

    /// Specimens that no order names stand behind the last order.
    mutating func leftSpecimens() {
        guard let last = report.orders.last else { return }
        let named = Set(report.orders.compactMap { $0.specimenIndex })
        var number = last.specimenIndex == nil ? 0 : 1
        // Before them the reader would take the first for the order's own.
        guard last.specimenIndex != nil else { return }
        for index in report.specimens.indices where !named.contains(index) {
            number += 1
            specimen(report.specimens[index], number: number)
        }
    }
}
