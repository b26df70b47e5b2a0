import Testing

@testable import Exchange

@Suite("Whether a parcel may be taken or opened")
struct ManifestCheckTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func rule(
        _ manifest: Manifest, directory: Directory? = nil, keys: KeysNote? = nil, acceptedAt: UTCTime? = nil,
        now: UTCTime? = nil
    ) throws -> ParcelRule? {
        do {
            try manifest.check(
                against: directory ?? fixture.directory(), recipientKeys: keys, acceptedAt: acceptedAt,
                now: now ?? fixture.now)
            return nil
        } catch ExchangeFailure.parcel(let rule) {
            return rule
        }
    }

    @Test("an active sender's parcel to an active authority is taken")
    func taken() throws {
        #expect(try rule(fixture.manifest()) == nil)
        #expect(try rule(fixture.manifest(), keys: fixture.keysNote()) == nil)
    }

    @Test("a sender that is unknown, has another role or is not active is not entitled")
    func senders() throws {
        #expect(try rule(fixture.manifest(from: ParticipantID("nobody"))) == .notASender)
        #expect(try rule(fixture.manifest(from: ParticipantID("relay"))) == .notASender)
        for (status, expected) in [
            (Directory.Status.suspended, ParcelRule.senderSuspended), (.retired, .senderNotActive),
            (.revoked, .senderNotActive),
        ] {
            let directory = try fixture.directory(participants: fixture.participants(lab: status))
            #expect(try rule(fixture.manifest(), directory: directory) == expected)
        }
        #expect(ParcelRule.notASender.receiptReason == .notEntitled)
        #expect(ParcelRule.senderSuspended.receiptReason == nil, "it waits until that is lifted")
        #expect(ParcelRule.senderNotActive.receiptReason == .notEntitled)
    }

    @Test("a recipient must be an active authority")
    func recipients() throws {
        #expect(try rule(fixture.manifest(to: ParticipantID("nobody"))) == .notAnAuthority)
        #expect(try rule(fixture.manifest(to: ParticipantID("relay"))) == .notAnAuthority)
        for status in [Directory.Status.suspended, .retired, .revoked] {
            let directory = try fixture.directory(participants: fixture.participants(cnam: status))
            #expect(try rule(fixture.manifest(), directory: directory) == .recipientNotActive)
        }
    }

    @Test("retired honours what the log had before, revoked nothing whatever its date")
    func departed() throws {
        let retiredAt = try fixture.now
        let manifest = try fixture.manifest(createdAt: retiredAt.adding(seconds: -3_600))
        let before = retiredAt.adding(seconds: -60)
        for (lab, cnam) in [(Directory.Status.retired, Directory.Status.active), (.active, .retired)] {
            let directory = try fixture.directory(participants: fixture.participants(lab: lab, cnam: cnam))
            let refused: ParcelRule = lab == .retired ? .senderNotActive : .recipientNotActive
            #expect(manifest.needsAcceptance(under: directory))
            #expect(try rule(manifest, directory: directory, acceptedAt: before) == nil)
            #expect(try rule(manifest, directory: directory, acceptedAt: retiredAt) == refused)
            // Only the log's word counts, not the date that the sender wrote.
            #expect(try rule(manifest, directory: directory) == refused)
        }
        for (lab, cnam) in [(Directory.Status.revoked, Directory.Status.active), (.active, .revoked)] {
            let directory = try fixture.directory(participants: fixture.participants(lab: lab, cnam: cnam))
            #expect(try rule(manifest, directory: directory, acceptedAt: before) != nil)
        }
        #expect(try !manifest.needsAcceptance(under: fixture.directory()))
    }

    @Test("a parcel lies no longer than the directory that it quotes lets its kind lie")
    func retention() throws {
        let directory = try fixture.directory(retention: .init(reports: 5))
        let five = try fixture.manifest(expiresAt: fixture.now.adding(seconds: 5 * 86_400))
        let longer = try fixture.manifest(expiresAt: fixture.now.adding(seconds: 5 * 86_400 + 1))
        #expect(try rule(five, directory: directory) == nil)
        #expect(try rule(longer, directory: directory) == .liesTooLong)
        let later = try fixture.directory(version: 2, previous: SHA256Hex(of: []), retention: .init(reports: 5))
        #expect(try rule(longer, directory: later) == nil, "it was made under another directory")
        #expect(try rule(longer, directory: fixture.directory(retention: .init(file: 5))) == nil)
    }

    @Test("reports and files are taken, and no feedback for now; a file counts as one")
    func kinds() throws {
        #expect(try rule(fixture.manifest(kind: .file, mediaType: "text/csv")) == nil)
        #expect(try rule(fixture.manifest(kind: .feedback, inReplyTo: fixture.parcel)) == .kindNotAllowed)
        #expect(throws: ExchangeFailure.parcel(.kindNotAllowed)) {
            try fixture.manifest(kind: .file, mediaType: "text/csv").check(
                against: fixture.directory(), kinds: [.reports], now: fixture.now)
        }
        #expect(throws: ExchangeFailure.self) {
            try fixture.manifest(kind: .file, mediaType: "text/csv", reports: 2)
        }
    }

    @Test("a parcel is taken until its deadline, and from five minutes before it was made")
    func times() throws {
        let manifest = try fixture.manifest()
        #expect(try rule(manifest, now: manifest.expiresAt.adding(seconds: -1)) == nil)
        #expect(try rule(manifest, now: manifest.expiresAt) == .expired)
        let skew = Limits.clockSkewSeconds
        #expect(try rule(manifest, now: fixture.now.adding(seconds: -skew)) == nil)
        #expect(try rule(manifest, now: fixture.now.adding(seconds: -skew - 1)) == .createdAhead)
    }

    @Test("a quoted directory or keys note may not be newer than what the reader has")
    func quoted() throws {
        #expect(try rule(fixture.manifest(directory: 2)) == .directoryAhead)
        #expect(try rule(fixture.manifest(keys: 2), keys: fixture.keysNote()) == .keysAhead)
        #expect(try rule(fixture.manifest(keys: 2)) == nil)
        let second = try fixture.directory(version: 2, previous: SHA256Hex(of: []))
        #expect(try rule(fixture.manifest(directory: 1), directory: second) == nil)
    }

    @Test("a parcel is only for the recipient it names")
    func mine() throws {
        try fixture.manifest().check(isFor: fixture.cnamID)
        #expect(throws: ExchangeFailure.parcel(.notForMe)) { try fixture.manifest().check(isFor: fixture.labID) }
    }

    @Test("every rule has an answer of the relay's")
    func problems() {
        for rule in ParcelRule.allCases {
            #expect((400..<500).contains(rule.problemType.status))
        }
    }
}
