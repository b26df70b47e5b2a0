// The rules' slugs are for programs: logs, metrics, tests. Here is what a person is told in their place.

extension KeysRule {
    /// What is wrong.
    package var words: String {
        switch self {
        case .lowerNumber: "older than the one known already"
        case .sameNumberOtherText:
            "two notes have the same number: an old data folder was put back, or two agents run for one participant; stop one"
        case .brokenPrevious: "it does not follow the one before"
        case .expired: "all its sealing keys have expired"
        case .ahead: "dated ahead of our clock"
        case .numberJump: "its number jumps too far"
        }
    }
}

extension DirectoryRule {
    /// What is wrong.
    package var words: String {
        switch self {
        case .tooFewHolders: "too few root holders signed it"
        case .olderVersion: "a newer version is known already"
        case .versionGap: "it is not the next version: give the versions one by one"
        case .brokenPrevious: "it does not follow the version before"
        case .fork: "two directories have this version's number"
        case .expired: "it has expired"
        case .notYetIssued: "it is dated ahead of the clock"
        case .uselessPins: "the pinned fingerprints cannot serve"
        case .vanished: "a participant of the version before is missing"
        case .roleChanged: "a participant has another role"
        case .revivedKey: "a key that was revoked counts again"
        case .beyondRegistrar: "the registrar changes what only the root holders may"
        case .wrongBase: "it does not stand on the newest version that the roots signed"
        case .needsBase: "a registrar's version, without the one that it stands on"
        }
    }
}

extension ParcelRule {
    /// What is wrong and, where something can be done, what.
    package var words: String {
        switch self {
        case .notASender: "the directory does not know its sender as one"
        case .senderNotActive: "its sender is retired or revoked"
        case .senderSuspended: "its sender is suspended: it waits until that is lifted, or its deadline passes"
        case .notAnAuthority: "the directory does not know its recipient as an authority"
        case .recipientNotActive: "its recipient is suspended, retired or revoked"
        case .kindNotAllowed: "this kind of parcel is not taken"
        case .expired: "its deadline has passed: send what it holds as a new parcel"
        case .createdAhead: "it is dated ahead of the clock: set the clock"
        case .directoryAhead: "it quotes a newer directory than the one known: fetch that, or ask the relay's operator"
        case .keysAhead: "it quotes keys that its recipient has not published"
        case .notForMe: "it is for somebody else"
        case .liesTooLong: "its deadline is later than the directory allows for its kind"
        }
    }
}

extension ReceiptRule {
    /// What is wrong and, where something can be done, what.
    package var words: String {
        switch self {
        case .otherParcel: "it is about another parcel, sender or recipient"
        case .otherManifest: "it is about another manifest"
        case .otherBody: "it is about another sealed body"
        case .recipientNotAllowed: "the directory does not let its signer acknowledge parcels"
        case .outOfTime: "it is dated ahead of the clock, or before the parcel was made"
        case .directoryAhead: "it quotes a newer directory than the one known: fetch that, or ask the relay's operator"
        }
    }
}
