/// Of which code system an interpretation is: HL7's table 0078 and ObservationInterpretation of v3 say the same by the same codes,
/// another system may say anything by them.
enum InterpretationSystem {
    /// What a Coding says in the table's words; nil where a code of another system looks like one of the table.
    static func code(_ code: String, of system: String?) -> String? {
        guard let system, !isTable(system) else { return code }
        if CodeSystem.name(forURI: system) == "SCT" {
            switch code {
            case "10828004": return "POS"
            case "260385009": return "NEG"
            default: break
            }
        }
        return ReportCheck.interpretations.contains(code) ? nil : code
    }

    /// The URIs of R4 and STU3, with a version or without, and the OIDs. What the table has of reasons for saying nothing is NullFlavor's.
    private static func isTable(_ system: String) -> Bool {
        guard system.utf8.count <= 256 else { return false }
        let uri = system.split(separator: "|", maxSplits: 1).first.map { String($0).unpadded } ?? ""
        switch uri {
        case FHIRName.interpretations, "http://hl7.org/fhir/v3/ObservationInterpretation",
            "http://terminology.hl7.org/CodeSystem/v2-0078", "http://hl7.org/fhir/v2/0078",
            "urn:oid:2.16.840.1.113883.5.83", "urn:oid:2.16.840.1.113883.12.78",
            "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "http://hl7.org/fhir/v3/NullFlavor",
            // The value sets, which some write in the place of the system.
            "http://hl7.org/fhir/ValueSet/observation-interpretation",
            "http://terminology.hl7.org/ValueSet/v3-ObservationInterpretation":
            return true
        default: return false
        }
    }

    /// The codes of ObservationInterpretation, the abstract ones aside.
    static let written: ShortCodes = [
        "<", ">", "A", "AA", "AC", "B", "CAR", "Carrier", "D", "DET", "E", "EX", "EXP", "H", "H>", "HH", "HM", "HU",
        "HX", "I", "IE", "IND", "L", "L<", "LL", "LU", "LX", "MS", "N", "NCL", "ND", "NEG", "NR", "NS", "OBX", "POS",
        "QCF", "R", "RR", "S", "SDD", "SYN-R", "SYN-S", "TOX", "U", "UNE", "VS", "W", "WR",
    ]
}
