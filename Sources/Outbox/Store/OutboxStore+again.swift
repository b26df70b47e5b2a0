import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What came of asking to send a parcel's reports again.
package enum SendingAgain: Sendable, Equatable {
    /// They wait for a parcel that supersedes this one.
    case begun(reports: Int)
    /// No parcel of this outbox has that id.
    case unknown
    /// It is on its way to the relay.
    case underWay
    /// They wait already, or went in another parcel.
    case superseded
    /// It was delivered, or a person gave it up.
    case over(ParcelState)
    /// Its recipient may have forgotten by now whether it had it.
    case tooLate
}

/// Reports that wait to be sent again: always all of what one parcel first held.
struct ParcelAgain: Sendable, Hashable {
    /// The first parcel that held them,
    var origin: Int64
    /// and its id, by which the recipient knows what it has.
    var id: ParcelID
    /// Row and name of the recipient.
    var recipient: Int64
    var name: String
    var reports: Int
    /// Until when the recipient knows for certain whether it had them; nil where it refused all that held them.
    var rememberedUntil: Int64?
}

/// A parcel that is made no more: what it was to hold was acknowledged or given up meanwhile.
struct NoLongerWaiting: Error {}

/// Parcels that did not get there: sent again as others that supersede them, or given up.
///
/// Reports leave a parcel only all together, and come back only all together: so a recipient that has one parcel of an
/// origin has them all, and never needs to look inside another.
extension OutboxStore {
    /// The least that a parcel that is sent again has until its deadline.
    static let shortestSeconds: Int64 = 86_400

    /// Takes the reports out of a parcel, to be sent again. One transaction: whoever runs, and dies, beside it finds them in
    /// the parcel or waiting. With `neverAccepted` the relay surely did not have it, and the number goes back.
    func sendAgain(
        parcel id: ParcelID, at: Int64, from states: Set<ParcelState> = [.accepted, .refused, .rejected],
        neverAccepted: Bool = false
    ) throws -> SendingAgain {
        try transact(.sendAgain) { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT number, state, reports, origin FROM parcels WHERE id = ?", arguments: [id.text])
            else { return .unknown }
            guard let state = ParcelState(rawValue: row["state"]) else {
                throw OutboxFailure.inconsistent("parcel state")
            }
            switch state {
            case .superseded: return .superseded
            case .delivered, .abandoned: return .over(state)
            case .spooled, .accepted, .refused, .rejected: guard states.contains(state) else { return .underWay }
            }
            let number: Int64 = row["number"]
            let earlier: Int64? = row["origin"]
            let origin = earlier ?? number
            if let until = try OutboxStore.rememberedUntil(origin: origin, db), until < at + OutboxStore.shortestSeconds
            {
                return .tooLate
            }
            try db.execute(
                sql: "UPDATE deliveries SET parcel = NULL, origin = ? WHERE parcel = ?", arguments: [origin, number])
            let (reports, held): (Int, Int) = (db.changesCount, row["reports"])
            guard reports == held else { throw OutboxFailure.inconsistent("reports of a parcel") }
            try db.execute(
                sql: "UPDATE parcels SET state = 'superseded', reports = 0, settledAt = ? WHERE number = ?",
                arguments: [at, number])
            if neverAccepted { try OutboxStore.giveNumberBack(of: number, db) }
            return .begun(reports: reports)
        }
    }

    /// What waits to be sent again, the oldest first.
    func waitingAgain(limit: Int = 100) throws -> [ParcelAgain] {
        try read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT deliveries.origin AS origin, parcels.id AS id, recipients.id AS recipient, name,
                        COUNT(*) AS reports
                    FROM deliveries JOIN parcels ON parcels.number = deliveries.origin
                    JOIN recipients ON recipients.id = deliveries.recipient
                    WHERE deliveries.origin IS NOT NULL AND deliveries.parcel IS NULL
                    GROUP BY deliveries.origin ORDER BY deliveries.origin LIMIT ?
                    """,
                arguments: [limit])
            return try rows.map { row in
                let origin: Int64 = row["origin"]
                return ParcelAgain(
                    origin: origin, id: try ParcelID(row["id"]), recipient: row["recipient"], name: row["name"],
                    reports: row["reports"], rememberedUntil: try OutboxStore.rememberedUntil(origin: origin, db))
            }
        }
    }

    /// A person gives up a parcel, or reports that wait to be sent again after it: their deliveries are over without having
    /// been made. Gives false where there is nothing to give up.
    func abandon(parcel id: ParcelID, for reason: AbandonReason, at: Int64) throws -> Bool {
        try transact(.abandonParcel) { db in
            guard
                let row = try Row.fetchOne(
                    db,
                    sql: """
                        SELECT number, state, origin FROM parcels
                        WHERE id = ? AND state IN ('accepted', 'refused', 'rejected', 'superseded')
                        """,
                    arguments: [id.text])
            else { return false }
            let number: Int64 = row["number"]
            if row["state"] == ParcelState.superseded.rawValue {
                let origin: Int64? = row["origin"]
                try db.execute(
                    sql: "UPDATE deliveries SET parcel = ? WHERE origin = ? AND parcel IS NULL",
                    arguments: [number, origin ?? number])
                guard db.changesCount > 0 else { return false }
            }
            try db.execute(
                sql: """
                    UPDATE parcels SET state = 'abandoned', abandonedFor = ?, settledAt = ?,
                        reports = (SELECT COUNT(*) FROM deliveries WHERE parcel = number)
                    WHERE number = ?
                    """,
                arguments: [reason.rawValue, at, number])
            try OutboxStore.finishDeliveries(of: number, db)
            return true
        }
    }

    /// Parcels that the relay accepted before `time` and nobody has acknowledged, whose deadline is ahead, after `number`.
    func unanswered(after number: Int64, acceptedBefore time: Int64, at now: Int64, limit: Int) throws -> [ParcelRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(OutboxStore.parcelRows)
                    WHERE state = 'accepted' AND number > ? AND acceptedAt <= ? AND expiresAt > ?
                    ORDER BY number LIMIT ?
                    """,
                arguments: [number, time, now, limit]
            ).map(OutboxStore.parcel)
        }
    }

    /// The relay no longer has a parcel that it had accepted: it goes there again as it is. Gives false when it was settled
    /// meanwhile.
    func lose(parcel number: Int64) throws -> Bool {
        try transact(.loseParcel) { db in
            try db.execute(
                sql: "UPDATE parcels SET state = 'spooled' WHERE number = ? AND state = 'accepted'", arguments: [number]
            )
            return db.changesCount == 1
        }
    }

    /// Parcels whose deadline passed without a receipt, and of which nobody was told yet.
    func expiredParcels(at now: Int64, limit: Int = 1_000) throws -> [ParcelRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(OutboxStore.parcelRows)
                    WHERE state = 'accepted' AND expiresAt <= ? AND expiryToldAt IS NULL ORDER BY number LIMIT ?
                    """,
                arguments: [now, limit]
            ).map(OutboxStore.parcel)
        }
    }

    /// Somebody was told.
    func markExpiryTold(parcel number: Int64, at: Int64) throws {
        try transact(.tellExpiry) { db in
            try db.execute(
                sql: "UPDATE parcels SET expiryToldAt = ? WHERE number = ? AND expiryToldAt IS NULL",
                arguments: [at, number])
        }
    }

    /// All of an origin's reports, or none: a part of them would leave the recipient with an origin that it takes for whole.
    static func requireAllWaiting(_ count: Int, of origin: Int64, _ db: Database) throws {
        let waiting = try Int.fetchOne(
            db, sql: "SELECT COUNT(*) FROM deliveries WHERE origin = ? AND parcel IS NULL", arguments: [origin])
        guard waiting == count else { throw NoLongerWaiting() }
    }

    /// A `delivered` on a parcel that is out of the way: it was given up, or its reports went on to another. They are over now,
    /// wherever they are; the parcel that has them keeps its own course, empty.
    static func settleLate(parcel number: Int64, receipt: [UInt8], at: Int64, _ db: Database) throws -> Bool {
        guard
            let row = try Row.fetchOne(
                db, sql: "SELECT state, origin FROM parcels WHERE number = ? AND state IN ('superseded', 'abandoned')",
                arguments: [number])
        else { return false }
        if row["state"] == ParcelState.superseded.rawValue {
            let origin: Int64? = row["origin"]
            try takeBack(into: number, origin: origin ?? number, at: at, db)
        }
        try db.execute(
            sql: """
                UPDATE parcels SET state = 'delivered', abandonedFor = NULL, receipt = ?, settledAt = ?
                WHERE number = ?
                """,
            arguments: [Data(receipt), at, number])
        return true
    }

    /// Takes the reports of an origin out of the parcel that has them, unless they are over there.
    private static func takeBack(into number: Int64, origin: Int64, at: Int64, _ db: Database) throws {
        let holder = try Row.fetchOne(
            db,
            sql: """
                SELECT number, state FROM parcels WHERE number = (SELECT parcel FROM deliveries WHERE origin = ? LIMIT 1)
                """,
            arguments: [origin])
        if let holder {
            let other: Int64 = holder["number"]
            guard let state = ParcelState(rawValue: holder["state"]) else {
                throw OutboxFailure.inconsistent("parcel state")
            }
            switch state {
            case .delivered, .abandoned: return
            // It still goes out, so that its number is not missed.
            case .spooled:
                try db.execute(sql: "UPDATE parcels SET reports = 0 WHERE number = ?", arguments: [other])
            case .accepted, .refused, .rejected, .superseded:
                try db.execute(
                    sql: "UPDATE parcels SET state = 'superseded', reports = 0, settledAt = ? WHERE number = ?",
                    arguments: [at, other])
            }
        }
        try db.execute(sql: "UPDATE deliveries SET parcel = ? WHERE origin = ?", arguments: [number, origin])
        try db.execute(
            sql: "UPDATE parcels SET state = 'delivered', reports = ? WHERE number = ?",
            arguments: [db.changesCount, number])
        try finishDeliveries(of: number, db)
    }

    /// Until when the recipient surely remembers each parcel of an origin that it did not refuse; nil where it refused all.
    private static func rememberedUntil(origin: Int64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT MIN(expiresAt) FROM parcels WHERE (number = :origin OR origin = :origin) AND receipt IS NULL
                """,
            arguments: ["origin": origin]
        ).map { $0 + Limits.rememberedSeconds }
    }
}
