/// A national health identity counts only when the identity was qualified (VALI). Otherwise everyone must do without
/// it: rule `insUnqualified`.
enum INSQualification {
    /// Takes the INS out of `patient` where the identity is not qualified; whether there was one.
    static func apply(to patient: inout Patient) -> Bool {
        guard patient.ins != nil, !patient.identityStatus.contains("VALI") else { return false }
        patient.ins = nil
        return true
    }
}
