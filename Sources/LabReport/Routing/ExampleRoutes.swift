package import StrictJSON

/// Routes and profiles of the demonstration: examples of the language, not anybody's entitlement.
///
/// Which authority may receive which data is for the law to say and for a directory's root holders to sign.
package enum ExampleRoutes {
    /// The national insurance, every region's agency, and the public health institute.
    package static var routes: [JSON] {
        [
            route(
                "example-cnam-sars-cov-2", to: "cnam", codeSet: .sarsCoV2, profile: "example-insurance"),
            route(
                "example-ars-sars-cov-2", to: "ars-{region}", codeSet: .sarsCoV2, profile: "example-agency",
                territory: .residenceThenLaboratory, receiptDueMinutes: 60),
            route(
                "example-spf-sars-cov-2", to: "spf", codeSet: .sarsCoV2, profile: "example-statistics"),
            route(
                "example-spf-influenza", to: "spf", codeSet: .influenza, profile: "example-statistics"),
        ]
    }

    /// What each of them gets.
    package static var profiles: [JSON] {
        [
            profile("example-insurance", identity + requester + laboratory + results),
            profile("example-agency", identity + contact + requester + laboratory + results),
            profile("example-statistics", statistics),
        ]
    }

    private static let identity: [ReportField] = [
        .patientINS, .patientIdentityStatus, .patientNIR, .patientBirthName, .patientUsedName, .patientGivenNames,
        .patientSex, .patientBirthDate, .patientBirthPlace,
    ]
    private static let contact: [ReportField] = [
        .patientAddress, .patientPostcode, .patientCity, .patientPhones, .patientMails,
    ]
    private static let requester: [ReportField] = [.requesterName, .requesterIDs, .requesterOrganisation]
    private static let laboratory: [ReportField] = [.laboratoryName, .laboratoryFINESS, .laboratoryPhones]
    private static let results: [ReportField] = [
        .orderFiller, .orderPanel, .orderStatus, .orderReportedAt,
        .specimenID, .specimenType, .specimenCollectedAt, .specimenReceivedAt,
        .resultCode, .resultLocalCode, .resultValue, .resultUnit, .resultRange, .resultInterpretation,
        .resultStatus, .resultObservedAt, .resultAnalysedAt, .resultMethod,
    ]
    private static let statistics: [ReportField] = [
        .patientAgeBand, .patientSex, .patientDepartment,
        .specimenType, .specimenCollectedAt,
        .resultCode, .resultValue, .resultInterpretation, .resultStatus,
    ]

    private static func route(
        _ id: String, to: String, codeSet: CodeSet, profile: String, territory: Route.TerritoryRule? = nil,
        receiptDueMinutes: Int64 = 240
    ) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("id", .string(id)), JSON.Member("to", .string(to)),
            JSON.Member("codeSet", .string(codeSet.rawValue)),
        ]
        if let territory { members.append(JSON.Member("territory", .string(territory.rawValue))) }
        members.append(JSON.Member("profile", .string(profile)))
        members.append(JSON.Member("receiptDueMinutes", .integer(receiptDueMinutes)))
        members.append(JSON.Member("retentionDays", .integer(10)))
        return .object(members)
    }

    private static func profile(_ id: String, _ fields: [ReportField]) -> JSON {
        .object([
            JSON.Member("id", .string(id)),
            JSON.Member("fields", .array(fields.map { .string($0.rawValue) })),
        ])
    }
}
