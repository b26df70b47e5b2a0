package import Exchange
import GRDB

/// What became of one number (`seq`) of the parcels to a recipient: for the two ends to compare, where one of them misses it.
package struct ParcelNumber: Sendable, Hashable {
    /// Where it is.
    package enum Standing: Sendable, Hashable {
        /// On a parcel, which stands so.
        case on(ParcelID, ParcelState)
        /// Its parcel was never accepted: the next one to that recipient takes it.
        case free
        /// No parcel had it yet.
        case ahead
        /// None of this outbox's has it: it was on one of an older data folder.
        case unknown
    }

    package let number: Int64
    package let standing: Standing

    /// A constant for programs.
    package var word: String {
        switch standing {
        case .on(_, let state): state.rawValue
        case .free: "free"
        case .ahead: "ahead"
        case .unknown: "unknown"
        }
    }
}

extension ParcelNumber {
    /// How many are told at one time.
    package static let most = 1_000
}

extension OutboxStore {
    /// Of all numbers in `range`; nil where nothing was ever made for that recipient.
    func numbers(_ range: ClosedRange<Int64>, to recipient: String) throws -> [ParcelNumber]? {
        try read { db in
            guard
                let row = try Row.fetchOne(
                    db, sql: "SELECT id, lastSeq FROM recipients WHERE name = ?", arguments: [recipient])
            else { return nil }
            let (id, last): (Int64, Int64) = (row["id"], row["lastSeq"])
            let place: StatementArguments = [id, range.lowerBound, range.upperBound]
            var standings: [Int64: ParcelNumber.Standing] = [:]
            for row in try Row.fetchAll(
                db, sql: "SELECT seq, id, state FROM parcels WHERE recipient = ? AND seq BETWEEN ? AND ?",
                arguments: place)
            {
                guard let state = ParcelState(rawValue: row["state"]) else {
                    throw OutboxFailure.inconsistent("parcel state")
                }
                standings[row["seq"]] = .on(try ParcelID(row["id"]), state)
            }
            for seq in try Int64.fetchAll(
                db, sql: "SELECT seq FROM freeNumbers WHERE recipient = ? AND seq BETWEEN ? AND ?", arguments: place)
            {
                standings[seq] = .free
            }
            return range.map { ParcelNumber(number: $0, standing: standings[$0] ?? ($0 > last ? .ahead : .unknown)) }
        }
    }
}
