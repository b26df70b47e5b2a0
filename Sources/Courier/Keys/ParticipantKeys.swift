package import Age
package import Durable
package import Exchange
package import Notes

/// A participant's own secret keys: it signs with one pair, and opens with any of its identities.
///
/// Nothing describes or reflects them.
package struct ParticipantKeys: Sendable {
    /// Whose they are.
    package let id: ParticipantID
    let signing: SigningPair
    private let identities: [AgeIdentity]
    private let newest: AgeIdentity

    /// Keys that are at hand. `sealing` goes from the oldest identity to the newest.
    package init(
        id: ParticipantID, signing: SigningPair, sealing identities: [AgeIdentity]
    ) throws(CourierFailure) {
        guard signing.name == id.text else {
            throw .usage("the signing key is that of \(signing.name), the participant is \(id)")
        }
        guard let newest = identities.last else { throw .usage("a participant has at least one sealing key") }
        self.id = id
        self.signing = signing
        self.identities = identities
        self.newest = newest
    }

    /// Reads the signing key file and the sealing key files; of these the last identity of the last file is the newest.
    package static func load(
        signing path: String, sealing paths: [String], id: ParticipantID, disk: Disk = .real
    ) throws(CourierFailure) -> ParticipantKeys {
        let pair = try KeyFile.signing(at: path, disk: disk)
        var identities: [AgeIdentity] = []
        for path in paths { identities += try KeyFile.sealing(at: path, disk: disk) }
        return try ParticipantKeys(id: id, signing: pair, sealing: identities)
    }

    /// The keys that a configuration names.
    package static func load(
        of agent: AgentConfiguration, disk: Disk = .real
    ) throws(CourierFailure) -> ParticipantKeys {
        try load(signing: agent.signingKeyPath, sealing: agent.sealingKeyPaths, id: agent.participant, disk: disk)
    }

    /// Fingerprint of the signing pair, as the directory holds it.
    package var fingerprint: String { signing.verifying.fingerprint }

    /// The public half of the signing pair, as a keys note holds it.
    var verifierLines: [String] { signing.verifying.lines }

    /// The key that others seal to now: `age1pq1…`, or `age1…` where the newest identity is a classical one.
    package var ownSealingKey: String { newest.recipient.text }

    /// Whether what others seal to us is safe against a quantum computer.
    package var offersPostQuantum: Bool { ownSealingKey.hasPrefix("age1pq1") }

    /// Whether what was sealed to this key, a public one, can be opened here.
    package func holds(sealingKey: String) -> Bool {
        identities.contains { $0.recipient.text == sealingKey }
    }

    /// Signs a manifest of this participant.
    package func sign(_ manifest: Manifest) throws(CourierFailure) -> Signed<Manifest> {
        try exchanged { () throws(ExchangeFailure) in try Signed.sign(manifest, by: signing) }
    }

    /// Signs a receipt of this participant.
    package func sign(_ receipt: Receipt) throws(CourierFailure) -> Signed<Receipt> {
        try exchanged { () throws(ExchangeFailure) in try Signed.sign(receipt, by: signing) }
    }

    /// Checks a manifest that this participant signed earlier, and its stored bytes with it.
    package func verifyOwn(manifest noteBytes: [UInt8]) throws(CourierFailure) -> Signed<Manifest> {
        try exchanged { () throws(ExchangeFailure) in try Signed.verify(noteBytes, by: signing.verifying) }
    }

    /// Checks a receipt that this participant signed earlier, and its stored bytes with it.
    package func verifyOwn(receipt noteBytes: [UInt8]) throws(CourierFailure) -> Signed<Receipt> {
        try exchanged { () throws(ExchangeFailure) in try Signed.verify(noteBytes, by: signing.verifying) }
    }

    /// Seals a journal's segment key to this participant itself.
    package func sealSegmentKey(_ key: [UInt8]) throws(CourierFailure) -> [UInt8] {
        do {
            return try AgeSealer.seal(key, to: [newest.recipient])
        } catch {
            throw .usage("the segment key cannot be sealed: \(error)")
        }
    }

    /// Opens a segment key that was sealed with `sealSegmentKey`, by this identity or an older one.
    package func openSegmentKey(_ sealed: [UInt8]) throws(CourierFailure) -> [UInt8] {
        do {
            return try AgeOpener.open(sealed, with: identities)
        } catch {
            throw .cannotOpen("segment key: \(error)")
        }
    }

    /// An opener of one sealed body, with every identity.
    func makeOpener() throws(CourierFailure) -> AgeOpener {
        do {
            return try AgeOpener(identities: identities)
        } catch {
            throw .usage("no sealing key: \(error)")
        }
    }
}

extension ParticipantKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "keys of \(id)" }

    package var debugDescription: String { description }

    /// Nothing to reflect: `dump` shows no key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
