import Exchange
import Logging

/// What a person dropped from the quarantine is told in the log, once, and what lies in no row any more is removed.
extension OutboxAgent {
    /// Gives how many reports were told of. A crash in between tells them twice.
    @discardableResult
    func finishDrops() async throws -> Int {
        guard let drops = try store.untoldDrops() else { return 0 }
        try await removeFinished()
        let reports = drops.byRule.values.reduce(0, +)
        let rules = drops.byRule.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        logger.notice(
            "held reports were dropped by a person",
            metadata: ["reports": "\(reports)", "rules": "\(rules.joined(separator: ", "))"])
        try store.markDropsTold(through: drops.through, at: now().secondsSinceEpoch)
        return reports
    }
}
