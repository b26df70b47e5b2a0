import Courier
import Durable
import Exchange
import Outbox

/// What the agent goes by and what the relay says of it: directory, own entry and keys, log, and keys to seal to.
extension Examination {
    /// What only a relay that was reached can tell.
    private static let asked: [Remark.Subject] = [.published, .access, .log, .recipients]

    mutating func examineTrust(
        _ keys: ParticipantKeys?, _ isOffline: Bool, _ clock: @escaping @Sendable () -> UTCTime
    ) async {
        let agent = agent
        guard let trust = await checkUp.look(.directory, { try Self.trust(of: agent, clock) }) else {
            return skip([.relay, .entry] + Self.asked)
        }
        guard let keys, !isOffline else {
            if isOffline { checkUp.leaveOut(.relay) } else { checkUp.skip(.relay) }
            await examineDirectory(trust, keys)
            for subject in Self.asked where isOffline { checkUp.leaveOut(subject) }
            return isOffline ? () : skip(Self.asked)
        }
        guard let client = await checkUp.look(.relay, { try RelayClient(configuration: agent, keys: keys, now: clock) })
        else {
            await examineDirectory(trust, keys)
            return skip(Self.asked)
        }
        await ask(client, trust, keys)
        await sayDamaged(trust)
        await client.shutdown()
    }

    /// What the agent has verified, for looking only. A file that the agent replaces meanwhile is tried again.
    static func trust(of agent: AgentConfiguration, _ clock: @escaping @Sendable () -> UTCTime) throws -> Trust {
        var attempt = 0
        while true {
            attempt += 1
            do throws(CourierFailure) {
                return try Trust(
                    folder: agent.dataFolder + "/trust", pins: agent.pins, initialDirectory: agent.directoryPath,
                    logKey: agent.logKey, use: .looking, now: clock)
            } catch {
                guard case .disk(.missing(_)) = error, attempt < attempts else { throw error }
            }
        }
    }

    private static let attempts = 5

    private mutating func skip(_ subjects: [Remark.Subject]) {
        for subject in subjects { checkUp.skip(subject) }
    }

    /// The newest directory, as far as it came, and what it says of this participant. A failure that the relay's answer had already is
    /// not told twice.
    @discardableResult
    private mutating func examineDirectory(
        _ trust: Trust, _ keys: ParticipantKeys?, told: CourierFailure? = nil
    ) async -> Directory? {
        let directory: Directory
        do {
            directory = try await trust.directory()
        } catch {
            // That none was ever seen follows from a relay that is away.
            let isSaid = error == told || told?.isTransient == true && error == .trust(.noDirectory)
            if isSaid { checkUp.skip(.directory) } else { checkUp.fault(.directory, error) }
            checkUp.skip(.entry)
            return nil
        }
        let (version, until) = (directory.version, directory.expiresAt)
        if until > now.adding(seconds: Self.renewalDays * 86_400) {
            checkUp.well(.directory, "version \(version), jusqu'au \(until)", "version \(version), until \(until)")
        } else {
            checkUp.warn(
                .directory, "version \(version), expire le \(until) : plus rien ne partira ensuite",
                "version \(version), expires on \(until): nothing more goes out from then on",
                remedy: .init(
                    french: "demandez aux détenteurs des clés racines de la renouveler",
                    english: "ask the holders of the root keys to renew it"))
        }
        if let keys { examineEntry(directory, keys) } else { checkUp.skip(.entry) }
        return directory
    }

    /// All that needs the relay: what cannot be reached leaves the rest unknown.
    private mutating func ask(_ client: RelayClient, _ trust: Trust, _ keys: ParticipantKeys) async {
        let limit = limit
        var failure: CourierFailure?
        do {
            try await limit.within { () async throws(CourierFailure) in try await trust.refreshDirectory(from: client) }
        } catch {
            failure = error
        }
        await examineHealth(client, failure)
        let directory = await examineDirectory(trust, keys, told: failure)
        if let failure, failure.isUnknownToken {
            sayUnpublished()
            return skip([.access, .log, .recipients])
        }
        guard failure == nil, let directory else { return skip(Self.asked) }
        guard await examinePublished(client, trust, keys, directory), await examineAccess(client) else {
            return skip(Self.asked.filter { subject in !checkUp.remarks.contains { $0.subject == subject } })
        }
        let position = await checkUp.look(.log) {
            try await limit.within { () async throws(CourierFailure) in try await trust.refreshLog(from: client) }
            return await trust.logPosition()
        }
        if let size = position.flatMap({ $0 })?.size {
            checkUp.well(.log, "\(size) feuilles, rien n'en a été repris", "\(size) leaves, none was taken back")
        }
        await examineRecipients(client, trust, directory)
    }

    /// Whether the relay was reached, and takes parcels: what it says of itself to everybody, before what it answers to us.
    private mutating func examineHealth(_ client: RelayClient, _ failure: CourierFailure?) async {
        switch failure {
        case nil, .refused: break
        case .some(let failure): return checkUp.fault(.relay, failure)
        }
        do {
            let health = try await limit.within { () async throws(CourierFailure) in try await client.health() }
            if let reason = health.reason {
                return checkUp.say(RelayHealthWords.remark(reason, isOutbox: installed.role == .sender))
            }
        } catch {
            return checkUp.fault(.relay, failure ?? error)
        }
        guard let failure, !failure.isUnknownToken else { return sayReached() }
        checkUp.fault(.relay, failure)
    }

    /// Whether the relay answers this participant, by its token.
    private mutating func examineAccess(_ client: RelayClient) async -> Bool {
        let (role, limit) = (installed.role, limit)
        let isTaken = await checkUp.look(.access) {
            try await limit.within { () async throws(CourierFailure) in
                if role == .sender {
                    _ = try await client.outbox(after: 0, waitSeconds: 0)
                } else {
                    _ = try await client.inbox(after: 0, waitSeconds: 0)
                }
                return true
            }
        }
        guard isTaken == true else { return false }
        checkUp.well(.access, "le relais accepte son jeton", "the relay takes its token")
        return true
    }

    /// What the directory says of this participant.
    private mutating func examineEntry(_ directory: Directory, _ keys: ParticipantKeys) {
        guard let entry = directory[agent.participant] else {
            return checkUp.fault(.entry, CourierFailure.trust(.unknownParticipant(agent.participant)))
        }
        let askHolders = CommandFailure.Said(
            french: "demandez aux détenteurs des clés racines, ou au registrar",
            english: "ask the holders of the root keys, or the registrar")
        if entry.fingerprint.text != keys.fingerprint {
            checkUp.fault(
                .entry, "la clé de signature n'est pas celle que nomme l'annuaire",
                "the signing key is not the one that the directory names",
                remedy: .init(
                    french: "nommez la bonne dans keys.signing, ou faites inscrire celle-ci",
                    english: "name the right one in keys.signing, or have this one entered"))
        } else if entry.status != .active {
            checkUp.fault(
                .entry, "l'annuaire dit ce participant \(entry.status.french)",
                "the directory says that this participant is \(entry.status.rawValue)", remedy: askHolders)
        } else if entry.role != installed.role {
            checkUp.fault(
                .entry, "l'annuaire donne à ce participant un autre rôle (\(entry.role.rawValue))",
                "the directory gives this participant another role (\(entry.role.rawValue))", remedy: askHolders)
        } else if isUnfit(keys, directory) {
            checkUp.fault(.entry, ClassicalKey.said.french, ClassicalKey.said.english, remedy: ClassicalKey.remedy)
        } else {
            checkUp.well(.entry, "inscrit et actif", "entered and active")
        }
    }

    /// Whether the directory lets nobody seal to the newest key here. To a laboratory nobody does.
    private func isUnfit(_ keys: ParticipantKeys, _ directory: Directory) -> Bool {
        installed.role == .authority && directory.requirePostQuantum && !keys.offersPostQuantum
    }

    /// The keys that others find of this participant; false where the relay does not know its token, and nothing else can be asked.
    private mutating func examinePublished(
        _ client: RelayClient, _ trust: Trust, _ keys: ParticipantKeys, _ directory: Directory
    ) async -> Bool {
        let note: KeysNote
        do {
            let me = agent.participant
            note = try await limit.within { () async throws(CourierFailure) in
                try await trust.keysNote(of: me, client: client, refresh: true)
            }
        } catch {
            if case .refused(let problem) = error, problem.type == .notFound {
                sayUnpublished()
            } else {
                checkUp.fault(.published, error)
            }
            return false
        }
        isPublished = true
        do {
            if try await trust.isBehind(note) { sayOldFolder() }
        } catch {
            checkUp.fault(.data, error)
        }
        let mustBePostQuantum = installed.role == .authority && directory.requirePostQuantum
        guard let key = note.sealingKey(at: now, postQuantum: mustBePostQuantum) else {
            checkUp.fault(
                .published, "aucune clé publiée ne permet de sceller pour ce participant",
                "no published key lets others seal to this participant",
                remedy: isUnfit(keys, directory) ? ClassicalKey.remedy : publishing)
            return true
        }
        if !keys.holds(sealingKey: key.key) {
            checkUp.fault(
                .published, "ce qui est scellé à la clé publiée ne s'ouvrira pas ici",
                "what is sealed to the published key does not open here",
                remedy: .init(
                    french: "remettez l'ancien fichier dans keys.sealing, à côté du nouveau",
                    english: "put the former file back into keys.sealing, beside the new one"))
        } else if key.notAfter <= now.adding(seconds: Self.renewalDays * 86_400) {
            checkUp.warn(
                .published, "publiées jusqu'au \(key.notAfter) seulement", "published until \(key.notAfter) only",
                remedy: .init(
                    french: "\(installed.command) les renouvelle en marche",
                    english: "\(installed.command) renews them while it runs"))
        } else {
            checkUp.well(.published, "jusqu'au \(key.notAfter)", "until \(key.notAfter)")
        }
        return true
    }

    /// Notes that were met and do not verify by themselves: the agent replaces each when it needs it.
    private mutating func sayDamaged(_ trust: Trust) async {
        for name in await trust.damagedNotes.sorted() {
            checkUp.warn(
                .data, "trust/\(name) est abîmé : la note de clés du relais sera prise à sa place",
                "trust/\(name) is damaged: the relay's keys note will be taken in its place",
                remedy: .init(
                    french: "\(installed.command) la récrit en marche ; voyez ce qui est arrivé au disque",
                    english: "\(installed.command) writes it again while it runs; look after the disk"))
        }
    }

    /// A folder that knows less of its own than the relay is not the newest one.
    private mutating func sayOldFolder() {
        let isOutbox = installed.role == .sender
        checkUp.warn(
            .data,
            "le relais a des clés de ce participant plus récentes que ce dossier : une ancienne copie y a été remise",
            "the relay has later keys of this participant than this folder: an old copy of it was put back",
            remedy: isOutbox
                ? .init(
                    french: "remettez le dossier le plus récent, ou exportez de nouveau les jours depuis cette copie",
                    english: "put the newest folder back, or export again the days since that copy")
                : .init(
                    french: "remettez le dossier le plus récent ; ce qui attend au relais sera remis de nouveau",
                    english: "put the newest folder back; what waits at the relay is delivered again"))
    }

    private var publishing: CommandFailure.Said {
        .init(
            french: "démarrez \(installed.command), qui les publie",
            english: "start \(installed.command), which publishes them")
    }

    private mutating func sayReached() {
        checkUp.well(.relay, "joint : \(agent.relayOrigin)", "reached: \(agent.relayOrigin)")
    }

    /// Without keys the relay cannot check a token, and tells nothing.
    private mutating func sayUnpublished() {
        checkUp.fault(
            .published, "le relais n'a pas de clés de ce participant, ou refuse son jeton",
            "the relay has no keys of this participant, or refuses its token",
            remedy: .init(
                french:
                    "\(publishing.french) ; s'il tourne déjà, relay.origin est-il l'origine que le relais se donne ? Le nom que dit son "
                    + "exploitant, et non une adresse IP ou un autre nom",
                english:
                    "\(publishing.english); where it runs already: is relay.origin the origin that the relay gives itself? The name that "
                    + "its operator says, and no IP address or other name"))
    }

    /// Whether what waits for each recipient can be sealed to it.
    private mutating func examineRecipients(_ client: RelayClient, _ trust: Trust, _ directory: Directory) async {
        guard case .outbox = installed else { return }
        let folder = agent.dataFolder
        guard let names = await checkUp.look(.recipients, { try WaitingRecipients.names(dataFolder: folder) }) else {
            return
        }
        var closed = 0
        for name in names {
            do {
                let id = try ParticipantID(name)
                let note = try await limit.within { () async throws(CourierFailure) in
                    try await trust.keysNote(of: id, client: client, refresh: true)
                }
                _ = try note.keyToSeal(at: now, under: directory)
            } catch {
                closed += 1
                guard closed == 1 else { continue }
                var failure = error
                if case CourierFailure.refused(let problem) = error, problem.type == .notFound {
                    failure = OutboxFailure.keysNotPublished
                }
                checkUp.fault(.recipients, failure, with: name)
                // Whoever does not answer for one would be waited for with each of the others.
                if case CourierFailure.unreachable = failure { return }
            }
        }
        if closed > 1 {
            checkUp.fault(
                .recipients, "la même chose, ou semblable, pour \(closed - 1) autre(s) destinataire(s)",
                "the same, or the like, for \(closed - 1) further recipient(s)",
                remedy: .init(
                    french: "pli status les montre ; l'annuaire dit qui appeler",
                    english: "pli status shows them; the directory says whom to call"))
        }
        if closed == 0 {
            checkUp.well(
                .recipients,
                names.isEmpty ? "rien n'attend" : "des comptes rendus attendent pour \(names.count), chacun a une clé",
                names.isEmpty ? "nothing waits" : "reports wait for \(names.count), each has a key")
        }
    }
}
