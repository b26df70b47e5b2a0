package import Exchange
import GRDB

/// Until when others were told that they may seal to each key of an inbox: a key is needed until every parcel sealed to it has
/// passed its deadline.
package struct OfferedKeys: Sendable, Equatable {
    /// By public key; nil of a key that a note of an earlier version offered, which did not say.
    private let until: [String: UTCTime?]

    /// Beyond the end of an offer: the longest that a parcel may wait, and a day in which its upload may end.
    private static let parcelSeconds = Limits.deadlineSeconds + 86_400
    /// From a note's issue to the end of what it offers: a key may begin as late as one may last.
    fileprivate static let longestSeconds = 2 * Limits.sealingKeySeconds

    /// What is known of a key.
    package enum Need: Sendable, Equatable {
        /// Parcels sealed to it may come until then.
        case until(UTCTime)
        /// None can come any more.
        case over
        /// Nothing here says until when it was offered.
        case unknown
    }

    /// Keys that are at hand.
    init(until: [String: UTCTime?]) {
        self.until = until
    }

    /// Reads the database of an inbox's data folder, beside a running inbox or without one. One that never ran offered nothing.
    package static func read(dataFolder: String) throws -> OfferedKeys {
        guard let store = try InboxStore(readingFrom: InboxFolder.database(in: dataFolder)) else {
            return OfferedKeys(until: [:])
        }
        return OfferedKeys(until: try store.offeredKeys())
    }

    /// Whether parcels sealed to `key` may still come at `now`. Where no offer runs, an inbox did not run for long, or the clock
    /// is far ahead: nothing is known then.
    package func need(of key: String, at now: UTCTime) -> Need {
        guard until.values.contains(where: { $0.map { $0 > now } ?? false }) else { return .unknown }
        guard let offered = until[key], let end = offered?.adding(seconds: OfferedKeys.parcelSeconds) else {
            return .unknown
        }
        return end > now ? .until(end) : .over
    }
}

extension InboxStore {
    /// The last moment of each key's offers; nil where one of them is not known.
    ///
    /// A note of an earlier version did not say. It was issued before the next note that does, and no note offers for longer than
    /// its format allows: so much behind the end of the next one, its offer is over, whatever it said.
    fileprivate func offeredKeys() throws -> [String: UTCTime?] {
        try read { db in
            // An inbox of an earlier version, which only it changes, has no such column.
            guard try db.columns(in: "publishedKeys").contains(where: { $0.name == "offeredUntil" }) else { return [:] }
            var until: [String: UTCTime?] = [:]
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT one.sealingKey AS sealingKey, MAX(one.offeredUntil) AS last,
                        SUM(one.offeredUntil IS NULL) AS unknown,
                        SUM(one.offeredUntil IS NULL AND NOT EXISTS (SELECT 1 FROM publishedKeys AS next
                            WHERE next.number > one.number AND next.offeredUntil IS NOT NULL)) AS unbounded,
                        MAX(CASE WHEN one.offeredUntil IS NULL THEN (SELECT next.offeredUntil FROM publishedKeys AS next
                            WHERE next.number > one.number AND next.offeredUntil IS NOT NULL
                            ORDER BY next.number, next.offeredUntil DESC LIMIT 1) END) AS bound
                    FROM publishedKeys AS one GROUP BY one.sealingKey
                    """)
            for row in rows {
                let (last, bound): (Int64?, Int64?) = (row["last"], row["bound"])
                let ends = [last, bound.map { $0 + OfferedKeys.longestSeconds }].compactMap { $0 }
                let end = row["unbounded"] == 0 ? ends.max() : nil
                until[row["sealingKey"]] = .some(end.map { UTCTime(secondsSinceEpoch: $0) })
            }
            return until
        }
    }
}
