extension Manifest {
    /// Whether this parcel may be taken (relay) or opened (recipient) under `directory` at `now`.
    ///
    /// Relay and inbox call this same function, so that a parcel which one takes the other does not refuse for a rule of its
    /// own. It comes after the signature: `Signed<Manifest>.verify`.
    /// - Parameters:
    ///   - recipientKeys: the newest keys note of `to` where the reader has it; the quoted number may not be higher.
    ///   - acceptedAt: when the log took in the parcel's acceptance, where that was proven. It is what a parcel from or to a
    ///     retired participant is honoured by; the dates in its manifest are only its sender's word.
    package func check(
        against directory: Directory, recipientKeys: KeysNote? = nil, kinds: Set<Kind> = Manifest.carriedKinds,
        acceptedAt: UTCTime? = nil, now: UTCTime
    ) throws(ExchangeFailure) {
        func require(_ holds: Bool, _ rule: ParcelRule) throws(ExchangeFailure) {
            guard holds else { throw .parcel(rule) }
        }
        guard let sender = directory[from], sender.role == .sender else { throw .parcel(.notASender) }
        try require(sender.status != .suspended, .senderSuspended)
        try require(sender.status == .active || sender.isHonoured(loggedAt: acceptedAt), .senderNotActive)
        guard let recipient = directory[to], recipient.role == .authority else { throw .parcel(.notAnAuthority) }
        try require(recipient.status == .active || recipient.isHonoured(loggedAt: acceptedAt), .recipientNotActive)
        try require(kinds.contains(kind), .kindNotAllowed)
        try require(expiresAt > now, .expired)
        try require(createdAt <= now.adding(seconds: Limits.clockSkewSeconds), .createdAhead)
        try require(self.directory <= directory.version, .directoryAhead)
        // A sender goes by the directory that it quotes: one that shortened the time since binds its next parcels.
        if self.directory == directory.version, let days = directory.retention?.days(of: kind) {
            try require(expiresAt <= createdAt.adding(seconds: days * 86_400), .liesTooLong)
        }
        if let recipientKeys { try require(keys <= recipientKeys.number, .keysAhead) }
    }

    /// Whether `check` needs the log's word on when the parcel was accepted.
    package func needsAcceptance(under directory: Directory) -> Bool {
        directory[from]?.status == .retired || directory[to]?.status == .retired
    }

    /// The recipient's own question before anything else.
    package func check(isFor me: ParticipantID) throws(ExchangeFailure) {
        guard to == me else { throw .parcel(.notForMe) }
    }

    /// What the relay asks of a new parcel's type, which it sees. Not asked of what was accepted before: readers of old manifests do not
    /// care.
    package func requireTypeThatNamesNobody() throws(ExchangeFailure) {
        guard MediaType.namesNobody(mediaType) else {
            throw .malformed(what: Manifest.what, member: "mediaType", rule: MediaType.rule)
        }
    }

    /// What every line inside must name as its source.
    package var source: BodySource { BodySource(from: from, to: to, id: id) }
}

extension ParcelRule {
    /// What the recipient answers to a parcel that breaks this rule; nil where it answers nothing, because the parcel may
    /// become acceptable, has passed its deadline, or is not its own.
    package var receiptReason: Receipt.Reason? {
        switch self {
        case .notASender, .senderNotActive: .notEntitled
        case .kindNotAllowed, .liesTooLong: .invalid
        case .keysAhead: .cannotOpen
        case .senderSuspended, .notAnAuthority, .recipientNotActive, .expired, .createdAhead, .directoryAhead,
            .notForMe:
            nil
        }
    }

    /// What the relay answers to a parcel that breaks this rule.
    package var problemType: ProblemType {
        switch self {
        case .notASender, .senderNotActive, .senderSuspended: .notEntitled
        case .notAnAuthority, .recipientNotActive: .unknownRecipient
        case .kindNotAllowed: .kindNotAllowed
        case .expired: .expired
        case .createdAhead: .clockDiffers
        case .directoryAhead: .directoryAhead
        case .keysAhead: .keysAhead
        case .notForMe: .notFound
        case .liesTooLong: .badNote
        }
    }
}
