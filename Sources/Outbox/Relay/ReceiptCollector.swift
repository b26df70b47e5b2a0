import Courier
import Exchange
import Logging

/// Takes receipts from the relay, believes none of them, and settles the parcels whose recipients really signed.
///
/// A receipt that was verified counts whatever the log says: the outbox goes by it and not by the relay. That the log has it is
/// asked afterwards, until it is known, and where it has not a person is told.
///
/// A receipt that does not verify changes nothing: the alarm names it, those behind it are still looked at, and the stored
/// cursor stays before it, so that a restart looks at it again.
actor ReceiptCollector {
    private let store: OutboxStore
    private let relay: any ParcelRelay
    private let me: ParticipantID
    private let oldFolder: OldFolderNote
    private let looseParcels: LooseParcels
    private let logger: Logger
    private let now: @Sendable () -> UTCTime
    /// Where this process goes on; ahead of the stored cursor once something forged was passed.
    private var cursor: Int64?
    private var passedForgery = false
    /// Parcels of such receipts that were told.
    private var unknown: Set<ParcelID> = []
    private static let unknownTold = 20
    /// Whether it was told that a recipient had a parcel of ours which this folder does not know.
    private var isForgottenTold = false
    /// Parcels that were answered although the relay had not taken them: each is told once.
    private var contradicted: Set<ParcelID> = []
    /// Parcels of `pli parcel seal` that were answered: each is told once.
    private var answeredLoose: Set<ParcelID> = []
    /// The log that the cursor counts in.
    private var countedBy: String?
    /// Why receipts could not be found in the log: each is told once.
    private var unprovable: Set<String> = []
    /// Counts how often it was begun anew: a page that was asked for before says nothing of where to go on.
    private var beginnings = 0

    /// What one page brought.
    struct Collected {
        /// How many parcels it settled.
        let settled: Int
        /// Nothing is behind it. One that settles nothing may be followed by others: of receipts that were seen before.
        let isLast: Bool
    }

    /// How many pages are read in one go: a relay could give pages without end.
    static let pagesMax = 1_000

    init(
        of me: ParticipantID, store: OutboxStore, relay: any ParcelRelay, oldFolder: OldFolderNote,
        looseParcels: LooseParcels, logger: Logger, now: @escaping @Sendable () -> UTCTime
    ) {
        self.me = me
        self.store = store
        self.relay = relay
        self.oldFolder = oldFolder
        self.looseParcels = looseParcels
        self.logger = logger
        self.now = now
    }

    /// Waits up to `waitSeconds` for a page of receipts and gives what it brought.
    func collect(waitSeconds: Int) async throws -> Collected {
        let log = await relay.logName()
        if let log, log != countedBy {
            // A successor's receipts are counted from the first again; one known from before this start, from the store.
            if countedBy != nil {
                cursor = nil
                beginnings += 1
            }
            countedBy = log
        }
        let beginning = beginnings
        let after = try cursor ?? store.receiptCursor(of: log)
        let page = try await relay.receipts(after: after, waitSeconds: waitSeconds)
        var settled = 0
        for entry in page.receipts {
            if try await take(entry) { settled += 1 }
        }
        try await prove()
        let collected = Collected(settled: settled, isLast: page.receipts.isEmpty)
        // Where there is nothing, nothing is passed over.
        guard beginning == beginnings, !collected.isLast else { return collected }
        cursor = page.cursor
        if !passedForgery { try store.advanceReceiptCursor(to: page.cursor, of: log) }
        return collected
    }

    /// Goes back to the first receipt that did not hold: whoever was to look at it may have done so. Where a receipt is
    /// overdue, to the very first: a relay may have moved us past it, or count anew after a restore.
    func lookAgain() throws {
        if try store.hasOverdue(at: now().secondsSinceEpoch) {
            cursor = 0
        } else if passedForgery {
            cursor = nil
        }
        passedForgery = false
        beginnings += 1
    }

    /// Begins with the first receipt again: what the relay counts is no longer what it counted.
    func startOver() throws {
        try store.resetReceiptCursor()
        cursor = nil
        beginnings += 1
    }

    /// Takes one receipt; gives whether it settled its parcel.
    func take(_ entry: OutboxPage.Entry) async throws -> Bool {
        guard let parcel = try store.parcel(entry.id), parcel.recipient == entry.to.text else {
            let isForgotten = try store.parcel(entry.id) == nil
            if isForgotten, let manifest = try looseManifest(of: entry) {
                try await take(entry, onLoose: manifest)
                return false
            }
            // The cursor passes it: no start has it looked at again.
            if isForgotten, try await isDealtWith(entry) { return false }
            passedForgery = true
            if isForgotten { try await tellForgotten(entry) }
            tellUnknown(entry)
            return false
        }
        let manifest = try Signed<Manifest>.kept(parcel.manifest)
        guard let receipt = try await verifiedOrTold(entry, on: manifest) else { return false }
        try tellContradiction(parcel)
        return try settle(parcel, of: manifest.value.reports, by: receipt, index: entry.index)
    }

    /// The receipt where it holds; where it does not, that is told, and the stored cursor stays before it.
    private func verifiedOrTold(
        _ entry: OutboxPage.Entry, on manifest: Signed<Manifest>
    ) async throws -> Signed<Receipt>? {
        do {
            return try await verified(Array(entry.receipt.utf8), on: manifest)
        } catch ExchangeFailure.receipt(.outOfTime) {
            // It is the recipient's own word: a clock is wrong, and nobody forged anything.
            passedForgery = true
            Alarm.trust.raise(
                "a receipt is dated outside its time: set this machine's clock, or have the recipient set its own",
                in: logger,
                [
                    "parcel": entry.id.text, "recipient": entry.to.text,
                    "reason": ExchangeFailure.receipt(.outOfTime).label,
                ])
        } catch let failure as ExchangeFailure {
            passedForgery = true
            Alarm.forgedReceipt.raise(
                "a receipt does not hold and changes nothing: \(failure); call the recipient and the relay's operator",
                in: logger, ["parcel": entry.id.text, "recipient": entry.to.text, "reason": failure.label])
        } catch CourierFailure.disk(let failure) {
            // This machine's own trouble, and nobody's lie.
            throw CourierFailure.disk(failure)
        } catch let failure as CourierFailure where !failure.isTransient && !failure.mustStop {
            passedForgery = true
            Alarm.trust.raise(
                "a receipt cannot be verified now: \(failure)", in: logger,
                ["parcel": entry.id.text, "recipient": entry.to.text, "reason": failure.label])
        }
        return nil
    }

    /// The manifest of a parcel that `pli parcel seal` made for that recipient.
    private func looseManifest(of entry: OutboxPage.Entry) throws -> Signed<Manifest>? {
        guard let manifest = try looseParcels.manifest(of: entry.id), manifest.value.from == me,
            manifest.value.to == entry.to
        else { return nil }
        return manifest
    }

    /// Takes a receipt on a parcel of `pli parcel seal` that somebody uploaded: it is verified as any other, and settles nothing here.
    private func take(_ entry: OutboxPage.Entry, onLoose manifest: Signed<Manifest>) async throws {
        guard let receipt = try await verifiedOrTold(entry, on: manifest), answeredLoose.insert(entry.id).inserted
        else { return }
        guard receipt.value.outcome == .refused else {
            logger.info(
                "a parcel of pli parcel seal was delivered",
                metadata: ["parcel": "\(entry.id)", "recipient": "\(entry.to)"])
            return
        }
        Alarm.parcelRefused.raise(
            "the recipient refused a parcel of pli parcel seal, of which nothing is kept here: seal it again",
            in: logger,
            [
                "parcel": entry.id.text, "recipient": entry.to.text,
                "reason": receipt.value.reason?.rawValue ?? "",
            ])
    }

    /// A recipient signed for a parcel that gave its number back: what the relay said of it was not true.
    private func tellContradiction(_ parcel: ParcelRow) throws {
        guard parcel.state == .rejected || parcel.state == .superseded || parcel.state == .abandoned,
            try store.hasGivenNumberBack(parcel: parcel.number), contradicted.insert(parcel.id).inserted
        else { return }
        Alarm.trust.raise(
            "a recipient signed for a parcel that the relay said it had not taken; another one may have its number: ask the "
                + "relay's operator why", in: logger,
            ["parcel": parcel.id.text, "recipient": parcel.recipient, "reason": "taken-after-all"])
    }

    /// A receipt that its recipient signed, on a parcel of ours that is unknown here: no relay can invent that. The folder is an older
    /// one. Looked for while unknown ones are told.
    private func tellForgotten(_ entry: OutboxPage.Entry) async throws {
        guard !isForgottenTold, unknown.count < Self.unknownTold, !unknown.contains(entry.id),
            let receipt = await recipientsWord(entry), !isForgottenTold,
            try oldFolder.keep(.unknownReceipt, of: receipt.at, at: now())
        else { return }
        isForgottenTold = true
        Alarm.oldFolder.raise(
            "a recipient signed for a parcel of ours that the data folder does not know: an old copy of it was put back; export "
                + "again the days since then", in: logger, ["parcel": entry.id.text, "recipient": entry.to.text])
    }

    /// Whether a recipient signed this, on a parcel of a folder that was lost, before a person said that all that was lost is seen to.
    private func isDealtWith(_ entry: OutboxPage.Entry) async throws -> Bool {
        guard oldFolder.hasBeenSettled, let receipt = await recipientsWord(entry) else { return false }
        return try oldFolder.isDealtWith(receipt.at)
    }

    /// What a recipient says of a parcel of ours that is not here; nil where it is not its own word.
    private func recipientsWord(_ entry: OutboxPage.Entry) async -> Receipt? {
        guard let note = try? await relay.keysNote(of: entry.to, refresh: false),
            let receipt = try? Signed<Receipt>.verify(Array(entry.receipt.utf8), by: note.signingPair).value,
            receipt.parcel == entry.id, receipt.from == me, receipt.by == entry.to
        else { return nil }
        return receipt
    }

    /// Each once, and no more than a person reads: in a data folder that is not the one of before, every receipt is unknown.
    private func tellUnknown(_ entry: OutboxPage.Entry) {
        guard unknown.count < Self.unknownTold, unknown.insert(entry.id).inserted else { return }
        Alarm.unknownParcel.raise(
            "the relay shows a receipt on a parcel that this outbox never made for that recipient", in: logger,
            ["parcel": entry.id.text, "recipient": entry.to.text])
        guard unknown.count == Self.unknownTold else { return }
        Alarm.unknownParcel.raise(
            "further such receipts are not told one by one: was another data folder put in the place of this outbox's own?",
            in: logger)
    }

    /// Asks the log for receipts that settled parcels. What keeps us from reading it is not told: it is asked again with the
    /// next page.
    private func prove() async throws {
        let waiting = try store.unprovenReceipts(limit: Limits.pageEntries)
        guard !waiting.isEmpty else { return }
        let missing: Set<ParcelID>
        do {
            missing = Set(try await relay.unlogged(among: waiting.map(\.receipt)))
        } catch let failure as CourierFailure where !failure.mustStop && failure != .cancelled {
            if case .trust = failure, unprovable.insert(failure.label).inserted {
                Alarm.trust.raise(
                    "receipts cannot be found in the relay's log: \(failure)", in: logger, ["reason": failure.label])
            }
            return
        }
        unprovable = []
        for parcel in waiting where missing.contains(parcel.receipt.parcel) {
            let failure = CourierFailure.trust(.unloggedReceipt(parcel.receipt.parcel))
            Alarm.trust.raise(
                "\(failure); it counts all the same", in: logger,
                ["parcel": parcel.receipt.parcel.text, "reason": failure.label])
        }
        try store.markProven(waiting.map(\.number))
    }

    /// Verified under the recipient's keys: those known here, then, when they do not fit, those it has published since.
    private func verified(_ note: [UInt8], on manifest: Signed<Manifest>) async throws -> Signed<Receipt> {
        let recipient = manifest.value.to
        let known = try await relay.keysNote(of: recipient, refresh: false)
        let receipt: Signed<Receipt>
        do {
            receipt = try Signed<Receipt>.verify(note, by: known.signingPair)
        } catch {
            let newest = try await relay.keysNote(of: recipient, refresh: true)
            guard newest.signing != known.signing else { throw error }
            receipt = try Signed<Receipt>.verify(note, by: newest.signingPair)
        }
        // It is the recipient's own word by now; a directory that it quotes and nobody serves is the freeze alarm.
        try await relay.requireDirectory(version: receipt.value.directory)
        if let quoted = receipt.value.checkpoint { try await relay.requireLog(quoted, saidAt: receipt.value.at) }
        try receipt.value.check(on: manifest, directory: await relay.directory(), now: now())
        return receipt
    }

    private func settle(
        _ parcel: ParcelRow, of reports: Int, by receipt: Signed<Receipt>, index: Int64
    ) throws -> Bool {
        let outcome = receipt.value.outcome
        guard
            try store.settle(
                parcel: parcel.number, outcome: outcome, receipt: receipt.noteBytes, index: index,
                at: now().secondsSinceEpoch)
        else { return false }
        if outcome == .refused {
            Alarm.parcelRefused.raise(
                "the recipient refused a parcel; its reports stay in the journal", in: logger,
                [
                    "parcel": parcel.id.text, "recipient": parcel.recipient,
                    "reason": receipt.value.reason?.rawValue ?? "",
                ])
        } else {
            logger.info(
                "delivered",
                metadata: ["parcel": "\(parcel.id)", "recipient": "\(parcel.recipient)", "reports": "\(reports)"])
        }
        return true
    }
}
