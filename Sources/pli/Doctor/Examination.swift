import Courier
import Durable
import Exchange
import Foundation
import Inbox
import Outbox

/// Examines an installation from its configuration file on, one thing after the other, and changes nothing: it reads beside a
/// running agent, asks the relay what the agent asks it, and verifies the answers by what the agent knows, for itself alone.
struct Examination {
    let installed: Installed
    let now: UTCTime
    let disk = Disk.real
    var checkUp: CheckUp
    /// Whether the agent runs, as far as that could be seen.
    var isRunning = false
    /// Whether there is no data folder or nothing in it, and whether the relay has keys of this participant: both together are no first start.
    var isNew = false
    var isPublished = false
    let limit: AnswerLimit

    var agent: AgentConfiguration { installed.agent }

    /// Days before its end at which a directory, or keys that others seal to, should have been renewed.
    static let renewalDays: Int64 = 14

    /// All that can be said of the installation that a configuration file describes; without asking the relay if `isOffline`.
    static func of(
        config: String, isOffline: Bool, limit: AnswerLimit = AnswerLimit(),
        now: @escaping @Sendable () -> UTCTime = AgentProgram.now
    ) async -> CheckUp {
        var checkUp = CheckUp()
        guard let installed = await checkUp.look(.configuration, { try await Installed(config: config) }) else {
            for subject in Remark.Subject.allCases.dropFirst() { checkUp.skip(subject) }
            return checkUp
        }
        let name = "\(installed.command.dropFirst(4)) \(installed.agent.participant)"
        checkUp.well(.configuration, name, name)
        var examination = Examination(installed: installed, now: now(), checkUp: checkUp, limit: limit)
        await examination.run(isOffline, now)
        return examination.checkUp
    }

    private init(installed: Installed, now: UTCTime, checkUp: CheckUp, limit: AnswerLimit) {
        self.installed = installed
        self.now = now
        self.checkUp = checkUp
        self.limit = limit
    }

    private mutating func run(_ isOffline: Bool, _ clock: @escaping @Sendable () -> UTCTime) async {
        var isWhole = await examineData()
        let keys = await examineKeys()
        if !isNew { examineAgent() }
        await examineTrust(keys, isOffline, clock)
        if isNew {
            // What the relay has of this participant says whether it ever was there.
            if isWhole { isWhole = sayNew() }
            examineAgent()
        }
        examineFolder()
        examineTables()
        if isWhole { await examineWork() } else { checkUp.skip(.work) }
    }

    /// The two key files, in their owner's hands alone.
    private mutating func examineKeys() async -> ParticipantKeys? {
        let (agent, disk) = (agent, disk)
        let keys = await checkUp.look(.keys) {
            try ParticipantKeys.load(of: agent, disk: disk)
        }
        if let keys {
            let kind =
                keys.offersPostQuantum
                ? ("post-quantique", "post-quantum") : ("classique", "classical")
            checkUp.well(
                .keys, "lues ; la clé de scellement est \(kind.0)", "read; the sealing key is \(kind.1)")
        }
        return keys
    }

    /// The data folder: there, this user's alone, whole, and with room on its disk. False where what is in it cannot be looked at.
    private mutating func examineData() async -> Bool {
        let (folder, disk) = (agent.dataFolder, disk)
        guard let state = await checkUp.look(.data, { try FolderState(of: folder, disk: disk) }) else { return false }
        guard state.exists else {
            isNew = true
            return examineWhole()
        }
        isNew = !hasMemory
        guard !refuses(state, .data), examineOwners(), examineEntries(), examineWhole() else { return false }
        sayNotedOldFolder()
        if state.isOpenToOthers {
            checkUp.warn(
                .data, "d'autres utilisateurs de cette machine peuvent lire le dossier de données",
                "other users of this machine can read the data folder",
                remedy: .init(french: "chmod 700 sur ce dossier", english: "chmod 700 on that folder"))
        } else {
            checkUp.well(.data, "dossier en place, \(state.roomFrench)", "folder in place, \(state.roomEnglish)")
        }
        return true
    }

    /// Says what keeps an agent from working in a folder, if anything does.
    private mutating func refuses(_ state: FolderState, _ subject: Remark.Subject) -> Bool {
        let trouble = subject == .data ? state.trouble("données", "data") : state.trouble("échange", "exchange")
        guard let trouble else { return false }
        checkUp.say(subject, trouble)
        return trouble.verdict == .fault
    }

    /// Whether an agent, or `pli parcel`, ever kept something there. One that cannot be looked at is told elsewhere.
    private var hasMemory: Bool {
        let database = installed.role == .sender ? "outbox.sqlite" : "inbox.sqlite"
        return [database, "identifier.key", DataFolder.looseParcels, "parcel-open", "parcel-trust"].contains { name in
            (try? disk.exists(agent.dataFolder + "/" + name)) ?? true
        }
    }

    /// A folder that is not there, or is empty, is a first start's, or lies on a disk that is not mounted. False where it is no first start's.
    private mutating func sayNew() -> Bool {
        guard isPublished else {
            if (try? disk.exists(agent.dataFolder)) == false {
                checkUp.well(
                    .data, "pas encore de dossier : le premier démarrage le fait",
                    "no folder yet: the first start makes it")
            }
            return true
        }
        checkUp.fault(
            .data,
            "le dossier de données manque ou est vide, alors que le relais a des clés de ce participant : l'agent a déjà servi",
            "the data folder is missing or empty, though the relay has keys of this participant: the agent has worked before",
            remedy: .init(
                french:
                    "son disque est-il monté ? Montez-le, ou remettez la dernière copie du dossier ; ne démarrez sans lui que s'il est "
                    + "perdu pour de bon",
                english:
                    "is its disk mounted? Mount it, or put the newest copy of the folder back; start without it only where it is lost "
                    + "for good"))
        return false
    }

    /// Whether the agent runs: somebody holds its data folder.
    private mutating func examineAgent() {
        do {
            try FolderLock.requireFree(folder: agent.dataFolder, disk: disk)
        } catch {
            guard case .inUse = error else {
                checkUp.fault(.agent, error)
                return
            }
            isRunning = true
            checkUp.well(.agent, "\(installed.command) est en marche", "\(installed.command) is running")
            return
        }
        let isWanting = checkUp.remarks.contains { $0.subject == .data && $0.verdict == .fault }
        checkUp.warn(
            .agent, "\(installed.command) n'est pas en marche", "\(installed.command) is not running",
            remedy: isNew && isWanting
                ? .init(
                    french: "ne le démarrez pas avant que le dossier de données soit à sa place",
                    english: "do not start it before the data folder is in its place")
                : .init(
                    french: "démarrez-le (systemctl start, ou \(installed.command) --config …)",
                    english: "start it (systemctl start, or \(installed.command) --config …)"))
    }

    /// Whether the agent never used its watched folder, or its sink: an outbox may have sent for years what people named.
    private var isFirstStart: Bool {
        switch installed {
        case .outbox: !WatchNote(dataFolder: agent.dataFolder, disk: disk).exists
        case .inbox: !((try? disk.exists(agent.dataFolder + "/inbox.sqlite")) ?? true)
        }
    }

    /// The watched folder of an outbox, the sink of an inbox.
    private mutating func examineFolder() {
        let path: String?
        switch installed {
        case .outbox(let configuration): path = configuration.watchFolder
        case .inbox(let configuration): path = configuration.sinkFolder
        }
        guard let path else {
            checkUp.well(
                .folder, "aucun dossier n'est surveillé : pli send seulement", "no folder is watched: pli send only")
            return
        }
        let state: FolderState
        do {
            state = try FolderState(of: path, disk: disk)
        } catch {
            checkUp.fault(.folder, error)
            return
        }
        if let absence = state.absence(isFirstStart: isFirstStart) { return checkUp.say(.folder, absence) }
        guard !refuses(state, .folder) else { return }
        guard case .outbox(let configuration) = installed else {
            checkUp.well(.folder, "dossier en place, \(state.roomFrench)", "folder in place, \(state.roomEnglish)")
            return
        }
        examineOwners(ofWatched: path)
        examineWaitingFiles(in: path, settleSeconds: configuration.settleSeconds)
    }
}
