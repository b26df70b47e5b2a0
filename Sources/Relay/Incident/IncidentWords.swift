import Exchange

/// An incident's report as people read it on a terminal.
package struct IncidentWords {
    private let report: IncidentReport

    package init(_ report: IncidentReport) { self.report = report }

    private var bound: (french: String, english: String) {
        report.boundsPersons
            ? ("donc autant de personnes au plus", "so no more persons than that")
            : ("mais peut-être plus de personnes", "but maybe more persons than that")
    }

    /// French, then English, then a line for each pair of sender and recipient.
    package var text: String {
        let (from, to) = (report.window.from.text, report.window.to.text)
        var lines = [
            "\(from) … \(to)",
            "\(report.parcels) pli(s), de \(report.senders.count) expéditeur(s) pour \(report.recipients.count) "
                + "destinataire(s) : \(report.reports) compte(s) rendu(s), \(bound.french) ; "
                + "\(report.stillThere) encore là",
            "\(report.parcels) parcel(s), from \(report.senders.count) sender(s) for \(report.recipients.count) "
                + "recipient(s): \(report.reports) report(s), \(bound.english); "
                + "\(report.stillThere) still there",
        ]
        for pair in report.pairs {
            lines.append(
                "  \(pair.from.text) → \(pair.to.text) : \(pair.parcels) pli(s) / parcel(s), "
                    + "\(pair.reports) compte(s) rendu(s) / report(s), \(pair.bytes) octets / bytes")
        }
        if report.files > 0 {
            lines += [
                "dont \(report.files) fichier(s) brut(s) : combien de personnes y sont, le relais ne le sait pas",
                "\(report.files) of them raw file(s): how many persons are in them the relay cannot know",
            ]
        }
        if report.unread > 0 {
            lines += [
                "dont \(report.unread) pli(s) sans manifeste qui se lise et que signe une clé de l'annuaire : ce qu'ils portent n'est "
                    + "pas connu",
                "\(report.unread) of them without a manifest that can be read and is signed by a key of the directory: what they "
                    + "carry is not known",
            ]
        }
        if report.forgotten > 0 {
            lines += [
                "et \(report.forgotten) pli(s) dont il ne reste que des feuilles du registre",
                "and \(report.forgotten) parcel(s) of which only leaves of the log are left",
            ]
        }
        if report.hasLogBefore {
            lines += [
                "le registre d'avant une restauration (log-before) compte jusqu'à elle, tel que la sauvegarde l'avait : ce qui est venu "
                    + "entre la sauvegarde et la panne n'est nulle part",
                "the log from before a restore (log-before) counts up to it, as the backup had it: what came between backup and "
                    + "failure is nowhere",
            ]
        }
        for (what, count) in report.contradictions { lines += ["\(count) \(what.french)", "\(count) \(what.english)"] }
        if !report.isSound {
            lines += [
                "tout n'a pas été lu, ou ne s'accorde pas : garder une copie de ce dossier telle quelle, puis pli-relay fsck "
                    + "dit où ; jusque-là il peut y en avoir plus",
                "not all was read, or agrees: keep a copy of this folder as it is, then pli-relay fsck says where; until "
                    + "then there may be more",
            ]
        }
        lines += [
            "ouvert par tout ce que le relais détient : rien ; avec en plus la clé de scellement d'un destinataire : ses plis "
                + "qui attendaient alors",
            "opened by all that the relay holds: nothing; with a recipient's sealing key as well: those of its parcels that "
                + "waited at that moment",
        ]
        return lines.joined(separator: "\n") + "\n"
    }
}
