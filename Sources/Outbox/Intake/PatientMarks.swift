import LabReport

/// Whose report a version is: a keyed hash of each thing that tells a patient, so that like is compared with like. One message has
/// the birth date, and the next one of the same patient has not.
enum PatientMarks {
    /// How two versions stand to one another.
    enum Relation: Hashable, Sendable {
        case same
        /// The laboratory's own number is the same, and the name or birth date is not: corrected perhaps.
        case renamed
        case another
        /// Nothing that both say tells.
        case unknown
    }

    /// What kind of thing, a byte of who gives such numbers, and ten bytes of the hash.
    private static let markBytes = 12
    static let hashBytes = 10
    /// One hash of one of these things, which is not said: what was kept before there were several.
    private static let formerBytes = 16

    private static let name = UInt8(ascii: "n")
    private static let national = UInt8(ascii: "i")
    private static let local = UInt8(ascii: "l")

    /// As a row keeps them; nil where nothing tells whose it is.
    static func stored(of report: Report, _ pseudonyms: Pseudonyms) -> [UInt8]? {
        var all: [UInt8] = []
        func add(_ kind: UInt8, _ basis: String, _ traits: [UInt8]?, scope: UInt8 = 0) {
            guard let traits else { return }
            all += [kind, scope] + pseudonyms.patient(basis: basis, traits: traits).prefix(hashBytes)
        }
        add(name, "n", PatientPseudonym.strictTraits(of: report))
        add(national, "i", PatientPseudonym.nationalNumber(of: report))
        if let number = report.patient.localIDs.first {
            let facility = report.sendingFacility ?? report.laboratory?.finess ?? ""
            let scope = pseudonyms.patient(
                basis: "local", traits: Array("\(facility)\u{1F}\(number.system ?? "")".utf8))
            add(local, "l", PatientPseudonym.localNumber(of: report), scope: scope.first ?? 0)
        }
        return all.isEmpty ? nil : all
    }

    /// Name and birth date tell, or a national number; a laboratory's own number where nothing else does.
    static func relation(_ one: [UInt8]?, _ other: [UInt8]?) -> Relation {
        guard let one, let other, !one.isEmpty, !other.isEmpty else { return .unknown }
        guard one != other else { return .same }
        guard one.count != formerBytes, other.count != formerBytes else {
            let (ours, theirs) = (hashes(one), hashes(other))
            return ours.contains { theirs.contains($0) } ? .same : .another
        }
        var differs = false
        if let ours = mark(name, one), let theirs = mark(name, other) {
            if ours == theirs { return .same }
            differs = true
        }
        if let ours = mark(national, one), let theirs = mark(national, other) {
            if ours == theirs { return .same }
            differs = true
        }
        guard let ours = mark(local, one), let theirs = mark(local, other), ours.prefix(2) == theirs.prefix(2)
        else { return differs ? .another : .unknown }
        guard ours == theirs else { return .another }
        return differs ? .renamed : .same
    }

    /// The hashes alone.
    static func hashes(_ stored: [UInt8]) -> [ArraySlice<UInt8>] {
        guard stored.count != formerBytes else { return [stored.prefix(hashBytes)] }
        return marks(stored).map { $0.dropFirst(2) }
    }

    /// Asked for each version under a number: it makes nothing.
    private static func mark(_ kind: UInt8, _ stored: [UInt8]) -> ArraySlice<UInt8>? {
        var start = 0
        while start + markBytes <= stored.count {
            if stored[start] == kind { return stored[start..<start + markBytes] }
            start += markBytes
        }
        return nil
    }

    private static func marks(_ stored: [UInt8]) -> [ArraySlice<UInt8>] {
        stride(from: 0, to: stored.count, by: markBytes).map { stored[$0..<min($0 + markBytes, stored.count)] }
    }
}
