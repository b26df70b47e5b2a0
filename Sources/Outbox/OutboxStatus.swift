import GRDB

/// Where everything is, in counts: what `pli status` and the demonstration show while the agent runs.
package struct OutboxStatus: Sendable, Hashable {
    /// Reports read, ever: taken, held, and dropped by a person after they were held.
    package var read = 0
    package var taken = 0
    package var held = 0
    package var dropped = 0
    /// Held ones, each under its first error's rule; the counts add up to `held`.
    package var heldByRule: [String: Int] = [:]
    /// Files taken to their end, and files that a stop left half way.
    package var files = 0
    package var filesUnfinished = 0
    /// Sorted by name.
    package var recipients: [Recipient] = []

    /// What goes to one recipient.
    package struct Recipient: Sendable, Hashable {
        package var name: String
        /// Reports that are to go there, ever; a raw file counts as one.
        package var reports = 0
        /// Of these, in no parcel yet,
        package var waiting = 0
        /// and in parcels, by the state of the parcel.
        package var reportsByState: [ParcelState: Int] = [:]
        /// Parcels, and bytes of their sealed bodies, by state.
        package var parcelsByState: [ParcelState: Int] = [:]
        package var bytesByState: [ParcelState: Int64] = [:]
        /// The last sequence number drawn.
        package var lastSeq: Int64 = 0
        /// Parcels whose receipt is overdue.
        package var overdue = 0

        package var parcels: Int { parcelsByState.values.reduce(0, +) }
        package var bytes: Int64 { bytesByState.values.reduce(0, +) }
        package var delivered: Int { reportsByState[.delivered] ?? 0 }
        package var refused: Int { reportsByState[.refused] ?? 0 }
    }

    /// Nothing more is under way: all that was taken was delivered, refused by its recipient, or given up.
    package var isSettled: Bool {
        recipients.allSatisfy { recipient in
            recipient.waiting == 0 && (recipient.parcelsByState[.spooled] ?? 0) == 0
                && (recipient.parcelsByState[.accepted] ?? 0) == 0
        }
    }

    /// Parcels that the relay has not taken yet.
    package var spooled: Int { recipients.reduce(0) { $0 + ($1.parcelsByState[.spooled] ?? 0) } }

    /// Reads the database of a data folder without touching it, beside a running agent or without one.
    package static func read(dataFolder: String) throws -> OutboxStatus {
        // Before the first file there is no database, and nothing to count.
        try OutboxStore.look(into: dataFolder) { db in try OutboxStatus(db) } ?? OutboxStatus()
    }

    /// Nothing was taken yet.
    init() {}

    /// Counts on one snapshot.
    init(_ db: Database) throws {
        for row in try Row.fetchAll(
            db, sql: "SELECT state, COUNT(*) AS files, SUM(taken) AS taken, SUM(held) AS held FROM files GROUP BY state"
        ) {
            let count: Int = row["files"]
            if row["state"] == "taken" { files += count } else { filesUnfinished += count }
            taken += row["taken"]
            held += row["held"]
        }
        // A database of before, which only its outbox changes, has no such table.
        if try db.tableExists("drops") {
            dropped = try Int.fetchOne(db, sql: "SELECT SUM(reports) FROM drops") ?? 0
        }
        read = taken + held + dropped
        for row in try Row.fetchAll(
            db, sql: "SELECT heldRule, COUNT(*) AS reports FROM reports WHERE state = 'held' GROUP BY heldRule")
        {
            heldByRule[row["heldRule"]] = row["reports"]
        }
        for row in try Row.fetchAll(db, sql: "SELECT id, name, lastSeq FROM recipients ORDER BY name") {
            var recipient = Recipient(name: row["name"])
            recipient.lastSeq = row["lastSeq"]
            try recipient.count(row: row["id"], db)
            recipients.append(recipient)
        }
    }
}

extension OutboxStatus.Recipient {
    fileprivate mutating func count(row id: Int64, _ db: Database) throws {
        waiting =
            try Int.fetchOne(
                db, sql: "SELECT COUNT(*) FROM deliveries WHERE recipient = ? AND parcel IS NULL", arguments: [id]) ?? 0
        // A database of before, which only its outbox changes, has no such table.
        if try db.tableExists("waitingFiles") {
            waiting +=
                try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM waitingFiles WHERE recipient = ?", arguments: [id]) ?? 0
        }
        reports = waiting
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT state, COUNT(*) AS parcels, SUM(reports) AS reports, SUM(size) AS bytes,
                    SUM(alarmedAt IS NOT NULL AND state IN ('spooled', 'accepted')) AS overdue
                FROM parcels WHERE recipient = ? GROUP BY state
                """,
            arguments: [id])
        for row in rows {
            guard let state = ParcelState(rawValue: row["state"]) else {
                throw OutboxFailure.inconsistent("parcel state")
            }
            parcelsByState[state] = row["parcels"]
            reportsByState[state] = row["reports"]
            bytesByState[state] = row["bytes"]
            reports += row["reports"]
            overdue += row["overdue"]
        }
    }
}
