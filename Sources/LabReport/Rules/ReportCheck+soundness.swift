/// What the rules about codes and identifiers say of values that reports share: asked once, when a reader remembers them.
extension ReportCheck {
    /// Whether no rule about a result's code, unit, flags or who answers for it has anything to say.
    static func isSound(_ result: Observation) -> Bool {
        result.code.hasLOINC && !hasBadLOINC(result.code) && result.interpretation.allSatisfy(interpretations.contains)
            && (result.unit.map { UnitForm.isUnit($0) && !$0.isMisnamedUnit && !UnitScale.isContradicted($0) } ?? true)
            && (result.responsible.map { $0.identifiers.allSatisfy(isSound) && hasSoundNames($0) } ?? true)
    }

    /// Whether no rule has anything to say about a professional's numbers or their structure's.
    static func isSound(_ professional: Professional) -> Bool {
        professional.identifiers.allSatisfy(isSound) && hasSoundNames(professional)
            && (professional.organisation.map(isSound) ?? true)
    }

    /// Whether no rule has anything to say about a structure's number.
    static func isSound(_ organisation: Organisation) -> Bool { organisation.finess.map(FINESS.isValid) ?? true }

    private static func isSound(_ identifier: Identifier) -> Bool {
        rule(brokenBy: identifier) == nil
    }
}
