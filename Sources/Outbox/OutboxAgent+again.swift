import Courier
import Exchange
import Logging

/// What the outbox sends again by itself: parcels that the relay lost go there again as they are, and reports that were taken
/// out of a parcel go in one that supersedes it. Neither can reach its recipient twice: it knows a parcel by its id, and
/// those that take one another's place by the first of them.
extension OutboxAgent {
    /// How long a parcel may lie at the relay before it is asked after.
    static let askAfterSeconds: Int64 = 900
    /// How long past its deadline the relay is asked whether it ever had a parcel.
    static let doubtSeconds: Int64 = 3_600
    /// How many parcels are asked after at one time, unless some are missing.
    static let askedAtOnce = 50

    /// Makes parcels of the reports that wait to be sent again; gives how many, and the first thing that kept one from being
    /// made.
    func makeParcelsAgain() async throws -> (made: Int, failure: (any Error)?) {
        let waiting = try store.waitingAgain()
        guard !waiting.isEmpty else { return (0, nil) }
        let directory = try await relay.directory()
        var made = 0
        var failure: (any Error)?
        for again in waiting {
            guard isInTime(again) else {
                tellTooLate(again)
                continue
            }
            let recipient: BatchRecipient
            do {
                // The keys that it was sealed to may be what it was refused for.
                recipient = try await ready(
                    again.name, row: again.recipient, reports: again.reports, refresh: true, directory)
            } catch {
                failure = failure ?? error
                try tell(again.name, error)
                continue
            }
            do {
                let one = try await maker.makeAgain(
                    again, for: recipient, routes: routePlan(directory), checkpoint: await relay.logPosition())
                tell(one)
                made += one.parcels
            } catch {
                // A disk that fails or a database that is not to be had concerns every parcel.
                if isForAll(error) { throw error }
                failure = failure ?? error
            }
        }
        return (made, failure)
    }

    private func isInTime(_ again: ParcelAgain) -> Bool {
        let latest = now().adding(seconds: OutboxStore.shortestSeconds).secondsSinceEpoch
        return again.rememberedUntil.map { $0 >= latest } ?? true
    }

    /// Asks the relay after parcels that it accepted and nobody acknowledged, some at a time. What it no longer has goes
    /// there again; a receipt that it has and did not show is taken. Either means that it counts anew, so that its
    /// receipts are looked at from the first one on.
    package func askAfterParcels() async throws {
        var left = OutboxAgent.askedAtOnce
        var lost = 0
        var isMissed = false
        while left > 0 || lost > 0 {
            let at = now()
            let page = try store.unanswered(
                after: askedAfter, acceptedBefore: at.adding(seconds: -OutboxAgent.askAfterSeconds).secondsSinceEpoch,
                at: at.secondsSinceEpoch, limit: OutboxAgent.askedAtOnce)
            for parcel in page {
                switch try await standing(of: parcel) {
                case .held: break
                case .answered(let note):
                    if !isMissed { try await receipts.startOver() }
                    isMissed = true
                    try await take(note, on: parcel)
                case .unknown:
                    if lost == 0, !isMissed { try await receipts.startOver() }
                    if try store.lose(parcel: parcel.number) { lost += 1 }
                }
                askedAfter = parcel.number
            }
            left -= page.count
            guard page.count == OutboxAgent.askedAtOnce else {
                askedAfter = 0
                break
            }
        }
        if lost > 0 {
            Alarm.parcelsLost.raise(
                "the relay no longer has parcels that it had accepted; they are sent again: ask its operator why",
                in: logger, ["parcels": "\(lost)"])
        }
        if isMissed { try await removeFinished() }
    }

    /// Asks the relay after parcels that it rejected, or that are over, and that may have got there nevertheless: an answer was lost. Past
    /// their deadline it accepts none any more (that it takes our token says that its clock and ours agree), and what it does not
    /// have then it never had.
    package func endDoubts() async throws {
        guard let log = await relay.logName() else { return }
        let at = now().secondsSinceEpoch
        let range = at - Exchange.Limits.rememberedSeconds / 2...at - OutboxAgent.doubtSeconds
        for parcel in try store.inDoubt(expiredIn: range, under: log, limit: OutboxAgent.askedAtOnce) {
            let isUnknown = try await standing(of: parcel) == .unknown
            guard await relay.logName() == log else { return }
            try store.endDoubt(parcel: parcel.number, neverAccepted: isUnknown)
        }
    }

    private func standing(of parcel: ParcelRow) async throws -> ParcelStanding {
        try Task.checkCancellation()
        return try await relay.standing(of: Signed<Manifest>.kept(parcel.manifest))
    }

    private func take(_ note: [UInt8], on parcel: ParcelRow) async throws {
        let entry = OutboxPage.Entry(
            index: 0, id: parcel.id, to: try ParticipantID(parcel.recipient),
            receipt: String(decoding: note, as: UTF8.self))
        _ = try await receipts.take(entry)
    }

    private func tellTooLate(_ again: ParcelAgain) {
        guard tooLate.insert(again.id).inserted else { return }
        Alarm.parcelExpired.raise(
            "reports wait to be sent again for so long that their recipient may have forgotten whether it had them: "
                + "ask it, then pli outbox abandon",
            in: logger, ["parcel": again.id.text, "recipient": again.name])
    }
}
