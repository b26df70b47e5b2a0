import Exchange
import Notes
import Synchronization
import TransparencyLog

@testable import Courier

/// A relay's log in memory, written by the true writer. A test can spoil what it serves.
final class MemoryLog: LogStorage, LogService {
    private struct State {
        var files: [String: [UInt8]] = [:]
        var kept: [UInt8]?
        var writer: LogWriter<MemoryLog>?
        var accepted: [ParcelID: Int64] = [:]
        var proofs: [ParcelID: [UInt8]?] = [:]
        var asked = 0
    }

    private let state = Mutex(State())
    private let signing: SigningKey

    init(name: String = "relay.example/log", seed: UInt8 = 1) throws {
        signing = try SigningKey(name: name, seed: [UInt8](repeating: seed, count: 32))
        let writer = try LogWriter(opening: self, key: signing, sequenced: 0)
        state.withLock { $0.writer = writer }
    }

    var verifierKey: VerifierKey { signing.verifying }
    var size: Int64 { state.withLock { $0.writer?.size ?? 0 } }
    /// Requests so far.
    var asked: Int { state.withLock { $0.asked } }

    /// Appends leaves about notes that nobody has; `first` makes them others than another log's.
    func append(_ count: Int, first: UInt8 = 0) throws {
        for number in 0..<count {
            let note = [UInt8](repeating: first &+ UInt8(number % 200), count: 32)
            guard let hash = LogHash(note) else { return }
            try append(.keys, hash)
        }
    }

    /// Appends a parcel's acceptance.
    func accept(_ manifest: Signed<Manifest>) throws {
        guard let hash = LowercaseHex.decode(manifest.textHash.text).flatMap({ LogHash($0) }) else { return }
        let index = size
        try append(.accepted, hash)
        state.withLock { $0.accepted[manifest.value.id] = index }
    }

    /// Appends a receipt; gives its index.
    func take(_ receipt: Signed<Receipt>) throws -> Int64 {
        let index = size
        if let hash = LowercaseHex.decode(receipt.textHash.text).flatMap({ LogHash($0) }) {
            try append(.receipt, hash)
        }
        return index
    }

    /// When its leaves say that all happened.
    static let leafSeconds: Int64 = 1_795_428_000

    /// Begins by naming the last checkpoint of another log, whose files it serves from here on as they are now.
    func succeed(_ other: MemoryLog) throws {
        let files = other.state.withLock { $0.files }
        let note = try SignedNote(parsing: files["checkpoint"] ?? [], maxBytes: LogLimits.checkpointBytes)
        guard let hash = LowercaseHex.decode(SHA256Hex(of: note.text).text).flatMap({ LogHash($0) }) else { return }
        state.withLock { state in
            for (path, bytes) in files { state.files["before/" + path] = bytes }
        }
        try append(.succeeds, hash)
    }

    /// Serves the checkpoint of another log as that of the one before.
    func forgetBefore(checkpointOf other: MemoryLog) {
        let checkpoint = other.state.withLock { $0.files["checkpoint"] }
        state.withLock { $0.files["before/checkpoint"] = checkpoint }
    }

    private func append(_ event: LogLeaf.Event, _ hash: LogHash) throws {
        guard var writer = state.withLock({ $0.writer }) else { return }
        try writer.append([LogLeaf(event, at: LogMinute(secondsSinceEpoch: Self.leafSeconds), note: hash)])
        let next = writer
        state.withLock { $0.writer = next }
    }

    /// Serves something else as a parcel's proof; nil inside serves nothing.
    func serve(_ proof: [UInt8]?, asProofOf id: ParcelID) {
        state.withLock { $0.proofs[id] = .some(proof) }
    }

    func spoil(_ path: String) {
        state.withLock { $0.files[path]?[3] ^= 1 }
    }

    /// The position at the present size.
    func position() throws -> LogPosition {
        let checkpoint = try Checkpoint(
            text: SignedNote(
                parsing: state.withLock { $0.files["checkpoint"] ?? [] }, maxBytes: LogLimits.checkpointBytes
            ).text)
        return try LogPosition(size: checkpoint.size, root: checkpoint.root.base64)
    }

    // MARK: LogService

    func key() async throws(CourierFailure) -> [UInt8] {
        Array((signing.verifying.line + "\n").utf8)
    }

    func file(at path: String, limit: Int) async throws -> [UInt8]? {
        state.withLock { state in
            state.asked += 1
            return state.files[path]
        }
    }

    func proof(of id: ParcelID, from sender: ParticipantID) async throws(CourierFailure) -> [UInt8]? {
        if let served = state.withLock({ $0.proofs[id] }) { return served }
        guard let index = state.withLock({ $0.accepted[id] }), let bytes = state.withLock({ $0.files["checkpoint"] })
        else { return nil }
        do {
            let signed = try SignedCheckpoint(parsing: bytes, by: signing.verifying)
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: self)
            return try await LogProof.make(of: index, under: signed, in: &tiles).encoded
        } catch {
            return nil
        }
    }

    // MARK: LogStorage

    func read(_ path: String, limit: Int) throws -> [UInt8]? { state.withLock { $0.files[path] } }

    func write(_ files: [Frontier.File]) throws {
        state.withLock { state in
            for file in files { state.files[file.address.path] = file.bytes }
        }
    }

    func publish(_ checkpoint: [UInt8]) throws { state.withLock { $0.files["checkpoint"] = checkpoint } }

    func keptCheckpoint() throws -> [UInt8]? { state.withLock { $0.kept } }

    func keep(_ checkpoint: [UInt8], replacing size: Int64?) throws { state.withLock { $0.kept = checkpoint } }

    func write(minimumIndex: [UInt8]) throws { state.withLock { $0.files[MinimumIndex.path] = minimumIndex } }

    func removeEntries(below index: Int64) throws {
        state.withLock { state in
            state.files = state.files.filter { path, _ in
                guard let address = TileAddress(path: path), case .entries = address.kind else { return true }
                return address.endIndex.map { $0 > index } ?? true
            }
        }
    }

    func removeFolders(_ paths: [String]) throws {}
}
