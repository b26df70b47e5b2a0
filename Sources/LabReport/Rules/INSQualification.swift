/// A national health identity counts only when the identity was qualified (VALI). Otherwise everyone must do without
/// it: rule `insUnqualified`.
enum INSQualification {
    /// Whether the patient of `report` has an INS without being qualified for it.
    static func isMissing(in report: UnsafePointer<ReportContent>) -> Bool {
        report.pointee.patient.ins != nil && !report.pointee.patient.identityStatus.contains("VALI")
    }

    /// Takes the INS out of `patient` where the identity is not qualified; whether there was one.
    static func apply(to patient: inout Patient) -> Bool {
        guard patient.ins != nil, !patient.identityStatus.contains("VALI") else { return false }
        patient.ins = nil
        return true
    }
}
