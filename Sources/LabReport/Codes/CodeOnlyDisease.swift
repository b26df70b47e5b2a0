/// Diseases that are notified under a code and never under a name: HIV infection and acute hepatitis B.
///
/// No route that sends one of these results may have a profile that names the person: a directory with such a route is
/// refused, and a route for any code lets these results stay behind.
package enum CodeOnlyDisease: CaseIterable, Sendable {
    /// HIV 1 and 2.
    case hiv
    /// The hepatitis B virus.
    case hepatitisB

    /// LOINC codes of tests that find it or follow it.
    package var codes: [String] {
        switch self {
        case .hiv: CodeOnlyCodes.hiv
        case .hepatitisB: CodeOnlyCodes.hepatitisB
        }
    }

    /// All that let nobody be named.
    package static let allCodes = Set(allCases.flatMap { $0.codes })
        .union(CodeOnlyCodes.alsoOfHIV).union(CodeOnlyCodes.afterHepatitisB)

    /// Whether a result, or the panel that it was ordered in, is about one of them: by its code, by a name in what is written
    /// beside it, or by what was found.
    package static func concerns(_ result: Observation, panel: Coded?) -> Bool {
        if concerns(result.code) { return true }
        if let panel, concerns(panel) { return true }
        switch result.value {
        case .coded(let found): return isOne(found) || names(found)
        case .text(let text): return DiseaseName.isNamed(in: text.text) || CodeOnlyDiagnoses.isWritten(text.text)
        case .number, .structured, .time, nil: return false
        }
    }

    private static func concerns(_ code: Coded) -> Bool {
        if let loinc = code.loinc, allCodes.contains(loinc) { return true }
        return CodeOnlyDiagnoses.name(code) || names(code)
    }

    private static func isOne(_ found: Coded) -> Bool {
        [found.code, found.localCode].contains { $0.map(CodeOnlyCodes.snomed.contains) ?? false }
            || CodeOnlyDiagnoses.isFound(found)
            || [found.text, found.localText].contains { $0.map(CodeOnlyDiagnoses.isWritten) ?? false }
    }

    private static func names(_ code: Coded) -> Bool {
        [code.text, code.localText, code.localCode, code.code].contains { $0.map(DiseaseName.isNamed) ?? false }
    }
}

extension ReportField {
    /// Names the person, or leads straight to them.
    var isIdentifying: Bool {
        switch self {
        case .patientINS, .patientNIR, .patientLocalIDs, .patientBirthName, .patientUsedName, .patientGivenNames,
            .patientAddress, .patientPhones, .patientMails, .notes, .resultText:
            true
        default: false
        }
    }
}
