import HL7

/// What a rule of all formats says in the words of one of them: rules name HL7's fields and codes, and whoever writes FHIR or a
/// clinical document finds neither there.
struct FormatWords: Sendable {
    let french: String
    let english: String

    init(_ french: String, _ english: String) {
        self.french = french
        self.english = english
    }

    /// The words of the rule of that id where fields under other names do not say what to do; nil where they do.
    static func own(_ rule: String, _ naming: PlaceNaming) -> FormatWords? {
        switch naming {
        case .hl7: nil
        case .hprim: hprim[rule]
        case .csv: csv[rule]
        case .fhir: fhir[rule]
        case .cda: cda[rule]
        }
    }

    private static let laboratoryMissing = (
        french: "Laboratoire non identifié ; ", english: "The laboratory is not identified; "
    )
    private static let finessMissing = (
        french: "Laboratoire sans FINESS : on ne peut savoir si l'expéditeur parle pour lui ; ",
        english: "A laboratory without FINESS: nobody can tell whether the sender speaks for it; "
    )
    private static let insTraits = (
        french:
            "INS sans tous ses traits stricts (nom de naissance, prénoms, date et lieu de naissance, sexe) : qui le "
            + "reçoit ne peut les rapprocher ; les envoyer ",
        english:
            "An INS without all of its strict traits (birth name, given names, birth date and place, sex): whoever "
            + "gets it cannot compare them; send them in "
    )
    private static let textNotSent = (
        french: "Résultat en toutes lettres, qu'un destinataire dont le profil n'a pas result.text ne reçoit pas ; ",
        english: "A result in words of its own, which a recipient without result.text in its profile does not get; "
    )
    private static let insUnusable = (
        french: "Identifiant de type INS sans OID de l'INS-NIR ou de l'INS-NIA, ou sans numéro, laissé de côté ; ",
        english: "An identifier of type INS without the OID of INS-NIR or INS-NIA, or without a number, was left out; "
    )

    /// Where times are written with dashes and colons.
    private static let timeUnsure = FormatWords(
        "Heure qui vient deux fois (passage à l'heure d'hiver), prise pour la première ; écrire son décalage "
            + "(2026-10-25T02:30:00+01:00).",
        "A time that comes twice (clocks go back), taken as the first one; write its offset (2026-10-25T02:30:00+01:00)."
    )

    private static func filler(_ place: String) -> FormatWords {
        FormatWords(
            "Numéro de dossier du laboratoire absent (" + place
                + ") ; sans lui une correction ne retrouve pas ce qu'elle corrige.",
            "The laboratory's number (" + place + ") is missing; without it a correction cannot find what it corrects.")
    }

    private static func fillerInPart(_ place: String) -> FormatWords {
        FormatWords(
            "Une des demandes n'a pas de numéro de dossier du laboratoire (" + place + ").",
            "One of the orders lacks the laboratory's number (" + place + ").")
    }

    private static let fhir: [String: FormatWords] = [
        Rule.timeUnsure.id: timeUnsure,
        Rule.insExpired.id: FormatWords(
            "INS dont la période (Patient.identifier.period) est passée, laissée de côté ; interroger le téléservice INSi et "
                + "l'envoyer sans period.",
            "An INS whose period (Patient.identifier.period) is over was left out; ask the INSi service, and send it without a "
                + "period."),
        Rule.nameType.id: FormatWords(
            "Nom d'un usage qui n'est pas celui de naissance (Patient.name.use : old), pris pour lui faute d'un autre ; "
                + "envoyer le nom de naissance (official ou maiden).",
            "A name of a use that is none at birth (Patient.name.use: old) was taken for it, since there is no other; send the "
                + "name at birth (official or maiden)."),
        Rule.messageType.id: FormatWords(
            "Le MessageHeader annonce une demande, une vaccination, un séjour… et non un compte rendu ; seuls les comptes rendus de "
                + "résultats (ORU, événement R01) sont pris.",
            "The MessageHeader announces an order, a vaccination, a stay… and no report; only reports of results (ORU, event R01) "
                + "are taken."),
        Rule.messageEvent.id: FormatWords(
            "Événement non pris en charge (MessageHeader) ; seul R01 l'est.",
            "Event not supported (MessageHeader); only R01 is."),
        Rule.statusMissing.id: FormatWords(
            "Résultat sans état, ou d'état unknown (Observation.status) : on ne peut le tenir pour final ; chercher au "
                + "laboratoire ce qu'il en est, et mettre final, corrected, preliminary ou cancelled.",
            "A result without status, or of status unknown (Observation.status), cannot be taken as final; find out at the "
                + "laboratory how it stands, and put final, corrected, preliminary or cancelled."),
        Rule.statusUnknown.id: FormatWords(
            "État de résultat inconnu (Observation.status) ; employer final, corrected, amended, preliminary, registered, "
                + "cancelled ou entered-in-error.",
            "Unknown result status (Observation.status); use final, corrected, amended, preliminary, registered, "
                + "cancelled or entered-in-error."),
        Rule.sexCode.id: FormatWords(
            "Sexe hors des codes de FHIR (Patient.gender), transmis tel quel ; employer male, female, other ou unknown.",
            "A sex outside FHIR's codes (Patient.gender), passed on as it stands; use male, female, other or unknown."),
        Rule.noDiscreteResults.id: FormatWords(
            "Aucun résultat structuré (Observation) pour ce patient ; les nommer dans DiagnosticReport.result.",
            "No discrete result (Observation) for this patient; name them in DiagnosticReport.result."),
        Rule.attachmentDropped.id: FormatWords(
            "Document joint (presentedForm) : il n'est pas transmis, les résultats structurés le sont.",
            "An attached document (presentedForm) is not passed on; the discrete results are."),
        Rule.actionMismatch.id: FormatWords(
            "DiagnosticReport.status et Observation.status se contredisent (un compte rendu annulé dont un résultat vaut, ou un "
                + "groupe) ; dire cancelled ou entered-in-error des deux, ou d'aucun.",
            "DiagnosticReport.status and Observation.status contradict each other (a report that is cancelled and of which a "
                + "result stands, or a group); say cancelled or entered-in-error of both, or of neither."),
        Rule.notOfAPerson.id: FormatWords(
            "Résultats d'un animal (patient-animal, Patient.animal) : ce n'en sont pas d'une personne ; ne pas les envoyer.",
            "Results of an animal (patient-animal, Patient.animal): they are nobody's; do not send them."),
        Rule.laboratoryMissing.id: FormatWords(
            laboratoryMissing.french + "nommer son Organization dans DiagnosticReport.performer.",
            laboratoryMissing.english + "name its Organization in DiagnosticReport.performer."),
        Rule.finessMissing.id: FormatWords(
            finessMissing.french + "en faire un identifier de son Organization (DiagnosticReport.performer), sous "
                + "urn:oid:1.2.250.1.71.4.2.2.",
            finessMissing.english + "make it an identifier of its Organization (DiagnosticReport.performer), under "
                + "urn:oid:1.2.250.1.71.4.2.2."),
        Rule.fillerMissing.id: filler("DiagnosticReport.identifier"),
        Rule.fillerMissingInPart.id: fillerInPart("DiagnosticReport.identifier"),
        Rule.insTraits.id: FormatWords(
            insTraits.french + "dans Patient.name, birthDate, gender et l'extension patient-birthPlace.",
            insTraits.english + "Patient.name, birthDate, gender and the extension patient-birthPlace."),
        Rule.textNotSent.id: FormatWords(
            textNotSent.french + "le coder (valueCodeableConcept), ou faire inscrire result.text au profil.",
            textNotSent.english + "code it (valueCodeableConcept), or have result.text listed in the profile."),
    ]

    private static let cda: [String: FormatWords] = [
        Rule.actionMismatch.id: FormatWords(
            "Le document annonce un remplacement ou un retrait (relatedDocument RPLC, ORC-1 du message) et ses résultats "
                + "(statusCode) disent autre chose ; mettre les deux d'accord.",
            "The document announces a replacement or a withdrawal (relatedDocument RPLC, ORC-1 of the message) and its results "
                + "(statusCode) say something else; make both agree."),
        Rule.withdrawalAsNew.id: FormatWords(
            "Document nouveau (sans relatedDocument RPLC) dont un résultat est retiré (statusCode nullified) : il serait retiré "
                + "chez ceux qui l'ont ; envoyer un document qui remplace le précédent, ou outbox.rules.warnings.",
            "A new document (without relatedDocument RPLC) of which a result is withdrawn (statusCode nullified): it would be "
                + "withdrawn where it is known; send a document that replaces the one before, or outbox.rules.warnings."
        ),
        Rule.laboratoryMissing.id: FormatWords(
            laboratoryMissing.french
                + "nommer sa structure (responsibleParty de componentOf, performer de documentationOf, "
                + "author ou custodian).",
            laboratoryMissing.english + "name its organization (responsibleParty of componentOf, performer of "
                + "documentationOf, author or custodian)."),
        Rule.finessMissing.id: FormatWords(
            finessMissing.french + "le mettre dans un id de sa structure (root 1.2.250.1.71.4.2.2).",
            finessMissing.english + "put it in an id of its organization (root 1.2.250.1.71.4.2.2)."),
        Rule.fillerMissing.id: filler("documentationOf/serviceEvent/id, setId"),
        Rule.fillerMissingInPart.id: fillerInPart("documentationOf/serviceEvent/id, setId"),
        Rule.insTraits.id: FormatWords(
            insTraits.french + "dans patient/name, birthTime, administrativeGenderCode et birthplace.",
            insTraits.english + "patient/name, birthTime, administrativeGenderCode and birthplace."),
        Rule.insUnusable.id: FormatWords(
            insUnusable.french + "écrire dans l'id le numéro (extension) et l'OID (root 1.2.250.1.213.1.4.8 ou .9).",
            insUnusable.english + "write in the id the number (extension) and the OID (root 1.2.250.1.213.1.4.8 or .9)."
        ),
        Rule.textNotSent.id: FormatWords(
            textNotSent.french + "le coder (value de type CD), ou faire inscrire result.text au profil.",
            textNotSent.english + "code it (value of type CD), or have result.text listed in the profile."),
    ]

    private static let csv: [String: FormatWords] = [
        Rule.timeUnsure.id: timeUnsure,
        Rule.actionMismatch.id: FormatWords(
            "report_action et result_status se contredisent ; écrire cancel avec D, replace avec C, new avec F.",
            "report_action and result_status contradict each other; write cancel with D, replace with C, new with F."),
        Rule.withdrawalAsNew.id: FormatWords(
            "report_action dit new et result_status retire un résultat (D, W) : il serait retiré chez ceux qui l'ont ; écrire "
                + "cancel ou replace, ou outbox.rules.warnings.",
            "report_action says new and result_status withdraws a result (D, W): it would be withdrawn where it is known; write "
                + "cancel or replace, or outbox.rules.warnings."),
        Rule.noteConsent.id: FormatWords(
            "report_notes parle de refus et de transmission ou d'envoi sans être la phrase convenue : c'est peut-être une opposition ; "
                + "remplir report_consent.",
            "report_notes speaks of refusing and transmission or sending and is not the agreed phrase: it may be an objection; fill "
                + "report_consent."),
        Rule.noDiscreteResults.id: FormatWords(
            "Aucun résultat pour ce patient ; en écrire un par ligne.",
            "No result for this patient; write one a row."),
        Rule.laboratoryMissing.id: FormatWords(
            laboratoryMissing.french + "remplir laboratory_name ou laboratory_finess.",
            laboratoryMissing.english + "fill laboratory_name or laboratory_finess."),
        Rule.finessMissing.id: FormatWords(
            finessMissing.french + "remplir laboratory_finess.", finessMissing.english + "fill laboratory_finess."),
        Rule.patientUnidentified.id: FormatWords(
            "Patient sans identifiant (patient_local_ids, patient_ins, patient_nir) ; en écrire un, fût-il local, ou ANOM dans "
                + "patient_identity_status pour un patient anonyme. Une ligne qui continue le compte rendu du dessus répète son "
                + "report_id (sans cette colonne, report_message_id ou order_filler).",
            "A patient without identifier (patient_local_ids, patient_ins, patient_nir); write one, if only a local one, or ANOM "
                + "in patient_identity_status for an anonymous patient. A row that goes on with the report above repeats its "
                + "report_id (without that column, report_message_id or order_filler)."),
        Rule.fillerMissing.id: filler("order_filler"),
        Rule.fillerMissingInPart.id: fillerInPart("order_filler"),
        Rule.insTraits.id: FormatWords(
            insTraits.french + "dans patient_birth_name, patient_given_names, patient_birth_date, patient_sex et "
                + "patient_birth_place_code.",
            insTraits.english + "patient_birth_name, patient_given_names, patient_birth_date, patient_sex and "
                + "patient_birth_place_code."),
        Rule.undecodable.id: undecodable,
        Rule.charsetGuessed.id: charsetGuessed,
        Rule.placeForm.id: FormatWords(
            "Code postal, ville ou lieu de naissance du patient qui n'en a pas la forme (patient_postcode, patient_city, "
                + "patient_birth_place_code) : seul qui reçoit toute l'adresse l'a ; mettre chaque donnée dans sa colonne.",
            "A patient's postcode, town or birthplace that has not the form of one (patient_postcode, patient_city, "
                + "patient_birth_place_code): only who gets the whole address is told it; put each thing into its own column."
        ),
        Rule.textNotSent.id: FormatWords(
            textNotSent.french + "le coder (result_value_code), ou faire inscrire result.text au profil.",
            textNotSent.english + "code it (result_value_code), or have result.text listed in the profile."),
    ]

    private static let hprim: [String: FormatWords] = [
        Rule.actionMismatch.id: FormatWords(
            "OBR-12 annule une demande dont un résultat vaut (OBX-12), ou qui revient sous le même numéro ; écrire D en OBX-12, "
                + "ou ôter le C d'OBR-12.",
            "OBR-12 cancels an order of which a result stands (OBX-12), or that comes again under its number; write D in "
                + "OBX-12, or take the C of OBR-12 away."),
        Rule.laboratoryMissing.id: FormatWords(
            laboratoryMissing.french + "le nommer en H-5 ou OBX-16.",
            laboratoryMissing.english + "name it in H-5 or OBX-16."),
        Rule.finessMissing.id: FormatWords(
            finessMissing.french + "l'envoyer en H-5 ou OBX-16.", finessMissing.english + "send it in H-5 or OBX-16."),
        Rule.fillerMissing.id: filler("OBR-4"),
        Rule.fillerMissingInPart.id: fillerInPart("OBR-4"),
        Rule.insTraits.id: FormatWords(
            insTraits.french + "en P-6, P-7, P-8, P-9 et P-11.", insTraits.english + "P-6, P-7, P-8, P-9 and P-11."),
        Rule.noteDropped.id: FormatWords(
            "Commentaire (C) hors de C-4, coupé par un séparateur non échappé, ou dont rien ne dit sur quoi il porte : ce qui est "
                + "là n'est pas transmis ; l'écrire en C-4, derrière P, OBR ou OBX.",
            "A comment (C) outside C-4, cut by a separator that was not escaped, or of which nothing says what it is about: what "
                + "stands there is not passed on; write it in C-4, behind P, OBR or OBX."),
        Rule.undecodable.id: undecodable,
        Rule.charsetGuessed.id: charsetGuessed,
    ]

    /// Of files that cannot say which set they are in.
    private static let charsetGuessed = FormatWords(
        "Texte dont des accents semblent être ceux de DOS (CP850), ou l'inverse : ils seraient faux ; enregistrer le fichier en "
            + "UTF-8, ou dire son jeu par outbox.site.charset (--charset).",
        "A text whose accents seem to be those of DOS (CP850), or the reverse: they would be wrong; save the file as UTF-8, "
            + "or say its set by outbox.site.charset (--charset).")

    private static let undecodable = FormatWords(
        "Octets étrangers au jeu de caractères du fichier ; l'enregistrer en UTF-8.",
        "Bytes that the file's character set does not have; save it as UTF-8.")
}

extension ReportPlaces {
    /// `finding` in the words of the source's format: in words of their own, or with the format's names in the place of HL7's.
    package func worded(_ finding: Finding) -> Finding {
        // Rules of clinical documents that name fields mean those of the message around them.
        if naming == .hl7 || finding.rule.utf8.starts(with: "cda-".utf8) { return finding }
        var worded = finding
        if let words = FormatWords.own(finding.rule, naming) {
            (worded.french, worded.english) = (words.french, words.english)
        } else {
            worded.french = naming.renamed(finding.french)
            worded.english = naming.renamed(finding.english)
        }
        return worded
    }

    /// The same of all that a reader noted.
    package func worded(_ findings: [Finding]) -> [Finding] { findings.map { worded($0) } }
}

extension PlaceNaming {
    /// `text` with the format's names in the place of HL7's fields (`PID-7`, `PID-11.6`).
    fileprivate func renamed(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var position = 0
        while position < bytes.count {
            let end = PlaceNaming.endOfField(in: bytes, at: position)
            let field = String(decoding: bytes[position..<end], as: UTF8.self)
            if end > position, let name = word(for: field) { result += name.utf8 } else { result += field.utf8 }
            if end == position {
                result.append(bytes[position])
                position += 1
            } else {
                position = end
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Behind the field of HL7 (three capitals or digits, a dash, a number, perhaps a point and a second one) that begins at `start`;
    /// `start` where none does.
    private static func endOfField(in bytes: [UInt8], at start: Int) -> Int {
        guard start + 4 < bytes.count, bytes[start + 3] == UInt8(ascii: "-"),
            start == 0 || !bytes[start - 1].isAlphanumeric,
            bytes[start..<start + 3].allSatisfy({ isCapital($0) || ASCIIDigit.isDigit($0) }), isCapital(bytes[start])
        else { return start }
        var end = start + 4
        while end < bytes.count, ASCIIDigit.isDigit(bytes[end]) { end += 1 }
        guard end > start + 4 else { return start }
        if end + 1 < bytes.count, bytes[end] == UInt8(ascii: "."), ASCIIDigit.isDigit(bytes[end + 1]) {
            end += 1
            while end < bytes.count, ASCIIDigit.isDigit(bytes[end]) { end += 1 }
        }
        return end
    }

    private static func isCapital(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "A") < 26 }
}
