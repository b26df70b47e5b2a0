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
        keys = try ParticipantKeys.load(of: agent)
        trust = try Trust(
            folder: agent.dataFolder + "/" + Self.trustFolder, pins: agent.pins, initialDirectory: agent.directoryPath,
            logKey: agent.logKey, now: AgentProgram.now)
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

    /// The manifest in a file: signed by its sender with both keys, and judged as the inbox does.
    func manifest(at path: String) async throws -> (Signed<Manifest>, Directory) {
        let manifest = try await signed(at: path, keysNote: nil)
        let ownKeys = try await source.keysNote(of: keys.id, refresh: true)
        try await source.refreshLog()
        let directory = try await source.judge(manifest, for: keys.id, ownKeys: ownKeys, now: AgentProgram.now)
        return (manifest, directory)
    }

    /// The same without the log, or by the proof in a file: for what came another way than through the relay. With the sender's
    /// `keysNote` in a file the relay is not asked.
    func manifest(
        at path: String, keysNote: String?, proof: String?
    ) async throws -> (manifest: Signed<Manifest>, directory: Directory, loggedAt: UTCTime?) {
        let manifest = try await signed(at: path, keysNote: keysNote)
        if keysNote == nil { try await source.requireDirectory(version: manifest.value.directory) }
        let directory = try await trust.directory()
        try manifest.value.check(isFor: keys.id)
        var loggedAt: UTCTime?
        if let proof {
            let bytes = try PublicFile.read(proof)
            loggedAt = try await trust.requireAccepted(manifest, proof: bytes)
        }
        try manifest.value.check(against: directory, acceptedAt: loggedAt, now: AgentProgram.now())
        return (manifest, directory, loggedAt)
    }

    /// What a parcel to `recipient` is made by: the directory, the keys that it is sealed to and what is known of the log.
    func recipient(
        _ recipient: ParticipantID, keysNote: String?
    ) async throws -> (directory: Directory, keys: KeysNote, checkpoint: LogPosition?) {
        let note = try await verifiedKeys(of: recipient, keysNote: keysNote)
        return (try await trust.directory(), note, await trust.logPosition())
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

    private func verifiedKeys(of id: ParticipantID, keysNote path: String?) async throws -> KeysNote {
        guard let path else {
            try await source.refreshDirectory()
            return try await source.keysNote(of: id, refresh: true)
        }
        return try await trust.keysNote(of: id, offered: PublicFile.read(path))
    }

    /// Whether a body begins as a sealed one, to keys that the directory lets be used: what the relay asks of each, and nobody did of
    /// one that came another way.
    static func requireShape(of path: String, under directory: Directory) throws {
        let file = try InputFile(path)
        var shape = SealedShape()
        while !shape.isComplete {
            let piece = try file.read(upTo: Limits.sealedHeaderBytes)
            guard !piece.isEmpty else { throw ExchangeFailure.notSealed(offset: shape.header.count) }
            _ = try shape.push(piece)
        }
        guard !directory.requirePostQuantum || shape.stanzaTypes.allSatisfy({ $0 == "mlkem768x25519" }) else {
            throw CommandFailure.refused(
                "l'annuaire demande des clés post-quantiques, et ce corps est scellé pour une autre",
                "the directory requires post-quantum keys, and this body is sealed to another")
        }
    }

    /// Whether a file is the sealed body that a manifest describes, read in pieces.
    static func requireBody(at path: String, of manifest: Manifest) throws {
        let file = try InputFile(path)
        var hasher = SHA256()
        var size: Int64 = 0
        while true {
            let piece = try file.read()
            guard !piece.isEmpty else { break }
            size += Int64(piece.count)
            guard size <= manifest.size else { break }
            hasher.update(data: piece)
        }
        guard size == manifest.size, try SHA256Hex(digestBytes: Array(hasher.finalize())) == manifest.sha256 else {
            throw CommandFailure.refused(
                "le corps n'est pas celui que décrit son manifeste", "the body is not the one its manifest describes",
                hint: .init(french: "téléchargez-le à nouveau", english: "fetch it again"))
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
