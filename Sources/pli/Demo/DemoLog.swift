import Foundation
import Notes
import TransparencyLog

/// The relay's log as somebody outside verifies it: over the network, by the key that the laboratory keeps, and grown from
/// the checkpoint that the laboratory saw last.
struct DemoLog {
    let house: DemoHouse

    /// Verifies the whole log; waits a little for the leaves of deletions that are under way.
    func audit() async throws -> LogAudit {
        let trust = house.laboratoryData.appending(path: "trust/log")
        let key = try VerifierKey(line: String(contentsOf: trust.appending(path: "key"), encoding: .utf8))
        let bytes = [UInt8](try Data(contentsOf: trust.appending(path: "checkpoint")))
        let seen = try SignedCheckpoint(parsing: bytes, by: key)
        return try await LogPlace.reading(house.origin, caPath: house.authority.path) { place in
            var audit = try await LogAudit.run(place, key: key, since: seen)
            for _ in 0..<50 where audit.events[.deleted] != audit.events[.accepted] {
                try await Task.sleep(for: .milliseconds(100))
                audit = try await LogAudit.run(place, key: key, since: seen)
            }
            return audit
        }
    }
}
