import Courier
import Crypto
import Durable
import Exchange
import LabReport
import Logging

/// What is held is judged again when somebody asked for it: with the configuration they meant.
extension OutboxAgent {
    /// Does what somebody asked for; gives what came of it, nil where nobody did, or where this agent began with another
    /// configuration than the one meant: then it is for the next.
    @discardableResult
    package func replayHeld(
        progress: @Sendable (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) async throws -> ReplaySummary? {
        guard let asked = try store.openReplay() else { return nil }
        guard asked.basis == basis || asked.askedAt <= startedAt else {
            tellOtherBasis(asked)
            return nil
        }
        let total = try store.count(of: asked, at: now().secondsSinceEpoch)
        var summary = ReplaySummary()
        var replay = asked
        while let done = try await intake.replayNext(
            replay, appraiser: try await appraiser(), at: now().secondsSinceEpoch)
        {
            summary.add(done)
            progress(summary.tried, total)
            // Somebody may have asked for more meanwhile.
            guard let next = try store.openReplay() else { break }
            replay = next
        }
        try await removeFinished()
        tell(summary)
        return summary
    }

    private func tell(_ summary: ReplaySummary) {
        logger.info(
            "held reports were judged again",
            metadata: [
                "tried": "\(summary.tried)", "taken": "\(summary.taken)",
                "held": "\(summary.tried - summary.taken)",
            ])
        guard summary.damaged > 0 else { return }
        Alarm.reportUnreadable.raise(
            "held reports cannot be opened: keep the data folder as it is, ask for support", in: logger,
            ["reports": "\(summary.damaged)"])
    }

    private func tellOtherBasis(_ asked: OpenReplay) {
        guard otherBasisTold != asked.id else { return }
        otherBasisTold = asked.id
        logger.warning(
            "held reports are to be judged by another configuration than the one this outbox began with: restart it",
            metadata: ["reason": "other-configuration"])
    }
}

extension ReplaySummary {
    fileprivate mutating func add(_ other: ReplaySummary) {
        tried += other.tried
        taken += other.taken
        damaged += other.damaged
    }
}

extension OutboxConfiguration {
    /// A number that says by what of the configuration a report is judged: the table, by its hash, the severities, the site.
    package func basis(codes: String?) -> Int64 {
        var words = [codes ?? "", zone.rawValue, utcOffsetMinutes.map(String.init) ?? "", String(charset)]
        words.append(String(production))
        words += severities.overrides.map { "\($0.key)=\($0.value.rawValue)" }.sorted()
        let digest = SHA256.hash(data: Array(words.joined(separator: "\n").utf8))
        return digest.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    /// The same with the table that the configuration names now.
    package func basisNow() throws -> Int64 {
        try basis(codes: codesPath.map { try SenderCodes(path: $0, disk: .real).sha256 })
    }
}
