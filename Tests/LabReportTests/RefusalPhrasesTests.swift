import Testing

@testable import LabReport

@Suite("What a note refuses or forbids to pass on")
struct RefusalPhrasesTests {
    private static func judged(_ note: String) throws -> [[String]] {
        var fixture = IntakeFixture()
        fixture.orders = "NTE|1||" + note + "\n" + fixture.orders
        let hprim = try IntakeFixture.hprim(
            "L1|||TEST~ANNE", orders: "C|1|L|" + note + "\rOBR|1|p|f|94500-6~~LN\rOBX|1|ST|94500-6~~LN||Positif||||||F")
        return try [fixture.judgedHL7().findings, hprim.findings, IntakeFixture.table(["report_notes": note]).findings]
            .map { findings in findings.filter { $0.contains("-consent") }.map { String($0.prefix { $0 != " " }) } }
    }

    @Test(
        "A note that refuses or forbids transmission in other words than the phrase is held, in every format",
        arguments: [
            "Patient ne consent pas à la transmission", "Patient consent pas a la transmission",
            "N'a pas consenti à l'envoi de ses données", "La patiente n'est pas d'accord pour la transmission",
            "Patient n'accepte pas la transmission", "Ne veut pas que ses résultats soient transmis",
            "Transmission non autorisee par le patient", "Transmission interdite",
            "La transmission n'est pas autorisée",
            "La transmission n'a pas été autorisée par le patient", "Interdiction de transmettre les résultats",
            "Transmission de ses résultats à l'ARS non autorisée", "transmission : non", "Transmission autorisée : NON",
            "Accord du patient : NON pour transmission", "Patient désaccord transmission SIDEP",
        ])
    func transmission(note: String) throws {
        #expect(try Self.judged(note) == [["!note-consent"], ["!hprim-consent"], ["!note-consent"]])
    }

    @Test(
        "So is one that names what the agencies have, or what is told to them, and not transmission",
        arguments: [
            "Refus SI-DEP", "Patient refuse SIDEP", "Non consentement SI-DEP", "Consentement SI-DEP : non", "SIDEP=NON",
            "SI-DEP : refus", "Refus LABOé-SI", "Opt-out LABOé-SI", "Refus du patient pour SI-DEP",
            "Envoi SI-DEP refusé par le patient", "Envoi SI-DEP refusé", "Envoi SI-DEP : NON", "Aucun envoi SI-DEP",
            "Refuse l'envoi à l'ARS", "Ne pas envoyer à l'ARS", "Pas d'envoi à l'ARS", "Envoi à l'ARS non autorisé",
            "N'autorise pas l'envoi de ses résultats d'analyses à l'ARS",
            "Ne souhaite pas que ses résultats soient envoyés à l'ARS", "Ne pas communiquer à Santé publique France",
            "Refuse que ses données soient communiquées à Santé publique France", "Patient opposé à l'envoi SPF",
            "S'oppose à l'envoi de ses résultats aux autorités sanitaires", "Refus d'envoi CNAM",
            "Patiente opposée à la communication de ses résultats à la CPAM", "Envoi CNAM refusé par le patient",
            "S'oppose à la communication de ses résultats à l'assurance maladie",
            "Refuse la communication de ses résultats", "Communication des résultats refusée par la patiente",
            "S'oppose au partage de ses données", "Refuse le partage de ses données de santé", "Refus de partage",
            "Partage des données refusé", "Secret - ne pas diffuser", "Ne pas diffuser les résultats",
        ])
    func withoutTheWord(note: String) throws {
        #expect(try Self.judged(note) == [["!note-consent"], ["!hprim-consent"], ["!note-consent"]])
    }

    @Test(
        "What laboratories write of bills, specimens, rejected files and of who is told how stays a note",
        arguments: [
            "Refus de prise en charge CPAM", "Refus CPAM", "Envoi CPAM refusé", "Ne pas envoyer de facture à la CPAM",
            "Envoyé à la CPAM. Refus de soins", "Télétransmission CPAM refusée", "Télétransmission : non",
            "Refus de prélèvement", "Prélèvement refusé", "Patient refuse le dosage", "Dosage de l'arsenic refusé",
            "Refus arsenic", "Envoi CNR refusé (tube insuffisant)", "Refus d'envoi du tube au CNR",
            "Envoi au laboratoire X impossible", "Envoi des prélèvements au CNR interdit le vendredi",
            "Résultat envoyé à l'ARS", "Transmis SI-DEP", "Envoi ARS effectué", "Transmission SI-DEP effectuée",
            "Envoi SI-DEP refusé (INS manquant)", "Rejet SI-DEP", "Éligible SI-DEP : non", "Transmis : non",
            "Refus de prélèvement. Déclaration à l'ARS", "Prélèvement refusé. Envoi à l'ARS",
            "Patient refuse le dosage. Résultat envoyé à l'ARS",
            "Résultat communiqué à l'ARS, patient refuse le contrôle",
            "Patient non à jeun, envoi SI-DEP fait", "Patient réside Paris, refus de soins",
            "Déclaration obligatoire envoyée à l'ARS le 12/11", "Résultat à transmettre à l'ARS",
            "Transmission non effectuée (panne réseau)", "Transmission impossible", "Transmission : NON URGENT",
            "Visites interdites. Résultat transmis au Dr X", "Régime interdit, transmis au service",
            "Le patient n'accepte pas la ponction, transmission au service demain",
            "Échantillon non accepté, résultat à transmettre",
        ])
    func others(note: String) throws {
        #expect(try Self.judged(note) == [[], [], []])
    }

    @Test(
        "So does what is not told to a person or by a way, what was not refused, and what was agreed",
        arguments: [
            "Refuse l'envoi de ses résultats par mail", "Refus d'envoi par courrier", "Ne pas envoyer au patient",
            "Ne pas communiquer à la famille", "Refuse la communication de ses résultats à sa famille",
            "Ne pas communiquer les résultats par téléphone", "Ne pas envoyer les résultats, le patient passera",
            "Aucune communication par téléphone", "Ne souhaite pas recevoir ses résultats par courrier",
            "Refuse de communiquer son NIR", "Refuse de communiquer ses données personnelles",
            "Ne souhaite pas transmettre ses coordonnées", "Ne veut pas partager sa chambre",
            "Résultat non transmis au patient", "Envoi des résultats refusé par le client", "Pas de refus SI-DEP",
            "Ne refuse pas l'envoi à l'ARS", "Ne s'oppose pas au partage de ses données", "Refus SI-DEP : NON",
            "Patient d'accord pour la transmission", "Transmission autorisée : OUI",
            "Transmission autorisée par le patient", "SIDEP : OUI", "Accord SI-DEP : oui",
            "Patient consent à l'envoi à l'ARS", "Consentement génétique : non",
        ])
    func elsewhere(note: String) throws {
        #expect(try Self.judged(note) == [[], [], []])
    }

    @Test("A refusal may go over lines; a notice of the right to object is none")
    func lines() throws {
        func judged(_ notes: String) throws -> [String] {
            var fixture = IntakeFixture()
            fixture.orders = notes + "\n" + fixture.orders
            return try fixture.judgedHL7().findings.filter { $0.contains("consent") }
        }
        #expect(try judged("NTE|1||Ne consent pas~à la transmission") == ["!note-consent @ NTE[1]-3"])
        #expect(try judged("NTE|1||Refuse l'envoi\nNTE|2||à l'ARS") == ["!note-consent @ NTE[2]-3"])
        #expect(try judged("NTE|1||Prélèvement refusé~Envoi à l'ARS") == [])
        let notice = "Vous disposez d'un droit d'opposition au partage de vos données"
        #expect(try judged("NTE|1||" + notice) == [])
    }

    @Test("A note as long as a message, of nothing but such words, is read in a time by its length")
    func hostile() {
        for word in [
            "REFUS DE LA ", "REFUS D D D D D D D D D D D D D D D D D D ", "ENVOI A L ARS ", "SIDEP ",
            "NE PAS L L L L L L L ",
            "ENVOI RESULTATS RESULTATS RESULTATS ARS ARS ARS ARS ", "TRANSMISSION A L ARS ",
        ] {
            let note = String(repeating: word, count: 200_000 / word.utf8.count)
            #expect(ConsentWords.reading(of: note) == .note)
            #expect(ConsentWords.reading(of: note + "REFUS D'ENVOI A L'ARS") == .unclear)
        }
    }
}
