import LabReport

/// What a drill prints, in order: French first, numbers always with what they count.
enum DrillOutput {
    static func opening(_ canaries: CanaryFile, seed: UInt64) {
        Terminal.line("Pli \(PliVersion.text) — exercice de vol / breach drill")
        Terminal.line(
            "\(canaries.count) comptes rendus synthétiques, un canari dans chaque champ, graine \(seed) / "
                + "\(canaries.count) synthetic reports, a canary in each field, seed \(seed)")
        Terminal.line("Tout ce que le relais a est volé, deux fois ; aucune personne réelle.")
        Terminal.line("All that the relay has is stolen, twice; no real person.")
    }

    static func title(_ moment: DrillMoment, personal: Int, _ loot: DrillLoot) {
        Terminal.line(
            moment == .waiting
                ? "\nVolé pendant que les plis attendent / Stolen while parcels wait"
                : "\nVolé après les accusés / Stolen after the receipts")
        line("contenus scellés, sans en-tête", "sealed payloads, without headers", loot.payloads)
        line("octets de ces contenus", "bytes of these payloads", Int(loot.payloadBytes))
        line("clés de destruction", "shred keys", loot.shredKeys)
        line("manifestes : qui, à qui, quand, combien", "manifests: who, to whom, when, how many", loot.manifests)
        line("accusés", "receipts", loot.receipts)
        line("notes publiques : annuaires, clés", "public notes: directories, keys", loot.notes)
        if loot.payloads > 0 {
            Terminal.line(
                "  Avec en plus la clé de scellement du destinataire, ces plis-là s'ouvriraient ; avec la sauvegarde, non."
            )
            Terminal.line(
                "  With the recipient's sealing key as well, these parcels would open; with the backup they do not.")
        }
        Terminal.line(
            "  cherché : \(personal) formes de NIR, noms, adresses, téléphones, mails, RPPS, canaris / searched for: "
                + "\(personal) forms of them")
    }

    static func searched(disk: Haystack.Outcome, backup: Haystack.Outcome, memory: CoreDump) {
        show("disque", "disk", disk)
        show("sauvegarde", "backup", backup)
        switch memory.kind {
        case .file: show("image mémoire (gcore)", "core dump (gcore)", memory.outcome)
        case .memory: show("mémoire (sans gdb)", "memory (no gdb)", memory.outcome)
        }
    }

    static func fields(planted: Int, taken: Int, held: Int, arrived: Int) {
        Terminal.line("\nAu laboratoire et chez le destinataire / At the laboratory and the recipient")
        line("champs plantés", "fields planted", planted)
        line("comptes rendus pris", "reports taken", taken)
        line("retenus au laboratoire, jamais envoyés", "held at the laboratory, never sent", held)
        line("canaris arrivés chez le destinataire", "canaries that arrived at the recipient", arrived)
        Terminal.line(
            "  Les autres ne sont jamais partis : champs que le profil de ce destinataire ne demande pas, ou comptes rendus "
                + "retenus.")
        Terminal.line(
            "  The others never left: fields that this recipient's profile does not ask for, or reports that were held."
        )
    }

    static func proof(_ proof: DemoProof) {
        Terminal.line("\nPreuve / Proof")
        proof.show()
        Terminal.line(
            proof.isMet
                ? "\nLe voleur n'a rien. / The thief has nothing."
                : "\nUne vérification a échoué. / A check failed.")
    }

    private static func line(_ french: String, _ english: String, _ count: Int) {
        Terminal.line("  \(french) / \(english): \(TextTable.grouped(Int64(count)))")
    }

    private static func show(_ french: String, _ english: String, _ outcome: Haystack.Outcome) {
        let size = TextTable.grouped(outcome.bytes >> 10)
        Terminal.line("  \(french) / \(english): \(size) KiB, \(outcome.hits.count) trouvés / found")
    }
}
