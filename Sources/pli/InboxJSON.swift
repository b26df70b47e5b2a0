import Exchange
import Inbox
import StrictJSON

/// What an inbox has done, for programs: one JSON value a line.
enum InboxJSON {
    /// All of it; `deliveredNow` is how many parcels this run delivered.
    static func totals(_ status: InboxStatus, deliveredNow: Int) -> [UInt8] {
        line([
            ("deliveredNow", deliveredNow), ("deliveredParcels", status.deliveredParcels),
            ("deliveredReports", status.deliveredReports), ("refusedParcels", status.refusedParcels),
            ("waiting", status.waiting), ("handing", status.handing), ("receiptsWaiting", status.receiptsWaiting),
        ])
    }

    /// One sender's part.
    static func line(_ sender: InboxStatus.Sender) -> [UInt8] {
        line(
            [
                ("deliveredParcels", sender.deliveredParcels), ("deliveredReports", sender.deliveredReports),
                ("refusedParcels", sender.refusedParcels), ("expiredParcels", sender.expiredParcels),
                ("highestSeq", Int(sender.highestSeq)), ("missing", Int(sender.missing)),
            ], after: [.init("sender", .string(sender.id.text))])
    }

    private static func line(_ counts: [(String, Int)], after first: [JSON.Member] = []) -> [UInt8] {
        JSON.object(first + counts.map { .init($0, .integer(Int64($1))) }).encoded + [0x0A]
    }
}
