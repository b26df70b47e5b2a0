/// Who assigned a national health identity (INS), known by its OID. The label beside the OID is never trusted.
public enum INSAuthority: String, Hashable, Sendable, CaseIterable {
    /// The OID of the INS that is a NIR; also the authority of a NIR used for billing (type `NH`).
    case nir = "1.2.250.1.213.1.4.8"
    /// The INS of those who wait for a NIR.
    case nia = "1.2.250.1.213.1.4.9"
    /// Identities for tests: never in production.
    case test = "1.2.250.1.213.1.4.10"
    /// Identities for demonstrations: never in production.
    case demonstration = "1.2.250.1.213.1.4.11"
    /// The old computed INS-C, which identifies nobody today.
    case oldComputed = "1.2.250.1.213.1.4.2"
    /// The old INS-C for tests.
    case oldComputedTest = "1.2.250.1.213.1.4.6"
    /// The old INS-C for demonstrations.
    case oldComputedDemonstration = "1.2.250.1.213.1.4.7"

    /// Nil when the OID is none of the INS's.
    public init?(oid: String) {
        // Most identifiers are a laboratory's own: one look at the length tells them apart.
        guard (19...20).contains(oid.utf8.count) else { return nil }
        if oid == INSAuthority.nir.rawValue { self = .nir } else { self.init(rawValue: oid) }
    }

    /// The OID.
    public var oid: String { rawValue }

    /// For tests or demonstrations.
    public var isFictitious: Bool {
        switch self {
        case .test, .demonstration, .oldComputedTest, .oldComputedDemonstration: true
        case .nir, .nia, .oldComputed: false
        }
    }

    /// Whether `identifier` is under an OID for tests or demonstrations, in whichever place that stands, or has its name.
    package static func isFictitious(_ identifier: Identifier) -> Bool {
        for said in [identifier.system, identifier.namespace, identifier.type] {
            if let said, isFictitious(system: said) || isFictitious(label: said) { return true }
        }
        return false
    }

    /// Whether `label` is the name of such an authority, `INS-NIR-TEST` or `ASIP-SANTE-INS-NIR-DEMO`: it has INS and, last, what it is for.
    private static func isFictitious(label: String) -> Bool {
        guard (8...40).contains(label.utf8.count) else { return false }
        return label.withBytes { bytes in
            guard let last = bytes.lastIndex(where: isLetter), last >= 7,
                isWord("TEST", from: last - 3, in: bytes) || isWord("DEMO", from: last - 3, in: bytes)
            else { return false }
            return (0...(last - 7)).contains { isWord("INS", from: $0, in: bytes) }
        }
    }

    /// Whether `word` stands at `start`, with no letter on either side.
    private static func isWord(_ word: String, from start: Int, in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        let end = start + word.utf8.count
        guard start == 0 || !isLetter(bytes[start - 1]), end == bytes.count || !isLetter(bytes[end]) else {
            return false
        }
        return bytes[start..<end].elementsEqual(word.utf8) { $0 & 0xDF == $1 }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte & 0xDF) }

    /// Whether `system` is such an OID, however it is written: `urn:oid:…`, `oid:…`, with leading zeros, between blanks.
    package static func isFictitious(system: String) -> Bool {
        // Nearly every one is told by its length or its first number.
        guard (19...80).contains(system.utf8.count), system != INSAuthority.nir.rawValue else { return false }
        return system.withBytes { bytes in
            var rest = bytes[...]
            while rest.first == 0x20 { rest = rest.dropFirst() }
            while rest.last == 0x20 { rest = rest.dropLast() }
            if rest.starts(with: "urn:".utf8, by: { $0 | 0x20 == $1 | 0x20 }) { rest = rest.dropFirst(4) }
            if rest.starts(with: "oid:".utf8, by: { $0 | 0x20 == $1 | 0x20 }) { rest = rest.dropFirst(4) }
            for (place, number) in arc.enumerated() {
                if place > 0 {
                    guard rest.first == UInt8(ascii: ".") else { return false }
                    rest = rest.dropFirst()
                }
                guard takeNumber(&rest) == number else { return false }
            }
            guard rest.first == UInt8(ascii: ".") else { return false }
            rest = rest.dropFirst()
            guard let last = takeNumber(&rest), rest.isEmpty else { return false }
            return last == 10 || last == 11 || last == 6 || last == 7
        }
    }

    /// The numbers that all of the INS's OIDs begin with.
    private static let arc = [1, 2, 250, 1, 213, 1, 4]

    /// The number at the beginning, whatever zeros stand before it; nil where there is none, or none that an OID of ours has.
    private static func takeNumber(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
        var number = 0
        var digits = 0
        while let byte = rest.first, let value = ASCIIDigit.value(byte) {
            number = number * 10 + Int(value)
            guard number < 1_000 else { return nil }
            digits += 1
            rest = rest.dropFirst()
        }
        return digits > 0 ? number : nil
    }

    /// The matricule is a NIR or NIA with key, so that its form can be checked.
    public var hasKey: Bool {
        switch self {
        case .nir, .nia, .test, .demonstration: true
        case .oldComputed, .oldComputedTest, .oldComputedDemonstration: false
        }
    }
}

/// A national health identity: matricule and authority. A value of this type has the right key.
public struct INS: Hashable, Sendable, CustomStringConvertible {
    /// NIR or NIA.
    public let matricule: NIR
    /// Who assigned it.
    public let authority: INSAuthority

    /// Nil when the matricule's form or key is wrong, or the authority assigns none with a key.
    public init?(matricule: String, oid: String) {
        guard let authority = INSAuthority(oid: oid), authority.hasKey, let matricule = NIR(matricule) else {
            return nil
        }
        self.matricule = matricule
        self.authority = authority
    }

    /// Never the matricule.
    public var description: String { "‹INS›" }
}
