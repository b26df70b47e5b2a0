import Courier
import Exchange
import Logging

extension InboxAgent {
    /// Posts the receipts that the relay does not have yet. One that fails does not hold up the others, but for the relay
    /// being away.
    func postReceipts() async throws {
        for key in try store.receiptsToPost() where receiptsLater.isDue(key, at: now()) {
            do {
                try await source.post(signed(store.receipt(of: key)))
                try store.receipt(of: key, is: .posted)
                receiptsLater.forget(key)
            } catch {
                let failure = InboxFailure(error)
                if failure.mustStop || failure.isCancellation { throw failure }
                if try isUnwanted(failure, key) { continue }
                try date(key, anewFor: failure)
                let isNews = receiptsLater.putOff(key, for: failure.label, at: now(), random: random())
                if failure.isRelayDown { throw failure }
                if isNews {
                    logger.warning("a receipt waits: \(failure)", metadata: metadata(of: key, failure))
                }
            }
        }
    }

    /// Our own receipt as it was signed then; where our signing keys have changed since, its words signed anew.
    private func signed(_ note: [UInt8]) throws -> Signed<Receipt> {
        do {
            return try keys.verifyOwn(receipt: note)
        } catch {
            return try keys.sign(Signed<Receipt>.unverified(note))
        }
    }

    /// A receipt that was dated by a clock that was wrong then, and no longer is by the relay's own: the same words are signed
    /// with the time that it is now. As it was, no relay would ever take it.
    private func date(_ key: ParcelKey, anewFor failure: InboxFailure) throws {
        guard case .courier(.refused(let problem)) = failure, problem.type == .clockDiffers else { return }
        let old = try Signed<Receipt>.kept(store.receipt(of: key)).value
        let new = try keys.sign(
            Receipt(
                parcel: old.parcel, from: old.from, manifest: old.manifest, sha256: old.sha256, by: old.by, at: now(),
                outcome: old.outcome, reason: old.reason, directory: old.directory, checkpoint: old.checkpoint))
        try store.replaceReceipt(of: key, by: new)
    }

    /// The relay's answer is final: the parcel is gone there, or it holds another receipt of ours.
    private func isUnwanted(_ failure: InboxFailure, _ key: ParcelKey) throws -> Bool {
        guard case .courier(.refused(let problem)) = failure else { return false }
        switch problem.type {
        case .notFound, .expired:
            logger.notice("the relay no longer has the parcel of a receipt", metadata: metadata(of: key, failure))
        case .conflict:
            // Two inboxes with one identity, or an old copy of this one's data.
            logger.error("the relay has another receipt of ours for a parcel", metadata: metadata(of: key, failure))
            try tellOtherReceipt(on: key, of: key.id.madeAt)
        default:
            return false
        }
        try store.receipt(of: key, is: .unwanted)
        receiptsLater.forget(key)
        return true
    }
}
