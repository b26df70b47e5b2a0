/// French names of the columns that laboratories fill in by hand or export: as good as the documented ones.
enum CSVFrenchName {
    /// The French name and the documented one.
    static let all: [(french: String, name: String)] = [
        ("numero_compte_rendu", "report_id"), ("identifiant_message", "report_message_id"),
        ("action", "report_action"), ("traitement", "report_processing"), ("emis_le", "report_sent_at"),
        ("consentement", "report_consent"), ("ins", "patient_ins"), ("ins_oid", "patient_ins_oid"),
        ("statut_identite", "patient_identity_status"), ("nir", "patient_nir"),
        ("numero_patient", "patient_local_ids"), ("nom_naissance", "patient_birth_name"),
        ("nom_utilise", "patient_used_name"), ("prenoms", "patient_given_names"), ("sexe", "patient_sex"),
        ("date_naissance", "patient_birth_date"), ("code_lieu_naissance", "patient_birth_place_code"),
        ("adresse", "patient_address_lines"), ("code_postal", "patient_postcode"), ("ville", "patient_city"),
        ("pays", "patient_country"), ("telephones", "patient_phones"), ("courriels", "patient_mails"),
        ("decede", "patient_deceased"), ("prescripteur_numero", "requester_ids"),
        ("prescripteur_nom", "requester_family_name"), ("prescripteur_prenom", "requester_given_name"),
        ("prescripteur_telephones", "requester_phones"), ("prescripteur_courriels", "requester_mails"),
        ("laboratoire_nom", "laboratory_name"), ("laboratoire_finess", "laboratory_finess"),
        ("numero_demande", "order_placer"), ("numero_dossier", "order_filler"), ("rendu_le", "order_reported_at"),
        ("numero_prelevement", "specimen_id"), ("nature_prelevement", "specimen_type_text"),
        ("preleve_le", "specimen_collected_at"), ("recu_le", "specimen_received_at"),
        ("analyse_code", "result_code"), ("analyse_libelle", "result_code_text"),
        ("analyse_systeme", "result_code_system"), ("analyse_code_local", "result_local_code"),
        ("analyse_libelle_local", "result_local_text"), ("resultat", "result_value"),
        ("resultat_code", "result_value_code"), ("resultat_systeme", "result_value_system"),
        ("unite", "result_unit"), ("valeurs_reference", "result_range"),
        ("interpretation", "result_interpretation"), ("statut", "result_status"),
        ("methode", "result_method_text"), ("automate", "result_device"), ("commentaire", "result_notes"),
    ]
}
