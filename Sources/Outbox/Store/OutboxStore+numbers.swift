import Exchange
import GRDB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Numbers of parcels (`seq`): each is on one parcel that a relay accepted, and none is left out for good without need.
///
/// A parcel that the relay surely never accepted gives its number back, and the next parcel to that recipient takes it: a number that
/// nobody ever has would look, to the recipient, like a parcel that was kept from it. The row of such a parcel has its own
/// number of row below zero in place of the one it gave back, so that no two rows ever have one number.
///
/// What is sure is written down before it is not: a parcel is marked as tried before its first byte goes out, and a number goes back in
/// the transaction that ends its parcel. Killed in between, the number is missed, and never on two parcels.
extension OutboxStore {
    /// Marks those of these parcels that were never tried: from here on the relay may have accepted them without our knowing. Gives which
    /// they were. `log` is the name of its log; after a restore it is another one.
    func beginAttempts(of numbers: [Int64], under log: String) throws -> Set<Int64> {
        let fresh = try untried(among: numbers)
        guard !fresh.isEmpty else { return [] }
        try transact(.beginAttempts) { db in
            let mark = try db.cachedStatement(
                sql: "UPDATE parcels SET triedUnder = ? WHERE number = ? AND triedUnder IS NULL")
            for number in fresh { try mark.execute(arguments: [log, number]) }
        }
        return fresh
    }

    private func untried(among numbers: [Int64]) throws -> Set<Int64> {
        try read { db in
            let look = try db.cachedStatement(
                sql: "SELECT number FROM parcels WHERE number = ? AND triedUnder IS NULL")
            return Set(try numbers.compactMap { try Int64.fetchOne(look, arguments: [$0]) })
        }
    }

    /// Of these, which were marked, not a byte was sent after all.
    func unmarkAttempts(of numbers: Set<Int64>) throws {
        guard !numbers.isEmpty else { return }
        try transact(.unmarkAttempts) { db in
            let unmark = try db.cachedStatement(
                sql: """
                    UPDATE parcels SET triedUnder = NULL
                    WHERE number = ? AND state = 'spooled' AND acceptedAt IS NULL
                    """)
            for number in numbers { try unmark.execute(arguments: [number]) }
        }
    }

    /// The log under which a parcel was tried first; nil where it never was.
    func triedUnder(parcel number: Int64) throws -> String? {
        try read { db in
            try String.fetchOne(db, sql: "SELECT triedUnder FROM parcels WHERE number = ?", arguments: [number])
        }
    }

    /// Whether a parcel gave its number back.
    func hasGivenNumberBack(parcel number: Int64) throws -> Bool {
        try read { db in
            try Bool.fetchOne(db, sql: "SELECT seq < 0 FROM parcels WHERE number = ?", arguments: [number])
        } ?? false
    }

    /// The number of the next parcel to a recipient: the lowest that was given back, or the next one.
    ///
    /// The recipient takes the higher number for the newer one of parcels that take one another's place. So one that supersedes
    /// others never has a number below any of theirs that may have got there.
    static func drawNumber(of recipient: Int64, origin: Int64?, _ db: Database) throws -> Int64 {
        let floor =
            try Int64.fetchOne(
                db, sql: "SELECT MAX(seq) FROM parcels WHERE number = :origin OR origin = :origin",
                arguments: ["origin": origin]) ?? 0
        let free = try Int64.fetchOne(
            db, sql: "SELECT MIN(seq) FROM freeNumbers WHERE recipient = ? AND seq > ?", arguments: [recipient, floor])
        if let free {
            try db.execute(
                sql: "DELETE FROM freeNumbers WHERE recipient = ? AND seq = ?", arguments: [recipient, free])
            return free
        }
        try db.execute(sql: "UPDATE recipients SET lastSeq = lastSeq + 1 WHERE id = ?", arguments: [recipient])
        guard
            let next = try Int64.fetchOne(
                db, sql: "SELECT lastSeq FROM recipients WHERE id = ?", arguments: [recipient])
        else { throw OutboxFailure.inconsistent("recipient of a parcel") }
        return next
    }

    /// A parcel that the relay surely never accepted, and that is not sent any more, gives its number back.
    static func giveNumberBack(of number: Int64, _ db: Database) throws {
        let rule = "number = ? AND state != 'spooled' AND acceptedAt IS NULL AND receipt IS NULL AND seq > 0"
        try db.execute(
            sql: """
                INSERT INTO freeNumbers (recipient, seq, parcel)
                SELECT recipient, seq, number FROM parcels WHERE \(rule)
                """,
            arguments: [number])
        try db.execute(sql: "UPDATE parcels SET seq = -number WHERE \(rule)", arguments: [number])
    }

    /// Parcels that are over, and of which nobody knows whether the relay ever accepted them, with deadlines in a stretch of time: those
    /// that were first tried under that log.
    func inDoubt(expiredIn range: ClosedRange<Int64>, under log: String, limit: Int) throws -> [ParcelRow] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    \(OutboxStore.parcelRows)
                    WHERE acceptedAt IS NULL AND receipt IS NULL AND seq > 0
                        AND state IN ('rejected', 'superseded', 'abandoned')
                        AND expiresAt BETWEEN ? AND ? AND triedUnder = ?
                    ORDER BY expiresAt LIMIT ?
                    """,
                arguments: [range.lowerBound, range.upperBound, log, limit]
            ).map(OutboxStore.parcel)
        }
    }

    /// The doubt about a parcel that is over has an end: it gives its number back, or keeps it and is not asked after any more.
    func endDoubt(parcel number: Int64, neverAccepted: Bool) throws {
        try transact(.giveNumberBack) { db in
            if neverAccepted { try OutboxStore.giveNumberBack(of: number, db) }
            try db.execute(sql: "UPDATE parcels SET triedUnder = '' WHERE number = ?", arguments: [number])
        }
    }

    /// A receipt came on a parcel that had given its number back: where no other parcel took the number yet, none does.
    static func takeNumberBack(of number: Int64, _ db: Database) throws {
        guard
            let seq = try Int64.fetchOne(
                db, sql: "SELECT seq FROM freeNumbers WHERE parcel = ?", arguments: [number])
        else { return }
        try db.execute(sql: "DELETE FROM freeNumbers WHERE parcel = ?", arguments: [number])
        try db.execute(sql: "UPDATE parcels SET seq = ? WHERE number = ?", arguments: [seq, number])
    }
}
