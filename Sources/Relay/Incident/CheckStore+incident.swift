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

    /// The hash of every parcel's manifest, and whether its row says that its bytes are gone, some at a time.
    func eachManifest(_ body: (LogHash, Bool) -> Void) throws {
        try eachPage(
            """
            SELECT rowid AS number, substr(textHash, 1, 65) AS textHash, state = 'ended' AS ended
            FROM parcels WHERE rowid > ? ORDER BY rowid LIMIT ?
            """
        ) { row in
            if let hash = LowercaseHex.decode(row["textHash"] as String).flatMap({ LogHash($0) }) {
                body(hash, row["ended"])
            }
        }
    }

    /// Every parcel in the order in which it was begun, some at a time, with who signed it and what its recipient said of it; nil
    /// where its row cannot be read. No more of a value is taken than one that can be read has.
    func eachIncidentRow(_ body: (IncidentRow?) throws -> Void) throws {
        try eachPage(
            """
            SELECT parcels.rowid AS number, substr(parcels.id, 1, 65) AS id, substr(parcels.sender, 1, 256) AS sender,
                substr(parcels.recipient, 1, 256) AS recipient, substr(parcels.manifest, 1, \(Limits.noteBytes + 1)) AS manifest,
                substr(parcels.textHash, 1, 65) AS textHash, parcels.size, parcels.createdAt,
                substr(parcels.state, 1, 16) AS state, substr(signers.ed25519, 1, 4096) AS ed25519,
                substr(signers.mldsa65, 1, 4096) AS mldsa65, substr(receipts.note, 1, \(Limits.noteBytes + 1)) AS receipt
            FROM parcels LEFT JOIN signers ON signers.fingerprint = parcels.signer
                LEFT JOIN receipts ON receipts.parcel = parcels.id
            WHERE parcels.rowid > ? ORDER BY parcels.rowid LIMIT ?
            """
        ) { row in
            try body(try? IncidentRow(row))
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

    /// Whether each version of the directory lets nobody seal to a classical key; none of versions that cannot be read.
    func postQuantumDirectories() throws -> [Int64: Bool] {
        var versions: [Int64: Bool] = [:]
        try eachPage(
            """
            SELECT version AS number, CASE WHEN length(note) <= \(Limits.directoryBytes) THEN note END AS note FROM directories
            WHERE version > ? ORDER BY version LIMIT min(?, 10)
            """
        ) { row in
            guard let note = row["note"] as Data?,
                let signed = try? SignedNote(parsing: [UInt8](note), maxBytes: note.count),
                let directory = try? Directory(text: signed.text)
            else { return }
            versions[row["number"]] = directory.requirePostQuantum
        }
        return versions
    }
}

/// What an incident's answer needs of a parcel's row.
struct IncidentRow {
    private let parcel: ParcelID
    private let from: ParticipantID
    private let to: ParticipantID
    private let bytes: Int64
    private let began: UTCTime
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

    /// When it began: a row that says later than the log has it accepted is not believed.
    func began(_ times: LeafTimes.Times) -> UTCTime {
        guard let accepted = times.accepted, began > accepted.adding(seconds: 59) else { return began }
        return accepted
    }

    /// When its bytes were destroyed: nil where either the log or the row says that they are there.
    func ended(_ times: LeafTimes.Times) -> UTCTime? {
        state == .uploading || state == .waiting ? nil : times.deleted
    }

    /// Its time on the relay, by what the log says of it, and what its manifest says where that can be verified. `isPublished`: what
    /// had ended before the log was read has its leaf there.
    func stay(_ times: LeafTimes.Times, _ directories: [Int64: Bool], isPublished: Bool) -> ParcelStay {
        let signed = try? Signed<Manifest>.verify([UInt8](manifest), by: signer)
        let said = signed?.value
        var contradictions: Set<IncidentContradiction> = []
        if let signed, let said {
            let isSame = said.id == parcel && said.from == from && said.to == to && said.size == bytes
            if !isSame || LowercaseHex.decode(signed.textHash.text).flatMap({ LogHash($0) }) != hash {
                contradictions.insert(.manifest)
            }
        } else if !(1...Limits.parcelBytes).contains(bytes) {
            contradictions.insert(.size)
        }
        if began(times) != began { contradictions.insert(.time) }
        if isAgainst(times, isPublished: isPublished) { contradictions.insert(.state) }
        return ParcelStay(
            parcel: said?.id ?? parcel, from: said?.from ?? from, to: said?.to ?? to, kind: said?.kind,
            reports: said?.reports, bytes: said?.size ?? min(max(bytes, 0), Limits.parcelBytes), state: state(times),
            began: began(times), accepted: times.accepted, fetched: times.fetched, ended: ended(times),
            requiresPostQuantum: said.flatMap { directories[$0.directory] }, contradictions: contradictions)
    }

    /// The log has leaves that its state does not allow, or lacks one that it needs. A log that begins after the parcel was accepted
    /// (it was pruned, or succeeds another) lacks nothing.
    private func isAgainst(_ times: LeafTimes.Times, isPublished: Bool) -> Bool {
        switch state {
        case .uploading: times.accepted != nil || times.deleted != nil
        case .waiting: times.deleted != nil
        case .ended: isPublished && times.wasEnded && times.accepted != nil && times.deleted == nil
        default: false
        }
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
