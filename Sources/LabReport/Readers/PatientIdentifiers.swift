/// Sorts the identifiers of a patient: the national identity, the number for billing, and local ones.
///
/// The OID decides, never the label. A NIR by form and key never passes for a local number: local numbers may go where no
/// NIR may.
struct PatientIdentifiers {
    private(set) var ins: Identifier?
    private(set) var nir: Identifier?
    private(set) var local: [Identifier] = []
    private var rank = Int.max

    /// Takes one more; the rule that it breaks, if any.
    mutating func add(_ identifier: Identifier) -> Rule? {
        let authority = identifier.system.flatMap { INSAuthority(oid: $0) }
        if identifier.type != "NH", let authority, let rank = PatientIdentifiers.rank(authority) {
            let isSecond = ins != nil
            if rank < self.rank { (ins, self.rank) = (identifier, rank) }
            return isSecond ? .insSeveral : nil
        }
        if identifier.type == "NH" { return addNIR(identifier) }
        if identifier.type == "INS" || identifier.type == "INS-C" || authority != nil { return .insUnusable }
        if NIR(identifier.value.text) != nil {
            _ = addNIR(identifier)
            return .nirAsLocalID
        }
        let isKnown = local.contains { $0.value == identifier.value && $0.type == identifier.type }
        if !isKnown { local.append(identifier) }
        return nil
    }

    private mutating func addNIR(_ identifier: Identifier) -> Rule? {
        guard let known = nir else {
            nir = identifier
            return nil
        }
        return known.value == identifier.value ? nil : .insSeveral
    }

    /// How good an INS is, the best one 0; nil for those that identify nobody.
    private static func rank(_ authority: INSAuthority) -> Int? {
        switch authority {
        case .nir: 0
        case .nia: 1
        case .test: 2
        case .demonstration: 3
        case .oldComputed, .oldComputedTest, .oldComputedDemonstration: nil
        }
    }

    /// Puts what was sorted into `patient`.
    func put(into patient: inout Patient) {
        patient.ins = ins
        patient.nir = nir
        patient.localIDs = local
    }
}
