import Exchange
import Hummingbird

/// `/v1/inbox` and `/v1/outbox`: what waits for a recipient, and the receipts for a sender. Both can be waited on.
struct PageRoutes: Sendable {
    let vault: ParcelVault
    let arrivals: Arrivals
    let answers: LongAnswers

    func add(to group: RouterGroup<RelayContext>) {
        group.get("inbox") { request, context in
            let caller = try context.requireCaller()
            try caller.require(.authority)
            return try await page(request, context, of: caller.id, at: .inbox(caller.id)) { after in
                let (vault, time) = (vault, vault.clock.now)
                let entries = try await DiskPool.run {
                    // What is not in the log yet is not there yet.
                    try vault.store.inbox(of: caller.id, after: after, end: vault.log.size, now: time)
                }
                guard let last = entries.last else { return nil }
                return try InboxPage(parcels: entries, cursor: last.index).text
            } empty: {
                try InboxPage(parcels: [], cursor: $0).text
            }
        }
        group.get("outbox") { request, context in
            let caller = try context.requireCaller()
            try caller.require(.sender)
            return try await page(request, context, of: caller.id, at: .outbox(caller.id)) { after in
                let vault = vault
                let entries = try await DiskPool.run {
                    try vault.store.outbox(of: caller.id, after: after, end: vault.log.size)
                }
                guard let last = entries.last else { return nil }
                return try OutboxPage(receipts: entries, cursor: last.index).text
            } empty: {
                try OutboxPage(receipts: [], cursor: $0).text
            }
        }
    }

    /// A page of what is there; with nothing there, waits once for an arrival and looks again.
    private func page(
        _ request: Request, _ context: RelayContext, of caller: ParticipantID, at place: Arrivals.Place,
        found: (Int64) async throws -> [UInt8]?,
        empty: (Int64) throws -> [UInt8]
    ) async throws -> Response {
        let after = try cursor(request.integer(query: "after", missing: 0))
        let wait = try request.integer(query: "wait", missing: 0)
        guard wait <= Int64(Limits.waitSeconds) else {
            throw Problem(.malformed, detail: "wait is \(Limits.waitSeconds) seconds at most")
        }
        // Nobody would take it while the answer waits, nor see meanwhile that its sender is gone.
        guard !request.announcesBody else { throw Problem(.malformed, detail: "ask without a body") }
        // Counted before looking: an arrival between the two ends the wait at once.
        let count = arrivals.count(at: place)
        var text = try await found(after)
        if text == nil, wait > 0 {
            await waitFor(context, at: place, beyond: count, seconds: wait)
            text = try await found(after)
        }
        return try answers.answer(text ?? empty(after), type: Response.json, to: caller, context)
    }

    /// Where a page begins: a cursor that this log has not reached was counted by the one before a restore, and says nothing of
    /// what waits here. Its reader would be shown nothing until the log has passed it, and then only what came behind.
    private func cursor(_ asked: Int64) -> Int64 { asked < vault.log.size ? asked : 0 }

    /// Waits as long as the client does: one that goes away is let go at once, and so is its connection, which would
    /// otherwise be read again only when the time is over.
    private func waitFor(
        _ context: RelayContext, at place: Arrivals.Place, beyond count: Int, seconds: Int64
    ) async {
        let arrivals = arrivals
        let (departure, watch) = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await arrivals.wait(at: place, beyond: count, for: .seconds(seconds)) }
            group.addTask { for await _ in departure {} }
            await context.watchDeparture { watch.finish() }
            await group.next()
            group.cancelAll()
        }
        await context.watchDeparture(nil)
    }
}
