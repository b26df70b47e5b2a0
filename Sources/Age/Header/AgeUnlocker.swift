/// The keys and passphrases to try on a header, and how much work a passphrase may cost.
public struct AgeUnlocker: Sendable, CustomStringConvertible, CustomReflectable {
    /// Tried in this order.
    public let identities: [AgeIdentity]
    /// Tried in this order on a file that is sealed with a passphrase.
    public let passphrases: [Passphrase]
    /// Base-two logarithm of the scrypt work beyond which a file is refused untried.
    public let maxWorkFactor: Int
    /// Asked for a passphrase when a file turns out to be sealed with one.
    private let ask: (@Sendable () -> Passphrase?)?

    /// There must be a key or a passphrase, and not more than `AgeLimits.maxWorkFactor` allowed.
    public init(
        identities: [AgeIdentity] = [], passphrases: [Passphrase] = [],
        maxWorkFactor: Int = AgeLimits.openingWorkFactor
    ) throws(AgeFailure) {
        guard !identities.isEmpty || !passphrases.isEmpty else { throw .wrongNumberOfKeys }
        guard (1...AgeLimits.maxWorkFactor).contains(maxWorkFactor) else { throw .unusablePassphrase }
        self.identities = identities
        self.passphrases = passphrases
        self.maxWorkFactor = maxWorkFactor
        ask = nil
    }

    /// Keys if any, and somebody to ask: only for a file that is sealed with a passphrase, once. nil is no answer.
    public init(
        identities: [AgeIdentity] = [], maxWorkFactor: Int = AgeLimits.openingWorkFactor,
        asking ask: @escaping @Sendable () -> Passphrase?
    ) throws(AgeFailure) {
        guard (1...AgeLimits.maxWorkFactor).contains(maxWorkFactor) else { throw .unusablePassphrase }
        self.identities = identities
        passphrases = []
        self.maxWorkFactor = maxWorkFactor
        self.ask = ask
    }

    /// Opening may take as long as a passphrase costs.
    var isSlow: Bool { !passphrases.isEmpty || ask != nil }

    /// One passphrase.
    public init(
        passphrase: Passphrase, maxWorkFactor: Int = AgeLimits.openingWorkFactor
    ) throws(AgeFailure) {
        try self.init(passphrases: [passphrase], maxWorkFactor: maxWorkFactor)
    }

    /// How many; nothing of them.
    public var description: String {
        "age unlocker (\(identities.count) identities, \(passphrases.count) passphrases)"
    }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    /// The file key that one of the keys finds and the header's MAC confirms.
    func fileKey(of header: AgeHeader) throws(AgeFailure) -> FileKey {
        guard let fileKey = try find(in: header) else { throw .noIdentityMatched }
        guard fileKey.authenticates(header) else { throw .headerMAC(offset: header.macOffset) }
        return fileKey
    }

    private func find(in header: AgeHeader) throws(AgeFailure) -> FileKey? {
        // All stanzas of known kinds are read before one is tried: whether a file is malformed does not depend on
        // whom it is for. Unknown kinds are skipped.
        var x25519: [X25519Stanza] = []
        var hybrid: [HybridStanza] = []
        var scrypt: ScryptStanza?
        for stanza in header.stanzas {
            if let stanza = try X25519Stanza(stanza) {
                x25519.append(stanza)
            } else if let stanza = try HybridStanza(stanza) {
                hybrid.append(stanza)
            } else if let stanza = try ScryptStanza(stanza) {
                scrypt = stanza
            }
        }
        if let scrypt, isSlow { return try find(in: scrypt) }
        for identity in identities {
            switch identity {
            case .x25519(let identity):
                for stanza in x25519 {
                    if let fileKey = try stanza.unwrap(with: identity) { return fileKey }
                }
            case .hybrid(let identity):
                if hybrid.isEmpty { continue }
                let key = try identity.expanded()
                for stanza in hybrid {
                    if let fileKey = try stanza.unwrap(with: key) { return fileKey }
                }
            }
        }
        return nil
    }

    private func find(in scrypt: ScryptStanza) throws(AgeFailure) -> FileKey? {
        try scrypt.requireWork(atMost: maxWorkFactor)
        let asked = ask?()
        if passphrases.isEmpty, asked == nil { return nil }
        for passphrase in passphrases + (asked.map { [$0] } ?? []) {
            if let fileKey = try scrypt.unwrap(with: passphrase) { return fileKey }
        }
        throw .wrongPassphrase
    }
}
