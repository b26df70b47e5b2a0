/// A national health identity counts only when the identity was qualified (VALI). Otherwise everyone must do without
/// it.
enum INSQualification {
    /// Takes the INS out of a report whose identity is not qualified, and says so.
    static func apply(to report: inout Report, at path: @autoclosure () -> String) -> (rule: Rule, path: String)? {
        guard report.patient.ins != nil, !report.patient.identityStatus.contains("VALI") else { return nil }
        report.patient.ins = nil
        return (.insUnqualified, path())
    }
}
