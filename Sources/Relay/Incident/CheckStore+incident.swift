import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

extension CheckStore {
    /// Rows looked at together.
    static let incidentRows = 500

    /// How many parcels there are.
    func parcelCount() throws -> Int {
        try look { db in try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM parcels") ?? 0 }
    }

    /// The hash of every parcel's manifest, some at a time.
    func eachManifest(_ body: (LogHash) -> Void) throws {
        try eachPage("SELECT rowid AS number, textHash FROM parcels WHERE rowid > ? ORDER BY rowid LIMIT ?") { row in
            if let hash = LowercaseHex.decode(row["textHash"] as String).flatMap({ LogHash($0) }) { body(hash) }
        }
    }

    /// Every parcel in the order in which it was begun, some at a time, with who signed it and what its recipient said of it.
    func eachIncidentRow(_ body: (IncidentRow) throws -> Void) throws {
        try eachPage(
            """
            SELECT parcels.rowid AS number, parcels.id, parcels.sender, parcels.recipient, parcels.manifest,
                parcels.textHash, parcels.size, parcels.createdAt, parcels.state, signers.ed25519, signers.mldsa65,
                receipts.note AS receipt
            FROM parcels LEFT JOIN signers ON signers.fingerprint = parcels.signer
                LEFT JOIN receipts ON receipts.parcel = parcels.id
            WHERE parcels.rowid > ? ORDER BY parcels.rowid LIMIT ?
            """
        ) { row in
            // Of one that cannot be read the log still tells that it was there.
            if let row = try? IncidentRow(row) { try body(row) }
        }
    }

    /// Rows of a query that takes the last one's number and how many are wanted.
    private func eachPage(_ sql: String, _ body: (Row) throws -> Void) throws {
        var last: Int64 = 0
        while true {
            let page = try look { [last] db in
                try Row.fetchAll(db, sql: sql, arguments: [last, Self.incidentRows])
            }
            for row in page { try body(row) }
            guard let number = page.last?["number"] as Int64? else { return }
            last = number
        }
    }

    /// Whether the newest directory lets nobody seal to a classical key; nil where there is none that can be read.
    func requiresPostQuantum() throws -> Bool? {
        try look { db in
            let sql = "SELECT note FROM directories ORDER BY version DESC LIMIT 1"
            guard let note = try Data.fetchOne(db, sql: sql),
                let signed = try? SignedNote(parsing: [UInt8](note), maxBytes: note.count)
            else { return nil }
            return (try? Directory(text: signed.text))?.requirePostQuantum
        }
    }
}

/// What an incident's answer needs of a parcel's row.
struct IncidentRow {
    let parcel: ParcelID
    let from: ParticipantID
    let to: ParticipantID
    let bytes: Int64
    let began: UTCTime
    /// Hash of the manifest's text.
    let hash: LogHash
    private let state: StoredParcel.State
    private let manifest: Data
    private let receipt: Data?
    private let signer: VerifyingPair

    init(_ row: Row) throws {
        guard let state = StoredParcel.State(rawValue: row["state"]),
            let hash = LowercaseHex.decode(row["textHash"] as String).flatMap({ LogHash($0) }),
            let ed25519 = row["ed25519"] as String?, let mldsa = row["mldsa65"] as String?
        else { throw RelayFailure.damagedStore("table parcels") }
        (self.state, self.hash) = (state, hash)
        parcel = try ParcelID(row["id"] as String)
        from = try ParticipantID(row["sender"] as String)
        to = try ParticipantID(row["recipient"] as String)
        signer = try VerifyingPair(lines: [ed25519, mldsa])
        bytes = row["size"]
        began = UTCTime(secondsSinceEpoch: row["createdAt"])
        manifest = row["manifest"]
        receipt = row["receipt"]
    }

    /// Its time on the relay, by what the log says of it.
    func stay(_ times: LeafTimes.Times) -> ParcelStay {
        let signed = try? Signed<Manifest>.verify([UInt8](manifest), by: signer).value
        return ParcelStay(
            parcel: parcel, from: from, to: to, kind: signed?.kind, reports: signed?.reports, bytes: bytes,
            state: state(times), began: began, accepted: times.accepted, fetched: times.fetched, ended: times.deleted)
    }

    private func state(_ times: LeafTimes.Times) -> ParcelStay.State {
        switch (state, outcome) {
        case (.uploading, _): .uploading
        case (.waiting, _): .waiting
        case (_, .delivered): .delivered
        case (_, .refused): .refused
        case (_, nil): times.isExpired ? .expired : .ended
        }
    }

    /// What the recipient said of it.
    private var outcome: Receipt.Outcome? {
        guard let receipt,
            let note = try? SignedNote(parsing: [UInt8](receipt), maxBytes: Receipt.noteLimit)
        else { return nil }
        return (try? Receipt(text: note.text))?.outcome
    }
}
