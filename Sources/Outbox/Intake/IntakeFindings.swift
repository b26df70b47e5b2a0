package import LabReport

/// Findings that only intake can make.
package enum IntakeFindings {
    static let duplicate = Finding(
        rule: "duplicate", severity: .error, path: "MSH-10",
        french: "ce message a déjà été pris, octet pour octet : rien à faire, il est déjà en route ou remis",
        english: "this message was taken before, byte for byte: nothing to do, it is under way or delivered already")

    package static let noDestination = Finding(
        rule: noRouteRule, severity: .error, path: "OBX",
        french: "aucune route de l'annuaire ne concerne ce compte rendu : vérifier les codes LOINC, puis les routes",
        english: "no route of the directory wants this report: check its LOINC codes, then the routes")

    /// The routes' own finding on a report that none of them wants: a warning there, the reason for holding here.
    package static let noRouteRule = "route-none"

    /// Which of them it takes back, or replaces, is not said: nobody learns of another's analysis.
    static let versionUnclear = Finding(
        rule: "version-unclear", severity: .error, path: "OBR-4",
        french: "plusieurs demandes sont parties sous ce numéro, et aucune sous cet examen : dire en OBR-4, comme la "
            + "première version, laquelle est corrigée ou annulée, et renvoyer",
        english: "several orders went out under this number, and none for this panel: say in OBR-4, as the first "
            + "version did, which one is corrected or cancelled, and send again")

    /// Nothing of a stranger's is corrected or taken back, and nobody learns of this one by it.
    static let versionOfAnother = Finding(
        rule: "version-other-patient", severity: .error, path: "OBR-3",
        french: "ce qui est parti sous ce numéro est d'un autre patient : vérifier numéro et patient ; si l'identité "
            + "a été corrigée, annuler sous l'ancienne, puis envoyer comme nouveau",
        english: "what went out under this number is another patient's: check number and patient; where the identity "
            + "was corrected, cancel under the former one, then send as new")

    /// What was corrected may have come late, and would overtake its correction.
    static let versionOrder = Finding(
        rule: "version-order-unclear", severity: .error, path: "MSH-7",
        french:
            "une correction ou une annulation de ce numéro a été prise, et rien ne dit que ceci lui est postérieur : "
            + "si c'est le cas, renvoyer avec l'heure d'envoi (MSH-7), sinon rien à faire",
        english:
            "a correction or cancellation of this number was taken, and nothing says that this is later: if it is, "
            + "send it again with its time of sending (MSH-7), else nothing to do")

    /// What was held comes second to what the laboratory sent since.
    static let takenSince = Finding(
        rule: "taken-since", severity: .error, path: "OBR-3",
        french: "le laboratoire a renvoyé ce compte rendu depuis, et il a été pris : rien à faire",
        english: "the laboratory sent this report again since, and that was taken: nothing to do")

    /// What a version does not name stands: nobody can tell whether its laboratory meant to take that back.
    static let versionPartial = Finding(
        rule: "version-partial", severity: .warning, path: "OBX",
        french: "un résultat parti sous cette demande n'est pas dans cette correction ou annulation : il reste valable "
            + "chez qui l'a reçu ; s'il est faux, le renvoyer retiré (OBX-11 D)",
        english: "a result that went out of this order is not in this correction or cancellation: it stands with "
            + "whoever got it; if it is wrong, send it withdrawn (OBX-11 D)")

    /// The route is shut now, and a wrong result lies with somebody all the same.
    static let versionObjection = Finding(
        rule: "version-objection", severity: .warning, path: "CON-11",
        french: "le patient s'est opposé : un destinataire de la version antérieure apprend quand même ce qui a changé "
            + "ou est retiré ; lui demander l'effacement s'il le faut",
        english: "the patient objected: a recipient of the earlier version still learns what changed, or that it is "
            + "taken back; ask it for erasure if need be")

    static let earlierProfileGone = Finding(
        rule: "route-earlier-profile", severity: .error, path: "OBX",
        french: "un destinataire de la version antérieure n'a plus de profil dans l'annuaire : le prévenir autrement",
        english: "a recipient of the earlier version has no profile in the directory any more: tell it by other means")

    static let unreadable = Finding(
        rule: "unreadable", severity: .error, path: "MSH",
        french: "le message ne se lit pas comme un compte rendu de biologie : vérifier son type",
        english: "the message cannot be read as a laboratory report: check its type")

    package static let otherPatientHeld = Finding(
        rule: "other-patient-held", severity: .error, path: "PID",
        french: "retenu parce qu'un autre patient du même message l'est : corriger celui-là et renvoyer",
        english: "held because another patient of the same message is: correct that one and send again")

    /// All of them, for whoever is shown later what was found.
    static let all = [
        duplicate, noDestination, versionUnclear, versionOfAnother, versionOrder, takenSince, versionPartial,
        versionObjection, earlierProfileGone, unreadable, otherPatientHeld,
    ]
}
