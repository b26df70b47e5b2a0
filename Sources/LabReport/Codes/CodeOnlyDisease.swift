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
        .union(CodeOnlyCodes.alsoOfHepatitisB)

    /// Whether a result, the panel that it was ordered in, or the kind of its specimen is about one of them: by a code, by a
    /// name in what is written beside it, or by what was found.
    static func concerns(_ result: Observation, panel: Coded?, specimen: Coded?) -> Bool {
        if !result.isOfNoDisease, isToldBeside(result) { return true }
        if let panel, asks(panel) || isBlot(panel) { return true }
        if let specimen, asks(specimen) { return true }
        switch result.value {
        case .coded(let found): return isFound(found)
        case .text(let text): return isTold(in: text.text) || CodeOnlyDiagnoses.isWritten(text.text)
        case .number(let number): return isListed(number.text)
        case .structured, .time, nil: return false
        }
    }

    /// Whether anything of a result but its value tells of one.
    static func isToldBeside(_ result: Observation) -> Bool {
        if asks(result.code) || isBlot(result.code) { return true }
        if let method = result.method, asks(method) { return true }
        if let unit = result.unit, asks(unit) { return true }
        if let device = result.device, isTold(in: device) { return true }
        if let subID = result.subID, isTold(in: subID) { return true }
        if let range = result.range, isTold(in: range) { return true }
        return result.interpretation.contains { !ReportCheck.interpretations.contains($0) && isTold(in: $0) }
    }

    /// Whether a test, a panel, a method… tells of one, in either of its halves.
    private static func asks(_ code: Coded) -> Bool {
        CodeOnlyDiagnoses.name(code) || CodeOnlyActs.name(code) || tells(code)
    }

    /// Whether a test or a panel is a blot of which nothing says what it looks for, neither words nor a code that all know.
    private static func isBlot(_ code: Coded) -> Bool {
        guard !CodeSystem.isShared(code.system), !CodeSystem.isShared(code.localSystem) else { return false }
        return [code.text, code.localText].contains { $0.map(DiseaseName.isBlot) ?? false }
    }

    /// Whether what was asked for or found does, by whatever a test or a value is told by.
    static func isTold(_ code: Coded) -> Bool { asks(code) || isBlot(code) || isFound(code) }

    /// Whether a value does. A code of ICD-10 need not say of what it is.
    static func isFound(_ found: Coded) -> Bool {
        tells(found) || CodeOnlyDiagnoses.isFound(found)
            || [found.text, found.localText].contains { $0.map(CodeOnlyDiagnoses.isWritten) ?? false }
    }

    /// Its codes, its words, and what its systems are called.
    private static func tells(_ code: Coded) -> Bool {
        isTold(code.code) || isTold(code.text) || isTold(code.localCode) || isTold(code.localText)
            || isToldByName(of: code.system) || isToldByName(of: code.localSystem)
    }

    private static func isTold(_ text: String?) -> Bool { text.map { isTold(in: $0) } ?? false }

    private static func isToldByName(of system: String?) -> Bool {
        guard let system, !CodeOnlyDiagnoses.others.contains(system) else { return false }
        return DiseaseName.isNamed(in: system)
    }

    /// Whether `text` is one of the codes, or one of the names stands in it.
    static func isTold(in text: String) -> Bool { isListed(text) || DiseaseName.isNamed(in: text) }

    /// Whether `text` is one of the codes of LOINC or SNOMED CT, whatever is said of its system: no other standard has codes of
    /// the one's form, and a laboratory's own number that is one of the other's holds a result back for nothing.
    private static func isListed(_ text: String) -> Bool {
        let bytes = text.utf8
        guard let first = bytes.first, bytes.count <= 40, ASCIIDigit.isDigit(first) || first <= 0x20 else {
            return false
        }
        if first > 0x20, let last = bytes.last, last > 0x20 { return listed.contains(text) }
        let inner = bytes.drop { $0 <= 0x20 }
        guard let end = inner.lastIndex(where: { $0 > 0x20 }) else { return false }
        return listed.contains(String(decoding: inner[...end], as: UTF8.self))
    }

    private static let listed = ShortCodes(allCodes.union(CodeOnlyCodes.snomed))
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
