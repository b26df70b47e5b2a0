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
        return CanonicalLine.encode(
            .object([.init("parcels", .array(entries)), .init("cursor", .number(String(cursor)))]))
    }

    /// Decodes `text`, or refuses it.
    package init(text: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(text, of: InboxPage.what, limit: Limits.pageBytes)
        var reader = try MemberReader(json, of: InboxPage.what)
        var parcels: [Entry] = []
        for value in try reader.array("parcels") {
            var entry = try MemberReader(value, of: "inbox entry")
            parcels.append(
                try Entry(
                    index: entry.integer("index"), from: entry.participant("from"), id: entry.parcel("id"),
                    manifest: entry.string("manifest")))
            try entry.end()
        }
        let cursor = try reader.integer("cursor")
        try reader.end()
        try self.init(parcels: parcels, cursor: cursor)
        try CanonicalLine.requireSame(self.text, as: text, of: InboxPage.what)
    }
}

/// What both kinds of page hold to.
enum PageForm {
    static func check(
        _ indexes: [Int64], cursor: Int64, of what: String, entries: String
    ) throws(ExchangeFailure) {
        guard indexes.count <= Limits.pageEntries else {
            throw .pastLimit(what: what, limit: Int64(Limits.pageEntries))
        }
        guard indexes.allSatisfy({ $0 >= 0 }), zip(indexes, indexes.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw .malformed(what: what, member: entries, rule: "rising indexes are expected")
        }
        guard (0...Limits.integer).contains(cursor), indexes.last.map({ $0 <= cursor }) ?? true else {
            throw .malformed(what: what, member: "cursor", rule: "the last index, or more, is expected")
        }
    }

    static func checkNote(_ note: String, of what: String, member: String) throws(ExchangeFailure) {
        guard note.utf8.count <= Limits.noteBytes else {
            throw .pastLimit(what: "\(member) on an \(what)", limit: Int64(Limits.noteBytes))
        }
    }
}
