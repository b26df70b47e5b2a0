import Courier
import Durable
package import Exchange
import Logging
import Synchronization

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
    /// Recipients whose keys the relay does not have as their parcels quote them: each is told once.
    private var withoutKeys: Set<String> = []
    /// Recipients of whom the relay has no room for a parcel: each is told once.
    private var withoutRoom: Set<String> = []
    /// When those of either kind are tried again.
    private var later = KeptBack()

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
    /// still spooled; a parcel that the relay will never take is written down as rejected, and the next one follows. Keys of one
    /// recipient that a restored relay has forgotten, and a parcel that it has no room for, keep back that recipient's parcels only: one
    /// that went ahead of another would be a gap in the numbers to its recipient. The first such failure is thrown at the end.
    ///
    /// `onlyDue`: what is for a recipient that is kept back is left out until its time comes, and its failure, which says
    /// nothing of the others, is not thrown.
    func uploadAll(
        onlyDue: Bool = false, progress: @escaping @Sendable (UploadProgress) -> Void
    ) async throws -> Int {
        // Two calls at once would send every parcel twice; the relay would take each once, but why ask it to.
        guard !isUploading else { return 0 }
        isUploading = true
        defer { isUploading = false }
        var accepted = 0
        var last: Int64 = 0
        var keptBack = onlyDue ? later.waiting(at: now()) : []
        var first: CourierFailure?
        while true {
            let waiting = try store.parcels(in: [.spooled], notTo: keptBack, after: last, limit: 100)
            guard let end = waiting.last else { break }
            // One transaction for all of them: they go out one by one.
            let fresh = try store.beginAttempts(of: waiting.map(\.number), under: await relay.logName() ?? "")
            var untouched = fresh
            do {
                for parcel in waiting where !keptBack.contains(parcel.recipient) {
                    try Task.checkCancellation()
                    untouched.remove(parcel.number)
                    do {
                        if try await upload(parcel, isFirst: fresh.contains(parcel.number), progress) { accepted += 1 }
                        later.release(parcel.recipient)
                    } catch let failure as CourierFailure where Uploader.isOfOneRecipient(failure) {
                        keptBack.insert(parcel.recipient)
                        later.keepBack(parcel.recipient, at: now())
                        first = first ?? failure
                    }
                }
            } catch {
                try store.unmarkAttempts(of: untouched)
                throw error
            }
            try store.unmarkAttempts(of: untouched)
            last = end.number
        }
        if let first, !onlyDue { throw first }
        return accepted
    }

    /// `isFirst`: not a byte of it was ever sent before.
    private func upload(
        _ parcel: ParcelRow, isFirst: Bool, _ progress: @escaping @Sendable (UploadProgress) -> Void
    ) async throws -> Bool {
        guard let manifest = try ownManifest(of: parcel, isFirst: isFirst) else { return false }
        let size = manifest.value.size
        let attempt = UploadAttempt(isFirst: isFirst)
        do {
            try await relay.upload(
                manifest, bodyPath: folder.body(ofParcel: parcel.id.text),
                progress: { sent in
                    progress(UploadProgress(parcel: parcel.id, recipient: parcel.recipient, sent: sent, size: size))
                },
                failed: { failure, asLastPiece in
                    if Uploader.leavesDoubt(failure, asLastPiece: asLastPiece) { attempt.mayBeThere() }
                })
            attempt.isSaidToBeThere()
            // The relay's word is not enough: its log must say so too.
            try await relay.requireAccepted(manifest)
        } catch let failure as CourierFailure {
            try await give(parcel, manifest, upFor: failure, attempt)
            return false
        }
        // A crash before this transaction uploads again, and the relay answers that it has the parcel.
        try store.accept(parcel: parcel.number, at: now().secondsSinceEpoch)
        unproven.remove(parcel.id)
        withoutKeys.remove(parcel.recipient)
        withoutRoom.remove(parcel.recipient)
        comeBack()
        return true
    }

    /// Rejected where the same parcel will never be taken; anything else is thrown and leaves it spooled.
    private func give(
        _ parcel: ParcelRow, _ manifest: Signed<Manifest>, upFor failure: CourierFailure, _ attempt: UploadAttempt
    ) async throws {
        // A body is missing for good only where the folder that it lay in is there.
        if case .disk(.missing) = failure { try folder.requireInPlace() }
        if let problem = Uploader.permanentProblem(of: failure) {
            // The relay's clock alone is not believed: were it wrong, every new parcel would be too late as well.
            if problem == ProblemType.expired.rawValue, manifest.value.expiresAt <= now() {
                return try await sendAgainExpired(parcel, manifest, failure, attempt)
            }
            return try reject(parcel, problem, failure, neverAccepted: attempt.isSurelyNotThere)
        }
        if case .trust = failure, unproven.insert(parcel.id).inserted {
            Alarm.trust.raise(
                "a parcel stays spooled: \(failure)", in: logger,
                ["parcel": parcel.id.text, "recipient": parcel.recipient, "reason": failure.label])
        }
        if Uploader.isOfKeys(failure) {
            guard withoutKeys.insert(parcel.recipient).inserted else { throw failure }
            logger.warning(
                "parcels of a recipient stay spooled until it publishes its keys again: \(failure)",
                metadata: ["recipient": "\(parcel.recipient)", "reason": "\(failure.label)"])
        } else if case .relayFull = failure {
            guard withoutRoom.insert(parcel.recipient).inserted else { throw failure }
            logger.warning(
                "parcels of a recipient stay spooled and are sent later, those of others go on: \(failure)",
                metadata: [
                    "parcel": "\(parcel.id)", "recipient": "\(parcel.recipient)", "bytes": "\(manifest.value.size)",
                    "reason": "\(failure.label)",
                ])
        } else if !isAway, failure.isTransient, failure != .cancelled {
            isAway = true
            logger.warning(
                "parcels stay spooled and are sent later: \(failure)", metadata: ["reason": "\(failure.label)"])
        }
        throw failure
    }

    private func reject(
        _ parcel: ParcelRow, _ problem: String, _ failure: CourierFailure, neverAccepted: Bool
    ) throws {
        let isRejected = try store.reject(parcel: parcel.number, problem: problem, neverAccepted: neverAccepted)
        // A receipt may have come first: then there is nothing to say.
        guard isRejected else { return }
        Alarm.parcelRejected.raise(
            "the relay does not take a parcel; its reports stay in the journal: \(failure)", in: logger,
            ["parcel": parcel.id.text, "recipient": parcel.recipient, "problem": problem])
    }

    /// The manifest, as our keys sign it; nil where they signed it no longer, and its reports go in a new parcel.
    private func ownManifest(of parcel: ParcelRow, isFirst: Bool) throws -> Signed<Manifest>? {
        do {
            return try keys.verifyOwn(manifest: parcel.manifest)
        } catch {
            let reason = "it was signed by a key we no longer have"
            guard case .exchange = error, try sendAgain(parcel, because: reason, neverAccepted: isFirst)
            else { throw error }
            return nil
        }
    }

    /// A deadline that passed without a receipt: the reports of the parcel go in a new one. Past it the relay accepts it no more, so that
    /// one that it does not have it never had, unless another log was gone on with since the parcel was first sent.
    private func sendAgainExpired(
        _ parcel: ParcelRow, _ manifest: Signed<Manifest>, _ failure: CourierFailure, _ attempt: UploadAttempt
    ) async throws {
        var neverAccepted = attempt.isSurelyNotThere
        if !neverAccepted {
            switch try await standing(of: manifest) {
            // The receipt came behind the refusal: the relay has the parcel when it is asked again.
            case .answered: return
            case .held: break
            case .unknown where attempt.wasSaidToBeThere: break
            case .unknown: neverAccepted = try await wouldStillBeKnown(parcel, manifest.value)
            }
        }
        let reason =
            neverAccepted
            ? "its deadline passed before the relay had it" : "its deadline passed, and the relay has no receipt on it"
        guard try !sendAgain(parcel, because: reason, neverAccepted: neverAccepted) else { return }
        // Too late for that: a person has to look.
        try reject(parcel, ProblemType.expired.rawValue, failure, neverAccepted: neverAccepted)
    }

    /// A relay that makes no sense is not believed that it does not have a parcel; it does not keep up the others either.
    private func standing(of manifest: Signed<Manifest>) async throws -> ParcelStanding {
        do {
            return try await relay.standing(of: manifest)
        } catch let failure as CourierFailure where !failure.isTransient && !failure.mustStop {
            return .held
        }
    }

    /// Whether a relay that had accepted a parcel would know of it: it forgets what is over for long, and a restored one has another log.
    private func wouldStillBeKnown(_ parcel: ParcelRow, _ manifest: Manifest) async throws -> Bool {
        let forgotten = manifest.expiresAt.adding(seconds: Exchange.Limits.rememberedSeconds / 2)
        guard now() < forgotten, let log = await relay.logName() else { return false }
        return try store.triedUnder(parcel: parcel.number) == log
    }

    private func sendAgain(_ parcel: ParcelRow, because reason: String, neverAccepted: Bool) throws -> Bool {
        let outcome = try store.sendAgain(
            parcel: parcel.id, at: now().secondsSinceEpoch, from: [.spooled], neverAccepted: neverAccepted)
        guard case .begun(let reports) = outcome else { return false }
        logger.warning(
            "the reports of a parcel go in a new one: \(reason)",
            metadata: ["parcel": "\(parcel.id)", "recipient": "\(parcel.recipient)", "reports": "\(reports)"])
        return true
    }

    /// Whether it says nothing of other recipients' parcels. That there is no room is said of the size of one, and a smaller one may pass.
    private static func isOfOneRecipient(_ failure: CourierFailure) -> Bool {
        if case .relayFull = failure { true } else { isOfKeys(failure) }
    }

    /// The relay lacks the keys that the parcel is sealed to: those of other recipients it may have.
    private static func isOfKeys(_ failure: CourierFailure) -> Bool {
        if case .refused(let problem) = failure { problem.type == .keysAhead } else { false }
    }

    /// What the relay says of this very parcel, as opposed to who we are or how it is. Those pass, or are set right by
    /// people without the parcel being changed.
    private static func permanentProblem(of failure: CourierFailure) -> String? {
        switch failure {
        case .refused(let problem): problem.type.endsParcel ? problem.type.rawValue : nil
        case .disk(.missing): "body-missing"
        default: nil
        }
    }

    /// Whether a request that failed so may have left a body at the relay that it accepts later. A relay that says no with the last
    /// piece is to destroy the body first; one that kept it would accept it under a later directory, or at its next start.
    private static func leavesDoubt(_ failure: CourierFailure, asLastPiece: Bool) -> Bool {
        guard permanentProblem(of: failure) != nil else { return true }
        guard asLastPiece, case .refused(let problem) = failure else { return false }
        switch problem.type {
        // Said of a request that was not read, of bytes that no directory makes right, or of an id that another parcel has.
        case .malformed, .mediaType, .bodyDiffers, .conflict: return false
        default: return true
        }
    }

    private func comeBack() {
        guard isAway else { return }
        isAway = false
        logger.info("the relay takes parcels again")
    }
}

/// What one try to upload a parcel leaves to be known about whether the relay has it.
private final class UploadAttempt: Sendable {
    private let state: Mutex<(mayBeThere: Bool, isSaidToBeThere: Bool)>

    init(isFirst: Bool) { state = Mutex((!isFirst, false)) }

    /// Bytes of it went out, and the relay did not say that it refuses them.
    func mayBeThere() { state.withLock { $0.mayBeThere = true } }

    /// The relay said that it has accepted it.
    func isSaidToBeThere() { state.withLock { $0 = (true, true) } }

    var isSurelyNotThere: Bool { state.withLock { !$0.mayBeThere } }
    var wasSaidToBeThere: Bool { state.withLock { $0.isSaidToBeThere } }
}

/// How far a parcel is uploaded.
package struct UploadProgress: Sendable, Equatable {
    package var parcel: ParcelID
    package var recipient: String
    package var sent: Int64
    package var size: Int64
}
