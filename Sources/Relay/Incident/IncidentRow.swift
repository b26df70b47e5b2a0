import Exchange
import Foundation
import GRDB
import Notes
import TransparencyLog

/// What an incident's answer needs of a parcel's row. A database that was in other hands may hold anything: nothing here takes a
/// value for what its column says it is.
struct IncidentRow: Sendable {
    private let parcel: ParcelID
    private let from: ParticipantID
    private let to: ParticipantID
    private let bytes: Int64
    private let began: UTCTime
    /// Hash of the manifest's text.
    let hash: LogHash
    private let state: StoredParcel.State
    private let manifest: [UInt8]
    private let receipt: [UInt8]?
    private let signer: String

    init(_ row: Row) throws {
        guard let state = Self.text("state", row).flatMap({ StoredParcel.State(rawValue: $0) }),
            let hash = LogHash(hexOf: row),
            let id = Self.text("id", row), let sender = Self.text("sender", row),
            let recipient = Self.text("recipient", row), let signer = Self.text("signer", row),
            let bytes = Int64.fromDatabaseValue(row["size"]), let seconds = Int64.fromDatabaseValue(row["createdAt"]),
            let manifest = Data.fromDatabaseValue(row["manifest"])
        else { throw RelayFailure.damagedStore("table parcels") }
        (self.state, self.hash, self.signer, self.bytes) = (state, hash, signer, bytes)
        parcel = try ParcelID(id)
        from = try ParticipantID(sender)
        to = try ParticipantID(recipient)
        began = UTCTime(secondsSinceEpoch: seconds)
        self.manifest = [UInt8](manifest)
        receipt = Data.fromDatabaseValue(row["receipt"]).map { [UInt8]($0) }
    }

    private static func text(_ column: String, _ row: Row) -> String? { String.fromDatabaseValue(row[column]) }

    /// When it began, as far as that can be: a row that says later than the log has it accepted is not believed, and of one that
    /// says later than now nothing is known but that it is here.
    func began(_ times: LeafTimes.Times, now: UTCTime) -> UTCTime {
        if let accepted = times.accepted { return began > accepted.adding(seconds: 59) ? accepted : began }
        return began > now ? UTCTime(secondsSinceEpoch: 0) : began
    }

    /// When its bytes were destroyed: nil where either the log or the row says that they are there.
    func ended(_ times: LeafTimes.Times) -> UTCTime? {
        state == .uploading || state == .waiting ? nil : times.deleted
    }

    /// Its time on the relay, by what the log says of it, and what its manifest says where that can be verified.
    func stay(_ times: LeafTimes.Times, _ look: IncidentLook) -> ParcelStay {
        let began = began(times, now: look.now)
        let accepted = Self.moment(of: times.accepted, notBefore: began)
        let signed = look.directories.pairs[signer].flatMap { verified(by: $0, times) }
        let said = signed?.manifest
        var contradictions: Set<IncidentContradiction> = []
        if let signed, let said {
            let isSame = said.id == parcel && said.from == from && said.to == to && said.size == bytes
            if !isSame || signed.hash != hash { contradictions.insert(.manifest) }
        } else if !(1...Limits.parcelBytes).contains(bytes) {
            contradictions.insert(.size)
        }
        if began != self.began, !times.isFromBefore { contradictions.insert(.time) }
        if isAgainst(times, isPublished: look.isPublished) { contradictions.insert(.state) }
        return ParcelStay(
            parcel: said?.id ?? parcel, from: said?.from ?? from, to: said?.to ?? to, kind: said?.kind,
            reports: said?.reports, bytes: said?.size ?? min(max(bytes, 0), Limits.parcelBytes), state: state(times),
            began: began, accepted: accepted,
            fetched: Self.moment(of: times.fetched, notBefore: accepted ?? began), ended: ended(times),
            requiresPostQuantum: said.flatMap { look.directories.postQuantum[$0.directory] },
            contradictions: contradictions)
    }

    /// The first moment of the log's minute at which it can have been: not before what came before it, to the second, in that minute.
    private static func moment(of minute: UTCTime?, notBefore earlier: UTCTime) -> UTCTime? {
        guard let minute, earlier > minute, earlier <= minute.adding(seconds: 59) else { return minute }
        return earlier
    }

    /// The manifest, where it is signed by `pair`. Of one whose very text the log has as accepted the second signature was verified then,
    /// and is not once more: it takes two thirds of the time of a look.
    private func verified(
        by pair: VerifyingPair, _ times: LeafTimes.Times
    ) -> (manifest: Manifest, hash: LogHash?)? {
        guard let half = try? Signed<Manifest>.verifyFirst(manifest, by: pair) else { return nil }
        let hash = LogHash(hex: half.textHash.text)
        if times.accepted == nil || hash != self.hash {
            guard (try? half.whole()) != nil else { return nil }
        }
        return (half.value, hash)
    }

    /// The log has leaves that its state does not allow, or lacks one that it needs. A log that begins after the parcel was accepted
    /// (it was pruned, or succeeds another) lacks nothing.
    private func isAgainst(_ times: LeafTimes.Times, isPublished: Bool) -> Bool {
        switch state {
        case .uploading: times.isFromBefore ? times.isTakenAgain : times.accepted != nil || times.deleted != nil
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
        guard let receipt, let note = try? SignedNote(parsing: receipt, maxBytes: Receipt.noteLimit)
        else { return nil }
        return (try? Receipt(text: note.text))?.outcome
    }
}

extension LogHash {
    /// The hash that a row has as `textHash`.
    init?(hexOf row: Row) {
        guard let text = String.fromDatabaseValue(row["textHash"]) else { return nil }
        self.init(hex: text)
    }

    fileprivate init?(hex: String) {
        guard let bytes = LowercaseHex.decode(hex) else { return nil }
        self.init(bytes)
    }
}
