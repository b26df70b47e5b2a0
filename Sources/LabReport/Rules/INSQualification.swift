/// A national health identity counts only when the identity was qualified (VALI). Otherwise everyone must do without
/// it: rule `insUnqualified`.
enum INSQualification {
    /// Whether the patient of `report` has an INS without being qualified for it.
    static func isMissing(in report: UnsafePointer<ReportContent>) -> Bool {
        !report.pointee.patient.identityStatus.contains("VALI") && report.pointee.patient.ins != nil
    }

    /// Takes the INS out of `patient` where the identity is not qualified; whether there was one.
    static func apply(to patient: inout Patient) -> Bool {
        guard !patient.identityStatus.contains("VALI"), patient.ins != nil else { return false }
        patient.ins = nil
        return true
    }
}
