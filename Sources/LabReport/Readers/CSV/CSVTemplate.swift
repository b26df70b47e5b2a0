/// The table that a laboratory starts from: the columns that most fill in, and one example.
///
/// Semicolons and a byte order mark, so that a French spreadsheet opens it as it is; an example of a training report about a
/// person who does not exist, so that it never goes out as real when somebody forgets to take it away.
package enum CSVTemplate {
    /// The file.
    package static let bytes: [UInt8] = {
        let names = columns.map { $0.name }.joined(separator: ";")
        let example = columns.map { $0.example }.joined(separator: ";")
        return [0xEF, 0xBB, 0xBF] + Array((names + "\r\n" + example + "\r\n").utf8)
    }()

    private static let columns: [(name: String, example: String)] = [
        ("report_id", "2026-0001"), ("report_processing", "T"), ("report_action", "new"),
        ("patient_ins", ""), ("patient_ins_oid", ""), ("patient_identity_status", ""),
        ("patient_local_ids", "D000001"), ("patient_birth_name", "BRUVELAN"), ("patient_used_name", ""),
        ("patient_given_names", "CAMILLE|ZOE"), ("patient_sex", "F"), ("patient_birth_date", "12/04/1967"),
        ("patient_birth_place_code", "75113"), ("patient_address_lines", "3 rue des Lilas"),
        ("patient_postcode", "75013"), ("patient_city", "PARIS"), ("patient_country", "FRA"),
        ("patient_phones", "0639981234"), ("patient_mails", "c.bruvelan@example.org"),
        ("requester_ids", "10003461034"), ("requester_family_name", "DELFORAU"), ("requester_given_name", "ANNE"),
        ("requester_phones", "0199001234"), ("laboratory_name", "LABORATOIRE RIVE GAUCHE"),
        ("laboratory_finess", "750100125"), ("order_placer", "PR77"), ("order_filler", "261123-0042"),
        ("order_reported_at", "23/11/2026 11:45"), ("specimen_type_text", "Écouvillon nasopharyngé"),
        ("specimen_collected_at", "23/11/2026 07:45"), ("specimen_received_at", "23/11/2026 08:10"),
        ("result_code", "94500-6"), ("result_code_text", "ARN SARS-CoV-2"), ("result_code_system", "LN"),
        ("result_local_code", ""), ("result_value", "Positif"), ("result_value_code", "10828004"),
        ("result_value_system", "SCT"), ("result_unit", ""), ("result_range", ""), ("result_interpretation", "POS"),
        ("result_status", "F"), ("result_observed_at", "23/11/2026 07:45"), ("result_notes", ""),
    ]
}
