import Courier
import Crypto
import Durable
import Exchange
import Foundation
import Inbox
import Notes

/// One parcel as files: what its two ends know of each other, and what each may say of it.
///
/// The relay is asked for the directory, the other's keys and the log's proof, or, where the other's keys note is given as a file, for
/// nothing; all that it says is verified. What was learned is kept beside the data of the agent, in a folder of its own, so that
/// both can be used at once.
struct ParcelFiles {
    static let trustFolder = "parcel-trust"

    let keys: ParticipantKeys
    let agent: AgentConfiguration
    private let trust: Trust
    private let source: RelaySource

    /// For the participant of a configuration.
    init(_ agent: AgentConfiguration) throws {
        self.agent = agent
        try Self.requireOwner(of: agent.dataFolder)
        keys = try ParticipantKeys.load(of: agent)
        trust = try Trust(
            folder: agent.dataFolder + "/" + Self.trustFolder, pins: agent.pins, initialDirectory: agent.directoryPath,
            logKey: agent.logKey, beside: agent.dataFolder + "/trust", now: AgentProgram.now)
        let client = try RelayClient(configuration: agent, keys: keys, now: AgentProgram.now)
        source = RelaySource(client: client, trust: trust, keys: keys)
    }

    /// Runs `work` for the participant of a configuration file, and closes its connections.
    static func with<Value>(config: String, _ work: (ParcelFiles) async throws -> Value) async throws -> Value {
        try await with(AgentConfiguration.load(path: config).0, work)
    }

    /// The same for a configuration that is at hand.
    static func with<Value>(
        _ agent: AgentConfiguration, _ work: (ParcelFiles) async throws -> Value
    ) async throws -> Value {
        let files = try ParcelFiles(agent)
        do {
            let value = try await work(files)
            await files.source.shutdown()
            return value
        } catch {
            await files.source.shutdown()
            throw error
        }
    }

    /// Files that another user made here would stop the agent, which could not open them any more.
    private static func requireOwner(of folder: String) throws {
        guard let owner = try Disk.real.owner(of: folder), owner != geteuid() else { return }
        throw CommandFailure.usage(
            "le dossier data appartient à un autre utilisateur", "the data folder belongs to another user",
            hint: .init(
                french: "lancez la commande sous l'utilisateur de l'agent (sudo -u …)",
                english: "run the command as the agent's user (sudo -u …)"))
    }

    /// The manifest in a file: signed by its sender with both keys, and judged as the inbox does.
    func manifest(at path: String) async throws -> (Signed<Manifest>, Directory) {
        try await RelayPatience.within { [self] in
            let manifest = try await signed(at: path, keysNote: nil)
            let ownKeys = try await source.keysNote(of: keys.id, refresh: true)
            try await source.refreshLog()
            let directory = try await Self.explainingUnlogged {
                try await source.judge(manifest, for: keys.id, ownKeys: ownKeys, now: AgentProgram.now)
            }
            try requireEntitled(manifest.value, in: directory)
            return (manifest, directory)
        }
    }

    /// A parcel that the log does not have either came as files, or its relay hides it: which of them, only a person knows.
    private static func explainingUnlogged(
        _ work: () async throws -> Directory
    ) async throws -> Directory {
        do {
            return try await work()
        } catch CourierFailure.trust(.unloggedParcel) {
            throw CommandFailure.refused(
                "le registre du relais ne prouve pas ce pli", "the relay's log does not prove this parcel",
                hint: .init(
                    french:
                        "venu en fichiers, il se vérifie avec --unproven, --keys ou --proof et n'a pas d'accusé ; venu par le "
                        + "relais, c'est l'alarme unlogged-parcel",
                    english:
                        "one that came as files is verified with --unproven, --keys or --proof and has no receipt; of one that "
                        + "came through the relay this is the alarm unlogged-parcel"))
        }
    }

    /// Raw files come only where a route lets them. Reports are judged line by line once they are open.
    private func requireEntitled(_ manifest: Manifest, in directory: Directory) throws {
        guard manifest.kind == .file else { return }
        try LineJudge(of: manifest.from, to: keys.id, in: directory).requireFile()
    }

    /// The same without the log, or by the proof in a file: for what came another way than through the relay. With the sender's
    /// `keysNote` in a file the relay is not asked.
    func manifest(
        at path: String, keysNote: String?, proof: String?
    ) async throws -> (manifest: Signed<Manifest>, directory: Directory, loggedAt: UTCTime?) {
        let manifest = try await RelayPatience.within { [self] in
            let manifest = try await signed(at: path, keysNote: keysNote)
            if keysNote == nil { try await source.requireDirectory(version: manifest.value.directory) }
            return manifest
        }
        let directory = try await trust.directory()
        try manifest.value.check(isFor: keys.id)
        var loggedAt: UTCTime?
        if let proof {
            let bytes = try PublicFile.read(proof)
            loggedAt = try await trust.requireAccepted(manifest, proof: bytes)
        }
        try manifest.value.check(against: directory, acceptedAt: loggedAt, now: AgentProgram.now())
        try requireEntitled(manifest.value, in: directory)
        return (manifest, directory, loggedAt)
    }

    /// What a parcel to `recipient` is made by: the directory, the keys that it is sealed to and what is known of the log.
    func recipient(
        _ recipient: ParticipantID, keysNote: String?
    ) async throws -> (directory: Directory, keys: KeysNote, checkpoint: LogPosition?) {
        let (directory, note) = try await RelayPatience.within { [self] in
            if keysNote == nil { try await source.refreshDirectory() }
            let directory = try await trust.directory()
            // Before its keys are asked for: who is no authority need not have any.
            _ = try directory.recipient(recipient)
            return (directory, try await keys(of: recipient, note: keysNote))
        }
        return (directory, note, await trust.logPosition())
    }

    private func signed(at path: String, keysNote: String?) async throws -> Signed<Manifest> {
        let note = try PublicFile.read(path, limit: Limits.noteBytes)
        // The name on the signatures says whose keys to ask for; that it is the sender's, verifying says.
        guard let name = (try? SignedNote(parsing: note, maxBytes: Limits.noteBytes))?.signatures.first?.name,
            let sender = try? ParticipantID(name)
        else {
            throw CommandFailure.refused("ce fichier n'est pas un manifeste signé", "this file is no signed manifest")
        }
        let known = try await verifiedKeys(of: sender, keysNote: keysNote)
        return try Signed<Manifest>.verify(note, by: known.signingPair)
    }

    private func verifiedKeys(of id: ParticipantID, keysNote: String?) async throws -> KeysNote {
        if keysNote == nil { try await source.refreshDirectory() }
        return try await keys(of: id, note: keysNote)
    }

    /// By the directory that is known: in the file `path`, or as the relay has them.
    private func keys(of id: ParticipantID, note path: String?) async throws -> KeysNote {
        guard let path else { return try await source.keysNote(of: id, refresh: true) }
        return try await trust.keysNote(of: id, offered: PublicFile.read(path))
    }

    /// Whether a body is sealed to keys that the directory lets be used: what the relay asks of each, and nobody did of one that came
    /// another way.
    static func require(_ shape: SealedShape, under directory: Directory) throws {
        guard !directory.requirePostQuantum || shape.isPostQuantum else {
            throw CommandFailure.refused(
                "l'annuaire demande des clés post-quantiques, et ce corps est scellé pour une autre",
                "the directory requires post-quantum keys, and this body is sealed to another")
        }
    }

    /// Whether a file is the sealed body that a manifest describes, read in pieces.
    static func requireBody(at path: String, of manifest: Manifest) throws {
        let file = try file(of: path)
        var hasher = SHA256()
        var size: Int64 = 0
        while size <= manifest.size {
            let piece = try file.read(at: size, count: InputFile.pieceBytes)
            guard !piece.isEmpty else { break }
            size += Int64(piece.count)
            hasher.update(data: piece)
        }
        guard size == manifest.size, try SHA256Hex(digestBytes: Array(hasher.finalize())) == manifest.sha256 else {
            throw CommandFailure.refused(
                "le corps n'est pas celui que décrit son manifeste", "the body is not the one its manifest describes",
                hint: .init(french: "téléchargez-le à nouveau", english: "fetch it again"))
        }
    }

    /// A body's regular file: a pipe would be waited for.
    static func file(of path: String) throws -> ReadableFile {
        do throws(DurableFailure) {
            return try ReadableFile(path: path)
        } catch {
            throw CommandFailure.usage(
                error.isNoFile ? "le corps n'est pas un fichier" : "le corps ne peut pas être lu",
                error.isNoFile ? "the body is not a file" : "the body cannot be read",
                hint: .init(french: "vérifiez le chemin et les droits", english: "check the path and its permissions"))
        }
    }

    /// This participant's signed word on a parcel.
    func receipt(
        on manifest: Signed<Manifest>, refusedFor reason: Receipt.Reason?, directory: Directory
    ) async throws -> Signed<Receipt> {
        try keys.sign(
            Receipt(
                on: manifest, at: AgentProgram.now(), outcome: reason == nil ? .delivered : .refused, reason: reason,
                directory: directory.version, checkpoint: await source.logPosition()))
    }
}
