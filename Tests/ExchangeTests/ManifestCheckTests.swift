import Testing

@testable import Exchange

@Suite("Whether a parcel may be taken or opened")
struct ManifestCheckTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    private func rule(
        _ manifest: Manifest, directory: Directory? = nil, keys: KeysNote? = nil, now: UTCTime? = nil
    ) throws -> ParcelRule? {
        do {
            try manifest.check(
                against: directory ?? fixture.directory(), recipientKeys: keys, now: now ?? fixture.now)
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
        for status in [Directory.Status.suspended, .retired, .revoked] {
            let directory = try fixture.directory(participants: fixture.participants(lab: status))
            #expect(try rule(fixture.manifest(), directory: directory) == .senderNotActive)
        }
        #expect(ParcelRule.notASender.receiptReason == .notEntitled)
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

    @Test("only reports are taken for now")
    func kinds() throws {
        #expect(try rule(fixture.manifest(kind: .file, mediaType: "text/csv")) == .kindNotAllowed)
        #expect(try rule(fixture.manifest(kind: .feedback, inReplyTo: fixture.parcel)) == .kindNotAllowed)
        try fixture.manifest(kind: .file, mediaType: "text/csv").check(
            against: fixture.directory(), kinds: [.file], now: fixture.now)
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
