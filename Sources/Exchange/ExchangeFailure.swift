/// Why something that was exchanged is refused: what it was, where in it, which rule. Never the value.
package enum ExchangeFailure: Error, Equatable, Sendable {
    /// A value is not in its one form.
    case malformed(what: String, member: String, rule: String)
    /// Larger than its limit in `Limits`.
    case pastLimit(what: String, limit: Int64)
    /// The signatures asked for are not there or do not hold.
    case unsigned(what: String, reason: String)
    /// Signed by somebody else than the one it names.
    case wrongSigner(what: String)
    /// A participant's signing keys are not those whose fingerprint the directory holds.
    case wrongFingerprint(ParticipantID)
    /// A keys note does not follow the one known before.
    case keys(KeysRule)
    /// A directory that may not be taken.
    case directory(DirectoryRule)
    /// A parcel that may not be taken or opened.
    case parcel(ParcelRule)
    /// A receipt that does not belong to its parcel.
    case receipt(ReceiptRule)
    /// Not the header of an age file; the offset is that of the first byte that cannot be in one.
    case notSealed(offset: Int)
    /// A line inside the parcel says it comes from another parcel, or says nothing.
    case binding

    /// In a member's place: what is wrong is no member's, but of all of it.
    package static let whole = "(whole)"
}

/// What can be wrong between a keys note and the one known before, or between it and the clock.
package enum KeysRule: String, Equatable, Sendable, CaseIterable {
    /// A note with a higher number is known: somebody serves old keys.
    case lowerNumber = "lower-number"
    /// The same number with another text: two notes for one number.
    case sameNumberOtherText = "same-number-other-text"
    /// `previous` is not the hash of the note before.
    case brokenPrevious = "broken-previous"
    /// All sealing keys have expired: the participant must publish new ones.
    case expired
    /// `issuedAt` lies ahead of the clock.
    case ahead
    /// The number lies too far ahead of the one known: it would leave none for later notes.
    case numberJump = "number-jump"
}

/// What can be wrong with a directory whose text is well formed.
package enum DirectoryRule: String, Equatable, Sendable, CaseIterable {
    /// Fewer pinned root holders signed than are required.
    case tooFewHolders = "too-few-holders"
    /// A newer version is known: a roll-back.
    case olderVersion = "older-version"
    /// Not the version after the one that is known: fetch those between first.
    case versionGap = "version-gap"
    /// `previous` is not the hash of the version before.
    case brokenPrevious = "broken-previous"
    /// The known version with another text: two directories for one version.
    case fork
    /// Past its `expiresAt`.
    case expired
    /// `issuedAt` lies ahead of the clock.
    case notYetIssued = "not-yet-issued"
    /// The pins themselves cannot be met: threshold 0, or more than the fingerprints.
    case uselessPins = "useless-pins"
    /// An entry of the version before is missing: who leaves stays as retired or revoked.
    case vanished
    /// An id has another role than in the version before.
    case roleChanged = "role-changed"
    /// A key that was revoked counts again.
    case revivedKey = "revived-key"
    /// The registrar changed what only the root holders may.
    case beyondRegistrar = "beyond-registrar"
    /// A registrar's version that does not stand on the newest one that the root holders signed.
    case wrongBase = "wrong-base"
    /// A registrar's version, where nothing is known that it could stand on.
    case needsBase = "needs-base"
}

/// What can be wrong with a parcel whose manifest is well formed and signed.
package enum ParcelRule: String, Equatable, Sendable, CaseIterable {
    /// `from` is not in the directory, or is no sender.
    case notASender = "not-a-sender"
    /// The sender is retired or revoked.
    case senderNotActive = "sender-not-active"
    /// The sender is suspended: what it sent waits until that is lifted, or its deadline passes.
    case senderSuspended = "sender-suspended"
    /// `to` is not in the directory, or is no authority.
    case notAnAuthority = "not-an-authority"
    /// The recipient is suspended, retired or revoked.
    case recipientNotActive = "recipient-not-active"
    /// A kind of parcel that is not taken (yet).
    case kindNotAllowed = "kind-not-allowed"
    /// Its deadline has passed.
    case expired
    /// `createdAt` lies ahead of the clock.
    case createdAhead = "created-ahead"
    /// It quotes a directory that the reader does not know: refresh, and if the relay has none, raise the freeze alarm.
    case directoryAhead = "directory-ahead"
    /// It quotes a keys note of the recipient that the recipient has not published.
    case keysAhead = "keys-ahead"
    /// It is for somebody else.
    case notForMe = "not-for-me"
    /// Its deadline is later than the directory it quotes lets parcels of its kind lie.
    case liesTooLong = "lies-too-long"
}

/// What can be wrong with a receipt whose text is well formed and signed.
package enum ReceiptRule: String, Equatable, Sendable, CaseIterable {
    /// Its parcel, sender or recipient are not the manifest's.
    case otherParcel = "other-parcel"
    /// Its hash of the manifest is not that of the manifest's text.
    case otherManifest = "other-manifest"
    /// Its hash of the sealed body is not the manifest's.
    case otherBody = "other-body"
    /// The recipient may not sign: it is not an authority, or revoked.
    case recipientNotAllowed = "recipient-not-allowed"
    /// `at` lies ahead of the clock, or before the parcel was made.
    case outOfTime = "out-of-time"
    /// It quotes a directory that the reader does not know.
    case directoryAhead = "directory-ahead"
}

extension ExchangeFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .malformed(let what, ExchangeFailure.whole, let rule): "\(what): \(rule)"
        case .malformed(let what, let member, let rule): "\(what): \(member): \(rule)"
        case .pastLimit(let what, let limit): "\(what): larger than its limit of \(limit)"
        case .unsigned(let what, let reason): "\(what): signature: \(reason)"
        case .wrongSigner(let what): "\(what): signed by another than the participant it names"
        case .wrongFingerprint(let id): "keys note of \(id): not the signing keys that the directory names"
        case .keys(let rule): "keys note: \(rule.words)"
        case .directory(let rule): "directory: \(rule.words)"
        case .parcel(let rule): "parcel: \(rule.words)"
        case .receipt(let rule): "receipt: \(rule.words)"
        case .notSealed(let offset): "sealed body: not an age v1 header at byte \(offset)"
        case .binding: "opened body: a line does not name this parcel as its source"
        }
    }

    /// A constant for metrics and logs.
    package var label: String {
        switch self {
        case .malformed: "malformed"
        case .pastLimit: "past-limit"
        case .unsigned: "unsigned"
        case .wrongSigner: "wrong-signer"
        case .wrongFingerprint: "wrong-fingerprint"
        case .keys(let rule): "keys-" + rule.rawValue
        case .directory(let rule): "directory-" + rule.rawValue
        case .parcel(let rule): "parcel-" + rule.rawValue
        case .receipt(let rule): "receipt-" + rule.rawValue
        case .notSealed: "not-sealed"
        case .binding: "binding"
        }
    }
}
