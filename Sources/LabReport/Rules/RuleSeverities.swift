/// Severities that a site gives to rules in the place of their own: official samples themselves have wrong keys, so one
/// site holds what another only wants to know of.
///
/// Only rules about what a report says can be given one. What makes a report unreadable, unsafe or nobody's stays an
/// error; and what these rules find is not asked again when a journalled report is read again, so that what was taken
/// under one setting stays readable under the next.
package struct RuleSeverities: Equatable, Sendable {
    /// Why a severity is not given.
    package enum Refusal: Equatable, Sendable {
        /// No rule has this id, or none whose severity can be set.
        case notSettable
        /// The rule was given the other severity before.
        case contradiction
    }

    /// By rule id.
    package private(set) var overrides: [String: Finding.Severity] = [:]

    /// The rules' own.
    package init() {}

    /// Gives the rule of that id a severity, or says why not.
    package mutating func set(_ id: String, _ severity: Finding.Severity) -> Refusal? {
        guard RuleSeverities.settable.contains(where: { $0.id == id }) else { return .notSettable }
        guard overrides[id, default: severity] == severity else { return .contradiction }
        overrides[id] = severity
        return nil
    }

    /// The rules whose severity a site can set.
    package static let settable: [Rule] = [
        .patientNameMissing, .insKey, .insTraits, .nirKey, .nirNoKey, .rppsKey, .adeliForm, .finessKey, .loincKey,
        .codeUnmapped, .valueUnmapped, .resultValueMissing, .structuredForm, .unitForm, .unitNotUCUM, .structuredAsText,
        .textNotSent, .rangeNotSent, .meaningUnclear, .postcodeMissing, .countryContradicted,
        .interpretationCode, .orderStatusCode, .identityStatusCode, .fillerMissingInPart, .birthTooOld,
        .birthAfterSpecimen, .timeInFuture, .timeOrder, .postcodeForm, .postcodeUnknown, .postcodeShared,
        .countryUnknown, .placeForm, .notOfAPerson, .orderUnanswered,
        .withdrawalAsNew, .controlCode, .cutShort, .attachmentDropped,
        .rangeCondition, .valueNull, .fhirRatio, .valueContradiction, .unitContradiction, .markerUnclear,
        .addressNotValid,
        .laboratorySiteUnclear, .csvUnterminated, .brokenFrame, .characterLost, .textEncodedTwice,
    ]

    /// Rules by which intake holds, unless a site says otherwise, though readers only note them: what a site took in spite of
    /// one stays readable.
    static let holding: Set<String> = [
        Rule.withdrawalAsNew.id, Rule.cutShort.id, Rule.rangeCondition.id, Rule.valueNull.id, Rule.fhirRatio.id,
        Rule.brokenFrame.id, Rule.notOfAPerson.id,
    ]

    /// What readers only note, and intake gives another severity.
    static let noted: Set<String> = holding.union([
        Rule.attachmentDropped.id, Rule.addressNotValid.id, Rule.laboratorySiteUnclear.id, Rule.csvUnterminated.id,
    ])
}
