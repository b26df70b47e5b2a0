/// The columns that make the table complete: what tells identifiers, codes and values apart exactly. Most tables leave most
/// of them empty; a reader that does not need them can pass over them.
extension CSVColumn {
    static let detailColumns: [CSVColumn] =
        numbers + patientDetails + requesterDetails + laboratoryDetails + orderDetails + valueDetails
        + performerDetails

    private static let numbers: [CSVColumn] = [
        CSVColumn("order_number") { number($0.orderIndex) },
        CSVColumn("specimen_number") { number($0.specimenIndex) },
        CSVColumn("result_number") { number($0.resultIndex) },
    ]

    private static func number(_ index: Int?) -> CSVCell? { index.map { .plain(String($0 + 1)) } }

    private static let patientDetails: [CSVColumn] =
        [
            CSVColumn("patient_ins_namespace") { .of($0.patient.ins?.namespace) },
            CSVColumn("patient_ins_type") { .of($0.patient.ins?.type) },
            CSVColumn("patient_nir_oid") { .of($0.patient.nir?.system) },
            CSVColumn("patient_nir_namespace") { .of($0.patient.nir?.namespace) },
            CSVColumn("patient_nir_type") { .of($0.patient.nir?.type) },
        ] + identifiers("patient_local_id") { $0.patient.localIDs }

    private static let requesterDetails: [CSVColumn] =
        identifiers("requester_id") { $0.requester?.identifiers ?? [] }
        + region("requester") { $0.requester?.address }
        + list("requester_organisation_id") { $0.requester?.organisation?.identifiers ?? [] }
        + address("requester_organisation") { $0.requester?.organisation?.address }
        + [CSVColumn("requester_organisation_phones") { .of($0.requester?.organisation?.phones ?? []) }]

    private static let laboratoryDetails: [CSVColumn] =
        identifiers("laboratory_id") { $0.laboratory?.identifiers ?? [] }
        + region("laboratory") { $0.laboratory?.address }

    private static let orderDetails: [CSVColumn] =
        [
            CSVColumn("order_collected_at") { .of($0.order?.collectedAt) },
            CSVColumn("order_panel_local_code") { .of($0.order?.panel?.localCode) },
            CSVColumn("order_panel_local_text") { .of($0.order?.panel?.localText) },
            CSVColumn("order_panel_local_system") { .of($0.order?.panel?.localSystem) },
            CSVColumn("specimen_type_system") { .of($0.specimen?.type?.system) },
            CSVColumn("specimen_type_local_code") { .of($0.specimen?.type?.localCode) },
            CSVColumn("specimen_type_local_text") { .of($0.specimen?.type?.localText) },
            CSVColumn("specimen_type_local_system") { .of($0.specimen?.type?.localSystem) },
        ]

    private static let valueDetails: [CSVColumn] =
        [
            CSVColumn("result_value_type") { $0.result?.value.map { .plain(kind($0)) } },
            CSVColumn("result_value_text") { .of(coded($0)?.text) },
            CSVColumn("result_value_local_code") { .of(coded($0)?.localCode) },
            CSVColumn("result_value_local_text") { .of(coded($0)?.localText) },
            CSVColumn("result_value_local_system") { .of(coded($0)?.localSystem) },
            CSVColumn("result_value_comparator") { .of(structured($0)?.comparator) },
            CSVColumn("result_value_first") { structured($0)?.first.flatMap { .number($0.text) } },
            CSVColumn("result_value_separator") { .of(structured($0)?.separator) },
            CSVColumn("result_value_second") { structured($0)?.second.flatMap { .number($0.text) } },
            CSVColumn("result_unit_code") { .of($0.result?.unit?.code) },
            CSVColumn("result_unit_text") { .of($0.result?.unit?.text) },
            CSVColumn("result_unit_system") { .of($0.result?.unit?.system) },
            CSVColumn("result_unit_local_code") { .of($0.result?.unit?.localCode) },
            CSVColumn("result_unit_local_text") { .of($0.result?.unit?.localText) },
            CSVColumn("result_unit_local_system") { .of($0.result?.unit?.localSystem) },
            CSVColumn("result_method_system") { .of($0.result?.method?.system) },
            CSVColumn("result_method_local_code") { .of($0.result?.method?.localCode) },
            CSVColumn("result_method_local_text") { .of($0.result?.method?.localText) },
            CSVColumn("result_method_local_system") { .of($0.result?.method?.localSystem) },
        ]

    private static let performerDetails: [CSVColumn] =
        list("result_performer_id") { $0.result?.performer?.identifiers ?? [] }
        + address("result_performer") { $0.result?.performer?.address }
        + [CSVColumn("result_performer_phones") { .of($0.result?.performer?.phones ?? []) }]
        + identifiers("result_responsible_id") { $0.result?.responsible?.identifiers ?? [] }
        + [
            CSVColumn("result_responsible_family_name") { .of($0.result?.responsible?.familyName) },
            CSVColumn("result_responsible_given_name") { .of($0.result?.responsible?.givenName) },
            CSVColumn("result_responsible_phones") { .of($0.result?.responsible?.phones ?? []) },
            CSVColumn("result_responsible_mails") { .of($0.result?.responsible?.mails ?? []) },
        ]
        + address("result_responsible") { $0.result?.responsible?.address }
        + [
            CSVColumn("result_responsible_organisation_name") { .of($0.result?.responsible?.organisation?.name) },
            CSVColumn("result_responsible_organisation_finess") { .of($0.result?.responsible?.organisation?.finess) },
        ]
        + list("result_responsible_organisation_id") { $0.result?.responsible?.organisation?.identifiers ?? [] }
        + address("result_responsible_organisation") { $0.result?.responsible?.organisation?.address }
        + [
            CSVColumn("result_responsible_organisation_phones") {
                .of($0.result?.responsible?.organisation?.phones ?? [])
            }
        ]

    // MARK: - Groups of columns

    /// What stands beside a column of identifiers, one for one.
    private static func identifiers(
        _ prefix: String, _ get: @escaping @Sendable (CSVRow) -> [Identifier]
    ) -> [CSVColumn] {
        [
            CSVColumn(prefix + "_systems") { .beside(get($0).map { $0.system }) },
            CSVColumn(prefix + "_namespaces") { .beside(get($0).map { $0.namespace }) },
            CSVColumn(prefix + "_types") { .beside(get($0).map { $0.type }) },
        ]
    }

    /// A column of identifiers and what stands beside it.
    private static func list(_ prefix: String, _ get: @escaping @Sendable (CSVRow) -> [Identifier]) -> [CSVColumn] {
        [CSVColumn(prefix + "s") { .of(get($0)) }] + identifiers(prefix, get)
    }

    private static func region(_ prefix: String, _ get: @escaping @Sendable (CSVRow) -> Address?) -> [CSVColumn] {
        [
            CSVColumn(prefix + "_state") { .of(get($0)?.state) },
            CSVColumn(prefix + "_country") { .of(get($0)?.country) },
        ]
    }

    private static func address(_ prefix: String, _ get: @escaping @Sendable (CSVRow) -> Address?) -> [CSVColumn] {
        [
            CSVColumn(prefix + "_address_lines") { .of(get($0)?.lines ?? []) },
            CSVColumn(prefix + "_postcode") { .of(get($0)?.postcode) },
            CSVColumn(prefix + "_city") { .of(get($0)?.city) },
        ] + region(prefix, get)
    }

    // MARK: - Values

    private static func kind(_ value: Observation.Value) -> String {
        switch value {
        case .coded: "coded"
        case .number: "number"
        case .structured: "structured"
        case .text: "text"
        case .time: "time"
        }
    }

    private static func coded(_ row: CSVRow) -> Coded? {
        if case .coded(let coded) = row.result?.value { coded } else { nil }
    }

    private static func structured(
        _ row: CSVRow
    ) -> (comparator: String?, first: Personal?, separator: String?, second: Personal?)? {
        guard case .structured(let comparator, let first, let separator, let second) = row.result?.value else {
            return nil
        }
        return (comparator, first, separator, second)
    }
}
