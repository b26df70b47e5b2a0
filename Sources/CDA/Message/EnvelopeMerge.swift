import LabReport

/// Puts together what a message says and what its document says.
///
/// The document speaks for the report. The message speaks for its own sending (id, sender, time, production or test,
/// what it does to earlier versions, the quality of the identity), and fills in what the document leaves out. Where the
/// two are about different people, nothing is passed on.
struct EnvelopeMerge {
    let carried: CarriedDocuments
    let attachment: CarriedDocuments.Attachment

    mutating func apply(to builder: inout DocumentBuilder) {
        let envelope = carried.envelope
        let likeness = EnvelopeMerge.likeness(envelope.patient, builder.report.patient)
        if likeness == .another {
            builder.log.add(.documentOfOther, at: attachment.path)
        }
        builder.report.messageID = envelope.messageID ?? builder.report.messageID
        builder.report.sendingApplication = envelope.sendingApplication ?? builder.report.sendingApplication
        if let facility = envelope.sendingFacility {
            builder.report.sendingFacility = facility
            builder.report.isFacilityLegalEntity = envelope.isFacilityLegalEntity
        }
        builder.report.processing = envelope.processing
        builder.report.consent = envelope.consent ?? builder.report.consent
        builder.report.sentAt = envelope.sentAt ?? builder.report.sentAt
        fill(&builder.report.patient, from: envelope.patient, isKnown: likeness == .same)
        builder.places.fictitious = builder.places.fictitious ?? carried.fictitious
        builder.report.requester = builder.report.requester ?? envelope.requester
        if builder.report.laboratory == nil {
            builder.report.laboratory = envelope.laboratory
            builder.places.laboratory = "MSH-4"
        }
        let order = envelope.orders.first
        for index in builder.report.orders.indices {
            let own = builder.report.orders[index]
            builder.report.orders[index].placerNumber = own.placerNumber ?? order?.placerNumber
            builder.report.orders[index].fillerNumber = own.fillerNumber ?? order?.fillerNumber
        }
        settleAction(&builder)
    }

    private enum Likeness {
        /// Something that tells people apart is the same.
        case same
        /// Nothing is known of both.
        case unknown
        case another
    }

    /// By the national identities. Where they do not settle it, by the birth dates, the sexes and the family names, none of which
    /// may differ: a birth date, or a name, alone is that of many.
    private static func likeness(_ one: Patient, _ other: Patient) -> Likeness {
        if let first = one.ins ?? one.nir, let second = other.ins ?? other.nir {
            // 13 characters are a matricule without its key.
            let count = min(first.value.text.utf8.count, second.value.text.utf8.count, 13)
            let isSame = first.value.text.utf8.prefix(count).elementsEqual(second.value.text.utf8.prefix(count))
            return isSame ? .same : .another
        }
        if Set([one.sex, other.sex]) == ["F", "M"] { return .another }
        let sharesName = isHidden(one) || isHidden(other) ? nil : one.sharesFamilyName(with: other)
        if sharesName == false { return .another }
        guard let first = one.birthDate, let second = other.birthDate else {
            return sharesName == true ? .same : .unknown
        }
        let areApart = first.lastDayNumber < second.firstDayNumber || second.lastDayNumber < first.firstDayNumber
        if areApart { return .another }
        // A year is that of many.
        return sharesName == true || first.day != nil && second.day != nil ? .same : .unknown
    }

    /// What it is called is not its name.
    private static func isHidden(_ patient: Patient) -> Bool {
        patient.identityStatus.contains("ANOM") || patient.identityStatus.contains("CACH")
    }

    /// Where to find somebody, and by what number, is only said of whom it `isKnown` to be of.
    private func fill(_ patient: inout Patient, from envelope: Patient, isKnown: Bool) {
        // PID-32 knows better than the rule that an INS in a document is a qualified one.
        if !envelope.identityStatus.isEmpty { patient.identityStatus = envelope.identityStatus }
        patient.nir = patient.nir ?? envelope.nir
        patient.ins = patient.ins ?? envelope.ins
        patient.birthName = patient.birthName ?? envelope.birthName
        if patient.givenNames.isEmpty { patient.givenNames = envelope.givenNames }
        patient.sex = patient.sex ?? envelope.sex
        patient.birthDate = patient.birthDate ?? envelope.birthDate
        patient.birthPlaceCode = patient.birthPlaceCode ?? envelope.birthPlaceCode
        patient.deceased = patient.deceased ?? envelope.deceased
        guard isKnown else { return }
        patient.address = patient.address ?? envelope.address
        if patient.phones.isEmpty { patient.phones = envelope.phones }
        if patient.mails.isEmpty { patient.mails = envelope.mails }
        for identifier in envelope.localIDs where !patient.localIDs.contains(where: { $0.value == identifier.value }) {
            patient.localIDs.append(identifier)
        }
    }

    // MARK: - What it does to earlier versions

    private enum Verb {
        case new, replace, cancel
    }

    /// ORC-1, where it says anything of the kind.
    private var control: Verb? {
        if !carried.controls.isDisjoint(with: ["CA", "OC", "CR"]) { return .cancel }
        if !carried.controls.isDisjoint(with: ["RO", "RP"]) { return .replace }
        return carried.controls.contains("NW") ? .new : nil
    }

    /// OBX-11 of the document.
    private var status: Verb? {
        switch attachment.status {
        case "D", "W": .cancel
        case "C": .replace
        case "F": .new
        default: nil
        }
    }

    /// The event of an MDM message: T10 replaces, T11 withdraws.
    private var event: Verb? {
        switch carried.documentEvent {
        case "T09", "T10": .replace
        case "T11": .cancel
        default: nil
        }
    }

    private func settleAction(_ builder: inout DocumentBuilder) {
        if let control, let status, control != status { builder.log.add(.controlMismatch, at: "ORC-1") }
        let said = [control, status, event]
        let documentReplaces = builder.header.isReplacing
        if said.contains(.cancel) {
            builder.report.action = .cancel
            for index in builder.report.results.indices where builder.report.results[index].status != "W" {
                builder.report.results[index].status = "D"
            }
        } else if said.contains(.replace) || documentReplaces {
            builder.report.action = .replace
            let everybody = documentReplaces && !said.contains(.new)
            if !everybody { builder.log.add(.actionUnclear, at: attachment.path) }
            for index in builder.report.orders.indices { builder.report.orders[index].status = "C" }
        }
    }
}
