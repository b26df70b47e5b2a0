// The rules' slugs are for programs: logs, metrics, tests. Here is what a person is told in their place.

extension KeysRule {
    /// What is wrong and what to do.
    package var words: String {
        switch self {
        case .lowerNumber: "a note with a higher number is known: old keys are served; ask the relay's operator"
        case .sameNumberOtherText: "another note with the same number is known: call the participant"
        case .brokenPrevious: "it does not follow the note known before: call the participant"
        case .expired: "all its sealing keys have expired: the participant has to publish new ones"
        }
    }
}

extension DirectoryRule {
    /// What is wrong and what to do.
    package var words: String {
        switch self {
        case .tooFewHolders: "fewer of the pinned root holders signed it than are required: more of them have to"
        case .olderVersion: "a newer version is known: this one was rolled back; ask the relay's operator"
        case .versionGap: "it is not the version after the one known: take those between first"
        case .brokenPrevious: "it does not follow the version known before: ask the holders of the root keys"
        case .fork: "another directory with the same version is known: ask the holders of the root keys"
        case .expired: "it has expired: ask the holders of the root keys for the next version"
        case .notYetIssued: "it is dated ahead of the clock: set the clock"
        case .uselessPins: "the pins cannot be met: the threshold is 1 to the number of fingerprints, each once"
        }
    }
}

extension ParcelRule {
    /// What is wrong and, where something can be done, what.
    package var words: String {
        switch self {
        case .notASender: "the directory does not know its sender as one"
        case .senderNotActive: "its sender is suspended, retired or revoked"
        case .notAnAuthority: "the directory does not know its recipient as an authority"
        case .recipientNotActive: "its recipient is suspended, retired or revoked"
        case .kindNotAllowed: "this kind of parcel is not taken"
        case .expired: "its deadline has passed: send what it holds as a new parcel"
        case .createdAhead: "it is dated ahead of the clock: set the clock"
        case .directoryAhead: "it quotes a newer directory than the one known: fetch that, or ask the relay's operator"
        case .keysAhead: "it quotes keys that its recipient has not published"
        case .notForMe: "it is for somebody else"
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
