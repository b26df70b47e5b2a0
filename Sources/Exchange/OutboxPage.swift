import StrictJSON

/// What `GET /v1/outbox` answers: receipts on a sender's parcels, in the order the relay took them.
package struct OutboxPage: Equatable, Sendable {
    /// One receipt.
    package struct Entry: Equatable, Sendable {
        /// Index of the receipt.
        package let index: Int64
        /// The parcel.
        package let id: ParcelID
        /// Its recipient.
        package let to: ParticipantID
        /// The receipt note, unverified.
        package let receipt: String

        /// An entry.
        package init(index: Int64, id: ParcelID, to: ParticipantID, receipt: String) {
            self.index = index
            self.id = id
            self.to = to
            self.receipt = receipt
        }
    }

    /// The receipts, by rising index.
    package let receipts: [Entry]
    /// What to ask after next: the last index, or what was asked after where there is nothing.
    package let cursor: Int64

    private static let what = "outbox page"

    /// A page whose indexes rise, up to `cursor`.
    package init(receipts: [Entry], cursor: Int64) throws(ExchangeFailure) {
        try PageForm.check(receipts.map(\.index), cursor: cursor, of: OutboxPage.what, entries: "receipts")
        for entry in receipts {
            try PageForm.checkNote(entry.receipt, of: OutboxPage.what, member: "receipt")
        }
        self.receipts = receipts
        self.cursor = cursor
    }

    /// Its one text.
    package var text: [UInt8] {
        let entries = receipts.map { entry in
            JSON.object([
                .init("index", .number(String(entry.index))),
                .init("id", .string(entry.id.text)),
                .init("to", .string(entry.to.text)),
                .init("receipt", .string(entry.receipt)),
            ])
        }
        return PageForm.encode(entries, as: "receipts", cursor: cursor)
    }

    /// Decodes `text`, or refuses it.
    package init(text: [UInt8]) throws(ExchangeFailure) {
        let page = try PageForm.decode(text, of: OutboxPage.what, entries: "receipts", each: "outbox entry") {
            (entry) throws(ExchangeFailure) in
            try Entry(
                index: entry.integer("index"), id: entry.parcel("id"), to: entry.participant("to"),
                receipt: entry.string("receipt"))
        }
        try self.init(receipts: page.entries, cursor: page.cursor)
        try CanonicalLine.requireSame(self.text, as: text, of: OutboxPage.what)
    }
}
