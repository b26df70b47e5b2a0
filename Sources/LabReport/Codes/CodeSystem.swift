/// Code systems as laboratories write them (`LN`, `SCT`, an OID, a label of their own) and as FHIR does (a URI).
///
/// The way there and back is exact: a spelling that the URI alone would not give back is written beside it.
package enum CodeSystem {
    package static let loinc = "http://loinc.org"
    package static let snomed = "http://snomed.info/sct"
    package static let ucum = "http://unitsofmeasure.org"

    /// Labels that laboratories made up are written under this prefix, percent-encoded.
    static let labelPrefix = "urn:pli:system:"
    static let oidPrefix = "urn:oid:"

    /// What FHIR writes for `name`, and whether `name(forURI:)` gives `name` back.
    package static func uri(for name: String) -> (uri: String, isExact: Bool) {
        let written = written(name)
        let opening = written.opening.withUTF8Buffer { String(decoding: $0, as: UTF8.self) }
        return (opening + written.rest, written.isExact)
    }

    /// The same in two parts, of which most systems need only one: nothing is put together that is written at once.
    static func written(_ name: String) -> (opening: StaticString, rest: String, isExact: Bool) {
        switch name {
        case "LN": return ("http://loinc.org", "", true)
        case "SCT": return ("http://snomed.info/sct", "", true)
        case "UCUM": return ("http://unitsofmeasure.org", "", true)
        default: break
        }
        let isOID = isOID(name)
        // No OID of another arc is a spelling of ours: the authorities of identifiers are not looked for.
        if !isOID || name.utf8.starts(with: "2.16.840.1.113883.6.".utf8), let known = spellings[name] {
            return ("", known, false)
        }
        if isOID { return ("urn:oid:", name, true) }
        if isURI(name) { return ("", name, self.name(forURI: name) == name) }
        return ("urn:pli:system:", PercentEncoding.encoded(name), true)
    }

    /// The name that `uri(for:)` writes as this URI without further ado.
    package static func name(forURI uri: String) -> String {
        switch uri {
        case loinc: return "LN"
        case snomed: return "SCT"
        case ucum: return "UCUM"
        default: break
        }
        if uri.utf8.starts(with: oidPrefix.utf8) {
            let oid = String(uri.dropFirst(oidPrefix.count))
            if isOID(oid) { return oid }
        }
        if uri.utf8.starts(with: labelPrefix.utf8),
            let label = PercentEncoding.decoded(uri.dropFirst(labelPrefix.count).utf8)
        {
            return label
        }
        return uri
    }

    /// Whether `name` is one of the ways to write LOINC.
    package static func isLOINC(_ name: String) -> Bool {
        name == "LN" || spellings[name] == loinc
    }

    /// Whether `name` is one of the ways to write SNOMED CT.
    package static func isSNOMED(_ name: String) -> Bool {
        name == "SCT" || spellings[name] == snomed
    }

    /// Whether `name` is one of the ways to write UCUM.
    static func isUCUM(_ name: String) -> Bool {
        name == "UCUM" || spellings[name] == ucum
    }

    /// Whether codes of `name` mean the same at every laboratory: LOINC's, SNOMED CT's and UCUM's, however it is written.
    static func isShared(_ name: String?) -> Bool {
        guard let name else { return false }
        return isLOINC(name) || isSNOMED(name) || isUCUM(name)
    }

    /// Spellings that are understood besides `LN`, `SCT` and `UCUM`.
    private static let spellings: [String: String] = [
        "LOINC": loinc, "Loinc": loinc, "loinc": loinc, "ln": loinc, "2.16.840.1.113883.6.1": loinc,
        "urn:oid:2.16.840.1.113883.6.1": loinc, loinc: loinc,
        "SNOMED": snomed, "Snomed": snomed, "snomed": snomed, "sct": snomed, "SNOMED CT": snomed, "SNOMED-CT": snomed,
        "SNOMEDCT": snomed, "SNM": snomed,
        "2.16.840.1.113883.6.96": snomed, "urn:oid:2.16.840.1.113883.6.96": snomed, snomed: snomed,
        "ucum": ucum, "2.16.840.1.113883.6.8": ucum, "urn:oid:2.16.840.1.113883.6.8": ucum, ucum: ucum,
    ]

    /// Numbers and dots, at least two numbers, none with a leading zero.
    static func isOID(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { bytes in
            var previous = UInt8(ascii: ".")
            var beforePrevious = UInt8(ascii: ".")
            var dots = 0
            for byte in bytes {
                if byte == UInt8(ascii: ".") {
                    if previous == UInt8(ascii: ".") { return false }
                    dots += 1
                } else {
                    guard ASCIIDigit.isDigit(byte) else { return false }
                    if previous == ASCIIDigit.zero, beforePrevious == UInt8(ascii: ".") { return false }
                }
                beforePrevious = previous
                previous = byte
            }
            return dots > 0 && previous != UInt8(ascii: ".")
        }
    }

    /// An absolute `http`, `https` or `urn` URI without characters that a URI cannot hold.
    private static func isURI(_ name: String) -> Bool {
        for scheme in ["http://", "https://", "urn:"] where name.utf8.starts(with: scheme.utf8) {
            return name.utf8.count > scheme.utf8.count && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        }
        return false
    }
}
