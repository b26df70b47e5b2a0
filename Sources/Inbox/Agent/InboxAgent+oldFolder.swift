import Courier
import Exchange
import Logging

/// Whether the data folder is an older copy of itself: what an inbox can know of it without anybody's word, and what the relay has of
/// its own hand. Each is told when it is seen, and at each start until a person has said that all is done.
extension InboxAgent {
    /// How many parcels that wait the relay is asked about at a start.
    private static let askedAtStart = 100

    /// At the first turn of a process, before anything is delivered.
    func lookForOldFolder() throws {
        if let word = try oldFolder.read() {
            // Whatever else shows it says nothing new.
            return logger.error(
                "the data folder is an old copy: have sent again what is missing, then pli doctor --old-folder-done",
                metadata: [
                    "reason": "old-folder", "since": "\(word.at?.text ?? "")", "sign": "\(word.sign?.rawValue ?? "")",
                ])
        }
        guard let later = try laterFile(), try oldFolder.keep(.laterFiles, of: later.id.madeAt, at: now()) else {
            return
        }
        logger.error(
            "files of parcels that the data folder does not know lie in the sink: an old copy of it was put back",
            metadata: metadata(of: later, .laterFiles))
    }

    /// A parcel that has files in the sink, was made no earlier than any that is known here, and is not known. It was delivered by a
    /// newer folder: what is delivered has a row before it has a file.
    private func laterFile() throws -> ParcelKey? {
        guard let newest = try store.newestParcel()?.madeAt else { return nil }
        return try sink.parcels().first { key in
            guard let madeAt = key.id.madeAt, madeAt >= newest else { return false }
            return try store.parcel(key) == nil
        }
    }

    /// The relay says of each parcel that waits here whether it has a receipt of ours on it. Once a process: behind a first word of its,
    /// and not for what was seen since.
    func askForOwnReceipts() async throws {
        guard !hasAskedForReceipts else { return }
        for row in try store.longestWaiting(limit: InboxAgent.askedAtStart) {
            guard let note = try await receipt(on: row.manifest),
                let receipt = try? keys.verifyOwn(receipt: note).value, receipt.parcel == row.key.id,
                receipt.from == row.key.from
            else { continue }
            try tellOtherReceipt(on: row.key, of: receipt.at)
            break
        }
        hasAskedForReceipts = true
    }

    /// A relay that does not say keeps nothing else from being done.
    private func receipt(on manifest: Manifest) async throws -> [UInt8]? {
        do {
            return try await source.receipt(on: manifest)
        } catch {
            let failure = InboxFailure(error)
            if failure.mustStop || failure.isCancellation || failure.isRelayDown { throw failure }
            return nil
        }
    }

    /// The relay has a receipt of ours that is not known here.
    func tellOtherReceipt(on key: ParcelKey, of time: UTCTime?) throws {
        guard try oldFolder.keep(.otherReceipt, of: time, at: now()) else { return }
        logger.error(
            "the relay has a receipt of ours that is not known here: an old copy was put back, or two inboxes run",
            metadata: metadata(of: key, .otherReceipt))
    }

    private func metadata(of key: ParcelKey, _ sign: OldFolderNote.Sign) -> Logger.Metadata {
        metadata(of: key).merging(["reason": "old-folder", "sign": "\(sign.rawValue)"]) { $1 }
    }
}

extension ParcelID {
    /// When it was made, by its sender's clock: what an id of this kind begins with.
    var madeAt: UTCTime? {
        Int64(text.filter { $0 != "-" }.prefix(12), radix: 16).map { UTCTime(secondsSinceEpoch: $0 / 1_000) }
    }
}
