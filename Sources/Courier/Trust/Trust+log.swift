package import Exchange
import Notes
import TransparencyLog

/// The relay's log as this participant has seen it: it only ever grows from the last checkpoint kept here, and whatever
/// others quote of it must be in it.
extension Trust {
    /// A log that was verified here.
    struct KnownLog: Sendable {
        let key: VerifierKey
        let checkpoint: SignedCheckpoint
        /// The log that it followed, once a person has said so.
        var before: LogBefore?
    }

    /// The size and root last seen, to be quoted in what is signed; nil before any log was seen.
    package func logPosition() -> LogPosition? {
        guard let seen = log?.checkpoint.checkpoint else { return nil }
        return try? LogPosition(size: seen.size, root: seen.root.base64)
    }

    /// Takes the relay's checkpoint, which must have grown from the one known here.
    package func refreshLog(from client: RelayClient) async throws(CourierFailure) {
        try await refreshLog(service: RelayLogService(client: client))
    }

    /// The name of the log that is gone on with: another one once a person took a successor.
    package func logName() -> String? { log?.key.name }

    /// Makes sure that the log has what a verified note quotes of it. A position that it does not show, or another root at
    /// that size, is the sign that it shows us something else than the note's signer.
    ///
    /// `saidAt` is the note's own time: after a restore it may quote what only the log before had.
    package func requireLog(
        _ quoted: LogPosition, saidAt: UTCTime, client: RelayClient
    ) async throws(CourierFailure) {
        try await requireLog(quoted, saidAt: saidAt, service: RelayLogService(client: client))
    }

    /// Makes sure that the log has the acceptance of a parcel, and has grown from what is known here; gives when the log
    /// took it in.
    @discardableResult
    package func requireAccepted(
        _ manifest: Signed<Manifest>, client: RelayClient
    ) async throws(CourierFailure) -> UTCTime {
        try await requireAccepted(manifest, service: RelayLogService(client: client))
    }

    func refreshLog(service: some LogService) async throws(CourierFailure) {
        try await rereading { () async throws(CourierFailure) in try await self.refreshKnownLog(service: service) }
    }

    /// Does something with the log. Where it is another one than the one known, a person may have said meanwhile, beside
    /// this process, that it is to be gone on with.
    private func rereading<Value>(
        _ work: () async throws(CourierFailure) -> Value
    ) async throws(CourierFailure) -> Value {
        do {
            return try await work()
        } catch CourierFailure.trust(.otherLog) {
            guard let stored = try store.log(), stored.key != log?.key else { throw .trust(.otherLog) }
            log = stored
            return try await work()
        } catch {
            throw error
        }
    }

    private func refreshKnownLog(service: some LogService) async throws(CourierFailure) {
        let key = try await logKey(service)
        let asked = log
        do {
            let served = try await LogAudit.checkpoint(of: service, key: key)
            try await take(served, by: key, after: asked, service: service)
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    func requireLog(
        _ quoted: LogPosition, saidAt: UTCTime, service: some LogService
    ) async throws(CourierFailure) {
        if quoted.size > log?.checkpoint.checkpoint.size ?? -1 { try await refreshLog(service: service) }
        do {
            let known = log?.checkpoint.checkpoint
            if let known, quoted.size <= known.size {
                let root = try await Trust.root(ofSize: quoted.size, in: known, service: service)
                if root.base64 == quoted.root { return }
            }
            if try await isInLogBefore(quoted, saidAt: saidAt, service: service) { return }
            guard let known, quoted.size <= known.size else {
                throw CourierFailure.trust(.frozenLog(quoted: quoted.size, known: known?.size ?? 0))
            }
            throw LogFailure.forked(size: quoted.size)
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    @discardableResult
    func requireAccepted(
        _ manifest: Signed<Manifest>, service: some LogService
    ) async throws(CourierFailure) -> UTCTime {
        try await rereading { () async throws(CourierFailure) in
            try await self.requireAcceptedNow(manifest, service: service)
        }
    }

    private func requireAcceptedNow(
        _ manifest: Signed<Manifest>, service: some LogService
    ) async throws(CourierFailure) -> UTCTime {
        let key = try await logKey(service)
        let asked = log
        let bytes = try await service.proof(of: manifest.value.id, from: manifest.value.from)
        let proven = try Trust.proven(manifest, by: bytes, key: key)
        do {
            try await take(proven.checkpoint, by: key, after: asked, service: service)
        } catch {
            throw CourierFailure(ofLog: error)
        }
        return UTCTime(secondsSinceEpoch: proven.leaf.at.minutesSinceEpoch * 60)
    }

    /// Of receipts that the relay shows under an index of its log, those that are not there.
    package func unlogged(
        among receipts: [LoggedReceipt], client: RelayClient
    ) async throws(CourierFailure) -> [ParcelID] {
        try await unlogged(among: receipts, service: RelayLogService(client: client))
    }

    func unlogged(
        among receipts: [LoggedReceipt], service: some LogService
    ) async throws(CourierFailure) -> [ParcelID] {
        let sorted = receipts.sorted { $0.index < $1.index }
        guard let last = sorted.last else { return [] }
        if last.index >= log?.checkpoint.checkpoint.size ?? 0 { try await refreshLog(service: service) }
        guard let known = log?.checkpoint.checkpoint else { return sorted.map(\.parcel) }
        do {
            let missing = try await Trust.missing(among: sorted, in: known, from: service)
            guard !missing.isEmpty, let before = log?.before?.checkpoint.checkpoint else {
                return missing.map(\.parcel)
            }
            // A receipt that was taken before a restore is in the log before.
            let source = LogBeforeSource(service: service)
            return try await Trust.missing(among: missing, in: before, from: source).map(\.parcel)
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    /// Receipts that a tree has not where the relay says; in the order of their indexes.
    private static func missing(
        among sorted: [LoggedReceipt], in known: Checkpoint, from source: some TileSource
    ) async throws -> [LoggedReceipt] {
        var tiles = try await CheckedTiles(of: known, from: source)
        var bundle: (index: Int64, entries: [ArraySlice<UInt8>]) = (-1, [])
        var missing: [LoggedReceipt] = []
        for receipt in sorted {
            guard (0..<known.size).contains(receipt.index) else {
                missing.append(receipt)
                continue
            }
            if bundle.index != receipt.index / 256 {
                bundle = (receipt.index / 256, try await tiles.entries(ofBundle: receipt.index / 256))
            }
            if !receipt.isLogged(as: bundle.entries[Int(receipt.index % 256)]) { missing.append(receipt) }
        }
        return missing
    }

    /// The acceptance of a parcel as a proof has it, and the checkpoint that it is under.
    static func proven(
        _ manifest: Signed<Manifest>, by bytes: [UInt8]?, key: VerifierKey
    ) throws(CourierFailure) -> (leaf: LogLeaf, checkpoint: SignedCheckpoint) {
        let unlogged = CourierFailure.trust(.unloggedParcel(manifest.value.id))
        guard let bytes, let hash = LowercaseHex.decode(manifest.textHash.text).flatMap({ LogHash($0) }) else {
            throw unlogged
        }
        do throws(LogFailure) {
            return try LogProof(parsing: bytes).verify(.accepted, of: hash, by: key)
        } catch {
            switch error {
            case .badProof, .otherLeaf: throw unlogged
            default: throw CourierFailure(ofLog: error)
            }
        }
    }

    /// The key pinned at enrolment, or the one kept here, or, where there is neither, the one that the relay serves: it is
    /// kept with the first checkpoint and never changes again.
    private func logKey(_ service: some LogService) async throws(CourierFailure) -> VerifierKey {
        if let key = log?.key ?? pinnedLogKey { return key }
        let line = String(decoding: try await service.key(), as: UTF8.self)
        do {
            let key = try VerifierKey(line: line.hasSuffix("\n") ? String(line.dropLast()) : line)
            guard key.type == .ed25519 else { throw NoteFailure.unsupportedKeyType }
            return log?.key ?? key
        } catch {
            throw .trust(.brokenLog("its key is not one"))
        }
    }

    /// Keeps a checkpoint that is ahead of the one known, once it has been shown to have grown from it; one that is behind
    /// must be of the same tree, and must not be behind what was known when it was asked for.
    private func take(
        _ signed: SignedCheckpoint, by key: VerifierKey, after asked: KnownLog?, service: some LogService
    ) async throws {
        let size = signed.checkpoint.size
        if let seen = asked?.checkpoint.checkpoint.size, size < seen {
            throw LogFailure.shrank(seen: seen, present: size)
        }
        while true {
            let known = log?.checkpoint
            if known?.checkpoint == signed.checkpoint { return }
            if let known = known?.checkpoint, size <= known.size {
                let root = try await Trust.root(ofSize: size, in: known, service: service)
                guard root == signed.checkpoint.root else { throw LogFailure.forked(size: size) }
                return
            }
            var tiles = try await CheckedTiles(of: signed.checkpoint, from: service)
            if let known { try await LogAudit.demandGrowth(from: known.checkpoint, in: &tiles) }
            // Another call may have taken one while this one waited.
            guard log?.checkpoint == known else { continue }
            let taken = KnownLog(key: key, checkpoint: signed, before: log?.before)
            try store.keep(taken)
            log = taken
            return
        }
    }

    private static func root(
        ofSize size: Int64, in known: Checkpoint, service: some LogService
    ) async throws -> LogHash {
        guard size != known.size else { return known.root }
        var tiles = try await CheckedTiles(of: known, from: service)
        return try await tiles.root(ofSize: size)
    }
}

/// A receipt, and where the relay says that its log has it.
package struct LoggedReceipt: Sendable, Hashable {
    /// The parcel that it is about.
    package let parcel: ParcelID
    /// Index of its leaf.
    package let index: Int64
    private let textHash: SHA256Hex

    /// A receipt that was verified.
    package init(_ receipt: Receipt, index: Int64) {
        parcel = receipt.parcel
        textHash = SHA256Hex(of: receipt.text)
        self.index = index
    }

    fileprivate func isLogged(as entry: ArraySlice<UInt8>) -> Bool {
        guard let leaf = try? LogLeaf(parsing: entry) else { return false }
        return leaf.event == .receipt && leaf.note.hex == textHash.text
    }
}

extension CourierFailure {
    /// What went wrong with a log: an alarm, or what kept us from reading it.
    init(ofLog error: any Error) {
        switch error {
        case let failure as CourierFailure: self = failure
        case let failure as LogFailure: self = .trust(TrustAlarm(log: failure))
        case is CancellationError: self = .cancelled
        default: self = .unexpectedAnswer("a log that cannot be read")
        }
    }
}
