/// Sorts the identifiers of a patient: the national identity, the number for billing, and local ones.
///
/// The OID decides, never the label. A NIR by its form never passes for a local number: local numbers may go where no NIR
/// may.
struct PatientIdentifiers {
    private(set) var ins: Identifier?
    private(set) var nir: Identifier?
    private(set) var local: [Identifier] = []
    private var rank = Int.max
    private var position = 0
    /// Where those that count were met, as whoever adds them numbers them.
    private(set) var insPosition: Int?
    private(set) var nirPosition: Int?
    /// Where the first one for tests or demonstrations was met, kept or left out.
    private(set) var fictitiousPosition: Int?

    /// Takes one more, which stands at a place of that number; the rule that it breaks, if any.
    mutating func add(_ identifier: Identifier, at position: Int = 0) -> Rule? {
        self.position = position
        if INSAuthority.isFictitious(identifier), fictitiousPosition == nil { fictitiousPosition = position }
        let authority = identifier.system.flatMap { INSAuthority(oid: $0) }
        // In small letters it would pass for a local number.
        let type = identifier.type?.inCapitals
        if type != "NH", let authority, let rank = PatientIdentifiers.rank(authority) {
            let isSecond = ins != nil
            let number = identifier.with(identifier.value.text.withoutBlanks.withCorsica(at: 5))
            if rank < self.rank { (ins, self.rank, insPosition) = (number, rank, position) }
            return isSecond ? .insSeveral : nil
        }
        if type == "NH" {
            let text = identifier.value.text
            return addNIR(identifier.with(NIRForm.number(in: text) ?? text.withoutBlanks))
        }
        if type == "INS" || type == "INS-C" || authority != nil { return .insUnusable }
        if let found = NIRForm.amongLocal(identifier.value.text) {
            switch found {
            case .sure(let number): _ = addNIR(identifier.with(number))
            case .guess: addLocal(identifier)
            }
            return .nirAsLocalID
        }
        addLocal(identifier)
        return nil
    }

    private mutating func addLocal(_ identifier: Identifier) {
        let isKnown = local.contains { $0.value == identifier.value && $0.type == identifier.type }
        if !isKnown { local.append(identifier) }
    }

    private mutating func addNIR(_ identifier: Identifier) -> Rule? {
        guard let known = nir else {
            (nir, nirPosition) = (identifier, position)
            return nil
        }
        return known.value == identifier.value ? nil : .insSeveral
    }

    /// Whether it counts as an INS, for tests or not.
    static func isINS(_ identifier: Identifier) -> Bool {
        guard identifier.type?.inCapitals != "NH" else { return false }
        return identifier.system.flatMap { INSAuthority(oid: $0) }.flatMap { rank($0) } != nil
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
