import LabReport

extension ReportField {
    /// Whether a delivered report says anything in this field: what a recipient really got, not what its profile says.
    func isPresent(in report: Report) -> Bool {
        patientPresence(report.patient) ?? requesterPresence(report.requester) ?? laboratoryPresence(report.laboratory)
            ?? orderPresence(report) ?? resultPresence(report.results) ?? reportPresence(report)
    }

    private func patientPresence(_ patient: Patient) -> Bool? {
        switch self {
        case .patientINS: patient.ins != nil
        case .patientIdentityStatus: !patient.identityStatus.isEmpty
        case .patientNIR: patient.nir != nil
        case .patientLocalIDs: patient.localIDs.contains { !PatientPseudonym.isOne($0) }
        case .patientPseudonym: patient.localIDs.contains { PatientPseudonym.isOne($0) }
        case .patientBirthName: patient.birthName != nil
        case .patientUsedName: patient.usedName != nil
        case .patientGivenNames: !patient.givenNames.isEmpty
        case .patientSex: patient.sex != nil
        case .patientBirthDate: patient.birthDate != nil
        case .patientBirthPlace: patient.birthPlaceCode != nil
        case .patientAddress: patient.address?.lines.isEmpty == false
        case .patientPostcode: patient.address?.postcode != nil
        case .patientCity: patient.address?.city != nil
        case .patientPhones: !patient.phones.isEmpty
        case .patientMails: !patient.mails.isEmpty
        case .patientDeceased: patient.deceased != nil
        case .patientAgeBand: patient.ageBand != nil
        case .patientBirthYear: patient.birthYear != nil
        case .patientDepartment: patient.department != nil
        default: nil
        }
    }

    private func requesterPresence(_ requester: Professional?) -> Bool? {
        switch self {
        case .requesterName: requester?.familyName != nil || requester?.givenName != nil
        case .requesterIDs: requester?.identifiers.isEmpty == false
        case .requesterAddress: requester?.address != nil
        case .requesterPhones: requester?.phones.isEmpty == false
        case .requesterMails: requester?.mails.isEmpty == false
        case .requesterOrganisation: requester?.organisation != nil
        default: nil
        }
    }

    private func laboratoryPresence(_ laboratory: Organisation?) -> Bool? {
        switch self {
        case .laboratoryName: laboratory?.name != nil
        case .laboratoryFINESS: laboratory?.finess != nil
        case .laboratoryAddress: laboratory?.address != nil
        case .laboratoryPhones: laboratory?.phones.isEmpty == false
        default: nil
        }
    }

    private func orderPresence(_ report: Report) -> Bool? {
        switch self {
        case .orderPlacer: report.orders.contains { $0.placerNumber != nil }
        case .orderFiller: report.orders.contains { $0.fillerNumber != nil }
        case .orderPanel: report.orders.contains { $0.panel != nil }
        case .orderStatus: report.orders.contains { $0.status != nil }
        case .orderReportedAt: report.orders.contains { $0.reportedAt != nil }
        case .specimenID: report.specimens.contains { $0.identifier != nil }
        case .specimenType: report.specimens.contains { $0.type != nil }
        case .specimenCollectedAt:
            report.specimens.contains { $0.collectedAt != nil } || report.orders.contains { $0.collectedAt != nil }
        case .specimenReceivedAt: report.specimens.contains { $0.receivedAt != nil }
        default: nil
        }
    }

    private func resultPresence(_ results: [Observation]) -> Bool? {
        switch self {
        case .resultCode: results.contains { $0.code.code != nil }
        case .resultLocalCode: results.contains { $0.code.localCode != nil }
        case .resultValue: results.contains { $0.value != nil && !Self.isText($0.value) }
        case .resultText: results.contains { Self.isText($0.value) }
        case .resultUnit: results.contains { $0.unit != nil }
        case .resultRange: results.contains { $0.range != nil }
        case .resultInterpretation: results.contains { !$0.interpretation.isEmpty }
        case .resultStatus: !results.isEmpty
        case .resultObservedAt: results.contains { $0.observedAt != nil }
        case .resultAnalysedAt: results.contains { $0.analysedAt != nil }
        case .resultMethod: results.contains { $0.method != nil }
        case .resultDevice: results.contains { $0.device != nil }
        case .resultPerformer: results.contains { $0.performer != nil }
        case .resultResponsible: results.contains { $0.responsible != nil }
        default: nil
        }
    }

    private static func isText(_ value: Observation.Value?) -> Bool {
        if case .text = value { true } else { false }
    }

    private func reportPresence(_ report: Report) -> Bool {
        switch self {
        case .reportSentAt: report.sentAt != nil
        case .reportMessageID: report.messageID != nil
        case .reportConsent: report.consent != nil
        case .notes:
            !report.notes.isEmpty || report.orders.contains { !$0.notes.isEmpty }
                || report.results.contains { !$0.notes.isEmpty }
        default: false
        }
    }
}
