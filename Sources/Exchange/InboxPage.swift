import StrictJSON

/// What `GET /v1/inbox` answers: parcels that wait for a recipient, in the order the relay accepted them.
package struct InboxPage: Equatable, Sendable {
    /// One waiting parcel.
    package struct Entry: Equatable, Sendable {
        /// Index of the acceptance.
        package let index: Int64
        /// The sender.
        package let from: ParticipantID
        /// The parcel.
        package let id: ParcelID
        /// The manifest note, unverified.
        package let manifest: String

        /// An entry.
        package init(index: Int64, from: ParticipantID, id: ParcelID, manifest: String) {
            self.index = index
            self.from = from
            self.id = id
            self.manifest = manifest
        }
    }

    /// The parcels, by rising index.
    package let parcels: [Entry]
    /// What to ask after next: the last index, or what was asked after where there is nothing.
    package let cursor: Int64

    private static let what = "inbox page"

    /// A page whose indexes rise, up to `cursor`.
    package init(parcels: [Entry], cursor: Int64) throws(ExchangeFailure) {
        try PageForm.check(parcels.map(\.index), cursor: cursor, of: InboxPage.what, entries: "parcels")
        for entry in parcels {
            try PageForm.checkNote(entry.manifest, of: InboxPage.what, member: "manifest")
        }
        self.parcels = parcels
        self.cursor = cursor
    }

    /// Its one text.
    package var text: [UInt8] {
        let entries = parcels.map { entry in
            JSON.object([
                .init("index", .number(String(entry.index))),
                .init("from", .string(entry.from.text)),
                .init("id", .string(entry.id.text)),
                .init("manifest", .string(entry.manifest)),
            ])
        }
        return PageForm.encode(entries, as: "parcels", cursor: cursor)
    }

    /// Decodes `text`, or refuses it.
    package init(text: [UInt8]) throws(ExchangeFailure) {
        let page = try PageForm.decode(text, of: InboxPage.what, entries: "parcels", each: "inbox entry") {
            (entry) throws(ExchangeFailure) in
            try Entry(
                index: entry.integer("index"), from: entry.participant("from"), id: entry.parcel("id"),
                manifest: entry.string("manifest"))
        }
        try self.init(parcels: page.entries, cursor: page.cursor)
        try CanonicalLine.requireSame(self.text, as: text, of: InboxPage.what)
    }
}
