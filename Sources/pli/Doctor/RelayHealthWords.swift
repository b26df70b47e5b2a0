/// What a relay that takes nothing says of itself, for whoever runs one of its ends: why, and that it is for the relay's operator.
enum RelayHealthWords {
    /// It ends a command as a relay does that is away: nothing here is wrong.
    static func remark(_ reason: String, isOutbox: Bool) -> Remark {
        Remark(
            subject: .relay, verdict: .fault, said: said(reason), remedy: remedy(reason, isOutbox: isOutbox),
            exitCode: .unreachable)
    }

    static func said(_ reason: String) -> CommandFailure.Said {
        let words = reasons[reason] ?? .init(french: reason, english: reason)
        return .init(
            french: "le relais répond, mais ne prend rien : \(words.french)",
            english: "the relay answers, and takes nothing: \(words.english)")
    }

    /// Whom to call, and what becomes of what waits: at a laboratory it goes out later, at an authority it comes.
    static func remedy(_ reason: String, isOutbox: Bool) -> CommandFailure.Said {
        let calm =
            isOutbox
            ? ("rien n'est perdu, ce qui attend partira ensuite", "nothing is lost, what waits goes out afterwards")
            : (
                "rien n'est perdu : les plis et les accusés qui attendent passeront ensuite",
                "nothing is lost: parcels and receipts that wait go through afterwards"
            )
        if reason.hasPrefix("directory-") {
            return .init(
                french: "appelez les détenteurs des clés racines et l'exploitant du relais ; \(calm.0)",
                english: "call the holders of the root keys and the relay's operator; \(calm.1)")
        }
        return .init(
            french: "appelez l'exploitant du relais ; \(calm.0)", english: "call the relay's operator; \(calm.1)")
    }

    /// Every reason that this version's relay has.
    static let reasons: [String: CommandFailure.Said] = [
        "clock-ahead": .init(
            french: "son horloge est en doute, très en avance sur sa dernière marche (clock-ahead)",
            english: "its clock is in doubt, far past the time when it last ran (clock-ahead)"),
        "clock-behind": .init(
            french: "son horloge est en doute, en retard sur sa dernière marche (clock-behind)",
            english: "its clock is in doubt, behind the time when it last ran (clock-behind)"),
        "clock-behind-notes": .init(
            french: "son horloge est en doute, en retard sur des dates signées (clock-behind-notes)",
            english: "its clock is in doubt, behind times that were signed (clock-behind-notes)"),
        "directory-expired": .init(
            french: "son annuaire a expiré, la version suivante doit être signée (directory-expired)",
            english: "its directory has expired, the next version has to be signed (directory-expired)"),
        "directory-not-yet-issued": .init(
            french: "son annuaire est daté de plus tard que son horloge (directory-not-yet-issued)",
            english: "its directory is dated ahead of its clock (directory-not-yet-issued)"),
        "disk-full": .init(
            french: "son disque est plein (disk-full)", english: "its disk is full (disk-full)"),
        "disk-stalled": .init(
            french: "son disque ne répond pas (disk-stalled)", english: "its disk does not answer (disk-stalled)"),
        "folder-changed": .init(
            french: "un fichier ou un dossier du relais a été déplacé, remplacé ou fermé (folder-changed)",
            english: "a file or folder of the relay was moved, replaced or closed (folder-changed)"),
        "stopping": .init(
            french: "il s'arrête après une panne du disque (stopping)",
            english: "it stops after a failure of its disk (stopping)"),
    ]
}
