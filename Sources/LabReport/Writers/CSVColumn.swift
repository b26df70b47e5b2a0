/// A column: its name and what stands in it. The order is part of the format; new columns go at the end.
///
/// `docs/integrating.md` says what each holds. `CSVReportReader` reads all of them: what is written comes back.
struct CSVColumn: Sendable {
    let name: String
    let scope: Scope
    let cell: @Sendable (CSVRow) -> CSVCell?

    init(_ name: String, _ cell: @escaping @Sendable (CSVRow) -> CSVCell?) {
        self.name = name
        scope = CSVColumn.scope(of: name)
        self.cell = cell
    }

    static let all: [CSVColumn] =
        reportColumns + patientColumns + requesterColumns + laboratoryColumns + orderColumns + resultColumns
        + detailColumns

    private static let reportColumns: [CSVColumn] = [
        CSVColumn("report_id") { .of($0.identifier) },
        CSVColumn("report_action") { .plain($0.report.action.rawValue) },
        CSVColumn("report_processing") { .plain($0.report.processing.rawValue) },
        CSVColumn("report_message_id") { .of($0.report.messageID) },
        CSVColumn("report_sent_at") { .of($0.report.sentAt) },
        CSVColumn("report_sending_application") { .of($0.report.sendingApplication) },
        CSVColumn("report_sending_facility") { .of($0.report.sendingFacility) },
        CSVColumn("report_consent") { $0.report.consent.map { .plain($0.rawValue) } },
        CSVColumn("report_notes") { .of($0.report.notes) },
    ]

    private static let patientColumns: [CSVColumn] = [
        CSVColumn("patient_ins") { .of($0.patient.ins?.value) },
        CSVColumn("patient_ins_oid") { .of($0.patient.ins?.system) },
        CSVColumn("patient_identity_status") { .of($0.patient.identityStatus) },
        CSVColumn("patient_nir") { .of($0.patient.nir?.value) },
        CSVColumn("patient_local_ids") { .of($0.patient.localIDs) },
        CSVColumn("patient_birth_name") { .of($0.patient.birthName) },
        CSVColumn("patient_used_name") { .of($0.patient.usedName) },
        CSVColumn("patient_given_names") { .of($0.patient.givenNames) },
        CSVColumn("patient_sex") { .of($0.patient.sex) },
        CSVColumn("patient_birth_date") { .of($0.patient.birthDate) },
        CSVColumn("patient_birth_year") { $0.patient.birthYear.map { .plain(String($0)) } },
        CSVColumn("patient_age_band") { .of($0.patient.ageBand) },
        CSVColumn("patient_birth_place_code") { .of($0.patient.birthPlaceCode) },
        CSVColumn("patient_address_lines") { .of($0.patient.address?.lines ?? []) },
        CSVColumn("patient_postcode") { .of($0.patient.address?.postcode) },
        CSVColumn("patient_city") { .of($0.patient.address?.city) },
        CSVColumn("patient_state") { .of($0.patient.address?.state) },
        CSVColumn("patient_country") { .of($0.patient.address?.country) },
        CSVColumn("patient_department") { .of($0.patient.department) },
        CSVColumn("patient_phones") { .of($0.patient.phones) },
        CSVColumn("patient_mails") { .of($0.patient.mails) },
        CSVColumn("patient_deceased") { .of($0.patient.deceased) },
    ]

    private static let requesterColumns: [CSVColumn] = [
        CSVColumn("requester_ids") { .of($0.requester?.identifiers ?? []) },
        CSVColumn("requester_family_name") { .of($0.requester?.familyName) },
        CSVColumn("requester_given_name") { .of($0.requester?.givenName) },
        CSVColumn("requester_address_lines") { .of($0.requester?.address?.lines ?? []) },
        CSVColumn("requester_postcode") { .of($0.requester?.address?.postcode) },
        CSVColumn("requester_city") { .of($0.requester?.address?.city) },
        CSVColumn("requester_phones") { .of($0.requester?.phones ?? []) },
        CSVColumn("requester_mails") { .of($0.requester?.mails ?? []) },
        CSVColumn("requester_organisation_name") { .of($0.requester?.organisation?.name) },
        CSVColumn("requester_organisation_finess") { .of($0.requester?.organisation?.finess) },
    ]

    private static let laboratoryColumns: [CSVColumn] = [
        CSVColumn("laboratory_name") { .of($0.laboratory?.name) },
        CSVColumn("laboratory_finess") { .of($0.laboratory?.finess) },
        CSVColumn("laboratory_ids") { .of($0.laboratory?.identifiers ?? []) },
        CSVColumn("laboratory_address_lines") { .of($0.laboratory?.address?.lines ?? []) },
        CSVColumn("laboratory_postcode") { .of($0.laboratory?.address?.postcode) },
        CSVColumn("laboratory_city") { .of($0.laboratory?.address?.city) },
        CSVColumn("laboratory_phones") { .of($0.laboratory?.phones ?? []) },
    ]

    private static let orderColumns: [CSVColumn] = [
        CSVColumn("order_placer") { .of($0.order?.placerNumber) },
        CSVColumn("order_filler") { .of($0.order?.fillerNumber) },
        CSVColumn("order_panel_code") { .of($0.order?.panel?.code) },
        CSVColumn("order_panel_text") { .of($0.order?.panel?.text) },
        CSVColumn("order_panel_system") { .of($0.order?.panel?.system) },
        CSVColumn("order_status") { .of($0.order?.status) },
        CSVColumn("order_reported_at") { .of($0.order?.reportedAt) },
        CSVColumn("order_notes") { .of($0.order?.notes ?? []) },
        CSVColumn("specimen_id") { .of($0.specimen?.identifier) },
        CSVColumn("specimen_type_code") { .of($0.specimen?.type?.code) },
        CSVColumn("specimen_type_text") { .of($0.specimen?.type?.text) },
        // When the specimen was taken, whoever says it.
        CSVColumn("specimen_collected_at") {
            .of($0.specimen == nil ? $0.order?.collectedAt : $0.specimen?.collectedAt)
        },
        CSVColumn("specimen_received_at") { .of($0.specimen?.receivedAt) },
    ]

    private static let resultColumns: [CSVColumn] = [
        CSVColumn("result_code") { .of($0.result?.code.code) },
        CSVColumn("result_code_text") { .of($0.result?.code.text) },
        CSVColumn("result_code_system") { .of($0.result?.code.system) },
        CSVColumn("result_local_code") { .of($0.result?.code.localCode) },
        CSVColumn("result_local_text") { .of($0.result?.code.localText) },
        CSVColumn("result_local_system") { .of($0.result?.code.localSystem) },
        CSVColumn("result_sub_id") { .of($0.result?.subID) },
        CSVColumn("result_value") { $0.result?.value.flatMap { value($0) } },
        CSVColumn("result_value_code") { .of(valueCode($0)?.code) },
        CSVColumn("result_value_system") { .of(valueCode($0)?.system) },
        CSVColumn("result_unit") { .of($0.result?.unit?.code ?? $0.result?.unit?.label) },
        CSVColumn("result_range") { .of($0.result?.range) },
        CSVColumn("result_interpretation") { .of($0.result?.interpretation ?? []) },
        CSVColumn("result_status") { .of($0.result?.status) },
        CSVColumn("result_observed_at") { .of($0.result?.observedAt) },
        CSVColumn("result_analysed_at") { .of($0.result?.analysedAt) },
        CSVColumn("result_method_code") { .of($0.result?.method?.code) },
        CSVColumn("result_method_text") { .of($0.result?.method?.text) },
        CSVColumn("result_device") { .of($0.result?.device) },
        CSVColumn("result_performer_name") { .of($0.result?.performer?.name) },
        CSVColumn("result_performer_finess") { .of($0.result?.performer?.finess) },
        CSVColumn("result_responsible_ids") { .of($0.result?.responsible?.identifiers ?? []) },
        CSVColumn("result_responsible_name") { .name($0.result?.responsible) },
        CSVColumn("result_notes") { .of($0.result?.notes ?? []) },
    ]

    private static func value(_ value: Observation.Value) -> CSVCell? {
        switch value {
        case .coded(let coded): .of(coded.label)
        case .number(let number): number.text.isEmpty ? nil : .number(number.text)
        case .text(let text): .of(text)
        case .time(let time): .of(time)
        case .structured: .of(value.label)
        }
    }

    private static func valueCode(_ row: CSVRow) -> Coded? {
        if case .coded(let coded) = row.result?.value { coded } else { nil }
    }
}
