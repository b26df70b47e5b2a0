import Exchange
import Logging

/// Parcels that take one another's place: a sender that has no receipt sends the same reports again in a new parcel, which
/// names the first one that held them. One of them is handed over, whichever comes first.
extension InboxAgent {
    /// Answers a parcel whose reports were handed over in another one. Nothing of it is fetched.
    ///
    /// An older one than that is superseded. A newer one is acknowledged: its sender lacks the receipt on the other, and may
    /// never get it. One that says it holds more than the other did does not take its place, and nobody but a person can
    /// tell what is in it.
    func answer(
        _ manifest: Signed<Manifest>, handedOverAs other: HandedOver, directory: Int64
    ) async throws -> Reception {
        let value = manifest.value
        let key = ParcelKey(value)
        guard other.isDelivered else {
            // Its hand-over can only be finished, and is tried again before anything is listed.
            _ = parcelsLater.putOff(key, for: "handing", at: now(), random: random())
            return .notNow
        }
        let isNewer = value.seq > other.seq
        guard isNewer, value.reports <= other.reports else {
            let receipt = try sign(
                value, manifest.textHash, outcome: .refused, reason: .superseded, directory: directory)
            try store.refuse(key, receipt: receipt)
            try folder.removeBody(key)
            logger.log(
                level: isNewer ? .error : .notice,
                isNewer
                    ? "refused: it supersedes a parcel that was delivered, and holds more"
                    : "refused: a newer parcel that supersedes it was delivered",
                metadata: metadata(of: key).merging(["reason": "superseded", "as": "\(other.id)"]) { $1 })
            return .refused
        }
        let receipt = try sign(value, manifest.textHash, outcome: .delivered, directory: directory)
        try store.deliver(key, as: other, directory: directory, receipt: receipt)
        badCopies[key] = nil
        try folder.removeBody(key)
        logger.notice(
            "acknowledged: what it holds was delivered in the parcel that it supersedes",
            metadata: metadata(of: key).merging(["as": "\(other.id)"]) { $1 })
        return .acknowledged
    }
}
