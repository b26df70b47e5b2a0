/// How a source names the places that the rules know by their HL7 fields: `P-8` in HPRIM, `row 12, patient_birth_date` in a
/// table, `Patient.birthDate` in FHIR, `recordTarget/patientRole/patient/birthTime` in CDA.
///
/// Indirect, as what holds one is copied with every report and nearly none needs more than its case.
package indirect enum PlaceNaming: Hashable, Sendable {
    /// As HL7 v2 does.
    case hl7
    /// As HPRIM Santé does: the segment's type is field 1.
    case hprim
    /// By row and column; the row of each result and of each order, and that of the report's first line.
    case csv(results: [Int], orders: [Int], first: Int)
    /// By element.
    case fhir
    /// By element, after the place of the document in its message (`OBX[1]-5 `), or after nothing in a file.
    case cda(prefix: String)

    /// `path` as the source names it; a path that has no other name stays.
    func name(_ path: String) -> String {
        if self == .hl7 { return path }
        let place = HL7Place(path)
        guard let names = PlaceNaming.names[place.key] else { return path }
        switch self {
        case .hl7: return path
        case .hprim:
            guard !names.hprim.isEmpty else { return path }
            // Its identifiers stand in three fields, which their reader counts as repetitions.
            if place.key.hasPrefix("PID-3"), let field = place.repetition, (3...5).contains(field) {
                return "P-" + String(field)
            }
            return place.number.map { names.hprim.replacingDash(with: $0) } ?? names.hprim
        case .csv(let results, let orders, let first):
            let rows = place.segment == "OBX" ? results : place.segment == "OBR" ? orders : []
            let row = place.number.flatMap { rows.element(at: $0 - 1) } ?? first
            return "row " + String(row) + (names.csv.isEmpty ? "" : ", " + names.csv)
        case .fhir: return names.fhir
        case .cda(let prefix):
            // What the message around a document says stays named as HL7 does.
            let isEnvelope = !prefix.isEmpty && (place.segment == "MSH" || place.key == "ORC-1")
            guard !names.cda.isEmpty, !isEnvelope else { return path }
            return prefix + names.cda.replacingMark(with: place.number ?? place.repetition ?? 1)
        }
    }

    /// The field of HL7 of that name in a text about any report; nil where the format has no other name for it.
    func word(for field: String) -> String? {
        guard let names = PlaceNaming.names[field] else { return nil }
        let word: String
        switch self {
        case .hl7: return nil
        case .hprim: word = names.hprim
        case .csv: word = names.csv
        case .fhir: word = names.fhir
        // Of whichever result it is: `observation/value` for `(//observation)[#]/value`.
        case .cda:
            let marks = Array("()[]#".utf8)
            let bare = names.cda.utf8.filter { !marks.contains($0) }
            word = String(decoding: bare.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
        }
        return word.isEmpty ? nil : word
    }

    private struct Names: Sendable {
        let hprim: String
        /// Empty for all of a row.
        let csv: String
        let fhir: String
        /// `#` stands for the number of the result or repetition.
        let cda: String

        init(_ hprim: String, _ csv: String, _ fhir: String, _ cda: String = "") {
            self.hprim = hprim
            self.csv = csv
            self.fhir = fhir
            self.cda = cda
        }
    }

    /// Of the fields that rules of all formats name; `EveryPlaceTests` asks for each of them.
    private static let names: [String: Names] = [
        "MSH": Names("H", "", "Bundle", "ClinicalDocument"),
        "PID": Names("P", "", "Patient", "recordTarget/patientRole"),
        "OBX": Names("OBX", "", "Observation", "//observation"),
        "CON-11": Names("P-35", "report_consent", "Consent"),
        "MSH-4": Names(
            "H-5", "laboratory_finess", "DiagnosticReport.performer",
            "componentOf/encompassingEncounter/responsibleParty"),
        "MSH-7": Names("H-14", "report_sent_at", "Bundle.timestamp", "effectiveTime"),
        "MSH-10": Names("H-3", "report_message_id", "Bundle.identifier", "id"),
        "MSH-11": Names("H-12", "report_processing", "Bundle.meta.security"),
        "PID-3": Names("P-3", "patient_local_ids", "Patient.identifier", "recordTarget/patientRole/id[#]"),
        "PID-3.1": Names("P-5", "patient_ins", "Patient.identifier.value", "recordTarget/patientRole/id[#]"),
        "PID-3.nir": Names("P-5", "patient_nir", "Patient.identifier.value", "recordTarget/patientRole/id[#]"),
        "PID-3.4": Names("P-5", "patient_ins_oid", "Patient.identifier.system", "recordTarget/patientRole/id[#]"),
        "PID-5": Names("P-6", "patient_birth_name", "Patient.name", "recordTarget/patientRole/patient/name"),
        "PID-7": Names("P-8", "patient_birth_date", "Patient.birthDate", "recordTarget/patientRole/patient/birthTime"),
        "PID-8": Names(
            "P-9", "patient_sex", "Patient.gender", "recordTarget/patientRole/patient/administrativeGenderCode"),
        "PID-11": Names("P-11", "patient_postcode", "Patient.address", "recordTarget/patientRole/addr"),
        "PID-11.3": Names("P-11", "patient_city", "Patient.address.city", "recordTarget/patientRole/addr"),
        "PID-11.5": Names("P-11", "patient_postcode", "Patient.address.postalCode", "recordTarget/patientRole/addr"),
        "PID-11.6": Names("P-11", "patient_country", "Patient.address.country", "recordTarget/patientRole/addr"),
        "PID-11.9": Names(
            "P-11", "patient_birth_place_code", "Patient.extension",
            "recordTarget/patientRole/patient/birthplace"),
        "PID-32": Names("P-5", "patient_identity_status", "Patient.extension"),
        "OBR-3": Names("OBR-4", "order_filler", "DiagnosticReport.identifier", "documentationOf/serviceEvent/id"),
        "OBR-4": Names(
            "OBR-5", "order_panel_code", "DiagnosticReport.code", "documentationOf/serviceEvent/code"),
        "OBR-7": Names("OBR-8", "specimen_collected_at", "Specimen.collection", "procedure/effectiveTime"),
        "OBR-14": Names(
            "OBR-15", "specimen_received_at", "Specimen.receivedTime",
            "documentationOf/serviceEvent/effectiveTime/low"),
        "OBR-16": Names("OBR-17", "requester_ids", "ServiceRequest.requester", "participant/associatedEntity"),
        "OBR-22": Names(
            "OBR-23", "order_reported_at", "DiagnosticReport.issued",
            "documentationOf/serviceEvent/effectiveTime/high"),
        "OBR-25": Names("OBR-26", "order_status", "DiagnosticReport.status"),
        "ORC-1": Names("OBR-12", "report_action", "DiagnosticReport.status", "relatedDocument"),
        "ORC-21": Names(
            "", "requester_organisation_finess", "PractitionerRole.organization",
            "participant/associatedEntity/scopingOrganization"),
        "OBX-3": Names("OBX-4", "result_code", "Observation.code", "(//observation)[#]/code"),
        "OBX-5": Names("OBX-6", "result_value", "Observation.value[x]", "(//observation)[#]/value"),
        "OBX-6": Names("OBX-7", "result_unit", "Observation.value[x].unit", "(//observation)[#]/value/@unit"),
        "OBX-8": Names(
            "OBX-9", "result_interpretation", "Observation.interpretation", "(//observation)[#]/interpretationCode"),
        "OBX-7": Names("OBX-8", "result_range", "Observation.referenceRange", "(//observation)[#]/referenceRange"),
        "OBX-11": Names("OBX-12", "result_status", "Observation.status", "(//observation)[#]/statusCode"),
        "OBX-14": Names("OBX-15", "result_observed_at", "Observation.effective[x]", "(//observation)[#]/effectiveTime"),
        "OBX-16": Names("OBX-17", "result_responsible_ids", "Observation.performer", "(//observation)[#]/participant"),
        "OBX-19": Names("OBX-20", "result_analysed_at", "Observation.extension"),
        "OBX-23": Names("OBX-16", "result_performer_finess", "Observation.performer", "(//observation)[#]/performer"),
    ]
}

/// A path such as `OBX[3]-5` or `PID-3[2].1` taken apart.
private struct HL7Place {
    let segment: String
    /// Which segment of that name, and which repetition of the field, where the path says so.
    let number: Int?
    let repetition: Int?
    /// Segment, field and component, without numbers of segments and repetitions.
    let key: String

    init(_ path: String) {
        var key: [UInt8] = []
        var numbers: [Int] = []
        var inBrackets = false
        var beforeDash = true
        var number: Int?
        var repetition: Int?
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "["):
                inBrackets = true
                numbers.append(0)
            case UInt8(ascii: "]"):
                inBrackets = false
                if beforeDash { number = numbers.last } else { repetition = numbers.last }
            case _ where inBrackets:
                if let digit = ASCIIDigit.value(byte), let last = numbers.last, last < 1_000_000 {
                    numbers[numbers.count - 1] = last * 10 + Int(digit)
                }
            default:
                if byte == UInt8(ascii: "-") { beforeDash = false }
                key.append(byte)
            }
        }
        self.key = String(decoding: key, as: UTF8.self)
        self.number = number
        self.repetition = repetition
        segment = String(decoding: key.prefix { $0 != UInt8(ascii: "-") }, as: UTF8.self)
    }
}

extension String {
    /// `OBX-5` and 3: `OBX[3]-5`.
    fileprivate func replacingDash(with number: Int) -> String {
        guard let dash = utf8.firstIndex(of: UInt8(ascii: "-")) else { return self }
        return String(self[..<dash]) + "[" + String(number) + "]" + String(self[dash...])
    }

    /// `id[#]` and 3: `id[3]`.
    fileprivate func replacingMark(with number: Int) -> String {
        guard let mark = utf8.firstIndex(of: UInt8(ascii: "#")) else { return self }
        return String(self[..<mark]) + String(number) + String(self[mark...].dropFirst())
    }
}

extension ReportPlaces {
    /// `finding` with its path as the source names it, and its words where they name a field by which people find what to do.
    package func located(_ finding: Finding) -> Finding {
        if naming == .hl7 { return finding }
        var located = worded(finding)
        // Who met an identity for tests has named its place already.
        let isNamed = finding.rule == Rule.insFictitious.id && finding.path == fictitious
        if !isNamed { located.path = naming.name(place(of: finding)) }
        if finding.rule == Rule.notProduction.id, let other = naming.notProduction {
            (located.french, located.english) = (other.french, other.english)
        }
        return located
    }

    /// The path of `finding`; one that names a repetition of PID-3 says which kind of number stands there.
    private func place(of finding: Finding) -> String {
        switch finding.rule {
        case Rule.nirKey.id, Rule.nirNoKey.id: if case .csv = naming { return "PID-3.nir" }
        case Rule.insUnqualified.id, Rule.insTraits.id: return finding.path + ".1"
        default: break
        }
        return finding.path
    }
}

extension PlaceNaming {
    /// `not-production` in the words of the format; nil where those of HL7 do.
    fileprivate var notProduction: Rule? {
        switch self {
        case .hl7, .cda: nil
        case .hprim: PlaceNaming.notProduction("H-12", french: "mettre P en H-12", english: "put P in H-12")
        case .csv:
            PlaceNaming.notProduction(
                "report_processing", french: "mettre P dans cette colonne, ou la laisser vide,",
                english: "put P in that column, or nothing,")
        case .fhir:
            PlaceNaming.notProduction(
                "meta.security, meta.tag", french: "ôter l'étiquette T, D ou HTEST",
                english: "take the label T, D or HTEST away")
        }
    }

    private static func notProduction(_ place: String, french: String, english: String) -> Rule {
        let rule = Rule.notProduction
        return Rule(
            rule.id, rule.severity, rule.condition, fixed: true,
            french: "Message d'essai ou de formation (" + place + ") sur un envoi réel, jamais transmis ; " + french
                + " s'il est réel, ou régler outbox.production à false sur une installation d'essai.",
            english: "A test or training message (" + place + ") on a production sender, never passed on; " + english
                + " where it is real, or set outbox.production to false at a test installation.")
    }
}
