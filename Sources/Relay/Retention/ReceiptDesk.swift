import Exchange
import Notes

/// Takes receipts: the recipient's signed word, on which the relay deletes.
struct ReceiptDesk: Sendable {
    let vault: ParcelVault
    let retention: Retention
    let arrivals: Arrivals
    let directories: DirectoryKeeper
    let review: NoteReview
    let fetches: FetchWatch

    /// What came of it, for the answer.
    enum Answer: Equatable {
        /// Taken, and the parcel's bytes are destroyed.
        case taken
        /// The same receipt was there.
        case known
    }

    /// Verifies a receipt note by its signer's pair and the parcel's manifest, takes it and deletes the parcel.
    func take(_ note: [UInt8], from sender: ParticipantID, id: ParcelID, by caller: Caller) async throws -> Answer {
        let vault = vault
        let found = try await DiskPool.run { try vault.store.parcel(id) }
        guard let parcel = found, parcel.sender == sender, parcel.recipient == caller.id, parcel.state != .uploading
        else { throw Problem(.notFound, detail: "no such parcel waits for this participant") }
        let receipt = try await verified(note, on: parcel, by: caller)
        let taking = try await DiskPool.run { try vault.store.take(receipt) }
        switch taking {
        case .noParcel: throw Problem(.notFound, detail: "no such parcel waits for this participant")
        case .conflict: throw Self.conflict
        case .known, .taken: break
        }
        try await vault.log.publish()
        vault.clock.witness(receipt.value.at)
        fetches.acknowledged(id, by: caller.id)
        // The receipt is in the log. What is left of the deletion can also be done by the next round or start.
        arrivals.wake(.outbox(sender))
        try await retention.finish(id)
        if taking == .taken { await review.review(receipt.value) }
        return taking == .taken ? .taken : .known
    }

    private func verified(
        _ note: [UInt8], on parcel: StoredParcel, by caller: Caller
    ) async throws -> Signed<Receipt> {
        let vault = vault
        let time = vault.clock.now
        let receipt = try NoteProblem.translate { try Signed<Receipt>.verifyFirst(note, by: caller.pair) }
        guard let manifest = try? Signed<Manifest>.kept(parcel.manifest) else {
            throw RelayFailure.damagedParcel("the manifest")
        }
        let directory = directories.current
        try NoteProblem.translate { try receipt.value.check(on: manifest, directory: directory, now: time) }
        // A receipt dated before the deadline wins for a while, even over a deletion.
        guard receipt.value.at < parcel.expiresAt, time < parcel.expiresAt.adding(seconds: Limits.deadlineSeconds)
        else {
            throw Problem(
                .expired, detail: "the receipt is dated past the parcel's deadline, or comes too late after it")
        }
        let (known, signer) = try await DiskPool.run {
            (try vault.store.receiptHash(of: parcel.id), try vault.store.signer(parcel.signer))
        }
        guard known == nil || known == receipt.textHash else { throw Self.conflict }
        // Nothing cheaper refuses it: now the costly signatures, its own first.
        let signed = try NoteProblem.translate { try receipt.whole() }
        guard (try? Signed<Manifest>.verify(parcel.manifest, by: signer)) != nil else {
            throw RelayFailure.damagedParcel("the manifest")
        }
        return signed
    }

    private static var conflict: Problem {
        Problem(.conflict, detail: "another receipt on this parcel was taken before")
    }
}

/// Tells the failures of notes as problems.
enum NoteProblem {
    static func translate<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as ExchangeFailure {
            throw problem(of: failure)
        }
    }

    static func problem(of failure: ExchangeFailure) -> Problem {
        switch failure {
        case .pastLimit: Problem(.tooLarge, detail: failure.description)
        case .parcel(let rule): Problem(rule.problemType, detail: failure.description)
        case .receipt(.recipientNotAllowed): Problem(.notEntitled, detail: failure.description)
        case .receipt(.outOfTime), .keys(.ahead): Problem(.clockDiffers, detail: failure.description)
        case .receipt(.directoryAhead): Problem(.directoryAhead, detail: failure.description)
        case .notSealed: Problem(.notSealed, detail: failure.description)
        default: Problem(.badNote, detail: failure.description)
        }
    }
}
