import Courier
import Durable
import Exchange
import Inbox
import LabReport
import Outbox

/// What the agent has done and has before it, and the tables that it reads at its start.
extension Examination {
    /// The sender's own codes and the key of pseudonyms, where the configuration names them.
    mutating func examineTables() {
        guard case .outbox(let configuration) = installed else { return }
        do {
            if let path = configuration.codesPath { _ = try SenderCodes(path: path, disk: disk) }
            if let path = configuration.pseudonymKeyPath { _ = try KeyFile.pseudonyms(at: path, disk: disk) }
        } catch {
            checkUp.fault(.tables, error)
            return
        }
        let none = configuration.codesPath == nil && configuration.pseudonymKeyPath == nil
        checkUp.well(
            .tables, none ? "aucune n'est configurée" : "lues", none ? "none is configured" : "read")
    }

    mutating func examineWork() async {
        let folder = agent.dataFolder
        switch installed {
        case .outbox(let configuration):
            let (age, now) = (configuration.batchAgeSeconds, now)
            guard let status = await checkUp.look(.work, { try OutboxStatus.read(dataFolder: folder) }),
                let late = await checkUp.look(
                    .work, { try LateWork.read(dataFolder: folder, ageSeconds: age, at: now) })
            else { return }
            say(status, late)
        case .inbox:
            guard let status = await checkUp.look(.work, { try InboxStatus.read(dataFolder: folder) }) else { return }
            say(status)
            sayRetention(status)
        }
    }

    /// What waits for too long is a fault, whoever it is that keeps it waiting.
    private mutating func say(_ late: [LateWork]) {
        for one in late.prefix(LateWorkWords.most) {
            let said = LateWorkWords.said(one)
            checkUp.fault(
                .work, said.french, said.english, remedy: LateWorkWords.remedy(one.stage, isRunning: isRunning))
        }
        if late.count > LateWorkWords.most {
            checkUp.fault(
                .work, "et \(late.count - LateWorkWords.most) autre(s) retards",
                "and \(late.count - LateWorkWords.most) more that are late",
                remedy: .init(french: "pli status les montre tous", english: "pli status shows all of them"))
        }
    }

    private mutating func say(_ status: OutboxStatus, _ late: [LateWork]) {
        say(late)
        let refused = status.recipients.reduce(0) {
            $0 + ($1.parcelsByState[.refused] ?? 0) + ($1.parcelsByState[.rejected] ?? 0)
        }
        if refused > 0 {
            checkUp.warn(
                .work, "\(refused) pli(s) refusés", "\(refused) parcel(s) refused",
                remedy: .init(
                    french: "pli outbox list dit lesquels et pourquoi ; resend ou abandon",
                    english: "pli outbox list says which and why; resend or abandon"))
        }
        if status.held > 0 {
            checkUp.warn(
                .work, "\(status.held) compte(s) rendu(s) retenu(s)", "\(status.held) report(s) held",
                remedy: .init(
                    french: "pli quarantine list les compte par règle, show dit pourquoi",
                    english: "pli quarantine list counts them by rule, show says why"))
        }
        let isStuck = sayUploads(status)
        guard late.isEmpty, refused == 0, status.held == 0, !isStuck else { return }
        checkUp.well(
            .work, "\(status.taken) compte(s) rendu(s) pris, aucun retenu, aucun accusé en retard",
            "\(status.taken) report(s) taken, none held, no receipt overdue")
    }

    /// A relay that answers well what is asked here may refuse each parcel all the same: what the outbox met last is said. Gives whether
    /// something was.
    private mutating func sayUploads(_ status: OutboxStatus) -> Bool {
        guard isRunning, let word = UploadNote(dataFolder: agent.dataFolder, disk: disk).read(),
            let remark = UploadWords.remark(of: word, parcels: status.spooled, at: now)
        else { return false }
        checkUp.say(remark)
        return true
    }

    private mutating func say(_ status: InboxStatus) {
        let missing = status.senders.reduce(0) { $0 + $1.missing }
        if missing > 0 {
            checkUp.warn(
                .work, "\(missing) pli(s) annoncés par leurs suivants n'ont jamais été vus",
                "\(missing) parcel(s) that later ones tell of were never seen",
                remedy: .init(
                    french: "pli status dit de quel expéditeur : demandez-lui, puis à l'exploitant du relais",
                    english: "pli status says of which sender: ask it, then the relay's operator"))
        }
        if status.refusedParcels > 0 {
            checkUp.warn(
                .work, "\(status.refusedParcels) pli(s) refusés", "\(status.refusedParcels) parcel(s) refused",
                remedy: .init(
                    french: "les lignes de pli inbox disent pourquoi ; l'expéditeur l'apprend par l'accusé",
                    english: "the lines of pli inbox say why; the sender learns it by the receipt"))
        }
        if !isRunning, status.waiting + status.handing + status.receiptsWaiting > 0 {
            checkUp.fault(
                .work, "des plis ou des accusés attendent, et pli inbox n'est pas en marche",
                "parcels or receipts wait, and pli inbox is not running",
                remedy: .init(french: "démarrez-le", english: "start it"))
        } else if let since = status.lateSince(at: now) {
            checkUp.fault(
                .work, "des plis ou des accusés attendent depuis \(since)",
                "parcels or receipts have waited since \(since)",
                remedy: .init(
                    french: "les dernières lignes de pli inbox disent pourquoi ; pli status dit combien",
                    english: "the last lines of pli inbox say why; pli status says how many"))
        } else if missing == 0, status.refusedParcels == 0 {
            checkUp.well(
                .work, "\(status.deliveredParcels) pli(s) remis, aucun ne manque",
                "\(status.deliveredParcels) parcel(s) delivered, none is missing")
        }
    }
}

extension Examination {
    /// What is to be told of clear text that lies in the sink.
    fileprivate mutating func sayRetention(_ status: InboxStatus) {
        guard case .inbox(let configuration) = installed else { return }
        if configuration.retention == .routes, status.keptAllOnce {
            checkUp.warn(
                .work, "rien de ce qui est remis n'est enlevé du dossier, comme avant la mise à jour",
                "nothing that was delivered is removed from the sink, as before the upgrade",
                remedy: .init(
                    french: "fixez inbox.sink.retentionDays : des jours, ou 0 si vous enlevez les fichiers vous-même",
                    english: "set inbox.sink.retentionDays: days, or 0 where you remove the files yourself"))
        } else if configuration.retention != .unlimited, status.isPastRetention(at: now) {
            checkUp.warn(
                .work, "des fichiers remis ont passé leur durée dans le dossier",
                "delivered files lie in the sink past their retention",
                remedy: .init(
                    french:
                        "laissez tourner pli inbox, relais joignable ; ses lignes disent ce qui l'empêche de les enlever",
                    english:
                        "let pli inbox run, with the relay in reach; its lines say what keeps it from removing them"))
        }
    }
}

/// What is said of parcels that the relay did not take at the last tries.
enum UploadWords {
    /// What does not last for so long passes by itself.
    private static let patienceSeconds: Int64 = 120

    static func remark(of word: UploadNote.Word, parcels: Int, at now: UTCTime) -> Remark? {
        let seconds = now.secondsSinceEpoch - word.since.secondsSinceEpoch
        guard parcels > 0, seconds >= patienceSeconds else { return nil }
        let minutes = seconds / 60
        return Remark(
            subject: .work, verdict: .fault,
            said: .init(
                french:
                    "\(parcels) pli(s) attendent, aucun n'est parti depuis \(minutes) minutes ; dernier essai : \(French.of(word.text))",
                english:
                    "\(parcels) parcel(s) wait, none has gone out for \(minutes) minutes; the last try: \(word.text)"),
            remedy: .init(
                french:
                    "rien n'est perdu ; si le relais va bien par ailleurs, un proxy devant lui refuse les envois : appelez son exploitant",
                english:
                    "nothing is lost; where the relay is well otherwise, a proxy before it refuses what is sent: call its operator"
            ),
            exitCode: word.isAway ? .unreachable : .refused)
    }
}

/// Recipients for whom reports wait to be sealed.
enum WaitingRecipients {
    /// More than these are not asked about.
    private static let most = 100

    static func names(dataFolder: String) throws -> [String] {
        try OutboxStatus.read(dataFolder: dataFolder).recipients.filter { $0.waiting > 0 }.prefix(most).map(\.name)
    }
}
