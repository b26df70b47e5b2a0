import Courier
import Durable
package import Exchange
import Logging

/// Brings spooled parcels to the relay, oldest first. A relay that is away leaves them where they are.
actor Uploader {
    private let store: OutboxStore
    private let folder: DataFolder
    private let keys: ParticipantKeys
    private let relay: any ParcelRelay
    private let logger: Logger
    private let now: @Sendable () -> UTCTime
    private var isAway = false
    private var isUploading = false
    /// Parcels whose acceptance the log does not prove: each is told once.
    private var unproven: Set<ParcelID> = []

    init(
        store: OutboxStore, folder: DataFolder, keys: ParticipantKeys, relay: any ParcelRelay, logger: Logger,
        now: @escaping @Sendable () -> UTCTime
    ) {
        self.store = store
        self.folder = folder
        self.keys = keys
        self.relay = relay
        self.logger = logger
        self.now = now
    }

    /// Uploads all that is spooled and gives how many parcels the relay accepted. Throws what stopped it, with the rest
    /// still spooled; a parcel that the relay will never take is written down as rejected, and the next one follows.
    func uploadAll(progress: @escaping @Sendable (UploadProgress) -> Void) async throws -> Int {
        // Two calls at once would send every parcel twice; the relay would take each once, but why ask it to.
        guard !isUploading else { return 0 }
        isUploading = true
        defer { isUploading = false }
        var accepted = 0
        var last: Int64 = 0
        while true {
            let waiting = try store.parcels(in: [.spooled], after: last, limit: 100)
            guard let end = waiting.last else { break }
            for parcel in waiting {
                try Task.checkCancellation()
                if try await upload(parcel, progress) { accepted += 1 }
            }
            last = end.number
        }
        return accepted
    }

    private func upload(
        _ parcel: ParcelRow, _ progress: @escaping @Sendable (UploadProgress) -> Void
    ) async throws -> Bool {
        guard let manifest = try ownManifest(of: parcel) else { return false }
        let size = manifest.value.size
        do {
            try await relay.upload(manifest, bodyPath: folder.body(ofParcel: parcel.id.text)) { sent in
                progress(UploadProgress(parcel: parcel.id, recipient: parcel.recipient, sent: sent, size: size))
            }
            // The relay's word is not enough: its log must say so too.
            try await relay.requireAccepted(manifest)
        } catch let failure as CourierFailure {
            try give(parcel, upFor: failure)
            return false
        }
        // A crash before this transaction uploads again, and the relay answers that it has the parcel.
        try store.accept(parcel: parcel.number, at: now().secondsSinceEpoch)
        unproven.remove(parcel.id)
        comeBack()
        return true
    }

    /// Rejected where the same parcel will never be taken; anything else is thrown and leaves it spooled.
    private func give(_ parcel: ParcelRow, upFor failure: CourierFailure) throws {
        if let problem = Uploader.permanentProblem(of: failure) {
            if try sendAgainExpired(parcel, problem) { return }
            // A receipt may have come first: then there is nothing to say.
            guard try store.reject(parcel: parcel.number, problem: problem) else { return }
            Alarm.parcelRejected.raise(
                "the relay does not take a parcel; its reports stay in the journal: \(failure)", in: logger,
                ["parcel": parcel.id.text, "recipient": parcel.recipient, "problem": problem])
            return
        }
        if case .trust = failure, unproven.insert(parcel.id).inserted {
            Alarm.trust.raise(
                "a parcel stays spooled: \(failure)", in: logger,
                ["parcel": parcel.id.text, "recipient": parcel.recipient, "reason": failure.label])
        }
        if !isAway, failure.isTransient, failure != .cancelled {
            isAway = true
            logger.warning(
                "parcels stay spooled and are sent later: \(failure)", metadata: ["reason": "\(failure.label)"])
        }
        throw failure
    }

    /// The manifest, as our keys sign it; nil where they signed it no longer, and its reports go in a new parcel.
    private func ownManifest(of parcel: ParcelRow) throws -> Signed<Manifest>? {
        do {
            return try keys.verifyOwn(manifest: parcel.manifest)
        } catch {
            guard case .exchange = error, try sendAgain(parcel, because: "it was signed by a key we no longer have")
            else { throw error }
            return nil
        }
    }

    /// A deadline that passed before the relay had the parcel: its reports go in a new one, where our own clock agrees. Were it
    /// the relay's clock that is wrong, every new parcel would be too late as well.
    private func sendAgainExpired(_ parcel: ParcelRow, _ problem: String) throws -> Bool {
        guard problem == ProblemType.expired.rawValue,
            try Signed<Manifest>.kept(parcel.manifest).value.expiresAt <= now()
        else { return false }
        return try sendAgain(parcel, because: "its deadline passed before the relay had it")
    }

    private func sendAgain(_ parcel: ParcelRow, because reason: String) throws -> Bool {
        let outcome = try store.sendAgain(parcel: parcel.id, at: now().secondsSinceEpoch, from: [.spooled])
        guard case .begun(let reports) = outcome else { return false }
        logger.warning(
            "the reports of a parcel go in a new one: \(reason)",
            metadata: ["parcel": "\(parcel.id)", "recipient": "\(parcel.recipient)", "reports": "\(reports)"])
        return true
    }

    /// What the relay says of this very parcel, as opposed to who we are or how it is. Those pass, or are set right by
    /// people without the parcel being changed.
    private static func permanentProblem(of failure: CourierFailure) -> String? {
        switch failure {
        case .refused(let problem):
            switch problem.type {
            case .badNote, .notSealed, .bodyDiffers, .kindNotAllowed, .unknownRecipient, .expired, .conflict, .tooLarge,
                .mediaType, .malformed:
                problem.type.rawValue
            default: nil
            }
        case .disk(.missing): "body-missing"
        default: nil
        }
    }

    private func comeBack() {
        guard isAway else { return }
        isAway = false
        logger.info("the relay takes parcels again")
    }
}

/// How far a parcel is uploaded.
package struct UploadProgress: Sendable, Equatable {
    package var parcel: ParcelID
    package var recipient: String
    package var sent: Int64
    package var size: Int64
}
