import Courier
import Durable
import Exchange
import LabReport
import Logging

extension InboxAgent {
    /// Parcels that are looked at between two transactions.
    private static let depositsAtOnce = 100

    /// Removes from the sink what lay there for as long as it may.
    ///
    /// `time` is to be a reading that the relay agreed to in this very round, by taking what was signed with it: a clock that is alone
    /// with its opinion removes nothing. A failure that may pass keeps nothing else from being received.
    func removeOverdue(at time: UTCTime) async throws {
        try store.dateDeposits(at: time)
        do {
            let days = try await retentionDays()
            try store.note(retentionDays: days)
            guard let days else { return }
            try removeFiles(deliveredBy: time.adding(seconds: -Int64(days) * 86_400), days: days)
        } catch {
            let failure = InboxFailure(error)
            if failure.mustStop || failure.isCancellation { throw failure }
            logger.warning(
                "delivered files that are past their retention could not be removed: \(failure)",
                metadata: ["failure": "\(failure.label)"])
        }
    }

    /// For how many days delivered files stay; nil where Pli removes none. An inbox that once kept all goes on so until somebody sets
    /// what he wants: nobody's files vanish because of an upgrade.
    private func retentionDays() async throws -> Int? {
        switch configuration.retention {
        case .days(let days): return days
        case .unlimited: return nil
        case .routes:
            guard try !store.keptAllOnce() else {
                if !toldOfRetention {
                    toldOfRetention = true
                    logger.warning(
                        "no delivered file is ever removed from the sink, as before the upgrade: set inbox.sink.retentionDays",
                        metadata: ["reason": "sink-keeps-all"])
                }
                return nil
            }
            let directory = try await source.directory()
            do {
                return try RouteTable(routes: directory.routes, profiles: directory.profiles)
                    .retentionDays(to: keys.id.text) ?? SinkRetention.proposedMax
            } catch {
                throw InboxFailure.routes("\(error)")
            }
        }
    }

    /// Unlinks, durably, then forgets: what a crash leaves between the two is found gone by the next round.
    private func removeFiles(deliveredBy latest: UTCTime, days: Int) throws {
        var last: Int64 = 0
        var removed = 0
        var failure: InboxFailure?
        for _ in 0..<InboxAgent.pagesMax {
            let deposits = try store.deposits(deliveredBy: latest, after: last, limit: InboxAgent.depositsAtOnce)
            guard let end = deposits.last else { break }
            last = end.number
            var gone: [Deposit] = []
            var byUs = 0
            for deposit in deposits {
                do throws(InboxFailure) {
                    if try sink.remove(deposit.key, alsoFrom: deposit.folder) { byUs += 1 }
                    gone.append(deposit)
                } catch {
                    if error.mustStop { throw error }
                    // One that cannot be removed keeps no other.
                    failure = failure ?? error
                }
            }
            try store.forget(gone, removed: byUs)
            removed += byUs
        }
        if removed > 0 {
            logger.info(
                "removed from the sink: delivered files past their retention",
                metadata: ["parcels": "\(removed)", "days": "\(days)"])
        }
        if let failure { throw failure }
    }
}
