import StrictJSON

/// The recipient's signed word that a parcel was delivered or refused.
package struct Receipt: NoteValue {
    /// What became of the parcel.
    package enum Outcome: String, Equatable, Sendable {
        /// It lies durably in the recipient's sinks.
        case delivered
        /// Nothing of it was handed over.
        case refused
    }

    /// Why a parcel was refused.
    package enum Reason: String, Equatable, Sendable, CaseIterable {
        /// The sealed body is not what the manifest says, or no key of the recipient opens it.
        case cannotOpen = "cannot-open"
        /// A line inside names another parcel as its source, or the count differs.
        case binding
        /// The sender may not send this to the recipient.
        case notEntitled = "not-entitled"
        /// It opened, but what is inside cannot be read.
        case invalid
        /// A newer parcel that takes its place came first.
        case superseded
    }

    /// The parcel's id.
    package let parcel: ParcelID
    /// The parcel's sender.
    package let from: ParticipantID
    /// SHA-256 of the manifest's text.
    package let manifest: SHA256Hex
    /// SHA-256 of the sealed body, as the manifest says.
    package let sha256: SHA256Hex
    /// The recipient, who signs.
    package let by: ParticipantID
    /// When, by the recipient's clock.
    package let at: UTCTime
    /// What became of it.
    package let outcome: Outcome
    /// Why it was refused; only then.
    package let reason: Reason?
    /// Version of the directory the recipient went by.
    package let directory: Int64
    /// The log as the recipient last saw it.
    package let checkpoint: LogPosition?

    package static let what = "receipt"
    package static let noteLimit = Limits.noteBytes
    package var signer: ParticipantID { by }

    /// A well formed receipt, or the rule it breaks.
    package init(
        parcel: ParcelID, from: ParticipantID, manifest: SHA256Hex, sha256: SHA256Hex, by: ParticipantID, at: UTCTime,
        outcome: Outcome, reason: Reason? = nil, directory: Int64, checkpoint: LogPosition? = nil
    ) throws(ExchangeFailure) {
        guard (reason != nil) == (outcome == .refused) else {
            throw .malformed(what: Receipt.what, member: "reason", rule: "expected with refused, and only there")
        }
        guard (1...Limits.integer).contains(directory) else {
            throw .malformed(what: Receipt.what, member: "directory", rule: "1 to \(Limits.integer) is expected")
        }
        guard from != by else {
            throw .malformed(what: Receipt.what, member: "by", rule: "another participant than the sender is expected")
        }
        self.parcel = parcel
        self.from = from
        self.manifest = manifest
        self.sha256 = sha256
        self.by = by
        self.at = at
        self.outcome = outcome
        self.reason = reason
        self.directory = directory
        self.checkpoint = checkpoint
    }

    /// The recipient's word on the parcel that `manifest` describes.
    package init(
        on manifest: Signed<Manifest>, at: UTCTime, outcome: Outcome, reason: Reason? = nil, directory: Int64,
        checkpoint: LogPosition? = nil
    ) throws(ExchangeFailure) {
        try self.init(
            parcel: manifest.value.id, from: manifest.value.from, manifest: manifest.textHash,
            sha256: manifest.value.sha256, by: manifest.value.to, at: at, outcome: outcome, reason: reason,
            directory: directory, checkpoint: checkpoint)
    }

    package var text: [UInt8] {
        var members: [JSON.Member] = [
            .init("type", .string("receipt/1")),
            .init("parcel", .string(parcel.text)),
            .init("from", .string(from.text)),
            .init("manifest", .string(manifest.text)),
            .init("sha256", .string(sha256.text)),
            .init("by", .string(by.text)),
            .init("at", .string(at.text)),
            .init("outcome", .string(outcome.rawValue)),
        ]
        if let reason { members.append(.init("reason", .string(reason.rawValue))) }
        members.append(.init("directory", .number(String(directory))))
        if let checkpoint { members.append(.init("checkpoint", checkpoint.json)) }
        return CanonicalLine.encode(.object(members))
    }

    package init(text: [UInt8]) throws(ExchangeFailure) {
        let json = try CanonicalLine.decode(text, of: Receipt.what, limit: Receipt.noteLimit)
        var reader = try MemberReader(json, of: Receipt.what)
        try reader.type("receipt/1")
        let parcel = try reader.parcel("parcel")
        let from = try reader.participant("from")
        let manifest = try reader.hash("manifest")
        let sha256 = try reader.hash("sha256")
        let by = try reader.participant("by")
        let at = try reader.time("at")
        guard let outcome = try Outcome(rawValue: reader.string("outcome")) else {
            throw reader.fault("outcome", "unknown")
        }
        var reason: Reason?
        if let word = try reader.optionalString("reason") {
            guard let known = Reason(rawValue: word) else { throw reader.fault("reason", "unknown") }
            reason = known
        }
        let directory = try reader.integer("directory")
        var checkpoint: LogPosition?
        if let value = reader.optionalValue("checkpoint") { checkpoint = try LogPosition(value) }
        try reader.end()
        try self.init(
            parcel: parcel, from: from, manifest: manifest, sha256: sha256, by: by, at: at, outcome: outcome,
            reason: reason, directory: directory, checkpoint: checkpoint)
        try CanonicalLine.requireSame(self.text, as: text, of: Receipt.what)
    }

    /// Whether this receipt is about the parcel of `manifest` and may be taken under `directory` at `now`.
    ///
    /// Relay and outbox call this same function, after the signature: `Signed<Receipt>.verify`. A suspended or retired
    /// recipient may still say what became of what it holds; a revoked one may not.
    package func check(
        on manifest: Signed<Manifest>, directory: Directory, now: UTCTime
    ) throws(ExchangeFailure) {
        func require(_ holds: Bool, _ rule: ReceiptRule) throws(ExchangeFailure) {
            guard holds else { throw .receipt(rule) }
        }
        let parcelOf = manifest.value
        try require(parcel == parcelOf.id && from == parcelOf.from && by == parcelOf.to, .otherParcel)
        try require(self.manifest == manifest.textHash, .otherManifest)
        try require(sha256 == parcelOf.sha256, .otherBody)
        guard let recipient = directory[by], recipient.role == .authority, recipient.status != .revoked else {
            throw .receipt(.recipientNotAllowed)
        }
        try require(at <= now.adding(seconds: Limits.clockSkewSeconds), .outOfTime)
        try require(at >= parcelOf.createdAt.adding(seconds: -Limits.clockSkewSeconds), .outOfTime)
        try require(self.directory <= directory.version, .directoryAhead)
    }
}
