/// Makes the keyed pseudonym of a person, for one recipient: the same person gives the same one, and whoever lacks the
/// key learns nothing from it, not even by trying every name.
///
/// Version 1: HMAC-SHA-256 over the strict traits, cut to 16 bytes, as `p1n-` and 32 hexadecimal digits. The letter says
/// what it is made of, because pseudonyms of different traits never join:
///
/// - `n`: birth name, first given name and full birth date, folded as `FoldedName` does;
/// - `i`: where one of these is missing, the INS or the NIR, unless that may be the mother's (`isSharedNIR`);
/// - `l`: else the first local identifier together with the sending facility, which joins within one laboratory only.
///
/// Names that stand for none (`ANONYME`, `X`) are missing; of somebody anonymous (PID-32 `ANOM`) the local identifier alone is taken.
///
/// Another version gets another prefix: a pseudonym that changed silently has cost a national database its matching.
public struct PatientPseudonym: Sendable {
    private let key: [UInt8]

    /// Bytes that a key must have at least.
    public static let keyBytes = 32
    /// How identifiers say that they are pseudonyms: the type of table 0203, and the name of the scheme.
    public static let type = "ANON"
    /// The scheme's name, as assigning authority.
    public static let namespace = "pli-pseudonym-1"

    /// Whether `identifier` says that it is a pseudonym, and not a laboratory's own number.
    public static func isOne(_ identifier: Identifier) -> Bool {
        identifier.type == type && identifier.namespace == namespace
    }

    /// Pseudonyms for `recipient` under `key`: two recipients cannot join what they hold. Nil when the key is too short.
    public init?(key: [UInt8], recipient: String) {
        guard key.count >= PatientPseudonym.keyBytes else { return nil }
        self.key = SHA256Digest.authenticate(Array("pli-pseudonym-1\u{1F}".utf8) + Array(recipient.utf8), key: key)
    }

    /// The pseudonym of the person of `report`; nil when nothing tells who it is.
    public func identifier(for report: Report) -> Identifier? {
        guard let (basis, traits) = PatientPseudonym.ownTraits(of: report) else { return nil }
        let digest = SHA256Digest.authenticate(traits, key: key).prefix(16)
        var text = "p1" + basis + "-"
        for byte in digest {
            let digits = String(byte, radix: 16)
            text += digits.utf8.count == 1 ? "0" + digits : digits
        }
        return Identifier(
            value: Personal(text), namespace: PatientPseudonym.namespace, type: PatientPseudonym.type)
    }

    /// What tells who it is and nobody else, and of what kind that is: who two persons are known to be must not become one.
    static func ownTraits(of report: Report) -> (basis: String, bytes: [UInt8])? {
        let patient = report.patient
        let isAnonymous = patient.identityStatus.contains("ANOM")
        let isNamed = !PlaceholderName.isOne(patient.birthName) && !PlaceholderName.isOne(patient.givenNames.first)
        if !isAnonymous, isNamed, let name = strictTraits(of: report) { return ("n", name) }
        if !isAnonymous, patient.ins != nil || !isSharedNIR(report), let number = nationalNumber(of: report) {
            return ("i", number)
        }
        return localNumber(of: report).map { ("l", $0) }
    }

    /// A NIR of billing may be the mother's, of twins, too: where no given name tells, or somebody was born within the year, it says who
    /// it is only if its year and month are those of the birth.
    private static func isSharedNIR(_ report: Report) -> Bool {
        let patient = report.patient
        guard let nir = patient.nir else { return false }
        let given = patient.givenNames.first
        let isNewborn =
            if let birth = patient.birthDate, let sent = report.sentAt {
                sent.date.lastDayNumber - birth.firstDayNumber <= 366
            } else {
                false
            }
        guard isNewborn || FoldedName(given?.text ?? "").bytes.isEmpty || PlaceholderName.isOne(given) else {
            return false
        }
        guard let birth = patient.birthDate, let month = birth.month else { return true }
        let digits = Array(nir.value.text.utf8.prefix(5))
        guard digits.count == 5, digits.allSatisfy(ASCIIDigit.isDigit) else { return true }
        func number(_ place: Int) -> Int { Int(digits[place] & 0xF) * 10 + Int(digits[place + 1] & 0xF) }
        return number(1) != birth.year % 100 || number(3) != month
    }

    /// What tells who a report is about, and of what kind that is: whoever sends the number of an order again under these traits means the
    /// same order.
    package static func traits(of report: Report) -> (basis: String, bytes: [UInt8])? {
        if let name = strictTraits(of: report) { return ("n", name) }
        if let number = nationalNumber(of: report) { return ("i", number) }
        return localNumber(of: report).map { ("l", $0) }
    }

    /// Birth name, first given name and full birth date; nil where one of these is missing.
    package static func strictTraits(of report: Report) -> [UInt8]? {
        let patient = report.patient
        guard let name = patient.birthName.map({ FoldedName($0.text).bytes }), !name.isEmpty,
            let given = patient.givenNames.first.map({ FoldedName($0.text).bytes }), !given.isEmpty,
            let birth = patient.birthDate, birth.day != nil
        else { return nil }
        return joined([name, given, Array(birth.iso.utf8)])
    }

    /// The INS or the NIR.
    package static func nationalNumber(of report: Report) -> [UInt8]? {
        (report.patient.ins ?? report.patient.nir).map { joined([Array($0.value.text.utf8)]) }
    }

    /// The first local identifier together with the sending facility.
    package static func localNumber(of report: Report) -> [UInt8]? {
        guard let local = report.patient.localIDs.first else { return nil }
        let facility = report.sendingFacility ?? report.laboratory?.finess ?? ""
        return joined([
            Array(DuplicateKeys.laboratory(facility).utf8), Array((local.system ?? "").utf8),
            Array(local.value.text.utf8),
        ])
    }

    /// With separators, which no trait holds: `A`, `BC` is not `AB`, `C`.
    private static func joined(_ parts: [[UInt8]]) -> [UInt8] {
        Array(parts.joined(separator: [0x1F]))
    }
}
