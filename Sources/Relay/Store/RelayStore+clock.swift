import Exchange
import GRDB

extension RelayStore {
    /// Stores the moment up to which the clock was beyond doubt.
    func put(_ tick: ClockTick) throws {
        try write("tick") { db in
            try db.execute(
                sql: """
                    INSERT INTO tick (one, wall, bootSeconds, bootID, newestSigned) VALUES (1, ?, ?, ?, ?)
                    ON CONFLICT (one) DO UPDATE SET wall = excluded.wall, bootSeconds = excluded.bootSeconds,
                        bootID = excluded.bootID, newestSigned = excluded.newestSigned
                    """,
                arguments: [
                    tick.sample.wall.secondsSinceEpoch, tick.sample.bootSeconds, tick.sample.bootID,
                    tick.newestSigned.secondsSinceEpoch,
                ])
        }
    }

    /// The stored moment; nil at the first start.
    static func tick(_ db: Database) throws -> ClockTick? {
        try Row.fetchOne(db, sql: "SELECT * FROM tick").map { row in
            ClockTick(
                sample: ClockSample(
                    wall: UTCTime(secondsSinceEpoch: row["wall"]), bootSeconds: row["bootSeconds"],
                    bootID: row["bootID"]),
                newestSigned: UTCTime(secondsSinceEpoch: row["newestSigned"]))
        }
    }
}
