/// Named sets of LOINC codes that a route can ask for.
///
/// The codes are those of the tests that laboratories reported in the epidemic (LIVD tables, the French TROD value
/// set). A directory that needs others lists codes one by one. A test of several viruses is in each one's set.
package enum CodeSet: String, CaseIterable, Sendable {
    /// Detection of the virus or its antigens, and serology.
    case sarsCoV2 = "sars-cov-2"
    /// Detection of influenza A and B.
    case influenza = "influenza"
    /// HIV infection: only under profiles that name nobody.
    case hiv = "hiv"
    /// Acute hepatitis B: only under profiles that name nobody.
    case hepatitisB = "hepatitis-b"

    /// The LOINC codes.
    package var codes: [String] {
        switch self {
        case .sarsCoV2: CodeSet.sarsCoV2Detection + CodeSet.sarsCoV2Serology + CodeSet.panels
        case .influenza: CodeSet.influenzaDetection + CodeSet.panels
        case .hiv: CodeOnlyDisease.hiv.codes
        case .hepatitisB: CodeOnlyDisease.hepatitisB.codes
        }
    }

    private static let sarsCoV2Detection = [
        "94500-6", "94531-1", "94559-2", "94309-2", "94759-8", "95406-5", "94845-5", "95608-6",
        "94558-4", "97097-0", "95209-3",
    ]
    private static let sarsCoV2Serology = [
        "94762-2", "94563-4", "94507-1", "94564-2", "94508-9", "94562-6", "94547-7",
    ]
    private static let influenzaDetection = [
        "80382-5", "80383-3", "92142-9", "92141-1", "85477-8", "85478-6",
    ]
    private static let panels = ["95941-1", "95942-9"]
}

extension Coded {
    /// The LOINC code among the two codes that a field can carry, the first one first.
    package var loinc: String? {
        if let code, let system, CodeSystem.isLOINC(system) { return code }
        if let localCode, let localSystem, CodeSystem.isLOINC(localSystem) { return localCode }
        return nil
    }

    /// Whether there is one.
    var hasLOINC: Bool {
        if code != nil, let system, CodeSystem.isLOINC(system) { return true }
        guard localCode != nil, let localSystem else { return false }
        return CodeSystem.isLOINC(localSystem)
    }
}
