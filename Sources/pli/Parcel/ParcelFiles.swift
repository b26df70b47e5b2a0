import Courier
import Crypto
import Durable
import Exchange
import Foundation
import Inbox
import Notes

/// One parcel as files, judged by its recipient as `pli inbox` would, for whoever receives with other tools.
///
/// The relay is asked for the directory, the sender's keys and the log's proof; all that it says is verified. What was
/// learned is kept beside the data of `pli inbox`, in a folder of its own, so that both can be used at once.
struct ParcelFiles {
    static let trustFolder = "parcel-trust"

    let keys: ParticipantKeys
    private let source: RelaySource

    /// For the participant of a configuration file.
    init(config: String) async throws {
        let (agent, _) = try await AgentConfiguration.load(path: config)
        keys = try ParticipantKeys.load(
            signing: agent.signingKeyPath, sealing: agent.sealingKeyPaths, id: agent.participant)
        let trust = try Trust(
            folder: agent.dataFolder + "/" + Self.trustFolder, pins: agent.pins, initialDirectory: agent.directoryPath,
            logKey: agent.logKey, now: AgentProgram.now)
        let client = try RelayClient(configuration: agent, keys: keys, now: AgentProgram.now)
        source = RelaySource(client: client, trust: trust, keys: keys)
    }

    /// Runs `work` with the files' judge and closes its connections.
    static func with<Value>(config: String, _ work: (ParcelFiles) async throws -> Value) async throws -> Value {
        let files = try await ParcelFiles(config: config)
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
        let note = try PublicFile.read(path, limit: Limits.noteBytes)
        try await source.refreshDirectory()
        // The name on the signatures says whose keys to ask for; that it is the sender's, verifying says.
        guard let name = (try? SignedNote(parsing: note, maxBytes: Limits.noteBytes))?.signatures.first?.name,
            let sender = try? ParticipantID(name)
        else {
            throw CommandFailure.refused("ce fichier n'est pas un manifeste signé", "this file is no signed manifest")
        }
        let known = try await source.keysNote(of: sender, refresh: true)
        let manifest = try Signed<Manifest>.verify(note, by: known.signingPair)
        let ownKeys = try await source.keysNote(of: keys.id, refresh: true)
        try await source.refreshLog()
        let directory = try await source.judge(manifest, for: keys.id, ownKeys: ownKeys, now: AgentProgram.now)
        return (manifest, directory)
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
