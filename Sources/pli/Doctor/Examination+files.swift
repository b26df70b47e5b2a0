import Durable
import Outbox

/// What lies in the watched folder.
extension Examination {
    /// Files that an outbox should have taken by now, and those that it could not read. None is named.
    mutating func examineWaitingFiles(in path: String, settleSeconds: Int) {
        let files: WatchStatus
        do {
            files = try WatchStatus.read(folder: path, settleSeconds: settleSeconds, now: now, disk: disk)
        } catch {
            checkUp.fault(.folder, error)
            return
        }
        for remark in WatchWords.neverTaken(of: files) { checkUp.say(remark) }
        checkUp.say(WatchWords.remark(of: files, isRunning: isRunning))
    }
}

/// What is said of the files in a watched folder.
enum WatchWords {
    /// Files that wait while others are taken are a backlog that is being worked off: no fault, however long it takes.
    static func remark(of files: WatchStatus, isRunning: Bool) -> Remark {
        if files.overdue > 0, isRunning, files.isTaking {
            guard files.late > 0 else {
                return remark(
                    .well,
                    "dossier surveillé, \(files.overdue + files.fresh) fichier(s) à prendre, d'autres viennent de l'être",
                    "watched folder, \(files.overdue + files.fresh) file(s) to take, others were taken just now")
            }
            return remark(
                .warning,
                "\(files.late) fichier(s) attendent depuis plus de dix minutes ; d'autres sont pris en ce moment",
                "\(files.late) file(s) have waited for more than ten minutes; others are being taken",
                remedy: .init(
                    french:
                        "revenez-y plus tard ; s'il en reste toujours autant, lisez les dernières lignes de pli outbox",
                    english: "look again later; where as many are left, read the last lines of pli outbox"))
        }
        if files.overdue > 0 {
            return remark(
                .fault, "\(files.overdue) fichier(s) attendent depuis plus d'une minute et ne sont pas pris",
                "\(files.overdue) file(s) have waited for more than a minute and are not taken",
                remedy: isRunning
                    ? .init(
                        french: "lisez les dernières lignes de pli outbox : elles disent pourquoi",
                        english: "read the last lines of pli outbox: they say why")
                    : .init(french: "démarrez pli outbox", english: "start pli outbox"))
        }
        if files.refused > 0 {
            return remark(
                .warning, "\(files.refused) fichier(s) dans refused/ : rien n'a pu y être lu",
                "\(files.refused) file(s) in refused/: nothing could be read in them",
                remedy: .init(
                    french: "à côté de chacun, un texte dit pourquoi", english: "a text beside each says why"))
        }
        return remark(
            .well, "dossier surveillé, \(files.fresh) fichier(s) à prendre",
            "watched folder, \(files.fresh) file(s) to take")
    }

    /// Files that no waiting lets an outbox take: a person has to mend each, however well the others go.
    static func neverTaken(of files: WatchStatus) -> [Remark] {
        var remarks: [Remark] = []
        if files.unreadable > 0 {
            remarks.append(
                remark(
                    .fault,
                    "\(files.unreadable) fichier(s) que cet utilisateur ne peut pas lire : ils ne sont jamais pris",
                    "\(files.unreadable) file(s) that this user may not read: they are never taken",
                    remedy: .init(
                        french: "donnez à l'utilisateur de pli outbox le droit de les lire (chmod, chown)",
                        english: "let pli outbox's user read them (chmod, chown)")))
        }
        if files.unreachable > 0 {
            remarks.append(
                remark(
                    .fault, "\(files.unreachable) fichier(s) dont le nom n'est pas en UTF-8 : ils ne sont jamais pris",
                    "\(files.unreachable) file(s) whose name is not UTF-8: they are never taken",
                    remedy: .init(
                        french: "renommez-les (ls -b les montre)", english: "rename them (ls -b shows them)")))
        }
        return remarks
    }

    private static func remark(
        _ verdict: Remark.Verdict, _ french: String, _ english: String, remedy: CommandFailure.Said? = nil
    ) -> Remark {
        Remark(
            subject: .folder, verdict: verdict, said: .init(french: french, english: english), remedy: remedy,
            exitCode: .refused)
    }
}
