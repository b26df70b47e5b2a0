import Durable
import Exchange

/// Drafts of what has to be told, filled with what the relay knows; what only people know stands as `[à compléter : …]`.
///
/// Who has to be told what, and until when, follows the GDPR (articles 33 and 34), the French public health code (L. 1111-8-2)
/// and NIS 2 (article 23) as its makers understand them: a draft is no legal advice.
package struct IncidentDrafts {
    private let report: IncidentReport
    private let relay: String
    private let knownAt: UTCTime
    private let now: UTCTime

    /// Drafts for an incident of which somebody learnt when `request` says.
    package init(_ report: IncidentReport, _ request: IncidentRequest, of configuration: RelayConfiguration) {
        self.report = report
        relay = configuration.origin ?? "[à compléter / to be completed]"
        (knownAt, now) = (request.knownAt, request.now)
    }

    /// Writes them beside the listing of the parcels, which ends with that; how many files there are.
    package func write(beside listing: IncidentListing) throws -> Int {
        try write(beside: listing, on: .real)
    }

    /// All of them or none: a folder with half of them would look whole.
    func write(beside listing: IncidentListing, on disk: Disk) throws -> Int {
        do {
            try listing.finish(report)
            for file in files {
                try disk.writeDurably(Array(file.text.utf8), to: listing.folder + "/" + file.name, mode: 0o600)
            }
        } catch {
            listing.abandon(files.map(\.name))
            throw error
        }
        return files.count + 1
    }

    /// Each file's name and text.
    var files: [(name: String, text: String)] {
        [("cnil.md", cnil), ("cert-sante.md", cert), ("participants.md", participants)]
    }

    private func deadline(hours: Int64) -> String { knownAt.adding(seconds: hours * 3_600).text }

    private var period: String { "du \(report.window.from.text) au \(report.window.to.text)" }

    /// What lay there, by pairs, as a table.
    private var table: String {
        let rows = report.pairs.map {
            "| \($0.from.text) | \($0.to.text) | \($0.parcels) | \($0.reports) | \($0.files) | \($0.bytes) |"
        }
        return
            ([
                "| de | pour | plis | comptes rendus | fichiers bruts | octets scellés |", "|---|---|---|---|---|---|",
            ] + rows)
            .joined(separator: "\n")
    }

    /// What is certain, and what is not, of whether anything could be read.
    private var sealing: String {
        var text = """
            Chaque pli est scellé au laboratoire pour son seul destinataire (format age). Le relais n'a aucune clé qui ouvre, et \
            son programme ne contient pas de quoi ouvrir. L'en-tête d'un pli, sans lequel il ne s'ouvre plus, n'y est que \
            chiffré sous une clé propre, détruite avec lui. Ce que détient le relais n'ouvre donc rien. Un pli qui attendait \
            au moment de la copie ne s'ouvrirait que par la clé de scellement de son destinataire, qui n'est pas sur ce relais.
            """
        switch report.requiresPostQuantum {
        case true?: text += " L'annuaire que citent ces plis exigeait des clés post-quantiques (ML-KEM-768 et X25519)."
        case false?:
            text +=
                " L'annuaire que citent des plis n'exigeait pas de clés post-quantiques : ce qui fut scellé à une clé X25519 seule pourrait "
                + "s'ouvrir un jour par un ordinateur quantique."
        case nil:
            text +=
                " Si l'annuaire exigeait alors des clés post-quantiques n'est pas établi ici [à compléter] : ce qui fut scellé à "
                + "une clé X25519 seule pourrait s'ouvrir un jour par un ordinateur quantique."
        }
        return text
    }

    private var counts: String {
        var text =
            "\(report.parcels) plis scellés, \(report.reports) comptes rendus, "
            + (report.boundsPersons
                ? "donc \(report.reports) personnes au plus (une correction est un compte rendu de plus)"
                : "mais le nombre de personnes n'est pas borné par là [à compléter]")
            + " ; \(report.stillThere) plis encore présents."
        if report.files > 0 {
            text += " Parmi eux, \(report.files) fichiers bruts : le relais ne sait pas combien de personnes y sont."
        }
        if report.unread > 0 {
            text +=
                " Parmi eux, \(report.unread) plis dont le manifeste ne se lit pas, ou n'est pas signé par une clé de l'annuaire : ce qu'ils portent n'est "
                + "pas connu."
        }
        if report.forgotten > 0 {
            text +=
                " S'y ajoutent \(report.forgotten) plis plus anciens dont seul le registre garde la trace, sans leur "
                + "expéditeur ni leur contenu."
        }
        if report.logProblem != nil {
            text +=
                " Le registre n'a pas pu être lu jusqu'au bout : ce dont la fin n'est pas connue est compté comme présent, "
                + "et ce qui n'est plus dans la base n'est pas compté."
        }
        if report.hasLogBefore {
            text +=
                " Le relais a été restauré : ce qui s'y trouvait avant est compté selon le registre d'alors (`log-before`), tel que "
                + "la sauvegarde l'avait ; ce qui est venu entre la sauvegarde et la panne n'est pas compté "
                + "[à compléter]."
        }
        for (what, count) in report.contradictions { text += " À élucider : \(count) \(what.french)." }
        return text
    }

    private var cnil: String {
        """
        # Projet de notification à la CNIL (RGPD, article 33)

        À déposer avant le \(deadline(hours: 72)) (72 heures après la connaissance, \(knownAt.text)). Projet fait le \(now.text) \
        par `pli-relay incident` ; tout ce qui est entre crochets reste à compléter ou à confirmer.

        - **Responsable de traitement, délégué à la protection des données** : [à compléter : noms, coordonnées]
        - **Service touché** : relais Pli \(relay)
        - **Période** : \(period)
        - **Connaissance de la violation** : \(knownAt.text), par [à compléter : qui, comment]
        - **Nature** : perte de confidentialité possible de données scellées [à confirmer ; intégrité, disponibilité : à compléter]
        - **Catégories de données** : résultats de biologie médicale et, selon les profils de l'annuaire, identité, INS ou NIR, \
        coordonnées, prescripteur ; toutes scellées. En clair : noms d'organismes, tailles, dates.
        - **Nombre** : \(counts)
        - **État des données** : \(sealing)
        - **Conséquences probables** : [à compléter] ; les personnes n'ont pas à être informées tant que les données restent \
        incompréhensibles pour qui les a (article 34, 3, a) [à confirmer, clé par clé, avec chaque destinataire]
        - **Mesures** : [à compléter] ; les destinataires changent de clé de scellement et détruisent l'ancienne

        \(table)

        """
    }

    private var cert: String {
        """
        # Projet de signalement au CERT Santé (code de la santé publique, L. 1111-8-2)

        À signaler sans délai ; pour une entité soumise à NIS 2, alerte précoce avant le \(deadline(hours: 24)), notification \
        avant le \(deadline(hours: 72)). Projet fait le \(now.text) par `pli-relay incident`.

        - **Structure, contact technique joignable** : [à compléter]
        - **Système touché** : relais Pli \(relay), qui achemine des résultats scellés entre laboratoires et autorités de santé
        - **Période** : \(period) ; connu le \(knownAt.text)
        - **Ce qui s'est passé** : [à compléter : vecteur, machines, comptes, état actuel]
        - **Données touchées** : \(counts)
        - **Lisibles ?** \(sealing)
        - **Effet sur les soins** : [à compléter] ; les laboratoires gardent ce qui n'a pas été remis et le renvoient
        - **Mesures prises et prévues** : [à compléter] ; le registre signé (`pli log verify`) et `pli-relay fsck` disent si \
        l'historique et les fichiers s'accordent

        """
    }

    private var participants: String {
        """
        # Projet d'information aux participants

        Expéditeurs : \(report.senders.joined(separator: ", "))
        Destinataires : \(report.recipients.joined(separator: ", "))

        Madame, Monsieur,

        \(period), des plis que vous avez envoyés ou reçus se trouvaient sur le relais \(relay), touché par un incident \
        [à compléter : lequel]. \(sealing)

        Nous vous demandons :

        - aux **destinataires** : de dire si vos clés de scellement sont restées chez vous seuls ; d'en changer (`pli key rotate`) et \
        de détruire l'ancienne dès que rien n'en a plus besoin (`pli key list`, `pli key destroy`) ;
        - aux **expéditeurs** : de garder votre journal ; ce qui n'a pas d'accusé sera renvoyé (`pli status`) ;
        - à tous : de vérifier le registre avec la clé que vous avez gardée (`pli log verify`).

        # Draft of a note to participants

        From \(report.window.from.text) to \(report.window.to.text), parcels that you sent or received lay on the relay \(relay), \
        which an incident has struck [to be completed: which]. Each parcel is sealed at the laboratory for its recipient alone; what \
        the relay holds opens none. A parcel that waited when a copy was taken would open only by its recipient's sealing key, \
        which is not on that relay.

        - **Recipients**: say whether your sealing keys stayed with you alone; change them (`pli key rotate`), and destroy the old one \
        once nothing needs it (`pli key list`, `pli key destroy`).
        - **Senders**: keep your journal; what has no receipt will be sent again (`pli status`).
        - **All**: verify the log with the key that you kept (`pli log verify`).

        \(table)

        """
    }
}
