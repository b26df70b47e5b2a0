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

    /// Makes sure that the log has what a verified note quotes of it. A position that it does not show, or another root at
    /// that size, is the sign that it shows us something else than the note's signer.
    package func requireLog(_ quoted: LogPosition, client: RelayClient) async throws(CourierFailure) {
        try await requireLog(quoted, service: RelayLogService(client: client))
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
        let key = try await logKey(service)
        let asked = log
        do {
            let served = try await LogAudit.checkpoint(of: service, key: key)
            try await take(served, by: key, after: asked, service: service)
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    func requireLog(_ quoted: LogPosition, service: some LogService) async throws(CourierFailure) {
        if quoted.size > log?.checkpoint.checkpoint.size ?? -1 { try await refreshLog(service: service) }
        guard let known = log?.checkpoint.checkpoint, quoted.size <= known.size else {
            throw .trust(.frozenLog(quoted: quoted.size, known: log?.checkpoint.checkpoint.size ?? 0))
        }
        do {
            let root = try await Trust.root(ofSize: quoted.size, in: known, service: service)
            guard root.base64 == quoted.root else { throw LogFailure.forked(size: quoted.size) }
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    @discardableResult
    func requireAccepted(
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
            var tiles = try await CheckedTiles(of: known, from: service)
            var bundle: (index: Int64, entries: [ArraySlice<UInt8>]) = (-1, [])
            var missing: [ParcelID] = []
            for receipt in sorted {
                guard (0..<known.size).contains(receipt.index) else {
                    missing.append(receipt.parcel)
                    continue
                }
                if bundle.index != receipt.index / 256 {
                    bundle = (receipt.index / 256, try await tiles.entries(ofBundle: receipt.index / 256))
                }
                if !receipt.isLogged(as: bundle.entries[Int(receipt.index % 256)]) { missing.append(receipt.parcel) }
            }
            return missing
        } catch {
            throw CourierFailure(ofLog: error)
        }
    }

    /// The acceptance of a parcel as a proof has it, and the checkpoint that it is under.
    private static func proven(
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
            let taken = KnownLog(key: key, checkpoint: signed)
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
